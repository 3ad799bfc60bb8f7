/* See recorded.h. */
#include "reading/recorded.h"

/* No history has so many heads. */
enum { MAX_ROWS = 1000, MAX_BYTES = 1 << 20 };

struct pg_statement
recorded_rows(struct arena *a, const char *table)
{
	struct pg_copy *copy = arena_alloc(a, sizeof *copy);

	*copy = (struct pg_copy){.table = arena_strdup(a, table),
		.column = "version_num",
		.max_rows = MAX_ROWS,
		.max_bytes = MAX_BYTES};
	return (struct pg_statement){.copy = copy};
}

struct pg_batch
recorded_batch(struct arena *a, const char *setup, const struct strvec *tables)
{
	struct pg_statement *list = arena_alloc(a, tables->n * sizeof *list);

	for (size_t i = 0; i < tables->n; i++)
		list[i] = recorded_rows(a, tables->v[i]);
	return (struct pg_batch){setup, list, tables->n};
}
