/* What CREATE TABLE … PARTITION OF gives a partition is partly its parent's and partly
 * what every new table has, so a value is in order if it is one or the other; some are
 * a partition's own by nature.  What a partition has of its parent's constraints,
 * indexes and triggers is not in a catalog: what is there, it has beyond them. */
#include "diff/deviation.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "base/text.h"

/* ---- One value ---- */

enum rule {
	AS_PARENT,    /* the parent's, or none */
	ALWAYS,       /* the parent's: none would deviate as well */
	OWN,          /* a partition's own */
	OWN_INDEX,    /* the name of an index, which each table has its own of */
	OWN_IDENTITY, /* as well, or a word */
	OWN_KIND, /* a partition's own where the parent, which stores nothing, has none
		   */
	SHARED    /* of the parent's the partition has the beginning */
};

struct property_rule {
	enum kind kind;
	const char *property;
	enum rule rule;
	const char *as_new; /* what every new table has, or NULL */
};

static const struct property_rule property_rules[] = {
	{KIND_TABLE, "persistence", AS_PARENT, "permanent"},
	{KIND_TABLE, "partition_bound", OWN, NULL},
	{KIND_TABLE, "partition_key", OWN, NULL},
	{KIND_TABLE, "row_security", AS_PARENT, "false"},
	{KIND_TABLE, "force_row_security", AS_PARENT, "false"},
	{KIND_TABLE, "replica_identity", OWN_IDENTITY, NULL},
	{KIND_TABLE, "clustered_on", OWN_INDEX, NULL},
	{KIND_TABLE, "access_method", OWN_KIND, NULL},
	{KIND_TABLE, "options", OWN_KIND, NULL},
	{KIND_FOREIGN_TABLE, "server", OWN, NULL},
	{KIND_FOREIGN_TABLE, "foreign_options", OWN, NULL},
	{KIND_FOREIGN_TABLE, "partition_bound", OWN, NULL},
	{KIND_COLUMN, "default", ALWAYS, NULL},
	{KIND_COLUMN, "generated", ALWAYS, NULL},
	{KIND_COLUMN, "storage", ALWAYS, NULL},
	{KIND_COLUMN, "identity", SHARED, NULL},
	{KIND_COLUMN, "foreign_options", OWN, NULL},
	{KIND_COLUMN, "position", OWN, NULL},
};

static const struct property_rule *
rule_of(enum kind k, const char *property)
{
	static const struct property_rule others = {KIND_NONE, NULL, AS_PARENT, NULL};

	for (size_t i = 0; i < COUNT_OF(property_rules); i++)
		if (property_rules[i].kind == k &&
			!strcmp(property_rules[i].property, property))
			return &property_rules[i];
	return &others;
}

static bool
names_index(const char *replica_identity)
{
	static const char index[] = "index ";

	return !strncmp(replica_identity, index, strlen(index));
}

static bool
value_deviates(const struct property_rule *r, const char *parents, const char *own)
{
	if (r->rule == OWN || (!own && r->rule != ALWAYS))
		return false;
	if (own && parents && !strcmp(own, parents))
		return false;
	if (own && r->as_new && !strcmp(own, r->as_new))
		return false;
	if (!own)
		return parents;
	switch (r->rule) {
	case OWN_KIND:
		return parents;
	case OWN_INDEX:
		return !parents;
	case OWN_IDENTITY:
		return !parents || !names_index(parents) || !names_index(own);
	case SHARED:
		return !parents || strncmp(parents, own, strlen(own));
	default:
		return true;
	}
}

/* ---- One object ---- */

struct deviations {
	const struct comparison *comparison;
	const struct snapshot *snapshot;
	struct strmap *parents; /* tables by qualified name; NULL: no partition is alone
				 */
	struct strbuf *texts;   /* of each object */
};

static const char *
partition_of(const struct object *o)
{
	return kind_is_relation(o->kind) ? object_value(o, "partition_of") : NULL;
}

static bool
alone(const struct deviations *d, const struct object *o)
{
	return d->comparison->presence[FOUND][o - d->snapshot->objects] == ALONE;
}

/* The relation that `o` is, or belongs to; NULL: neither. */
static const struct object *
relation_of(const struct object *o)
{
	while (o && !kind_is_relation(o->kind))
		o = o->belongs_to;
	return o;
}

/* ---- What the other partitions have ---- */

static bool
is_name_of(const char *value, const struct object *relation)
{
	struct strbuf name = {0};
	bool is;

	object_name(relation, &name);
	is = !strcmp(value, name.s);
	strbuf_free(&name);
	return is;
}

/* True if both are the same but for their names and the partition they belong to. */
static bool
alike(const struct deviations *d, const struct object *a, const struct object *b)
{
	const struct kind_info *info = kind_info(a->kind);

	for (size_t i = 0; i < info->n_properties; i++) {
		if (!(d->comparison->compared[a->kind] >> i & 1) ||
			text_same(a->values[i], b->values[i]))
			continue;
		if (!a->values[i] || !b->values[i] ||
			!is_name_of(a->values[i], relation_of(a)) ||
			!is_name_of(b->values[i], relation_of(b)))
			return false;
	}
	return true;
}

/* A partition of the same parent that both sides have, or what belongs to one. */
static bool
belongs_to_sibling(const struct deviations *d, const struct object *o,
	const struct object *partition)
{
	const struct object *sibling = relation_of(o);

	return sibling && sibling != partition && partition_of(sibling) &&
	       !strcmp(partition_of(sibling), partition_of(partition)) &&
	       d->comparison->presence[FOUND][sibling - d->snapshot->objects] == BOTH;
}

