#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"
#include "diff/diff.h"
#include "tests/unit/catalog/literal.h"

/* One side has the schemas public and app, the other app and tool; both a table. */
static struct diff *
compare(const char *globs, const char *expected_globs,
	const struct instance *const instance[static 2])
{
	struct snapshot *expected =
		CATALOG("schema /app", "schema /public", "table app/t", "extension /x");
	struct snapshot *found = CATALOG("schema /app", "schema /tool", "table app/t",
		"table loose/t", "extension /x");
	struct strvec schemas = {0}, expected_schemas = {0};
	struct compare_options o = COMPARE_DEFAULTS;
	struct diff *d;

	strvec_split(&schemas, globs, '|');
	strvec_split(&expected_schemas, expected_globs, '|');
	o.schemas = &schemas;
	o.expected_schemas = &expected_schemas;
	o.instance[0] = instance[0];
	o.instance[1] = instance[1];
	d = diff_compare(expected, found, &o);
	strvec_free(&schemas);
	strvec_free(&expected_schemas);
	snapshot_unref(expected);
	snapshot_unref(found);
	return d;
}

static void
test_schemas(void **state)
{
	static const struct {
		const char *globs, *expected_globs;
		enum diff_status status;
		const char *reason;
		size_t unused;
	} cases[] = {
		{"", "", DIFF_DRIFTED, NULL, 0},
		{"app", "", DIFF_IN_SYNC, NULL, 0},
		{"public", "", DIFF_DRIFTED, NULL, 0},
		{"loose", "", DIFF_DRIFTED, NULL, 0},
		{"pubilc", "", DIFF_NOT_COMPARABLE,
			"no schema on either side is called \"pubilc\"", 1},
		{"Public|x*", "", DIFF_NOT_COMPARABLE,
			"no schema on either side is called \"Public\", \"x*\"", 2},
		{"app, public", "", DIFF_NOT_COMPARABLE,
			"no schema on either side is called \"app, public\" "
			"(write \"app\", \"public\", two names)",
			1},
		{"a b,c", "", DIFF_NOT_COMPARABLE,
			"no schema on either side is called \"a b,c\" "
			"(write \"a\", \"b\", \"c\", separate names)",
			1},
		/* one of several is named, and changes nothing */
		{"app|billing", "", DIFF_IN_SYNC,
			"no schema on either side is called \"billing\"", 1},
		{"public|billing", "", DIFF_DRIFTED,
			"no schema on either side is called \"billing\"", 1},
		/* what the expected side is of */
		{"app", "a*", DIFF_IN_SYNC, NULL, 0},
		{"app", "app|public", DIFF_IN_SYNC, NULL, 0},
		{"tool", "public", DIFF_NOT_COMPARABLE,
			"what is expected has only schemas \"public\", and compared "
			"are only \"tool\"",
			0},
		{"app", "tool|public", DIFF_NOT_COMPARABLE,
			"what is expected has only schemas \"tool\", \"public\", and "
			"compared are only \"app\"",
			0},
		{"", "public", DIFF_DRIFTED, NULL, 0},
	};
	static const struct instance *const files[2];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct diff *d =
			compare(cases[i].globs, cases[i].expected_globs, files);

		assert_int_equal(d->status, cases[i].status);
		if (cases[i].reason)
			assert_string_equal(d->reason, cases[i].reason);
		else
			assert_null(d->reason);
		assert_int_equal(d->unused_schemas.n, cases[i].unused);
		if (d->status == DIFF_NOT_COMPARABLE)
			assert_int_equal(d->n_findings, 0);
		diff_unref(d);
	}
}

static void
test_json(void **state)
{
	static const struct instance *const files[2];
	struct diff *d = compare("app|billing", "", files);
	cJSON *o = diff_json(d, 0);
	const cJSON *list = cJSON_GetObjectItem(o, "unused_schemas");

	(void)state;
	assert_int_equal(cJSON_GetArraySize(list), 1);
	assert_string_equal(cJSON_GetArrayItem(list, 0)->valuestring, "billing");
	cJSON_Delete(o);
	diff_unref(d);
}

static void
test_one_database(void **state)
{
	static const struct instance primary = {"71", "5", false, 100, 200};
	static const struct instance again = {"71", "5", false, 100, 300};
	static const struct instance started_anew = {"71", "5", false, 250, 300};
	static const struct instance copy = {"71", "5", false, 150, 300};
	static const struct instance standby = {"71", "5", true, 150, 300};
	static const struct {
		const struct instance *expected, *found;
		const char *says;
	} cases[] = {
		{&primary, &again, "is read from the same database"},
		{&primary, &started_anew, "may be read from the same database"},
		{&primary, &copy, NULL},
		{&primary, &standby, NULL},
		{&primary, NULL, NULL},
		{NULL, &primary, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct instance *const sides[2] = {
			cases[i].expected, cases[i].found};
		struct diff *d = compare("", "", sides);

		assert_int_equal(
			d->status, cases[i].says ? DIFF_NOT_COMPARABLE : DIFF_DRIFTED);
		if (cases[i].says)
			assert_non_null(strstr(d->reason, cases[i].says));
		diff_unref(d);
	}
}

/* The reason names all of it. */
static void
test_both(void **state)
{
	static const struct instance one = {"71", "5", false, 100, 200};
	static const struct instance *const sides[2] = {&one, &one};
	struct diff *d = compare("tool", "public", sides);

	(void)state;
	assert_int_equal(d->status, DIFF_NOT_COMPARABLE);
	assert_string_equal(d->reason,
		"what is expected is read from the same database; what is expected has "
		"only schemas \"public\", and compared are only \"tool\"");
	diff_unref(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schemas),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_one_database),
		cmocka_unit_test(test_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
