/* What is gathered is nothing before it is complete: an answer that does not belong to
 * the first one is thrown away with all the others.  While an answer is taken in the
 * thread nobody else touches anything of this: so all that it needs of the facts is
 * copied, and who gives up leaves it behind. */
#include "monitor/gathered.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/shape.h"
#include "loop/work.h"
#include "monitor/scripts.h"

/* Where all answers are smaller it takes a few milliseconds. */
enum { DETAIL_BATCH = 100, LARGE_BYTES = 1 << 20 };

/* The result of one statement, while those of others are still to come. */
struct part {
	size_t number; /* of the statement */
	struct pg_results *res;
};

struct parts {
	struct part *v;
	size_t n, cap;
};

/* What is known of the database before its catalog is. */
struct subject {
	int server_version_num;
	char server_version[32];
	bool in_recovery, version_table_exists;
	struct strvec recorded;
	char *probe, *schema, *table;
};

typedef bool take_fn(struct gathered *g, const struct part *p, struct err *e);

/* An answer that is being taken, part by part as they arrive. */
struct taking {
	take_fn *take;
	struct parts parts; /* in hand: whoever takes them does, in the thread or not */
	bool failed;
	struct err err;       /* why, the first time */
	struct work *work;    /* NULL: none is */
	struct parts waiting; /* those that arrived meanwhile */
	gathered_fn *fn;      /* all have arrived: to be called; NULL: not yet */
	void *arg;
};

struct gathered {
	struct loop *loop;
	struct library *library;
	const char *setup;
	struct pg_statement probe;
	char *last_probe; /* of last time; NULL: none */
	struct snapshot *last_snapshot;
	struct subject subject;
	struct builder *builder; /* NULL: there are no rows yet */
	const struct detail_batch *details;
	size_t n_details;
	struct snapshot *snapshot; /* NULL: not yet */
	struct taking taking;
	size_t bytes; /* of all answers */
};

struct gathered *
gathered_new(struct loop *l, const char *setup, const struct facts *last)
{
	struct gathered *g = xcalloc(1, sizeof *g);

	g->loop = l;
	g->setup = setup;
	if (!last || !last->snapshot || !last->probe)
		return g;
	g->last_snapshot = snapshot_ref(last->snapshot);
	g->last_probe = xstrdup(last->probe);
	return g;
}

void
gathered_keep_in(struct gathered *g, struct library *library)
{
	library_unref(g->library);
	g->library = library_ref(library);
}

static void
drop_parts(struct parts *p)
{
	for (size_t i = 0; i < p->n; i++)
		pg_results_free(p->v[i].res);
	free(p->v);
	*p = (struct parts){0};
}

static void
destroy(struct gathered *g)
{
	drop_parts(&g->taking.parts);
	drop_parts(&g->taking.waiting);
	builder_free(g->builder);
	snapshot_unref(g->snapshot);
	snapshot_unref(g->last_snapshot);
	library_unref(g->library);
	strvec_free(&g->subject.recorded);
	free(g->subject.probe);
	free(g->subject.schema);
	free(g->subject.table);
	free(g->last_probe);
	free(g);
}

void
gathered_free(struct gathered *g)
{
	if (g && g->taking.work)
		work_cancel(g->taking.work);
	else if (g)
		destroy(g);
}

/* ---- Taking an answer ---- */

/* Each is freed as soon as it is taken: of a large catalog they are large. */
static void
run(void *arg)
{
	struct gathered *g = arg;
	struct taking *t = &g->taking;

	for (size_t i = 0; i < t->parts.n; i++) {
		struct part *p = &t->parts.v[i];

		if (!t->failed)
			t->failed = !t->take(g, p, &t->err);
		pg_results_free(p->res);
		p->res = NULL;
	}
	drop_parts(&t->parts);
}

static void go_on(struct gathered *g);

static void
done(void *arg)
{
	struct gathered *g = arg;

	g->taking.work = NULL;
	go_on(g);
}

static void
drop(void *arg)
{
	destroy(arg);
}

static const struct work_kind taking = {WORK_CATALOGS, run, done, drop};

/* Whoever is called back may free it. */
static void
finish(struct gathered *g)
{
	struct err e = g->taking.err;
	gathered_fn *fn = g->taking.fn;

	g->taking.fn = NULL;
	fn(g->taking.arg, g->taking.failed ? &e : NULL);
}

/* No thread is at it.  As long as it is little, it waits until all is there. */
static void
go_on(struct gathered *g)
{
	struct taking *t = &g->taking;
	bool large = g->bytes >= LARGE_BYTES;

	if (large && t->waiting.n) {
		t->parts = t->waiting;
		t->waiting = (struct parts){0};
		t->work = work_start(g->loop, &taking, g);
	} else if (t->fn) {
		t->parts = t->waiting;
		t->waiting = (struct parts){0};
		run(g);
		finish(g);
	}
}

