/* See instance.h. */
#include "catalog/instance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
read_address(struct instance *i, const char *address, const char *port)
{
	bool v6 = strchr(address, ':') != NULL;

	if (*address)
		snprintf(i->address, sizeof i->address, "%s%s%s:%s", v6 ? "[" : "",
			address, v6 ? "]" : "", port);
}

void
instance_read(struct instance *i, const struct rows *info)
{
	snprintf(i->system, sizeof i->system, "%s",
		rows_text(info, "system_identifier"));
	snprintf(
		i->database, sizeof i->database, "%s", rows_text(info, "database_oid"));
	snprintf(i->role, sizeof i->role, "%s", rows_text(info, "role"));
	snprintf(i->name, sizeof i->name, "%s", rows_text(info, "database_name"));
	read_address(
		i, rows_text(info, "server_address"), rows_text(info, "server_port"));
	i->in_recovery = rows_true(info, "in_recovery");
	i->started_us = strtoll(rows_text(info, "started_us"), NULL, 10);
	i->read_us = strtoll(rows_text(info, "read_us"), NULL, 10);
}

void
instance_reached(struct instance *i, const char *address)
{
	if (!i->address[0])
		snprintf(i->address, sizeof i->address, "%s", address);
}

/* A primary says where its next record goes, which is behind the header of a page that
 * holds none yet; a standby, where the last one ended, which is before that header.
 * (xlog_internal.h: SizeOfXLogShortPHD, SizeOfXLogLongPHD, WalSegMinSize.) */
static uint64_t
end_of_last_record(uint64_t next)
{
	enum {
		PAGE = 8192,
		SEGMENT = 1024 * 1024,
		SHORT_HEADER = 24,
		LONG_HEADER = 40
	};

	if (next % SEGMENT == LONG_HEADER)
		return next - LONG_HEADER;
	return next % PAGE == SHORT_HEADER ? next - SHORT_HEADER : next;
}

void
instance_read_position(struct instance *i, const struct rows *position)
{
	i->position = strtoull(rows_text(position, "wal_position"), NULL, 10);
	if (!i->in_recovery)
		i->position = end_of_last_record(i->position);
	i->received = strtoull(rows_text(position, "received"), NULL, 10);
	i->replayed_us = strtoll(rows_text(position, "replayed_us"), NULL, 10);
	i->paused = rows_true(position, "paused");
}

bool
instance_is_same_database(const struct instance *a, const struct instance *b)
{
	return a->system[0] && !strcmp(a->system, b->system) &&
	       !strcmp(a->database, b->database);
}

bool
instance_is_standby_of(const struct instance *standby, const struct instance *primary)
{
	return standby->in_recovery && !primary->in_recovery &&
	       instance_is_same_database(standby, primary);
}

enum instance_relation
instance_compare(const struct instance *a, const struct instance *b)
{
	if (!instance_is_same_database(a, b) || a->in_recovery != b->in_recovery)
		return INSTANCE_OTHER;
	if (a->started_us == b->started_us)
		return INSTANCE_SAME;
	if (a->started_us > b->read_us || b->started_us > a->read_us)
		return INSTANCE_PERHAPS;
	return INSTANCE_OTHER;
}

void
instance_id_of(struct instance_id *out, const struct instance *i)
{
	*out = (struct instance_id){0};
	memcpy(out->system, i->system, sizeof out->system);
	memcpy(out->database, i->database, sizeof out->database);
	memcpy(out->name, i->name, sizeof out->name);
}

bool
instance_id_is_known(const struct instance_id *i)
{
	return i->system[0] && i->database[0];
}

bool
instance_id_same(const struct instance_id *a, const struct instance_id *b)
{
	return instance_id_is_known(a) && !strcmp(a->system, b->system) &&
	       !strcmp(a->database, b->database);
}
