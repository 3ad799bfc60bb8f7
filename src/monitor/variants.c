/* See variants.h.  One at a time, so that whoever asks for many takes no thread from
 * the checks; those that wait are asked for again. */
#include "monitor/variants.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "diff/comparing.h"
#include "loop/work.h"
#include "monitor/atonce.h"

/* What takes a few milliseconds is not worth a thread; of these so many objects may be
 * compared within so long. */
static const struct atonce_most at_once = {.one = 4000, .second = 20000};
enum { MAX_TEXTS = 1 << 20 };

struct variants {
	struct loop *loop;
	struct memo *memo;
	void (*told)(void *arg);
	void *arg;
	struct job *job; /* NULL: no thread is at work */
	struct atonce at_once;
};

/* What a thread has. */
struct job {
	struct variants *variants; /* not to be touched once it is cancelled */
	struct comparing *comparing;
	struct work *work;
};

struct variants *
variants_new(struct loop *l, struct memo *m, void (*told)(void *), void *arg)
{
	struct variants *v = xcalloc(1, sizeof *v);

	*v = (struct variants){.loop = l, .memo = m, .told = told, .arg = arg};
	return v;
}

void
variants_free(struct variants *v)
{
	if (!v)
		return;
	if (v->job)
		work_cancel(v->job->work);
	free(v);
}

/* ---- In a thread ---- */

static void
drop(void *arg)
{
	struct job *j = arg;

	comparing_free(j->comparing);
	free(j);
}

static void
run(void *arg)
{
	struct job *j = arg;

	comparing_run(j->comparing);
}

static void
done(void *arg)
{
	struct job *j = arg;
	struct variants *v = j->variants;

	v->job = NULL;
	comparing_tell(j->comparing, v->memo);
	drop(j);
	v->told(v->arg);
}

static const struct work_kind kind = {WORK_CATALOGS, run, done, drop};

static void
start(struct variants *v, struct comparing *c)
{
	struct job *j = xcalloc(1, sizeof *j);

	*j = (struct job){.variants = v, .comparing = c};
	v->job = j;
	j->work = work_start(v->loop, &kind, j);
}

/* ---- Asked for ---- */

struct diff *
variants_compare(struct variants *v, const struct variants_pair *p, bool *pending)
{
	const struct snapshot *expected = p->expected, *found = p->found;
	struct compare_options o = COMPARE_DEFAULTS;
	struct comparing *c;
	char key[HASH_HEX_LEN];
	struct diff *d;

	*pending = false;
	o.now_ms = clock_wall_ms();
	o.max_texts = MAX_TEXTS;
	o.schema_map = p->schema_map;
	if (!memo_key(expected, found, &o, key))
		return NULL;
	d = memo_find(v->memo, key, &o);
	if (d)
		return d;
	if (atonce_take(&v->at_once, &at_once, expected->n_objects + found->n_objects))
		return memo_compare(v->memo, expected, found, &o);
	*pending = true;
	c = v->job ? NULL : comparing_new(v->memo, expected, found, &o);
	if (c)
		start(v, c);
	return NULL;
}
