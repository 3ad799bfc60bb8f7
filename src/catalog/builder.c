/* Query results become a snapshot.  The statements of the kinds table name their
 * columns after what they give, so that one loop serves all kinds; a result of any
 * other shape is a bug of the table and is refused as a whole. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/added.h"
#include "catalog/assemble.h"
#include "catalog/shape.h"
#include "catalog/snapshot.h"

enum column {
	COL_SCHEMA,
	COL_NAME,
	COL_PART,
	COL_ARGS,
	COL_ON,
	COL_PARENT,
	COL_PARENT_PART,
	COL_OID,
	COL_DEPARSE,
	COL_COUNT
};

/* Which of them a kind has to have is in shape.c. */
static const struct declared_column identity_columns[COL_COUNT] = {
	[COL_SCHEMA] = {"schema", FORM_NAME, .null = true},
	[COL_NAME] = {"name", FORM_NAME},
	[COL_PART] = {"part", FORM_NAME, .null = true},
	[COL_ARGS] = {"args", .null = true},
	[COL_ON] = {"on", FORM_NAME, .null = true},
	[COL_PARENT] = {"parent", FORM_NAME, .null = true},
	[COL_PARENT_PART] = {"parent_part", FORM_NAME, .null = true},
	[COL_OID] = {"oid", FORM_NATURAL, .null = true},
	[COL_DEPARSE] = {"deparse", FORM_BOOL},
};

/* An object whose texts are still to come. */
struct pending {
	const char *oid;
	size_t object; /* its number */
	bool done;
};

/* Where the columns of a result go. */
struct shape {
	int identity[COL_COUNT]; /* column of the result, -1: it has none */
	int property[KIND_MAX_PROPERTIES];
	uint64_t given;     /* bit of each property that is there */
	bool details;       /* more is to come for some of the rows */
	char statement[60]; /* "the reading of tables" */
};

struct reading {
	struct pending *pending;
	size_t n, cap;
	bool added;
	uint64_t given; /* properties that `reads` gave */
	uint64_t kept;  /* not 0: what was read of it before, as in snapshot.read */
};

struct builder {
	struct assembly assembly;
	struct reading kinds[KIND_COUNT];
	struct detail_batch *batches;
	size_t *first; /* of each batch: index into its kind's pending */
	size_t n_batches, cap_batches;
	bool batched;
	struct strbuf canonical; /* of the text in hand */
};

struct builder *
builder_new(int server_version_num, const char *server_version)
{
	struct builder *b = xcalloc(1, sizeof *b);
	struct snapshot *s;

	assembly_begin(&b->assembly);
	s = b->assembly.snapshot;
	s->server_version_num = server_version_num;
	s->server_version = intern_str(b->assembly.strings, server_version);
	return b;
}

void
builder_free(struct builder *b)
{
	if (!b)
		return;
	if (b->assembly.snapshot)
		assembly_drop(&b->assembly);
	for (size_t k = 0; k < KIND_COUNT; k++)
		free(b->kinds[k].pending);
	free(b->batches);
	free(b->first);
	strbuf_free(&b->canonical);
	free(b);
}

static const char *
reads_sql(const struct builder *b, enum kind k)
{
	const struct kind_info *info = kind_info(k);

	return kind_sql_for(info->reads, COUNT_OF(info->reads),
		b->assembly.snapshot->server_version_num);
}

static const char *
details_sql(const struct builder *b, enum kind k)
{
	const struct kind_info *info = kind_info(k);

	return kind_sql_for(info->details, COUNT_OF(info->details),
		b->assembly.snapshot->server_version_num);
}

static bool
take_column(struct shape *sh, enum kind k, const char *name, int at)
{
	int property;

	for (size_t c = 0; c < COL_COUNT; c++) {
		if (strcmp(name, identity_columns[c].name))
			continue;
		if (sh->identity[c] >= 0)
			return false;
		sh->identity[c] = at;
		return true;
	}
	property = kind_property(k, name);
	if (property < 0 || sh->property[property] >= 0)
		return false;
	sh->property[property] = at;
	sh->given |= UINT64_C(1) << property;
	return true;
}

