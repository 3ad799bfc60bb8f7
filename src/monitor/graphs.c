/* A checkout, an rsync or a pull puts one file after the other in place.  A graph of
 * half of them has lost parents and other heads, and a database beside it would be
 * called what it is not.  So nothing is taken over before it has stopped changing. What
 * cannot be read at all keeps nothing of what it held: a verdict from files that are
 * gone would be a guess. */
#include "monitor/graphs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "migrations/allow.h"
#include "migrations/problem.h"
#include "migrations/seen.h"

/* How long something worse has to stand; after how long something that is no worse is
 * taken although the files never rest; and after how long anything is: what was held
 * says less and less of what is there. */
enum { WORSE_MS = 4000, PATIENCE_MS = 30000, LONGEST_MS = 300000 };

/* What was found at a look; neither: nothing was yet. */
struct found {
	struct migrations *graph; /* NULL: … */
	char *error;              /* … why */
};

/* A look: what it is to be held against, and what it says. */
struct job {
	struct conf_migrations conf; /* a copy: the configuration may go meanwhile */
	/* Of what is held and of the candidate: of each the files, or the error. */
	struct migrations_files *seen[2];
	char *error[2];
	bool held_stands, candidate_stands;
	struct found found; /* where neither does */
};

struct block {
	size_t at; /* in the list */
	const struct conf_migrations *conf;
	struct graphs *graphs; /* it is one of */
	struct look *look;
	struct found held;      /* what is published */
	bool settling;          /* there is something newer */
	struct found candidate; /* it */
	int64_t since_ms;       /* when a change was first seen */
	int64_t look_ms;        /* when the candidate was found */
	uint64_t moves;
	struct job *news; /* of the last look, until it is judged; or NULL */
	bool waits;       /* for the files to rest: what was said of the last */
};

struct graphs {
	struct look_watcher watcher;
	struct published_migrations *list; /* one a block of the configuration */
	struct block **blocks;             /* the same, from inside */
	size_t n;
	struct strmap *by_name; /* the blocks */
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
		f = (struct found){.error = err_explained(&e)};
	return f;
}

/* ---- Looking ---- */

static void
job_set(struct job *j, int i, const struct found *f)
{
	j->seen[i] = f->graph ? seen_ref(f->graph->seen) : NULL;
	j->error[i] = xstrdup_null(f->error);
}

static void *
look_begin(void *arg)
{
	const struct block *b = arg;
	struct job *j = xcalloc(1, sizeof *j);

	j->conf = (struct conf_migrations){.tool = xstrdup(b->conf->tool),
		.section = xstrdup_null(b->conf->section),
		.recursive = b->conf->recursive};
	strvec_copy(&j->conf.path, &b->conf->path);
	strvec_copy(&j->conf.archives, &b->conf->archives);
	strvec_copy(&j->conf.allow, &b->conf->allow);
	job_set(j, 0, &b->held);
	job_set(j, 1, &b->candidate);
	return j;
}

static bool
is_error(const struct found *f, const char *error)
{
	return f->error && error && !strcmp(f->error, error);
}

static bool
look_run(void *arg)
{
	struct job *j = arg;

	j->held_stands = j->seen[0] && seen_is_current(j->seen[0]);
	j->candidate_stands =
		!j->held_stands && j->seen[1] && seen_is_current(j->seen[1]);
	if (j->held_stands || j->candidate_stands)
		return false;
	j->found = look(&j->conf);
	j->held_stands = is_error(&j->found, j->error[0]);
	j->candidate_stands = !j->held_stands && is_error(&j->found, j->error[1]);
	return !j->held_stands && !j->candidate_stands;
}

static void
job_free(void *arg)
{
	struct job *j = arg;

	if (!j)
		return;
	drop(&j->found);
	for (size_t i = 0; i < COUNT_OF(j->seen); i++) {
		seen_free(j->seen[i]);
		free(j->error[i]);
	}
	free(j->conf.tool);
	free(j->conf.section);
	strvec_free(&j->conf.path);
	strvec_free(&j->conf.archives);
	strvec_free(&j->conf.allow);
	free(j);
}

