/* See inheritance.h.  A parent's part is found by its name: that of a relation as
 * `inherits` and `partition_of` give it is the one that findings have. */
#include "diff/inheritance.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "base/text.h"
#include "diff/alike.h"
#include "diff/items.h"

/* ---- What one side has of its parent, and the other of its own ---- */

/* The names of its parents as a list, or NULL. */
static const char *
parents_of(const struct object *table)
{
	const char *list = object_value(table, "partition_of");

	return list ? list : object_value(table, "inherits");
}

static bool
is_check(const struct object *o)
{
	return o->kind == KIND_CONSTRAINT &&
	       text_same(object_value(o, "type"), "CHECK");
}

/* True if a partition can have it of its parent, under another name perhaps. */
static bool
is_cloned(const struct object *o)
{
	return o->kind == KIND_INDEX || o->kind == KIND_CONSTRAINT ||
	       (o->kind == KIND_TRIGGER && text_same(object_value(o, "level"), "ROW"));
}

/* Those of one side's partitioned tables, by table; several thousand partitions may
 * have to be held against them. */
struct clones {
	const struct object **v;
	size_t n, cap;
};

struct search {
	struct comparison *comparison;
	const struct clones *clones; /* of that side */
	enum side side;              /* where it is looked for */
	const struct object *own;    /* what a child has of its own */
	unsigned steps;
};

/* True if they are the same but for the names of themselves and of their tables. */
static bool
is_like(const struct search *s, const struct object *parents, const struct renaming *r)
{
	return s->side == EXPECTED ? alike_values(s->comparison, parents, s->own, r)
				   : alike_values(s->comparison, s->own, parents, r);
}

/* True if `table` has a check of that name which its children have of it, and which is
 * the same; any that is the parent's own is, where the other was merged. */
static bool
passes_check_on(const struct search *s, const struct object *table)
{
	const struct object *parents;
	struct identity id = s->own->id;

	id.schema = table->id.schema;
	id.name = table->id.name;
	parents = snapshot_find(s->comparison->sides[s->side], KIND_CONSTRAINT, &id);
	if (!parents || !is_check(parents) || object_value(parents, "no_inherit"))
		return false;
	return object_value(s->own, "inherited") || is_like(s, parents, NULL);
}

static int
by_table(const void *a, const void *b)
{
	const struct object *x = *(const struct object *const *)a;
	const struct object *y = *(const struct object *const *)b;

	if (x->belongs_to != y->belongs_to)
		return x->belongs_to < y->belongs_to ? -1 : 1;
	return (x > y) - (x < y);
}

static void
find_clones(const struct snapshot *s, struct clones *out)
{
	for (size_t i = 0; i < s->n_objects; i++) {
		const struct object *o = &s->objects[i];

		if (!is_cloned(o) || !o->belongs_to ||
			!object_value(o->belongs_to, "partition_key"))
			continue;
		GROW(out->v, out->n, out->cap);
		out->v[out->n++] = o;
	}
	if (out->n)
		qsort(out->v, out->n, sizeof *out->v, by_table);
}

