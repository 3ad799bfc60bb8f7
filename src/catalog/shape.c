/* See shape.h. */
#include "catalog/shape.h"

#include <string.h>

#include "base/text.h"

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

const char *
shape_missing(const struct object *o)
{
	unsigned wanted = components[o->kind];

	if ((wanted & SCHEMA) && !o->id.schema)
		return "schema";
	if ((wanted & PART) && !o->id.part)
		return "part";
	if ((wanted & ARGS) && !o->id.args)
		return "args";
	return (wanted & ON) && o->id.on == KIND_NONE ? "on" : NULL;
}

/* As int8 and float4 are printed. */
static bool
is_number(const char *value)
{
	return !strcmp(value, "Infinity") ||
	       (*value && strspn(value, "+-.0123456789e") == strlen(value));
}

static bool
is_one_of(const char *words, const char *value)
{
	size_t n = strlen(value);

	for (;;) {
		size_t word = strcspn(words, "|");

		if (word == n && !memcmp(words, value, n))
			return true;
		if (!words[word])
			return false;
		words += word + 1;
	}
}

static bool
fits(const struct object *o, const struct property *p, const char *value)
{
	if (p->together_with && !object_value(o, p->together_with) != !value)
		return false;
	if (!value)
		return !p->required;
	if (!p->form)
		return true;
	if (!strcmp(p->form, FORM_NUMBER))
		return is_number(value);
	return is_one_of(p->form, value);
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
		struct strbuf name = {0};

		if (!p)
			continue;
		object_name(o, &name);
		err_set(e, ERR_INTERNAL,
			"the server answered the reading of %s with %s for %s of %s, "
			"which cannot be",
			kind_info(o->kind)->plural,
			object_value(o, p->name) ? "another value" : "NULL", p->name,
			name.s ? name.s : "");
		strbuf_free(&name);
		return false;
	}
	return true;
}