static void
look_take(void *arg, void *job)
{
	struct block *b = arg;
	const struct look_watcher *w = &b->graphs->watcher;

	job_free(b->news);
	b->news = job;
	if (w->loop)
		w->looked(w->arg, b->conf->name);
}

static const struct look_kind looking = {look_begin, look_run, look_take, job_free};

/* ---- What is published ---- */

static void
count_failed(struct published_migrations *p)
{
	for (size_t c = 0; c < PROBLEM_COUNT; c++)
		if (problem_is_of_running((enum problem_code)c))
			p->problems[c] = 0;
	for (size_t i = 0; i < p->n_failed; i++)
		p->problems[p->failed[i].code] += !p->failed[i].allowed;
}

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
	count_failed(p);
}

static bool
is_unread(const struct block *b)
{
	return !b->held.graph && !b->held.error;
}

static void
hold(struct block *b, struct published_migrations *p, struct found f)
{
	drop(&b->held);
	b->held = f;
	b->settling = false;
	p->graph = f.graph;
	p->error = f.error;
	count_problems(p);
}

/* Its place in the list; h->n: there is none. */
static size_t
place_of(const struct graphs *h, const char *name)
{
	const struct block *b = name ? strmap_get(h->by_name, name) : NULL;

	return b ? b->at : h->n;
}

/* What `from` knows of the same block, taken out of it; NULL if it has no such. */
static struct block *
inherit(struct graphs *h, size_t i, const struct conf_migrations *conf,
	struct graphs *from)
{
	size_t k = from ? place_of(from, conf->name) : 0;
	struct block *b = from && k < from->n ? from->blocks[k] : NULL;

	if (!b || !conf_migrations_equal(b->conf, conf))
		return NULL;
	h->list[i] = from->list[k];
	from->blocks[k] = NULL;
	from->list[k] = (struct published_migrations){0};
	return b;
}

static struct block *
new_block(struct graphs *h, size_t i)
{
	static char unread[] = "its files are being read for the first time";
	struct block *b = xcalloc(1, sizeof *b);

	b->look = look_new(h->watcher.loop, &looking, b);
	h->list[i].error = unread;
	return b;
}

struct graphs *
graphs_new(const struct look_watcher *w, const struct conf *conf, struct graphs *from)
{
	struct graphs *h = xcalloc(1, sizeof *h);

	h->watcher = *w;
	h->n = conf->n_migrations;
	h->list = xcalloc(h->n, sizeof *h->list);
	h->blocks = xcalloc(h->n, sizeof *h->blocks);
	h->by_name = strmap_new();
	for (size_t i = 0; i < h->n; i++) {
		const struct conf_migrations *c = &conf->migrations[i];
		struct block *b = inherit(h, i, c, from);

		h->blocks[i] = b = b ? b : new_block(h, i);
		b->graphs = h;
		b->at = i;
		b->conf = c;
		strmap_put(h->by_name, c->name, b);
		h->list[i].name = c->name;
		if (is_unread(b))
			look_ask(b->look);
		if (!w->loop)
			(void)graphs_refresh(h, c->name, 0);
	}
	graphs_free(from);
	return h;
}

static void
free_problems(struct problem *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		problem_free(&v[i]);
	free(v);
}

void
graphs_set_notices(struct published_migrations *m, struct problems *notices)
{
	free_problems(m->notices, m->n_notices);
	m->notices = notices->v;
	m->n_notices = notices->n;
	*notices = (struct problems){0};
}

void
graphs_set_failed(struct published_migrations *m, struct problems *failed)
{
	free_problems(m->failed, m->n_failed);
	m->failed = failed->v;
	m->n_failed = failed->n;
	for (size_t i = 0; m->graph && i < m->n_failed; i++)
		allow_mark(m->graph, &m->failed[i]);
	count_failed(m);
	*failed = (struct problems){0};
}

struct published_migrations *
graphs_block(struct graphs *h, size_t i)
{
	return &h->list[i];
}

static void
free_block(struct block *b)
{
	if (!b)
		return;
	look_free(b->look);
	drop(&b->held);
	drop(&b->candidate);
	job_free(b->news);
	free(b);
}

void
graphs_free(struct graphs *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->n; i++) {
		free_block(h->blocks[i]);
		free_problems(h->list[i].notices, h->list[i].n_notices);
		free_problems(h->list[i].failed, h->list[i].n_failed);
	}
	strmap_free(h->by_name);
	free(h->blocks);
	free(h->list);
	free(h);
}

