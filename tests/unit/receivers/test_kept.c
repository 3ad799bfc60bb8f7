/* What receivers were told, and are to be told, in a store. */
#include "tests/unit/unit.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tests/unit/receivers/edges.h"
#include "tests/unit/store/fixture.h"

/* A daemon, and who else has its file. */
struct life {
	void *dir;
	struct store *store;
	struct house house;
	sqlite3 *other;
	enum state prod, staging; /* as they are found */
	int64_t batch_wait_ms;    /* 0: that of the house */
};

static void
begin(struct life *l)
{
	l->store = fixture_open(l->dir);
	house_set(&l->house, l->store, "json");
	l->house.fixture.prod.state = l->prod;
	l->house.fixture.staging.state = l->staging;
	if (l->batch_wait_ms)
		l->house.list[0].batch_wait_ms = l->batch_wait_ms;
	house_configure(&l->house);
}

static void
end(struct life *l)
{
	house_fini(&l->house);
	store_close(l->store);
}

static void
again(struct life *l)
{
	l->prod = l->house.fixture.prod.state;
	l->staging = l->house.fixture.staging.state;
	end(l);
	begin(l);
}

static int
setup(void **state)
{
	struct life *l = xcalloc(1, sizeof *l);

	l->prod = l->staging = STATE_IN_SYNC;
	edges_begin();
	assert_int_equal(fixture_setup(&l->dir), 0);
	begin(l);
	*state = l;
	return 0;
}

static int
teardown(void **state)
{
	struct life *l = *state;

	end(l);
	fixture_teardown(&l->dir);
	edges_end();
	free(l);
	return 0;
}

