/* From a heap of objects to a snapshot; see assemble.h. */
#include "catalog/assemble.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/fingerprint.h"

void
assembly_begin(struct assembly *a)
{
	struct snapshot *s = xcalloc(1, sizeof *s);

	s->refs = 1;
	s->arena = arena_new();
	*a = (struct assembly){.snapshot = s, .strings = intern_new(s->arena)};
}

void
assembly_drop(struct assembly *a)
{
	intern_free(a->strings);
	snapshot_unref(a->snapshot);
	*a = (struct assembly){0};
}

void
assembly_reserve(struct assembly *a, size_t n)
{
	struct snapshot *s = a->snapshot;

	if (s->n_objects + n <= a->cap)
		return;
	a->cap = s->n_objects + n > a->cap / 4 * 5 ? s->n_objects + n : a->cap / 4 * 5;
	s->objects = xrealloc(s->objects, a->cap, sizeof *s->objects);
}

void
assembly_copy_header(struct assembly *a, const struct snapshot *from)
{
	struct snapshot *to = a->snapshot;

	memcpy(to->read, from->read, sizeof to->read);
	to->server_version_num = from->server_version_num;
	to->server_version = intern_str(a->strings, from->server_version);
	to->in_recovery = from->in_recovery;
	to->version_schema = intern_str(a->strings, from->version_schema);
	to->version_table = intern_str(a->strings, from->version_table);
	to->version_table_exists = from->version_table_exists;
	strvec_copy(&to->revision, &from->revision);
}

/* What was set of the object at hand stays. */
static void
close_object(struct assembly *a)
{
	struct object *o;

	if (!a->open)
		return;
	o = &a->snapshot->objects[a->open - 1];
	o->values =
		intern_list(a->strings, a->values, kind_info(o->kind)->n_properties);
	a->open = 0;
}

struct object *
assembly_object(struct assembly *a, enum kind k, const char ***values)
{
	struct snapshot *s = a->snapshot;
	struct object *o;

	close_object(a);
	if (s->n_objects == a->cap)
		assembly_reserve(a, 8);
	memset(a->values, 0, kind_info(k)->n_properties * sizeof *a->values);
	*values = a->values;
	o = &s->objects[s->n_objects++];
	*o = (struct object){.kind = k, .id = {.on = KIND_NONE}, .values = a->values};
	a->open = s->n_objects;
	return o;
}

const char **
assembly_values(struct assembly *a, size_t i)
{
	const struct object *o = &a->snapshot->objects[i];

	close_object(a);
	memcpy(a->values, o->values,
		kind_info(o->kind)->n_properties * sizeof *a->values);
	a->open = i + 1;
	return a->values;
}

static int
by_object(const void *a, const void *b)
{
	return object_compare(a, b);
}

static bool
sorted_unique(const struct snapshot *s, struct err *e)
{
	struct strbuf name = {0};

	for (size_t i = 1; i < s->n_objects; i++) {
		const struct object *o = &s->objects[i];

		if (object_compare(o - 1, o) < 0)
			continue;
		object_name(o, &name);
		err_set(e, ERR_INTERNAL, "the catalog was read with two of the %s %s",
			kind_info(o->kind)->word, name.s);
		strbuf_free(&name);
		return false;
	}
	return true;
}

/* Relations, domains and composite types of one schema share their names. */
static const struct object *
find_relation(const struct snapshot *s, const char *schema, const char *name)
{
	static const enum kind kinds[] = {KIND_TABLE, KIND_VIEW, KIND_MATERIALIZED_VIEW,
		KIND_FOREIGN_TABLE, KIND_DOMAIN, KIND_TYPE};
	const struct identity id = {.schema = schema, .name = name, .on = KIND_NONE};

	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		const struct object *o = snapshot_find(s, kinds[i], &id);

		if (o)
			return o;
	}
	return NULL;
}

static const struct object *
find_target(const struct snapshot *s, const struct object *o)
{
	struct identity id = o->id;

	id.on = KIND_NONE;
	return snapshot_find(s, o->id.on, &id);
}

static const struct object *
find_column(const struct snapshot *s, const struct object *o)
{
	const struct identity id = {.schema = o->id.schema,
		.name = o->parent,
		.part = o->parent_part,
		.on = KIND_NONE};

	return snapshot_find(s, KIND_COLUMN, &id);
}

