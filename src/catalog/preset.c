/* A preset hides only what its extension owns: that a table is one of its tables can
 * still be told, and so can what a user adds to them.  See preset.h. */
#include "catalog/preset.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

enum { MAX_PRESETS = 16, MAX_RULES = 40 };

static const struct {
	const char *name;
	const char *rules[MAX_RULES];
} presets[] = {
	/* Chunks, compressed chunks, what continuous aggregates are made of. */
	{"timescaledb",
		{
			"schema:_timescaledb_*",
			"schema:timescaledb_experimental",
			"schema:timescaledb_information",
		}},
	/* create_parent() makes a template in the extension's schema, by its
	 * documentation "partman".  Partitions are the business of `partitions`. */
	{"pg_partman",
		{
			"table:partman.template_*",
		}},
	{"postgis_topology",
		{
			"schema:topology",
		}},
	/* The loader fills the second and empties the third, state by state. */
	{"postgis_tiger_geocoder",
		{
			"schema:tiger",
			"schema:tiger_data",
			"schema:tiger_staging",
		}},
	{"pg_cron",
		{
			"schema:cron",
		}},
	/* What it works with, and leaves where it was killed: all in its schema, but
	 * for a trigger on the table (with a z in early versions). */
	{"pg_repack",
		{
			"schema:repack",
			"extension:pg_repack",
			"trigger:*.*.repack_trigger",
			"trigger:*.*.z_repack_trigger",
		}},
	/* What the platform sets up in each project; policies and triggers on its
	 * tables are the user's. */
	{"supabase",
		{
			"schema:_analytics",
			"schema:_realtime",
			"schema:_supavisor",
			"schema:auth",
			"schema:etl",
			"schema:extensions",
			"schema:graphql",
			"schema:graphql_public",
			"schema:net",
			"schema:pgbouncer",
			"schema:pgsodium",
			"schema:pgsodium_masks",
			"schema:pgtle",
			"schema:realtime",
			"schema:storage",
			"schema:supabase_functions",
			"schema:supabase_migrations",
			"schema:vault",
			"event_trigger:issue_graphql_placeholder",
			"event_trigger:issue_pg_cron_access",
			"event_trigger:issue_pg_graphql_access",
			"event_trigger:issue_pg_net_access",
			"event_trigger:pgrst_ddl_watch",
			"event_trigger:pgrst_drop_watch",
			"extension:pg_graphql",
			"extension:pgsodium",
			"extension:supabase_vault",
			"publication:supabase_realtime_messages_publication",
			"!policy:realtime.messages.*",
			"!policy:storage.buckets.*",
			"!policy:storage.objects.*",
			"!trigger:auth.users.*",
		}},
};

const char *
preset_name(size_t i)
{
	return i < COUNT_OF(presets) ? presets[i].name : NULL;
}

static bool
add_one(struct ignore_rules *r, const char *name, struct err *e)
{
	const char *names[MAX_PRESETS], *near;

	for (size_t i = 0; i < COUNT_OF(presets); i++) {
		if (!strcmp(presets[i].name, name)) {
			for (const char *const *rule = presets[i].rules; *rule; rule++)
				ignore_add_preset(r, *rule);
			return true;
		}
		names[i] = presets[i].name;
	}
	near = text_near(name, names, COUNT_OF(presets));
	return err_set(e, ERR_CONFIG, "there is no ignore preset \"%s\"%s%s%s", name,
		near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

bool
preset_add(struct ignore_rules *r, const struct strvec *names, struct err *e)
{
	static_assert(COUNT_OF(presets) <= MAX_PRESETS, "room for each name");
	for (size_t i = 0; i < names->n; i++)
		if (!add_one(r, names->v[i], e))
			return false;
	return true;
}
