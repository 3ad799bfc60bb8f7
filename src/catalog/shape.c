/* See shape.h. */
#include "catalog/shape.h"

#include "base/declared.h"

enum { SCHEMA = 1, PART = 2, ARGS = 4, ON = 8 };

/* Components of the identity beside the name, which all have. */
static const unsigned char components[KIND_COUNT] = {
	[KIND_TABLE] = SCHEMA,
	[KIND_COLUMN] = SCHEMA | PART,
	[KIND_CONSTRAINT] = SCHEMA | PART,
	[KIND_INDEX] = SCHEMA,
	[KIND_SEQUENCE] = SCHEMA,
	[KIND_VIEW] = SCHEMA,
	[KIND_MATERIALIZED_VIEW] = SCHEMA,
	[KIND_TYPE] = SCHEMA,
	[KIND_DOMAIN] = SCHEMA,
	[KIND_FUNCTION] = SCHEMA | ARGS,
	[KIND_PROCEDURE] = SCHEMA | ARGS,
	[KIND_AGGREGATE] = SCHEMA | ARGS,
	[KIND_TRIGGER] = SCHEMA | PART,
	[KIND_RULE] = SCHEMA | PART,
	[KIND_POLICY] = SCHEMA | PART,
	[KIND_FOREIGN_TABLE] = SCHEMA,
	[KIND_USER_MAPPING] = PART,
	[KIND_STATISTICS] = SCHEMA,
	[KIND_COLLATION] = SCHEMA,
	[KIND_CONVERSION] = SCHEMA,
	[KIND_OPERATOR] = SCHEMA | ARGS,
	[KIND_OPERATOR_CLASS] = SCHEMA | ARGS,
	[KIND_OPERATOR_FAMILY] = SCHEMA | ARGS,
	[KIND_CAST] = ARGS,
	[KIND_TEXT_SEARCH_CONFIGURATION] = SCHEMA,
	[KIND_TEXT_SEARCH_DICTIONARY] = SCHEMA,
	[KIND_TEXT_SEARCH_PARSER] = SCHEMA,
	[KIND_TEXT_SEARCH_TEMPLATE] = SCHEMA,
	[KIND_TRANSFORM] = ARGS,
	[KIND_DEFAULT_PRIVILEGE] = PART,
	[KIND_COMMENT] = ON,
	[KIND_SECURITY_LABEL] = ON,
	[KIND_GRANT] = ON,
};

/* Of what has no name of its own, or a part that is one of a few words. */
static const struct {
	const char *name, *part;
} words[KIND_COUNT] = {
	[KIND_CAST] = {.name = "cast"},
	[KIND_TRANSFORM] = {.name = "transform"},
	[KIND_DEFAULT_PRIVILEGE] =
		{.part = "tables|sequences|functions|types|schemas|large_objects"},
	[KIND_DATABASE] = {.name = "itself"},
};

static bool
refuse(struct err *e, const struct object *o, const char *column, bool is_null)
{
	struct strbuf name = {0};

	object_name(o, &name);
	err_set(e, ERR_INTERNAL,
		"the server answered the reading of %s with %s for %s of %s, which "
		"cannot be",
		kind_info(o->kind)->plural, is_null ? "NULL" : "another value", column,
		name.s ? name.s : "");
	strbuf_free(&name);
	return false;
}

bool
shape_check_identity(const struct object *o, struct err *e)
{
	unsigned wanted = components[o->kind];

	if ((wanted & SCHEMA) && !o->id.schema)
		return refuse(e, o, "schema", true);
	if ((wanted & PART) && !o->id.part)
		return refuse(e, o, "part", true);
	if ((wanted & ARGS) && !o->id.args)
		return refuse(e, o, "args", true);
	if ((wanted & ON) && o->id.on == KIND_NONE)
		return refuse(e, o, "on", true);
	if (!declared_fits(words[o->kind].name, o->id.name))
		return refuse(e, o, "name", false);
	return !o->id.part || declared_fits(words[o->kind].part, o->id.part) ||
	       refuse(e, o, "part", false);
}

static bool
fits(const struct object *o, const struct property *p, const char *value)
{
	if (p->together_with && !object_value(o, p->together_with) != !value)
		return false;
	if (!value)
		return !p->required;
	return declared_fits(p->form, value);
}

static const struct property *
misfit(const struct snapshot *s, const struct object *o)
{
	const struct kind_info *info = kind_info(o->kind);

	for (size_t i = 0; i < info->n_properties; i++)
		if ((s->read[o->kind] >> i & 1) &&
			!fits(o, &info->properties[i], o->values[i]))
			return &info->properties[i];
	return NULL;
}

bool
shape_check(const struct snapshot *s, struct err *e)
{
	for (size_t i = 0; i < s->n_objects; i++) {
		const struct object *o = &s->objects[i];
		const struct property *p = misfit(s, o);

		if (p)
			return refuse(e, o, p->name, !object_value(o, p->name));
	}
	return true;
}
