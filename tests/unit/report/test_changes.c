#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/changes.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/store/fixture.h"

#define FINDINGS                                                              \
	"{\"summary\": {\"missing\": 0, \"unexpected\": 1, \"changed\": 1}, " \
	"\"findings\": [{\"kind\": \"column\", \"name\": \"public.t.b\", "    \
	"\"change\": \"unexpected\"}, {\"kind\": \"column\", \"name\": "      \
	"\"public.t.a\", \"change\": \"changed\", \"property\": \"type\", "   \
	"\"expected\": \"text\", \"found\": \"integer\"}]}"
#define NOTHING "{\"summary\": {}, \"findings\": []}"

static const int64_t start = INT64_C(1789898400000); /* 2026-09-20T10:00:00Z */

/* Each an hour after the one before, seen for half an hour. */
static void
fill(struct store *s)
{
	static const struct store_interval rows[] = {
		{.content = "1", .revision = "[]", .database = "1/2"},
		{.content = "2",
			.revision = "[]",
			.database = "1/2",
			.change = FINDINGS},
		/* What is ignored changed. */
		{.content = "3",
			.revision = "[]",
			.database = "1/2",
			.change = NOTHING},
		{.content = "3", .revision = "[\"a\"]", .database = "1/2"},
		{.content = "4", .revision = "[\"b\"]", .database = "1/3"},
	};
	struct snapshot *catalog = CATALOG("table public/t");
	struct store_packed packed;
	struct err e;

	store_pack(catalog, &packed);
	assert_true(store_begin_write(s, &e));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct store_interval row = rows[i];

		row.from_ms = start + (int64_t)i * 3600000;
		row.to_ms = row.from_ms + 1800000;
		row.key = packed.key;
		assert_true(store_add_interval(s, "prod", &row, &packed, &e));
	}
	assert_true(store_end(s, true, &e));
	store_packed_fini(&packed);
	snapshot_unref(catalog);
}

static void
assert_text(struct store *s, const struct changes_wish *w, bool summary,
	const char *expected)
{
	struct strbuf got = {0};
	struct err e;
	cJSON *o = changes_document(s, w, &e);

	assert_non_null(o);
	changes_text(o, summary, &got);
	assert_string_equal(got.s, expected);
	strbuf_free(&got);
	cJSON_Delete(o);
}

static void
test_text(void **state)
{
	struct store *s = fixture_open(*state);

	assert_text(s, &(struct changes_wish){"prod", 0, 20}, false,
		"no change is known\n");
	fill(s);
	assert_text(s, &(struct changes_wish){"prod", 0, 20}, false,
		"change between 2026-09-20T13:30:00Z and 2026-09-20T14:00:00Z\n"
		"  revision a -> b\n"
		"  it is another database\n"
		"  catalog not known\n"
		"\n"
		"change between 2026-09-20T12:30:00Z and 2026-09-20T13:00:00Z\n"
		"  revision none -> a\n"
		"  catalog unchanged\n"
		"\n"
		"change between 2026-09-20T10:30:00Z and 2026-09-20T11:00:00Z\n"
		"  revision none stays: outside migrations\n"
		"  catalog 1 added, 1 changed\n"
		"    + column public.t.b\n"
		"    ~ column public.t.a type: text -> integer\n");
	assert_text(s, &(struct changes_wish){"prod", start + 3 * 3600000, 20}, true,
		"change between 2026-09-20T13:30:00Z and 2026-09-20T14:00:00Z\n"
		"  revision a -> b\n"
		"  it is another database\n"
		"  catalog not known\n"
		"\n"
		"change between 2026-09-20T12:30:00Z and 2026-09-20T13:00:00Z\n"
		"  revision none -> a\n"
		"  catalog unchanged\n");
	assert_text(s, &(struct changes_wish){"prod", 0, 1}, true,
		"change between 2026-09-20T13:30:00Z and 2026-09-20T14:00:00Z\n"
		"  revision a -> b\n"
		"  it is another database\n"
		"  catalog not known\n");
	store_close(s);
}

static const cJSON *
newest(const cJSON *o)
{
	return cJSON_GetArrayItem(cJSON_GetObjectItem(o, "changes"), 0);
}

/* What it was is null where nobody knows; a store that fails is no empty answer. */
static void
test_document(void **state)
{
	struct store *s = fixture_open(*state);
	const struct changes_wish w = {"prod", 0, 20};
	struct err e;
	cJSON *o;

	fill(s);
	o = changes_document(s, &w, &e);
	assert_true(cJSON_IsTrue(cJSON_GetObjectItem(newest(o), "catalog_changed")));
	assert_true(
		cJSON_IsFalse(cJSON_GetObjectItem(newest(o), "outside_migrations")));
	assert_true(cJSON_IsTrue(cJSON_GetObjectItem(newest(o), "database_changed")));
	assert_true(cJSON_IsNull(cJSON_GetObjectItem(newest(o), "findings")));
	cJSON_Delete(o);
	fixture_sql(*state, "DROP TABLE interval");
	assert_null(changes_document(s, &w, &e));
	store_close(s);
}

