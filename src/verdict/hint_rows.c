/* Rows that are no revision of the migrations.  Most often newer code has written them;
 * a row may also be a known revision that was written wrongly, or be another project's.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/likeness.h"
#include "verdict/hint.h"
#include "verdict/phrase.h"

enum { CORRECTIONS_SHOWN = 4 };

/* What a row turns out to be; the rows of a kind are told together. */
struct rows_told {
	struct strvec plain;   /* nothing is known of them */
	struct strvec foreign; /* of another project */
	const char *project;   /* … whose block this is */
	const char *release;   /* a block that has a plain one: another release */
	bool archived;         /* an archive of the own block has one */
	size_t n_wrong;        /* corrections that were said */
};

/* Rows of a char(n) column lose what pads them with the type. */
static char *
without_padding(const char *row, bool padded)
{
	size_t n = strlen(row);

	while (padded && n && row[n - 1] == ' ')
		n--;
	return xstrndup(row, n);
}

static void
add_update(struct strbuf *out, const struct verdict_input *in, const char *row,
	const struct revision *to, const char *before)
{
	const char *table = hint_version_table(in);
	struct strvec one = {0};

	strvec_add(&one, row);
	if (strvec_has(hint_recorded(in), to->id)) {
		strbuf_add(out, ", which is recorded already");
		strbuf_add(out, before);
		hint_delete_rows(out, in, &one);
	} else if (strchr(row, '`') || strchr(to->id, '`')) {
		strbuf_printf(out, "%scorrect it in %s", before, table);
	} else {
		strbuf_printf(
			out, "%srun `UPDATE %s SET version_num = ", before, table);
		phrase_literal(out, to->id);
		strbuf_add(out, " WHERE version_num = ");
		phrase_literal(out, row);
		strbuf_addc(out, '`');
	}
	strvec_free(&one);
}

/* A row that would be a revision but for how it was written. */
static void
add_likeness(struct strbuf *out, const struct verdict_input *in, const char *row,
	const struct likeness *l)
{
	bool padded = in->version && in->version->padded;
	char *rest = without_padding(row, padded);

	strbuf_add(out, "recorded ");
	phrase_id(out, row);
	strbuf_add(out, " is revision ");
	phrase_id(out, l->revision->id);
	strbuf_addc(out, ' ');
	likeness_say(out, l);
	if (padded && strcmp(rest, row))
		strbuf_printf(out,
			", as version_num is a char(%d): run `ALTER TABLE %s ALTER "
			"COLUMN version_num TYPE varchar(%d)`",
			in->version->width, hint_version_table(in), in->version->width);
	if (strcmp(rest, l->revision->id) != 0)
		add_update(out, in, rest, l->revision,
			padded && strcmp(rest, row) != 0 ? ", then " : ": ");
	free(rest);
}

/* The recorded rows have NULL as a text. */
static bool
is_null(const struct verdict_input *in, const char *row)
{
	return in->version && in->version->null_row && !strcmp(row, "NULL");
}

static void
add_nothing(struct strbuf *out, const struct verdict_input *in, const char *row)
{
	const char *table = hint_version_table(in);

	if (is_null(in, row))
		strbuf_printf(out,
			"a row of %s is NULL, which is no revision: run `DELETE FROM "
			"%s WHERE version_num IS NULL`",
			table, table);
	else
		strbuf_printf(out,
			"a row of %s is empty, which is no revision: run `DELETE FROM "
			"%s WHERE version_num = ''`",
			table, table);
}

/* True if the row is one that has to be corrected; says how. */
static bool
add_correction(struct strbuf *out, const struct verdict_input *in, const char *row,
	size_t n_before)
{
	struct likeness l;
	bool like = in->graph && likeness_find(in->graph, row, &l);

	if (*row && !is_null(in, row) && !like)
		return false;
	if (n_before >= CORRECTIONS_SHOWN)
		return true;
	strbuf_add(out, n_before ? "; " : "");
	if (like)
		add_likeness(out, in, row, &l);
	else
		add_nothing(out, in, row);
	return true;
}

