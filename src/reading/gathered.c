/* What is gathered is nothing before it is complete: an answer that does not belong to
 * the first one is thrown away with all the others.  While an answer is taken in the
 * thread nobody else touches anything of this: so all that it needs of the facts is
 * copied, and who gives up leaves it behind. */
#include "reading/gathered.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/added.h"
#include "catalog/optional.h"
#include "catalog/shape.h"
#include "loop/work.h"
#include "reading/reading.h"
#include "reading/scripts.h"

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

/* What was read, and who did: what another one was shown, or by another server, says
 * nothing. */
struct origin {
	int server_version_num;
	char system[24], database[12], role[64]; /* as of struct instance */
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
	struct library *kept_in;
	char *schema;             /* nothing of others is read; NULL: all is */
	struct strvec restricted; /* statements that say so */
	const char *setup;
	struct pg_statement probe;
	char *last_probe;                /* of last time; NULL: none */
	char *last_parts, *last_horizon; /* … the same */
	struct origin last_origin;       /* … the same */
	struct snapshot *last_snapshot;
	struct snapshot *last_open;  /* … with its objects; NULL: not needed yet */
	char *parts;                 /* of the probe now */
	struct added *added;         /* NULL: all is read */
	const char *relations;       /* … of which something is */
	enum kind asked[KIND_COUNT]; /* kinds whose rows were asked for */
	size_t n_asked;
	struct subject subject;
	struct builder *builder; /* NULL: there are no rows yet */
	const struct detail_batch *details;
	size_t n_details;
	struct snapshot *snapshot; /* NULL: not yet */
	struct taking taking;
	size_t bytes; /* of all answers */
};

static struct origin
origin_of(const struct facts *f)
{
	struct origin o = {.server_version_num = f->server_version_num};

	memcpy(o.system, f->instance.system, sizeof o.system);
	memcpy(o.database, f->instance.database, sizeof o.database);
	memcpy(o.role, f->instance.role, sizeof o.role);
	return o;
}

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
	g->last_parts = xstrdup_null(last->probe_parts);
	g->last_horizon = xstrdup_null(last->probe_horizon);
	g->last_origin = origin_of(last);
	return g;
}

void
gathered_keep_in(struct gathered *g, struct library *library)
{
	library_unref(g->kept_in);
	g->kept_in = library_ref(library);
}

