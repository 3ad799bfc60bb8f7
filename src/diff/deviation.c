/* What CREATE TABLE … PARTITION OF gives a partition is partly its parent's and partly
 * what every new table has, so a value is in order if it is one or the other; some are
 * a partition's own by nature.  What a partition has of its parent's constraints,
 * indexes and triggers is not in a catalog: what is there, it has beyond them.
 * A parent cannot say all, so its other partitions do: where the expected side has any,
 * what half of those have, or two, is in order, and what two or more all have is
 * expected of each; else what most of the found ones have.  Those of the expected side
 * come first, or else a template that was changed on the found side would not be seen.
 */
#include "diff/deviation.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "diff/across.h"
#include "diff/heritage.h"
#include "diff/moved.h"
#include "diff/partitions.h"
#include "diff/siblings.h"

/* ---- One object ---- */

struct deviations {
	struct comparison *comparison;
	struct siblings *siblings;
	struct strbuf
		*texts; /* of each object of the found side; NULL: none deviates */
};

/* One that is looked at, its parent and what it is held against. */
struct partition {
	enum side side;
	const struct object *table, *parent;
	struct family *family; /* NULL: it is like no other */
};

static bool
alone(const struct comparison *c, const struct object *o)
{
	return c->presence[FOUND][o - c->sides[FOUND]->objects] == ALONE;
}

/* The relation that `o` is, or belongs to; NULL: neither. */
static const struct object *
relation_of(const struct object *o)
{
	while (o && !kind_is_relation(o->kind))
		o = o->belongs_to;
	return o;
}

/* False unless `o` is one, or belongs to one, whose parent was read. */
static bool
find_partition(struct deviations *d, enum side side, const struct object *o,
	struct partition *p)
{
	const char *parent;

	p->side = side;
	p->table = relation_of(o);
	p->parent = NULL;
	p->family = NULL;
	parent = p->table ? partitions_parent(p->table) : NULL;
	if (!parent)
		return false;
	p->parent = comparison_relation(d->comparison, side, parent);
	if (p->parent)
		p->family = siblings_of(d->siblings, p->table, false);
	return p->parent;
}

static bool
is_compared(const struct deviations *d, const struct object *o, size_t property)
{
	return d->comparison->compared[o->kind] >> property & 1;
}

/* What the parent has under the name that `o` has in its partition. */
static const struct object *
find_counterpart(
	const struct deviations *d, const struct partition *p, const struct object *o)
{
	struct identity id = o->id;
	const struct object *found;

	if (o == p->table)
		return p->parent;
	if (strcmp(id.name, p->table->id.name) != 0)
		return NULL;
	id.schema = p->parent->id.schema;
	id.name = p->parent->id.name;
	found = snapshot_find(d->comparison->sides[p->side], o->kind, &id);
	return found && found->kind == o->kind ? found : NULL;
}

/* ---- What goes by which key ---- */

/* Append a value; `name`, the table's own, is the same for all. */
static void
add_text(const char *value, const char *name, struct strbuf *out)
{
	size_t n = strlen(name);
	const char *at;

	while ((at = strstr(value, name))) {
		strbuf_addn(out, value, (size_t)(at - value));
		strbuf_addc(out, '\001');
		value = at + n;
	}
	strbuf_add(out, value);
}

static enum side
side_of(const struct deviations *d, const struct object *o)
{
	const struct snapshot *s = d->comparison->sides[EXPECTED];

	return o >= s->objects && o < s->objects + s->n_objects ? EXPECTED : FOUND;
}

/* Append what a text is but for the table's name, whichever server printed it. */
static void
add_neutral(const struct deviations *d, const struct object *o, size_t property,
	const char *name, struct strbuf *out)
{
	const struct comparison *c = d->comparison;
	enum canon canon = kind_info(o->kind)->properties[property].canon;
	struct strbuf neutral = {0}, text = {0};

	moved_neutral(c, side_of(d, o), o->values[property], &neutral);
	add_text(neutral.s, name, &text);
	if (across_same_major(c->version[EXPECTED], c->version[FOUND]))
		strbuf_add(out, text.s);
	else if (canon == CANON_EXPRESSION || canon == CANON_ITEMS)
		across_key(c->version, text.s, out);
	else
		strbuf_add(out, canon == CANON_OF_VERSION ? "…" : text.s);
	strbuf_free(&neutral);
	strbuf_free(&text);
}

