#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "diff/diff.h"
#include "tests/unit/catalog/literal.h"

#define P "publication /p|all_tables=false|publish=insert"

/* What is found between two publications where schema b alone is compared. */
static void
test_cases(void **state)
{
	static const struct {
		const char *expected, *found, *finding;
	} cases[] = {
		{P "|tables=b.t", P "|tables=b.t, c.t", NULL},
		{P "|tables=a.t, b.t", P "|tables=b.t, c.t", NULL},
		{P "|tables=a.t (x, y) WHERE (c.f(1, 2)), b.t", P "|tables=b.t", NULL},
		{P "|schemas=a, b", P "|schemas=b, c", NULL},
		{P "|tables=b.t", P "|tables=b.t, b.u", "changed b.t -> b.t, b.u"},
		{P "|tables=b.t, c.t", P "|tables=b.t (x), c.u",
			"changed b.t -> b.t (x)"},
		{P "|schemas=b, c", P "|schemas=c", "changed b -> -"},
		{P "|tables=\"b\".t", P "|tables=\"b,\".t", "changed \"b\".t -> -"},
		{P "|tables=a.t", P "|tables=c.t", NULL},
		{P "|tables=a.t", "schema /x", NULL},
		{P, P "|tables=c.t", NULL},
		{"schema /x", P, "unexpected"},
		{"schema /x", P "|schemas=b", "unexpected"},
		{P "|tables=b.t", "schema /x", "missing"},
		{"schema /x", "publication /p|all_tables=true|publish=insert",
			"unexpected"},
		/* one side has something of it: then it is told what */
		{P "|tables=c.t", P "|tables=b.t", "changed - -> b.t"},
	};
	struct strvec only = {0};
	struct compare_options o = COMPARE_DEFAULTS;

	(void)state;
	strvec_add(&only, "b");
	o.schemas = &only;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *a = CATALOG("schema /b", cases[i].expected,
					"comment /p|on=publication|comment=x"),
				*b = CATALOG("schema /b", cases[i].found,
					"comment /p|on=publication|comment=x");
		struct diff *d = diff_compare(a, b, &o);
		const struct finding *f = d->findings;
		char text[100] = "";

		if (d->n_findings && f->property)
			snprintf(text, sizeof text, "changed %s -> %s",
				f->expected ? f->expected : "-",
				f->found ? f->found : "-");
		else if (d->n_findings)
			strcpy(text, change_word(f->change));
		assert_int_equal(d->n_findings, cases[i].finding != NULL);
		if (cases[i].finding)
			assert_string_equal(text, cases[i].finding);
		diff_unref(d);
		snapshot_unref(a);
		snapshot_unref(b);
	}
	strvec_free(&only);
}

/* What is said of one that is of no matter is of none either. */
static void
test_comments(void **state)
{
	static const struct {
		const char *tables;
		size_t n_findings;
	} cases[] = {{P "|tables=c.t", 0}, {P "|tables=c.t, b.t", 1}};
	struct strvec only = {0};
	struct compare_options o = COMPARE_DEFAULTS;

	(void)state;
	strvec_add(&only, "b");
	o.schemas = &only;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *a = CATALOG("schema /b", cases[i].tables),
				*b = CATALOG("schema /b", cases[i].tables,
					"comment /p|on=publication|comment=x");
		struct diff *d = diff_compare(a, b, &o);

		assert_int_equal(d->n_findings, cases[i].n_findings);
		diff_unref(d);
		snapshot_unref(a);
		snapshot_unref(b);
	}
	strvec_free(&only);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_comments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
