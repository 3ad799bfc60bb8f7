#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/store/fixture.h"

static const int64_t day = INT64_C(86400) * 1000, start = INT64_C(1789898400000);

/* `name`: of its only table. */
static void
add_at(struct store *s, const char *environment, const char *name, int64_t from_ms,
	int64_t to_ms)
{
	char *object = xasprintf("table public/%s", name);
	struct snapshot *catalog = CATALOG(object);
	struct store_packed packed;
	struct store_interval i = {.from_ms = from_ms,
		.to_ms = to_ms,
		.content = name,
		.revision = "[\"a\"]",
		.database = "7/8",
		.change = strcmp(name, "a") ? name : NULL};
	struct err e = {0};

	store_pack(catalog, &packed);
	i.key = packed.key;
	assert_true(store_begin_write(s, &e));
	if (!store_end(s, store_add_interval(s, environment, &i, &packed, &e), &e))
		fail_msg("%s", e.text);
	store_packed_fini(&packed);
	snapshot_unref(catalog);
	free(object);
}

static void
write_down(void *arg, const struct store_interval *i)
{
	strbuf_printf(arg, "%s %lld-%lld %s%s; ", i->content,
		(long long)(i->from_ms - start), (long long)(i->to_ms - start),
		i->change ? "changed " : "first", i->change ? i->change : "");
}

static void
assert_intervals(struct store *s, const struct store_span *span, const char *expected)
{
	struct strbuf got = {0};
	struct err e = {0};

	strbuf_add(&got, "");
	if (!store_intervals(s, span, write_down, &got, &e))
		fail_msg("%s", e.text);
	assert_string_equal(got.s, expected);
	strbuf_free(&got);
}

static void
assert_all(struct store *s, const char *environment, const char *expected)
{
	const struct store_span span = {environment, 0, INT64_MAX, 100};

	assert_intervals(s, &span, expected);
}

static void
write_readings(void *arg, const struct store_interval *i)
{
	strbuf_printf(arg, "%s:%s ", i->content, i->reading ? i->reading : "-");
}

static void
assert_readings(struct store *s, const char *environment, const char *expected)
{
	const struct store_span span = {environment, 0, INT64_MAX, 100};
	struct strbuf got = {0};
	struct err e = {0};

	strbuf_add(&got, "");
	if (!store_intervals(s, &span, write_readings, &got, &e))
		fail_msg("%s", e.text);
	assert_string_equal(got.s, expected);
	strbuf_free(&got);
}

/* How it was read is known of the newest alone, and of no other catalog. */
static void
test_readings(void **state)
{
	struct store *s = fixture_open(*state);
	struct err e;

	assert_true(store_set_reading(s, "prod", "a", "none", &e));
	add_at(s, "prod", "a", start, start + 10);
	add_at(s, "dev", "a", start, start + 50);
	assert_true(store_set_reading(s, "prod", "a", "1", &e));
	assert_readings(s, "prod", "a:1 ");
	assert_readings(s, "dev", "a:- ");
	assert_true(store_set_reading(s, "prod", "a", "2", &e));
	assert_readings(s, "prod", "a:2 ");
	add_at(s, "prod", "b", start + 20, start + 20);
	assert_true(store_set_reading(s, "prod", "b", "3", &e));
	assert_readings(s, "prod", "b:3 a:- ");
	assert_true(store_set_reading(s, "prod", "a", "4", &e));
	assert_readings(s, "prod", "b:- a:- ");
	store_close(s);
}

static void
test_spans(void **state)
{
	struct store *s = fixture_open(*state);
	struct err e;

	assert_all(s, "prod", "");
	add_at(s, "prod", "a", start, start + 10);
	add_at(s, "dev", "a", start, start + 50);
	add_at(s, "prod", "b", start + 20, start + 20);
	assert_true(store_move_interval(s, "prod", start + 30, &e));
	/* Never back. */
	assert_true(store_move_interval(s, "prod", start + 25, &e));
	store_close(s);
	s = fixture_open(*state);
	assert_all(s, "prod", "b 20-30 changed b; a 0-10 first; ");
	assert_all(s, "dev", "a 0-50 first; ");
	assert_intervals(s, &(struct store_span){"prod", start + 11, INT64_MAX, 9},
		"b 20-30 changed b; ");
	assert_intervals(s, &(struct store_span){"prod", start + 10, INT64_MAX, 9},
		"b 20-30 changed b; a 0-10 first; ");
	assert_intervals(
		s, &(struct store_span){"prod", 0, start + 19, 1}, "a 0-10 first; ");
	assert_intervals(s, &(struct store_span){"prod", 0, start - 1, 1}, "");
	store_close(s);
}

