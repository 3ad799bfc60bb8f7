#!/bin/sh
# What promtool and amtool say of the metrics, of the alerts, and of the examples; and that
# no alert is without its two tests, its text and its heading in docs/alerting.md.
# lacks PROGRAM: skipped, which is counted; where scripts/deps has installed it, a failure.
lacks() {
	echo "$1 is not here" >&2
	[ -z "${CI-}" ] || exit 1
	exit 77
}
command -v promtool >/dev/null || lacks promtool
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
here=$srcdir/tests/unit/report
etc=$srcdir/etc/prometheus
rules=$etc/alerts.yml

fail=0
wrong() {
	echo "$*" >&2
	fail=1
}

promtool check metrics <"$here/metrics.golden" || fail=1
promtool check rules "$rules" || fail=1
promtool check config --syntax-only "$etc/scrape.yml" || fail=1
# promtool looks for the rules beside the tests.
cp "$rules" "$here"/alerts/*_test.yml "$dir"
promtool test rules "$dir"/*_test.yml || fail=1

# As docs/alerting.md has it made a link.
link=$(sed -n "s/^| .runbook. |.*sed -i '\(.*\)' pgdriftd-alerts\.yml.*/\1/p" "$srcdir/docs/alerting.md")
sed "${link:-l}" "$rules" >"$dir/linked.yml"
grep -q '^ *runbook_url: https://[^ ]*/alerting\.md#schemamonitordown$' "$dir/linked.yml" ||
	wrong "docs/alerting.md: its \"$link\" makes no link"
promtool check rules "$dir/linked.yml" || fail=1

# ---- The alerts: name, severity, and which annotations, a line each
awk '
function tell() { if (name) print name, severity, notes; name = severity = notes = "" }
$1 == "-" { tell() }
$1 == "-" && $2 == "alert:" { name = $3 }
name && $1 == "severity:" { severity = $2 }
name && $1 ~ /^(summary|description|dashboard_url|runbook):$/ { notes = notes $1 }
name && $1 == "runbook:" && $2 != "alerting.md#" tolower(name) { notes = notes "elsewhere" }
END { tell() }' "$rules" >"$dir/alerts"
[ "$(wc -l <"$dir/alerts")" -gt 20 ] || wrong 'the alerts cannot be read'

# What the tests ask for: name, severity of each alert that is expected, or "none".
awk '
$1 == "-" && $2 == "alertname:" { name = $3 }
$1 == "exp_alerts:" && $2 == "[]" { print name, "none" }
$2 == "exp_labels:" { labels = 1; next }
$1 == "exp_annotations:" { labels = 0 }
labels && $1 == "severity:" { print name, $2 }' "$here"/alerts/*_test.yml >"$dir/tested"

while read -r name severity notes; do
	grep -qx "$name $severity" "$dir/tested" ||
		wrong "$name ($severity): no test in which it fires"
	grep -qx "$name none" "$dir/tested" || wrong "$name: no test in which it does not"
	case $notes in
	summary:description:dashboard_url:runbook:) ;;
	# Where there is no pgdriftd there is no page.
	summary:description:runbook:)
		[ "$name" = SchemaMonitorDown ] || [ "$name" = SchemaMonitorAbsent ] ||
			wrong "$name: no dashboard_url"
		;;
	*) wrong "$name: annotations are $notes" ;;
	esac
	case $severity in
	critical | warning | info) ;;
	*) wrong "$name: severity is \"$severity\"" ;;
	esac
	grep -qx "### $name" "$srcdir/docs/alerting.md" ||
		wrong "$name: no heading in docs/alerting.md"
done <"$dir/alerts"
sed -n 's/^### \(Schema\)/\1/p' "$srcdir/docs/alerting.md" | while read -r name; do
	grep -q "^$name " "$dir/alerts" || echo "$name: docs/alerting.md has it, alerts.yml has not"
done >"$dir/odd"
[ ! -s "$dir/odd" ] || wrong "$(cat "$dir/odd")"

# ---- Every metric that rules, dashboard and documents speak of is one
names() {
	grep -oE '\bpgdriftd_[a-z_]+' "$@" | sort -u
}
sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' "$here/metrics.golden" | sort -u >"$dir/metrics"
sed -n 's/^| `\([a-z_]*\)`.*/\1/p' "$srcdir/docs/metrics.md" | sort -u >"$dir/documented"
# What the fixture has none of.
for name in $(cat "$dir/metrics"); do
	grep -qx "$name" "$dir/documented" || wrong "$name: not in docs/metrics.md"
done
for name in $(names -h "$rules" "$srcdir/etc/grafana/pgdriftd.json"); do
	grep -qx "$name" "$dir/documented" || wrong "$name: it is asked for, and there is none"
done

# ---- Alertmanager
[ $fail = 0 ] || exit 1
command -v amtool >/dev/null || lacks amtool
amtool check-config "$etc/alertmanager.yml" || fail=1
while read -r name severity rest; do
	case $severity in
	critical) receiver=page ;;
	*) receiver=ticket ;;
	esac
	amtool config routes test --config.file="$etc/alertmanager.yml" \
		--verify.receivers=$receiver "alertname=$name" "severity=$severity" \
		job=pgdriftd instance=a environment=prod >"$dir/out" 2>&1 ||
		wrong "$name ($severity): $(cat "$dir/out")"
done <"$dir/alerts"
# With the route that is commented out: of what has a tier production alone pages.
sed 's/^    # \(- matchers: .tier\|  receiver\)/    \1/' "$etc/alertmanager.yml" >"$dir/tiers.yml"
cmp -s "$etc/alertmanager.yml" "$dir/tiers.yml" && wrong 'alertmanager.yml has no route by tier'
amtool check-config "$dir/tiers.yml" || fail=1
for pair in production:page staging:ticket :page; do
	amtool config routes test --config.file="$dir/tiers.yml" \
		--verify.receivers="${pair#*:}" alertname=SchemaDatabaseUnstamped severity=critical \
		environment=prod "tier=${pair%:*}" >"$dir/out" 2>&1 ||
		wrong "tier ${pair%:*}: $(cat "$dir/out")"
done
exit $fail