void
gathered_keep_to(struct gathered *g, const char *schema)
{
	free(g->schema);
	g->schema = xstrdup_null(schema);
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
	library_unref(g->kept_in);
	strvec_free(&g->subject.recorded);
	free(g->subject.probe);
	free(g->subject.schema);
	free(g->subject.table);
	free(g->schema);
	strvec_free(&g->restricted);
	free(g->last_probe);
	free(g->last_parts);
	free(g->last_horizon);
	free(g->parts);
	added_free(g->added);
	snapshot_unref(g->last_open);
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

void
gathered_take(struct gathered *g, size_t number, struct pg_results *res)
{
	struct taking *t = &g->taking;

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

/* True if there was a last time, of the same. */
static bool
has_last(const struct gathered *g, const struct facts *f)
{
	const struct origin *was = &g->last_origin, is = origin_of(f);

	return g->last_snapshot && was->server_version_num == is.server_version_num &&
	       !strcmp(was->system, is.system) && !strcmp(was->database, is.database) &&
	       !strcmp(was->role, is.role);
}

bool
gathered_is_unchanged(const struct gathered *g, const struct facts *f)
{
	return has_last(g, f) && !strcmp(g->last_probe, f->probe);
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
	if (!probe->n_rows || !strcmp(rows_text(probe, "probe"), g->subject.probe))
		return true;
	return err_set(e, ERR_MOVED, "the catalog changed while it was read");
}

/* ---- What was added ---- */

/* What takes as long as the answers of a large catalog do. */
enum { LARGE_CATALOG = 5000 };

static bool
take_added(struct gathered *g, const struct part *p, struct err *e)
{
	g->last_open = snapshot_open(g->last_snapshot);
	g->added = added_take(p->res->rows, g->last_parts, g->parts, g->last_open, e);
	if (!g->added)
		return e->code == ERR_NONE;
	/* What is open may be the catalog of another server, or have no name of its. */
	g->builder =
		builder_new(g->subject.server_version_num, g->subject.server_version);
	builder_keep(g->builder, g->last_open, g->added);
	return true;
}

static void
take_version(struct subject *s, const struct facts *f)
{
	s->server_version_num = f->server_version_num;
	snprintf(s->server_version, sizeof s->server_version, "%s", f->server_version);
}

bool
gathered_ask_added(struct gathered *g, const struct facts *f, struct arena *a,
	struct pg_statement *st)
{
	struct strbuf sql = {0};
	const char **params;
	char *horizon;

	if (!has_last(g, f) || !g->last_parts || !g->last_horizon ||
		!added_is_near(g->last_horizon, f->probe_horizon) ||
		gathered_is_unchanged(g, f))
		return false;
	if (!added_ask(g->last_parts, f->probe_parts, f->server_version_num, &sql)) {
		strbuf_free(&sql);
		return false;
	}
	take_version(&g->subject, f);
	g->taking.take = take_added;
	if (g->last_snapshot->n_objects > LARGE_CATALOG)
		g->bytes += LARGE_BYTES;
	g->parts = xstrdup(f->probe_parts);
	params = arena_alloc(a, sizeof *params);
	horizon = arena_alloc(a, 16);
	added_horizon(g->last_horizon, horizon);
	params[0] = horizon;
	*st = (struct pg_statement){.sql = arena_strdup(a, sql.s),
		.name = "what was added",
		.params = params,
		.n_params = 1};
	strbuf_free(&sql);
	return true;
}

/* ---- Rows ---- */

static void
take_subject(struct subject *s, const struct facts *f, const struct version_name *name)
{
	assert(!s->probe);
	take_version(s, f);
	s->in_recovery = f->in_recovery;
	s->version_table_exists = f->version_table_exists;
	strvec_copy(&s->recorded, &f->recorded);
	s->probe = xstrdup(f->probe);
	s->schema = xstrdup(name->schema);
	s->table = xstrdup(name->table);
}

static void
ask_kind(struct gathered *g, enum kind k, const char *sql, struct pg_statement *list)
{
	static const char *const all[] = {NULL};

	if (g->schema) {
		strvec_take(&g->restricted, kind_sql_of_schema(sql, g->schema));
		sql = g->restricted.v[g->restricted.n - 1];
	}
	list[g->n_asked] = (struct pg_statement){
		.sql = sql, .name = kind_info(k)->plural, .params = all};
	list[g->n_asked].n_params = kind_info(k)->of_relations;
	if (g->added) {
		g->relations = added_relations(g->added);
		list[g->n_asked].params = &g->relations;
	}
	g->asked[g->n_asked++] = k;
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

	if (p->number == g->n_asked)
		return take_probe(g, p, e);
	assert(p->number < g->n_asked);
	if (!g->builder)
		g->builder = builder_new(s->server_version_num, s->server_version);
	return builder_add(g->builder, g->asked[p->number], p->res->rows, e);
}

size_t
gathered_ask_rows(struct gathered *g, const struct facts *f,
	const struct version_name *name, struct pg_statement *list)
{
	enum kind kinds[KIND_COUNT];
	const char *sql[KIND_COUNT];
	size_t n;

	take_subject(&g->subject, f, name);
	g->taking.take = take_rows;
	if (gathered_is_unchanged(g, f)) {
		g->taking.take = take_probe;
		list[0] = g->probe;
		return 1;
	}
	n = kinds_readable(f->server_version_num, kinds, sql);
	for (size_t i = 0; i < n; i++)
		if ((!g->added || added_reads(g->added, kinds[i])) &&
			!optional_has_none(kinds[i], f->probe_parts))
			ask_kind(g, kinds[i], sql[i], list);
	/* What came and went between the two looks would be in the rows. */
	list[g->n_asked] = g->probe;
	return g->n_asked + 1;
}

bool
gathered_has_rows(const struct gathered *g)
{
	return g->builder != NULL;
}

/* ---- Details ---- */

/* What is read of one schema alone would be empty without it. */
static bool
has_schema(const struct gathered *g, struct err *e)
{
	const struct identity id = {.name = g->schema, .on = KIND_NONE};

	if (!g->schema || snapshot_find(g->snapshot, KIND_SCHEMA, &id))
		return true;
	err_set(e, ERR_MOVED, "schema %s is not there, or is an extension's",
		g->schema);
	snprintf(e->sqlstate, sizeof e->sqlstate, "%s", READING_NO_SCHEMA);
	return false;
}

static bool
finish_snapshot(struct gathered *g, struct err *e)
{
	const struct subject *s = &g->subject;

	builder_set_revision(
		g->builder, s->schema, s->table, s->version_table_exists, &s->recorded);
	g->snapshot = builder_finish(g->builder, s->in_recovery, e);
	g->builder = NULL;
	if (!g->snapshot || !has_schema(g, e) || !shape_check(g->snapshot, e))
		return false;
	g->snapshot = library_keep(g->kept_in, g->snapshot);
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

struct pg_script
gathered_ask_details(struct gathered *g, struct arena *a)
{
	g->taking.take = take_details;
	g->details = builder_details(g->builder, DETAIL_BATCH, &g->n_details);
	return scripts_details(a, g->setup, g->details, g->n_details, &g->probe);
}

struct snapshot *
gathered_snapshot(struct gathered *g)
{
	struct snapshot *s = g->snapshot;

	g->snapshot = NULL;
	return s;
}

bool
gathered_is_in_part(const struct gathered *g)
{
	return g->added != NULL;
}
