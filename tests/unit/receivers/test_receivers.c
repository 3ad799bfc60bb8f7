#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tests/unit/receivers/edges.h"
#include "tests/unit/receivers/growth.h"

static int
setup(void **state)
{
	struct house *h = xcalloc(1, sizeof *h);

	edges_begin();
	house_set(h, NULL, "json");
	house_configure(h);
	*state = h;
	return 0;
}

static int
teardown(void **state)
{
	house_fini(*state);
	edges_end();
	free(*state);
	return 0;
}

static void
test_told_once(void **state)
{
	struct house *h = *state;

	house_see(h, &h->fixture.prod, STATE_UNSTAMPED);
	house_see(h, &h->fixture.prod, STATE_UNSTAMPED);
	edges_pass(99);
	assert_int_equal(edges.n, 0);
	edges_pass(1);
	assert_int_equal(edges.n, 1);
	assert_true(edges_tells(0, "prod"));
	edges_answer(200);
	/* A look finds nothing that is news. */
	receivers_look(h->receivers);
	edges_pass(60000);
	assert_int_equal(edges.n, 1);
	house_see(h, &h->fixture.prod, STATE_IN_SYNC);
	edges_pass(100);
	edges_answer(200);
	edges_pass(60000);
	assert_int_equal(edges.n, 2);
	assert_int_equal(house_result(h, "delivered"), 2);
}

/* Answers whatever is posted: 413 to what has more parts than `most`, 200 else. */
static void
take_at_most(size_t most)
{
	while (edges_under_way())
		edges_answer(edges_parts(edges.n - 1) > most ? 413 : 200);
}

/* Told in halves, until it is taken; and from then on in as many as were taken. */
static void
test_too_large(void **state)
{
	struct house *h = *state;
	const size_t parts[] = {10, 5, 2, 2, 2, 2, 2};

	house_see_many(h, "t", 10, STATE_UNSTAMPED);
	edges_pass(100);
	take_at_most(3);
	assert_int_equal(edges.n, COUNT_OF(parts));
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		assert_int_equal(edges_parts(i), parts[i]);
	assert_int_equal(house_result(h, "delivered"), 10);
	assert_int_equal(house_result(h, "refused"), 0);
	assert_true(house_facts(h)->up);
	house_see_many(h, "t", 4, STATE_IN_SYNC);
	edges_pass(100);
	take_at_most(3);
	assert_int_equal(edges.n, COUNT_OF(parts) + 2);
	assert_int_equal(house_result(h, "delivered"), 14);
}

/* One that is too large by itself goes, and the others are told. */
static void
test_too_large_alone(void **state)
{
	struct house *h = *state;
	size_t tries = 0;

	house_see_many(h, "t", 9, STATE_UNSTAMPED);
	edges_pass(100);
	while (house_result(h, "delivered") + house_result(h, "refused") < 9) {
		/* After each that goes there is a pause. */
		if (!edges_under_way())
			edges_pass(2000);
		edges_answer(edges_tells(edges.n - 1, "t/5") ? 413 : 200);
		assert_true(++tries < 12);
	}
	assert_int_equal(house_result(h, "refused"), 1);
	assert_int_equal(house_facts(h)->queued, 0);
	assert_int_equal(house_facts(h)->standing, 8);
	/* It would be too large again: nothing makes it be tried by itself. */
	edges_pass(86400000);
	assert_int_equal(edges.n, tries);
}

/* Whoever takes nothing at all is asked ever less often. */
static void
test_too_large_always(void **state)
{
	struct house *h = *state;

	house_see_many(h, "t", 40, STATE_UNSTAMPED);
	edges_pass(100);
	for (int i = 0; i < 60; i++) {
		take_at_most(0);
		edges_pass(1000);
	}
	/* Pauses of 2, 4, 8, 16 and 32 seconds. */
	assert_int_equal(house_result(h, "refused"), 5);
	assert_int_equal(house_facts(h)->queued, 35);
}

/* What changed meanwhile takes the place of what was too large to be taken. */
static void
test_too_large_and_changed(void **state)
{
	struct house *h = *state;

	house_see_many(h, "t", 4, STATE_UNSTAMPED);
	edges_pass(100);
	house_see_many(h, "t", 4, STATE_IN_SYNC);
	edges_answer(413);
	assert_int_equal(edges_parts(1), 2);
	/* Of two nobody has heard. */
	assert_int_equal(house_result(h, "superseded"), 4);
	take_at_most(4);
	edges_pass(100);
	take_at_most(4);
	assert_int_equal(edges.n, 3);
	assert_int_equal(house_result(h, "delivered"), 4);
	assert_int_equal(house_facts(h)->standing, 0);
}

