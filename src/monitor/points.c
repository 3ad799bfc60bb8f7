/* See points.h. */
#include "monitor/points.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/mem.h"
#include "catalog/ignore.h"
#include "catalog/secret.h"
#include "diff/memo.h"
#include "diff/ownoptions.h"
#include "loop/work.h"
#include "monitor/atonce.h"

/* A page asks again for what it was given; so many pairs are remembered, and so many
 * bytes of them, but the last one whatever it takes. */
enum { REMEMBERED = 256, REMEMBERED_BYTES = 8 << 20, MAX_TEXTS = 1 << 20 };

/* Of packed bytes, of which an object takes some dozen. */
static const struct atonce_most at_once = {.one = 40000, .second = 200000};

/* What is known of a pair. */
struct known {
	char key[HASH_HEX_LEN]; /* of pair_key() */
	struct diff *diff;      /* NULL: there is the error */
	char *error;
	bool masked;
};

struct points {
	struct loop *loop;
	struct store *store;
	struct job *job; /* NULL: no thread is at work */
	struct atonce at_once;
	points_options_fn *options;
	void *arg;
	struct known known[REMEMBERED]; /* what was asked for last first */
	size_t n_known;
};

/* What a thread has. */
struct job {
	struct points *points; /* not to be touched once it is cancelled */
	char key[HASH_HEX_LEN];
	struct store_packed packed[2];
	struct own_options own;
	struct diff *diff;
	bool masked;
	struct err error;
	struct work *work;
};

struct points *
points_new(struct loop *l, struct store *s, points_options_fn *options, void *arg)
{
	struct points *p = xcalloc(1, sizeof *p);

	*p = (struct points){.loop = l, .store = s, .options = options, .arg = arg};
	return p;
}

static void
forget(struct known *k)
{
	diff_unref(k->diff);
	free(k->error);
	*k = (struct known){.diff = NULL};
}

void
points_free(struct points *p)
{
	if (!p)
		return;
	if (p->job)
		work_cancel(p->job->work);
	for (size_t i = 0; i < p->n_known; i++)
		forget(&p->known[i]);
	free(p);
}

void
points_answer_fini(struct points_answer *a)
{
	diff_unref(a->diff);
	free(a->error);
	*a = (struct points_answer){.diff = NULL};
}

/* ---- In a thread ---- */

static bool
object_is_masked(const struct object *o)
{
	const struct kind_info *info = kind_info(o->kind);
	struct strbuf text = {0};
	bool masked = false;

	for (size_t i = 0; !masked && i < info->n_properties; i++)
		if (info->properties[i].secrets)
			masked = secret_mask(o->values[i], &text);
	strbuf_free(&text);
	return masked;
}

/* True if a value of it is a secret, which is not stored. */
static bool
is_masked(const struct snapshot *s)
{
	for (size_t i = 0; i < s->n_objects; i++)
		if (object_is_masked(&s->objects[i]))
			return true;
	return false;
}

static void
run(void *arg)
{
	struct job *j = arg;
	struct snapshot *was, *is = NULL;

	was = store_unpack(&j->packed[0], "the catalog that it had first", &j->error);
	if (was)
		is = store_unpack(
			&j->packed[1], "the catalog that it had then", &j->error);
	if (is) {
		j->masked = is_masked(was) && is_masked(is);
		j->diff = diff_compare(was, is, &j->own.options);
	}
	snapshot_unref(was);
	snapshot_unref(is);
}

static void
drop(void *arg)
{
	struct job *j = arg;

	for (size_t i = 0; i < 2; i++)
		store_packed_fini(&j->packed[i]);
	own_options_fini(&j->own);
	diff_unref(j->diff);
	free(j);
}

/* ---- What is known ---- */

static void
move_to_front(struct points *p, size_t i)
{
	const struct known k = p->known[i];

	memmove(&p->known[1], &p->known[0], i * sizeof k);
	p->known[0] = k;
}

static void
forget_most(struct points *p)
{
	size_t bytes = 0, n = 0;

	for (; n < p->n_known && (!n || bytes <= REMEMBERED_BYTES); n++)
		if (p->known[n].diff)
			bytes += arena_used(p->known[n].diff->arena);
	if (n > 1 && bytes > REMEMBERED_BYTES)
		n--;
	while (p->n_known > n)
		forget(&p->known[--p->n_known]);
}

