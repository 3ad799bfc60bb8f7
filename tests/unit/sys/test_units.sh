#!/bin/sh
# The units are what systemd understands, and the service stays in a tight sandbox.
command -v systemd-analyze >/dev/null || exit 77
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
sed 's,@bindir@/pgdriftd,/bin/true,' "$srcdir/systemd/pgdriftd.service.in" \
	> "$dir/pgdriftd.service"
cp "$srcdir/systemd/pgdriftd.socket" "$dir"

fail=0
# Where it cannot look at units (who is not root and has no /run/systemd) it says nothing of
# them, as it does of those that are well.
mkdir "$dir/wrong"
sed '/^\[Service\]/a NoSuchDirective=yes' "$dir/pgdriftd.service" >"$dir/wrong/pgdriftd.service"
said=$(systemd-analyze verify --man=no "$dir/wrong/pgdriftd.service" 2>&1)
case $said in
*pgdriftd*NoSuchDirective*) looked=yes ;;
*)
	echo "units cannot be looked at here: $said"
	looked=no
	;;
esac
# What it says about other units of this machine is not our matter.
if systemd-analyze verify --man=no "$dir/pgdriftd.service" "$dir/pgdriftd.socket" 2>&1 |
	grep pgdriftd; then
	fail=1
fi
# The threshold is ten times the exposure: at most 2.0.
systemd-analyze security --offline=true --threshold=20 "$dir/pgdriftd.service" \
	> "$dir/security" || { grep '^✗' "$dir/security"; fail=1; }
tail -n 1 "$dir/security"
[ $fail$looked != 0no ] || exit 77
exit $fail
