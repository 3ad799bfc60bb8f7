/* A directory that cannot be read keeps nothing of what it held before: a verdict from
 * files that are gone would be a guess. */
#include "monitor/graphs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/problem.h"

struct graphs {
	const struct conf *conf;
	struct published_migrations *list; /* one a block of the configuration */
	struct migrations **held;          /* what list[i].graph points at */
	size_t n;
};

static void
read_block(struct graphs *h, size_t i)
{
	const struct conf_migrations *c = &h->conf->migrations[i];
	struct strvec more = {c->path.v + 1, c->path.n - 1, 0};
	const struct migrations_source src = {.tool = c->tool,
		.path = c->path.v[0],
		.more = &more,
		.archives = &c->archives,
		.recursive = c->recursive};
	struct published_migrations *p = &h->list[i];
	struct err e;

	migrations_free(h->held[i]);
	free(p->error);
	h->held[i] = NULL;
	p->error = NULL;
	if (!migrations_read(&src, &h->held[i], &e)) {
		h->held[i] = NULL;
		p->error = xstrdup(e.text);
	}
	p->graph = h->held[i];
}

struct graphs *
graphs_new(const struct conf *conf)
{
	struct graphs *h = xcalloc(1, sizeof *h);

	h->conf = conf;
	h->n = conf->n_migrations;
	h->list = xcalloc(h->n, sizeof *h->list);
	h->held = xcalloc(h->n, sizeof(struct migrations *));
	for (size_t i = 0; i < h->n; i++) {
		h->list[i].name = conf->migrations[i].name;
		read_block(h, i);
	}
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
		migrations_free(h->held[i]);
		free(h->list[i].error);
		free_notices(&h->list[i]);
	}
	free(h->held);
	free(h->list);
	free(h);
}

/* Read again what has changed, or could not be read; true if that made a difference. */
static bool
refresh_block(struct graphs *h, size_t i)
{
	char *before = xstrdup_null(h->list[i].error);
	bool same;

	read_block(h, i);
	same = before && h->list[i].error && !strcmp(before, h->list[i].error);
	free(before);
	return !same;
}

bool
graphs_refresh(struct graphs *h, const char *name)
{
	for (size_t i = 0; i < h->n; i++) {
		if (strcmp(h->list[i].name, name))
			continue;
		if (h->held[i] && migrations_is_current(h->held[i]))
			return false;
		return refresh_block(h, i);
	}
	return false;
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