/* What came last is the newest, whatever the clock said: it was set back. */
static void
test_clock_back(void **state)
{
	struct store *s = fixture_open(*state);
	const struct store_span newest = {"prod", 0, INT64_MAX, 1};
	struct err e;

	add_at(s, "prod", "a", start, start + 10);
	add_at(s, "prod", "b", start - 5000, start - 5000);
	assert_true(store_move_interval(s, "prod", start - 4000, &e));
	assert_all(s, "prod", "b -5000--4000 changed b; a 0-10 first; ");
	assert_intervals(s, &newest, "b -5000--4000 changed b; ");
	store_close(s);
}

/* A description that is damaged is one that nobody knows. */
static void
test_damaged_change(void **state)
{
	struct store *s = fixture_open(*state);

	add_at(s, "prod", "a", start, start);
	add_at(s, "prod", "b", start + 20, start + 20);
	fixture_sql(*state, "UPDATE interval SET change = substr(change, 1, 5)");
	assert_all(s, "prod", "b 20-20 first; a 0-0 first; ");
	store_close(s);
}

static void
take_key(void *arg, const struct store_interval *i)
{
	snprintf(arg, HASH_HEX_LEN, "%s", i->key);
}

static void
test_catalog(void **state)
{
	const struct store_span span = {"prod", 0, INT64_MAX, 1};
	struct store *s = fixture_open(*state);
	struct snapshot *expected = CATALOG("table public/a"), *got;
	char key[HASH_HEX_LEN];
	struct err e = {0};

	add_at(s, "prod", "a", start, start);
	assert_true(store_intervals(s, &span, take_key, key, &e));
	got = store_catalog(s, key, "catalog of prod", &e);
	assert_non_null(got);
	assert_string_equal(got->fingerprint, expected->fingerprint);
	snapshot_unref(got);
	fixture_sql(*state, "UPDATE catalog SET packed = substr(packed, 1, 20)");
	assert_null(store_catalog(s, key, "catalog of prod", &e));
	assert_int_equal(e.code, ERR_FORMAT);
	assert_null(store_catalog(s, "none", "catalog of prod", &e));
	assert_string_equal(e.text, "catalog of prod: it is not there any more");
	snapshot_unref(expected);
	store_close(s);
}

static void
test_renamed(void **state)
{
	struct store *s = fixture_open(*state);
	bool moved;
	struct err e;

	add_at(s, "production", "a", start, start + 10);
	assert_true(store_rename(s, "production", "prod", &moved, &e));
	assert_true(moved);
	assert_all(s, "prod", "a 0-10 first; ");
	assert_all(s, "production", "a 0-10 first; ");
	store_close(s);
}

/* ---- What is too old, or too large ---- */

/* Both were watched: one of them goes on, and the other one is what came before. */
static void
test_renamed_onto_another(void **state)
{
	struct store *s = fixture_open(*state);
	bool moved;
	struct err e;

	add_at(s, "old", "a", start, start + 10);
	add_at(s, "old", "b", start + 20, start + 90);
	add_at(s, "new", "c", start + 50, start + 60);
	add_at(s, "old", "d", start + 70, start + 95);
	add_at(s, "new", "e", start + 80, start + 99);
	assert_true(store_rename(s, "old", "new", &moved, &e));
	assert_true(moved);
	assert_all(s, "new",
		"e 80-99 changed e; c 50-60 changed c; b 20-50 changed b; a 0-10 "
		"first; ");
	store_close(s);
}

