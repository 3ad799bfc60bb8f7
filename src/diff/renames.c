/* A catalog does not say that something was renamed, but a rename changes nothing else.
 * So of one kind in one place each missing object is held against each unexpected one,
 * first what they are themselves, then what belongs to them. */
#include "diff/renames.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "diff/alike.h"
#include "diff/generated.h"

/* More pairs in one place than this are not a rename. */
enum { MAX_PAIRS = 100000 };

/* An object, and the one of a finding that it belongs to, or is. */
struct member {
	const struct object *top, *object;
};

struct members {
	struct member *v;
	size_t n, cap;
};

/* The findings of one side, sorted by kind and place. */
struct alone {
	struct difference **v;
	size_t n, cap;
	size_t *alike;        /* of each: how many of the other side are alike */
	size_t *which;        /* and the last of these */
	struct members whole; /* sorted by top */
};

/* ---- Where an object is ---- */

/* Whether ALTER … RENAME knows that kind. */
static bool
can_be_renamed(enum kind k)
{
	return k != KIND_EXTENSION && k != KIND_USER_MAPPING && k != KIND_OPERATOR &&
	       k != KIND_ACCESS_METHOD && k != KIND_DEFAULT_PRIVILEGE &&
	       k != KIND_COMMENT && k != KIND_GRANT && !kind_is_nameless(k);
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
by_place_and_name(const void *a, const void *b)
{
	const struct object *x = (*(struct difference *const *)a)->object;
	const struct object *y = (*(struct difference *const *)b)->object;
	int d = by_place(x, y);

	return d ? d : object_compare(x, y);
}

static int
by_top(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->top != y->top)
		return x->top < y->top ? -1 : 1;
	return (x->object > y->object) - (x->object < y->object);
}

static void
collect(struct comparison *c, enum change change, struct alone *out)
{
	for (size_t i = 0; i < c->n_differences; i++) {
		struct difference *d = &c->differences[i];

		if (d->finding.change != change || !can_be_renamed(d->object->kind))
			continue;
		GROW(out->v, out->n, out->cap);
		out->v[out->n++] = d;
	}
	if (out->n)
		qsort(out->v, out->n, sizeof *out->v, by_place_and_name);
	out->alike = xcalloc(out->n + 1, sizeof *out->alike);
	out->which = xcalloc(out->n + 1, sizeof *out->which);
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

static void
collect_members(struct comparison *c, enum side side, struct alone *out)
{
	const struct snapshot *s = c->sides[side];
	struct members *m = &out->whole;

	for (size_t i = 0; i < s->n_objects; i++) {
		const struct object *o = &s->objects[i];
		const struct object *top = NULL;

		if (c->presence[side][i] != LEFT_OUT)
			top = top_of(c, side, o);
		if (!top)
			continue;
		GROW(m->v, m->n, m->cap);
		m->v[m->n++] = (struct member){top, o};
	}
	if (m->n)
		qsort(m->v, m->n, sizeof *m->v, by_top);
}

/* ---- Are they alike? ---- */

struct span {
	const struct member *v;
	size_t n;
};

static struct span
members_of(const struct members *m, const struct object *top)
{
	const struct member key = {top, NULL};
	size_t low = 0, high = m->n, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_top(&m->v[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < m->n && m->v[end].top == top; end++)
		;
	return (struct span){m->v + low, end - low};
}

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

static const char *
own_name(const struct object *o)
{
	return o->id.part ? o->id.part : o->id.name;
}

static bool
alike(const struct comparison *c, const struct object *a, const struct span *as,
	const struct object *b, const struct span *bs)
{
	const struct renaming raw = {own_name(a), own_name(b)};
	struct strbuf from = {0}, to = {0};
	struct renaming quoted;
	bool same = as->n == bs->n && same_position(a, b);

	text_ident(&from, raw.from);
	text_ident(&to, raw.to);
	quoted = (struct renaming){from.s, to.s};
	for (size_t i = 0; same && i < as->n; i++)
		same = member_alike(c, as->v[i].object, bs->v[i].object, &raw, &quoted);
	strbuf_free(&from);
	strbuf_free(&to);
	return same;
}

/* ---- Who became whom ---- */

static void
count_alike(const struct comparison *c, struct alone *m, size_t i, struct alone *u,
	size_t j)
{
	const struct object *a = m->v[i]->object, *b = u->v[j]->object;
	struct span as = members_of(&m->whole, a), bs = members_of(&u->whole, b);

	if (!alike(c, a, &as, b, &bs))
		return;
	m->alike[i]++;
	m->which[i] = j;
	u->alike[j]++;
	u->which[j] = i;
}

static size_t
end_of_place(const struct alone *a, size_t first, const struct object *like)
{
	size_t end = first;

	while (end < a->n && !by_place(a->v[end]->object, like))
		end++;
	return end;
}

/* Go through both sides place by place. */
static void
compare_places(const struct comparison *c, struct alone *m, struct alone *u)
{
	size_t i = 0, j = 0;

	while (i < m->n && j < u->n) {
		int order = by_place(m->v[i]->object, u->v[j]->object);
		size_t i_end = end_of_place(m, i, m->v[i]->object);
		size_t j_end = end_of_place(u, j, u->v[j]->object);

		if (order < 0) {
			i = i_end;
			continue;
		}
		if (order > 0) {
			j = j_end;
			continue;
		}
		for (size_t k = i; k < i_end && (i_end - i) * (j_end - j) <= MAX_PAIRS;
			k++)
			for (size_t l = j; l < j_end; l++)
				count_alike(c, m, k, u, l);
		i = i_end;
		j = j_end;
	}
}

static void
alone_fini(struct alone *a)
{
	free(a->v);
	free(a->alike);
	free(a->which);
	free(a->whole.v);
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
		size_t j = missing.which[i];

		if (missing.alike[i] != 1 || unexpected.alike[j] != 1)
			continue;
		missing.v[i]->finding.renamed = unexpected.v[j]->finding.name;
		unexpected.v[j]->finding.renamed = missing.v[i]->finding.name;
	}
	alone_fini(&missing);
	alone_fini(&unexpected);
}