static bool
has_value(const struct object *a, const struct object *b, size_t property)
{
	return text_same(a->id.part, b->id.part) &&
	       text_same(a->values[property], b->values[property]);
}

/* True if most of the other partitions have the like of `o`, or have that property of
 * it as well: they are made from a template, say, since a parent can have no unique
 * index without its partition key. */
static bool
is_usual(const struct deviations *d, const struct object *o,
	const struct object *partition, const size_t *property)
{
	const struct snapshot *s = d->snapshot;
	size_t n = 0, n_have = 0;

	for (size_t i = 0; i < s->n_objects; i++) {
		const struct object *other = &s->objects[i];

		if (!belongs_to_sibling(d, other, partition))
			continue;
		n += other == relation_of(other);
		n_have += other->kind == o->kind &&
			  (property ? has_value(o, other, *property)
				    : alike(d, o, other));
	}
	return 2 * n_have > n;
}

/* ---- How one deviates ---- */

/* Begin with what it deviates from, go on with a semicolon. */
static void
add_word(struct strbuf *text, const struct object *parent, const struct object *o)
{
	if (text->len) {
		strbuf_add(text, "; ");
	} else {
		strbuf_add(text, "deviates from ");
		object_name(parent, text);
		strbuf_add(text, ": ");
	}
	if (kind_is_relation(o->kind))
		return;
	strbuf_printf(text, "%s %s", kind_info(o->kind)->word,
		o->id.part ? o->id.part : o->id.name);
}

static void
add_value(struct strbuf *text, const struct property *p, const char *parents,
	const char *own)
{
	if (text->s[text->len - 1] != ' ')
		strbuf_addc(text, ' ');
	strbuf_printf(text, "%s: %s, not %s", p->name, own ? own : "(not set)",
		parents ? parents : "(not set)");
}

static void
judge_values(struct deviations *d, const struct object *o,
	const struct object *counterpart, const struct object *partition,
	const struct object *parent)
{
	const struct kind_info *info = kind_info(o->kind);
	struct strbuf *text = &d->texts[partition - d->snapshot->objects];

	for (size_t i = 0; i < info->n_properties; i++) {
		const struct property *p = &info->properties[i];

		if (!(d->comparison->compared[o->kind] >> i & 1) ||
			!value_deviates(rule_of(o->kind, p->name),
				counterpart->values[i], o->values[i]) ||
			is_usual(d, o, partition, &i))
			continue;
		add_word(text, parent, o);
		add_value(text, p, counterpart->values[i], o->values[i]);
	}
}

/* What the parent has under the name that `o` has in its partition. */
static const struct object *
find_counterpart(const struct deviations *d, const struct object *o,
	const struct object *partition, const struct object *parent)
{
	struct identity id = o->id;

	if (o == partition)
		return parent;
	if (strcmp(id.name, partition->id.name) != 0)
		return NULL;
	id.schema = parent->id.schema;
	id.name = parent->id.name;
	return snapshot_find(d->snapshot, o->kind, &id);
}

static void
judge(struct deviations *d, const struct object *o, const struct object *partition,
	const struct object *parent)
{
	const struct object *counterpart;
	struct strbuf *text = &d->texts[partition - d->snapshot->objects];

	if (o->kind == KIND_COMMENT || !d->comparison->compared[o->kind])
		return;
	counterpart = find_counterpart(d, o, partition, parent);
	if (counterpart && counterpart->kind == o->kind) {
		judge_values(d, o, counterpart, partition, parent);
	} else if (o != partition && !counterpart && !is_usual(d, o, partition, NULL)) {
		add_word(text, parent, o);
		strbuf_add(text, ": ");
		object_show(o, UINT64_MAX, text);
	}
}

/* ---- All of them ---- */

/* The partition that `o` is, or belongs to, if that is alone. */
static const struct object *
partition_alone(const struct deviations *d, const struct object *o)
{
	o = relation_of(o);
	return o && alone(d, o) && partition_of(o) ? o : NULL;
}

static void
map_parents(struct deviations *d)
{
	const struct snapshot *s = d->snapshot;
	struct strbuf name = {0};

	d->parents = strmap_new();
	d->texts = xcalloc(s->n_objects, sizeof *d->texts);
	for (size_t i = 0; i < s->n_objects; i++) {
		if (s->objects[i].kind != KIND_TABLE)
			continue;
		strbuf_clear(&name);
		object_name(&s->objects[i], &name);
		strmap_put(d->parents, name.s, &s->objects[i]);
	}
	strbuf_free(&name);
}

struct deviations *
deviations_find(const struct comparison *c)
{
	struct deviations *d = xcalloc(1, sizeof *d);
	const struct snapshot *s = c->sides[FOUND];

	d->comparison = c;
	d->snapshot = s;
	for (size_t i = 0; i < s->n_objects; i++) {
		const struct object *o = &s->objects[i], *parent;
		const struct object *partition = partition_alone(d, o);

		if (!partition)
			continue;
		if (!d->parents)
			map_parents(d);
		parent = strmap_get(d->parents, partition_of(partition));
		if (parent)
			judge(d, o, partition, parent);
	}
	return d;
}

void
deviations_free(struct deviations *d)
{
	if (!d)
		return;
	for (size_t i = 0; d->texts && i < d->snapshot->n_objects; i++)
		strbuf_free(&d->texts[i]);
	free(d->texts);
	strmap_free(d->parents);
	free(d);
}

const char *
deviations_of(const struct deviations *d, const struct object *o)
{
	return d->texts ? d->texts[o - d->snapshot->objects].s : NULL;
}
