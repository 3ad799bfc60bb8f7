/* A session between two uses: it is there again, or it has closed and nobody was told.
 */
#include "tests/unit/pg/fixture.h"

#include "base/mem.h"

enum { LONG_MS = 100000 };

static const char *const one_name[] = {"a"};
static const char *const one_cell[] = {"1"};
static const struct pg_statement select_one[] = {{.sql = "SELECT one"}};
static const struct pg_batch one_batch[] = {{NULL, select_one, 1}};

#define ASKED                                                                          \
	FAKE_BEGIN, {FAKE_QUERY, .text = "SELECT one", FAKE_ROWS(one_name, one_cell)}, \
		FAKE_COMMIT

static void
connect_and_ask(struct fixture *f)
{
	static const struct fake_step steps[] = {{FAKE_CONNECT}, ASKED, {FAKE_CLOSE}};

	fake_script("host=/rest", steps, COUNT_OF(steps));
	connect_to(f, "host=/rest");
	run_within(f, one_batch, 1, LONG_MS);
	assert_int_equal(f->err.code, ERR_NONE);
}

static void
test_used_again(void **state)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT}, ASKED, ASKED, ASKED, {FAKE_CLOSE}};
	struct fixture *f = *state;

	fake_script("host=/again", steps, COUNT_OF(steps));
	connect_to(f, "host=/again");
	for (int i = 0; i < 3; i++) {
		run_within(f, one_batch, 1, LONG_MS);
		assert_int_equal(f->err.code, ERR_NONE);
		assert_int_equal(pg_session_round_trips(f->session), 1);
		assert_true(pg_session_rest(f->session, LONG_MS));
		assert_true(pg_session_wake(f->session, LONG_MS, LONG_MS));
		assert_int_equal(pg_session_round_trips(f->session), 0);
	}
	assert_int_equal(fake_connects(), 1);
	assert_int_equal(f->connected, 1);
}

/* The server hangs up, or says something: either is its end. */
static void
test_ended(void **state)
{
	static void (*const ends[])(void) = {fake_cut, fake_speak};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		connect_and_ask(f);
		assert_true(pg_session_rest(f->session, LONG_MS));
		ends[i]();
		loop_run(f->loop);
		assert_false(pg_session_is_open(f->session));
		assert_false(pg_session_wake(f->session, LONG_MS, LONG_MS));
	}
	assert_int_equal(f->done, 2);
}

/* … and the loop has not seen it yet. */
static void
test_ended_just_now(void **state)
{
	struct fixture *f = *state;

	connect_and_ask(f);
	assert_true(pg_session_rest(f->session, LONG_MS));
	fake_cut();
	assert_false(pg_session_wake(f->session, LONG_MS, LONG_MS));
	assert_false(pg_session_is_open(f->session));
}

static void
test_old(void **state)
{
	struct fixture *f = *state;

	connect_and_ask(f);
	assert_false(pg_session_rest(f->session, 0));
	assert_false(pg_session_is_open(f->session));
	connect_and_ask(f);
	assert_true(pg_session_rest(f->session, LONG_MS));
	assert_false(pg_session_wake(f->session, 0, LONG_MS));
	/* By itself. */
	connect_and_ask(f);
	assert_true(pg_session_rest(f->session, 50));
	loop_run(f->loop);
	assert_false(pg_session_wake(f->session, LONG_MS, LONG_MS));
}

static void
test_none(void **state)
{
	struct fixture *f = *state;

	assert_false(pg_session_rest(f->session, LONG_MS));
	assert_false(pg_session_wake(f->session, LONG_MS, LONG_MS));
	connect_and_ask(f);
	/* It was never at rest. */
	assert_false(pg_session_wake(f->session, LONG_MS, LONG_MS));
	assert_true(pg_session_is_open(f->session));
	pg_session_close(f->session);
}

static void
test_freed(void **state)
{
	struct fixture *f = *state;

	connect_and_ask(f);
	assert_true(pg_session_rest(f->session, LONG_MS));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_used_again),
		TEST(test_ended),
		TEST(test_ended_just_now),
		TEST(test_old),
		TEST(test_none),
		TEST(test_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