/* ---- What a look says ---- */

static bool
is_worse(const struct block *b)
{
	const struct migrations *old = b->held.graph, *new = b->candidate.graph;

	return old && (!new || new->n_problems > old->n_problems);
}

static void
take_found(struct block *b, struct job *j, int64_t now_ms)
{
	if (!b->settling)
		b->since_ms = now_ms;
	b->settling = true;
	drop(&b->candidate);
	b->candidate = j->found;
	j->found = (struct found){0};
	b->look_ms = now_ms;
}

static enum graphs_change
take_candidate(struct graphs *h, size_t i)
{
	struct block *b = h->blocks[i];
	struct found f = b->candidate;

	b->candidate = (struct found){0};
	hold(b, &h->list[i], f);
	return GRAPHS_CHANGED;
}

/* Once they have rested; or after so long that nobody waits for that. */
static enum graphs_change
settle(struct graphs *h, size_t i, bool stands, int64_t now_ms)
{
	struct block *b = h->blocks[i];
	int64_t quiet = is_worse(b) ? WORSE_MS : GRAPHS_LOOK_MS;

	if (stands && now_ms - b->look_ms >= quiet)
		return take_candidate(h, i);
	if (now_ms - b->since_ms < PATIENCE_MS)
		return GRAPHS_SETTLING;
	if (is_worse(b) && now_ms - b->since_ms < LONGEST_MS)
		return GRAPHS_SAME;
	return take_candidate(h, i);
}

static enum graphs_change
judge(struct graphs *h, size_t i, struct job *j, int64_t now_ms)
{
	struct block *b = h->blocks[i];

	b->moves += !j->held_stands;
	if (is_unread(b)) {
		hold(b, &h->list[i], j->found);
		j->found = (struct found){0};
		return GRAPHS_CHANGED;
	}
	if (j->held_stands) {
		drop(&b->candidate);
		b->settling = false;
		return GRAPHS_SAME;
	}
	if (!j->candidate_stands)
		take_found(b, j, now_ms);
	return settle(h, i, j->candidate_stands, now_ms);
}

static enum graphs_change
refresh(struct graphs *h, size_t i, int64_t now_ms)
{
	struct block *b = h->blocks[i];
	struct job *news = b->news;
	enum graphs_change change = b->waits ? GRAPHS_SETTLING : GRAPHS_SAME;

	b->news = NULL;
	if (news)
		change = judge(h, i, news, now_ms);
	b->waits = change == GRAPHS_SETTLING;
	job_free(news);
	return change;
}

enum graphs_change
graphs_refresh(struct graphs *h, const char *name, int64_t now_ms)
{
	size_t i = place_of(h, name);

	if (i == h->n)
		return GRAPHS_SAME;
	if (!h->watcher.loop && !h->blocks[i]->news)
		look_ask(h->blocks[i]->look);
	return refresh(h, i, now_ms);
}

uint64_t
graphs_look(struct graphs *h, const char *name)
{
	size_t i = place_of(h, name);

	return i < h->n ? look_ask(h->blocks[i]->look) : 0;
}

bool
graphs_has_looked(const struct graphs *h, const char *name, uint64_t number)
{
	size_t i = place_of(h, name);

	return i == h->n || look_is_done(h->blocks[i]->look, number);
}

uint64_t
graphs_moves(const struct graphs *h, const char *name)
{
	size_t i = place_of(h, name);

	return i < h->n ? h->blocks[i]->moves : 0;
}

bool
graphs_is_settling(const struct graphs *h, const char *name)
{
	size_t i = place_of(h, name);

	return i < h->n && h->blocks[i]->settling;
}

bool
graphs_is_unread(const struct graphs *h, const char *name)
{
	size_t i = place_of(h, name);

	return i < h->n && is_unread(h->blocks[i]);
}

const struct published_migrations *
graphs_find(const struct graphs *h, const char *name)
{
	size_t i = place_of(h, name);

	return i < h->n ? &h->list[i] : NULL;
}

const struct published_migrations *
graphs_list(const struct graphs *h, size_t *n)
{
	*n = h->n;
	return h->list;
}