/* Every column has a place, and only one column goes there. */
static bool
shape_of(enum kind k, const struct rows *r, struct shape *sh, struct err *e)
{
	snprintf(sh->statement, sizeof sh->statement, "the reading of %s",
		kind_info(k)->plural);
	sh->given = 0;
	sh->details = false;
	for (size_t i = 0; i < COL_COUNT; i++)
		sh->identity[i] = -1;
	for (size_t i = 0; i < KIND_MAX_PROPERTIES; i++)
		sh->property[i] = -1;
	for (size_t i = 0; i < r->n_cols; i++)
		if (!take_column(sh, k, r->names[i], (int)i))
			return err_set(e, ERR_INTERNAL,
				"%s gave the column \"%s\", which has no place there",
				sh->statement, r->names[i]);
	return true;
}

/* Of the statement that lists the objects of a kind. */
static bool
check_reads(struct builder *b, enum kind k, const struct rows *r, struct shape *sh,
	struct err *e)
{
	if (!shape_of(k, r, sh, e))
		return false;
	sh->details = details_sql(b, k) != NULL;
	if (sh->identity[COL_NAME] < 0)
		return err_set(
			e, ERR_INTERNAL, "%s did not give a name", sh->statement);
	if (sh->details && (sh->identity[COL_OID] < 0 || sh->identity[COL_DEPARSE] < 0))
		return err_set(e, ERR_INTERNAL, "%s did not say what to deparse",
			sh->statement);
	return declared_check(r, &kind_info(k)->gives, sh->statement, e);
}

/* NULL for what the statement does not give. */
static bool
identity_of(const struct shape *sh, const char *const *cells, const char **identity,
	struct err *e)
{
	for (size_t i = 0; i < COL_COUNT; i++) {
		bool given = sh->identity[i] >= 0;

		identity[i] = given ? cells[sh->identity[i]] : NULL;
		if (given && !declared_check_value(&identity_columns[i], identity[i],
				     sh->statement, e))
			return false;
	}
	return true;
}

/* The text in canonical form, kept. */
static const char *
take_text(struct builder *b, enum canon canon, const char *text)
{
	if (!text || canon == CANON_NONE)
		return intern_str(b->assembly.strings, text);
	strbuf_clear(&b->canonical);
	strbuf_add(&b->canonical, "");
	canon_apply(canon, text, &b->canonical);
	return intern_str(b->assembly.strings, b->canonical.s);
}

static bool
take_identity(
	struct builder *b, struct object *o, const char *const *cells, struct err *e)
{
	struct intern *strings = b->assembly.strings;

	o->id.schema = intern_str(strings, cells[COL_SCHEMA]);
	o->id.name = intern_str(strings, cells[COL_NAME]);
	o->id.part = intern_str(strings, cells[COL_PART]);
	o->id.args = take_text(b, CANON_NAMES, cells[COL_ARGS]);
	o->parent = intern_str(strings, cells[COL_PARENT]);
	o->parent_part = intern_str(strings, cells[COL_PARENT_PART]);
	if (!cells[COL_ON])
		return true;
	o->id.on = kind_by_word(cells[COL_ON]);
	if (o->id.on == KIND_NONE)
		return err_set(e, ERR_INTERNAL,
			"the reading of %s gave the kind \"%s\"",
			kind_info(o->kind)->plural, cells[COL_ON]);
	return true;
}

static void
take_values(struct builder *b, enum kind k, const char **values, const struct shape *sh,
	const char *const *cells)
{
	const struct kind_info *info = kind_info(k);

	for (size_t i = 0; i < info->n_properties; i++)
		if (sh->property[i] >= 0)
			values[i] = take_text(
				b, info->properties[i].canon, cells[sh->property[i]]);
}

/* Of the object at hand. */
static void
wait_for_details(struct builder *b, enum kind k, const char *oid)
{
	struct reading *kind = &b->kinds[k];

	GROW(kind->pending, kind->n, kind->cap);
	kind->pending[kind->n++] =
		(struct pending){.oid = intern_str(b->assembly.strings, oid),
			.object = b->assembly.snapshot->n_objects - 1};
}

static bool
add_row(struct builder *b, enum kind k, const struct shape *sh,
	const char *const *cells, struct err *e)
{
	static const struct declared_column asked_by = {"oid", FORM_NATURAL};
	const char *identity[COL_COUNT];
	const char **values;
	struct object *o = assembly_object(&b->assembly, k, &values);

	if (!identity_of(sh, cells, identity, e) || !take_identity(b, o, identity, e))
		return false;
	take_values(b, k, values, sh, cells);
	if (!sh->details || *identity[COL_DEPARSE] == 'f')
		return true;
	if (!declared_check_value(&asked_by, identity[COL_OID], sh->statement, e))
		return false;
	wait_for_details(b, k, identity[COL_OID]);
	return true;
}