static void
be_alertmanager(struct house *h)
{
	free(h->list[0].kind);
	h->list[0].kind = xstrdup("alertmanager");
	house_configure(h);
}

/* What stands is told again in slices, of which each has its turn, also after one that
 * was not taken. */
static void
test_renewal_in_slices(void **state)
{
	struct house *h = *state;
	size_t before;

	be_alertmanager(h);
	house_see_many(h, "t", 1200, STATE_UNSTAMPED);
	edges_pass(100);
	take_at_most(500);
	assert_int_equal(edges.n, 3);
	edges_pass(59899);
	assert_int_equal(edges.n, 3);
	edges_pass(101);
	assert_int_equal(edges_parts(3), 500);
	edges_answer(200);
	edges_answer(503);
	/* News come first. */
	house_see_many(h, "new", 1, STATE_UNSTAMPED);
	edges_pass(2000);
	assert_int_equal(edges_parts(5), 1);
	edges_answer(200);
	assert_int_equal(edges_parts(6), 201);
	edges_answer(200);
	assert_int_equal(edges_under_way(), 0);
	assert_int_equal(edges.n, 7);
	/* And the next minute, since that began, to one that takes less. */
	edges_pass(57899);
	assert_int_equal(edges.n, 7);
	before = edges.n;
	edges_pass(101);
	take_at_most(300);
	assert_int_equal(edges.n, before + 1 + 5);
	assert_int_equal(house_result(h, "refused"), 0);
	assert_int_equal(house_facts(h)->standing, 1201);
}

/* Some of what stands is refused for good: the others are told again each minute, and
 * it is said once, until all of it is taken. */
static void
test_renewal_of_some(void **state)
{
	struct house *h = *state;

	be_alertmanager(h);
	house_see_many(h, "t", 1200, STATE_UNSTAMPED);
	edges_pass(100);
	take_at_most(500);
	for (size_t i = 0; i < 10; i++) {
		edges_pass(i ? 58000 : 60000);
		assert_int_equal(edges_parts(3 + 3 * i), 500);
		assert_true(edges_tells(3 + 3 * i, "t/1"));
		edges_answer(200);
		assert_true(edges_tells(4 + 3 * i, "t/501"));
		edges_answer(400);
		edges_pass(2000);
		assert_true(edges_tells(5 + 3 * i, "t/1001"));
		edges_answer(200);
		assert_int_equal(edges.n, 6 + 3 * i);
		assert_false(house_facts(h)->up);
		assert_string_equal(house_facts(h)->last_error, "it answers HTTP 400");
	}
	assert_int_equal(house_facts(h)->standing, 1200);
	assert_int_equal(edges_said("cannot be delivered"), 1);
	assert_int_equal(edges_said("delivered again"), 0);
	edges_pass(58000);
	take_at_most(500);
	assert_int_equal(edges_said("delivered again"), 1);
	assert_true(house_facts(h)->up);
	assert_null(house_facts(h)->last_error);
}

/* A proxy before it refused a change: what it takes again after that tells that it may
 * take that too.  One that is refused for itself is tried ever less often. */
static void
test_refused_beside_what_is_renewed(void **state)
{
	struct house *h = *state;
	size_t tries = 0;

	be_alertmanager(h);
	house_see(h, &h->fixture.prod, STATE_UNSTAMPED);
	edges_pass(100);
	edges_answer(200);
	house_see(h, &h->fixture.staging, STATE_UNSTAMPED);
	edges_pass(100);
	edges_answer(404);
	assert_int_equal(edges.n, 2);
	for (int s = 0; s < 24 * 3600; s++) {
		edges_pass(1000);
		if (!edges_under_way())
			continue;
		tries += edges_tells(edges.n - 1, "staging");
		edges_answer(edges_tells(edges.n - 1, "staging") ? 400 : 200);
		assert_int_equal(tries > 0, s >= 60);
	}
	assert_in_range(tries, 24, 32);
	while (!house_result(h, "delivered") || house_facts(h)->standing < 2) {
		edges_pass(1000);
		if (edges_under_way())
			edges_answer(200);
	}
	assert_true(house_facts(h)->up);
}

