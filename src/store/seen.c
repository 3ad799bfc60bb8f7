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

/* What it was until now. */
static bool
read_key(struct store *s, const struct store_seen *which, struct strvec *out,
	struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_SEEN_KEY, e);

	if (!q)
		return false;
	bind(q, which);
	return catalog_keys(s, q, out, e);
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

static bool
replace(struct store *s, const struct store_seen *which,
	const struct store_packed *catalog, int64_t at_ms, struct err *e)
{
	struct strvec before = {0};
	bool ok = read_key(s, which, &before, e) && catalog_put(s, catalog, e) &&
		  set_row(s, which, catalog->key, at_ms, e) &&
		  catalog_forget_all(s, &before, e);

	strvec_free(&before);
	return ok;
}

/* Another process may forget catalogs, so both rows are there at once. */
bool
store_set_seen_packed(struct store *s, const struct store_seen *which,
	const struct store_packed *catalog, int64_t at_ms, struct err *e)
{
	if (!store_begin(s, e))
		return false;
	return store_end(s, replace(s, which, catalog, at_ms, e), e);
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

/* Of whom, which revisions stay, and how many besides. */
struct wanted {
	const struct store_seen *which;
	const char *list;
	int others;
};

static sqlite3_stmt *
begin_other(struct store *s, enum sql_id id, const struct wanted *w, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, id, e);

	if (!q)
		return NULL;
	sql_bind_text(q, 1, w->which->environment);
	sql_bind_int(q, 2, w->which->first);
	sql_bind_text(q, 3, w->list);
	sql_bind_int(q, 4, w->others);
	return q;
}

static bool
forget_other(struct store *s, const struct wanted *w, const struct strvec *keys,
	struct err *e)
{
	sqlite3_stmt *q;

	if (!store_begin_write(s, e))
		return false;
	q = begin_other(s, SQL_KEEP_SEEN, w, e);
	return store_end(s, q && sql_run(s, q, e) && catalog_forget_all(s, keys, e), e);
}

bool
store_keep_seen(struct store *s, const struct store_seen *which,
	const struct strvec *keep, int others, struct err *e)
{
	char *list = store_revisions(keep);
	const struct wanted w = {which, list, others};
	struct strvec keys = {0};
	sqlite3_stmt *q = begin_other(s, SQL_OTHER_SEEN, &w, e);
	bool ok = q && catalog_keys(s, q, &keys, e) &&
		  (!keys.n || forget_other(s, &w, &keys, e));

	strvec_free(&keys);
	free(list);
	return ok;
}
