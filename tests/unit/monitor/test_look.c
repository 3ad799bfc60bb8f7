#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"
#include "monitor/look.h"

/* What is looked at: a thread that is held at a gate, until it is opened. */
struct place {
	struct look *look;
	pthread_mutex_t gate;
	bool reads;
	unsigned begun, taken, dropped;
};

struct job {
	struct place *place;
};

static void *
begin(void *arg)
{
	struct job *j = xcalloc(1, sizeof *j);

	j->place = arg;
	j->place->begun++;
	return j;
}

static bool
run(void *arg)
{
	struct job *j = arg;

	pthread_mutex_lock(&j->place->gate);
	pthread_mutex_unlock(&j->place->gate);
	return j->place->reads;
}

static void
take(void *arg, void *job)
{
	struct place *p = arg;

	p->taken++;
	free(job);
}

static void
drop(void *job)
{
	((struct job *)job)->place->dropped++;
	free(job);
}

static const struct look_kind kind = {begin, run, take, drop};

/* All who ask while one is made share the next one. */
static void
test_shared(void **state)
{
	struct loop *l = loop_new();
	struct place p = {.gate = PTHREAD_MUTEX_INITIALIZER, .reads = true};
	uint64_t first, second;

	(void)state;
	p.look = look_new(l, &kind, &p);
	pthread_mutex_lock(&p.gate);
	first = look_ask(p.look);
	second = look_ask(p.look);
	assert_int_equal(second, first + 1);
	for (int i = 0; i < 10; i++)
		assert_int_equal(look_ask(p.look), second);
	assert_false(look_is_done(p.look, first));
	assert_int_equal(p.begun, 1);
	pthread_mutex_unlock(&p.gate);
	loop_run(l);
	assert_true(look_is_done(p.look, first) && look_is_done(p.look, second));
	assert_int_equal(p.begun, 2);
	assert_int_equal(p.taken, 2);
	look_free(p.look);
	loop_free(l);
}

static void
test_dropped(void **state)
{
	struct loop *l = loop_new();
	struct place p = {.gate = PTHREAD_MUTEX_INITIALIZER};

	(void)state;
	p.look = look_new(l, &kind, &p);
	pthread_mutex_lock(&p.gate);
	look_ask(p.look);
	look_ask(p.look);
	look_free(p.look);
	pthread_mutex_unlock(&p.gate);
	loop_run(l);
	assert_int_equal(p.begun, 1);
	assert_int_equal(p.taken, 0);
	assert_int_equal(p.dropped, 1);
	loop_free(l);
}

static void
test_without_a_loop(void **state)
{
	struct place p = {.gate = PTHREAD_MUTEX_INITIALIZER};
	uint64_t number;

	(void)state;
	p.look = look_new(NULL, &kind, &p);
	number = look_ask(p.look);
	assert_true(look_is_done(p.look, number));
	assert_false(look_is_done(p.look, number + 1));
	assert_int_equal(p.taken, 1);
	look_free(p.look);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_dropped),
		cmocka_unit_test(test_without_a_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
