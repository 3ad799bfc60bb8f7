/* Who is next, and what comes before: no server, no loop. */
#include "tests/unit/unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "monitor/queue.h"

struct fixture {
	char names[3][16];
	struct conf_environment conf[3];
	struct environment dev, prod, other;
	struct environment *list[3];
	struct queue queue;
};

/* prod is compared with dev; all have been read. */
static struct fixture *
sound(struct fixture *f)
{
	*f = (struct fixture){0};
	for (size_t i = 0; i < 3; i++)
		f->conf[i].name = f->names[i];
	snprintf(f->names[0], sizeof f->names[0], "prod");
	snprintf(f->names[1], sizeof f->names[1], "dev");
	snprintf(f->names[2], sizeof f->names[2], "other");
	f->conf[0].expect = EXPECT_ENVIRONMENT;
	f->conf[0].expect_target = f->names[1];
	f->list[0] = &f->prod;
	f->list[1] = &f->dev;
	f->list[2] = &f->other;
	for (size_t i = 0; i < 3; i++) {
		f->list[i]->conf = &f->conf[i];
		f->list[i]->tried = true;
	}
	queue_take(&f->queue, f->list, 3, 0);
	return f;
}

static struct environment *
begin(struct fixture *f)
{
	struct environment *env = queue_next(&f->queue);

	if (env)
		queue_begin(&f->queue, env);
	return env;
}

static int
set_up(void **state)
{
	*state = sound(xcalloc(1, sizeof(struct fixture)));
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	queue_fini(&f->queue);
	free(f);
	return 0;
}

static void
test_turns(void **state)
{
	struct fixture *q = *state;

	assert_null(begin(q));
	queue_due(&q->queue, &q->other);
	queue_due(&q->queue, &q->prod);
	queue_due(&q->queue, &q->other);
	assert_ptr_equal(begin(q), &q->other);
	assert_ptr_equal(begin(q), &q->prod);
	assert_null(begin(q));
	assert_int_equal(q->queue.running, 2);
	queue_end(&q->queue, &q->other);
	queue_end(&q->queue, &q->prod);
	assert_int_equal(q->queue.running, 0);
	assert_null(begin(q));
}

static void
test_reference_first(void **state)
{
	struct fixture *q = *state;

	q->dev.tried = false;
	queue_due(&q->queue, &q->prod);
	queue_due(&q->queue, &q->dev);
	assert_ptr_equal(begin(q), &q->dev);
	assert_null(begin(q));
	queue_end(&q->queue, &q->dev);
	q->dev.tried = true;
	assert_ptr_equal(begin(q), &q->prod);
}

/* What is under way when it is asked for began too early: one more, not several. */
static void
test_asked_for(void **state)
{
	struct fixture *q = *state;
	int64_t at;

	queue_due(&q->queue, &q->prod);
	begin(q);
	at = queue_ask(&q->queue, &q->prod);
	assert_true(q->prod.started_ms < at);
	assert_true(queue_ask(&q->queue, &q->prod) >= at);
	assert_ptr_equal(begin(q), &q->dev);
	queue_end(&q->queue, &q->prod);
	assert_null(begin(q));
	queue_end(&q->queue, &q->dev);
	assert_ptr_equal(begin(q), &q->prod);
	assert_true(q->prod.started_ms >= at);
	queue_end(&q->queue, &q->prod);
	assert_null(begin(q));
}

/* A reading of the reference that is under way is too early as well. */
static void
test_reference_asked_for(void **state)
{
	struct fixture *q = *state;

	queue_due(&q->queue, &q->dev);
	begin(q);
	queue_ask(&q->queue, &q->prod);
	assert_null(begin(q));
	queue_end(&q->queue, &q->dev);
	assert_ptr_equal(begin(q), &q->dev);
	assert_null(begin(q));
	queue_end(&q->queue, &q->dev);
	assert_ptr_equal(begin(q), &q->prod);
	/* Later ones are no business of a check that is on its way. */
	queue_end(&q->queue, &q->prod);
	queue_due(&q->queue, &q->dev);
	begin(q);
	queue_due(&q->queue, &q->prod);
	assert_ptr_equal(begin(q), &q->prod);
}

