/* What is said of the time that a state and a drift stand. */
#include "monitor/times.h"

#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "monitor/clockset.h"
#include "monitor/environment.h"
#include "store/store.h"

/* Checked each minute, for 30 seconds at most; times are minutes. */
enum { MINUTE = 60 * 1000 };

static struct conf_environment conf = {
	.interval_ms = MINUTE, .check_timeout_ms = MINUTE / 2};

struct step {
	int at, boot;
	enum state state;
	bool drift, failed;
	/* Expected: since, drift_since, standing_since; and what was not watched. */
	int since, drift_since, standing, from, to;
};

static void
look(struct environment *env, const struct step *s)
{
	struct published_environment *p = xcalloc(1, sizeof *p);
	int64_t now_ms = (int64_t)s->at * MINUTE;

	env->tried = true;
	env->last_at_ms = now_ms;
	env->last_boot_ms = (int64_t)s->boot * MINUTE;
	p->state = s->state;
	p->schema = s->drift ? SCHEMA_DRIFTED : SCHEMA_IN_SYNC;
	times_set(env, p, !s->failed, now_ms);
	published_environment_free(env->published);
	env->published = p;
}

static void
run(struct environment *env, const struct step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct step *s = &steps[i];
		const struct published_environment *p;
		char got[200], expected[200];

		look(env, s);
		p = env->published;
		snprintf(got, sizeof got, "step %zu: %d %d %d, %d to %d", i,
			(int)(p->since_ms / MINUTE), (int)(p->drift_since_ms / MINUTE),
			(int)(published_standing_since(p) / MINUTE),
			(int)(p->unwatched_from_ms / MINUTE),
			(int)(p->unwatched_to_ms / MINUTE));
		snprintf(expected, sizeof expected, "step %zu: %d %d %d, %d to %d", i,
			s->since, s->drift_since, s->standing, s->from, s->to);
		assert_string_equal(got, expected);
	}
}

#define RUN(env, ...)                                             \
	do {                                                      \
		const struct step steps_[] = {__VA_ARGS__};       \
		run(env, steps_, sizeof steps_ / sizeof *steps_); \
	} while (0)

static struct environment *
new_environment(void)
{
	struct environment *env = xcalloc(1, sizeof *env);

	env->conf = &conf;
	return env;
}

/* One check in days fails. */
static void
test_a_blip(void **state)
{
	struct environment *env = new_environment();

	(void)state;
	RUN(env, {100, 100, STATE_IN_SYNC, .since = 100, .standing = 100},
		{101, 101, STATE_UNKNOWN, .failed = true, .since = 101,
			.standing = 101},
		{102, 102, STATE_IN_SYNC, .since = 102, .standing = 100},
		{103, 103, STATE_DRIFTED, .drift = true, .since = 103,
			.drift_since = 103, .standing = 103},
		{104, 104, STATE_UNKNOWN, .drift = true, .failed = true, .since = 104,
			.drift_since = 103, .standing = 104},
		{105, 105, STATE_DRIFTED, .drift = true, .since = 105,
			.drift_since = 103, .standing = 103},
		{106, 106, STATE_REVISION_MISMATCH, .since = 106, .standing = 106},
		{107, 107, STATE_UNKNOWN, .failed = true, .since = 107,
			.standing = 107},
		{108, 108, STATE_REVISION_MISMATCH, .since = 108, .standing = 106},
		/* Another state in between ends it. */
		{109, 109, STATE_UNKNOWN, .failed = true, .since = 109,
			.standing = 109},
		{110, 110, STATE_IN_SYNC, .since = 110, .standing = 110},
		{111, 111, STATE_REVISION_MISMATCH, .since = 111, .standing = 111});
	environment_free(env);
}

/* A drift that was there before the state is as old as it is. */
static void
test_a_drift_of_before(void **state)
{
	struct environment *env = new_environment();

	(void)state;
	RUN(env,
		{100, 100, STATE_UNSTAMPED, .drift = true, .since = 100,
			.drift_since = 100, .standing = 100},
		{101, 101, STATE_DRIFTED, .drift = true, .since = 101,
			.drift_since = 100, .standing = 100});
	environment_free(env);
}

/* It could not be read for longer than two intervals, or the machine slept, whatever
 * the clock on the wall says. */
static void
test_not_watched(void **state)
{
	struct environment *env = new_environment();

	(void)state;
	RUN(env, {100, 100, STATE_IN_SYNC, .since = 100, .standing = 100},
		{102, 102, STATE_IN_SYNC, .since = 100, .standing = 100},
		{103, 103, STATE_UNKNOWN, .failed = true, .since = 103,
			.standing = 103},
		{112, 112, STATE_IN_SYNC, .since = 112, .standing = 100, .from = 102,
			.to = 112},
		{113, 113, STATE_IN_SYNC, .since = 112, .standing = 100, .from = 102,
			.to = 112},
		{90, 114, STATE_IN_SYNC, .since = 112, .standing = 100, .from = 102,
			.to = 112},
		{115, 175, STATE_IN_SYNC, .since = 112, .standing = 100, .from = 54,
			.to = 115},
		/* What is found right after it may have begun in it. */
		{135, 195, STATE_DRIFTED, .drift = true, .since = 135,
			.drift_since = 135, .standing = 135, .from = 115, .to = 135},
		/* What begins later has not. */
		{136, 196, STATE_IN_SYNC, .since = 136, .standing = 136});
	environment_free(env);
}

