/* Commands, with what has to come before and after them.  `alembic stamp` writes a
 * claim that nobody checks, so it is suggested only for the very revision whose
 * expected catalog was compared and found in sync. */
#include <string.h>

#include "base/mem.h"
#include "verdict/hint.h"
#include "verdict/phrase.h"

enum {
	MAX_ARGS = 8,
	ALEMBIC_WIDTH = 32 /* of the version_num that Alembic makes */
};

/* True if the ids can stand in a command: few, short, and known to the migrations
 * where there are any. */
static bool
can_be_args(const struct verdict_input *in, const struct strvec *ids)
{
	if (!ids || !ids->n || ids->n > MAX_ARGS)
		return false;
	for (size_t i = 0; i < ids->n; i++)
		if (!*ids->v[i] || strlen(ids->v[i]) > PHRASE_NAME ||
			strchr(ids->v[i], '`') ||
			(in->graph && !migrations_find(in->graph, ids->v[i])))
			return false;
	return true;
}

bool
hint_may_stamp(const struct verdict_input *in)
{
	return in->schema == SCHEMA_IN_SYNC && !(in->alike && in->alike->n) &&
	       can_be_args(in, in->expected_revision);
}

/* ---- Before: an id has to fit its column ---- */

static size_t
count_characters(const char *id)
{
	size_t n = 0;

	for (; *id; id++)
		n += ((unsigned char)*id & 0xc0) != 0x80;
	return n;
}

/* The longest of both lists that a column of `width` does not hold as it is. */
static const char *
find_unfit(const struct strvec *lists[], size_t n, size_t width, bool padded)
{
	const char *worst = NULL;
	size_t most = 0;

	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; lists[k] && i < lists[k]->n; i++) {
			size_t len = count_characters(lists[k]->v[i]);

			if ((len > width || (padded && len != width)) && len > most) {
				worst = lists[k]->v[i];
				most = len;
			}
		}
	return worst;
}

static size_t
wide_enough(size_t n)
{
	static const size_t widths[] = {32, 64, 128, 255};

	for (size_t i = 0; i < COUNT_OF(widths); i++)
		if (n <= widths[i])
			return widths[i];
	return n;
}

/* Append what makes room for the ids that are to be recorded, or nothing. */
static void
add_room(struct strbuf *out, const struct verdict_input *in, const struct strvec *ids)
{
	const struct strvec *lists[] = {
		ids, hint_expected(in), in->judgement ? &in->judgement->pending : NULL};
	bool made = in->version_table_exists;
	size_t width, len, wide;
	const char *id;

	if (!in->version || (made && !in->version->width))
		return;
	width = made ? (size_t)in->version->width : ALEMBIC_WIDTH;
	id = find_unfit(lists, COUNT_OF(lists), width, made && in->version->padded);
	if (!id)
		return;
	len = count_characters(id);
	wide = wide_enough(len > width ? len : width);
	phrase_id(out, id);
	strbuf_printf(out, " has %zu characters and version_num %s %zu, so first run ",
		len,
		made && in->version->padded ? "is padded to"
		: made                      ? "holds"
					    : "as Alembic makes it holds",
		width);
	if (made)
		strbuf_printf(out,
			"`ALTER TABLE %s ALTER COLUMN version_num TYPE varchar(%zu)`; ",
			hint_version_table(in), wide);
	else
		strbuf_printf(out,
			"`CREATE TABLE %s (version_num varchar(%zu) PRIMARY KEY)`; ",
			hint_version_table(in), wide);
}

/* ---- After: the next check has to be able to read the table ---- */

/* How much of "public.alembic_version" is the schema; quotes may hold a dot. */
static size_t
schema_length(const char *table)
{
	bool quoted = false;
	size_t n = 0;

	for (; table[n] && (quoted || table[n] != '.'); n++)
		quoted ^= table[n] == '"';
	return n;
}

static void
add_grant(struct strbuf *out, const struct verdict_input *in)
{
	const struct version_facts *v = in->version;
	const char *table = hint_version_table(in);

	if (!v || !v->role || in->version_table_exists || v->reads_new)
		return;
	strbuf_add(out, ", then, so that pgdriftd can read that table, ");
	if (v->schema_exists && !v->schema_usable)
		strbuf_printf(out, "`GRANT USAGE ON SCHEMA %.*s TO %s` and ",
			(int)schema_length(table), table, v->role);
	strbuf_printf(out, "`GRANT SELECT ON %s TO %s`", table, v->role);
}

/* ---- Upgrade, stamp ---- */

