/* What a check is held against is read before it: at first, and where somebody asks for
 * a check, since an answer about now is none from what the reference was before. */
#include "monitor/queue.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

static struct environment *
find(const struct queue *q, const char *name)
{
	for (size_t i = 0; name && i < q->n; i++)
		if (!strcmp(q->environments[i]->conf->name, name))
			return q->environments[i];
	return NULL;
}

void
queue_take(struct queue *q, struct environment *const *list, size_t n)
{
	q->environments = list;
	q->n = n;
	for (size_t i = 0; i < n; i++) {
		const struct conf_environment *c = list[i]->conf;

		list[i]->refers[0] = c->expect == EXPECT_ENVIRONMENT
					     ? find(q, c->expect_target)
					     : NULL;
		list[i]->refers[1] = find(q, c->head_environment);
	}
}

void
queue_due(struct queue *q, struct environment *env)
{
	if (env->phase != PHASE_IDLE)
		return;
	env->phase = PHASE_DUE;
	env->turn = q->turns++;
}

void
queue_urgent(struct queue *q, struct environment *env)
{
	queue_due(q, env);
	env->urgent = env->phase == PHASE_DUE;
}

void
queue_again(struct queue *q, struct environment *env)
{
	if (env->phase == PHASE_READING)
		env->again = true;
	else
		queue_due(q, env);
}

static bool
is_affected(const struct environment *env, const struct conf *before,
	const struct conf *now)
{
	const char *name = env->conf->migrations;
	const struct conf_migrations *a = name ? conf_migrations(before, name) : NULL;
	const struct conf_migrations *b = name ? conf_migrations(now, name) : NULL;

	for (size_t i = 0; i < COUNT_OF(env->refers); i++)
		if (env->refers[i] &&
			(!env->refers[i]->tried || env->refers[i]->reread))
			return true;
	return !a != !b || (a && !conf_migrations_equal(a, b));
}

void
queue_reload(struct queue *q, const struct conf *before, const struct conf *now)
{
	for (size_t i = 0; i < q->n; i++)
		if (q->environments[i]->tried &&
			is_affected(q->environments[i], before, now))
			queue_again(q, q->environments[i]);
}

/* The configuration has no circles. */
static void
ask(struct queue *q, struct environment *env)
{
	for (size_t i = 0; i < COUNT_OF(env->refers); i++)
		if (env->refers[i])
			ask(q, env->refers[i]);
	env->asked = ++q->turns;
	queue_again(q, env);
}

static int64_t
larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

int64_t
queue_ask(struct queue *q, struct environment *env)
{
	ask(q, env);
	q->floor_ms = larger(clock_wall_ms(), q->last_ms + 1);
	return q->floor_ms;
}

/* True if `ref` has to be read before `env` is: for the first time, since a reload
 * changed it, or since that was asked for and its last check had begun before. */
static bool
comes_first(const struct environment *ref, const struct environment *env)
{
	return !ref->tried ||
	       (ref->phase != PHASE_IDLE && (ref->reread || ref->ended < env->asked));
}

static bool
waits(const struct environment *env)
{
	for (size_t i = 0; i < COUNT_OF(env->refers); i++)
		if (env->refers[i] && comes_first(env->refers[i], env))
			return true;
	return false;
}

static bool
is_before(const struct environment *a, const struct environment *b)
{
	return a->urgent != b->urgent ? a->urgent : a->turn < b->turn;
}

struct environment *
queue_next(const struct queue *q)
{
	struct environment *first = NULL;

	for (size_t i = 0; i < q->n; i++) {
		struct environment *env = q->environments[i];

		if (env->phase == PHASE_DUE && !env->unread &&
			(!first || is_before(env, first)) && !waits(env))
			first = env;
	}
	return first;
}

void
queue_begin(struct queue *q, struct environment *env)
{
	int64_t now = clock_wall_ms();

	assert(env->phase == PHASE_DUE);
	env->phase = PHASE_READING;
	env->turn = ++q->turns;
	env->lateness_ms = env->next_at_ms ? larger(now - env->next_at_ms, 0) : 0;
	env->urgent = false;
	env->began_ms = clock_mono_ms();
	env->started_ms = q->last_ms = larger(now, q->floor_ms);
	q->running++;
}

void
queue_break_off(struct queue *q, struct environment *env)
{
	if (env->phase == PHASE_READING)
		q->running--;
	env->phase = PHASE_IDLE;
	env->again = false;
}

void
queue_end(struct queue *q, struct environment *env)
{
	assert(env->phase == PHASE_READING);
	env->phase = PHASE_IDLE;
	env->ended = env->turn;
	q->running--;
	if (env->again)
		queue_due(q, env);
	env->again = false;
}
