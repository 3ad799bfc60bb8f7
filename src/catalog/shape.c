/* See shape.h. */
#include "catalog/shape.h"

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
