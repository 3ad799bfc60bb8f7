#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "catalog/ignore.h"
#include "tests/unit/catalog/literal.h"

static struct err error;

static int64_t
at(const char *time)
{
	int64_t ms;

	assert_true(clock_parse(time, &ms));
	return ms;
}

/* Everything the rules are tried on. */
static struct snapshot *
catalog(void)
{
	return CATALOG("schema /public", "schema /app", "schema /App",
		"extension /public", "table public/users", "table public/Users",
		"table public/a.b", "table app/users", "table unread/t",
		"column public/users/email", "column app/users/email",
		"constraint public/users/users_pkey",
		"index public/users_i|parent=users",
		"sequence public/users_id_seq|parent=users|parent_part=email",
		"trigger public/users/touch", "view public/v",
		"function public/f(integer, text)", "function public/f()",
		"operator public/@>(integer, integer)",
		"comment public/users/email|on=column", "comment /app|on=schema",
		"comment public/f()|on=function", "cast /cast(integer AS text)",
		"foreign_server /far", "user_mapping /far/me",
		"default_privilege /me/tables");
}

/* The one object of that kind whose name is `name`. */
static const struct object *
pick(const struct snapshot *s, const char *word, const char *name)
{
	struct strbuf b = {0};
	const struct object *o = NULL;

	for (size_t i = 0; i < s->n_objects && !o; i++) {
		strbuf_clear(&b);
		object_name(&s->objects[i], &b);
		if (!strcmp(kind_info(s->objects[i].kind)->word, word) &&
			!strcmp(b.s, name))
			o = &s->objects[i];
	}
	strbuf_free(&b);
	if (!o)
		fail_msg("no %s %s", word, name);
	return o;
}

/* At the start of 2026. */
static bool
ignored_by(const char *const *rules, const struct object *o, const char *property)
{
	struct ignore_rules *r = ignore_new();
	bool ignored;

	for (; *rules; rules++)
		if (!ignore_add(r, *rules, NULL, 0, &error))
			fail_msg("%s", error.text);
	ignored = ignore_match(r, o, property, at("2026-01-01"), NULL);
	ignore_free(r);
	return ignored;
}

