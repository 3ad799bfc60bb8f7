#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"
#include "diff/concerned.h"
#include "diff/diff.h"
#include "tests/unit/catalog/literal.h"

static const struct instance here = {"71", "5", false, 100, 200},
			     again = {"71", "5", false, 100, 300, .role = "other"},
			     later = {"71", "5", false, 250, 300},
			     standby = {"71", "5", true, 150, 300},
			     copy = {"71", "5", false, 150, 300};

static bool
concerned(const char *object, const struct compare_options *o, bool is_one)
{
	struct snapshot *s = CATALOG(object), *other = CATALOG("schema /b");
	const struct comparison c = {
		.options = o, .sides = {other, s}, .is_one = is_one};
	bool concerned = concerned_is(&c, &s->objects[0]);

	snapshot_unref(s);
	snapshot_unref(other);
	return concerned;
}

/* In turn: schemas = b; b=a of another database; the same, and only b; b=a of one
 * database. */
static void
test_cases(void **state)
{
	static const struct {
		const char *object, *concerned;
	} cases[] = {
		{"table b/t", "1111"},
		{"schema /b", "1111"},
		{"comment /b|on=schema|comment=x", "1111"},
		{"table a/t", "0000"},
		{"schema /c", "0100"},
		{"table c/t", "0100"},
		{"extension /x|installed_in=b", "1110"},
		{"comment /x|on=extension|comment=x", "1110"},
		{"event_trigger /x|function=b.f", "1110"},
		{"cast /cast(text AS integer)|context=explicit|method=b.f", "1110"},
		{"cast /cast(b.m AS text)|context=explicit|method=BINARY", "1111"},
		{"comment /cast(b.m AS text)|on=cast|comment=x", "1111"},
		{"cast /cast(c.m AS text)|context=explicit|method=BINARY", "0100"},
		{"cast /cast(c.m AS b.m)|context=explicit|method=BINARY", "1111"},
		{"cast /cast(a.m AS b.m)|context=explicit|method=BINARY", "1000"},
		{"transform /transform(c.m, sql)|from_sql=f", "0100"},
		{"publication /p|all_tables=false|tables=c.t", "0100"},
		{"publication /p|all_tables=false|tables=c.t, b.t", "1110"},
	};
	struct strvec only = {0}, map = {0};
	struct compare_options o[4] = {
		COMPARE_DEFAULTS, COMPARE_DEFAULTS, COMPARE_DEFAULTS, COMPARE_DEFAULTS};

	(void)state;
	strvec_add(&only, "b");
	strvec_add(&map, "b=a");
	o[0].schemas = o[2].schemas = &only;
	o[1].schema_map = o[2].schema_map = o[3].schema_map = &map;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		for (size_t k = 0; k < COUNT_OF(o); k++)
			if (concerned(cases[i].object, &o[k], k == 3) !=
				(cases[i].concerned[k] == '1'))
				fail_msg("%s, %zu", cases[i].object, k);
	strvec_free(&only);
	strvec_free(&map);
}

static void
test_instances(void **state)
{
	static const struct {
		const struct instance *expected, *found;
		size_t n_findings;
	} cases[] = {
		{NULL, NULL, 1},
		{&here, NULL, 1},
		{&here, &here, 0},
		{&here, &again, 0},
		{&here, &later, 0},
		{&standby, &here, 0},
		{&here, &standby, 0},
		{&here, &copy, 1},
	};
	struct snapshot *s = CATALOG("schema /a", "schema /b",
		"extension /x|installed_in=a|version=1", "table a/t", "table b/t");
	struct strvec map = {0};

	(void)state;
	strvec_add(&map, "b=a");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct compare_options o = COMPARE_DEFAULTS;
		struct diff *d;

		o.schema_map = &map;
		o.instance[0] = cases[i].expected;
		o.instance[1] = cases[i].found;
		d = diff_compare(s, s, &o);
		assert_int_equal(d->n_findings, cases[i].n_findings);
		diff_unref(d);
	}
	strvec_free(&map);
	snapshot_unref(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_instances),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
