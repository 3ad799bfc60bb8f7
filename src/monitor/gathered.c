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

/* What is known of the database before its catalog is. */
struct subject {
	int server_version_num;
	char server_version[32];
	bool in_recovery, version_table_exists;
	struct strvec recorded;
	char *probe, *schema, *table;
};

typedef bool take_fn(struct gathered *g, const struct pg_results *res, struct err *e);

/* An answer that is being taken. */
struct taking {
	take_fn *take;
	struct pg_results *res;
	bool ok;
	struct err err;
	gathered_fn *fn;
	void *arg;
	struct work *work; /* NULL: none is */
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
destroy(struct gathered *g)
{
	pg_results_free(g->taking.res);
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

static void
run(void *arg)
{
	struct gathered *g = arg;
	struct taking *t = &g->taking;

	t->ok = t->take(g, t->res, &t->err);
	pg_results_free(t->res);
	t->res = NULL;
}

/* Whoever is called back may free it. */
static void
done(void *arg)
{
	struct gathered *g = arg;
	struct err e = g->taking.err;

	g->taking.work = NULL;
	g->taking.fn(g->taking.arg, g->taking.ok ? NULL : &e);
}

static void
drop(void *arg)
{
	destroy(arg);
}

static const struct work_kind taking = {WORK_CATALOGS, run, done, drop};

static void
start(struct gathered *g, const struct taking *t)
{
	assert(!g->taking.work);
	g->taking = *t;
	g->bytes += t->res->bytes;
	if (g->bytes >= LARGE_BYTES) {
		g->taking.work = work_start(g->loop, &taking, g);
	} else {
		run(g);
		done(g);
	}
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
take_probe(struct gathered *g, const struct pg_results *res, struct err *e)
{
	return has_stood_still(g, &res->rows[0], e);
}

static bool
take_rows(struct gathered *g, const struct pg_results *res, struct err *e)
{
	const struct subject *s = &g->subject;
	enum kind kinds[KIND_COUNT];
	const char *sql[KIND_COUNT];
	size_t n = kinds_readable(s->server_version_num, kinds, sql);

	assert(res->n_rows == n);
	g->builder = builder_new(s->server_version_num, s->server_version);
	for (size_t i = 0; i < n; i++)
		if (!builder_add(g->builder, kinds[i], &res->rows[i], e))
			return false;
	return true;
}

void
gathered_take_rows(
	struct gathered *g, struct pg_results *res, gathered_fn *fn, void *arg)
{
	bool again = g->last_snapshot && !strcmp(g->last_probe, g->subject.probe);

	start(g, &(struct taking){
			 again ? take_probe : take_rows, res, .fn = fn, .arg = arg});
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
take_details(struct gathered *g, const struct pg_results *res, struct err *e)
{
	const struct subject *s = &g->subject;
	size_t i;

	for (i = 0; i < g->n_details; i++)
		if (!builder_add_details(g->builder, &g->details[i], &res->rows[i], e))
			return false;
	if (!has_stood_still(g, &res->rows[i], e))
		return false;
	builder_set_revision(
		g->builder, s->schema, s->table, s->version_table_exists, &s->recorded);
	g->snapshot = builder_finish(g->builder, s->in_recovery, e);
	g->builder = NULL;
	if (!g->snapshot || !shape_check(g->snapshot, e))
		return false;
	g->snapshot = library_keep(g->library, g->snapshot);
	return true;
}

void
gathered_take_details(
	struct gathered *g, struct pg_results *res, gathered_fn *fn, void *arg)
{
	start(g, &(struct taking){take_details, res, .fn = fn, .arg = arg});
}

struct snapshot *
gathered_snapshot(struct gathered *g)
{
	struct snapshot *s = g->snapshot;

	g->snapshot = NULL;
	return s;
}