static void
test_matching(void **state)
{
	static const struct {
		const char *rules[4];
		const char *kind, *name, *property;
		bool ignored;
	} cases[] = {
		/* Names */
		{{"table:public.users"}, "table", "public.users", NULL, true},
		{{"table:public.users"}, "table", "app.users", NULL, false},
		{{"table:public.users"}, "table", "public.\"Users\"", NULL, false},
		{{"table:public.Users"}, "table", "public.\"Users\"", NULL, true},
		{{"table:public.\"Users\""}, "table", "public.\"Users\"", NULL, true},
		{{"table:public.\"users\""}, "table", "public.users", NULL, true},
		{{"table:public.\"a.b\""}, "table", "public.\"a.b\"", NULL, true},
		{{"table:\"public\".\"*\""}, "table", "public.users", NULL, false},
		/* Globs stay within their component */
		{{"table:*.users"}, "table", "app.users", NULL, true},
		{{"table:public.us*"}, "table", "public.users", NULL, true},
		{{"table:public.user?"}, "table", "public.users", NULL, true},
		{{"table:public.user?"}, "view", "public.v", NULL, false},
		{{"column:public.*.email"}, "column", "public.users.email", NULL, true},
		/* Any kind */
		{{"*:public.users"}, "table", "public.users", NULL, true},
		{{"*:public.v"}, "view", "public.v", NULL, true},
		{{"view:public.*"}, "table", "public.users", NULL, false},
		{{"view:public.*"}, "column", "public.users.email", NULL, false},
		/* What belongs to a table */
		{{"table:public.users"}, "column", "public.users.email", NULL, true},
		{{"table:public.users"}, "column", "public.users.email", "type", true},
		{{"table:public.users"}, "column", "app.users.email", NULL, false},
		{{"table:public.users"}, "constraint", "public.users.users_pkey", NULL,
			true},
		{{"table:public.users"}, "trigger", "public.users.touch", NULL, true},
		{{"table:public.users"}, "index", "public.users_i", NULL, true},
		{{"table:public.users"}, "sequence", "public.users_id_seq", NULL, true},
		{{"table:public.users"}, "comment", "public.users.email", NULL, true},
		{{"column:public.users.email"}, "comment", "public.users.email", NULL,
			true},
		{{"column:public.users.email"}, "table", "public.users", NULL, false},
		/* What is in a schema */
		{{"schema:app"}, "schema", "app", NULL, true},
		{{"schema:app"}, "schema", "\"App\"", NULL, false},
		{{"schema:app"}, "table", "app.users", NULL, true},
		{{"schema:app"}, "column", "app.users.email", "type", true},
		{{"schema:app"}, "comment", "app", NULL, true},
		{{"schema:app"}, "table", "public.users", NULL, false},
		{{"schema:public"}, "function", "public.f()", NULL, true},
		{{"schema:public"}, "extension", "public", NULL, false},
		{{"schema:unread"}, "table", "unread.t", NULL, true},
		{{"schema:un*"}, "table", "unread.t", NULL, true},
		{{"schema:unread@owner"}, "table", "unread.t", "owner", false},
		/* Functions */
		{{"function:public.f"}, "function", "public.f()", NULL, true},
		{{"function:public.f"}, "function", "public.f(integer, text)", NULL,
			true},
		{{"function:public.f()"}, "function", "public.f()", NULL, true},
		{{"function:public.f()"}, "function", "public.f(integer, text)", NULL,
			false},
		{{"function:public.f(integer, text)"}, "function",
			"public.f(integer, text)", NULL, true},
		{{"function:public.f(integer, *)"}, "function",
			"public.f(integer, text)", NULL, true},
		{{"function:public.f(text)"}, "function", "public.f()", NULL, false},
		{{"function:public.f()"}, "comment", "public.f()", NULL, true},
		{{"cast:(integer AS text)"}, "cast", "(integer AS text)", NULL, true},
		{{"cast:(text AS *)"}, "cast", "(integer AS text)", NULL, false},
		{{"cast:*"}, "cast", "(integer AS text)", NULL, true},
		{{"user_mapping:far.*"}, "user_mapping", "far.me", NULL, true},
		{{"foreign_server:far"}, "user_mapping", "far.me", NULL, true},
		{{"default_privilege:me.tables"}, "default_privilege", "me.tables",
			NULL, true},
		{{"operator:public.@>"}, "operator", "public.@>(integer, integer)",
			NULL, true},
		{{"operator:public.@>(integer, *)"}, "operator",
			"public.@>(integer, integer)", NULL, true},
		{{"comment:public.users.email"}, "comment", "public.users.email", NULL,
			true},
		/* Properties */
		{{"column:public.users.email@type"}, "column", "public.users.email",
			"type", true},
		{{"column:public.users.email@type"}, "column", "public.users.email",
			"default", false},
		{{"column:public.users.email@type"}, "column", "public.users.email",
			NULL, false},
		{{"column:public.users.*@*"}, "column", "public.users.email", "default",
			true},
		{{"column:public.users.*@*"}, "column", "public.users.email", NULL,
			false},
		{{"table:public.users@owner"}, "column", "public.users.email", "owner",
			false},
		{{"*:*.*.*@not_null"}, "column", "app.users.email", "not_null", true},
		{{"*:*@owner"}, "table", "app.users", "owner", false},
		/* The last one wins */
		{{"table:public.*", "!table:public.users"}, "table", "public.users",
			NULL, false},
		{{"table:public.*", "!table:public.users"}, "table", "public.\"Users\"",
			NULL, true},
		{{"!table:public.users", "table:public.*"}, "table", "public.users",
			NULL, true},
		{{"schema:public", "! column:public.users.email"}, "column",
			"public.users.email", "type", false},
		{{"table:public.*", "!table:public.users",
			 "*:public.users@persistence"},
			"table", "public.users", "persistence", true},
		/* Until */
		{{"table:public.users until=2025-12-31"}, "table", "public.users", NULL,
			false},
		{{"table:public.users until=2026-01-01"}, "table", "public.users", NULL,
			true},
		{{"table:public.users until=2026-01-01T00:00:00Z"}, "table",
			"public.users", NULL, false},
		{{"table:public.users", "!table:public.users until=2025-12-31"},
			"table", "public.users", NULL, true},
		{{" table:public.users  reason=\"a b\"  # said who"}, "table",
			"public.users", NULL, true},
	};
	struct snapshot *s = catalog();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct object *o = pick(s, cases[i].kind, cases[i].name);

		if (ignored_by(cases[i].rules, o, cases[i].property) !=
			cases[i].ignored)
			fail_msg("%s on %s %s@%s", cases[i].rules[0], cases[i].kind,
				cases[i].name,
				cases[i].property ? cases[i].property : "");
	}
	snapshot_unref(s);
}

