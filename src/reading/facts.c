/* See facts.h. */
#include "reading/facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

bool
held_together(const struct held *a, const struct held *b)
{
	return a->from <= b->to && b->from <= a->to;
}

/* It was read anew, and nothing of it had moved. */
static bool
is_unchanged(const struct facts *f, const struct facts *before)
{
	return f->snapshot && before->snapshot && text_same(f->probe, before->probe) &&
	       !strcmp(f->snapshot->fingerprint, before->snapshot->fingerprint);
}

void
facts_follow(struct facts *f, const struct facts *before)
{
	if (!strvec_equal(&before->recorded, &f->recorded) ||
		before->version_table_exists != f->version_table_exists)
		return;
	f->rows_held.from = before->rows_held.from;
	if (!f->reused && !is_unchanged(f, before))
		return;
	f->held.from = before->held.from;
	if (before->seen_position)
		f->seen_position = before->seen_position;
}

bool
facts_take(struct facts *f, const struct rows *info, struct err *e)
{
	f->server_version_num = atoi(rows_text(info, "server_version_num"));
	if (f->server_version_num < 120000)
		return err_set(e, ERR_QUERY,
			"server version %s is too old: pgdriftd reads PostgreSQL 12 "
			"and "
			"later",
			rows_text(info, "server_version"));
	/* "15.18 (Debian 15.18-0+deb12u1)" */
	snprintf(f->server_version, sizeof f->server_version, "%.*s",
		(int)strcspn(rows_text(info, "server_version"), " "),
		rows_text(info, "server_version"));
	f->in_recovery = rows_true(info, "in_recovery");
	instance_read(&f->instance, info);
	f->user_tables = rows_true(info, "user_tables");
	f->version_table_exists = rows_true(info, "version_exists");
	return true;
}

void
facts_take_probe(struct facts *f, const struct rows *probe)
{
	if (!probe)
		return;
	free(f->probe);
	free(f->probe_parts);
	free(f->probe_horizon);
	f->probe = xstrdup(rows_text(probe, "probe"));
	f->probe_parts = xstrdup(rows_text(probe, "parts"));
	f->probe_horizon = xstrdup(rows_text(probe, "horizon"));
}

struct facts *
facts_again(const struct facts *last)
{
	struct facts *f = xcalloc(1, sizeof *f);

	*f = *last;
	f->snapshot = NULL;
	f->recorded = (struct strvec){0};
	strvec_copy(&f->recorded, &last->recorded);
	version_copy(&f->version, &last->version);
	f->probe = xstrdup_null(last->probe);
	f->probe_parts = xstrdup_null(last->probe_parts);
	f->probe_horizon = xstrdup_null(last->probe_horizon);
	f->still = xstrdup_null(last->still);
	f->standing = xstrdup_null(last->standing);
	return f;
}

void
facts_free(struct facts *f)
{
	if (!f)
		return;
	strvec_free(&f->recorded);
	snapshot_unref(f->snapshot);
	version_fini(&f->version);
	free(f->probe);
	free(f->probe_parts);
	free(f->still);
	free(f->standing);
	free(f->probe_horizon);
	free(f);
}

/* What a row says; no revision has that name. */
static const char *
row_text(const struct rows *rows, size_t i)
{
	const char *text = rows_get(rows, i, 0);

	return text ? text : "NULL";
}

bool
facts_has_recorded(const struct facts *f, const struct rows *rows)
{
	struct strvec list = {0};
	bool same;

	for (size_t i = 0; i < rows->n_rows; i++)
		strvec_add(&list, row_text(rows, i));
	strvec_sort(&list);
	same = strvec_equal(&f->recorded, &list);
	strvec_free(&list);
	return same;
}

void
facts_take_recorded(struct facts *f, const struct rows *rows)
{
	for (size_t i = 0; i < rows->n_rows; i++) {
		f->version.null_row |= !rows_get(rows, i, 0);
		strvec_add(&f->recorded, row_text(rows, i));
	}
	strvec_sort(&f->recorded);
}