/* A row for each of `contents`, with a description that is `n` bytes long. */
static void
fill_with(struct store *s, const char *contents, size_t n)
{
	struct snapshot *catalog = CATALOG("table public/t");
	struct store_packed packed;
	char *text = xmalloc(n + 1);
	struct err e;

	memset(text, ' ', n);
	text[n] = '\0';
	store_pack(catalog, &packed);
	assert_true(store_begin_write(s, &e));
	for (int64_t i = 0; contents[i]; i++) {
		char *change = xasprintf(
			"%s%s", contents[i] == '-' ? NOTHING : FINDINGS, text);
		const struct store_interval row = {.from_ms = start + i * 1000,
			.to_ms = start + i * 1000,
			.key = packed.key,
			.content = (char[]){contents[i], '\0'},
			.revision = "[]",
			.database = "1/2",
			.change = i ? change : NULL};

		assert_true(store_add_interval(s, "prod", &row, &packed, &e));
		free(change);
	}
	assert_true(store_end(s, true, &e));
	free(text);
	store_packed_fini(&packed);
	snapshot_unref(catalog);
}

/* How many there are, and whether that is all. */
static void
assert_listed(struct store *s, const struct changes_wish *w, int n, bool truncated)
{
	struct err e;
	cJSON *o = changes_document(s, w, &e);

	assert_non_null(o);
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(o, "changes")), n);
	assert_int_equal(cJSON_IsTrue(cJSON_GetObjectItem(o, "truncated")), truncated);
	cJSON_Delete(o);
}

/* So many changes, however much came between that counts for nothing. */
static void
test_limit(void **state)
{
	struct store *s = fixture_open(*state);

	fill_with(s, "ab-c---------d--", 0);
	assert_listed(s, &(struct changes_wish){"prod", 0, 1}, 1, false);
	assert_listed(s, &(struct changes_wish){"prod", 0, 2}, 2, false);
	assert_listed(s, &(struct changes_wish){"prod", 0, 20}, 3, false);
	assert_listed(s, &(struct changes_wish){"prod", start + 3000, 20}, 2, false);
	assert_listed(s, &(struct changes_wish){"prod", start + 3001, 20}, 1, false);
	assert_listed(s, &(struct changes_wish){"prod", start + 14000, 20}, 0, false);
	store_close(s);
}

/* One that is told in a megabyte is shown, not twenty of them. */
static void
test_too_much(void **state)
{
	struct strbuf text = {0};
	struct store *s = fixture_open(*state);
	struct err e;
	cJSON *o;

	fill_with(s, "abcdefghij", 1 << 20);
	assert_listed(s, &(struct changes_wish){"prod", 0, 2}, 2, false);
	assert_listed(s, &(struct changes_wish){"prod", 0, 20}, 4, true);
	o = changes_document(s, &(struct changes_wish){"prod", 0, 20}, &e);
	changes_text(o, true, &text);
	assert_non_null(strstr(
		text.s, "\n\nolder changes are left out: there is too much of them\n"));
	strbuf_free(&text);
	cJSON_Delete(o);
	store_close(s);
}

/* One alone that is beyond it is all there is. */
static void
test_large_one(void **state)
{
	struct store *s = fixture_open(*state);

	fill_with(s, "ab", 5 << 20);
	assert_listed(s, &(struct changes_wish){"prod", 0, 20}, 1, false);
	store_close(s);
}

/* What a database calls its objects stays on its line, and is seen. */
static void
test_hostile_names(void **state)
{
	static const char text[] =
		"{\"changes\":[{\"from\":\"a\",\"to\":\"b\",\"revision_before\":[\"r\\n"
		"1\"],\"revision_after\":[\"\\u202er\"],\"catalog_changed\":true,"
		"\"summary\":{\"changed\":1},\"findings\":[{\"change\":\"changed\","
		"\"kind\":\"table\",\"name\":\"x\\u001b[2J\\n- table y\",\"property\":"
		"\"owner\",\"expected\":\"\\u200b\",\"found\":\"\\u2066z\\u0085\"}]}]}";
	cJSON *o = cJSON_Parse(text);
	struct strbuf b = {0};

	(void)state;
	assert_non_null(o);
	changes_text(o, false, &b);
	assert_string_equal(b.s, "change between a and b\n"
				 "  revision r\\n1 -> \\u202er\n"
				 "  catalog 1 changed\n"
				 "    ~ table x\\x1b[2J\\n- table y owner: \\u200b -> "
				 "\\u2066z\\u0085\n");
	strbuf_free(&b);
	cJSON_Delete(o);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {CASE(test_text), CASE(test_document),
		CASE(test_limit), CASE(test_too_much), CASE(test_large_one),
		cmocka_unit_test(test_hostile_names)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