/* The name was that of one which is watched no more. */
static void
test_renamed_onto_one_that_is_gone(void **state)
{
	struct store *s = fixture_open(*state);
	const struct store_last of_blue = {"drifted", start + 70, 0};
	const struct store_last of_green = {"in_sync", start + 50, 0};
	struct store_last last;
	bool moved;
	struct err e;

	add_at(s, "blue", "a", start, start + 30);
	add_at(s, "green", "s", start + 20, start + 60);
	add_at(s, "blue", "b", start + 31, start + 69);
	add_at(s, "blue", "c", start + 70, start + 99);
	add_at(s, "green", "t", start + 61, start + 62);
	assert_true(store_set_last(s, "blue", &of_blue, &e));
	assert_true(store_set_last(s, "green", &of_green, &e));
	assert_true(store_rename(s, "blue", "green", &moved, &e));
	assert_true(moved);
	assert_all(s, "green", "c 70-99 changed c; b 31-69 changed b; a 0-30 first; ");
	assert_true(store_last(s, "green", &last, &e));
	assert_string_equal(last.state, "drifted");
	store_close(s);
}

/* What it had before the other one began is of its past. */
static void
test_renamed_onto_one_of_before(void **state)
{
	struct store *s = fixture_open(*state);
	bool moved;
	struct err e;

	add_at(s, "green", "s", start, start + 40);
	add_at(s, "blue", "a", start + 30, start + 50);
	add_at(s, "green", "t", start + 41, start + 45);
	assert_true(store_rename(s, "blue", "green", &moved, &e));
	assert_all(s, "green", "a 30-50 first; s 0-30 changed s; ");
	store_close(s);
}

/* One that has a name that another one had is not that one. */
static void
test_name_again(void **state)
{
	const struct store_span prod = {"prod", 0, INT64_MAX, 9, .exact = true};
	struct store *s = fixture_open(*state);
	bool moved;
	struct err e;

	add_at(s, "prod", "a", start, start + 10);
	assert_true(store_rename(s, "prod", "shop", &moved, &e));
	assert_all(s, "prod", "a 0-10 first; ");
	assert_intervals(s, &prod, "");
	assert_true(store_has_history(s, "prod", &e));
	add_at(s, "prod", "b", start + 20, start + 30);
	assert_all(s, "prod", "b 20-30 changed b; ");
	assert_all(s, "shop", "a 0-10 first; ");
	store_close(s);
}

static void
prune(struct store *s, int64_t now_ms, int64_t max_bytes)
{
	const struct store_retention keep = {10 * day, max_bytes};
	struct strvec names = {0};
	struct err e = {0};

	strvec_add(&names, "prod");
	strvec_add(&names, "dev");
	do {
		if (!store_prune(s, now_ms, &keep, &names, &e))
			fail_msg("%s", e.text);
	} while (store_has_old(s));
	strvec_free(&names);
}

static void
assert_catalogs(const char *dir, int n)
{
	char *sql = xasprintf("CREATE TEMP TABLE c (n CHECK (n = %d)); INSERT INTO c "
			      "SELECT count(*) FROM catalog",
		n);

	fixture_sql(dir, sql);
	free(sql);
}

/* What an environment has now stays, however old that is. */
static void
test_by_age(void **state)
{
	struct store *s = fixture_open(*state);

	add_at(s, "dev", "a", start, start);
	add_at(s, "prod", "a", start, start + day);
	add_at(s, "prod", "b", start + 2 * day, start + 3 * day);
	add_at(s, "prod", "c", start + 4 * day, start + 4 * day);
	assert_catalogs(*state, 3);
	assert_true(store_has_grown(s));
	prune(s, start + 11 * day, 0);
	assert_false(store_has_grown(s));
	assert_all(s, "prod",
		"c 345600000-345600000 changed c; b 172800000-259200000 changed b; "
		"a 0-86400000 first; ");
	prune(s, start + 11 * day + 1, 0);
	assert_all(s, "prod",
		"c 345600000-345600000 changed c; b 172800000-259200000 changed b; ");
	prune(s, start + 300 * day, 0);
	assert_all(s, "prod", "c 345600000-345600000 changed c; ");
	assert_all(s, "dev", "a 0-0 first; ");
	assert_catalogs(*state, 2);
	store_close(s);
}

static void
count(void *arg, const struct store_interval *i)
{
	(void)i;
	++*(int *)arg;
}

static int
intervals_until(struct store *s, int64_t until_ms)
{
	const struct store_span span = {"prod", 0, until_ms, 1000};
	struct err e;
	int n = 0;

	assert_true(store_intervals(s, &span, count, &n, &e));
	return n;
}

static int
changes(struct store *s)
{
	struct err e;
	cJSON *o = store_history(s, "prod", 0, 1000, &e);
	int n = cJSON_GetArraySize(cJSON_GetObjectItem(o, "changes"));

	cJSON_Delete(o);
	return n;
}

