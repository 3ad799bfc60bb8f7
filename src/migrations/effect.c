/* Every kind of effect in one table. */
#include "migrations/effect.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

static const struct effect_info infos[EFFECT_KIND_COUNT] = {
	[EFFECT_DROP_TABLE] = {"drop_table", "table", KIND_TABLE, true},
	[EFFECT_DROP_COLUMN] = {"drop_column", "column", KIND_COLUMN, true},
	[EFFECT_DROP_SCHEMA] = {"drop_schema", "schema", KIND_SCHEMA, true},
	[EFFECT_DROP_FOREIGN_TABLE] = {"drop_foreign_table", "foreign table",
		KIND_FOREIGN_TABLE, true, true},
	[EFFECT_DROP_MATERIALIZED_VIEW] = {"drop_materialized_view",
		"materialized view", KIND_MATERIALIZED_VIEW, true, true},
	[EFFECT_DROP_VIEW] = {"drop_view", "view", KIND_VIEW, true, true},
	[EFFECT_DROP_SEQUENCE] = {"drop_sequence", "sequence", KIND_SEQUENCE, true},
	[EFFECT_DROP_TYPE] = {"drop_type", "type", KIND_TYPE, true, true},
	[EFFECT_DROP_DOMAIN] = {"drop_domain", "domain", KIND_DOMAIN, true, true},
	[EFFECT_DROP_FUNCTION] = {"drop_function", "function", KIND_FUNCTION, true,
		true},
	[EFFECT_DROP_PROCEDURE] = {"drop_procedure", "procedure", KIND_PROCEDURE, true,
		true},
	[EFFECT_DROP_EXTENSION] = {"drop_extension", "extension", KIND_EXTENSION, true,
		true},
	[EFFECT_DROP_INDEX] = {"drop_index", "index", KIND_INDEX, false, true},
	[EFFECT_DROP_CONSTRAINT] = {"drop_constraint", "constraint", KIND_CONSTRAINT,
		false, true},
	[EFFECT_DROP_TRIGGER] = {"drop_trigger", "trigger", KIND_TRIGGER, false, true},
	[EFFECT_DROP_POLICY] = {"drop_policy", "policy", KIND_POLICY, false, true},
	[EFFECT_TRUNCATE] = {"truncate", "table", KIND_TABLE, true},
	[EFFECT_DELETE] = {"delete", "table", KIND_TABLE, true},
	[EFFECT_UPDATE] = {"update", "table", KIND_TABLE, false},
};

const struct effect_info *
effect_info(enum effect_kind kind)
{
	return &infos[kind];
}

void
effects_add(struct effects *l, struct effect e)
{
	GROW(l->v, l->n, l->cap);
	l->v[l->n++] = e;
}

void
effect_free(struct effect *e)
{
	free(e->schema);
	free(e->name);
	free(e->part);
}

void
effects_free(struct effects *l)
{
	for (size_t i = 0; i < l->n; i++)
		effect_free(&l->v[i]);
	free(l->v);
	*l = (struct effects){0};
}

static bool
same_object(const struct effect *a, const struct effect *b)
{
	return a->kind == b->kind && text_same(a->schema, b->schema) &&
	       text_same(a->name, b->name) && text_same(a->part, b->part);
}

bool
effects_destroys(const struct effects *l, size_t i)
{
	const struct effect *e = &l->v[i];
	const struct effect_info *info = effect_info(e->kind);

	if (e->creates || (!info->counts && !e->every_row))
		return false;
	for (size_t k = 0; k < l->n && !e->computed; k++)
		if (l->v[k].creates && same_object(&l->v[k], e) &&
			(k < i || info->is_code))
			return false;
	return true;
}

void
effect_name(struct strbuf *out, const struct effect *e)
{
	const char *const names[] = {e->schema, e->name, e->part};
	bool any = false;

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (!names[i])
			continue;
		if (any)
			strbuf_addc(out, '.');
		text_ident(out, names[i]);
		any = true;
	}
}
