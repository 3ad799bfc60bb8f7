/* A catalog does not say whether the session that makes an index is still at it: so a
 * note says what it is, and what to do where nobody is.  See leftovers.h.
 * Names: ReindexRelationConcurrently() in PostgreSQL; pg_repack's own sources. */
#include "diff/leftovers.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* ---- Indexes ---- */

/* "t_a_ccnew", "t_a_ccnew12" */
static bool
ends_with(const char *name, const char *word)
{
	size_t n = strlen(name), length = strlen(word);

	while (n && isdigit((unsigned char)name[n - 1]))
		n--;
	return n > length && !strncmp(name + n - length, word, length);
}

/* "log_16384" */
static bool
is_numbered(const char *name, const char *word)
{
	size_t n = strlen(word);

	return !strncmp(name, word, n) && name[n] &&
	       !name[n + strspn(name + n, "0123456789")];
}

static bool
is_value(const struct object *o, const char *property, const char *value)
{
	return text_same(object_value(o, property), value);
}

/* True if it is an index, or a constraint whose index, is INVALID. */
static bool
is_invalid(const struct object *o)
{
	if (o->kind == KIND_INDEX)
		return is_value(o, "valid", "false");
	return o->kind == KIND_CONSTRAINT && is_value(o, "index_valid", "false");
}

/* A partitioned table's own index holds nothing: it is valid once all parts are. */
static bool
is_of_partitioned(const struct object *o)
{
	return o->belongs_to && o->belongs_to->kind == KIND_TABLE &&
	       object_value(o->belongs_to, "partition_key");
}

static void
add_partitioned(const struct object *o, struct strbuf *out)
{
	strbuf_printf(out,
		"%sINVALID until each partition has an index attached to it, with "
		"`ALTER INDEX … ATTACH PARTITION …`",
		o->kind == KIND_INDEX ? "" : "its index is ");
}

static void
add_drop(const struct object *o, struct strbuf *out)
{
	strbuf_add(out, "`DROP INDEX CONCURRENTLY ");
	object_name(o, out);
	strbuf_addc(out, '`');
}

static void
add_rebuild(const struct object *o, struct strbuf *out)
{
	strbuf_add(out, "`REINDEX INDEX CONCURRENTLY ");
	object_name(o, out);
	strbuf_addc(out, '`');
}

/* What to do about an INVALID index, where nobody is making it. */
static void
add_invalid(const struct object *o, enum change change, struct strbuf *out)
{
	if (is_of_partitioned(o)) {
		add_partitioned(o, out);
		return;
	}
	strbuf_add(out, "INVALID, no query uses it: ");
	if (ends_with(o->id.name, "_ccnew") || ends_with(o->id.name, "_ccold")) {
		strbuf_add(out,
			"REINDEX CONCURRENTLY is running, or left it behind; if "
			"none is running: ");
		add_drop(o, out);
		return;
	}
	if (is_numbered(o->id.name, "index_"))
		strbuf_add(out, "pg_repack may be making it, or have left it; ");
	strbuf_add(out, "unless it is being built right now: ");
	add_rebuild(o, out);
	if (change != CHANGE_CHANGED) {
		strbuf_add(out, " or ");
		add_drop(o, out);
	}
}

static bool
is_about_validity(const struct finding *f)
{
	return !f->property || !strcmp(f->property, "valid") ||
	       !strcmp(f->property, "index_valid");
}

static bool
note_index(const struct comparison *c, const struct difference *d, struct strbuf *out)
{
	const struct object *o = d->object, *expected = NULL;

	if (!is_about_validity(&d->finding))
		return false;
	if (d->finding.change == CHANGE_MISSING)
		expected = o;
	else if (d->finding.change == CHANGE_CHANGED)
		expected = comparison_twin(c, FOUND, o);
	if (d->finding.change != CHANGE_MISSING && is_invalid(o)) {
		add_invalid(o, d->finding.change, out);
		return true;
	}
	if (!expected || !is_invalid(expected))
		return false;
	strbuf_add(out, "where it is expected, it is ");
	add_invalid(expected, d->finding.change, out);
	return true;
}

/* ---- pg_repack ---- */

static const struct {
	enum kind kind;
	const char *name;
} repack_names[] = {
	{KIND_TABLE, "log_"},
	{KIND_TABLE, "table_"},
	{KIND_TYPE, "pk_"},
	{KIND_INDEX, "index_"},
};

static bool
is_of_repack(const struct object *o)
{
	const char *function = object_value(o, "function");

	if (o->kind == KIND_TRIGGER)
		return function && !strncmp(function, "repack.", strlen("repack."));
	for (size_t i = 0; i < COUNT_OF(repack_names); i++)
		if (o->kind == repack_names[i].kind &&
			text_same(o->id.schema, "repack") &&
			is_numbered(o->id.name, repack_names[i].name))
			return true;
	return false;
}

static bool
note_repack(const struct difference *d, struct strbuf *out)
{
	if (d->finding.property || !is_of_repack(d->object))
		return false;
	strbuf_add(out, "pg_repack is running, or left it behind; if none is running: "
			"`DROP EXTENSION pg_repack CASCADE` and create it again");
	return true;
}

void
leftovers_note(struct comparison *c)
{
	struct strbuf text = {0};

	for (size_t i = 0; i < c->n_differences; i++) {
		struct difference *d = &c->differences[i];

		strbuf_clear(&text);
		if (note_repack(d, &text) || note_index(c, d, &text))
			d->finding.note = arena_strdup(c->diff->arena, text.s);
	}
	strbuf_free(&text);
}