enum { MANY = 400, ROOM = 200000 };

/* Each of them with a change of state. */
static void
fill(struct store *s)
{
	struct store_change c = {.environment = "prod", .state = "drifted"};

	for (int i = 0; i < MANY; i++) {
		char name[16];

		snprintf(name, sizeof name, "t%d", i);
		c.at_ms = start + i * 1000 + 100;
		add_at(s, "prod", name, start + i * 1000, start + i * 1000 + 500);
		fixture_add(s, &c);
	}
}

/* The oldest of all go first, and the changes of that time with them. */
static void
test_by_size(void **state)
{
	struct store *s = fixture_open(*state);
	int left;

	fill(s);
	prune(s, start + day, INT64_C(1) << 30);
	assert_int_equal(intervals_until(s, INT64_MAX), MANY);
	prune(s, start + day, ROOM);
	left = intervals_until(s, INT64_MAX);
	assert_in_range(left, 2, MANY - 1);
	assert_int_equal(intervals_until(s, start + (MANY - left - 1) * 1000), 0);
	assert_int_equal(changes(s), left);
	assert_catalogs(*state, left);
	/* Nothing is left of the past; the present stays. */
	prune(s, start + day, 1);
	assert_all(s, "prod", "t399 399000-399500 changed t399; ");
	assert_catalogs(*state, 1);
	store_close(s);
}

/* What something else needs takes no room of the history. */
static void
test_needed(void **state)
{
	const struct store_seen seen = {"dev", true, "[\"a\"]"};
	struct store *s = fixture_open(*state);
	const char *objects[5001] = {NULL};
	struct snapshot *large;
	struct err e;
	int left;

	fill(s);
	prune(s, start + day, ROOM);
	left = intervals_until(s, INT64_MAX);
	for (size_t i = 0; i < COUNT_OF(objects) - 1; i++)
		objects[i] = xasprintf("table public/t%llx",
			(unsigned long long)(i * UINT64_C(0x9E3779B97F4A7C15)));
	large = literal_catalog(objects);
	assert_true(store_set_seen(s, &seen, large, 1, &e));
	prune(s, start + day, ROOM);
	assert_int_equal(intervals_until(s, INT64_MAX), left);
	for (size_t i = 0; i < COUNT_OF(objects) - 1; i++)
		free((char *)objects[i]);
	snapshot_unref(large);
	store_close(s);
}

/* A limit is one of the history: what else is known takes none of its room, and it is
 * said when some of it goes. */
static void
test_other_rows(void **state)
{
	struct store *s = fixture_open(*state);
	char *document = xmalloc(ROOM * 20 + 1);
	struct err e;

	memset(document, 'x', ROOM * 20);
	document[ROOM * 20] = '\0';
	for (int i = 0; i < 40; i++) {
		char name[16];

		snprintf(name, sizeof name, "t%d", i);
		add_at(s, "prod", name, start + i, start + i);
	}
	assert_true(store_set_known(s, "prod", start, document, &e));
	prune(s, start + day, ROOM);
	assert_int_equal(intervals_until(s, INT64_MAX), 40);
	assert_false(store_has_shed(s));
	free(document);
	store_close(s);
}

/* All at once is not counted each time that some is added. */
static void
test_grows(void **state)
{
	const struct store_retention keep = {10 * day, ROOM, .grown = true};
	const struct strvec none = {0};
	struct store *s = fixture_open(*state);
	bool shed = false;
	struct err e;

	prune(s, start + day, ROOM);
	fill(s);
	do {
		assert_true(store_prune(s, start + day, &keep, &none, &e));
		shed |= store_has_shed(s);
	} while (store_has_old(s));
	assert_true(shed);
	assert_in_range(intervals_until(s, INT64_MAX), 60, 100);
	store_close(s);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_readings),
		CASE(test_spans),
		CASE(test_clock_back),
		CASE(test_damaged_change),
		CASE(test_catalog),
		CASE(test_renamed),
		CASE(test_renamed_onto_another),
		CASE(test_renamed_onto_one_that_is_gone),
		CASE(test_renamed_onto_one_of_before),
		CASE(test_name_again),
		CASE(test_by_age),
		CASE(test_by_size),
		CASE(test_needed),
		CASE(test_other_rows),
		CASE(test_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
