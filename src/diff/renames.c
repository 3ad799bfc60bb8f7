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

/* More pairs in one place than this are not looked at: they would take seconds. */
enum { MAX_PAIRS = 4000000 };

/* It has a column of its own name, which may be renamed with it or not. */
enum { ANY_SHAPE };

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
	uint64_t shape;          /* alike ones have the same, or one has ANY_SHAPE */
	size_t alike;            /* how many of the other side are */
	struct candidate *which; /* and the last of these */
};

struct alone {
	struct candidate *v; /* sorted by kind and place, then by shape */
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
by_place_and_shape(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	int d = by_place(x->difference->object, y->difference->object);

	if (d)
		return d;
	if (x->shape != y->shape)
		return x->shape < y->shape ? -1 : 1;
	return object_compare(x->difference->object, y->difference->object);
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

static void
add_shape(uint64_t *shape, const char *s)
{
	static const uint64_t prime = UINT64_C(1099511628211);

	for (s = s ? s : ""; *s; s++)
		*shape = (*shape ^ (unsigned char)*s) * prime;
	*shape *= prime;
}

/* What alike() wants to be the same whatever the names are. */
static uint64_t
shape_of(const struct candidate *x)
{
	const struct object *top = x->difference->object;
	uint64_t shape = UINT64_C(14695981039346656037);

	if (top->kind == KIND_COLUMN)
		add_shape(&shape, object_value(top, "position"));
	for (size_t i = 0; i < x->members.n; i++) {
		const struct object *o = x->members.v[i].object;

		add_shape(&shape, kind_info(o->kind)->word);
		add_shape(&shape, o->id.args);
		if (o == top || o->kind != KIND_COLUMN)
			continue;
		if (!strcmp(o->id.part, own_name(top)))
			return ANY_SHAPE;
		add_shape(&shape, o->id.part);
	}
	return shape / 2 + 1;
}

static void
collect_members(struct comparison *c, enum side side, struct alone *out)
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
		out->v[i].shape = shape_of(&out->v[i]);
	}
	qsort(out->v, out->n, sizeof *out->v, by_place_and_shape);
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

/* Of both sides what is in one place. */
struct place {
	struct comparison *comparison;
	struct candidate *m, *u;
	size_t n, k;
	size_t pairs;
};

typedef bool visit_fn(struct place *, struct candidate *, struct candidate *);

/* False if there are too many. */
static bool
count_pair(struct place *p, struct candidate *m, struct candidate *u)
{
	(void)m;
	(void)u;
	return ++p->pairs <= MAX_PAIRS;
}

/* Where both have more than one already, one more tells nothing. */
static bool
count_alike(struct place *p, struct candidate *m, struct candidate *u)
{
	if (m->alike > 1 && u->alike > 1)
		return true;
	p->comparison->n_tried_renames++;
	if (!alike(p->comparison, m, u))
		return true;
	m->alike++;
	m->which = u;
	u->alike++;
	u->which = m;
	return true;
}

/* The first one of the found side that has that shape, or one behind it. */
static size_t
first_of_shape(const struct place *p, uint64_t shape)
{
	size_t low = 0, high = p->k;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (p->u[middle].shape < shape)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* `m` with those of the found side of these shapes; false if a visit said so. */
static bool
each_of(struct place *p, struct candidate *m, uint64_t from, uint64_t to,
	visit_fn *visit)
{
	for (size_t j = first_of_shape(p, from); j < p->k && p->u[j].shape <= to; j++)
		if (!visit(p, m, &p->u[j]))
			return false;
	return true;
}

/* Each pair that may be alike, once. */
static bool
each_pair(struct place *p, visit_fn *visit)
{
	for (size_t i = 0; i < p->n; i++) {
		struct candidate *m = &p->m[i];

		if (m->shape == ANY_SHAPE
				? !each_of(p, m, ANY_SHAPE, UINT64_MAX, visit)
				: !each_of(p, m, ANY_SHAPE, ANY_SHAPE, visit) ||
					  !each_of(p, m, m->shape, m->shape, visit))
			return false;
	}
	return true;
}

/* How many there are from the first on in the place of that. */
static size_t
in_place(const struct alone *a, size_t first)
{
	const struct object *o = a->v[first].difference->object;
	size_t end = first + 1;

	while (end < a->n && !by_place(a->v[end].difference->object, o))
		end++;
	return end - first;
}

/* Go through both sides place by place. */
static void
compare_places(struct comparison *c, struct alone *m, struct alone *u)
{
	size_t i = 0, j = 0;

	while (i < m->n && j < u->n) {
		int order = by_place(
			m->v[i].difference->object, u->v[j].difference->object);
		struct place p = {
			c, &m->v[i], &u->v[j], in_place(m, i), in_place(u, j), 0};

		if (!order && each_pair(&p, count_pair))
			each_pair(&p, count_alike);
		i += order <= 0 ? p.n : 0;
		j += order >= 0 ? p.k : 0;
	}
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
	if (missing.n && unexpected.n) {
		collect_members(c, EXPECTED, &missing);
		collect_members(c, FOUND, &unexpected);
		compare_places(c, &missing, &unexpected);
	}
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
