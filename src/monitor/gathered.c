/* What is gathered is nothing before it is complete: an answer that does not belong to
 * the first one is thrown away with all the others. */
#include "monitor/gathered.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/shape.h"
#include "monitor/scripts.h"

enum { DETAIL_BATCH = 100 };

void
gathered_init(struct gathered *g, const struct facts *last)
{
	*g = (struct gathered){0};
	if (!last || !last->snapshot || !last->probe)
		return;
	g->last_snapshot = snapshot_ref(last->snapshot);
	g->last_probe = xstrdup(last->probe);
}

void
gathered_fini(struct gathered *g)
{
	builder_free(g->builder);
	snapshot_unref(g->last_snapshot);
	free(g->last_probe);
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
has_stood_still(const struct rows *probe, const struct facts *f, struct err *e)
{
	if (!strcmp(rows_text(probe, "probe"), f->probe))
		return true;
	return err_set(e, ERR_MOVED, "the catalog changed while it was read");
}

size_t
gathered_ask_rows(
	const struct gathered *g, const struct facts *f, struct pg_statement *list)
{
	enum kind kinds[KIND_COUNT];
	const char *sql[KIND_COUNT];
	size_t n;

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

bool
gathered_take_rows(struct gathered *g, const struct facts *f,
	const struct pg_results *res, struct err *e)
{
	enum kind kinds[KIND_COUNT];
	const char *sql[KIND_COUNT];
	size_t n;

	if (gathered_is_unchanged(g, f))
		return has_stood_still(&res->rows[0], f, e);
	n = kinds_readable(f->server_version_num, kinds, sql);
	assert(res->n_rows == n);
	g->builder = builder_new(f->server_version_num, f->server_version);
	for (size_t i = 0; i < n; i++)
		if (!builder_add(g->builder, kinds[i], &res->rows[i], e))
			return false;
	return true;
}

struct pg_script
gathered_ask_details(struct gathered *g, struct arena *a)
{
	g->details = builder_details(g->builder, DETAIL_BATCH, &g->n_details);
	return scripts_details(a, g->setup, g->details, g->n_details, &g->probe);
}

bool
gathered_take_details(struct gathered *g, struct facts *f,
	const struct version_name *name, const struct pg_results *res, struct err *e)
{
	size_t i;

	for (i = 0; i < g->n_details; i++)
		if (!builder_add_details(g->builder, &g->details[i], &res->rows[i], e))
			return false;
	if (!has_stood_still(&res->rows[i], f, e))
		return false;
	builder_set_revision(g->builder, name->schema, name->table,
		f->version_table_exists, &f->recorded);
	f->snapshot = builder_finish(g->builder, f->in_recovery, e);
	g->builder = NULL;
	return f->snapshot && shape_check(f->snapshot, e);
}