static void
remember(struct points *p, const struct job *j)
{
	struct known *k;

	if (p->n_known == REMEMBERED)
		forget(&p->known[--p->n_known]);
	k = &p->known[p->n_known++];
	*k = (struct known){.masked = j->masked};
	memcpy(k->key, j->key, sizeof k->key);
	if (j->diff)
		k->diff = diff_ref(j->diff);
	else
		k->error = xstrdup(j->error.text);
	move_to_front(p, p->n_known - 1);
	forget_most(p);
}

static bool
recall(struct points *p, const char *key, struct points_answer *out)
{
	size_t i = 0;

	while (i < p->n_known && strcmp(p->known[i].key, key) != 0)
		i++;
	if (i == p->n_known)
		return false;
	move_to_front(p, i);
	out->diff = p->known[0].diff ? diff_ref(p->known[0].diff) : NULL;
	out->error = xstrdup_null(p->known[0].error);
	out->masked = p->known[0].masked;
	memcpy(out->key, p->known[0].key, sizeof out->key);
	return true;
}

/* All that a comparison says hangs on that, of the date only which rules have expired
 * and which are about to. */
static void
pair_key(char keys[2][HASH_HEX_LEN], const struct compare_options *o,
	char key[static HASH_HEX_LEN])
{
	size_t n = o->ignore ? ignore_count(o->ignore) : 0;
	struct strbuf text = {0};

	strbuf_printf(&text, "%s %s ", keys[0], keys[1]);
	memo_options(o, &text);
	for (size_t i = 0; i < n; i++) {
		int64_t until_ms = ignore_info(o->ignore, i).until_ms;

		if (until_ms)
			strbuf_addc(&text, until_ms <= o->now_ms                 ? 'x'
					   : until_ms - EXPIRING_MS <= o->now_ms ? 's'
										 : '-');
	}
	hash_of(text.s, text.len, key);
	strbuf_free(&text);
}

static void
done(void *arg)
{
	struct job *j = arg;

	j->points->job = NULL;
	remember(j->points, j);
	drop(j);
}

static const struct work_kind kind = {WORK_CATALOGS, run, done, drop};

/* ---- Asked for ---- */

static void
take_key(void *arg, const struct store_interval *i)
{
	char *key = arg;

	snprintf(key, HASH_HEX_LEN, "%s", i->key);
}

/* The key of what it had by then; false: that is not known, and why. */
static bool
find_key(struct points *p, const char *environment, int64_t at_ms, char *key,
	struct points_answer *out)
{
	const struct store_span span = {environment, 0, at_ms, 1};
	char when[CLOCK_RFC3339_LEN];
	struct err e;

	*key = '\0';
	if (!store_intervals(p->store, &span, take_key, key, &e))
		out->error = xasprintf("What it had cannot be read: %s", e.text);
	else if (!*key)
		out->error =
			xasprintf("It had not been seen at %s, as far as is known.",
				clock_rfc3339(at_ms, when));
	return !out->error;
}

static struct job *
new_job(struct points *p, char keys[2][HASH_HEX_LEN], struct points_answer *out)
{
	struct job *j = xcalloc(1, sizeof *j);
	struct err e;

	j->points = p;
	for (size_t i = 0; i < 2; i++) {
		if (store_packed(p->store, keys[i], "its catalog", &j->packed[i], &e))
			continue;
		out->error = xasprintf("What it had cannot be read: %s", e.text);
		drop(j);
		return NULL;
	}
	return j;
}

/* As what becomes of the environment is compared. */
static struct compare_options
options(const struct points *p, const char *environment)
{
	struct compare_options o = p->options(p->arg, environment);

	o.max_texts = MAX_TEXTS;
	return o;
}

static void
start(struct points *p, struct job *j, struct points_answer *out)
{
	if (atonce_take(&p->at_once, &at_once, j->packed[0].n + j->packed[1].n)) {
		run(j);
		remember(p, j);
		recall(p, j->key, out);
		drop(j);
		return;
	}
	out->pending = true;
	p->job = j;
	j->work = work_start(p->loop, &kind, j);
}

void
points_compare(struct points *p, const struct points_wish *w, struct points_answer *out)
{
	const struct compare_options o = options(p, w->environment);
	char keys[2][HASH_HEX_LEN], key[HASH_HEX_LEN];
	struct job *j;

	if (!find_key(p, w->environment, w->from_ms, keys[0], out) ||
		!find_key(p, w->environment, w->to_ms, keys[1], out))
		return;
	pair_key(keys, &o, key);
	if (recall(p, key, out))
		return;
	if (p->job) {
		out->pending = true;
		return;
	}
	j = new_job(p, keys, out);
	if (!j)
		return;
	memcpy(j->key, key, sizeof key);
	own_options_take(&j->own, &o);
	start(p, j, out);
}