static void
sort_row(struct strbuf *out, const struct verdict_input *in, const char *row,
	struct rows_told *t)
{
	bool related = false;
	const char *block = hint_block(in, row, &related);

	if (block && !related) {
		strvec_add(&t->foreign, row);
		t->project = block;
	} else if (!block && add_correction(out, in, row, t->n_wrong)) {
		t->n_wrong++;
	} else {
		strvec_add(&t->plain, row);
		t->release = block ? block : t->release;
		t->archived |= in->graph && migrations_archived(in->graph, row);
	}
}

static void
add_foreign(
	struct strbuf *out, const struct verdict_input *in, const struct rows_told *t)
{
	strbuf_add(out, t->n_wrong ? "; recorded " : "recorded ");
	phrase_ids(out, &t->foreign);
	strbuf_printf(
		out, " %s to migrations ", t->foreign.n > 1 ? "belong" : "belongs");
	phrase_text(out, t->project, PHRASE_NAME);
	strbuf_printf(out,
		", another project, and no Alembic command of either works while both "
		"share %s: give each a version table of its own, with "
		"`version_table` of context.configure() in its env.py, and move the "
		"rows there",
		hint_version_table(in));
}

static void
add_differences(
	struct strbuf *out, const struct verdict_input *in, const struct rows_told *t)
{
	if (t->archived) {
		hint_no_stamp(out, in);
	} else if (in->schema == SCHEMA_DRIFTED ||
		   in->schema == SCHEMA_OTHER_REVISION) {
		strbuf_add(out, "; besides, the schema has ");
		hint_differences(out, in);
		hint_where_and_first(out, in);
	}
}

/* Stamping says of a revision whose code may be at work that it was never there, and
 * empties the table: so last, and never over the rows of others. */
static void
add_last_resort(
	struct strbuf *out, const struct verdict_input *in, const struct rows_told *t)
{
	if (t->foreign.n || t->n_wrong || t->release || hint_is_stopped(in) ||
		(!in->diff && !in->reference))
		return;
	if (!hint_may_stamp(in)) {
		add_differences(out, in, t);
		return;
	}
	strbuf_add(out, t->archived ? ", but " : "; only if no release has it, ");
	hint_run_stamp(out, in, " --purge");
	hint_left_out(out, in);
}

static void
add_plain(struct strbuf *out, const struct verdict_input *in, const struct rows_told *t)
{
	const char *it = t->plain.n > 1 ? "them" : "it";

	strbuf_add(out, t->n_wrong || t->foreign.n ? "; recorded " : "recorded ");
	phrase_ids(out, &t->plain);
	if (t->archived) {
		strbuf_printf(out, " %s archived, and no more in the migrations",
			t->plain.n > 1 ? "are" : "is");
	} else if (t->release) {
		strbuf_printf(out, " %s not in the migrations, but migrations ",
			t->plain.n > 1 ? "are" : "is");
		phrase_text(out, t->release, PHRASE_NAME);
		strbuf_printf(out, " has %s: deploy that release", it);
	} else {
		strbuf_printf(out,
			" %s not in the migrations: most likely newer code has written "
			"%s, so deploy the release that has %s",
			t->plain.n > 1 ? "are" : "is", it, it);
	}
	add_last_resort(out, in, t);
}

void
hint_unknown_revision(struct strbuf *out, const struct verdict_input *in)
{
	const struct judgement *j = in->judgement;
	const struct strvec *rows = j->unknown.n ? &j->unknown : &j->recorded;
	struct rows_told t = {0};

	for (size_t i = 0; i < rows->n; i++)
		sort_row(out, in, rows->v[i], &t);
	if (t.foreign.n)
		add_foreign(out, in, &t);
	if (t.plain.n || !rows->n) {
		add_plain(out, in, &t);
		if (j->note) {
			strbuf_add(out, " (");
			phrase_text(out, j->note, PHRASE_TEXT);
			strbuf_addc(out, ')');
		}
	}
	strvec_free(&t.plain);
	strvec_free(&t.foreign);
}