/* As the store has it. */
static void
restart(struct environment *env, int lasting, int success)
{
	env->known = xcalloc(1, sizeof *env->known);
	env->known->lasting = STATE_DRIFTED;
	env->known->lasting_since_ms = (int64_t)lasting * MINUTE;
	env->known->drift_since_ms = (int64_t)lasting * MINUTE;
	env->last_success_ms = (int64_t)success * MINUTE;
	times_load(env);
}

static void
test_over_a_restart(void **state)
{
	struct environment *env = new_environment();

	(void)state;
	restart(env, 50, 98);
	RUN(env,
		{100, 1, STATE_UNKNOWN, .drift = true, .failed = true, .since = 100,
			.drift_since = 50, .standing = 100},
		{100, 1, STATE_DRIFTED, .drift = true, .since = 100, .drift_since = 50,
			.standing = 50});
	environment_free(env);
	env = new_environment();
	restart(env, 50, 90);
	RUN(env, {100, 1, STATE_DRIFTED, .drift = true, .since = 100, .drift_since = 50,
			 .standing = 50, .from = 90, .to = 100});
	environment_free(env);
}

/* For how long nobody watched cannot be told; that nobody did can. */
static void
test_a_clock_that_was_put_back(void **state)
{
	struct environment *env = new_environment();

	(void)state;
	restart(env, 50, 160);
	RUN(env, {100, 1, STATE_DRIFTED, .drift = true, .since = 100, .drift_since = 50,
			 .standing = 50, .from = 100, .to = 100});
	environment_free(env);
}

/* A store of before knows only when the last state was entered. */
static void
test_an_older_store(void **state)
{
	struct environment *env = new_environment();

	(void)state;
	env->restored = xcalloc(1, sizeof *env->restored);
	snprintf(env->restored->state, sizeof env->restored->state, "in_sync");
	env->restored->since_ms = (int64_t)50 * MINUTE;
	times_load(env);
	RUN(env, {100, 1, STATE_IN_SYNC, .since = 50, .standing = 50});
	environment_free(env);
}

/* It was set right, by a million minutes; and the next day put back by ten. */
static void
test_a_clock_that_was_set(void **state)
{
	struct environment *env = new_environment();
	struct store_last restored = {"drifted", INT64_C(999000) * MINUTE, 0};
	struct clock_step step = {1, INT64_C(103) * MINUTE, INT64_C(1000000) * MINUTE};

	(void)state;
	RUN(env, {100, 100, STATE_IN_SYNC, .since = 100, .standing = 100},
		{102, 102, STATE_DRIFTED, .drift = true, .since = 102,
			.drift_since = 102, .standing = 102});
	env->restored = xmalloc(sizeof restored);
	*env->restored = restored;
	env->next_at_ms = INT64_C(104) * MINUTE;
	env->row.since_ms = INT64_C(103) * MINUTE;
	clockset_move(env, &step);
	/* What a process before had taken was right. */
	assert_int_equal(env->restored->since_ms, restored.since_ms);
	free(env->restored);
	env->restored = NULL;
	assert_int_equal(env->published->since_ms, INT64_C(1000102) * MINUTE);
	assert_int_equal(env->next_at_ms, INT64_C(1000104) * MINUTE);
	assert_int_equal(env->row.since_ms, INT64_C(1000103) * MINUTE);
	RUN(env,
		{1000103, 103, STATE_DRIFTED, .drift = true, .since = 1000102,
			.drift_since = 1000102, .standing = 1000102},
		{1000104, 104, STATE_UNKNOWN, .drift = true, .failed = true,
			.since = 1000104, .drift_since = 1000102, .standing = 1000104});
	step = (struct clock_step){INT64_C(1000000) * MINUTE, INT64_C(1000104) * MINUTE,
		INT64_C(-10) * MINUTE};
	clockset_move(env, &step);
	RUN(env, {1000095, 105, STATE_DRIFTED, .drift = true, .since = 1000095,
			 .drift_since = 1000092, .standing = 1000092});
	environment_free(env);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_blip),
		cmocka_unit_test(test_a_drift_of_before),
		cmocka_unit_test(test_not_watched),
		cmocka_unit_test(test_over_a_restart),
		cmocka_unit_test(test_a_clock_that_was_put_back),
		cmocka_unit_test(test_an_older_store),
		cmocka_unit_test(test_a_clock_that_was_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
