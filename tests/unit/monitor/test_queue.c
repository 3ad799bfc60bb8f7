/* Who is next, and what comes before: no server, no loop. */
#include "tests/unit/unit.h"

#include <stdio.h>

#include "monitor/queue.h"

struct fixture {
	char names[3][8];
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
	queue_take(&f->queue, f->list, 3);
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

static void
test_turns(void **state)
{
	struct fixture f, *q = sound(&f);

	(void)state;
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
	struct fixture f, *q = sound(&f);

	(void)state;
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
	struct fixture f, *q = sound(&f);
	int64_t at;

	(void)state;
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
	struct fixture f, *q = sound(&f);

	(void)state;
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_turns),
		cmocka_unit_test(test_reference_first),
		cmocka_unit_test(test_asked_for),
		cmocka_unit_test(test_reference_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
