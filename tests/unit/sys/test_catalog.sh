#!/bin/sh
# The journal's message catalog has one entry for each MESSAGE_ID, and no other; each
# speaks only of fields that exist.
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
catalog=$srcdir/systemd/pgdriftd.catalog
fail=0

sed -n 's/^#define JOURNAL_ID_[A-Z_]* "\([0-9a-f]\{32\}\)"$/\1/p' \
	"$srcdir/src/report/journal_ids.h" | sort > "$dir/ids"
sed -n 's/^-- //p' "$catalog" | sort > "$dir/entries"
[ -s "$dir/ids" ] || { echo 'no ids were read'; fail=1; }
diff "$dir/ids" "$dir/entries" || { echo 'ids and entries differ'; fail=1; }

entries=$(wc -l < "$dir/entries")
for header in Subject Defined-By; do
	n=$(grep -c "^$header: " "$catalog")
	[ "$n" -eq "$entries" ] || { echo "$n of $entries have a $header"; fail=1; }
done

for key in $(grep -o '@PGDRIFTD_[A-Z_]*@' "$catalog" | tr -d @ | sort -u |
	sed 's/^PGDRIFTD_//' | tr '[:upper:]' '[:lower:]'); do
	grep -q "\"$key\"" "$srcdir/src/report/journal.c" ||
		{ echo "no record has a field \"$key\""; fail=1; }
done
exit $fail
