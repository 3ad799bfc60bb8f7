#include "tests/unit/unit.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/mem.h"
#include "store/age.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/store/fixture.h"

static const int64_t day = INT64_C(86400) * 1000, start = INT64_C(1789898400000);

/* ---- Whose rows ---- */

/* A row of each table that has any of an environment. */
static void
fill(struct store *s, int64_t at_ms, const char *environment)
{
	static const struct store_revision applied[] = {{"a", 1}};
	const struct store_change c = {
		.at_ms = at_ms, .environment = environment, .state = "drifted"};
	const struct store_last last = {"drifted", at_ms, 0};
	struct err e;

	fixture_add(s, &c);
	assert_true(store_set_last(s, environment, &last, &e));
	assert_true(store_set_known(s, environment, at_ms, "{}", &e));
	assert_true(store_set_applied(s, environment, applied, 1, &e));
}

static void
count(void *arg, const char *revision, uint64_t digest)
{
	(void)revision;
	(void)digest;
	++*(int *)arg;
}

static void
assert_kept(struct store *s, const char *environment, bool kept)
{
	struct store_last last;
	int64_t success_ms;
	struct err e;
	char *known = store_known(s, environment, &success_ms, &e);
	int n = 0;

	assert_int_equal(known != NULL, kept);
	assert_int_equal(store_last(s, environment, &last, &e), kept);
	assert_true(store_applied(s, environment, count, &n, &e));
	assert_int_equal(n, kept);
	free(known);
}

static int
rows(struct store *s, const char *environment)
{
	struct err e;
	cJSON *o = store_history(s, environment, 0, 100, &e);
	int n = cJSON_GetArraySize(cJSON_GetObjectItem(o, "changes"));

	assert_non_null(o);
	cJSON_Delete(o);
	return n;
}

/* `names`: who is configured, one letter each. */
static void
prune(struct store *s, int64_t now_ms, const char *names)
{
	struct strvec configured = {0};
	struct err e = {0};

	for (; *names; names++)
		strvec_take(&configured, xasprintf("%c", *names));
	if (!store_prune(
		    s, now_ms, &(struct store_retention){10 * day, 0}, &configured, &e))
		fail_msg("%s", e.text);
	strvec_free(&configured);
}

static void
test_changes(void **state)
{
	struct store *s = fixture_open(*state);

	fill(s, start, "a");
	fill(s, start + day, "a");
	prune(s, start + 10 * day, "a");
	assert_int_equal(rows(s, "a"), 2);
	prune(s, start + 10 * day + 1, "a");
	assert_int_equal(rows(s, "a"), 1);
	prune(s, start + 30 * day, "a");
	assert_int_equal(rows(s, "a"), 0);
	/* What it is now is not old, however long it has been that. */
	assert_kept(s, "a", true);
	store_close(s);
}

/* Of years of it each slice is a transaction of its own, the oldest first. */
static void
test_slices(void **state)
{
	struct store *s = fixture_open(*state);
	struct store_change c = {.environment = "a", .state = "drifted"};
	int n = 0;

	for (c.at_ms = start; c.at_ms < start + 2500; c.at_ms++)
		fixture_add(s, &c);
	do {
		prune(s, start + 10 * day + 2450, "a");
		n++;
	} while (store_has_old(s));
	assert_int_equal(n, 3);
	assert_int_equal(rows(s, "a"), 50);
	store_close(s);
}

/* `n` catalogs that nobody has. */
static void
add_loose(struct store *s, const char *dir, int n)
{
	for (int i = 0; i < n; i++) {
		char *object = xasprintf("table public/t%d", i);
		char *revision = xasprintf("[\"%d\"]", i);
		const struct store_seen which = {"a", false, revision};
		struct snapshot *catalog = CATALOG(object);
		struct err e;

		assert_true(store_set_seen(s, &which, catalog, start, &e));
		snapshot_unref(catalog);
		free(revision);
		free(object);
	}
	fixture_sql(dir, "DELETE FROM seen");
}

static void
assert_count(const char *dir, const char *table, int n)
{
	char *sql = xasprintf("CREATE TEMP TABLE c (n CHECK (n = %d)); INSERT INTO c "
			      "SELECT count(*) FROM %s",
		n, table);

	fixture_sql(dir, sql);
	free(sql);
}

/* Nor are catalogs that nobody has any more taken away all at once, or by whoever
 * stores another one. */
static void
test_slices_of_catalogs(void **state)
{
	struct store *s = fixture_open(*state);
	const struct store_seen which = {"a", false, "[]"};
	struct snapshot *catalog = CATALOG("table public/mine");
	struct err e;

	add_loose(s, *state, 50);
	assert_true(store_set_seen(s, &which, catalog, start, &e));
	assert_count(*state, "catalog", 51);
	prune(s, start, "a");
	assert_true(store_has_old(s));
	assert_count(*state, "catalog", 31);
	while (store_has_old(s))
		prune(s, start, "a");
	assert_count(*state, "catalog", 1);
	snapshot_unref(catalog);
	store_close(s);
}

