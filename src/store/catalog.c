/* Catalogs by their content: the text of a snapshot file, packed, under the hash of
 * that text, so that what is read back is proven to be what was stored. */
#include "store/catalog.h"

#include <stdlib.h>
#include <string.h>

#include "base/pack.h"
#include "catalog/snapfile.h"

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

bool
catalog_renew(struct store *s, const struct store_packed *catalog, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_ADD_CATALOG, e);

	if (!q)
		return false;
	sql_bind_text(q, 1, catalog->key);
	sql_bind_bytes(q, 2, catalog->bytes, catalog->n);
	return sql_run(s, q, e);
}

bool
catalog_put(struct store *s, const struct store_packed *catalog, struct err *e)
{
	int there = has_catalog(s, catalog->key, e);

	return there > 0 || (there == 0 && catalog_renew(s, catalog, e));
}

void
catalog_pack_text(const char *text, size_t n, struct store_packed *out)
{
	hash_of(text, n, out->key);
	out->bytes = pack_text(text, n, &out->n);
}

void
store_pack(const struct snapshot *catalog, struct store_packed *out)
{
	struct strbuf text = {0};

	snapfile_write(catalog, &text);
	catalog_pack_text(text.s, text.len, out);
	strbuf_free(&text);
}

void
store_packed_fini(struct store_packed *p)
{
	free(p->bytes);
	*p = (struct store_packed){.n = 0};
}

static struct snapshot *
read_packed(const void *packed, size_t n, const char *expected, const char *name,
	struct err *e)
{
	struct strbuf text = {0};
	struct snapshot *catalog = NULL;
	char key[HASH_HEX_LEN];

	if (!pack_open(packed, n, &text, e)) {
		err_prefix(e, "%s", name);
	} else {
		hash_of(text.s, text.len, key);
		if (expected && !strcmp(key, expected))
			catalog = snapfile_read(text.s, text.len, name, e);
		else
			err_set(e, ERR_FORMAT, "%s: it is not what was stored", name);
	}
	strbuf_free(&text);
	return catalog;
}

struct snapshot *
store_unpack(const struct store_packed *p, const char *name, struct err *e)
{
	return read_packed(p->bytes, p->n, p->key, name, e);
}

struct snapshot *
catalog_read(sqlite3_stmt *q, const char *name, struct err *e)
{
	const void *packed = sqlite3_column_blob(q, 0);

	return read_packed(
		packed, (size_t)sqlite3_column_bytes(q, 0), sql_text(q, 1), name, e);
}

/* 1: nobody has it, 0: somebody has, or it is not there, -1: error. */
static int
is_loose(struct store *s, const char *key, int64_t *size, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_LOOSE_CATALOG, e);
	int rc;

	if (!q)
		return -1;
	sql_bind_text(q, 1, key);
	rc = sql_next(s, q, e);
	if (rc > 0)
		*size = sqlite3_column_int64(q, 0);
	sql_end(q);
	return rc;
}

bool
catalog_forget(struct store *s, const char *key, int64_t *freed, struct err *e)
{
	int64_t size = 0;
	int loose = is_loose(s, key, &size, e);
	sqlite3_stmt *q;

	if (loose <= 0)
		return loose == 0;
	q = sql_begin(s, SQL_DROP_CATALOG, e);
	if (!q)
		return false;
	sql_bind_text(q, 1, key);
	if (freed)
		*freed += size;
	return sql_run(s, q, e);
}

bool
catalog_keys(struct store *s, sqlite3_stmt *q, struct strvec *out, struct err *e)
{
	int rc;

	while ((rc = sql_next(s, q, e)) > 0)
		strvec_add(out, sql_text(q, 0));
	sql_end(q);
	return rc == 0;
}

bool
catalog_forget_all(struct store *s, const struct strvec *keys, struct err *e)
{
	for (size_t i = 0; i < keys->n; i++)
		if (!catalog_forget(s, keys->v[i], NULL, e))
			return false;
	return true;
}
