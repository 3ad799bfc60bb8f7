/* Catalogs that an environment was seen with: the text of a snapshot file, packed,
 * under the hash of that text, so that what is read back is proven to be what was
 * stored. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/pack.h"
#include "catalog/snapfile.h"
#include "store/sql.h"
#include "store/store.h"

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

/* ---- Catalogs ---- */

/* 1: it is there, 0: it is not, -1: error. */
static int
has_catalog(struct store *s, const char *key, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_HAS_CATALOG, e);
	int rc;

	if (!q)
		return -1;
	sql_bind_text(q, 1, key);
	rc = sql_next(s, q, e);
	sql_end(q);
	return rc;
}

static bool
add_catalog(struct store *s, const struct store_packed *catalog, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_ADD_CATALOG, e);

	if (!q)
		return false;
	sql_bind_text(q, 1, catalog->key);
	sql_bind_bytes(q, 2, catalog->bytes, catalog->n);
	return sql_run(s, q, e);
}

static bool
put_catalog(struct store *s, const struct store_packed *catalog, struct err *e)
{
	int there = has_catalog(s, catalog->key, e);

	return there > 0 || (there == 0 && add_catalog(s, catalog, e));
}

void
store_pack(const struct snapshot *catalog, struct store_packed *out)
{
	struct strbuf text = {0};

	snapfile_write(catalog, &text);
	hash_of(text.s, text.len, out->key);
	out->bytes = pack_text(text.s, text.len, &out->n);
	strbuf_free(&text);
}

void
store_packed_fini(struct store_packed *p)
{
	free(p->bytes);
	*p = (struct store_packed){.n = 0};
}

static struct snapshot *
read_catalog(sqlite3_stmt *q, const char *name, struct err *e)
{
	const void *packed = sqlite3_column_blob(q, 0);
	struct strbuf text = {0};
	struct snapshot *catalog = NULL;
	char key[HASH_HEX_LEN];

	if (!pack_open(packed, (size_t)sqlite3_column_bytes(q, 0), &text, e)) {
		err_prefix(e, "%s", name);
	} else {
		hash_of(text.s, text.len, key);
		if (sql_text(q, 1) && !strcmp(key, sql_text(q, 1)))
			catalog = snapfile_read(text.s, text.len, name, e);
		else
			err_set(e, ERR_FORMAT, "%s: it is not what was stored", name);
	}
	strbuf_free(&text);
	return catalog;
}

/* ---- Who was seen with them ---- */

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

static bool
forget_catalogs(struct store *s, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_FORGET_CATALOGS, e);

	return q && sql_run(s, q, e);
}

/* Another process may forget catalogs, so both rows are there at once. */
bool
store_set_seen_packed(struct store *s, const struct store_seen *which,
	const struct store_packed *catalog, int64_t at_ms, struct err *e)
{
	if (!store_begin(s, e))
		return false;
	return store_end(s,
		put_catalog(s, catalog, e) &&
			set_row(s, which, catalog->key, at_ms, e) &&
			forget_catalogs(s, e),
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
		catalog = read_catalog(q, name, e);
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
	return ok && (sqlite3_changes(s->db) == 0 || forget_catalogs(s, e));
}