static void
add_value_key(const struct deviations *d, const struct object *o, size_t property,
	const char *name, struct strbuf *out)
{
	const char *value = o->values[property];
	const struct heritage_rule *r =
		heritage_rule(o->kind, kind_info(o->kind)->properties[property].name);

	if (!value) {
		strbuf_add(out, "\n-");
	} else if (heritage_names_index(r, value)) {
		strbuf_add(out, "\nindex");
	} else {
		strbuf_add(out, "\n=");
		add_neutral(d, o, property, name, out);
	}
}

/* Of that property of `o`: that it is not the parent's; with its value, if `own`. */
static void
property_key(const struct deviations *d, const struct object *o, size_t property,
	bool own, struct strbuf *out)
{
	strbuf_clear(out);
	strbuf_printf(out, "%d %s %s", (int)o->kind, o->id.part ? o->id.part : "",
		kind_info(o->kind)->properties[property].name);
	if (own)
		add_value_key(d, o, property, "\001", out);
}

/* Of a whole part of a partition: what it is but for its name.  Of a partition below
 * it: what it holds. */
static void
part_key(const struct deviations *d, const struct object *table, const struct object *o,
	struct strbuf *out)
{
	const struct kind_info *info = kind_info(o->kind);
	struct strbuf name = {0};

	strbuf_clear(out);
	if (partitions_parent(o)) {
		strbuf_add(out, partitions_bound_text(o));
		return;
	}
	object_name(table, &name);
	strbuf_printf(out, "%d %d", (int)o->kind, (int)o->id.on);
	for (size_t i = 0; i < info->n_properties; i++)
		if (is_compared(d, o, i))
			add_value_key(d, o, i, name.s, out);
	strbuf_free(&name);
}

/* ---- What the partitions have ---- */

static bool
is_part(const struct object *o)
{
	return !kind_is_relation(o->kind) && o->kind != KIND_COLUMN &&
	       o->kind != KIND_COMMENT;
}

static void
count_value(struct deviations *d, const struct partition *p, const struct object *o,
	size_t i)
{
	struct strbuf key = {0};
	struct feature *any, *one;

	property_key(d, o, i, false, &key);
	any = siblings_add(p->family, p->side, key.s, o);
	property_key(d, o, i, true, &key);
	one = siblings_add(p->family, p->side, key.s, o);
	if (!any->most[p->side] || one->n[p->side] > any->most[p->side]->n[p->side])
		any->most[p->side] = one;
	strbuf_free(&key);
}

static void
count_values(struct deviations *d, const struct partition *p, const struct object *o)
{
	const struct object *counterpart = find_counterpart(d, p, o);
	const struct kind_info *info = kind_info(o->kind);

	for (size_t i = 0; counterpart && i < info->n_properties; i++)
		if (is_compared(d, o, i) &&
			!heritage_is_parents(
				heritage_rule(o->kind, info->properties[i].name),
				counterpart->values[i], o->values[i]))
			count_value(d, p, o, i);
}

/* Mark what `table` has, and count it where that is one of a family. */
static void
count_part(struct deviations *d, const struct partition *p, const struct object *table,
	const struct object *o)
{
	struct strbuf key = {0};

	part_key(d, table, o, &key);
	if (siblings_mark(d->siblings, table, key.s) && p->family)
		siblings_add(p->family, p->side, key.s, o)->whole = true;
	strbuf_free(&key);
}

static bool
is_designed(const struct object *partition)
{
	return partitions_bound(partition) > BOUND_RANGE;
}

/* A partition is also a part of its parent, if that is one. */
static void
count_below(struct deviations *d, const struct partition *p)
{
	struct partition above;

	if (is_designed(p->table) && find_partition(d, p->side, p->parent, &above))
		count_part(d, &above, p->parent, p->table);
}

static void
count(struct deviations *d, enum side side)
{
	const struct snapshot *s = d->comparison->sides[side];
	struct partition p;

	for (size_t i = 0; i < s->n_objects; i++) {
		const struct object *o = &s->objects[i];

		if (!d->comparison->compared[o->kind])
			continue;
		if (find_partition(d, side, o, &p) && o == p.table)
			count_below(d, &p);
		if (p.family && o == p.table)
			p.family->n[side]++;
		if (p.family)
			count_values(d, &p, o);
		if (is_part(o) && p.table &&
			(p.family || object_value(p.table, "partition_key")))
			count_part(d, &p, p.table, o);
	}
}

/* ---- Is it as the others? ---- */

