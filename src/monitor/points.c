/* See points.h. */
#include "monitor/points.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "loop/work.h"
#include "monitor/atonce.h"

enum { REMEMBERED = 8, MAX_TEXTS = 1 << 20 };

/* Of packed bytes, of which an object takes some dozen. */
static const struct atonce_most at_once = {.one = 40000, .second = 200000};

/* What is known of a pair. */
struct known {
	char keys[2][HASH_HEX_LEN];
	struct diff *diff; /* NULL: there is nothing here, or the error */
	char *error;
};

struct points {
	struct loop *loop;
	struct store *store;
	struct job *job; /* NULL: no thread is at work */
	struct atonce at_once;
	struct known known[REMEMBERED];
	size_t next; /* the one that is forgotten next */
};

/* What a thread has. */
struct job {
	struct points *points; /* not to be touched once it is cancelled */
	struct store_packed packed[2];
	struct diff *diff;
	struct err error;
	struct work *work;
};

struct points *
points_new(struct loop *l, struct store *s)
{
	struct points *p = xcalloc(1, sizeof *p);

	*p = (struct points){.loop = l, .store = s};
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
	for (size_t i = 0; i < REMEMBERED; i++)
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

static void
run(void *arg)
{
	struct job *j = arg;
	struct compare_options o = COMPARE_DEFAULTS;
	struct snapshot *was, *is = NULL;

	o.max_texts = MAX_TEXTS;
	was = store_unpack(&j->packed[0], "the catalog that it had first", &j->error);
	if (was)
		is = store_unpack(
			&j->packed[1], "the catalog that it had then", &j->error);
	if (is)
		j->diff = diff_compare(was, is, &o);
	snapshot_unref(was);
	snapshot_unref(is);
}

static void
drop(void *arg)
{
	struct job *j = arg;

	for (size_t i = 0; i < 2; i++)
		store_packed_fini(&j->packed[i]);
	diff_unref(j->diff);
	free(j);
}

static void
remember(struct points *p, struct job *j)
{
	struct known *k = &p->known[p->next];

	p->next = (p->next + 1) % REMEMBERED;
	forget(k);
	for (size_t i = 0; i < 2; i++)
		memcpy(k->keys[i], j->packed[i].key, HASH_HEX_LEN);
	if (j->diff)
		k->diff = diff_ref(j->diff);
	else
		k->error = xstrdup(j->error.text);
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

static bool
recall(struct points *p, char keys[2][HASH_HEX_LEN], struct points_answer *out)
{
	for (size_t i = 0; i < REMEMBERED; i++) {
		const struct known *k = &p->known[i];

		if (strcmp(k->keys[0], keys[0]) != 0 ||
			strcmp(k->keys[1], keys[1]) != 0)
			continue;
		out->diff = k->diff ? diff_ref(k->diff) : NULL;
		out->error = xstrdup_null(k->error);
		return true;
	}
	return false;
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

void
points_compare(struct points *p, const struct points_wish *w, struct points_answer *out)
{
	char keys[2][HASH_HEX_LEN];
	struct job *j;

	if (!find_key(p, w->environment, w->from_ms, keys[0], out) ||
		!find_key(p, w->environment, w->to_ms, keys[1], out) ||
		recall(p, keys, out))
		return;
	if (p->job) {
		out->pending = true;
		return;
	}
	j = new_job(p, keys, out);
	if (!j)
		return;
	if (atonce_take(&p->at_once, &at_once, j->packed[0].n + j->packed[1].n)) {
		run(j);
		remember(p, j);
		drop(j);
		recall(p, keys, out);
		return;
	}
	out->pending = true;
	p->job = j;
	j->work = work_start(p->loop, &kind, j);
}