/* A chain in which each is compared with the next in two ways is walked once. */
static void
test_chain(void **state)
{
	enum { LINKS = 64 };
	struct conf_environment *conf = xcalloc(LINKS, sizeof *conf);
	struct environment *env = xcalloc(LINKS, sizeof *env), *list[LINKS];
	char names[LINKS][16];
	struct queue q = {0};

	(void)state;
	for (int i = 0; i < LINKS; i++) {
		snprintf(names[i], sizeof names[i], "e%d", i);
		conf[i].name = names[i];
		env[i].conf = &conf[i];
		list[i] = &env[i];
		conf[i].expect = i + 1 < LINKS ? EXPECT_ENVIRONMENT : EXPECT_NONE;
		conf[i].expect_target = i + 1 < LINKS ? names[i + 1] : NULL;
		conf[i].head_environment = i + 2 < LINKS ? names[i + 2] : NULL;
	}
	queue_take(&q, list, LINKS, 0);
	assert_int_equal(env[2].n_followers, 2);
	queue_ask(&q, &env[0]);
	for (int i = LINKS - 1; i >= 0; i--) {
		assert_ptr_equal(queue_next(&q), &env[i]);
		queue_begin(&q, &env[i]);
		queue_end(&q, &env[i]);
		env[i].tried = true;
	}
	assert_null(queue_next(&q));
	queue_fini(&q);
	free(env);
	free(conf);
}

/* ---- Servers ---- */

enum { SEVERAL = 8 };

/* Environments of which each is alone, at addresses that a test sets. */
struct farm {
	char names[SEVERAL][16];
	struct conf_environment conf[SEVERAL];
	struct environment env[SEVERAL], *list[SEVERAL];
	struct facts facts[SEVERAL];
	struct queue queue;
};

static void
farm(struct farm *f, const char *const addresses[SEVERAL], int per_server)
{
	*f = (struct farm){0};
	for (size_t i = 0; i < SEVERAL; i++) {
		snprintf(f->names[i], sizeof f->names[i], "e%zu", i);
		f->conf[i].name = f->names[i];
		f->env[i].conf = &f->conf[i];
		f->env[i].address = (char *)addresses[i];
		f->list[i] = &f->env[i];
	}
	queue_take(&f->queue, f->list, SEVERAL, per_server);
	for (size_t i = 0; i < SEVERAL; i++)
		queue_due(&f->queue, &f->env[i]);
}

static void
begins(struct farm *f, int i)
{
	assert_ptr_equal(queue_next(&f->queue), &f->env[i]);
	queue_begin(&f->queue, &f->env[i]);
}

/* What was read of it comes from that server. */
static void
ends(struct farm *f, int i, const char *system)
{
	queue_end(&f->queue, &f->env[i]);
	f->env[i].tried = true;
	snprintf(f->facts[i].instance.system, sizeof f->facts[i].instance.system, "%s",
		system);
	f->env[i].facts = &f->facts[i];
	queue_known(&f->queue, &f->env[i]);
}

static void
nobody_begins(struct farm *f)
{
	assert_null(queue_next(&f->queue));
}

/* Those of a server that is full are passed over, and keep their turn. */
static void
test_cap(void **state)
{
	static const char *const addresses[SEVERAL] = {
		"slow", "slow", "slow", "slow", "a", "b", "b", "b"};
	struct farm f;

	(void)state;
	farm(&f, addresses, 2);
	begins(&f, 0);
	/* Where nothing is under way comes first. */
	begins(&f, 4);
	begins(&f, 5);
	begins(&f, 1);
	begins(&f, 6);
	nobody_begins(&f);
	ends(&f, 5, "");
	begins(&f, 7);
	ends(&f, 6, "");
	ends(&f, 7, "");
	nobody_begins(&f);
	queue_urgent(&f.queue, &f.env[3]);
	nobody_begins(&f);
	ends(&f, 1, "");
	begins(&f, 3);
	nobody_begins(&f);
	ends(&f, 0, "");
	begins(&f, 2);
	queue_fini(&f.queue);
}

/* Two names of one server share its cap as soon as that is known, with what is under
 * way by either of them, and those at that address who were not read yet. */
static void
test_names_of_one(void **state)
{
	static const char *const addresses[SEVERAL] = {
		"x", "y", "x", "y", "x", "y", "z", "z"};
	struct farm f;

	(void)state;
	farm(&f, addresses, 2);
	begins(&f, 0);
	begins(&f, 1);
	begins(&f, 6);
	begins(&f, 2);
	begins(&f, 3);
	begins(&f, 7);
	nobody_begins(&f);
	ends(&f, 0, "1");
	begins(&f, 4);
	/* x: 2 and 4; y: 3. */
	ends(&f, 1, "1");
	nobody_begins(&f);
	ends(&f, 2, "1");
	nobody_begins(&f);
	ends(&f, 4, "1");
	begins(&f, 5);
	nobody_begins(&f);
	queue_due(&f.queue, &f.env[0]);
	nobody_begins(&f);
	ends(&f, 6, "2");
	nobody_begins(&f);
	ends(&f, 3, "1");
	begins(&f, 0);
	queue_fini(&f.queue);
}

