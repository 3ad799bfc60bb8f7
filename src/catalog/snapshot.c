/* What can be asked of a catalog once it is read; see snapshot.h. */
#include "catalog/snapshot.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "catalog/fingerprint.h"
#include "catalog/library.h"
#include "catalog/secret.h"

struct snapshot *
snapshot_ref(struct snapshot *s)
{
	atomic_fetch_add(&s->refs, 1);
	return s;
}

void
snapshot_unref(struct snapshot *s)
{
	unsigned before;

	if (!s)
		return;
	before = atomic_fetch_sub(&s->refs, 1);
	assert(before > 0);
	if (before > 1)
		return;
	volume_unref(s->volume);
	free(s->objects);
	strvec_free(&s->revision);
	arena_free(s->arena);
	free(s);
}

struct snapshot *
snapshot_open(const struct snapshot *s)
{
	/* Only the count of references changes. */
	return s->volume ? volume_open(s->volume)
			 : snapshot_ref((struct snapshot *)(uintptr_t)s);
}

bool
snapshot_same(const struct snapshot *a, const struct snapshot *b)
{
	return a == b || (a && b && a->volume && a->volume == b->volume);
}

size_t
snapshot_count(const struct snapshot *s, size_t *objects)
{
	size_t n = 0;

	if (s->volume)
		return volume_count(s->volume, objects);
	memset(objects, 0, KIND_COUNT * sizeof *objects);
	for (size_t i = 0; i < s->n_objects; i++) {
		if (!fingerprint_covers(s, &s->objects[i]))
			continue;
		objects[s->objects[i].kind]++;
		n++;
	}
	return n;
}

static int
compare_names(const char *a, const char *b)
{
	if (a == b)
		return 0;
	if (!a || !b)
		return a ? 1 : -1;
	return strcmp(a, b);
}

int
identity_compare(const struct identity *a, const struct identity *b)
{
	int d;

	if ((d = compare_names(a->schema, b->schema)))
		return d;
	if ((d = compare_names(a->name, b->name)))
		return d;
	if ((d = compare_names(a->part, b->part)))
		return d;
	if ((d = compare_names(a->args, b->args)))
		return d;
	return (int)a->on - (int)b->on;
}

int
object_compare(const struct object *a, const struct object *b)
{
	if (a->kind != b->kind)
		return (int)a->kind - (int)b->kind;
	return identity_compare(&a->id, &b->id);
}

static int
by_object(const void *a, const void *b)
{
	return object_compare(a, b);
}

const struct object *
snapshot_find(const struct snapshot *s, enum kind k, const struct identity *id)
{
	struct object key = {.kind = k, .id = *id};

	assert(!s->volume);
	if (!s->n_objects)
		return NULL;
	return bsearch(&key, s->objects, s->n_objects, sizeof *s->objects, by_object);
}

size_t
snapshot_lower_bound(const struct snapshot *s, const struct object *key)
{
	size_t low = 0, high = s->n_objects;

	assert(!s->volume);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (object_compare(&s->objects[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
kind_is_relation(enum kind k)
{
	return k == KIND_TABLE || k == KIND_FOREIGN_TABLE || k == KIND_VIEW ||
	       k == KIND_MATERIALIZED_VIEW;
}

bool
kind_is_nameless(enum kind k)
{
	return k == KIND_CAST || k == KIND_TRANSFORM;
}

bool
object_within(const struct object *o, const char *schema, const char *relation)
{
	if (!schema || !relation)
		return false;
	for (; o; o = o->belongs_to)
		if (kind_is_relation(o->kind) && !strcmp(o->id.name, relation) &&
			o->id.schema && !strcmp(o->id.schema, schema))
			return true;
	return false;
}

void
object_name(const struct object *o, struct strbuf *out)
{
	enum kind k = o->id.on == KIND_NONE ? o->kind : o->id.on;

	if (o->id.schema) {
		text_ident(out, o->id.schema);
		strbuf_addc(out, '.');
	}
	if (k == KIND_OPERATOR)
		strbuf_add(out, o->id.name);
	else if (!kind_is_nameless(k))
		text_ident(out, o->id.name);
	if (o->id.part) {
		strbuf_addc(out, '.');
		text_ident(out, o->id.part);
	}
	if (o->id.args)
		strbuf_printf(out, "(%s)", o->id.args);
}

const char *
object_value(const struct object *o, const char *property)
{
	int i = kind_property(o->kind, property);

	return i < 0 ? NULL : o->values[i];
}

/* What stands between the properties: lines if one of them has lines. */
static const char *
separator(const struct object *o)
{
	for (size_t i = 0; i < kind_info(o->kind)->n_properties; i++)
		if (o->values[i] && strchr(o->values[i], '\n'))
			return "\n";
	return ", ";
}

static bool
is_shown(const struct object *o, uint64_t shown, size_t i)
{
	const struct property *p = &kind_info(o->kind)->properties[i];

	return o->values[i] && (shown >> i & 1 || p->only_with == SWITCH_NEVER) &&
	       (!p->usual || strcmp(o->values[i], p->usual) != 0);
}

void
object_show(const struct object *o, uint64_t shown, struct strbuf *out)
{
	const struct kind_info *info = kind_info(o->kind);
	const char *definition = object_value(o, "definition"), *between = "";

	if (!definition)
		definition = object_value(o, info->word);
	strbuf_add(out, definition ? definition : "");
	for (size_t i = 0; !definition && i < info->n_properties; i++) {
		if (!is_shown(o, shown, i))
			continue;
		strbuf_printf(out, "%s%s: ", between, info->properties[i].name);
		if (info->properties[i].secrets)
			secret_mask(o->values[i], out);
		else
			strbuf_add(out, o->values[i]);
		between = separator(o);
	}
}

/* It is of the last kind. */
void
snapshot_leave_database(struct snapshot *s)
{
	const struct object *end;

	assert(atomic_load(&s->refs) == 1 && !s->volume);
	while (s->n_objects && s->objects[s->n_objects - 1].kind == KIND_DATABASE)
		s->n_objects--;
	end = s->objects + s->n_objects;
	for (size_t i = 0; i < s->n_objects; i++)
		if (s->objects[i].belongs_to >= end)
			s->objects[i].belongs_to = NULL;
	s->read[KIND_DATABASE] = 0;
	fingerprint_of(s, s->fingerprint);
}