static void
take_part(struct gathered *g, take_fn *take, size_t number, struct pg_results *res)
{
	struct taking *t = &g->taking;

	t->take = take;
	GROW(t->waiting.v, t->waiting.n, t->waiting.cap);
	t->waiting.v[t->waiting.n++] = (struct part){number, res};
	g->bytes += res->bytes;
	if (!g->taking.work)
		go_on(g);
}

void
gathered_end(struct gathered *g, gathered_fn *fn, void *arg)
{
	g->taking.fn = fn;
	g->taking.arg = arg;
	if (!g->taking.work)
		go_on(g);
}

/* ---- Whether anything has changed ---- */

void
gathered_set_probe(struct gathered *g, const struct pg_statement *probe)
{
	g->probe = *probe;
}

bool
gathered_is_unchanged(const struct gathered *g, const struct facts *f)
{
	return g->last_snapshot && !strcmp(g->last_probe, f->probe);
}

void
gathered_reuse(const struct gathered *g, struct facts *f)
{
	f->snapshot = snapshot_ref(g->last_snapshot);
	f->reused = true;
}

static bool
has_stood_still(const struct gathered *g, const struct rows *probe, struct err *e)
{
	if (!strcmp(rows_text(probe, "probe"), g->subject.probe))
		return true;
	return err_set(e, ERR_MOVED, "the catalog changed while it was read");
}

/* ---- Rows ---- */

static void
take_subject(struct subject *s, const struct facts *f, const struct version_name *name)
{
	assert(!s->probe);
	s->server_version_num = f->server_version_num;
	snprintf(s->server_version, sizeof s->server_version, "%s", f->server_version);
	s->in_recovery = f->in_recovery;
	s->version_table_exists = f->version_table_exists;
	strvec_copy(&s->recorded, &f->recorded);
	s->probe = xstrdup(f->probe);
	s->schema = xstrdup(name->schema);
	s->table = xstrdup(name->table);
}

size_t
gathered_ask_rows(struct gathered *g, const struct facts *f,
	const struct version_name *name, struct pg_statement *list)
{
	enum kind kinds[KIND_COUNT];
	const char *sql[KIND_COUNT];
	size_t n;

	take_subject(&g->subject, f, name);
	if (gathered_is_unchanged(g, f)) {
		list[0] = g->probe;
		return 1;
	}
	n = kinds_readable(f->server_version_num, kinds, sql);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct pg_statement){
			.sql = sql[i], .name = kind_info(kinds[i])->plural};
	return n;
}

static bool
take_probe(struct gathered *g, const struct part *p, struct err *e)
{
	return declared_check(p->res->rows, g->probe.gives, "the probe", e) &&
	       has_stood_still(g, &p->res->rows[0], e);
}

static bool
take_rows(struct gathered *g, const struct part *p, struct err *e)
{
	const struct subject *s = &g->subject;
	enum kind kinds[KIND_COUNT];
	const char *sql[KIND_COUNT];
	size_t n = kinds_readable(s->server_version_num, kinds, sql);

	assert(p->number < n);
	if (!g->builder)
		g->builder = builder_new(s->server_version_num, s->server_version);
	return builder_add(g->builder, kinds[p->number], p->res->rows, e);
}

void
gathered_take_rows(struct gathered *g, size_t number, struct pg_results *part)
{
	bool again = g->last_snapshot && !strcmp(g->last_probe, g->subject.probe);

	take_part(g, again ? take_probe : take_rows, number, part);
}

bool
gathered_has_rows(const struct gathered *g)
{
	return g->builder != NULL;
}

/* ---- Details ---- */

struct pg_script
gathered_ask_details(struct gathered *g, struct arena *a)
{
	g->details = builder_details(g->builder, DETAIL_BATCH, &g->n_details);
	return scripts_details(a, g->setup, g->details, g->n_details, &g->probe);
}

static bool
finish_snapshot(struct gathered *g, struct err *e)
{
	const struct subject *s = &g->subject;

	builder_set_revision(
		g->builder, s->schema, s->table, s->version_table_exists, &s->recorded);
	g->snapshot = builder_finish(g->builder, s->in_recovery, e);
	g->builder = NULL;
	if (!g->snapshot || !shape_check(g->snapshot, e))
		return false;
	g->snapshot = library_keep(g->library, g->snapshot);
	return true;
}

/* Behind the last comes the probe. */
static bool
take_details(struct gathered *g, const struct part *p, struct err *e)
{
	const struct rows *rows = p->res->rows;

	if (p->number < g->n_details)
		return builder_add_details(g->builder, &g->details[p->number], rows, e);
	return declared_check(rows, g->probe.gives, "the probe", e) &&
	       has_stood_still(g, rows, e) && finish_snapshot(g, e);
}

void
gathered_take_details(struct gathered *g, size_t number, struct pg_results *part)
{
	take_part(g, take_details, number, part);
}

struct snapshot *
gathered_snapshot(struct gathered *g)
{
	struct snapshot *s = g->snapshot;

	g->snapshot = NULL;
	return s;
}
