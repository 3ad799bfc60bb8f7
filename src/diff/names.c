/* A name is taken for generated where the server would give it on one side, and at
 * least could have given it on the other: t_pkey and old_pkey after a rename of the
 * table.  A name that somebody chose is never passed over. */
#include "diff/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "base/text.h"
#include "diff/alike.h"
#include "diff/generated.h"

struct candidate {
	const struct object *object;
	enum generated generated;
	bool taken;
};

struct candidates {
	struct candidate *v;
	size_t n, cap;
};

/* ---- Who may be matched ---- */

static bool
has_generated_names(enum kind k)
{
	return k == KIND_CONSTRAINT || k == KIND_INDEX || k == KIND_SEQUENCE ||
	       k == KIND_STATISTICS;
}

static bool
settled(const struct comparison *c, enum side side, const struct object *o)
{
	const struct object *twin = comparison_twin(c, side, o);

	if (!twin)
		return comparison_goes_with_another(c, side, o);
	return side == EXPECTED ? alike_values(c, o, twin, NULL)
				: alike_values(c, twin, o, NULL);
}

/* By kind, then by what it belongs to. */
static int
by_home(const void *a, const void *b)
{
	const struct object *x = ((const struct candidate *)a)->object;
	const struct object *y = ((const struct candidate *)b)->object;

	if (x->kind != y->kind)
		return (int)x->kind - (int)y->kind;
	if (!x->belongs_to || !y->belongs_to)
		return (x->belongs_to != NULL) - (y->belongs_to != NULL);
	return object_compare(x->belongs_to, y->belongs_to);
}

/* So that the same two are matched whatever the order of candidates. */
static int
by_home_and_name(const void *a, const void *b)
{
	int d = by_home(a, b);

	return d ? d
		 : object_compare(((const struct candidate *)a)->object,
			   ((const struct candidate *)b)->object);
}

static void
collect(const struct comparison *c, enum side side, struct candidates *out)
{
	const struct snapshot *s = c->sides[side];

	for (size_t i = 0; i < s->n_objects; i++) {
		const struct object *o = &s->objects[i];
		enum generated g;

		if (!has_generated_names(o->kind) || c->presence[side][i] == LEFT_OUT ||
			settled(c, side, o) ||
			(g = generated_name(s, o)) == GENERATED_NOT)
			continue;
		GROW(out->v, out->n, out->cap);
		out->v[out->n++] = (struct candidate){o, g, false};
	}
	if (out->n)
		qsort(out->v, out->n, sizeof *out->v, by_home_and_name);
}

/* ---- Matching ---- */

/* The comment on `o`, its label or its privileges, if they are compared. */
static const struct object *
attached(
	const struct comparison *c, enum side side, const struct object *o, enum kind k)
{
	const struct snapshot *s = c->sides[side];
	struct identity id = o->id;
	const struct object *found;

	id.on = o->kind;
	found = snapshot_find(s, k, &id);
	return found && c->presence[side][found - s->objects] != LEFT_OUT ? found
									  : NULL;
}

static const enum kind attachments[] = {KIND_COMMENT, KIND_SECURITY_LABEL, KIND_GRANT};

static bool
same_but_for_name(
	const struct comparison *c, const struct object *x, const struct object *y)
{
	for (size_t i = 0; i < COUNT_OF(attachments); i++) {
		const struct object *a = attached(c, EXPECTED, x, attachments[i]);
		const struct object *b = attached(c, FOUND, y, attachments[i]);

		if (!a != !b || (a && !alike_values(c, a, b, NULL)))
			return false;
	}
	return alike_values(c, x, y, NULL);
}

/* The qualified name of a sequence or index, also of the index of a constraint. */
static void
relation_name(const struct object *o, struct strbuf *out)
{
	text_ident(out, o->id.schema ? o->id.schema : "");
	strbuf_addc(out, '.');
	text_ident(out, o->id.part ? o->id.part : o->id.name);
}

