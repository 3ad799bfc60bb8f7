/* A checkout, an rsync or a pull puts one file after the other in place.  A graph of
 * half of them has lost parents and other heads, and a database beside it would be
 * called what it is not.  So nothing is taken over before it has stopped changing. What
 * cannot be read at all keeps nothing of what it held: a verdict from files that are
 * gone would be a guess. */
#include "monitor/graphs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/allow.h"
#include "migrations/problem.h"
#include "migrations/seen.h"

/* How long something worse has to stand; after how long something that is no worse is
 * taken although the files never rest; and after how long anything is: what was held
 * says less and less of what is there. */
enum { WORSE_MS = 4000, PATIENCE_MS = 30000, LONGEST_MS = 300000 };

/* From which weight on, of what was read last, a block is read in a thread. */
enum { HEAVY = 1000 };

/* What was found at a look. */
struct found {
	struct migrations *graph; /* NULL: … */
	char *error;              /* … why */
};

/* A look in a thread. */
struct job {
	struct conf_migrations conf; /* a copy: the configuration may go meanwhile */
	struct found found;
	bool ended;
	struct work *work; /* until then */
};

struct block {
	const struct conf_migrations *conf;
	struct found held;      /* what is published */
	bool settling;          /* there is something newer */
	struct found candidate; /* it */
	int64_t since_ms;       /* when a change was first seen */
	int64_t look_ms;        /* when the candidate was found */
	struct job *job;        /* the candidate is being read; or NULL */
};

struct graphs {
	struct loop *loop;                 /* or NULL */
	struct published_migrations *list; /* one a block of the configuration */
	struct block *blocks;              /* the same, from inside */
	size_t n;
};

bool
graphs_check(const struct conf *conf, struct err *e)
{
	for (size_t i = 0; i < conf->n_migrations; i++) {
		const struct conf_migrations *c = &conf->migrations[i];

		for (size_t k = 0; k < c->allow.n; k++)
			if (!allow_check(c->allow.v[k], e))
				return err_prefix(e, "%s: migrations %s",
					c->place ? c->place : "", c->name);
	}
	return true;
}

bool
graphs_read(const struct conf_migrations *c, struct migrations **out, struct err *e)
{
	struct strvec more = {c->path.v + 1, c->path.n - 1, 0};
	const struct migrations_source src = {.tool = c->tool,
		.path = c->path.v[0],
		.more = &more,
		.archives = &c->archives,
		.allow = &c->allow,
		.section = c->section,
		.recursive = c->recursive};

	return migrations_read(&src, out, e);
}

static void
drop(struct found *f)
{
	migrations_free(f->graph);
	free(f->error);
	*f = (struct found){0};
}

static struct found
look(const struct conf_migrations *conf)
{
	struct found f = {0};
	struct err e;

	if (!graphs_read(conf, &f.graph, &e))
		f = (struct found){.error = xstrdup(e.text)};
	return f;
}

/* ---- Looking in a thread ---- */

static void
job_run(void *arg)
{
	struct job *j = arg;

	j->found = look(&j->conf);
}

static void
job_done(void *arg)
{
	struct job *j = arg;

	j->ended = true;
	j->work = NULL;
}

static void
job_free(void *arg)
{
	struct job *j = arg;

	drop(&j->found);
	free(j->conf.tool);
	free(j->conf.section);
	strvec_free(&j->conf.path);
	strvec_free(&j->conf.archives);
	strvec_free(&j->conf.allow);
	free(j);
}

static const struct work_kind reading = {WORK_FILES, job_run, job_done, job_free};

static struct job *
job_start(struct loop *l, const struct conf_migrations *conf)
{
	struct job *j = xcalloc(1, sizeof *j);

	j->conf = (struct conf_migrations){.tool = xstrdup(conf->tool),
		.section = xstrdup_null(conf->section),
		.recursive = conf->recursive};
	strvec_copy(&j->conf.path, &conf->path);
	strvec_copy(&j->conf.archives, &conf->archives);
	strvec_copy(&j->conf.allow, &conf->allow);
	j->work = work_start(l, &reading, j);
	return j;
}

static void
job_cancel(struct job *j)
{
	if (j && j->ended)
		job_free(j);
	else if (j)
		work_cancel(j->work);
}

/* ---- What is published ---- */

/* The last counts stand where nothing can be counted: a problem that nobody can see is
 * not solved. */
static void
count_problems(struct published_migrations *p)
{
	if (!p->graph) {
		if (!p->problems[PROBLEM_UNREADABLE_FILE])
			p->problems[PROBLEM_UNREADABLE_FILE] = 1;
		return;
	}
	memset(p->problems, 0, sizeof p->problems);
	for (size_t i = 0; i < p->graph->n_problems; i++)
		p->problems[p->graph->problems[i].code]++;
}

static void
hold(struct graphs *h, size_t i, struct found f)
{
	struct block *b = &h->blocks[i];
	struct published_migrations *p = &h->list[i];

	drop(&b->held);
	b->held = f;
	b->settling = false;
	p->graph = f.graph;
	p->error = f.error;
	count_problems(p);
}