/* It was taken before: whoever would not have it renewed is not told of it any more. */
static void
test_renewal_too_large_alone(void **state)
{
	struct house *h = *state;

	be_alertmanager(h);
	house_see_many(h, "t", 3, STATE_UNSTAMPED);
	edges_pass(100);
	take_at_most(3);
	edges_pass(60000);
	for (int i = 0; i < 8; i++) {
		if (edges_under_way())
			edges_answer(edges_tells(edges.n - 1, "t/2") ? 413 : 200);
		edges_pass(500);
	}
	assert_int_equal(house_facts(h)->standing, 2);
	assert_int_equal(house_result(h, "refused"), 1);
	assert_int_equal(edges_under_way(), 0);
}

static void
end_house(struct house *h)
{
	receivers_free(h->receivers);
	h->receivers = NULL;
}

/* Nobody keeps what waits: it is sent, in as many messages as it takes, and also what
 * was to be tried later. */
static void
test_end(void **state)
{
	struct house *h = *state;

	h->conf.n_receivers = 2;
	house_configure(h);
	house_see_many(h, "t", 1, STATE_UNSTAMPED);
	edges_pass(100);
	edges_answer(503);
	edges_answer(503);
	house_see_many(h, "u", 600, STATE_UNSTAMPED);
	receivers_end(h->receivers);
	assert_int_equal(edges_under_way(), 2);
	for (int i = 0; i < 6; i++) {
		assert_true(receivers_are_busy(h->receivers));
		edges_answer(200);
	}
	assert_false(receivers_are_busy(h->receivers));
	assert_int_equal(house_facts(h)->queued, 0);
	assert_int_equal(edges.n, 2 + 6);
	edges_pass(60000);
	end_house(h);
	assert_int_equal(edges_said("not told"), 0);
}

/* Once: what is not taken then, or in time, is said to be lost. */
static void
test_end_lost(void **state)
{
	struct house *h = *state;

	h->conf.n_receivers = 2;
	house_configure(h);
	house_see_many(h, "t", 700, STATE_UNSTAMPED);
	receivers_end(h->receivers);
	edges_answer(200);
	assert_int_equal(edges_parts(2), 200);
	edges_answer(503);
	assert_int_equal(edges.n, 3);
	edges_pass(60000);
	/* The other message to the first is still on its way. */
	assert_true(receivers_are_busy(h->receivers));
	end_house(h);
	assert_int_equal(edges.broken_off, 1);
	assert_int_equal(
		edges_said("error: receiver ops: 200 changes are not told"), 1);
	assert_int_equal(
		edges_said("error: receiver more: 700 changes are not told"), 1);
	assert_int_equal(edges_said("no state_dir"), 2);
}

/* What is told again all the time is not news. */
static void
test_end_without_renewal(void **state)
{
	struct house *h = *state;

	be_alertmanager(h);
	house_see_many(h, "t", 1, STATE_UNSTAMPED);
	edges_pass(100);
	edges_answer(200);
	edges_pass(60000);
	assert_int_equal(edges.n, 2);
	edges_answer(503);
	receivers_end(h->receivers);
	edges_pass(60000);
	assert_int_equal(edges.n, 2);
	end_house(h);
	assert_int_equal(edges_said("not told"), 0);
}

/* What waits is tried, whatever becomes of what was on its way. */
static void
test_end_while_renewing(void **state)
{
	static const long answers[] = {0, 503, 400, 413};
	struct house *h = *state;

	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		size_t n;

		house_fini(h);
		house_set(h, NULL, "alertmanager");
		house_configure(h);
		house_see_many(h, "t", 2, STATE_UNSTAMPED);
		edges_pass(100);
		edges_answer(200);
		edges_pass(60000);
		n = edges.n;
		house_see_many(h, "u", 1, STATE_UNSTAMPED);
		edges_pass(100);
		receivers_end(h->receivers);
		assert_int_equal(edges.n, n);
		edges_answer(answers[i]);
		assert_int_equal(edges.n, n + 1);
		assert_true(edges_tells(n, "u/1"));
		/* Once. */
		edges_answer(i % 2 ? 200 : 503);
		assert_false(receivers_are_busy(h->receivers));
		edges_pass(120000);
		assert_int_equal(edges.n, n + 1);
		end_house(h);
		assert_int_equal(
			edges_said("error: receiver ops: 1 change is not told"),
			i / 2 + 1);
	}
}

/* One that is too large by itself keeps no other from being tried. */
static void
test_end_too_large_alone(void **state)
{
	struct house *h = *state;

	house_see_many(h, "t", 3, STATE_UNSTAMPED);
	receivers_end(h->receivers);
	while (edges_under_way())
		edges_answer(edges_tells(edges.n - 1, "t/3") ? 413 : 200);
	assert_int_equal(house_result(h, "delivered"), 2);
	assert_int_equal(house_result(h, "refused"), 1);
	end_house(h);
	assert_int_equal(edges_said("not told"), 1);
}

