/* A catalog does not say that something was renamed, but a rename changes nothing else.
 * So of one kind in one place each missing object is held against each unexpected one
 * that could be it, first what they are themselves, then what belongs to them. */
#include "diff/renames.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "diff/alike.h"
#include "diff/generated.h"

/* So many pairs that may be alike are looked at, and so many bytes of their texts; of
 * those for which that does not suffice nothing is told.  More would take too long, and
 * whoever may change a database can make any number. */
enum { MAX_PAIRS = 250000, MAX_TEXT = 64 * 1024 * 1024 };

/* An object, and the outermost one that is alone and that it belongs to, or is. */
struct member {
	const struct object *top, *object;
};

struct span {
	const struct member *v;
	size_t n;
};

/* A finding of one side, with all that is in it. */
struct candidate {
	struct difference *difference;
	struct span members;
	struct strbuf name;      /* its own, quoted */
	uint64_t shape;          /* alike ones have the same */
	size_t alike;            /* how many of the other side are */
	struct candidate *which; /* and the last of these */
};

struct alone {
	struct candidate *v; /* sorted by_all() */
	size_t n, cap;
	struct member *members; /* of all, sorted by top */
	size_t n_members, cap_members;
};

/* ---- Where an object is ---- */

/* Whether ALTER … RENAME knows that kind. */
static bool
can_be_renamed(enum kind k)
{
	return k != KIND_EXTENSION && k != KIND_USER_MAPPING && k != KIND_OPERATOR &&
	       k != KIND_ACCESS_METHOD && k != KIND_DEFAULT_PRIVILEGE &&
	       k != KIND_DATABASE_SETTING && k != KIND_COMMENT &&
	       k != KIND_SECURITY_LABEL && k != KIND_GRANT && !kind_is_nameless(k);
}

static int
compare_names(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* By all that a rename leaves as it is. */
static int
by_place(const struct object *x, const struct object *y)
{
	int d;

	if (x->kind != y->kind)
		return (int)x->kind - (int)y->kind;
	if ((d = compare_names(x->id.schema, y->id.schema)) ||
		(d = compare_names(x->id.args, y->id.args)))
		return d;
	if (x->id.part || y->id.part)
		return compare_names(x->id.name, y->id.name);
	if ((d = compare_names(x->parent, y->parent)))
		return d;
	return compare_names(x->parent_part, y->parent_part);
}

static int
by_place_and_shape(const struct candidate *x, const struct candidate *y)
{
	int d = by_place(x->difference->object, y->difference->object);

	return d ? d : (x->shape > y->shape) - (x->shape < y->shape);
}

static int
by_all(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	int d = by_place_and_shape(x, y);

	return d ? d : object_compare(x->difference->object, y->difference->object);
}

static int
by_top(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->top != y->top)
		return x->top < y->top ? -1 : 1;
	return (x->object > y->object) - (x->object < y->object);
}

static const char *
own_name(const struct object *o)
{
	return o->id.part ? o->id.part : o->id.name;
}

static void
collect(struct comparison *c, enum change change, struct alone *out)
{
	for (size_t i = 0; i < c->n_differences; i++) {
		struct difference *d = &c->differences[i];

		if (d->finding.change != change || !can_be_renamed(d->object->kind))
			continue;
		GROW(out->v, out->n, out->cap);
		out->v[out->n] = (struct candidate){.difference = d};
		text_ident(&out->v[out->n++].name, own_name(d->object));
	}
}

/* The outermost object that is alone, of `o` and what that belongs to. */
static const struct object *
top_of(const struct comparison *c, enum side side, const struct object *o)
{
	const struct object *first = c->sides[side]->objects, *top = NULL;

	for (; o; o = o->belongs_to)
		if (c->presence[side][o - first] == ALONE)
			top = o;
	return top;
}