/* What `from` knows of the same block, taken out of it; false if it has no such. */
static bool
inherit(struct graphs *h, size_t i, struct graphs *from)
{
	for (size_t k = 0; from && k < from->n; k++) {
		struct block *b = &from->blocks[k];
		const struct conf_migrations *conf = h->blocks[i].conf;

		if (!b->conf || strcmp(b->conf->name, conf->name) ||
			!conf_migrations_equal(b->conf, conf))
			continue;
		h->list[i] = from->list[k];
		h->blocks[i] = *b;
		h->blocks[i].conf = conf;
		h->list[i].name = conf->name;
		*b = (struct block){0};
		from->list[k] = (struct published_migrations){0};
		return true;
	}
	return false;
}

struct graphs *
graphs_new(struct loop *l, const struct conf *conf, struct graphs *from)
{
	struct graphs *h = xcalloc(1, sizeof *h);

	h->loop = l;
	h->n = conf->n_migrations;
	h->list = xcalloc(h->n, sizeof *h->list);
	h->blocks = xcalloc(h->n, sizeof *h->blocks);
	for (size_t i = 0; i < h->n; i++) {
		h->blocks[i].conf = &conf->migrations[i];
		h->list[i].name = conf->migrations[i].name;
		if (!inherit(h, i, from))
			hold(h, i, look(h->blocks[i].conf));
	}
	graphs_free(from);
	return h;
}

static void
free_notices(struct published_migrations *m)
{
	for (size_t i = 0; i < m->n_notices; i++)
		problem_free(&m->notices[i]);
	free(m->notices);
}

void
graphs_set_notices(struct published_migrations *m, struct problems *notices)
{
	free_notices(m);
	m->notices = notices->v;
	m->n_notices = notices->n;
	*notices = (struct problems){0};
}

struct published_migrations *
graphs_block(struct graphs *h, size_t i)
{
	return &h->list[i];
}

void
graphs_free(struct graphs *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->n; i++) {
		drop(&h->blocks[i].held);
		drop(&h->blocks[i].candidate);
		job_cancel(h->blocks[i].job);
		free_notices(&h->list[i]);
	}
	free(h->blocks);
	free(h->list);
	free(h);
}

/* ---- Looking again ---- */

static bool
same_error(const struct found *a, const struct found *b)
{
	return a->error && b->error && !strcmp(a->error, b->error);
}

/* True if the files are still what `f` says of them. */
static bool
stands(const struct block *b, const struct found *f)
{
	struct found again;
	bool same;

	if (f->graph)
		return migrations_is_current(f->graph);
	again = look(b->conf);
	same = same_error(f, &again);
	drop(&again);
	return same;
}

static bool
is_worse(const struct block *b)
{
	const struct migrations *old = b->held.graph, *new = b->candidate.graph;

	return old && (!new || new->n_problems > old->n_problems);
}

static bool
is_heavy(const struct migrations *m)
{
	return m && seen_weight(m->seen) > HEAVY;
}

static void
begin(struct graphs *h, struct block *b, int64_t now_ms)
{
	bool heavy = is_heavy(b->held.graph) || is_heavy(b->candidate.graph);

	if (!b->settling)
		b->since_ms = now_ms;
	b->settling = true;
	drop(&b->candidate);
	if (h->loop && heavy)
		b->job = job_start(h->loop, b->conf);
	else
		b->candidate = look(b->conf);
	b->look_ms = now_ms;
}

/* True if a thread is still at it. */
static bool
is_being_read(struct block *b)
{
	struct job *j = b->job;

	if (!j || !j->ended)
		return j;
	b->candidate = j->found;
	j->found = (struct found){0};
	job_free(j);
	b->job = NULL;
	return false;
}

static enum graphs_change
take_candidate(struct graphs *h, size_t i)
{
	struct block *b = &h->blocks[i];
	struct found f = b->candidate;

	b->candidate = (struct found){0};
	hold(h, i, f);
	return GRAPHS_CHANGED;
}

static enum graphs_change
refresh_block(struct graphs *h, size_t i, int64_t now_ms)
{
	struct block *b = &h->blocks[i];
	int64_t quiet;

	if (is_being_read(b))
		return GRAPHS_SETTLING;
	quiet = is_worse(b) ? WORSE_MS : GRAPHS_LOOK_MS;
	if (stands(b, &b->held)) {
		drop(&b->candidate);
		b->settling = false;
		return GRAPHS_SAME;
	}
	if (!b->settling || !stands(b, &b->candidate))
		begin(h, b, now_ms);
	else if (now_ms - b->look_ms >= quiet)
		return take_candidate(h, i);
	if (b->job || now_ms - b->since_ms < PATIENCE_MS)
		return GRAPHS_SETTLING;
	if (is_worse(b) && now_ms - b->since_ms < LONGEST_MS)
		return GRAPHS_SAME;
	return take_candidate(h, i);
}

enum graphs_change
graphs_refresh(struct graphs *h, const char *name, int64_t now_ms)
{
	for (size_t i = 0; i < h->n; i++)
		if (!strcmp(h->list[i].name, name))
			return refresh_block(h, i, now_ms);
	return GRAPHS_SAME;
}

const struct published_migrations *
graphs_find(const struct graphs *h, const char *name)
{
	for (size_t i = 0; name && i < h->n; i++)
		if (!strcmp(h->list[i].name, name))
			return &h->list[i];
	return NULL;
}

const struct published_migrations *
graphs_list(const struct graphs *h, size_t *n)
{
	*n = h->n;
	return h->list;
}