void
hint_upgrade(struct strbuf *out, const struct verdict_input *in)
{
	const struct strvec *heads = hint_expected(in);
	bool several = heads->n > 1 || (in->graph && in->graph->heads.n > 1);

	if (hint_expects_all(in) || !can_be_args(in, heads)) {
		strbuf_addc(out, '`');
		phrase_alembic(out, in->graph);
		strbuf_add(out, several ? " upgrade heads`" : " upgrade head`");
		return;
	}
	for (size_t i = 0; i < heads->n; i++) {
		struct strvec one = {&heads->v[i], 1, 1};

		strbuf_add(out, i ? ", `" : "`");
		phrase_alembic(out, in->graph);
		strbuf_add(out, " upgrade");
		phrase_args(out, &one);
		strbuf_addc(out, '`');
	}
}

void
hint_run_upgrade(struct strbuf *out, const struct verdict_input *in,
	const struct strvec *stamped)
{
	if (!stamped)
		add_room(out, in, NULL);
	if (!hint_pending(out, in, stamped))
		return;
	strbuf_add(out, "run ");
	hint_upgrade(out, in);
	if (!stamped || !stamped->n)
		add_grant(out, in);
}

void
hint_run_stamp(struct strbuf *out, const struct verdict_input *in, const char *option)
{
	const struct strvec *to = in->expected_revision;
	bool is_head = strvec_equal(to, hint_expected(in));

	strbuf_add(out, "the schema matches ");
	if (is_head) {
		hint_target(out, in);
	} else {
		strbuf_add(out, "revision ");
		phrase_ids(out, to);
	}
	strbuf_add(out, ": ");
	add_room(out, in, to);
	strbuf_add(out, "run `");
	phrase_alembic(out, in->graph);
	strbuf_printf(out, " stamp%s", option);
	phrase_args(out, to);
	strbuf_addc(out, '`');
	add_grant(out, in);
	if (is_head || !hint_expected(in)->n)
		return;
	strbuf_add(out, ", then ");
	hint_run_upgrade(out, in, to);
}

/* Revisions that changed data alone have one schema: which of them ran is not seen. */
static void
add_alike(struct strbuf *out, const struct verdict_input *in)
{
	strbuf_add(out, ", and the schema is that of revisions ");
	phrase_ids(out, in->expected_revision);
	strbuf_add(out, " and ");
	phrase_ids(out, in->alike);
	strbuf_add(out, " alike: find out which of those ran before stamping one");
}

/* The reference records nothing, or what a release had that is not there any more. */
static void
add_not_known(struct strbuf *out, const struct verdict_input *in)
{
	const char *reference = hint_reference(in);

	strbuf_printf(out, ", and though the schema matches %s, ", reference);
	if (!in->expected_revision || !in->expected_revision->n) {
		strbuf_printf(out,
			"that records no revision either: find out which one %s is at "
			"and stamp it there, then this one can be stamped too",
			reference);
		return;
	}
	strbuf_printf(out, "that is at ");
	phrase_ids(out, in->expected_revision);
	strbuf_printf(out,
		", which these migrations do not have: deploy the release that has it, "
		"or use it to downgrade %s, before anything is stamped here",
		reference);
}

void
hint_no_stamp(struct strbuf *out, const struct verdict_input *in)
{
	switch (in->schema) {
	case SCHEMA_IN_SYNC:
		if (in->alike && in->alike->n) {
			add_alike(out, in);
			break;
		}
		add_not_known(out, in);
		break;
	case SCHEMA_DRIFTED:
	case SCHEMA_OTHER_REVISION:
		strbuf_add(out, ", and the schema has ");
		hint_differences(out, in);
		strbuf_add(out, " to be resolved first");
		hint_where_and_first(out, in);
		break;
	default:
		strbuf_add(out, ", and the schema was not compared: ");
		strbuf_add(out, in->reference ? "compare it first, with `pgdriftd diff`"
					      : "set `expect` to compare it first");
		if (in->schema_reason) {
			strbuf_add(out, " (");
			phrase_text(out, in->schema_reason, PHRASE_TEXT);
			strbuf_addc(out, ')');
		}
	}
}

void
hint_delete_rows(
	struct strbuf *out, const struct verdict_input *in, const struct strvec *rows)
{
	bool sayable = rows->n <= MAX_ARGS;

	for (size_t i = 0; i < rows->n; i++)
		sayable &= !strchr(rows->v[i], '`');
	if (!sayable) {
		strbuf_printf(out, "delete %s from %s", rows->n > 1 ? "them" : "it",
			hint_version_table(in));
		return;
	}
	strbuf_printf(out, "run `DELETE FROM %s WHERE version_num IN (",
		hint_version_table(in));
	for (size_t i = 0; i < rows->n; i++) {
		strbuf_add(out, i ? ", " : "");
		phrase_literal(out, rows->v[i]);
	}
	strbuf_add(out, ")`");
}
