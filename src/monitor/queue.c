/* What a check is held against is read before it: at first, and where somebody asks for
 * a check, since an answer about now is none from what the reference was before. */
#include "monitor/queue.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

static const struct heap_kind due_set = {
	heap_any_order, offsetof(struct environment, in_due)};
static const struct heap_kind unanswered_set = {
	heap_any_order, offsetof(struct environment, in_unanswered)};

/* ---- Who refers to whom ---- */

static struct strmap *
by_name(struct environment *const *list, size_t n)
{
	struct strmap *m = strmap_new();

	for (size_t i = 0; i < n; i++)
		strmap_put(m, list[i]->conf->name, list[i]);
	return m;
}

static void
resolve(struct environment *env, const struct strmap *names)
{
	const struct conf_environment *c = env->conf;
	struct environment *expected = NULL, *head = NULL;

	if (c->expect == EXPECT_ENVIRONMENT)
		expected = strmap_get(names, c->expect_target);
	if (c->head_environment)
		head = strmap_get(names, c->head_environment);
	env->refers[0] = expected;
	env->refers[1] = head;
}

/* What it refers to, each once. */
static struct environment *
referred(const struct environment *env, size_t i)
{
	return i && env->refers[i] == env->refers[0] ? NULL : env->refers[i];
}

/* The lists of all, one after the other in one. */
static void
list_followers(struct queue *q)
{
	struct environment **at, *to;

	for (size_t i = 0; i < q->n; i++)
		for (size_t k = 0; k < REFERS; k++)
			if ((to = referred(q->environments[i], k)) != NULL)
				to->n_followers++;
	at = q->followers =
		xrealloc(q->followers, REFERS * q->n + 1, sizeof *q->followers);
	for (size_t i = 0; i < q->n; i++) {
		q->environments[i]->followers = at;
		at += q->environments[i]->n_followers;
		q->environments[i]->n_followers = 0;
	}
	for (size_t i = 0; i < q->n; i++)
		for (size_t k = 0; k < REFERS; k++)
			if ((to = referred(q->environments[i], k)) != NULL)
				to->followers[to->n_followers++] = q->environments[i];
}

/* Whoever has gone is in none of them. */
static void
queue_sets(struct queue *q)
{
	heap_fini(&q->unanswered);
	heap_fini(&q->due);
	q->unanswered.kind = &unanswered_set;
	q->due.kind = &due_set;
	for (size_t i = 0; i < q->n; i++) {
		struct environment *env = q->environments[i];

		env->in_unanswered = env->in_due = 0;
		if (env->phase == PHASE_DUE)
			heap_put(&q->due, env);
		queue_known(q, env);
	}
}

void
queue_take(struct queue *q, struct environment *const *list, size_t n, int per_server)
{
	struct strmap *names = by_name(list, n);

	q->environments = list;
	q->n = n;
	for (size_t i = 0; i < n; i++) {
		list[i]->n_followers = 0;
		resolve(list[i], names);
	}
	strmap_free(names);
	list_followers(q);
	ready_take(&q->ready, per_server, list, n);
	queue_sets(q);
	ready_place(list, n);
}

void
queue_fini(struct queue *q)
{
	ready_fini(&q->ready);
	heap_fini(&q->unanswered);
	heap_fini(&q->due);
	free(q->followers);
}

/* ---- What is due ---- */

void
queue_due_since(struct queue *q, struct environment *env, int64_t since_ms)
{
	if (env->phase != PHASE_IDLE)
		return;
	env->phase = PHASE_DUE;
	env->turn = q->turns++;
	env->due_ms = since_ms;
	heap_put(&q->due, env);
	ready_add(&q->ready, env);
}

void
queue_due(struct queue *q, struct environment *env)
{
	queue_due_since(q, env, clock_mono_ms());
}

void
queue_urgent(struct queue *q, struct environment *env)
{
	queue_due(q, env);
	env->urgent = env->phase == PHASE_DUE;
	ready_moved(&q->ready, env);
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

	for (size_t i = 0; i < REFERS; i++)
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

/* The configuration has no circles.  Who was asked for after `from` has been now. */
static void
ask(struct queue *q, struct environment *env, uint64_t from)
{
	if (env->asked > from)
		return;
	for (size_t i = 0; i < REFERS; i++)
		if (env->refers[i])
			ask(q, env->refers[i], from);
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
	uint64_t from = q->turns;

	if (env)
		ask(q, env, from);
	for (size_t i = 0; !env && i < q->n; i++)
		ask(q, q->environments[i], from);
	q->floor_ms = larger(clock_wall_ms(), q->last_ms + 1);
	return q->floor_ms;
}

/* ---- Who is next ---- */

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
	for (size_t i = 0; i < REFERS; i++)
		if (env->refers[i] && comes_first(env->refers[i], env))
			return true;
	return false;
}

/* Who waits is out of the way until there is news of what it waits for. */
struct environment *
queue_next(struct queue *q)
{
	struct environment *env;

	while ((env = ready_first(&q->ready)) != NULL) {
		if (!env->unread && !env->resuming && !waits(env))
			return env;
		ready_remove(&q->ready, env);
	}
	return NULL;
}

void
queue_let(struct queue *q, struct environment *env)
{
	if (env->phase == PHASE_DUE)
		ready_add(&q->ready, env);
}

void
queue_begin(struct queue *q, struct environment *env)
{
	int64_t now = clock_wall_ms();

	assert(env->phase == PHASE_DUE);
	env->lateness_ms = environment_lateness(env);
	heap_remove(&q->due, env);
	ready_remove(&q->ready, env);
	ready_begin(&q->ready, env);
	env->phase = PHASE_READING;
	env->turn = ++q->turns;
	env->urgent = false;
	env->began_ms = clock_mono_ms();
	env->started_ms = q->last_ms = larger(now, q->floor_ms);
	q->running++;
}

void
queue_break_off(struct queue *q, struct environment *env)
{
	if (env->phase == PHASE_READING) {
		ready_end(&q->ready, env);
		q->running--;
	}
	heap_remove(&q->due, env);
	ready_remove(&q->ready, env);
	env->phase = PHASE_IDLE;
	env->again = false;
}

void
queue_end(struct queue *q, struct environment *env)
{
	assert(env->phase == PHASE_READING);
	ready_end(&q->ready, env);
	env->phase = PHASE_IDLE;
	env->ended = env->turn;
	q->running--;
	if (env->again)
		queue_due(q, env);
	env->again = false;
	for (size_t i = 0; i < env->n_followers; i++)
		queue_let(q, env->followers[i]);
}

bool
queue_may_ask(struct queue *q, const char *address)
{
	if (!ready_has_room(&q->ready, address))
		return false;
	queue_asks_still(q, address);
	q->running++;
	return true;
}

void
queue_asks_still(struct queue *q, const char *address)
{
	ready_count(&q->ready, address, 1);
}

void
queue_ask_ends(struct queue *q, const char *address)
{
	ready_count(&q->ready, address, -1);
	q->running--;
}

void
queue_known(struct queue *q, struct environment *env)
{
	ready_known(&q->ready, env);
	if (env->error.unanswered && !env->in_unanswered)
		heap_put(&q->unanswered, env);
	else if (!env->error.unanswered)
		heap_remove(&q->unanswered, env);
}

void
queue_answered(struct queue *q)
{
	for (size_t i = 0; i < q->unanswered.n; i++)
		queue_due(q, q->unanswered.v[i]);
}
