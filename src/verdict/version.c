/* Plain data of the version table; see version.h. */
#include "verdict/version.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

void
version_take(struct version_facts *v, const struct rows *info)
{
	static const char *const readable[] = {
		"readable_1", "readable_2", "readable_3"};
	const char *width = rows_value(info, "width");

	v->role = xstrdup_null(rows_value(info, "role"));
	v->width = width ? atoi(width) : 0;
	v->padded = rows_true(info, "padded");
	v->schema_exists = rows_true(info, "schema_exists");
	v->schema_usable = rows_true(info, "schema_usable");
	v->reads_new = rows_true(info, "reads_new");
	v->elsewhere = xstrdup_null(rows_value(info, "elsewhere"));
	v->elsewhere_readable = rows_true(info, "elsewhere_readable");
	v->super = rows_true(info, "role_super");
	v->powers = xstrdup_null(rows_value(info, "role_powers"));
	v->owners = xstrdup_null(rows_value(info, "role_owners"));
	for (size_t i = 0; i < COUNT_OF(readable); i++)
		if (rows_value(info, readable[i]))
			strvec_add(&v->readable, rows_value(info, readable[i]));
}

void
version_take_rows(struct version_facts *v, const struct rows *tables)
{
	for (size_t t = 0; t < v->readable.n; t++)
		for (size_t i = 0; i < tables[t].n_rows; i++) {
			const char *row = rows_get(&tables[t], i, 0);

			strvec_add(&v->tables, v->readable.v[t]);
			strvec_add(&v->rows, row ? row : "NULL");
		}
}

void
version_forget_elsewhere(struct version_facts *v)
{
	free(v->elsewhere);
	v->elsewhere = NULL;
	strvec_free(&v->readable);
}

void
version_fini(struct version_facts *v)
{
	free(v->role);
	free(v->elsewhere);
	free(v->powers);
	free(v->owners);
	strvec_free(&v->readable);
	strvec_free(&v->tables);
	strvec_free(&v->rows);
	*v = (struct version_facts){0};
}

void
version_copy(struct version_facts *to, const struct version_facts *from)
{
	*to = *from;
	to->role = xstrdup_null(from->role);
	to->elsewhere = xstrdup_null(from->elsewhere);
	to->powers = xstrdup_null(from->powers);
	to->owners = xstrdup_null(from->owners);
	to->readable = to->tables = to->rows = (struct strvec){0};
	strvec_copy(&to->readable, &from->readable);
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

static const char *
kind_word(const char *relkind)
{
	static const struct {
		const char *relkind, *word;
	} words[] = {
		{"v", "a view"},
		{"m", "a materialized view"},
		{"f", "a foreign table"},
		{"p", "a partitioned table"},
		{"S", "a sequence"},
		{"i", "an index"},
		{"I", "an index"},
		{"c", "a composite type"},
	};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (!strcmp(relkind, words[i].relkind))
			return words[i].word;
	return "no table";
}

static bool
refuse(struct err *e, const struct advice *a, const char *text)
{
	err_set(e, ERR_QUERY, "%s", text);
	e->advice = a;
	return false;
}

/* It is the table that is read, or nothing: what stands in its place is evaluated. */
static bool
check_kind(const char *table, const struct rows *info, struct err *e)
{
	static const struct advice advice = {"the version table is no ordinary table",
		"put one in its place, or set `version_table` to the one that Alembic "
		"writes: anything else may run what others have written, or hold rows "
		"of another server"};
	const char *kind = rows_text(info, "version_kind");
	char *text = xasprintf("%s is %s", table, kind_word(kind));
	bool ok = !strcmp(kind, "r") || refuse(e, &advice, text);

	free(text);
	return ok;
}

static bool
check_column(const char *table, const struct rows *info, struct err *e)
{
	static const struct advice advice = {
		"the column version_num is not one that is "
		"read",
		"give it a type that comes with PostgreSQL, as Alembic does "
		"(varchar(32)): another type may run what others have written"};
	const char *type = rows_text(info, "version_type");
	bool generated = rows_true(info, "version_generated");
	char *text;
	bool ok;

	if (!generated && !*type)
		return true;
	text = generated ? xasprintf("%s.version_num is a generated column", table)
			 : xasprintf("%s.version_num is of %s", table, type);
	ok = refuse(e, &advice, text);
	free(text);
	return ok;
}

/* Without row security the server refuses to read what a policy filters, also if the
 * policy lets all rows through. */
static bool
check_rows(const char *table, const char *role, const struct rows *info, struct err *e)
{
	const char *policies = rows_text(info, "version_policies");

	if (!rows_true(info, "version_filtered"))
		return true;
	return err_set(e, ERR_PERMISSION,
		"row security of %s (%s%s) may hide rows from %s: run `ALTER ROLE %s "
		"BYPASSRLS` as a superuser, or `ALTER TABLE %s DISABLE ROW LEVEL "
		"SECURITY`",
		table, *policies ? "policy " : "no policy", policies, role, role,
		table);
}

bool
version_check_table(const struct version_facts *v, const struct version_name *n,
	const struct rows *info, struct err *e)
{
	const char *role = v->role ? v->role : "the role that pgdriftd connects as";
	struct strbuf table = {0};
	bool ok;

	if (!rows_true(info, "version_exists"))
		return true;
	text_qualified(&table, n->schema, n->table);
	ok = check_kind(table.s, info, e);
	if (ok && !rows_true(info, "version_readable"))
		ok = miss_right(v, n, e);
	if (ok && !rows_true(info, "version_has_column"))
		ok = err_set(e, ERR_QUERY,
			"%s has no column version_num: it is no Alembic version table",
			table.s);
	ok = ok && check_column(table.s, info, e) && check_rows(table.s, role, info, e);
	strbuf_free(&table);
	return ok;
}

void
version_explain(struct err *e)
{
	static const struct advice advice = {
		"the version table holds more than Alembic "
		"ever writes",
		"delete the rows that are no revision of it, or set `version_table` to "
		"the one that Alembic writes"};

	/* Something else has taken its place since it was looked at. */
	if (!strcmp(e->sqlstate, "42809") || !strcmp(e->sqlstate, "42703"))
		e->code = ERR_MOVED;
	if (e->code == ERR_QUERY && !e->sqlstate[0])
		e->advice = &advice;
}

static void
add_rights(struct strbuf *out, const struct version_facts *v)
{
	strbuf_add(out, v->role);
	if (v->super)
		strbuf_add(out, " is a superuser");
	else if (v->powers)
		strbuf_printf(out, " is a member of %s", v->powers);
	else if (!strcmp(v->owners, v->role))
		strbuf_add(out, " owns what is watched");
	else
		strbuf_printf(out, " has the rights of %s, owner of what is watched",
			v->owners);
}

char *
version_role_notice(const struct version_facts *v, const char *database,
	const struct version_name *n)
{
	const char *other;
	struct strbuf b = {0};

	if (!v->role || (!v->super && !v->powers && !v->owners))
		return NULL;
	/* There is one of that name. */
	other = strcmp(v->role, "pgdriftd") ? "pgdriftd" : "pgdriftd_reader";
	add_rights(&b, v);
	strbuf_printf(&b,
		", and a check needs no more than `CREATE ROLE %s LOGIN "
		"PASSWORD '…'`, `GRANT CONNECT ON DATABASE ",
		other);
	text_ident(&b, database);
	strbuf_printf(&b, " TO %s` and `GRANT SELECT ON ", other);
	text_qualified(&b, n->schema, n->table);
	strbuf_printf(&b, " TO %s`: connect as such a role", other);
	return strbuf_take(&b);
}
