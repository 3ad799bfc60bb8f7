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

/* How long something worse has to stand; after how long something that is no worse is
 * taken although the files never rest; and after how long anything is: what was held
 * says less and less of what is there. */
enum { WORSE_MS = 4000, PATIENCE_MS = 30000, LONGEST_MS = 300000 };

/* What was found at a look. */
struct found {
	struct migrations *graph; /* NULL: … */
	char *error;              /* … why */
};

struct block {
	const struct conf_migrations *conf;
	struct found held;      /* what is published */
	bool settling;          /* there is something newer */
	struct found candidate; /* it */
	int64_t since_ms;       /* when a change was first seen */
	int64_t look_ms;        /* when the candidate was found */
};

struct graphs {
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
look(const struct block *b)
{
	struct found f = {0};
	struct err e;

	if (!graphs_read(b->conf, &f.graph, &e))
		f = (struct found){.error = xstrdup(e.text)};
	return f;
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
graphs_new(const struct conf *conf, struct graphs *from)
{
	struct graphs *h = xcalloc(1, sizeof *h);

	h->n = conf->n_migrations;
	h->list = xcalloc(h->n, sizeof *h->list);
	h->blocks = xcalloc(h->n, sizeof *h->blocks);
	for (size_t i = 0; i < h->n; i++) {
		h->blocks[i].conf = &conf->migrations[i];
		h->list[i].name = conf->migrations[i].name;
		if (!inherit(h, i, from))
			hold(h, i, look(&h->blocks[i]));
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
	again = look(b);
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

static void
begin(struct block *b, int64_t now_ms)
{
	if (!b->settling)
		b->since_ms = now_ms;
	b->settling = true;
	drop(&b->candidate);
	b->candidate = look(b);
	b->look_ms = now_ms;
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
	int64_t quiet = is_worse(b) ? WORSE_MS : GRAPHS_LOOK_MS;

	if (stands(b, &b->held)) {
		drop(&b->candidate);
		b->settling = false;
		return GRAPHS_SAME;
	}
	if (!b->settling || !stands(b, &b->candidate))
		begin(b, now_ms);
	else if (now_ms - b->look_ms >= quiet)
		return take_candidate(h, i);
	if (now_ms - b->since_ms < PATIENCE_MS)
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
