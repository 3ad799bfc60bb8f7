#!/bin/sh
# What promtool says of the metrics, of the alerts and of the scrape example.
command -v promtool >/dev/null || exit 77
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
here=$srcdir/tests/unit/report

fail=0
promtool check metrics <"$here/metrics.golden" || fail=1
promtool check rules "$srcdir/etc/prometheus/alerts.yml" || fail=1
promtool check config --syntax-only "$srcdir/etc/prometheus/scrape.yml" || fail=1
# promtool looks for the rules beside the tests.
cp "$srcdir/etc/prometheus/alerts.yml" "$here/alerts_test.yml" "$dir"
promtool test rules "$dir/alerts_test.yml" || fail=1
exit $fail