bool
builder_add(struct builder *b, enum kind k, const struct rows *r, struct err *e)
{
	struct shape sh;

	assert(!b->batched);
	if (!check_reads(b, k, r, &sh, e))
		return false;
	assembly_reserve(&b->assembly, r->n_rows);
	for (size_t row = 0; row < r->n_rows; row++)
		if (!add_row(b, k, &sh, &r->cells[row * r->n_cols], e))
			return false;
	b->kinds[k].given |= sh.given;
	b->kinds[k].added = true;
	return true;
}

static void
keep_object(struct builder *b, const struct object *o)
{
	struct intern *strings = b->assembly.strings;
	const char **values;
	struct object *copy = assembly_object(&b->assembly, o->kind, &values);

	copy->id = (struct identity){intern_str(strings, o->id.schema),
		intern_str(strings, o->id.name), intern_str(strings, o->id.part),
		intern_str(strings, o->id.args), o->id.on};
	copy->parent = intern_str(strings, o->parent);
	copy->parent_part = intern_str(strings, o->parent_part);
	for (size_t i = 0; i < kind_info(o->kind)->n_properties; i++)
		values[i] = intern_str(strings, o->values[i]);
}

void
builder_keep(struct builder *b, const struct snapshot *last, const struct added *a)
{
	for (size_t i = 0; i < last->n_objects; i++)
		if (added_keeps(a, &last->objects[i]))
			keep_object(b, &last->objects[i]);
	for (size_t k = 0; k < KIND_COUNT; k++)
		if (!added_reads(a, (enum kind)k))
			b->kinds[k].kept = last->read[k];
}

static int
by_oid(const void *a, const void *b)
{
	return strcmp(
		((const struct pending *)a)->oid, ((const struct pending *)b)->oid);
}

static void
add_batch(struct builder *b, enum kind k, size_t first, size_t n)
{
	struct strbuf oids = {0};

	for (size_t i = 0; i < n; i++)
		strbuf_printf(&oids, "%c%s", i ? ',' : '{',
			b->kinds[k].pending[first + i].oid);
	strbuf_addc(&oids, '}');
	if (b->n_batches == b->cap_batches) {
		b->cap_batches = b->cap_batches ? 2 * b->cap_batches : 16;
		b->batches = xrealloc(b->batches, b->cap_batches, sizeof *b->batches);
		b->first = xrealloc(b->first, b->cap_batches, sizeof *b->first);
	}
	b->first[b->n_batches] = first;
	b->batches[b->n_batches++] = (struct detail_batch){.kind = k,
		.sql = details_sql(b, k),
		.oids = arena_strdup(b->assembly.snapshot->arena, oids.s),
		.n_oids = n};
	strbuf_free(&oids);
}

const struct detail_batch *
builder_details(struct builder *b, size_t batch_size, size_t *n)
{
	assert(batch_size > 0);
	for (size_t k = 0; !b->batched && k < KIND_COUNT; k++) {
		struct reading *kind = &b->kinds[k];
		size_t left = kind->n;

		if (kind->n)
			qsort(kind->pending, kind->n, sizeof *kind->pending, by_oid);
		while (left) {
			size_t some = left < batch_size ? left : batch_size;

			add_batch(b, (enum kind)k, kind->n - left, some);
			left -= some;
		}
	}
	b->batched = true;
	*n = b->n_batches;
	return b->batches;
}

/* Whether a row of details says that its object is gone: the server's functions
 * give NULL then, and nothing was to be deparsed that has no text. */
static bool
vanished(enum kind k, const struct shape *sh, const char *const *cells)
{
	int definition = kind_property(k, "definition");

	if (definition >= 0 && sh->property[definition] >= 0)
		return !cells[sh->property[definition]];
	for (size_t i = 0; i < kind_info(k)->n_properties; i++)
		if (sh->property[i] >= 0 && cells[sh->property[i]])
			return false;
	return true;
}

static bool
add_detail_row(struct builder *b, const struct detail_batch *batch,
	const struct shape *sh, const char *const *cells, struct err *e)
{
	const struct kind_info *info = kind_info(batch->kind);
	const struct pending key = {.oid = cells[sh->identity[COL_OID]]};
	struct pending *first =
		b->kinds[batch->kind].pending + b->first[batch - b->batches];
	struct pending *p = NULL;

	if (key.oid)
		p = bsearch(&key, first, batch->n_oids, sizeof *first, by_oid);
	if (!p || p->done)
		return err_set(e, ERR_INTERNAL,
			"the details of %s gave an object that was not asked for",
			info->plural);
	if (vanished(batch->kind, sh, cells))
		return err_set(e, ERR_MOVED, "one of the %s vanished while it was read",
			info->plural);
	p->done = true;
	take_values(
		b, batch->kind, assembly_values(&b->assembly, p->object), sh, cells);
	return true;
}

