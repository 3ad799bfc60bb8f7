/* See scripts.h. */
#include "reading/scripts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/added.h"
#include "catalog/checksql.h"
#include "catalog/kinds.h"

static struct pg_statement
statement(struct arena *a, const struct detail_batch *d)
{
	const char **params = arena_alloc(a, sizeof *params);

	params[0] = d->oids;
	return (struct pg_statement){.sql = d->sql,
		.name = kind_info(d->kind)->plural,
		.params = params,
		.n_params = 1};
}

struct pg_statement
scripts_probe(int server_version_num)
{
	return (struct pg_statement){.sql = checksql_probe(server_version_num),
		.name = "probe",
		.gives = &checksql_probe_gives};
}

struct pg_statement
scripts_probe_unless(struct arena *a, const struct facts *f, const char *still)
{
	const char **params = arena_alloc(a, 2 * sizeof *params);
	char *horizon = arena_alloc(a, 16);
	char *sql = checksql_probe_unless(f->server_version_num);
	struct pg_statement st = {.sql = arena_strdup(a, sql),
		.name = "probe",
		.params = params,
		.n_params = 2,
		.gives = &checksql_probe_unless_gives};

	free(sql);
	added_horizon(f->probe_horizon, horizon);
	params[0] = arena_strdup(a, still);
	params[1] = horizon;
	return st;
}

struct pg_script
scripts_details(struct arena *a, const char *setup, const struct detail_batch *details,
	size_t n, const struct pg_statement *last)
{
	struct pg_batch *batches = arena_alloc(a, (n + 1) * sizeof *batches);
	struct pg_statement *list = arena_alloc(a, (n + 1) * sizeof *list);

	for (size_t i = 0; i <= n; i++) {
		list[i] = i < n ? statement(a, &details[i]) : *last;
		batches[i] = (struct pg_batch){setup, &list[i], 1};
	}
	return (struct pg_script){.batches = batches, .n_batches = n + 1};
}
