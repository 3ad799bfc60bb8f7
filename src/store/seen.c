/* Which catalogs an environment was seen with. */
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "store/catalog.h"

char *
store_revisions(const struct strvec *recorded)
{
	cJSON *list = json_array();
	char *text;

	for (size_t i = 0; i < recorded->n; i++)
		json_push_str(list, recorded->v[i]);
	text = json_print(list);
	cJSON_Delete(list);
	return text;
}

static void
bind(sqlite3_stmt *q, const struct store_seen *which)
{
	sql_bind_text(q, 1, which->environment);
	sql_bind_int(q, 2, which->first);
	sql_bind_text(q, 3, which->revision);
}

static bool
set_row(struct store *s, const struct store_seen *which, const char *key, int64_t at_ms,
	struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_SET_SEEN, e);

	if (!q)
		return false;
	bind(q, which);
	sql_bind_text(q, 4, key);
	sql_bind_int(q, 5, at_ms);
	return sql_run(s, q, e);
}

/* Another process may forget catalogs, so both rows are there at once. */
bool
store_set_seen_packed(struct store *s, const struct store_seen *which,
	const struct store_packed *catalog, int64_t at_ms, struct err *e)
{
	if (!store_begin(s, e))
		return false;
	return store_end(s,
		catalog_put(s, catalog, e) &&
			set_row(s, which, catalog->key, at_ms, e) &&
			catalog_forget(s, e),
		e);
}

bool
store_set_seen(struct store *s, const struct store_seen *which,
	const struct snapshot *catalog, int64_t at_ms, struct err *e)
{
	struct store_packed packed;
	bool ok;

	store_pack(catalog, &packed);
	ok = store_set_seen_packed(s, which, &packed, at_ms, e);
	store_packed_fini(&packed);
	return ok;
}

struct snapshot *
store_seen(
	struct store *s, const struct store_seen *which, int64_t *at_ms, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_SEEN, e);
	struct snapshot *catalog = NULL;
	char *name;
	int rc;

	if (!q)
		return NULL;
	bind(q, which);
	rc = sql_next(s, q, e);
	if (rc > 0) {
		name = xasprintf(
			"catalog of %s at %s", which->environment, which->revision);
		*at_ms = sqlite3_column_int64(q, 2);
		catalog = catalog_read(q, name, e);
		free(name);
	} else if (rc == 0) {
		*e = (struct err){.code = ERR_NONE};
	}
	sql_end(q);
	return catalog;
}

bool
store_keep_seen(struct store *s, const struct store_seen *which,
	const struct strvec *keep, int others, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_KEEP_SEEN, e);
	char *list;
	bool ok;

	if (!q)
		return false;
	list = store_revisions(keep);
	sql_bind_text(q, 1, which->environment);
	sql_bind_int(q, 2, which->first);
	sql_bind_text(q, 3, list);
	sql_bind_int(q, 4, others);
	ok = sql_run(s, q, e);
	free(list);
	return ok && (sqlite3_changes(s->db) == 0 || catalog_forget(s, e));
}