enum { HOUR_MS = 3600000, DAY_MS = 24 * HOUR_MS };

/* Nothing gets older, or comes again, by a clock that is set; also what is tried before
 * that was seen. */
static void
test_clock_set(void **state)
{
	static const int64_t by_ms[] = {2 * DAY_MS, -2 * DAY_MS, HOUR_MS, -HOUR_MS};
	struct house *h = *state;
	size_t n = 0;

	for (size_t i = 0; i < COUNT_OF(by_ms); i++) {
		house_see(h, &h->fixture.prod, STATE_UNSTAMPED);
		edges_pass(100);
		assert_int_equal(edges.n, ++n);
		edges_answer(0);
		edges_pass(1500);
		edges_set_clock(h, by_ms[i]);
		assert_int_equal(edges.n, ++n);
		assert_string_equal(edges.v[n - 1].id, edges.v[n - 2].id);
		edges_answer(0);
		edges_pass(4000);
		assert_int_equal(edges.n, ++n);
		assert_string_equal(edges.v[n - 1].id, edges.v[n - 2].id);
		edges_answer(200);
		receivers_look(h->receivers);
		edges_pass(60000);
		house_see(h, &h->fixture.prod, STATE_IN_SYNC);
		edges_pass(100);
		assert_int_equal(edges.n, ++n);
		edges_set_clock(h, -by_ms[i]);
		edges_answer(200);
		edges_pass(60000);
		assert_int_equal(edges.n, n);
	}
	assert_int_equal(house_result(h, "expired"), 0);
	assert_int_equal(house_result(h, "delivered"), 2 * COUNT_OF(by_ms));
}

static void
test_given_up(void **state)
{
	struct house *h = *state;

	h->list[0].retry_for_ms = HOUR_MS;
	house_configure(h);
	house_see(h, &h->fixture.prod, STATE_UNSTAMPED);
	edges_pass(100);
	for (size_t i = 0; i < 100 && !house_result(h, "expired"); i++) {
		edges_answer(503);
		edges_pass(300000);
	}
	assert_int_equal(house_result(h, "expired"), 1);
	assert_int_equal(
		edges_said("error: receiver ops: 1 change is not told: nobody took"),
		1);
	/* It stands still, so it is a change of its own. */
	edges_pass(1000);
	assert_int_equal(edges_under_way(), 1);
	assert_string_not_equal(edges.v[edges.n - 1].id, edges.v[0].id);
	edges_answer(200);
	assert_int_equal(house_facts(h)->standing, 1);
}

/* As long as it asks for, an hour at most, whatever else there is to be told. */
static void
test_patience(void **state)
{
	static const struct {
		int64_t asked_ms, held_ms;
	} cases[] = {{60000, 60000}, {2 * HOUR_MS, HOUR_MS}, {1, 2000}};
	struct house *h = *state;
	size_t n = 0;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct answer busy = {
			.status = 429, .retry_after_ms = cases[i].asked_ms};
		bool odd = i % 2;

		house_see(h, &h->fixture.prod, odd ? STATE_IN_SYNC : STATE_UNSTAMPED);
		edges_pass(100);
		assert_int_equal(edges.n, ++n);
		edges_answer_with(&busy);
		house_see(
			h, &h->fixture.staging, odd ? STATE_IN_SYNC : STATE_UNSTAMPED);
		edges_pass(cases[i].held_ms - 1);
		assert_int_equal(edges.n, n);
		edges_pass(1);
		assert_int_equal(edges.n, ++n);
		edges_answer(200);
		assert_int_equal(edges.n, ++n);
		edges_answer(200);
	}
}

/* One that goes while a message is on its way is told nothing more; the other is. */
static void
test_removed(void **state)
{
	struct house *h = *state;

	h->conf.n_receivers = 2;
	house_configure(h);
	house_see(h, &h->fixture.prod, STATE_UNSTAMPED);
	edges_pass(100);
	assert_int_equal(edges_under_way(), 2);
	h->conf.n_receivers = 1;
	house_configure(h);
	assert_int_equal(edges.broken_off, 1);
	assert_int_equal(edges_said("error: receiver more: 1 change is not told: the "
				    "receiver is not configured any more"),
		1);
	edges_answer(200);
	assert_int_equal(house_result(h, "delivered"), 1);
	/* It comes back knowing nothing. */
	h->conf.n_receivers = 2;
	house_configure(h);
	edges_pass(100);
	assert_int_equal(edges.n, 3);
	edges_answer(200);
	edges_pass(60000);
	assert_int_equal(edges.n, 3);
}

