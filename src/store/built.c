/* Catalogs that were made by running migrations, so that none is made twice. */
#include <stdlib.h>

#include "base/mem.h"
#include "store/catalog.h"

static bool
set_row(struct store *s, const struct store_built *b, const char *catalog,
	int64_t at_ms, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_SET_BUILT, e);

	if (!q)
		return false;
	sql_bind_text(q, 1, b->key);
	sql_bind_text(q, 2, b->recipe);
	sql_bind_text(q, 3, b->revision);
	sql_bind_text(q, 4, catalog);
	sql_bind_int(q, 5, at_ms);
	return sql_run(s, q, e);
}

bool
store_set_built(struct store *s, const struct store_built *b,
	const struct store_packed *catalog, int64_t at_ms, struct err *e)
{
	if (!store_begin(s, e))
		return false;
	return store_end(s,
		catalog_put(s, catalog, e) && set_row(s, b, catalog->key, at_ms, e), e);
}

struct snapshot *
store_built(struct store *s, const char *key, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_BUILT, e);
	struct snapshot *catalog = NULL;
	int rc;

	if (!q)
		return NULL;
	sql_bind_text(q, 1, key);
	rc = sql_next(s, q, e);
	if (rc > 0) {
		char *name = xasprintf("catalog that was built as %.12s", key);

		catalog = catalog_read(q, name, e);
		free(name);
	} else if (rc == 0) {
		*e = (struct err){.code = ERR_NONE};
	}
	sql_end(q);
	return catalog;
}

bool
store_want_built(struct store *s, const char *key, int64_t at_ms, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_WANT_BUILT, e);

	if (!q)
		return false;
	sql_bind_text(q, 1, key);
	sql_bind_int(q, 2, at_ms);
	return sql_run(s, q, e);
}

bool
store_built_of(struct store *s, const char *recipe,
	void (*take)(void *arg, const char *key, const char *revision), void *arg,
	struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_BUILT_OF, e);
	int rc;

	if (!q)
		return false;
	sql_bind_text(q, 1, recipe);
	while ((rc = sql_next(s, q, e)) > 0)
		take(arg, sql_text(q, 0), sql_text(q, 1));
	sql_end(q);
	return rc == 0;
}
