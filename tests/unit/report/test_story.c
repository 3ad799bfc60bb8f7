#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "report/story.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/store/fixture.h"

enum { HOUR = 3600000 };

static const int64_t start = INT64_C(1789898400000); /* 2026-09-20T10:00:00Z */

static void
add_state(struct store *s, int64_t at_ms, const char *event, const char *state)
{
	fixture_add(s, &(struct store_change){.at_ms = at_ms,
			       .event = event,
			       .environment = "prod",
			       .state = state});
}

/* It has another catalog every hour, `n` of them; `change`: what each has changed. */
static void
add_intervals(struct store *s, int n, const char *change)
{
	struct snapshot *catalog = CATALOG("table public/t");
	struct store_packed packed;
	struct err e;

	store_pack(catalog, &packed);
	assert_true(store_begin_write(s, &e));
	for (int i = 0; i < n; i++) {
		char *content = xasprintf("%d", i);
		const struct store_interval row = {.from_ms = start + (int64_t)i * HOUR,
			.to_ms = start + (int64_t)i * HOUR + HOUR / 2,
			.key = packed.key,
			.content = content,
			.revision = "[]",
			.database = "",
			.change = change};

		assert_true(store_add_interval(s, "prod", &row, &packed, &e));
		free(content);
	}
	assert_true(store_end(s, true, &e));
	store_packed_fini(&packed);
	snapshot_unref(catalog);
}

/* "11:00 change, 10:30 drifted; next"; returns what `next` is, or 0. */
static int64_t
tell(struct store *s, int64_t before_ms, size_t limit, struct strbuf *out)
{
	const struct story_wish w = {"prod", before_ms, limit};
	struct err e;
	cJSON *o = story_document(s, &w, &e), *entry;
	const char *next;
	int64_t next_ms = 0;

	assert_non_null(o);
	strbuf_clear(out);
	strbuf_add(out, "");
	cJSON_ArrayForEach(entry, cJSON_GetObjectItemCaseSensitive(o, "entries"))
	{
		const cJSON *state = cJSON_GetObjectItemCaseSensitive(entry, "state");

		strbuf_printf(out, "%.5s %s;", json_str(entry, "at") + 11,
			cJSON_IsNull(state)        ? "change"
			: json_str(state, "state") ? json_str(state, "state")
						   : json_str(state, "event"));
	}
	next = json_str(o, "next");
	if (next)
		assert_true(clock_since(next, 0, &next_ms));
	cJSON_Delete(o);
	return next_ms;
}

static void
test_merged(void **state)
{
	struct store *s = fixture_open(*state);
	struct strbuf b = {0};

	assert_int_equal(tell(s, 0, 10, &b), 0);
	assert_string_equal(b.s, "");
	add_state(s, start, NULL, "in_sync");
	add_state(s, start + HOUR, "catalog", "drifted");
	add_state(s, start + HOUR, NULL, "drifted");
	add_state(s, start + 3 * HOUR / 2, "accepted", "in_sync");
	add_intervals(s, 3, NULL);
	assert_int_equal(tell(s, 0, 10, &b), 0);
	assert_string_equal(b.s,
		"12:00 change;11:30 in_sync;11:00 drifted;11:00 change;10:00 in_sync;");
	/* What is of one second stays together. */
	assert_int_equal(tell(s, 0, 3, &b), start + HOUR);
	assert_string_equal(
		b.s, "12:00 change;11:30 in_sync;11:00 drifted;11:00 change;");
	assert_int_equal(tell(s, start + HOUR, 3, &b), 0);
	assert_string_equal(b.s, "10:00 in_sync;");
	strbuf_free(&b);
	store_close(s);
}

/* Of many findings of a change the first are told. */
static void
test_few_findings(void **state)
{
	struct store *s = fixture_open(*state);
	const struct story_wish w = {"prod", 0, 10};
	struct err e;
	cJSON *o, *change;

	add_intervals(s, 2, "{\"findings\":[1,2,3,4,5,6,7,8]}");
	o = story_document(s, &w, &e);
	assert_non_null(o);
	change = cJSON_GetObjectItemCaseSensitive(
		cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(o, "entries"), 0),
		"change");
	assert_int_equal(cJSON_GetArraySize(
				 cJSON_GetObjectItemCaseSensitive(change, "findings")),
		5);
	cJSON_Delete(o);
	store_close(s);
}

/* What is of the daemon is told where it says that nobody watched. */
static void
test_gaps(void **state)
{
	static const struct store_change rows[] = {
		{.at_ms = 1000, .event = "started", .environment = "", .state = ""},
		{.at_ms = 2000, .event = "stopped", .environment = "", .state = ""},
		{.at_ms = 3000,
			.event = "started",
			.environment = "",
			.state = "",
			.detail = "nobody watched for 1s"},
		{.at_ms = 4000, .event = "gap", .environment = "", .state = ""},
		{.at_ms = 5000, .event = "gap", .environment = "other", .state = "x"},
	};
	struct store *s = fixture_open(*state);
	struct strbuf b = {0};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		fixture_add(s, &rows[i]);
	assert_int_equal(tell(s, 0, 10, &b), 0);
	assert_string_equal(b.s, "00:00 gap;00:00 started;");
	strbuf_free(&b);
	store_close(s);
}

/* Page by page all of it is told once. */
static void
test_pages(void **state)
{
	enum { N = 200 };
	struct store *s = fixture_open(*state);
	struct strbuf b = {0};
	int64_t before_ms = 0;
	size_t told = 0;

	add_intervals(s, N, NULL);
	for (int i = 0; i < N; i++) {
		add_state(s, start + (int64_t)i * HOUR + 60000, NULL, "drifted");
		add_state(s, start + (int64_t)i * HOUR + 120000, "revision", "x");
	}
	for (int pages = 0;; pages++) {
		before_ms = tell(s, before_ms, 7, &b);
		for (const char *at = b.s; *at; at++)
			told += *at == ';';
		assert_true(pages < N);
		if (!before_ms)
			break;
	}
	assert_int_equal(told, N + N - 1);
	strbuf_free(&b);
	store_close(s);
}

/* So many of one second that a list ends within it: each is told once all the same. */
static void
test_one_second(void **state)
{
	enum { N = 100, MANY = 30, LIMIT = 5 };
	struct store *s = fixture_open(*state);
	struct strbuf b = {0}, names = {0};
	int64_t before_ms = 0;
	size_t told = 0, pages = 0;

	for (int i = 0; i < N; i++)
		add_state(s, start + i / MANY * 1000, "accepted",
			i % 2 ? "in_sync" : "drifted");
	do {
		int64_t next_ms = tell(s, before_ms, LIMIT, &b);

		assert_true(!next_ms || !before_ms || next_ms < before_ms);
		for (const char *at = b.s; *at; at++)
			told += *at == ';';
		before_ms = next_ms;
	} while (before_ms && ++pages < N);
	assert_int_equal(told, N);
	/* Of one second the newest first, whatever sorts them. */
	tell(s, start + 1000, LIMIT, &b);
	for (int i = 0; i < MANY; i++)
		strbuf_printf(&names, "10:00 %s;", i % 2 ? "drifted" : "in_sync");
	assert_string_equal(b.s, names.s);
	strbuf_free(&names);
	strbuf_free(&b);
	store_close(s);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {CASE(test_merged), CASE(test_few_findings),
		CASE(test_gaps), CASE(test_pages), CASE(test_one_second)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