/* Of those found, itself among them: one alone has no company. */
static bool
most_have(const struct family *f, const struct feature *x)
{
	return x && f->n[FOUND] > 1 && 2 * x->n[FOUND] > f->n[FOUND];
}

/* Half of the expected ones have it, or two: templates change over time, and a single
 * one among many is none. */
static bool
is_allowed(const struct family *f, const struct feature *x)
{
	if (!f || !x)
		return false;
	return f->n[EXPECTED]
		       ? x->n[EXPECTED] > 1 || (x->n[EXPECTED] && 2 >= f->n[EXPECTED])
		       : most_have(f, x);
}

/* True if the others say that each should have it; a single one is no rule. */
static bool
is_wanted(const struct family *f, const struct feature *x)
{
	if (x->n[EXPECTED] < f->n[EXPECTED])
		return false;
	return f->n[EXPECTED] > 1 || most_have(f, x);
}

/* What PARTITION OF passes on, a value of the parent's excuses; of the others the
 * partitions tell which is the rule. */
static bool
is_unlike(const struct deviations *d, const struct partition *p, const struct object *o,
	const struct object *counterpart, size_t i)
{
	const char *parents = counterpart->values[i];
	const struct heritage_rule *r =
		heritage_rule(o->kind, kind_info(o->kind)->properties[i].name);
	bool deviates = heritage_deviates(r, parents, o->values[i]);
	struct feature *any, *one;
	struct strbuf key = {0};

	if (!p->family || (!deviates && !kind_is_relation(o->kind)) ||
		r->rule == HERITAGE_OWN)
		return deviates;
	property_key(d, o, i, false, &key);
	any = siblings_find(p->family, key.s);
	property_key(d, o, i, true, &key);
	one = siblings_find(p->family, key.s);
	strbuf_free(&key);
	if (heritage_is_parents(r, parents, o->values[i]))
		return any && is_wanted(p->family, any);
	if (is_allowed(p->family, one))
		return false;
	if (r->rule == HERITAGE_STORAGE && one && one->n[FOUND] > 1)
		return false;
	if (p->family->n[EXPECTED] > 1)
		return true;
	return deviates || (any && most_have(p->family, any->most[FOUND]) &&
				   any->most[FOUND] != one);
}

/* What its value is held against: that of most others, or the parent's. */
static const char *
usual_value(const struct deviations *d, const struct partition *p,
	const struct object *o, const struct object *counterpart, size_t i)
{
	struct strbuf key = {0};
	const struct feature *any, *most;
	enum side side;

	if (!p->family)
		return counterpart->values[i];
	side = p->family->n[EXPECTED] > 1 ? EXPECTED : FOUND;
	property_key(d, o, i, false, &key);
	any = siblings_find(p->family, key.s);
	strbuf_free(&key);
	most = any ? any->most[side] : NULL;
	if (!most || (side == FOUND ? !most_have(p->family, most)
				    : 2 * most->n[side] <= p->family->n[side]))
		return counterpart->values[i];
	return most->example->values[i];
}

/* ---- How one deviates ---- */

/* Begin with what it deviates from, go on with a semicolon. */
static struct strbuf *
begin(struct deviations *d, const struct partition *p)
{
	struct strbuf *text =
		&d->texts[p->table - d->comparison->sides[FOUND]->objects];

	if (text->len) {
		strbuf_add(text, "; ");
	} else {
		strbuf_add(text, "deviates from ");
		object_name(p->parent, text);
		strbuf_add(text, ": ");
	}
	return text;
}

static void
add_word(struct strbuf *text, const struct object *o)
{
	strbuf_printf(text, "%s %s", kind_info(o->kind)->word,
		o->id.part ? o->id.part : o->id.name);
}

static void
say_value(struct deviations *d, const struct partition *p, const struct object *o,
	const struct object *counterpart, size_t i)
{
	const char *usual = usual_value(d, p, o, counterpart, i), *own = o->values[i];
	struct strbuf *text = begin(d, p);

	if (o != p->table) {
		add_word(text, o);
		strbuf_addc(text, ' ');
	}
	strbuf_printf(text, "%s: %s, not %s", kind_info(o->kind)->properties[i].name,
		own ? own : "(not set)", usual ? usual : "(not set)");
}

static void
say_part(struct deviations *d, const struct partition *p, const char *word,
	const struct object *o)
{
	struct strbuf *text = begin(d, p);

	strbuf_add(text, word);
	if (partitions_parent(o)) {
		strbuf_printf(text, "partition %s", partitions_bound_text(o));
		return;
	}
	add_word(text, o);
	strbuf_add(text, ": ");
	object_show(o, UINT64_MAX, text);
}

