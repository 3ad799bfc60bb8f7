#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diff/diff.h"

/* A finding with defaults for what a case does not say. */
#define FINDING(...)                          \
	((struct finding){.kind = KIND_TABLE, \
		.on = KIND_NONE,              \
		.name = "public.t",           \
		.change = CHANGE_CHANGED,     \
		__VA_ARGS__})

static char *
text_of(const struct finding *f, bool color)
{
	struct finding copy = *f;
	struct diff d = {.findings = &copy, .n_findings = 1};
	struct strbuf b = {0};

	d.n_change[f->change] = 1;
	diff_text(&d, color, &b);
	return strbuf_take(&b);
}

static void
test_findings(void **state)
{
	static const struct {
		struct finding finding;
		const char *text; /* without the last line */
	} cases[] = {
		{{.kind = KIND_INDEX,
			 .on = KIND_NONE,
			 .name = "public.i",
			 .change = CHANGE_MISSING,
			 .severity = SEVERITY_ADDITIVE,
			 .expected = "CREATE INDEX"},
			"missing    index public.i (additive)\n"
			"    expected: CREATE INDEX\n"},
		{{.kind = KIND_MATERIALIZED_VIEW,
			 .on = KIND_NONE,
			 .name = "public.m",
			 .change = CHANGE_UNEXPECTED,
			 .severity = SEVERITY_ADDITIVE,
			 .found = "SELECT 1"},
			"unexpected materialized_view public.m (additive)\n"
			"    found:    SELECT 1\n"},
		{{.kind = KIND_VIEW,
			 .on = KIND_NONE,
			 .name = "public.v",
			 .change = CHANGE_UNEXPECTED,
			 .severity = SEVERITY_ADDITIVE,
			 .found = "SELECT 1",
			 .renamed = "public.\"w\033\"",
			 .note = "INVALID\033"},
			"unexpected view public.v (additive)\n"
			"    looks renamed from public.\"w\\x1b\"\n"
			"    note: INVALID\\x1b\n"
			"    found:    SELECT 1\n"},
		{{.kind = KIND_COLUMN,
			 .on = KIND_NONE,
			 .name = "public.t.a",
			 .change = CHANGE_CHANGED,
			 .property = "type",
			 .expected = "text",
			 .found = "integer"},
			"changed    column public.t.a: type (breaking)\n"
			"    expected: text\n"
			"    found:    integer\n"},
		{{.kind = KIND_COLUMN,
			 .on = KIND_NONE,
			 .name = "public.t.a",
			 .change = CHANGE_CHANGED,
			 .property = "default",
			 .expected = "1"},
			"changed    column public.t.a: default (breaking)\n"
			"    expected: 1\n"
			"    found:    (not set)\n"},
		{{.kind = KIND_COMMENT,
			 .on = KIND_COLUMN,
			 .name = "public.t.a",
			 .change = CHANGE_MISSING,
			 .severity = SEVERITY_COSMETIC,
			 .expected = "two\nlines"},
			"missing    comment on column public.t.a (cosmetic)\n"
			"    expected:\n"
			"      two\n"
			"      lines\n"},
		{{.kind = KIND_VIEW,
			 .on = KIND_NONE,
			 .name = "public.v",
			 .change = CHANGE_CHANGED,
			 .property = "definition",
			 .expected = " SELECT a,\n    b\n   FROM t",
			 .found = " SELECT a,\n    c\n   FROM t"},
			"changed    view public.v: definition (breaking)\n"
			"    - expected, + found:\n"
			"    -   2      b\n"
			"    +   2      c\n"},
		/* Only the end of the last line differs: nothing to show by lines */
		{{.kind = KIND_VIEW,
			 .on = KIND_NONE,
			 .name = "public.v",
			 .change = CHANGE_CHANGED,
			 .property = "definition",
			 .expected = "a\n",
			 .found = "a"},
			"changed    view public.v: definition (breaking)\n"
			"    expected:\n"
			"      a\n"
			"    found:    a\n"},
		{{.kind = KIND_TYPE,
			 .on = KIND_NONE,
			 .name = "public.mood",
			 .change = CHANGE_CHANGED,
			 .property = "labels",
			 .expected = "'sad', 'ok', 'happy'",
			 .found = "'sad', 'meh', 'happy'"},
			"changed    type public.mood: labels (breaking)\n"
			"    expected: 'sad', 'ok', 'happy'\n"
			"    found:    'sad', 'meh', 'happy'\n"
			"    missing:  'ok'\n"
			"    unexpected: 'meh'\n"},
		{{.kind = KIND_TYPE,
			 .on = KIND_NONE,
			 .name = "public.mood",
			 .change = CHANGE_CHANGED,
			 .property = "labels",
			 .expected = "'a', 'b'",
			 .found = "'b', 'a'"},
			"changed    type public.mood: labels (breaking)\n"
			"    expected: 'a', 'b'\n"
			"    found:    'b', 'a'\n"
			"    in another order\n"},
		/* Nothing from a database steers a terminal */
		{{.kind = KIND_TABLE,
			 .on = KIND_NONE,
			 .name = "public.\"\033[2J\t\"",
			 .change = CHANGE_UNEXPECTED,
			 .severity = SEVERITY_ADDITIVE,
			 .found = "\a\177 \xc2\x9b"
				  "1m \xff \xc3\xa9\xc2\xa0 tab\t|\r"},
			"unexpected table public.\"\\x1b[2J\\t\" (additive)\n"
			"    found:    \\x07\\x7f \\u009b1m \\xff \xc3\xa9\\u00a0 "
			"tab\t|\\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *text = text_of(&cases[i].finding, false), *last;

		last = strstr(text, "\n1 finding: ");
		assert_non_null(last);
		last[1] = '\0';
		assert_string_equal(text, cases[i].text);
		free(text);
	}
}

static void
test_summary(void **state)
{
	struct diff d = {.n_ignored = 4};
	struct finding three[3] = {FINDING(.property = "a"), FINDING(.property = "b"),
		FINDING(.property = "c")};
	struct strbuf b = {0};

	(void)state;
	diff_text(&d, false, &b);
	assert_string_equal(
		b.s, "0 findings: 0 missing, 0 unexpected, 0 changed; 4 ignored\n");
	strbuf_clear(&b);
	d = (struct diff){.findings = three,
		.n_findings = 3,
		.n_change = {[CHANGE_CHANGED] = 3},
		.reason = "2 texts of \"\u202ea\n\" were not compared"};
	strvec_add(&d.unused_rules, "table:a.b");
	strvec_add(&d.expired_rules, "table:a.c until=2020-01-01");
	diff_text(&d, false, &b);
	assert_non_null(strstr(b.s,
		"note: this ignore rule matched nothing: table:a.b\n"
		"note: this ignore rule has expired: table:a.c until=2020-01-01\n"
		"note: 2 texts of \"\\u202ea\\n\" were not compared\n"
		"3 findings: 0 missing, 0 unexpected, 3 changed; 0 ignored\n"));
	strvec_free(&d.unused_rules);
	strvec_free(&d.expired_rules);
	strbuf_free(&b);
}

static void
test_color(void **state)
{
	struct finding f = FINDING(.property = "type", .expected = "a", .found = "b");
	char *text = text_of(&f, true);

	(void)state;
	assert_string_equal(text,
		"\033[33mchanged   \033[0m table \033[1mpublic.t\033[0m: type "
		"(breaking)\n"
		"    expected: a\n"
		"    found:    b\n"
		"1 finding: 0 missing, 0 unexpected, 1 changed; 0 ignored\n");
	free(text);
}

/* What goes with one table goes together; how many of each kind comes first. */
static void
test_groups(void **state)
{
	struct finding six[6] = {
		{.kind = KIND_TABLE,
			.on = KIND_NONE,
			.name = "public.b",
			.change = CHANGE_MISSING,
			.expected = ""},
		{.kind = KIND_TABLE,
			.on = KIND_NONE,
			.name = "public.z",
			.change = CHANGE_UNEXPECTED,
			.found = ""},
		{.on = KIND_NONE,
			.change = CHANGE_CHANGED,
			.kind = KIND_COLUMN,
			.name = "public.a.x",
			.property = "default",
			.within_kind = KIND_TABLE,
			.within = "public.a",
			.found = "1"},
		{.on = KIND_NONE,
			.change = CHANGE_CHANGED,
			.kind = KIND_COLUMN,
			.name = "public.a.x",
			.property = "type",
			.within_kind = KIND_TABLE,
			.within = "public.a",
			.expected = "a",
			.found = "b",
			.note = "so"},
		{.on = KIND_NONE,
			.change = CHANGE_CHANGED,
			.kind = KIND_COLUMN,
			.name = "public.a.y",
			.property = "type",
			.within_kind = KIND_TABLE,
			.within = "public.a",
			.expected = "a",
			.found = "b"},
		{.on = KIND_NONE,
			.kind = KIND_INDEX,
			.name = "public.i",
			.change = CHANGE_MISSING,
			.severity = SEVERITY_ADDITIVE,
			.within_kind = KIND_TABLE,
			.within = "public.a",
			.expected = "CREATE INDEX"},
	};
	struct diff d = {.findings = six, .n_findings = 6, .n_change = {2, 1, 3}};
	static const char summary[] = "1 table missing, 1 unexpected\n"
				      "2 columns changed (default, type 2)\n"
				      "1 index missing\n";
	static const char total[] =
		"6 findings: 2 missing, 1 unexpected, 3 changed; 0 ignored\n";
	struct strbuf b = {0}, wanted = {0};

	(void)state;
	strbuf_printf(&wanted, "%s%s", summary, total);
	diff_summary(&d, &b);
	assert_string_equal(b.s, wanted.s);
	strbuf_clear(&b);
	strbuf_clear(&wanted);
	strbuf_printf(&wanted,
		"%s\n"
		"changed    column public.a.x: default (breaking)\n"
		"    expected: (not set)\n"
		"    found:    1\n"
		"changed    column public.a.x: type (breaking)\n"
		"    note: so\n"
		"    expected: a\n"
		"    found:    b\n"
		"changed    column public.a.y: type (breaking)\n"
		"    expected: a\n"
		"    found:    b\n"
		"missing    index public.i (additive)\n"
		"    expected: CREATE INDEX\n"
		"\n"
		"missing    table public.b (breaking)\n"
		"unexpected table public.z (breaking)\n"
		"\n%s",
		summary, total);
	diff_text(&d, false, &b);
	assert_string_equal(b.s, wanted.s);
	strbuf_free(&b);
	strbuf_free(&wanted);
}

/* Of hundreds, each says less. */
static void
test_many(void **state)
{
	static struct finding many[101];
	struct diff d = {.findings = many, .n_findings = 101};
	struct strbuf b = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(many); i++)
		many[i] = (struct finding){.on = KIND_NONE,
			.kind = KIND_FUNCTION,
			.change = CHANGE_MISSING,
			.name = "f()",
			.expected = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10"};
	diff_text(&d, false, &b);
	assert_non_null(strstr(b.s, "101 functions missing\n\n"));
	assert_non_null(strstr(b.s, "      8\n      … 2 more lines\n"));
	strbuf_free(&b);
	/* The first ones, and all are counted. */
	for (size_t i = 0; i < COUNT_OF(many); i++)
		many[i].name = i < 2 ? "f()" : "g()";
	diff_text_confirmed(&d, NULL, 2, false, &b);
	assert_non_null(strstr(b.s, "101 functions missing\n\n"));
	assert_null(strstr(b.s, "g()"));
	assert_non_null(
		strstr(b.s, "\n\n… and 99 more, by max_findings\n\n101 findings"));
	strbuf_clear(&b);
	diff_text_confirmed(&d, NULL, 101, false, &b);
	assert_null(strstr(b.s, "max_findings"));
	strbuf_free(&b);
}

/* Long texts are cut, and say so. */
static void
test_long(void **state)
{
	struct strbuf lines = {0};
	struct finding missing = FINDING(.property = NULL);
	char *text;

	(void)state;
	for (int i = 1; i <= 43; i++)
		strbuf_printf(&lines, "line %d\n", i);
	missing.change = CHANGE_MISSING;
	missing.expected = lines.s;
	text = text_of(&missing, false);
	assert_non_null(strstr(text, "      line 40\n      … 3 more lines\n1 finding"));
	free(text);
	missing.change = CHANGE_CHANGED;
	missing.property = "definition";
	missing.found = "line 1\n";
	text = text_of(&missing, false);
	assert_non_null(
		strstr(text, "-  41  line 41\n      … 2 more lines\n1 finding"));
	free(text);
	strbuf_free(&lines);
}

static void
test_json(void **state)
{
	struct finding two[2] = {{.kind = KIND_INDEX,
					 .on = KIND_NONE,
					 .name = "public.i",
					 .change = CHANGE_MISSING,
					 .severity = SEVERITY_ADDITIVE,
					 .expected = "CREATE INDEX",
					 .renamed = "public.j",
					 .note = "INVALID"},
		{.kind = KIND_COMMENT,
			.on = KIND_TABLE,
			.name = "public.t",
			.change = CHANGE_CHANGED,
			.property = "comment",
			.severity = SEVERITY_COSMETIC,
			.found = "x\xff",
			.unexpected = "a: SELECT"}};
	struct diff d = {.status = DIFF_DRIFTED,
		.findings = two,
		.n_findings = 2,
		.n_change = {[CHANGE_MISSING] = 1, [CHANGE_CHANGED] = 1},
		.n_ignored = 3};
	static const char first[] =
		"{\"kind\":\"index\",\"name\":\"public.i\",\"change\":\"missing\","
		"\"severity\":\"additive\",\"expected\":\"CREATE "
		"INDEX\",\"found\":null,\"renamed_to\":\"public.j\","
		"\"note\":\"INVALID\"}";
	static const char second[] =
		"{\"kind\":\"comment\",\"on\":\"table\",\"name\":\"public.t\","
		"\"change\":\"changed\",\"property\":\"comment\",\"severity\":"
		"\"cosmetic\","
		"\"expected\":null,\"found\":\"x\\\\xff\","
		"\"unexpected\":\"a: SELECT\"}";
	static const char head[] =
		"{\"schema_version\":1,\"status\":\"drifted\",\"summary\":{\"missing\":"
		"1,"
		"\"unexpected\":0,\"changed\":1,\"ignored\":3},\"findings\":[";
	cJSON *all = diff_json(&d, 0), *one = diff_json(&d, 1);
	char *text = json_print(all), *short_text = json_print(one);
	char *expected = xasprintf("%s%s,%s]}", head, first, second);

	(void)state;
	assert_string_equal(text, expected);
	free(expected);
	expected = xasprintf("%s%s],\"truncated\":true}", head, first);
	assert_string_equal(short_text, expected);
	free(expected);
	free(text);
	free(short_text);
	cJSON_Delete(all);
	cJSON_Delete(one);
}

static void
test_json_notes(void **state)
{
	struct diff d = {.status = DIFF_NOT_COMPARABLE, .reason = "of another format"};
	cJSON *json;
	char *text;

	(void)state;
	strvec_add(&d.unused_rules, "table:a.b");
	strvec_add(&d.expired_rules, "table:a.c until=2020-01-01");
	json = diff_json(&d, 0);
	text = json_print(json);
	assert_string_equal(text,
		"{\"schema_version\":1,\"status\":\"not_comparable\","
		"\"reason\":\"of another format\",\"summary\":{\"missing\":0,"
		"\"unexpected\":0,\"changed\":0,\"ignored\":0},\"findings\":[],"
		"\"unused_rules\":[\"table:a.b\"],"
		"\"expired_rules\":[\"table:a.c until=2020-01-01\"]}");
	free(text);
	cJSON_Delete(json);
	strvec_free(&d.unused_rules);
	strvec_free(&d.expired_rules);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_summary),
		cmocka_unit_test(test_color),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_notes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
