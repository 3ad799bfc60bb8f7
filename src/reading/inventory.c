/* See inventory.h.  It is asked as a check asks: read-only, in one transaction, with
 * settings and deadlines of its own. */
#include "reading/inventory.h"

#include <stdlib.h>

#include "base/mem.h"
#include "catalog/checksql.h"
#include "catalog/discoversql.h"
#include "reading/excuse.h"
#include "reading/link.h"

enum { ASKED_SERVER, ASKED_NAMES, ASKED };

struct inventory {
	struct link *link;
	bool schemas;
	int64_t timeout_ms, statement_timeout_ms;
	char *setup;
	inventory_fn *fn;
	void *arg;
};

static void
fail(struct inventory *q, const struct err *e)
{
	struct err copy = *e;
	const struct excuse x = {.timeout_ms = q->timeout_ms,
		.statement_timeout_ms = q->statement_timeout_ms,
		.ran_ms = link_ran_ms(q->link),
		.stood_still = pg_session_stood_still_ms(link_session(q->link)) > 0,
		.late = link_is_late(q->link)};

	excuse_error(&x, &copy);
	pg_session_close(link_session(q->link));
	q->fn(q->arg, NULL, &copy);
}

static void
succeed(struct inventory *q, const struct rows *server, const struct rows *names)
{
	const char **list = xcalloc(names->n_rows + 1, sizeof *list);
	const struct listed found = {rows_text(server, "system"),
		rows_true(server, "in_recovery"), list, names->n_rows};

	for (size_t i = 0; i < names->n_rows; i++)
		list[i] = rows_get(names, i, 0);
	pg_session_close(link_session(q->link));
	q->fn(q->arg, &found, NULL);
	free(list);
}

/* Whoever is called may free the inventory, so what came is freed by itself. */
static void
on_answer(void *arg, struct pg_results *res, const struct err *e)
{
	struct inventory *q = arg;

	if (e)
		fail(q, e);
	else
		succeed(q, &res->rows[ASKED_SERVER], &res->rows[ASKED_NAMES]);
	pg_results_free(res);
}

static const struct pg_statement databases = {.sql = discoversql_databases,
	.name = "databases",
	.gives = &discoversql_databases_gives};
static const struct pg_statement schemas = {.sql = discoversql_schemas,
	.name = "schemas",
	.gives = &discoversql_schemas_gives};

static void
on_connected(void *arg, const struct err *e)
{
	struct inventory *q = arg;
	const struct pg_statement list[ASKED] = {
		[ASKED_SERVER] = {.sql = discoversql_server,
			.name = "server",
			.gives = &discoversql_server_gives},
		[ASKED_NAMES] = q->schemas ? schemas : databases,
	};
	const struct pg_batch batch = {q->setup, list, ASKED};
	const struct pg_script script = {.batches = &batch, .n_batches = 1};

	if (e)
		fail(q, e);
	else
		link_run(q->link, &script, on_answer, q);
}

struct inventory *
inventory_start(
	struct loop *l, const struct inventory_options *o, inventory_fn *fn, void *arg)
{
	const struct link_options link = {
		&o->target, o->timeout_ms, o->max_bytes, NULL};
	struct inventory *q = xcalloc(1, sizeof *q);
	struct strbuf setup = {0};

	checksql_setup(&setup, (long)o->statement_timeout_ms, (long)o->lock_timeout_ms);
	q->setup = strbuf_take(&setup);
	q->schemas = o->schemas;
	q->timeout_ms = o->timeout_ms;
	q->statement_timeout_ms = o->statement_timeout_ms;
	q->fn = fn;
	q->arg = arg;
	q->link = link_new(l, &link);
	(void)link_open(q->link, on_connected, q);
	return q;
}

void
inventory_free(struct inventory *q)
{
	if (!q)
		return;
	link_free(q->link);
	free(q->setup);
	free(q);
}