/* What was added may be too old or too much; who is configured is looked at less often,
 * as it means a look at all there is. */
static void
test_grown(void **state)
{
	const struct store_retention keep = {
		.keep_ms = 10 * day, .max_bytes = 1 << 30, .grown = true};
	struct store *s = fixture_open(*state);
	struct strvec names = {0};
	struct err e;

	strvec_add(&names, "a");
	fill(s, start, "a");
	fill(s, start + day, "b");
	add_loose(s, *state, 1);
	prune(s, start, "a");
	assert_count(*state, "configured", 2);
	assert_count(*state, "catalog", 0);
	add_loose(s, *state, 1);
	fixture_sql(*state, "DELETE FROM configured");
	assert_true(store_prune(s, start + 10 * day + 1, &keep, &names, &e));
	assert_false(store_has_old(s));
	assert_int_equal(rows(s, NULL), 1);
	assert_count(*state, "configured", 0);
	assert_count(*state, "catalog", 1);
	strvec_free(&names);
	store_close(s);
}

/* Of thousands that are gone each has its turn. */
static void
test_many_gone(void **state)
{
	struct store *s = fixture_open(*state);

	for (char c = 'b'; c < 'h'; c++)
		fill(s, start, (char[]){c, '\0'});
	prune(s, start, "abcdefgh");
	prune(s, start + 20 * day, "a");
	assert_true(store_has_old(s));
	while (store_has_old(s))
		prune(s, start + 20 * day, "a");
	assert_kept(s, "b", false);
	assert_kept(s, "g", false);
	assert_count(*state, "configured", 1);
	store_close(s);
}

/* On a full disk nobody tries again at once, and again. */
/* One slice, of those that are called `from` to `to` - 1. */
static bool
prune_some(struct store *s, int64_t now_ms, int from, int to, bool grown)
{
	const struct store_retention keep = {.keep_ms = 10 * day, .grown = grown};
	struct strvec configured = {0};
	struct err e = {0};

	for (int i = from; i < to; i++)
		strvec_take(&configured, xasprintf("e%03d", i));
	if (!store_prune(s, now_ms, &keep, &configured, &e))
		fail_msg("%s", e.text);
	strvec_free(&configured);
	return store_has_old(s);
}

/* A look at everything goes on as one, also where its first slice left some. */
static void
test_whole_goes_on(void **state)
{
	struct store *s = fixture_open(*state);
	struct store_change c = {.environment = "e000", .state = "drifted"};
	const int64_t later = start + 20 * day;

	for (c.at_ms = start; c.at_ms <= start + 1000; c.at_ms++)
		fixture_add(s, &c);
	fill(s, later, "other");
	assert_true(prune_some(s, later, 0, 1, false));
	while (prune_some(s, later, 0, 1, true))
		;
	while (prune_some(s, later + 10 * day + 1, 0, 1, false))
		;
	assert_kept(s, "other", false);
	store_close(s);
}

/* Who is configured is nobody who is gone, although the list moves between slices. */
static void
test_the_list_moves(void **state)
{
	struct store *s = fixture_open(*state);
	const int64_t later = start + 11 * day;

	fill(s, start, "e249");
	while (prune_some(s, start, 0, 250, false))
		;
	assert_true(prune_some(s, later, 0, 250, false));
	while (prune_some(s, later, 50, 250, false))
		;
	assert_kept(s, "e249", true);
	store_close(s);
}

static void
test_no_room(void **state)
{
	struct store *s = fixture_open(*state);
	struct store_change c = {.environment = "a", .state = "drifted"};
	const struct strvec none = {0};
	struct rlimit before, now;
	struct err e;

	for (c.at_ms = start; c.at_ms < start + 1500; c.at_ms++)
		fixture_add(s, &c);
	getrlimit(RLIMIT_FSIZE, &before);
	now = before;
	now.rlim_cur = 4096;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &now);
	assert_false(store_prune(s, start + 20 * day,
		&(struct store_retention){10 * day, 0}, &none, &e));
	assert_false(store_has_old(s));
	setrlimit(RLIMIT_FSIZE, &before);
	signal(SIGXFSZ, SIG_DFL);
	store_close(s);
	s = fixture_open(*state);
	prune(s, start + 20 * day, "a");
	assert_true(store_has_old(s));
	store_close(s);
}