static bool
is_relation(const struct object *o)
{
	const char *type = o->kind == KIND_CONSTRAINT ? object_value(o, "type") : NULL;

	if (o->kind == KIND_CONSTRAINT)
		return type && strcmp(type, "CHECK") && strcmp(type, "FOREIGN KEY");
	return o->kind != KIND_STATISTICS;
}

static void
remember(struct comparison *c, const struct object *x, const struct object *y)
{
	struct strbuf from = {0}, to = {0};

	if (!is_relation(x))
		return;
	relation_name(x, &from);
	relation_name(y, &to);
	if (!c->renamed)
		c->renamed = strmap_new();
	strmap_put(c->renamed, from.s, arena_strdup(c->diff->arena, to.s));
	strbuf_free(&from);
	strbuf_free(&to);
}

static void
match(struct comparison *c, const struct object *x, const struct object *y)
{
	comparison_pair(c, x, y);
	for (size_t i = 0; i < COUNT_OF(attachments); i++) {
		const struct object *a = attached(c, EXPECTED, x, attachments[i]);

		if (a)
			comparison_pair(c, a, attached(c, FOUND, y, attachments[i]));
	}
	remember(c, x, y);
}

static void
match_one(struct comparison *c, struct candidate *x, struct candidate *y, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (y[i].taken || (x->generated != GENERATED_NOW &&
					  y[i].generated != GENERATED_NOW))
			continue;
		if (!same_but_for_name(c, x->object, y[i].object))
			continue;
		y[i].taken = true;
		match(c, x->object, y[i].object);
		return;
	}
}

void
names_match(struct comparison *c)
{
	struct candidates a = {0}, b = {0};
	size_t first = 0;

	if (c->options->generated_names || c->options->all)
		return;
	collect(c, EXPECTED, &a);
	collect(c, FOUND, &b);
	for (size_t i = 0; i < a.n; i++) {
		size_t n = 0;

		while (first < b.n && by_home(&b.v[first], &a.v[i]) < 0)
			first++;
		while (first + n < b.n && !by_home(&b.v[first + n], &a.v[i]))
			n++;
		match_one(c, &a.v[i], b.v + first, n);
	}
	free(a.v);
	free(b.v);
}

/* ---- What refers to the name ---- */

/* "nextval('schema.name'::regclass)": the name, or false. */
static bool
sequence_of(const char *value, struct strbuf *out)
{
	static const char before[] = "nextval('", after[] = "'::regclass)";
	size_t n = strlen(value), b = strlen(before), e = strlen(after);

	if (n <= b + e || strncmp(value, before, b) || strcmp(value + n - e, after))
		return false;
	strbuf_addn(out, value + b, n - b - e);
	return true;
}

/* The index that a property of `o` names, qualified, or false. */
static bool
index_of(const struct object *o, const char *property, const char *value,
	struct strbuf *out)
{
	static const char index[] = "index ";
	bool identity = !strcmp(property, "replica_identity");

	if (identity && strncmp(value, index, strlen(index)) != 0)
		return false;
	text_ident(out, o->id.schema ? o->id.schema : "");
	strbuf_addc(out, '.');
	if (identity)
		strbuf_add(out, value + strlen(index));
	else
		text_ident(out, value);
	return true;
}

static bool
referred(const struct object *o, const char *property, const char *value,
	struct strbuf *out)
{
	if (o->kind == KIND_COLUMN && !strcmp(property, "default"))
		return sequence_of(value, out);
	if (!strcmp(property, "replica_identity") || !strcmp(property, "clustered_on"))
		return index_of(o, property, value, out);
	return false;
}

bool
names_refer_alike(const struct comparison *c, const struct object *found,
	const struct property *p, const char *a, const char *b)
{
	struct strbuf from = {0}, to = {0};
	const char *now;
	bool same = false;

	if (!c->renamed || !a || !b)
		return false;
	if (referred(found, p->name, a, &from) && referred(found, p->name, b, &to)) {
		now = strmap_get(c->renamed, from.s);
		same = now && !strcmp(now, to.s);
	}
	strbuf_free(&from);
	strbuf_free(&to);
	return same;
}