static void
test_bad_rules(void **state)
{
	static const struct {
		const char *rule, *text;
	} cases[] = {
		{"tabel:public.users", "did you mean \"table\"?"},
		{"zzzzzzzz:public.users", "there is no kind \"zzzzzzzz\""},
		{"public.users", "kind:schema.object"},
		{"", "kind:schema.object"},
		{"table:", "empty"},
		{"table:public.", "empty"},
		{"table:.users", "empty"},
		{"table:users", "table:SCHEMA.NAME"},
		{"table:public.users.email", "table:SCHEMA.NAME"},
		{"column:public.users", "column:SCHEMA.TABLE.COLUMN"},
		{"schema:public.users", "schema:NAME"},
		{"user_mapping:far", "user_mapping:SERVER.USER"},
		{"function:(integer)", "empty"},
		{"*:a.b.c.d", "three"},
		{"table:public.\"users", "quote"},
		{"table:public.\"users\"x", "quote"},
		{"table:public.use\"rs\"", "quoted only in part"},
		{"table:public.\"\"", "quote"},
		{"function:public.f(integer", "not closed"},
		{"table:public.users@", "property"},
		{"table:public.users@persistance", "did you mean \"persistence\"?"},
		{"table:public.users@qqqqqqqqqqqq", "there is no property"},
		{"table:public.my table", "\"table\" is neither"},
		{"table:public.users until=soon", "\"soon\" is no date"},
		{"table:public.users reason=\"open", "quote"},
	};
	struct ignore_rules *r = ignore_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (ignore_add(r, cases[i].rule, "x.ignore", 7, &error))
			fail_msg("%s was taken", cases[i].rule);
		assert_int_equal(error.code, ERR_CONFIG);
		if (strncmp(error.text, "x.ignore:7: ", 12) ||
			!strstr(error.text, cases[i].text))
			fail_msg("%s: %s", cases[i].rule, error.text);
	}
	assert_false(ignore_add(r, "tabel:a.b", NULL, 0, &error));
	assert_string_equal(error.text, "ignore rule \"tabel:a.b\": there is no kind "
					"\"tabel\", did you mean \"table\"?");
	assert_int_equal(ignore_count(r), 0);
	ignore_free(r);
}

static void
test_used(void **state)
{
	static const char *const rules[] = {"table:public.users", "table:app.users",
		"!column:public.users.email", "*:public.*.email until=2020-01-01"};
	struct snapshot *s = catalog();
	struct ignore_rules *r = ignore_new();
	unsigned char used[COUNT_OF(rules)] = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rules); i++)
		assert_true(ignore_add(r, rules[i], NULL, 0, &error));
	assert_false(ignore_match(r, pick(s, "column", "public.users.email"), "type",
		at("2026-01-01"), used));
	assert_int_equal(used[0], 1);
	assert_int_equal(used[1], 0);
	assert_int_equal(used[2], 1);
	assert_int_equal(used[3], 0);
	ignore_free(r);
	snapshot_unref(s);
}

static void
test_info(void **state)
{
	struct ignore_rules *r = ignore_new();
	struct ignore_rule_info info;

	(void)state;
	assert_true(ignore_add(r, "  !table:a.b until=2026-12-31 reason=\"for now\" \n",
		"f", 3, &error));
	assert_int_equal(ignore_count(r), 1);
	info = ignore_info(r, 0);
	assert_string_equal(
		info.text, "!table:a.b until=2026-12-31 reason=\"for now\"");
	assert_string_equal(info.reason, "for now");
	assert_string_equal(info.file, "f");
	assert_int_equal(info.line, 3);
	assert_int_equal(info.until_ms, at("2027-01-01"));
	assert_true(ignore_add(
		r, "column:a.\"b#\".c@type \t# said \"here\"\r", "f", 4, &error));
	assert_string_equal(ignore_info(r, 1).text, "column:a.\"b#\".c@type");
	ignore_free(r);
}

static const char *
file_with(const char *text)
{
	static char path[64];
	int fd;

	strcpy(path, "/tmp/pgdriftd-test-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	return path;
}

static void
test_file(void **state)
{
	struct ignore_rules *r = ignore_new();
	const char *path;

	(void)state;
	path = file_with("# what may differ\n\n  # indented\r\ntable:a.b # why\r\n"
			 "operator:a.##");
	assert_true(ignore_load(r, path, &error));
	unlink(path);
	assert_int_equal(ignore_count(r), 2);
	assert_int_equal(ignore_info(r, 0).line, 4);
	assert_string_equal(ignore_info(r, 1).text, "operator:a.##");
	path = file_with("table:a.b\n\ntabel:a.b\n");
	assert_false(ignore_load(r, path, &error));
	unlink(path);
	assert_non_null(strstr(error.text, ":3: there is no kind"));
	assert_false(ignore_load(r, "/nonexistent/x.ignore", &error));
	assert_int_equal(error.code, ERR_IO);
	ignore_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matching),
		cmocka_unit_test(test_bad_rules),
		cmocka_unit_test(test_used),
		cmocka_unit_test(test_info),
		cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
