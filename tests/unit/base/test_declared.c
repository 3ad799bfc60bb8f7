/* What is no answer to a statement is an error that says which, where and what. */
#include "tests/unit/unit.h"

#include "base/declared.h"
#include "base/mem.h"

static void
test_forms(void **state)
{
	static const struct {
		const char *form, *value;
		bool fits;
	} cases[] = {
		{NULL, "", true},
		{FORM_BOOL, "t", true},
		{FORM_BOOL, "f", true},
		{FORM_BOOL, "", false},
		{FORM_BOOL, "true", false},
		{FORM_BOOL, "t|f", false},
		{"r|plain", "plain", true},
		{"r|plain", "pl", false},
		{FORM_NUMBER, "-1", true},
		{FORM_NUMBER, "1e+15", true},
		{FORM_NUMBER, "0.01", true},
		{FORM_NUMBER, "Infinity", true},
		{FORM_NUMBER, "", false},
		{FORM_NUMBER, "-", false},
		{FORM_NUMBER, "1-2", false},
		{FORM_NUMBER, "0x10", false},
		{FORM_NUMBER, " 1", false},
		{FORM_INTEGER, "-12", true},
		{FORM_INTEGER, "9223372036854775807", true},
		{FORM_INTEGER, "--1", false},
		{FORM_INTEGER, "-", false},
		{FORM_INTEGER, "1.5", false},
		{FORM_NATURAL, "18446744073709551615", true},
		{FORM_NATURAL, "-1", false},
		{FORM_NATURAL, "", false},
		{FORM_NATURAL, "1,2", false},
		{FORM_NATURAL, "111111111111111111111", false},
		{FORM_LETTER, "r", true},
		{FORM_LETTER, "S", true},
		{FORM_LETTER, "?", false},
		{FORM_LETTER, "rv", false},
		{FORM_LETTER, "", false},
		{FORM_NAME, "?", true},
		{FORM_NAME, "", false},
		{FORM_MD5, "d41d8cd98f00b204e9800998ecf8427e", true},
		{FORM_MD5, "d41d8cd98f00b204e9800998ecf8427", false},
		{FORM_MD5, "d41d8cd98f00b204e9800998ecf8427ee", false},
		{FORM_MD5, "", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (declared_fits(cases[i].form, cases[i].value) != cases[i].fits)
			fail_msg("%s: \"%s\"", cases[i].form, cases[i].value);
}

static const struct declared_column columns[] = {
	{"n", FORM_NATURAL},
	{"text", .null = true},
	{"on", FORM_BOOL},
	{"since", FORM_INTEGER, .only_where = "on"},
	{0},
};

static const char *
text_of(const struct declared *d, const struct rows *r)
{
	static struct err e;

	if (declared_check(r, d, "statement 1 (server)", &e))
		return "";
	assert_int_equal(e.code, ERR_INTERNAL);
	return e.text;
}

/* What is said of one row. */
#define SAID(...) said((const char *const[]){__VA_ARGS__})
static const char *
said(const char *const *cells)
{
	static const char *const names[] = {"n", "text", "on", "since"};
	static const struct declared one = {columns, 1, 1};
	const struct rows r = {1, 4, names, cells};

	return text_of(&one, &r);
}

#define ANSWERED "the server answered statement 1 (server) with"

static void
test_values(void **state)
{
	(void)state;
	assert_string_equal(SAID("1", NULL, "f", NULL), "");
	assert_string_equal(SAID("1", "", "t", "-5"), "");
	assert_string_equal(
		SAID(NULL, NULL, "f", NULL), ANSWERED " NULL for n, which cannot be");
	assert_string_equal(
		SAID("", NULL, "f", NULL), ANSWERED " \"\" for n, which cannot be");
	assert_string_equal(SAID("a\nb", NULL, "f", NULL),
		ANSWERED " \"a\\nb\" for n, which cannot be");
	assert_string_equal(
		SAID("1", NULL, NULL, NULL), ANSWERED " NULL for on, which cannot be");
	assert_string_equal(
		SAID("1", NULL, "?", NULL), ANSWERED " \"?\" for on, which cannot be");
	/* What is there only where another is true. */
	assert_string_equal(SAID("1", NULL, "t", NULL),
		ANSWERED " NULL for since, which cannot be");
	assert_string_equal(SAID("1", NULL, "f", "5"),
		ANSWERED " \"5\" for since, which cannot be");
	assert_string_equal(SAID("1", NULL, "t", "5 s"),
		ANSWERED " \"5 s\" for since, which cannot be");
}

static void
test_columns(void **state)
{
	static const char *const names[] = {"n", "text", "on", "since", "more"};
	static const char *const other[] = {"n", "on", "text", "since"};
	static const struct declared any = {columns, 0, 0};
	const struct rows less = {0, 3, names, NULL}, more = {0, 5, names, NULL};
	const struct rows moved = {0, 4, other, NULL}, none = {0, 0, NULL, NULL};

	(void)state;
	assert_string_equal(text_of(&any, &less),
		"the server answered statement 1 (server) without the column since, "
		"which cannot be");
	assert_string_equal(text_of(&any, &none),
		"the server answered statement 1 (server) without the column n, which "
		"cannot be");
	assert_string_equal(
		text_of(&any, &more), ANSWERED " a column \"more\", which cannot be");
	assert_string_equal(text_of(&any, &moved),
		ANSWERED " a column \"on\" in the place of text, which cannot be");
}

static void
test_counts(void **state)
{
	static const struct declared one = {NULL, 1, 1}, some = {NULL, 1, 0},
				     few = {NULL, 2, 3}, any = {NULL, 0, 0};
	const struct rows none = {0}, single = {.n_rows = 1}, four = {.n_rows = 4};

	(void)state;
	assert_string_equal(text_of(&one, &none), ANSWERED " 0 rows instead of 1");
	assert_string_equal(text_of(&one, &single), "");
	assert_string_equal(text_of(&one, &four), ANSWERED " 4 rows instead of 1");
	assert_string_equal(
		text_of(&few, &single), ANSWERED " 1 row instead of at least 2");
	assert_string_equal(
		text_of(&few, &four), ANSWERED " 4 rows instead of at most 3");
	assert_string_equal(
		text_of(&some, &none), ANSWERED " 0 rows instead of at least 1");
	assert_string_equal(text_of(&some, &four), "");
	assert_string_equal(text_of(&any, &none), "");
}

/* Each row is looked at. */
static void
test_rows(void **state)
{
	static const char *const names[] = {"n", "text", "on", "since"};
	static const char *const cells[] = {
		"1", NULL, "f", NULL, "2", NULL, "f", NULL, NULL, NULL, "f", NULL};
	static const struct declared any = {columns, 0, 0};
	const struct rows two = {2, 4, names, cells}, three = {3, 4, names, cells};

	(void)state;
	assert_string_equal(text_of(&any, &two), "");
	assert_string_equal(
		text_of(&any, &three), ANSWERED " NULL for n, which cannot be");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
