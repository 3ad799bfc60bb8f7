/* What all steps of a comparison need: who is compared with whom, and what was noted.
 */
#include "diff/comparison.h"

#include <stdlib.h>

#include "base/mem.h"
#include "catalog/ignore.h"

const struct object *
comparison_twin(const struct comparison *c, enum side side, const struct object *o)
{
	return c->twins[side][o - c->sides[side]->objects];
}

static void
set_twin(struct comparison *c, enum side side, const struct object *o,
	const struct object *twin)
{
	size_t i = (size_t)(o - c->sides[side]->objects);

	c->twins[side][i] = twin;
	c->presence[side][i] = twin ? BOTH : ALONE;
}

void
comparison_pair(
	struct comparison *c, const struct object *expected, const struct object *found)
{
	const struct object *a = comparison_twin(c, FOUND, found);
	const struct object *b = comparison_twin(c, EXPECTED, expected);

	if (a)
		set_twin(c, EXPECTED, a, NULL);
	if (b)
		set_twin(c, FOUND, b, NULL);
	set_twin(c, EXPECTED, expected, found);
	set_twin(c, FOUND, found, expected);
}

bool
comparison_goes_with_another(
	const struct comparison *c, enum side side, const struct object *o)
{
	const struct object *first = c->sides[side]->objects;

	for (o = o->belongs_to; o; o = o->belongs_to)
		if (c->presence[side][o - first] == ALONE)
			return true;
	return false;
}

static struct strmap *
map_relations(const struct snapshot *s)
{
	struct strmap *map = strmap_new();
	struct strbuf name = {0};

	for (size_t i = 0; i < s->n_objects; i++) {
		if (!kind_is_relation(s->objects[i].kind))
			continue;
		strbuf_clear(&name);
		object_name(&s->objects[i], &name);
		strmap_put(map, name.s, (void *)&s->objects[i]);
	}
	strbuf_free(&name);
	return map;
}

const struct object *
comparison_relation(struct comparison *c, enum side side, const char *name)
{
	if (!c->relations[side])
		c->relations[side] = map_relations(c->sides[side]);
	return strmap_get(c->relations[side], name);
}

/* The last that `o` belongs to below its schema, or itself. */
static const struct object *
outermost(const struct object *o)
{
	while (o->belongs_to &&
		(o->belongs_to->kind != KIND_SCHEMA || o->id.on == KIND_SCHEMA))
		o = o->belongs_to;
	return o;
}

static void
set_within(struct comparison *c, const struct object *o, struct finding *f)
{
	const struct object *whole = outermost(o);
	struct strbuf name = {0};

	f->within = NULL;
	if (whole == o)
		return;
	object_name(whole, &name);
	f->within_kind = whole->kind;
	f->within = arena_strdup(c->diff->arena, name.s);
	strbuf_free(&name);
}

static struct arena *
texts_of(struct comparison *c)
{
	if (!c->texts)
		c->texts = arena_new();
	return c->texts;
}

struct difference *
comparison_note(struct comparison *c, const struct object *o, struct finding f)
{
	f.expected = arena_strdup(texts_of(c), f.expected);
	f.found = arena_strdup(texts_of(c), f.found);
	return comparison_note_values(c, o, f);
}

struct difference *
comparison_note_values(struct comparison *c, const struct object *o, struct finding f)
{
	struct strbuf name = {0};

	object_name(o, &name);
	f.kind = o->kind;
	f.on = o->id.on;
	f.name = arena_strdup(c->diff->arena, name.s);
	f.note = arena_strdup(c->diff->arena, f.note);
	set_within(c, o, &f);
	strbuf_free(&name);
	GROW(c->differences, c->n_differences, c->cap_differences);
	c->differences[c->n_differences] =
		(struct difference){.object = o, .finding = f};
	return &c->differences[c->n_differences++];
}

void
comparison_fini(struct comparison *c)
{
	for (size_t side = 0; side < 2; side++) {
		free(c->presence[side]);
		free(c->twins[side]);
		strmap_free(c->relations[side]);
	}
	strmap_free(c->renamed);
	arena_free(c->texts);
	free(c->differences);
}

bool
comparison_ignores(const struct comparison *c, const struct difference *d)
{
	const struct compare_options *o = c->options;

	return o->ignore && ignore_match(o->ignore, d->object, d->finding.property,
				    o->now_ms, c->used);
}