bool
builder_add_details(struct builder *b, const struct detail_batch *batch,
	const struct rows *r, struct err *e)
{
	const struct kind_info *info = kind_info(batch->kind);
	struct shape sh;

	assert(batch >= b->batches && batch < b->batches + b->n_batches);
	if (!shape_of(batch->kind, r, &sh, e))
		return false;
	for (size_t i = 0; i < COL_COUNT; i++)
		if ((sh.identity[i] >= 0) != (i == COL_OID))
			return err_set(e, ERR_INTERNAL,
				"the details of %s have to give oid and properties",
				info->plural);
	for (size_t row = 0; row < r->n_rows; row++)
		if (!add_detail_row(b, batch, &sh, &r->cells[row * r->n_cols], e))
			return false;
	if (r->n_rows < batch->n_oids)
		return err_set(e, ERR_MOVED,
			"%zu of the %s vanished while they were read",
			batch->n_oids - r->n_rows, info->plural);
	return true;
}

void
builder_set_revision(struct builder *b, const char *schema, const char *table,
	bool exists, const struct strvec *rows)
{
	struct snapshot *s = b->assembly.snapshot;

	s->version_schema = intern_str(b->assembly.strings, schema);
	s->version_table = intern_str(b->assembly.strings, table);
	s->version_table_exists = exists;
	strvec_free(&s->revision);
	strvec_copy(&s->revision, rows);
}

static bool
all_answered(const struct builder *b, struct err *e)
{
	for (size_t k = 0; k < KIND_COUNT; k++)
		for (size_t i = 0; i < b->kinds[k].n; i++)
			if (!b->kinds[k].pending[i].done)
				return err_set(e, ERR_INTERNAL,
					"the details of %s were not read",
					kind_info((enum kind)k)->plural);
	return true;
}

/* Whether an SQL text has that word in it. */
static bool
mentions(const char *sql, const char *word)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";
	size_t n = strlen(word);

	for (const char *at = sql; (at = strstr(at, word)); at += n)
		if ((at == sql || !strchr(letters, at[-1])) &&
			(!at[n] || !strchr(letters, at[n])))
			return true;
	return false;
}

static uint64_t
properties_in(const char *sql, enum kind k)
{
	const struct kind_info *info = kind_info(k);
	uint64_t in = 0;

	for (size_t i = 0; sql && i < info->n_properties; i++)
		if (mentions(sql, info->properties[i].name))
			in |= UINT64_C(1) << i;
	return in;
}

/* What this server gives of a kind.  That has to be known even where nothing was asked
 * for (optional.h) or to be deparsed: so it is the text of the statement that is asked.
 */
static uint64_t
properties_given(const struct builder *b, enum kind k)
{
	uint64_t given = b->kinds[k].added ? b->kinds[k].given
					   : properties_in(reads_sql(b, k), k);

	return given | properties_in(details_sql(b, k), k);
}

/* A kind that has a statement for this server and no rows is empty; one that has
 * none was not looked at. */
static void
note_what_was_read(struct builder *b)
{
	struct snapshot *s = b->assembly.snapshot;

	for (size_t i = 0; i < KIND_COUNT; i++) {
		enum kind k = (enum kind)i;

		if (b->kinds[k].kept)
			s->read[k] = b->kinds[k].kept;
		else if (b->kinds[k].added || reads_sql(b, k))
			s->read[k] = KIND_WAS_READ | properties_given(b, k);
	}
}

static bool
all_possible(const struct builder *b, struct err *e)
{
	const struct snapshot *s = b->assembly.snapshot;

	for (size_t i = 0; i < s->n_objects; i++)
		if (!shape_check_identity(&s->objects[i], e))
			return false;
	return true;
}

struct snapshot *
builder_finish(struct builder *b, bool in_recovery, struct err *e)
{
	struct snapshot *s = NULL;

	if (all_answered(b, e)) {
		b->assembly.snapshot->in_recovery = in_recovery;
		note_what_was_read(b);
		if (all_possible(b, e))
			s = assembly_end(&b->assembly, e);
	}
	builder_free(b);
	return s;
}
