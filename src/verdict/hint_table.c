/* Where the version table really is, and whose rows are in it. */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "verdict/hint.h"
#include "verdict/phrase.h"

const char *
hint_version_table(const struct verdict_input *in)
{
	return in->version_table ? in->version_table : "the version table";
}

/* Releases of one project have revisions in common. */
static bool
is_related(const struct migrations *a, const struct migrations *b)
{
	for (size_t i = 0; a && i < a->n_revisions; i++)
		if (migrations_find(b, a->revisions[i].id))
			return true;
	return false;
}

const char *
hint_block(const struct verdict_input *in, const char *row, bool *related)
{
	for (size_t i = 0; i < in->n_blocks; i++) {
		if (!migrations_find(in->blocks[i].graph, row))
			continue;
		*related = is_related(in->graph, in->blocks[i].graph);
		return in->blocks[i].name;
	}
	return NULL;
}

static bool
is_own(const struct verdict_input *in, const char *row)
{
	return in->graph ? migrations_find(in->graph, row) != NULL
			 : strvec_has(hint_expected(in), row);
}

/* A row that may be of this environment: not one of another project. */
static bool
may_be_own(const struct verdict_input *in, const char *row)
{
	bool related = true;

	return !hint_block(in, row, &related) || related;
}

static void
add_setting(struct strbuf *out, const char *table)
{
	struct strbuf seen = {0};

	/* As phrase_text() has it; libConfuse takes quotes with a backslash. */
	phrase_text(&seen, table, PHRASE_TEXT);
	strbuf_add(out, "set `version_table = \"");
	for (const char *c = seen.s; *c; c++) {
		if (strchr("\"\\", *c))
			strbuf_addc(out, '\\');
		strbuf_addc(out, *c);
	}
	strbuf_add(out, "\"`");
	strbuf_free(&seen);
}

static bool
add_row(struct strbuf *out, const struct verdict_input *in, size_t i, bool sure)
{
	const struct version_facts *v = in->version;

	strbuf_add(out, ", but ");
	phrase_text(out, v->tables.v[i], PHRASE_TEXT);
	strbuf_add(out, " records ");
	phrase_id(out, v->rows.v[i]);
	strbuf_add(out, sure ? ": " : ": if that is the one, ");
	add_setting(out, v->tables.v[i]);
	return true;
}

/* It has no row, or none that may be read. */
static bool
add_table(struct strbuf *out, const struct version_facts *v)
{
	strbuf_add(out, ", but ");
	phrase_text(out, v->elsewhere, PHRASE_TEXT);
	strbuf_add(out, " is there, ");
	if (v->elsewhere_readable)
		strbuf_add(out, "without a row");
	else
		strbuf_printf(out, "which %s may not read", v->role);
	strbuf_add(out, ": if that is the one, ");
	add_setting(out, v->elsewhere);
	if (!v->elsewhere_readable)
		strbuf_printf(out, " and run `GRANT SELECT ON %s TO %s`", v->elsewhere,
			v->role);
	return true;
}

bool
hint_elsewhere(struct strbuf *out, const struct verdict_input *in)
{
	const struct version_facts *v = in->version;

	if (!v)
		return false;
	for (size_t i = 0; i < v->rows.n; i++)
		if (is_own(in, v->rows.v[i]))
			return add_row(out, in, i, true);
	for (size_t i = 0; i < v->rows.n; i++)
		if (may_be_own(in, v->rows.v[i]))
			return add_row(out, in, i, false);
	if (in->version_table_exists)
		return false;
	if (v->elsewhere && v->role && !v->rows.n)
		return add_table(out, v);
	if (v->role && !v->schema_exists) {
		strbuf_add(out, ", and so is its schema: correct `version_table`");
		return true;
	}
	return false;
}
