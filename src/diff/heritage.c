/* See heritage.h. */
#include "diff/heritage.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static const struct heritage_rule property_rules[] = {
	{KIND_TABLE, "persistence", HERITAGE_PARENT, "permanent"},
	{KIND_TABLE, "partition_bound", HERITAGE_OWN, NULL},
	{KIND_TABLE, "partition_key", HERITAGE_OWN, NULL},
	{KIND_TABLE, "row_security", HERITAGE_PARENT, "false"},
	{KIND_TABLE, "force_row_security", HERITAGE_PARENT, "false"},
	{KIND_TABLE, "replica_identity", HERITAGE_IDENTITY, NULL},
	{KIND_TABLE, "clustered_on", HERITAGE_INDEX, NULL},
	{KIND_TABLE, "access_method", HERITAGE_STORAGE, NULL},
	{KIND_TABLE, "options", HERITAGE_STORAGE, NULL},
	{KIND_TABLE, "toast_options", HERITAGE_STORAGE, NULL},
	{KIND_FOREIGN_TABLE, "server", HERITAGE_OWN, NULL},
	{KIND_FOREIGN_TABLE, "foreign_options", HERITAGE_OWN, NULL},
	{KIND_FOREIGN_TABLE, "partition_bound", HERITAGE_OWN, NULL},
	{KIND_COLUMN, "default", HERITAGE_ALWAYS, NULL},
	{KIND_COLUMN, "generated", HERITAGE_ALWAYS, NULL},
	{KIND_COLUMN, "storage", HERITAGE_ALWAYS, NULL},
	{KIND_COLUMN, "identity", HERITAGE_SHARED, NULL},
	{KIND_COLUMN, "foreign_options", HERITAGE_OWN, NULL},
	{KIND_COLUMN, "position", HERITAGE_OWN, NULL},
};

const struct heritage_rule *
heritage_rule(enum kind k, const char *property)
{
	static const struct heritage_rule others = {
		KIND_NONE, NULL, HERITAGE_PARENT, NULL};

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

bool
heritage_is_parents(const struct heritage_rule *r, const char *parents, const char *own)
{
	if (r->rule == HERITAGE_OWN)
		return true;
	if (text_same(own, parents))
		return own || r->rule != HERITAGE_STORAGE;
	if (!own || !parents)
		return false;
	return r->rule == HERITAGE_INDEX ||
	       (r->rule == HERITAGE_IDENTITY && names_index(parents) &&
		       names_index(own)) ||
	       (r->rule == HERITAGE_SHARED && !strncmp(parents, own, strlen(own)));
}

bool
heritage_deviates(const struct heritage_rule *r, const char *parents, const char *own)
{
	if (heritage_is_parents(r, parents, own) ||
		(!own && r->rule != HERITAGE_ALWAYS))
		return false;
	if (own && r->as_new && !strcmp(own, r->as_new))
		return false;
	return r->rule != HERITAGE_STORAGE || parents;
}

bool
heritage_names_index(const struct heritage_rule *r, const char *value)
{
	return r->rule == HERITAGE_INDEX ||
	       (r->rule == HERITAGE_IDENTITY && names_index(value));
}