static void
test_gone(void **state)
{
	char *put_away = store_away_name("b", "1/shop");
	struct store *s = fixture_open(*state);

	fill(s, start, "a");
	fill(s, start, "b");
	fill(s, start, put_away);
	prune(s, start, "ab");
	prune(s, start + 9 * day, "a");
	prune(s, start + 10 * day, "a");
	assert_kept(s, "b", true);
	assert_kept(s, put_away, true);
	prune(s, start + 10 * day + 1, "a");
	assert_kept(s, "b", false);
	assert_kept(s, put_away, false);
	assert_kept(s, "a", true);
	free(put_away);
	store_close(s);
}

/* One that was gone for a while, or for so long that nobody looked meanwhile. */
static void
test_back(void **state)
{
	struct store *s = fixture_open(*state);

	fill(s, start, "a");
	fill(s, start, "b");
	prune(s, start, "ab");
	prune(s, start + 9 * day, "a");
	prune(s, start + 9 * day + 1, "ab");
	prune(s, start + 19 * day, "a");
	assert_kept(s, "b", true);
	prune(s, start + 50 * day, "ab");
	assert_kept(s, "a", true);
	assert_kept(s, "b", true);
	store_close(s);
}

/* Rows of a file from before anybody noted who is configured. */
static void
test_never_noted(void **state)
{
	struct store *s = fixture_open(*state);

	fill(s, start, "b");
	prune(s, start + 100 * day, "a");
	assert_kept(s, "b", true);
	prune(s, start + 110 * day + 1, "a");
	assert_kept(s, "b", false);
	store_close(s);
}

/* ---- What time it is ---- */

static void
assert_age(const struct age *a, int64_t now_ms, bool held)
{
	assert_int_equal(a->now_ms, now_ms);
	assert_int_equal(a->held_ms != 0, held);
}

static void
test_clock_as_it_is(void **state)
{
	struct age a = {0};

	(void)state;
	assert_false(age_step(&a, start, 0));
	assert_age(&a, start, false);
	assert_false(age_step(&a, start + 60000, 60000));
	assert_age(&a, start + 60000, false);
	/* Set by somebody, by less than it matters. */
	assert_false(age_step(&a, start + AGE_JUMP_MS, 60000));
	assert_age(&a, start + AGE_JUMP_MS, false);
	assert_false(age_step(&a, start + 60000, 60000));
	assert_age(&a, start + 60000, false);
}

/* It is said once, and its own time goes on; back in its place it is believed. */
static void
check_jump(int64_t far_ms)
{
	struct age a = {.now_ms = start};

	assert_true(age_step(&a, start + far_ms, 0));
	assert_age(&a, start, true);
	assert_false(age_step(&a, start + far_ms + day, day));
	assert_age(&a, start + day, true);
	assert_false(age_step(&a, start + 2 * day, day));
	assert_age(&a, start + 2 * day, false);
	assert_true(age_step(&a, start + far_ms, 60000));
}

static void
test_jump(void **state)
{
	(void)state;
	check_jump(2 * 365 * day);
	check_jump(-2 * 365 * day);
}

/* Whatever stands for a week is the time; restarts, which nobody watched, do not count.
 */
static void
test_believed(void **state)
{
	struct age a = {.now_ms = start};
	int64_t far = start + 2 * 365 * day;

	(void)state;
	assert_true(age_step(&a, far, 0));
	for (int i = 1; i <= 6; i++)
		assert_false(age_step(&a, far + i * day, day));
	assert_false(age_step(&a, far + 6 * day, 0));
	assert_false(age_step(&a, far + 6 * day, -day));
	assert_age(&a, start + 6 * day, true);
	assert_false(age_step(&a, far + 7 * day, day));
	assert_age(&a, far + 7 * day, false);
}

/* ---- Both ---- */

static void
test_jump_prunes_nothing(void **state)
{
	struct store *s = fixture_open(*state);
	struct age a = {.now_ms = start};

	fill(s, start, "a");
	fill(s, start, "b");
	prune(s, a.now_ms, "ab");
	assert_true(age_step(&a, start + 2 * 365 * day, 0));
	prune(s, a.now_ms, "a");
	assert_int_equal(rows(s, NULL), 2);
	assert_kept(s, "b", true);
	assert_false(age_step(&a, start + day, day));
	prune(s, a.now_ms, "a");
	assert_int_equal(rows(s, NULL), 2);
	assert_false(age_step(&a, start + 11 * day, 10 * day));
	prune(s, a.now_ms, "a");
	assert_int_equal(rows(s, NULL), 0);
	assert_kept(s, "a", true);
	assert_kept(s, "b", false);
	store_close(s);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_changes),
		CASE(test_slices),
		CASE(test_slices_of_catalogs),
		CASE(test_grown),
		CASE(test_many_gone),
		CASE(test_whole_goes_on),
		CASE(test_the_list_moves),
		CASE(test_no_room),
		CASE(test_gone),
		CASE(test_back),
		CASE(test_never_noted),
		CASE(test_clock_as_it_is),
		CASE(test_jump),
		CASE(test_believed),
		CASE(test_jump_prunes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
