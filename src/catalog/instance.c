/* See instance.h. */
#include "catalog/instance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *
text_of(const struct rows *r, const char *column)
{
	int c = rows_column(r, column);
	const char *v = c < 0 ? NULL : rows_get(r, 0, (size_t)c);

	return v ? v : "";
}

void
instance_read(struct instance *i, const struct rows *info)
{
	snprintf(i->system, sizeof i->system, "%s", text_of(info, "system_identifier"));
	snprintf(i->database, sizeof i->database, "%s", text_of(info, "database_oid"));
	snprintf(i->role, sizeof i->role, "%s", text_of(info, "role"));
	i->in_recovery = *text_of(info, "in_recovery") == 't';
	i->started_us = strtoll(text_of(info, "started_us"), NULL, 10);
	i->read_us = strtoll(text_of(info, "read_us"), NULL, 10);
}

enum instance_relation
instance_compare(const struct instance *a, const struct instance *b)
{
	if (!a->system[0] || strcmp(a->system, b->system) != 0 ||
		strcmp(a->database, b->database) != 0 ||
		a->in_recovery != b->in_recovery)
		return INSTANCE_OTHER;
	if (a->started_us == b->started_us)
		return INSTANCE_SAME;
	if (a->started_us > b->read_us || b->started_us > a->read_us)
		return INSTANCE_PERHAPS;
	return INSTANCE_OTHER;
}
