/* Plain data of the version table; see version.h. */
#include "verdict/version.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

static const char *
value(const struct rows *r, const char *column)
{
	int c = rows_column(r, column);

	return c < 0 || !r->n_rows ? NULL : rows_get(r, 0, (size_t)c);
}

void
version_take(struct version_facts *v, const struct rows *info)
{
	const char *width = value(info, "width");

	v->role = xstrdup_null(value(info, "role"));
	v->width = width ? atoi(width) : 0;
	v->padded = rows_true(info, "padded");
	v->schema_exists = rows_true(info, "schema_exists");
	v->schema_usable = rows_true(info, "schema_usable");
	v->reads_new = rows_true(info, "reads_new");
	v->elsewhere = xstrdup_null(value(info, "elsewhere"));
	v->elsewhere_readable = rows_true(info, "elsewhere_readable");
	v->sql = xstrdup_null(value(info, "elsewhere_sql"));
}

void
version_take_rows(struct version_facts *v, const struct rows *rows)
{
	for (size_t i = 0; i < rows->n_rows; i++) {
		const char *row = rows_get(rows, i, 1);

		strvec_add(&v->tables, rows_get(rows, i, 0));
		strvec_add(&v->rows, row ? row : "NULL");
	}
}

void
version_fini(struct version_facts *v)
{
	free(v->role);
	free(v->elsewhere);
	free(v->sql);
	strvec_free(&v->tables);
	strvec_free(&v->rows);
	*v = (struct version_facts){0};
}

static bool
miss_right(const struct version_facts *v, const struct version_name *n, struct err *e)
{
	const char *role = v->role ? v->role : "the role that pgdriftd connects as";
	struct strbuf schema = {0}, table = {0}, usage = {0};

	text_ident(&schema, n->schema);
	text_ident(&table, n->table);
	if (!v->schema_usable)
		strbuf_printf(&usage, "`GRANT USAGE ON SCHEMA %s TO %s` and ", schema.s,
			role);
	err_set(e, ERR_PERMISSION,
		"%s may not read %s.%s: run %s`GRANT SELECT ON %s.%s TO %s`", role,
		schema.s, table.s, usage.s ? usage.s : "", schema.s, table.s, role);
	strbuf_free(&usage);
	strbuf_free(&table);
	strbuf_free(&schema);
	return false;
}

bool
version_check_table(const struct version_facts *v, const struct version_name *n,
	const struct rows *info, struct err *e)
{
	if (!rows_true(info, "version_exists"))
		return true;
	if (!rows_true(info, "version_readable"))
		return miss_right(v, n, e);
	if (!rows_true(info, "version_has_column"))
		return err_set(e, ERR_QUERY,
			"%s.%s has no column version_num: it is no Alembic version "
			"table",
			n->schema, n->table);
	return true;
}