/* Behind one address may be several servers. */
static void
test_pooler(void **state)
{
	static const char *const addresses[SEVERAL] = {
		"p", "p", "p", "p", "p", "p", "p", "p"};
	struct farm f;

	(void)state;
	farm(&f, addresses, 1);
	for (int i = 0; i < SEVERAL; i++) {
		begins(&f, i);
		nobody_begins(&f);
		ends(&f, i, i % 2 ? "1" : "2");
	}
	for (int i = 0; i < SEVERAL; i++)
		queue_due(&f.queue, &f.env[i]);
	begins(&f, 0);
	begins(&f, 1);
	nobody_begins(&f);
	/* A reload in between changes nothing of that. */
	queue_take(&f.queue, f.list, SEVERAL, 1);
	nobody_begins(&f);
	ends(&f, 1, "1");
	begins(&f, 3);
	nobody_begins(&f);
	queue_fini(&f.queue);
}

/* Those of one server are spread over the whole interval, however many others there
 * are; one that is alone is due at its end. */
static void
test_places(void **state)
{
	static const char *const addresses[SEVERAL] = {
		"x", "x", "y", "x", "y", "x", "x", "x"};
	static const double places[SEVERAL] = {
		0.5 / 6, 1.5 / 6, 1.0 / 2, 2.5 / 6, 2.0 / 2, 3.5 / 6, 4.5 / 6, 5.5 / 6};
	struct farm f;

	(void)state;
	farm(&f, addresses, 2);
	for (int i = 0; i < SEVERAL; i++)
		assert_true(fabs(f.env[i].place - places[i]) < 1e-9);
	queue_take(&f.queue, f.list, 1, 2);
	assert_true(fabs(f.env[0].place - 1) < 1e-9);
	queue_fini(&f.queue);
}

/* It is late while it waits, and that is kept when its check begins. */
static void
test_lateness(void **state)
{
	struct fixture *q = *state;
	int64_t now = clock_mono_ms();

	assert_int_equal(environment_lateness(&q->other), 0);
	queue_due_since(&q->queue, &q->other, now - 7000);
	assert_int_equal(q->queue.due.n, 1);
	assert_in_range(environment_lateness(&q->other), 7000, 60000);
	/* It has been due since then, whatever else asks for it. */
	queue_due(&q->queue, &q->other);
	queue_ask(&q->queue, &q->other);
	assert_in_range(environment_lateness(&q->other), 7000, 60000);
	assert_ptr_equal(begin(q), &q->other);
	assert_in_range(environment_lateness(&q->other), 7000, 60000);
	assert_int_equal(q->queue.due.n, 0);
	queue_end(&q->queue, &q->other);
	queue_due_since(&q->queue, &q->other, now + 60000);
	assert_int_equal(environment_lateness(&q->other), 0);
	queue_break_off(&q->queue, &q->other);
	assert_int_equal(q->queue.due.n, 0);
}

/* Whoever asks a server for something else takes the place of a check, also after a
 * reload. */
static void
test_asks(void **state)
{
	struct fixture *q = *state;

	queue_take(&q->queue, q->list, 3, 2);
	assert_true(queue_may_ask(&q->queue, ""));
	assert_int_equal(q->queue.running, 1);
	queue_due(&q->queue, &q->dev);
	queue_due(&q->queue, &q->other);
	assert_non_null(begin(q));
	assert_false(queue_may_ask(&q->queue, ""));
	assert_true(queue_may_ask(&q->queue, "elsewhere"));
	queue_ask_ends(&q->queue, "elsewhere");
	assert_null(queue_next(&q->queue));
	queue_take(&q->queue, q->list, 3, 2);
	queue_asks_still(&q->queue, "");
	assert_null(queue_next(&q->queue));
	queue_ask_ends(&q->queue, "");
	assert_int_equal(q->queue.running, 1);
	assert_ptr_equal(queue_next(&q->queue), &q->other);
}

#define with(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		with(test_turns),
		with(test_reference_first),
		with(test_asked_for),
		with(test_lateness),
		with(test_asks),
		with(test_reference_asked_for),
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_cap),
		cmocka_unit_test(test_names_of_one),
		cmocka_unit_test(test_pooler),
		cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