static void
lock(struct life *l)
{
	char *path = xasprintf("%s/pgdriftd.db", (char *)l->dir);

	assert_int_equal(sqlite3_open(path, &l->other), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(l->other, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
	free(path);
}

/* And it is found to be so, as the daemon looks each second. */
static void
unlock(struct life *l)
{
	struct store_news news;

	assert_int_equal(sqlite3_close(l->other), SQLITE_OK);
	assert_true(store_recover(l->store, &news));
	if (news.again)
		receivers_store_changed(l->house.receivers);
}

static void
test_over_a_restart(void **state)
{
	struct life *l = *state;
	struct published_environment *prod = &l->house.fixture.prod;

	house_see(&l->house, prod, STATE_UNSTAMPED);
	edges_pass(100);
	edges_answer(0);
	again(l);
	assert_int_equal(house_facts(&l->house)->queued, 1);
	edges_pass(2000);
	/* The same message. */
	assert_int_equal(edges.n, 2);
	assert_string_equal(edges.v[0].id, edges.v[1].id);
	assert_string_equal(edges.v[0].body, edges.v[1].body);
	edges_answer(200);
	again(l);
	edges_pass(60000);
	assert_int_equal(edges.n, 2);
	assert_int_equal(house_facts(&l->house)->standing, 1);
}

/* It is sent all the same, and stored as soon as that can be. */
static void
test_late(void **state)
{
	struct life *l = *state;

	lock(l);
	house_see(&l->house, &l->house.fixture.prod, STATE_UNSTAMPED);
	house_see(&l->house, &l->house.fixture.staging, STATE_UNSTAMPED);
	edges_pass(100);
	assert_int_equal(edges_parts(0), 2);
	edges_answer(200);
	house_see(&l->house, &l->house.fixture.staging, STATE_IN_SYNC);
	unlock(l);
	again(l);
	assert_int_equal(house_facts(&l->house)->standing, 2);
	edges_pass(60000);
	assert_int_equal(edges.n, 2);
	assert_int_equal(edges_parts(1), 1);
	edges_answer(200);
	assert_int_equal(house_facts(&l->house)->standing, 1);
}

/* What could be stored neither then nor at the end was sent, or is said to be lost. */
static void
test_never(void **state)
{
	struct life *l = *state;

	house_see(&l->house, &l->house.fixture.prod, STATE_UNSTAMPED);
	edges_pass(50);
	lock(l);
	house_see(&l->house, &l->house.fixture.staging, STATE_UNSTAMPED);
	receivers_end(l->house.receivers);
	assert_int_equal(edges.n, 1);
	assert_int_equal(edges_parts(0), 2);
	edges_answer(503);
	assert_int_equal(edges.n, 1);
	assert_false(receivers_are_busy(l->house.receivers));
	house_fini(&l->house);
	assert_int_equal(edges_said("error: receiver ops: 2 changes are not told"), 1);
	assert_int_equal(sqlite3_close(l->other), SQLITE_OK);
	house_set(&l->house, l->store, "json");
}

/* As the daemon starts all the same, where somebody else has the file. */
static void
begin_locked(struct life *l, int64_t batch_wait_ms)
{
	lock(l);
	l->store = store_open_later(l->dir);
	house_set(&l->house, l->store, "json");
	l->house.fixture.prod.state = STATE_UNSTAMPED;
	l->house.list[0].batch_wait_ms = batch_wait_ms;
	house_configure(&l->house);
}

/* That prod is unstamped was told, that staging is was tried. */
static void
leave_some(struct life *l)
{
	house_see(&l->house, &l->house.fixture.prod, STATE_UNSTAMPED);
	edges_pass(100);
	edges_answer(200);
	house_see(&l->house, &l->house.fixture.staging, STATE_UNSTAMPED);
	edges_pass(100);
	edges_answer(0);
	end(l);
	assert_int_equal(edges.n, 2);
}

/* What a process before left is taken up once it can be read: nothing is told again,
 * and what was to be told is, with its end. */
static void
test_read_late(void **state)
{
	struct life *l = *state;

	leave_some(l);
	begin_locked(l, 5000);
	assert_int_equal(edges.n, 2);
	unlock(l);
	edges_pass(1000);
	assert_int_equal(edges.n, 3);
	assert_string_equal(edges.v[2].id, edges.v[1].id);
	edges_answer(200);
	edges_pass(5000);
	assert_int_equal(edges.n, 4);
	assert_int_equal(edges_parts(3), 1);
	assert_true(edges_tells(3, "staging"));
	edges_answer(200);
	edges_pass(60000);
	assert_int_equal(edges.n, 4);
	assert_int_equal(house_facts(&l->house)->standing, 1);
	/* And so it is stored. */
	l->batch_wait_ms = 5000;
	again(l);
	edges_pass(60000);
	assert_int_equal(edges.n, 4);
	assert_int_equal(house_facts(&l->house)->standing, 1);
}

/* What was told meanwhile is what counts. */
static void
test_read_too_late(void **state)
{
	struct life *l = *state;

	leave_some(l);
	begin_locked(l, 100);
	assert_int_equal(edges.n, 3);
	assert_true(edges_tells(2, "prod"));
	edges_answer(200);
	house_see(&l->house, &l->house.fixture.prod, STATE_IN_SYNC);
	edges_pass(100);
	assert_int_equal(edges.n, 4);
	edges_answer(503);
	unlock(l);
	edges_pass(10000);
	/* staging, and the end of prod, are one message. */
	assert_int_equal(edges_under_way(), 1);
	edges_answer(200);
	edges_pass(60000);
	while (edges_under_way())
		edges_answer(200);
	assert_int_equal(house_facts(&l->house)->standing, 0);
	assert_int_equal(house_facts(&l->house)->queued, 0);
}

/* What is stored needs not be sent at the end, nor is anything said of it. */
static void
test_end(void **state)
{
	struct life *l = *state;

	house_see(&l->house, &l->house.fixture.prod, STATE_UNSTAMPED);
	edges_pass(50);
	receivers_end(l->house.receivers);
	assert_int_equal(edges.n, 0);
	again(l);
	assert_int_equal(edges_said("not told"), 0);
	assert_int_equal(house_facts(&l->house)->queued, 1);
}

static void
count(void *arg, const char *receiver, int place, const char *document)
{
	size_t *n = arg;

	(void)receiver;
	(void)place;
	(void)document;
	++*n;
}

/* How many changes the store has, as a process that is killed now would leave them. */
static size_t
stored(struct life *l)
{
	size_t n = 0;
	struct err e;

	assert_true(store_notices(l->store, count, &n, &e));
	return n;
}

/* What was given up, which is said, is not told by another process; no message comes
 * after it. */
static void
test_given_up(void **state)
{
	struct life *l = *state;

	l->house.list[0].retry_for_ms = 3600000;
	house_configure(&l->house);
	house_see(&l->house, &l->house.fixture.prod, STATE_UNSTAMPED);
	edges_pass(100);
	for (int i = 0; i < 100 && !house_result(&l->house, "expired"); i++) {
		assert_int_equal(stored(l), 1);
		edges_answer(503);
		edges_pass(300000);
	}
	assert_int_equal(edges_said("1 change is not told: nobody took"), 1);
	edges_pass(0);
	assert_int_equal(edges_under_way(), 0);
	assert_int_equal(stored(l), 0);
}

/* Nor does an end that is not to be told stand any longer. */
static void
test_silent(void **state)
{
	struct life *l = *state;

	l->house.list[0].send_resolved = false;
	house_configure(&l->house);
	house_see(&l->house, &l->house.fixture.prod, STATE_UNSTAMPED);
	edges_pass(100);
	edges_answer(200);
	house_see(&l->house, &l->house.fixture.prod, STATE_IN_SYNC);
	edges_pass(99);
	assert_int_equal(stored(l), 2);
	edges_pass(1);
	assert_int_equal(stored(l), 0);
	assert_int_equal(edges.n, 1);
}

/* Of a receiver that is gone nothing is kept, which is said once. */
static void
test_stray(void **state)
{
	struct life *l = *state;

	l->house.conf.n_receivers = 2;
	house_configure(&l->house);
	house_see(&l->house, &l->house.fixture.prod, STATE_UNSTAMPED);
	edges_pass(100);
	edges_answer(200);
	edges_answer(0);
	/* "more" has not got it. */
	again(l);
	assert_int_equal(
		edges_said("error: 1 changes are not told: their receivers are "
			   "not configured any more"),
		1);
	again(l);
	assert_int_equal(edges_said("not told"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_over_a_restart, setup, teardown),
		cmocka_unit_test_setup_teardown(test_late, setup, teardown),
		cmocka_unit_test_setup_teardown(test_never, setup, teardown),
		cmocka_unit_test_setup_teardown(test_read_late, setup, teardown),
		cmocka_unit_test_setup_teardown(test_read_too_late, setup, teardown),
		cmocka_unit_test_setup_teardown(test_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_given_up, setup, teardown),
		cmocka_unit_test_setup_teardown(test_silent, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stray, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
