#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diff/diff.h"
#include "tests/unit/catalog/literal.h"

/* Its own rules leave nothing of a diff, and each hides something. */
static void
test_round_trip(void **state)
{
	struct snapshot *expected = CATALOG("table public/gone\nfor \"good\"",
		"table public/t|options=a", "column public/t/a*|type=text|default=1",
		"column public/t/ab|type=text", "index public/I?|parent=t|keys=a",
		"function public/f(\"x\ny\", integer)|body=1",
		"operator public/@@(a, b)|function=f",
		"cast /cast(a AS b)|context=implicit",
		"comment /cast(a AS b)|on=cast|comment=1",
		"comment public/t|on=table|comment=1", "comment public/t|on=type",
		"comment public/@@(a, b)|on=operator|comment=1",
		"user_mapping /s/who else", "policy public/t/p q|using=1");
	struct snapshot *found = CATALOG("table public/t|options=b",
		"column public/t/a*|type=date|default=2", "column public/t/new.1",
		"index public/I?|parent=t|keys=b",
		"function public/f(\"x\ny\", integer)|body=2",
		"operator public/@@(a, b)|function=g",
		"cast /cast(a AS b)|context=explicit",
		"comment /cast(a AS b)|on=cast|comment=2",
		"comment public/@@(a, b)|on=operator|comment=2",
		"policy public/t/p q|using=2", "schema /New one", "table New one/t");
	struct ignore_rules *rules = ignore_new();
	struct strbuf text = {0};
	struct diff *d = diff_compare(expected, found, &COMPARE_DEFAULTS);
	char *line, *save = NULL;
	size_t n = d->n_findings;
	struct err e;

	(void)state;
	assert_int_equal(n, 17);
	diff_rules(d, &text);
	diff_unref(d);
	for (line = strtok_r(text.s, "\n", &save); line;
		line = strtok_r(NULL, "\n", &save))
		if (!ignore_add(rules, line, NULL, 0, &e))
			fail_msg("%s", e.text);
	/* The two comments on public.t share one. */
	assert_int_equal(ignore_count(rules), n - 1);
	d = diff_compare(expected, found,
		&(struct compare_options){.comments = true, .ignore = rules});
	assert_int_equal(d->n_findings, 0);
	assert_int_equal(d->n_ignored, n);
	assert_int_equal(d->unused_rules.n, 0);
	diff_unref(d);
	ignore_free(rules);
	strbuf_free(&text);
	snapshot_unref(expected);
	snapshot_unref(found);
}

static void
test_nothing(void **state)
{
	struct snapshot *s = CATALOG("table public/t");
	struct diff *d = diff_compare(s, s, &COMPARE_DEFAULTS);
	struct strbuf text = {0};

	(void)state;
	diff_rules(d, &text);
	assert_int_equal(text.len, 0);
	diff_unref(d);
	snapshot_unref(s);
}

/* Rules of presets are not expected to match, others are. */
static void
test_presets(void **state)
{
	struct snapshot *s = CATALOG("table public/t");
	struct ignore_rules *rules = ignore_new();
	struct diff *d;
	struct err e;

	(void)state;
	ignore_add_preset(rules, "schema:auth");
	assert_true(ignore_add(rules, "schema:other", NULL, 0, &e));
	d = diff_compare(s, s, &(struct compare_options){.ignore = rules});
	assert_int_equal(d->unused_rules.n, 1);
	assert_string_equal(d->unused_rules.v[0], "schema:other");
	diff_unref(d);
	ignore_free(rules);
	snapshot_unref(s);
}

/* By which rule each is ignored: the last that says so. */
static void
test_who_hides(void **state)
{
	struct snapshot *expected = CATALOG("table public/a", "table public/b");
	struct snapshot *found = CATALOG("table public/c|options=x");
	struct ignore_rules *rules = ignore_new();
	struct diff *d;
	struct err e;

	(void)state;
	assert_true(ignore_add(rules, "table:public.*", NULL, 0, &e));
	assert_true(ignore_add(rules, "view:public.none", NULL, 0, &e));
	assert_true(ignore_add(rules,
		"table:public.c until=2099-01-01 reason=\"kept for B\"", NULL, 0, &e));
	assert_true(ignore_add(rules, "!table:public.b", NULL, 0, &e));
	d = diff_compare(expected, found,
		&(struct compare_options){.comments = true, .ignore = rules});
	assert_int_equal(d->n_findings, 1);
	assert_int_equal(d->n_ignored, 2);
	assert_int_equal(d->n_ignored_kept, 2);
	assert_int_equal(d->n_rules, 2);
	assert_string_equal(d->ignored[0].finding.name, "public.a");
	assert_int_equal(d->ignored[0].rule, 0);
	assert_string_equal(d->ignored[1].finding.name, "public.c");
	assert_int_equal(d->ignored[1].rule, 1);
	assert_null(d->ignored[1].finding.found);
	assert_null(d->rules[0].reason);
	assert_int_equal(d->rules[0].until_ms, 0);
	assert_string_equal(d->rules[1].reason, "kept for B");
	assert_true(d->rules[1].until_ms > 0);
	diff_unref(d);
	ignore_free(rules);
	snapshot_unref(expected);
	snapshot_unref(found);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_who_hides),
		cmocka_unit_test(test_presets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
