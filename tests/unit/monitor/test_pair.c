/* Who is read again before anything is said, and what is said where that is in vain. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "monitor/pair.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/monitor/prod.h"

enum { PROD, DEV };

/* prod is compared with dev, and at its revision.  */
struct fixture {
	struct conf_environment conf[2];
	struct environment *list[2];
	struct queue queue;
};

static const char *const names[] = {"prod", "dev"};

static int
set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);
	struct err e;

	for (int i = 0; i < 2; i++) {
		struct facts *facts = xcalloc(1, sizeof *facts);

		prod_conf(&f->conf[i]);
		free(f->conf[i].name);
		f->conf[i].name = xstrdup(names[i]);
		f->list[i] = environment_new(&f->conf[i], NULL, &e);
		facts->snapshot = CATALOG("schema /public", "table public/t",
			i ? "column public/t/id|type=integer"
			  : "column public/t/id|type=bigint");
		f->list[i]->facts = facts;
		f->list[i]->connected = f->list[i]->tried = true;
	}
	f->conf[PROD].expect = EXPECT_ENVIRONMENT;
	f->conf[PROD].expect_target = f->conf[DEV].name;
	queue_take(&f->queue, f->list, 2, 0);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 2; i++) {
		environment_free(f->list[i]);
		prod_conf_fini(&f->conf[i]);
	}
	queue_fini(&f->queue);
	free(f);
	return 0;
}

/* A check that found what has been there from `from` on ended at `to`. */
static void
seen(struct fixture *f, int i, unsigned from, unsigned to)
{
	struct environment *env = f->list[i];

	env->facts->held = (struct held){from, to};
	env->facts->rows_held = env->facts->held;
	env->ended = to;
	env->outcome = OUTCOME_SUCCESS;
}

/* A check that began at `at` brought nothing. */
static void
missed(struct fixture *f, int i, unsigned at, enum outcome o, enum err_code code)
{
	struct environment *env = f->list[i];

	env->ended = at;
	env->outcome_in_a_row = o == env->outcome ? env->outcome_in_a_row + 1 : 1;
	env->outcome = o;
	env->error.code = code;
	env->failing_since_ms = clock_wall_ms() - 60000;
}

static struct expectation
expected(struct fixture *f)
{
	struct facts *facts = f->list[DEV]->facts;

	return (struct expectation){.of_catalog = f->list[DEV],
		.of_head = f->list[DEV],
		.snapshot = facts->snapshot,
		.revision = &facts->recorded,
		.head = &facts->recorded};
}

static bool
settle(struct fixture *f, struct expectation *x, bool once)
{
	*x = expected(f);
	return pair_settle(f->list[PROD], x, &f->queue, once);
}

/* What was asked for begins. */
static bool
begins(struct fixture *f, int i)
{
	struct environment *env = queue_next(&f->queue);

	if (env != f->list[i])
		return false;
	queue_begin(&f->queue, env);
	queue_end(&f->queue, env);
	return true;
}

static void
test_together(void **state)
{
	struct fixture *f = *state;
	struct expectation x;

	seen(f, PROD, 1, 5);
	seen(f, DEV, 3, 8);
	assert_true(settle(f, &x, false));
	assert_non_null(x.snapshot);
	assert_null(queue_next(&f->queue));
	x = (struct expectation){0};
	assert_true(pair_settle(f->list[PROD], &x, &f->queue, false));
}

static void
test_older_is_read(void **state)
{
	struct fixture *f = *state;
	struct expectation x;

	seen(f, DEV, 1, 3);
	seen(f, PROD, 5, 5);
	assert_false(settle(f, &x, false));
	/* Asked for once, whoever waits for it. */
	assert_false(settle(f, &x, false));
	assert_int_equal(f->list[PROD]->rounds, 1);
	assert_true(begins(f, DEV));
	assert_null(queue_next(&f->queue));
	/* It has changed as well, before or after prod did. */
	seen(f, DEV, 6, 6);
	assert_false(settle(f, &x, false));
	assert_true(begins(f, PROD));
	seen(f, PROD, 5, 7);
	assert_true(settle(f, &x, false));
	assert_int_equal(f->list[PROD]->rounds, 0);
	assert_non_null(x.snapshot);
}

/* What the reference was once says nothing as soon as it is set back; until that is
 * known it is looked at again, and where it cannot be, that is what is known. */
static void
test_what_it_was_once(void **state)
{
	struct fixture *f = *state;
	struct expectation x = expected(f);

	x.of_head = NULL;
	x.earlier = true;
	seen(f, DEV, 1, 3);
	seen(f, PROD, 5, 5);
	assert_false(pair_settle(f->list[PROD], &x, &f->queue, false));
	assert_true(begins(f, DEV));
	missed(f, DEV, 6, OUTCOME_FAILURE, ERR_CONNECT);
	assert_true(pair_settle(f->list[PROD], &x, &f->queue, false));
	assert_non_null(x.snapshot);
	assert_null(x.reason);
}