static bool
is_extra(const struct deviations *d, const struct partition *p, const struct object *o)
{
	struct strbuf key = {0};
	bool extra;

	if (!is_part(o))
		return false;
	part_key(d, p->table, o, &key);
	extra = !p->family || !is_allowed(p->family, siblings_find(p->family, key.s));
	strbuf_free(&key);
	return extra;
}

static void
judge(struct deviations *d, const struct partition *p, const struct object *o)
{
	const struct object *counterpart = find_counterpart(d, p, o);
	const struct kind_info *info = kind_info(o->kind);

	for (size_t i = 0; counterpart && i < info->n_properties; i++)
		if (is_compared(d, o, i) && is_unlike(d, p, o, counterpart, i))
			say_value(d, p, o, counterpart, i);
	if (!counterpart && is_extra(d, p, o))
		say_part(d, p, "", o);
}

/* Most features are a single partition's own, as its bounds: each partition held
 * against all of them would be quadratic. */
static void
find_wanted(struct family *f, size_t *tried)
{
	if (f->knows_wanted)
		return;
	f->knows_wanted = true;
	*tried += f->n_features;
	f->wanted = xcalloc(f->n_features + 1, sizeof *f->wanted);
	for (size_t i = 0; i < f->n_features; i++)
		if (f->features[i]->whole && is_wanted(f, f->features[i]))
			f->wanted[f->n_wanted++] = f->features[i];
}

/* What the others have, and neither it nor its parent for it. */
static void
judge_lacks(struct deviations *d, const struct partition *p)
{
	size_t *tried = &d->comparison->n_tried_parts;

	find_wanted(p->family, tried);
	for (size_t i = 0; i < p->family->n_wanted; i++) {
		const struct feature *x = p->family->wanted[i];

		++*tried;
		if (!siblings_has(d->siblings, p->table, x->key) &&
			!siblings_has(d->siblings, p->parent, x->key))
			say_part(d, p, "lacks ", x->example);
	}
}

/* ---- All of them ---- */

/* The partition that `o` is, or belongs to, if that is alone. */
static bool
find_alone(struct deviations *d, const struct object *o, struct partition *p)
{
	const struct object *table = relation_of(o);

	return table && alone(d->comparison, table) && find_partition(d, FOUND, o, p);
}

/* True if there is one that has to be looked at. */
static bool
found_families(struct deviations *d)
{
	const struct snapshot *s = d->comparison->sides[FOUND];
	struct partition p;
	bool any = false;

	for (size_t i = 0; i < s->n_objects; i++) {
		if (!kind_is_relation(s->objects[i].kind) ||
			!find_alone(d, &s->objects[i], &p))
			continue;
		siblings_of(d->siblings, p.table, true);
		any = true;
	}
	return any;
}

static void
judge_all(struct deviations *d)
{
	const struct snapshot *s = d->comparison->sides[FOUND];
	struct partition p;

	for (size_t i = 0; i < s->n_objects; i++)
		if (d->comparison->compared[s->objects[i].kind] &&
			find_alone(d, &s->objects[i], &p))
			judge(d, &p, &s->objects[i]);
	for (size_t i = 0; i < s->n_objects; i++)
		if (kind_is_relation(s->objects[i].kind) &&
			find_alone(d, &s->objects[i], &p) && p.family)
			judge_lacks(d, &p);
}

struct deviations *
deviations_find(struct comparison *c)
{
	struct deviations *d = xcalloc(1, sizeof *d);

	d->comparison = c;
	d->siblings = siblings_new();
	if (!found_families(d))
		return d;
	d->texts = xcalloc(c->sides[FOUND]->n_objects, sizeof *d->texts);
	count(d, EXPECTED);
	count(d, FOUND);
	judge_all(d);
	return d;
}

void
deviations_free(struct deviations *d)
{
	if (!d)
		return;
	for (size_t i = 0; d->texts && i < d->comparison->sides[FOUND]->n_objects; i++)
		strbuf_free(&d->texts[i]);
	free(d->texts);
	siblings_free(d->siblings);
	free(d);
}

const char *
deviations_of(const struct deviations *d, const struct object *o)
{
	return d->texts ? d->texts[o - d->comparison->sides[FOUND]->objects].s : NULL;
}