/* What is renamed while it waits, is on its way, or was told is told once, and its end
 * goes by the new name. */
static void
test_renamed(void **state)
{
	static const long answers[] = {0, 503, 200};
	static char was[] = "prod", name[] = "live";
	struct conf_environment renamed = {.name = name, .was = was};
	struct house *h = *state;
	size_t n;

	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		struct published_environment *e = &h->fixture.prod;

		house_see(h, e, STATE_UNSTAMPED);
		n = edges.n;
		if (answers[i]) {
			edges_pass(100);
			edges_answer(answers[i]);
		}
		free(e->name);
		e->name = xstrdup(name);
		h->conf.environments = &renamed;
		h->conf.n_environments = 1;
		house_configure(h);
		if (answers[i] != 200) {
			assert_int_equal(edges_under_way(), 1);
			assert_true(edges_tells(edges.n - 1, "live"));
			edges_answer(200);
		}
		house_see(h, e, STATE_IN_SYNC);
		edges_pass(100);
		edges_answer(200);
		edges_pass(60000);
		assert_int_equal(edges.n, n + 2 + (answers[i] == 503));
		free(e->name);
		e->name = xstrdup(was);
		h->conf.n_environments = 0;
		house_configure(h);
	}
	assert_int_equal(house_result(h, "delivered"), 2 * COUNT_OF(answers));
	assert_int_equal(house_facts(h)->standing, 0);
}

/* In words that hold nothing of its address. */
static void
test_facts(void **state)
{
	struct house *h = *state;
	const struct receiving *f = house_facts(h);

	assert_string_equal(f->name, "ops");
	assert_string_equal(f->kind, "json");
	assert_true(f->up);
	assert_null(f->last_error);
	assert_int_equal(f->last_success_ms, 0);
	house_see(h, &h->fixture.prod, STATE_UNSTAMPED);
	edges_pass(100);
	edges_answer(0);
	f = house_facts(h);
	assert_false(f->up);
	assert_string_equal(f->last_error, "it cannot be connected to");
	assert_int_equal(f->queued, 1);
	edges_pass(2000);
	edges_answer(404);
	assert_string_equal(house_facts(h)->last_error, "it answers HTTP 404");
	house_see(h, &h->fixture.staging, STATE_UNSTAMPED);
	edges_pass(100);
	edges_answer(200);
	f = house_facts(h);
	assert_true(f->up);
	assert_null(f->last_error);
	assert_int_equal(f->last_success_ms, edges.wall_ms);
}

/* What a look costs where so many were told of, and are gone now. */
static int64_t
cost_of_look(size_t n)
{
	struct published_environment *v = xcalloc(n, sizeof *v), **list;
	struct house *h = xcalloc(1, sizeof *h);
	int64_t begin_us, cost_us;
	static char reference[] = "environment:dev";

	house_set(h, NULL, "json");
	h->list[0].batch_wait_ms = INT32_MAX;
	house_configure(h);
	list = xcalloc(n, sizeof *list);
	for (size_t i = 0; i < n; i++) {
		list[i] = &v[i];
		v[i] = (struct published_environment){.name = xasprintf("new/%zu", i),
			.state = STATE_IN_SYNC,
			.check = CHECK_OK,
			.reference = reference};
	}
	house_see_many(h, "old", n, STATE_UNSTAMPED);
	h->published.environments = list;
	h->published.n_environments = n;
	begin_us = clock_thread_us();
	receivers_look(h->receivers);
	edges_pass(1000);
	cost_us = clock_thread_us() - begin_us;
	assert_int_equal(house_facts(h)->queued, 0);
	assert_int_equal(house_result(h, "superseded"), n);
	house_fini(h);
	for (size_t i = 0; i < n; i++)
		free(v[i].name);
	free(list);
	free(v);
	free(h);
	return cost_us;
}

static void
test_many(void **state)
{
	(void)state;
	assert_grows_with_n(cost_of_look);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_told_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_large, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_large_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_large_always, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_too_large_and_changed, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_renewal_in_slices, setup, teardown),
		cmocka_unit_test_setup_teardown(test_renewal_of_some, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_refused_beside_what_is_renewed, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_renewal_too_large_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_end_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_end_without_renewal, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_end_while_renewing, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_end_too_large_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_facts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clock_set, setup, teardown),
		cmocka_unit_test_setup_teardown(test_given_up, setup, teardown),
		cmocka_unit_test_setup_teardown(test_patience, setup, teardown),
		cmocka_unit_test_setup_teardown(test_removed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_renamed, setup, teardown),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