static struct span
members_of(const struct alone *a, const struct object *top)
{
	const struct member key = {top, NULL};
	size_t low = 0, high = a->n_members, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_top(&a->members[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < a->n_members && a->members[end].top == top; end++)
		;
	return (struct span){a->members + low, end - low};
}

/* What alike() wants to be the same whatever became of any of the names. */
static uint64_t
shape_of(const struct comparison *c, const struct alike_names *names,
	const struct candidate *x)
{
	static const struct alike_names none;
	const struct object *top = x->difference->object;
	struct strbuf column = {0};
	uint64_t shape = ALIKE_KEY;

	if (top->kind == KIND_COLUMN)
		alike_key(&shape, object_value(top, "position"), &none);
	for (size_t i = 0; i < x->members.n; i++) {
		const struct object *o = x->members.v[i].object;

		alike_key(&shape, kind_info(o->kind)->word, &none);
		alike_key(&shape, o->id.args, &none);
		alike_values_key(c, o, names, &shape);
		if (o == top || o->kind != KIND_COLUMN)
			continue;
		strbuf_clear(&column);
		text_ident(&column, o->id.part);
		alike_key(&shape, column.s, names);
	}
	strbuf_free(&column);
	return shape;
}

static void
collect_members(struct comparison *c, enum side side, const struct alike_names *names,
	struct alone *out)
{
	const struct snapshot *s = c->sides[side];

	for (size_t i = 0; i < s->n_objects; i++) {
		const struct object *o = &s->objects[i];
		const struct object *top = NULL;

		if (c->presence[side][i] != LEFT_OUT)
			top = top_of(c, side, o);
		if (!top)
			continue;
		GROW(out->members, out->n_members, out->cap_members);
		out->members[out->n_members++] = (struct member){top, o};
	}
	if (out->n_members)
		qsort(out->members, out->n_members, sizeof *out->members, by_top);
	for (size_t i = 0; i < out->n; i++) {
		out->v[i].members = members_of(out, out->v[i].difference->object);
		out->v[i].shape = shape_of(c, names, &out->v[i]);
	}
	qsort(out->v, out->n, sizeof *out->v, by_all);
}

/* ---- Are they alike? ---- */

static bool
same_name(const char *a, const char *b, const struct renaming *raw)
{
	if (!a || !b)
		return a == b;
	return !strcmp(a, b) || (!strcmp(a, raw->from) && !strcmp(b, raw->to));
}

static bool
member_alike(const struct comparison *c, const struct object *a, const struct object *b,
	const struct renaming *raw, const struct renaming *quoted)
{
	bool named = same_name(a->id.schema, b->id.schema, raw) &&
		     same_name(a->id.name, b->id.name, raw) &&
		     same_name(a->id.part, b->id.part, raw);

	if (a->kind != b->kind || a->id.on != b->id.on ||
		compare_names(a->id.args, b->id.args) != 0)
		return false;
	if (!named && (generated_name(c->sides[EXPECTED], a) == GENERATED_NOT ||
			      generated_name(c->sides[FOUND], b) == GENERATED_NOT))
		return false;
	return alike_values(c, a, b, quoted);
}

/* A column that was renamed is still where it was. */
static bool
same_position(const struct object *a, const struct object *b)
{
	return a->kind != KIND_COLUMN ||
	       !compare_names(object_value(a, "position"), object_value(b, "position"));
}

static bool
alike(const struct comparison *c, const struct candidate *x, const struct candidate *y)
{
	const struct object *a = x->difference->object, *b = y->difference->object;
	const struct renaming raw = {own_name(a), own_name(b)};
	const struct renaming quoted = {x->name.s, y->name.s};

	if (x->members.n != y->members.n || !same_position(a, b))
		return false;
	for (size_t i = 0; i < x->members.n; i++)
		if (!member_alike(c, x->members.v[i].object, y->members.v[i].object,
			    &raw, &quoted))
			return false;
	return true;
}

/* ---- Who became whom ---- */

/* What may be alike of both sides, and what is left of what may be looked at. */
struct group {
	struct comparison *comparison;
	struct candidate *m, *u;
	size_t n, k;
	size_t pairs, text;
};

/* How many bytes of text the pair has at most. */
static size_t
text_of(const struct candidate *x)
{
	size_t n = 0;

	for (size_t i = 0; i < x->members.n; i++) {
		const struct object *o = x->members.v[i].object;
		const struct kind_info *info = kind_info(o->kind);

		for (size_t k = 0; k < info->n_properties; k++)
			n += o->values[k] ? strlen(o->values[k]) : 0;
	}
	return n;
}

/* Where both have more than one already, one more tells nothing.  False if there is too
 * much to be read. */
static bool
hold(struct group *g, struct candidate *m, struct candidate *u)
{
	size_t text;

	if (m->alike > 1 && u->alike > 1)
		return true;
	text = text_of(m) + text_of(u);
	if (text > g->text)
		return false;
	g->text -= text;
	g->comparison->n_tried_renames++;
	if (!alike(g->comparison, m, u))
		return true;
	m->alike++;
	m->which = u;
	u->alike++;
	u->which = m;
	return true;
}

static void
compare_group(struct group *g)
{
	bool all = g->n <= g->pairs / g->k;

	g->pairs -= all ? g->n * g->k : 0;
	for (size_t i = 0; all && i < g->n; i++)
		for (size_t j = 0; all && j < g->k; j++)
			all = hold(g, &g->m[i], &g->u[j]);
	for (size_t i = 0; !all && i < g->n; i++)
		g->m[i].alike = 0;
}

/* How many there are from the first on in its place and of its shape. */
static size_t
in_group(const struct alone *a, size_t first)
{
	size_t end = first + 1;

	while (end < a->n && !by_place_and_shape(&a->v[end], &a->v[first]))
		end++;
	return end - first;
}

/* Go through both sides group by group. */
static void
compare_groups(struct comparison *c, struct alone *m, struct alone *u)
{
	struct group g = {.comparison = c, .pairs = MAX_PAIRS, .text = MAX_TEXT};
	size_t i = 0, j = 0;

	while (i < m->n && j < u->n) {
		int order = by_place_and_shape(&m->v[i], &u->v[j]);

		g.m = &m->v[i];
		g.u = &u->v[j];
		g.n = order <= 0 ? in_group(m, i) : 0;
		g.k = order >= 0 ? in_group(u, j) : 0;
		if (!order)
			compare_group(&g);
		i += g.n;
		j += g.k;
	}
}

/* ---- All of it ---- */

static void
name_all(const struct alone *a, struct alike_names *names)
{
	for (size_t i = 0; i < a->n; i++)
		alike_names_add(names, a->v[i].name.s);
}

static void
compare_sides(struct comparison *c, struct alone *missing, struct alone *unexpected)
{
	struct alike_names names = {0};

	name_all(missing, &names);
	name_all(unexpected, &names);
	alike_names_sort(&names);
	collect_members(c, EXPECTED, &names, missing);
	collect_members(c, FOUND, &names, unexpected);
	compare_groups(c, missing, unexpected);
	alike_names_free(&names);
}

static void
alone_fini(struct alone *a)
{
	for (size_t i = 0; i < a->n; i++)
		strbuf_free(&a->v[i].name);
	free(a->v);
	free(a->members);
}

void
renames_mark(struct comparison *c)
{
	struct alone missing = {0}, unexpected = {0};

	collect(c, CHANGE_MISSING, &missing);
	collect(c, CHANGE_UNEXPECTED, &unexpected);
	if (missing.n && unexpected.n)
		compare_sides(c, &missing, &unexpected);
	for (size_t i = 0; i < missing.n; i++) {
		struct candidate *m = &missing.v[i], *u = m->which;

		if (m->alike != 1 || u->alike != 1)
			continue;
		m->difference->finding.renamed = u->difference->finding.name;
		u->difference->finding.renamed = m->difference->finding.name;
	}
	alone_fini(&missing);
	alone_fini(&unexpected);
}