static const struct object *
find_schema(const struct snapshot *s, const struct object *o)
{
	const struct identity id = {.name = o->id.schema, .on = KIND_NONE};

	return o->id.schema ? snapshot_find(s, KIND_SCHEMA, &id) : NULL;
}

/* Of what hangs on the relation or domain that its identity names. */
static bool
is_part(const struct object *o)
{
	enum kind k = o->id.on == KIND_NONE ? o->kind : o->id.on;

	return o->id.part &&
	       (k == KIND_COLUMN || k == KIND_CONSTRAINT || k == KIND_TRIGGER ||
		       k == KIND_RULE || k == KIND_POLICY);
}

static const struct object *
find_server(const struct snapshot *s, const struct object *o)
{
	const struct identity id = {.name = o->id.name, .on = KIND_NONE};

	return snapshot_find(s, KIND_FOREIGN_SERVER, &id);
}

/* Members of extensions are no objects; what is granted on them is, and goes with the
 * extension. */
static const struct object *
find_extension(const struct snapshot *s, const struct object *o)
{
	const struct identity id = {
		.name = object_value(o, "extension"), .on = KIND_NONE};

	return id.name ? snapshot_find(s, KIND_EXTENSION, &id) : NULL;
}

static const struct object *
find_owner(const struct snapshot *s, const struct object *o)
{
	const struct object *owner = NULL;

	if (o->id.on != KIND_NONE)
		owner = find_target(s, o);
	if (!owner && o->kind == KIND_GRANT)
		owner = find_extension(s, o);
	if (!owner && o->parent && o->parent_part)
		owner = find_column(s, o);
	if (!owner && o->parent)
		owner = find_relation(s, o->id.schema, o->parent);
	if (!owner && is_part(o))
		owner = find_relation(s, o->id.schema, o->id.name);
	if (o->kind == KIND_USER_MAPPING)
		owner = find_server(s, o);
	return owner ? owner : find_schema(s, o);
}

/* The strings are interned, so that equal names are equal pointers. */
static bool
same_owner(const struct object *a, const struct object *b)
{
	return a->kind == b->kind && a->kind != KIND_USER_MAPPING &&
	       a->id.schema == b->id.schema && a->id.on == KIND_NONE &&
	       b->id.on == KIND_NONE && a->parent == b->parent &&
	       a->parent_part == b->parent_part && !a->id.part == !b->id.part &&
	       (!a->id.part || a->id.name == b->id.name);
}

static void
link_objects(struct snapshot *s)
{
	for (size_t i = 0; i < s->n_objects; i++) {
		struct object *o = &s->objects[i];

		if (i && same_owner(o, o - 1))
			o->belongs_to = o[-1].belongs_to;
		else
			o->belongs_to = find_owner(s, o);
	}
}

static bool
any_user_table(const struct snapshot *s)
{
	for (size_t i = 0; i < s->n_objects; i++) {
		const struct object *o = &s->objects[i];

		if ((o->kind == KIND_TABLE || o->kind == KIND_FOREIGN_TABLE) &&
			!object_within(o, s->version_schema, s->version_table))
			return true;
	}
	return false;
}

struct snapshot *
assembly_restore(struct assembly *a)
{
	struct snapshot *s = a->snapshot;

	close_object(a);
	link_objects(s);
	s->has_user_tables = any_user_table(s);
	intern_free(a->strings);
	*a = (struct assembly){0};
	return s;
}

struct snapshot *
assembly_end(struct assembly *a, struct err *e)
{
	struct snapshot *s = a->snapshot;

	close_object(a);
	if (s->n_objects)
		s->objects = xrealloc(s->objects, s->n_objects, sizeof *s->objects);
	intern_free(a->strings);
	a->strings = NULL;
	if (s->n_objects)
		qsort(s->objects, s->n_objects, sizeof *s->objects, by_object);
	if (!sorted_unique(s, e)) {
		assembly_drop(a);
		return NULL;
	}
	strvec_sort(&s->revision);
	assembly_restore(a);
	fingerprint_of(s, s->fingerprint);
	return s;
}
