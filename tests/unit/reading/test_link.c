/* What a reading leaves to the next one, and when it is no good. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reading/link.h"
#include "tests/fake/fake_libpq.h"

struct fixture {
	struct loop *loop;
	struct link_kept kept;
	struct link *link;
	struct facts facts;
	struct snapshot snapshot;
	int connected, done;
};

static const char *const one_name[] = {"a"};
static const char *const one_cell[] = {"1"};
static const struct pg_target here = {.dsn = "host=/here", .connect_timeout_ms = 60000};

static bool
serve(void *arg, const char *sql, struct fake_step *answer)
{
	(void)arg;
	if (!strncmp(sql, "SELECT", 6)) {
		answer->names = one_name;
		answer->cells = one_cell;
		answer->n_cols = answer->n_rows = 1;
	}
	return true;
}

static void
await(void)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT}, {FAKE_SERVE, .serve = serve}};

	fake_script("host=", steps, COUNT_OF(steps));
}

static int
set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);

	f->loop = loop_new();
	f->facts.server_version_num = 150018;
	f->facts.snapshot = &f->snapshot;
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	link_free(f->link);
	link_kept_close(&f->kept);
	loop_free(f->loop);
	free(f);
	fake_end();
	return 0;
}

static void
on_connected(void *arg, const struct err *e)
{
	struct fixture *f = arg;

	assert_null(e);
	f->connected++;
	loop_stop(f->loop);
}

static void
on_done(void *arg, struct pg_results *r, const struct err *e)
{
	struct fixture *f = arg;

	assert_null(e);
	link_end_answer(f->link, r);
	f->done++;
	loop_stop(f->loop);
}

static void
start(struct fixture *f, const struct pg_target *t, struct link_kept *kept)
{
	const struct link_options o = {t, 60000, 1 << 20, kept};

	link_free(f->link);
	f->link = link_new(f->loop, &o);
}

/* A reading of one question.  True if it used what was kept. */
static bool
use(struct fixture *f, const struct pg_target *t, struct link_kept *kept)
{
	static const struct pg_statement one[] = {{.sql = "SELECT one"}};
	static const struct pg_batch batch = {NULL, one, 1};
	const struct pg_script script = {.batches = &batch, .n_batches = 1};
	bool open;

	start(f, t, kept);
	if (!pg_session_is_open(link_session(f->link)))
		await();
	open = link_open(f->link, on_connected, f);
	if (!open)
		loop_run(f->loop);
	assert_int_equal(link_ran_ms(f->link), -1);
	link_run(f->link, &script, on_done, f);
	loop_run(f->loop);
	assert_true(link_has_connected(f->link));
	assert_false(link_was_dead(f->link));
	link_leave(f->link, &f->facts);
	return open;
}

static void
test_kept(void **state)
{
	struct fixture *f = *state;

	assert_false(use(f, &here, &f->kept));
	assert_true(use(f, &here, &f->kept));
	assert_true(use(f, &here, &f->kept));
	assert_int_equal(fake_connects(), 1);
	assert_int_equal(f->done, 3);
}

static void
test_not_kept(void **state)
{
	struct fixture *f = *state;

	assert_false(use(f, &here, NULL));
	assert_false(use(f, &here, NULL));
	assert_int_equal(fake_connects(), 2);
}

/* Whatever decides where it leads, and as whom. */
static void
test_another_target(void **state)
{
	const struct pg_target others[] = {
		{.dsn = "host=/there", .connect_timeout_ms = 60000},
		{.dsn = "host=/here", .password_file = "/dev/null"},
		{.dsn = "host=/here", .password_command = "echo x"},
		{.dsn = "host=/here", .application_name = "x"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(others); i++) {
		use(f, &here, &f->kept);
		assert_non_null(f->kept.session);
		link_kept_see(&f->kept, &here);
		assert_non_null(f->kept.session);
		link_kept_see(&f->kept, &others[i]);
		assert_null(f->kept.session);
		use(f, &here, &f->kept);
		start(f, &others[i], &f->kept);
		assert_null(f->kept.session);
		assert_false(pg_session_is_open(link_session(f->link)));
	}
	use(f, &here, &f->kept);
	link_kept_see(&f->kept, NULL);
	assert_null(f->kept.session);
}

/* What is not worth it: a backend that has grown, or is another than the login said. */
static void
test_not_worth_it(void **state)
{
	struct fixture *f = *state;

	f->snapshot.n_objects = 1000000;
	use(f, &here, &f->kept);
	assert_null(f->kept.session);
	f->facts.reused = true;
	use(f, &here, &f->kept);
	assert_non_null(f->kept.session);
	f->facts.server_version_num = 160004;
	use(f, &here, &f->kept);
	assert_null(f->kept.session);
}

/* It has ended while nobody looked. */
static void
test_ended(void **state)
{
	struct fixture *f = *state;

	use(f, &here, &f->kept);
	fake_cut();
	assert_false(use(f, &here, &f->kept));
	assert_int_equal(fake_connects(), 2);
}

/* A reading that is given up leaves nothing. */
static void
test_given_up(void **state)
{
	struct fixture *f = *state;

	use(f, &here, &f->kept);
	start(f, &here, &f->kept);
	assert_true(link_open(f->link, on_connected, f));
	link_free(f->link);
	f->link = NULL;
	assert_null(f->kept.session);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_kept),
		TEST(test_not_kept),
		TEST(test_another_target),
		TEST(test_not_worth_it),
		TEST(test_ended),
		TEST(test_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