static void
test_never_still(void **state)
{
	struct fixture *f = *state;
	struct expectation x;
	int i;

	seen(f, DEV, 1, 1);
	for (i = 1; i < 20; i++) {
		seen(f, i % 2 ? PROD : DEV, i * 2, i * 2);
		if (settle(f, &x, false))
			break;
		assert_true(begins(f, i % 2 ? DEV : PROD));
	}
	assert_int_equal(i, MOVED_MOST + 1);
	assert_null(x.snapshot);
	assert_true(x.not_comparable);
	assert_true(x.head_unread);
	assert_non_null(strstr(x.reason, "change between any two"));
	free(x.reason);
	free(x.head_reason);
	/* Both are read when it is due, and may stand still then. */
	assert_null(queue_next(&f->queue));
	pair_due(f->list[PROD], &f->queue);
	assert_true(begins(f, DEV));
	f->list[DEV]->facts->held.to = 40;
	f->list[PROD]->facts->held.to = 41;
	f->list[DEV]->facts->rows_held.to = 40;
	f->list[PROD]->facts->rows_held.to = 41;
	assert_true(settle(f, &x, false));
	assert_non_null(x.snapshot);
	assert_int_equal(f->list[PROD]->rounds, 0);
	pair_due(f->list[PROD], &f->queue);
	assert_null(queue_next(&f->queue));
}

/* The reference cannot be read: what it was is no measure, and nothing is hidden. */
static void
test_reference_gone(void **state)
{
	struct fixture *f = *state;
	struct expectation x;

	seen(f, DEV, 1, 3);
	missed(f, DEV, 4, OUTCOME_FAILURE, ERR_CONNECT);
	seen(f, PROD, 2, 5);
	assert_true(settle(f, &x, false));
	assert_non_null(x.snapshot);
	seen(f, PROD, 6, 6);
	assert_false(settle(f, &x, false));
	assert_true(begins(f, DEV));
	missed(f, DEV, 7, OUTCOME_FAILURE, ERR_CONNECT);
	assert_true(settle(f, &x, false));
	assert_null(x.snapshot);
	assert_true(x.not_comparable);
	assert_true(x.head_unread);
	assert_false(x.outdated);
	assert_non_null(strstr(x.reason, "since environment:dev was last read at "));
	assert_non_null(strstr(x.reason, "is unreachable since "));
	assert_non_null(strstr(x.reason, "; 1 difference from what that was (first: "
					 "column public.t.id"));
	free(x.reason);
	free(x.head_reason);
	/* What cannot be compared with what it was is not said to be equal to it. */
	strvec_add(&f->conf[PROD].schemas, "pubilc");
	seen(f, PROD, 8, 8);
	missed(f, DEV, 9, OUTCOME_FAILURE, ERR_CONNECT);
	assert_true(settle(f, &x, false));
	assert_null(strstr(x.reason, "difference"));
	assert_non_null(strstr(x.reason, "pubilc"));
	free(x.reason);
	free(x.head_reason);
	strvec_free(&f->conf[PROD].schemas);
}

/* A reference that is on its way is waited for, unless that may take long. */
static void
test_reference_migrates(void **state)
{
	struct fixture *f = *state;
	struct expectation x;

	seen(f, DEV, 1, 3);
	seen(f, PROD, 5, 5);
	missed(f, DEV, 6, OUTCOME_MIGRATING, ERR_NONE);
	assert_false(settle(f, &x, false));
	assert_null(queue_next(&f->queue));
	assert_true(settle(f, &x, true));
	assert_non_null(strstr(x.reason, "is migrating"));
	assert_non_null(strstr(x.head_reason, "is migrating"));
	free(x.reason);
	free(x.head_reason);
	for (int i = 0; i < MOVED_MOST; i++)
		missed(f, DEV, 7 + i, OUTCOME_MIGRATING, ERR_NONE);
	assert_true(settle(f, &x, false));
	free(x.reason);
	free(x.head_reason);
	missed(f, DEV, 20, OUTCOME_MOVED, ERR_NONE);
	assert_false(settle(f, &x, true));
	assert_null(queue_next(&f->queue));
}

/* It is itself the one that cannot be read: what was said of it stands. */
static void
test_follower_gone(void **state)
{
	struct fixture *f = *state;
	struct published_environment before = {.name = NULL};
	struct expectation x;

	seen(f, PROD, 1, 3);
	missed(f, PROD, 4, OUTCOME_FAILURE, ERR_CONNECT);
	seen(f, DEV, 5, 5);
	f->list[PROD]->published = &before;
	assert_true(settle(f, &x, false));
	assert_true(x.outdated);
	assert_null(queue_next(&f->queue));
	f->list[PROD]->published = NULL;
	assert_true(settle(f, &x, false));
	assert_false(x.outdated);
	assert_null(x.snapshot);
	assert_non_null(strstr(x.reason, "environment:dev has changed since"));
	free(x.reason);
	free(x.head_reason);
}

/* The head is of the recorded rows alone. */
static void
test_head(void **state)
{
	struct fixture *f = *state;
	struct expectation x = expected(f);

	seen(f, DEV, 1, 3);
	seen(f, PROD, 5, 5);
	f->list[PROD]->facts->rows_held.from = f->list[DEV]->facts->held.from;
	x.of_catalog = NULL;
	assert_true(pair_settle(f->list[PROD], &x, &f->queue, false));
	assert_false(x.head_unread);
	seen(f, PROD, 5, 5);
	assert_false(pair_settle(f->list[PROD], &x, &f->queue, false));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_together),
		TEST(test_older_is_read),
		TEST(test_what_it_was_once),
		TEST(test_never_still),
		TEST(test_reference_gone),
		TEST(test_reference_migrates),
		TEST(test_follower_gone),
		TEST(test_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