/* The first that belongs to `table`, or where it would be. */
static size_t
first_of(const struct clones *clones, const struct object *table)
{
	size_t from = 0, to = clones->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (clones->v[middle]->belongs_to < table)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* True if a partitioned table has the like of it, so that each partition has. */
static bool
has_like(const struct search *s, const struct object *table)
{
	const struct object *own = s->own, *child = own->belongs_to;
	struct strbuf names[2] = {{0}, {0}};
	struct renaming r;
	bool has = false;

	text_ident(&names[s->side], table->id.name);
	text_ident(&names[!s->side], child->id.name);
	r = (struct renaming){names[EXPECTED].s, names[FOUND].s};
	for (size_t i = first_of(s->clones, table); !has && i < s->clones->n; i++) {
		const struct object *o = s->clones->v[i];

		if (o->belongs_to != table)
			break;
		has = o->kind == own->kind &&
		      (o->kind != KIND_TRIGGER ||
			      text_same(o->id.part, own->id.part)) &&
		      is_like(s, o, &r);
	}
	strbuf_free(&names[EXPECTED]);
	strbuf_free(&names[FOUND]);
	return has;
}

static bool
passes_on(const struct search *s, const struct object *table)
{
	if (is_check(s->own))
		return passes_check_on(s, table);
	return object_value(table, "partition_key") && has_like(s, table);
}

/* Whether an ancestor of `table` passes it on.  The server keeps cycles out; a file may
 * say anything. */
static bool
is_passed_on(struct search *s, const struct object *table)
{
	enum { MAX_STEPS = 1000 };
	const char *list = parents_of(table);
	struct strvec parents = {0};
	bool is = false;

	if (!list || s->steps++ >= MAX_STEPS)
		return false;
	items_split(list, &parents);
	for (size_t i = 0; i < parents.n && !is; i++) {
		const struct object *parent =
			comparison_relation(s->comparison, s->side, parents.v[i]);

		is = parent && (passes_on(s, parent) || is_passed_on(s, parent));
	}
	strvec_free(&parents);
	return is;
}

/* True if a child of that side has the like of `own` from a parent; `clones` are of
 * both sides. */
static bool
comes_from_parent(struct comparison *c, enum side side, const struct clones *clones,
	const struct object *own, const struct object *child)
{
	struct search search = {
		.comparison = c, .clones = &clones[side], .side = side, .own = own};

	return child && is_passed_on(&search, child);
}

static void
leave_out(struct comparison *c, enum side side, const struct clones *clones)
{
	const struct snapshot *s = c->sides[side];
	enum side other = side == EXPECTED ? FOUND : EXPECTED;

	for (size_t i = 0; i < s->n_objects; i++) {
		const struct object *o = &s->objects[i], *table = o->belongs_to;

		if (c->presence[side][i] != ALONE || !table || !is_cloned(o))
			continue;
		/* One beside what it has of its parent is one more. */
		if (!is_check(o) && comes_from_parent(c, side, clones, o, table))
			continue;
		if (comes_from_parent(
			    c, other, clones, o, comparison_twin(c, side, table)))
			c->presence[side][i] = LEFT_OUT;
	}
}

void
inheritance_leave_out(struct comparison *c)
{
	struct clones clones[2] = {{0}, {0}};

	find_clones(c->sides[EXPECTED], &clones[EXPECTED]);
	find_clones(c->sides[FOUND], &clones[FOUND]);
	leave_out(c, EXPECTED, clones);
	leave_out(c, FOUND, clones);
	free(clones[EXPECTED].v);
	free(clones[FOUND].v);
}

/* ---- What parent and child differ in alike ---- */

/* What makes two differences the same but for the table.  Of a whole part the texts
 * are left out: parent and child are not alike in all. */
static void
add_key(struct strbuf *key, const char *part, const struct finding *f)
{
	strbuf_printf(key, "%s\n%d %d", part, (int)f->kind, (int)f->change);
	if (f->change == CHANGE_CHANGED)
		strbuf_printf(key, "\n%s\n%s\n%s", f->property,
			f->expected ? f->expected : "", f->found ? f->found : "");
}

static bool
can_be_inherited(const struct object *o)
{
	return o->kind == KIND_COLUMN || o->kind == KIND_CONSTRAINT;
}

static bool
is_inherited(const struct difference *d)
{
	return can_be_inherited(d->object) && object_value(d->object, "inherited") &&
	       d->object->belongs_to;
}

/* What is shown of columns and constraints: into what a rule hides nothing is folded.
 */
static struct strmap *
map_parts(struct comparison *c)
{
	struct strmap *map = strmap_new();
	struct strbuf key = {0};

	for (size_t i = 0; i < c->n_differences; i++) {
		struct difference *d = &c->differences[i];

		if (!can_be_inherited(d->object) || comparison_ignores(c, d))
			continue;
		strbuf_clear(&key);
		add_key(&key, d->finding.name, &d->finding);
		strmap_put(map, key.s, d);
	}
	strbuf_free(&key);
	return map;
}

static bool
parent_has(const struct strmap *map, const char *parent, const struct difference *d)
{
	struct strbuf part = {0}, key = {0};
	bool has;

	strbuf_printf(&part, "%s.", parent);
	text_ident(&part, d->object->id.part);
	add_key(&key, part.s, &d->finding);
	has = strmap_has(map, key.s);
	strbuf_free(&part);
	strbuf_free(&key);
	return has;
}

static bool
any_parent_has(const struct strmap *map, const struct difference *d)
{
	const char *list = parents_of(d->object->belongs_to);
	struct strvec parents = {0};
	bool has = false;

	if (list)
		items_split(list, &parents);
	for (size_t i = 0; i < parents.n && !has; i++)
		has = parent_has(map, parents.v[i], d);
	strvec_free(&parents);
	return has;
}

static void
fold_columns_of_parents(struct comparison *c)
{
	struct strmap *map = NULL;

	for (size_t i = 0; i < c->n_differences; i++) {
		struct difference *d = &c->differences[i];

		if (!is_inherited(d))
			continue;
		if (!map)
			map = map_parts(c);
		d->folded = any_parent_has(map, d);
	}
	strmap_free(map);
}

static bool
is_change_of(const struct difference *d, const char *property)
{
	return d->finding.property && !strcmp(d->finding.property, property);
}

/* Where a table has other parents, it has other parts of them. */
static void
fold_changes_of_parents(struct comparison *c)
{
	const struct object *first = c->sides[FOUND]->objects;
	bool *moved = xcalloc(c->sides[FOUND]->n_objects + 1, sizeof *moved);

	for (size_t i = 0; i < c->n_differences; i++) {
		const struct difference *d = &c->differences[i];

		if (is_change_of(d, "inherits") || is_change_of(d, "partition_bound"))
			moved[d->object - first] = true;
	}
	for (size_t i = 0; i < c->n_differences; i++) {
		struct difference *d = &c->differences[i];
		const struct object *table = d->object->belongs_to;

		if (table && is_change_of(d, "inherited") && moved[table - first])
			d->folded = true;
	}
	free(moved);
}

/* New names of missing tables by their old ones. */
static struct strmap *
map_renamed(struct comparison *c)
{
	struct strmap *map = strmap_new();

	for (size_t i = 0; i < c->n_differences; i++) {
		const struct finding *f = &c->differences[i].finding;

		if (f->kind == KIND_TABLE && f->change == CHANGE_MISSING && f->renamed)
			strmap_put(map, f->name, (void *)f->renamed);
	}
	return map;
}

/* Whether a child has the same parent as before, by its new name. */
static bool
follows_parent(const struct comparison *c, const struct strmap *renamed,
	const struct difference *d)
{
	const struct object *twin = comparison_twin(c, FOUND, d->object);
	const char *property =
		is_change_of(d, "partition_bound") ? "partition_of" : "inherits";
	const char *from = object_value(twin, property);
	const char *to = object_value(d->object, property), *now;
	const char *expected = d->finding.expected, *found = d->finding.found;

	if (!from || !to || !expected || !found ||
		strncmp(expected, from, strlen(from)) != 0 ||
		strncmp(found, to, strlen(to)) != 0)
		return false;
	now = strmap_get(renamed, from);
	return now && !strcmp(now, to) &&
	       !strcmp(expected + strlen(from), found + strlen(to));
}

static void
fold_names_of_parents(struct comparison *c)
{
	struct strmap *renamed = NULL;

	for (size_t i = 0; i < c->n_differences; i++) {
		struct difference *d = &c->differences[i];

		if (!is_change_of(d, "inherits") && !is_change_of(d, "partition_bound"))
			continue;
		if (!renamed)
			renamed = map_renamed(c);
		d->folded = follows_parent(c, renamed, d);
	}
	strmap_free(renamed);
}

void
inheritance_fold(struct comparison *c)
{
	fold_columns_of_parents(c);
	fold_changes_of_parents(c);
	fold_names_of_parents(c);
}
