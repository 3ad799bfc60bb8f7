/* Accepted baselines: the text of a snapshot file, compressed, since it is large and
 * much of it repeats. */
#include <stdlib.h>
#include <zlib.h>

#include "base/mem.h"
#include "catalog/snapfile.h"
#include "store/sql.h"
#include "store/store.h"

enum { MOST_BYTES = 1 << 30 };

/* The text of the present row, `*n` bytes long; NULL if it is not what was stored. */
static char *
unpack(sqlite3_stmt *q, size_t *n)
{
	int64_t bytes = sqlite3_column_int64(q, 0);
	const void *packed = sqlite3_column_blob(q, 1);
	int packed_bytes = sqlite3_column_bytes(q, 1);
	uLongf got;
	char *text;

	if (!packed || bytes <= 0 || bytes > MOST_BYTES)
		return NULL;
	got = (uLongf)bytes;
	text = xmalloc(got);
	if (uncompress((Bytef *)text, &got, packed, (uLong)packed_bytes) == Z_OK &&
		got == (uLongf)bytes) {
		*n = got;
		return text;
	}
	free(text);
	return NULL;
}

static struct snapshot *
read_row(sqlite3_stmt *q, const char *environment, struct err *e)
{
	char *name = xasprintf("baseline of %s", environment);
	size_t n = 0;
	char *text = unpack(q, &n);
	struct snapshot *snapshot = NULL;

	if (text)
		snapshot = snapfile_read(text, n, name, e);
	else
		err_set(e, ERR_FORMAT,
			"the %s is damaged: accept it again with `pgdriftd accept %s`",
			name, environment);
	free(text);
	free(name);
	return snapshot;
}

struct snapshot *
store_baseline(struct store *s, const char *environment, struct err *e)
{
	struct snapshot *snapshot = NULL;
	sqlite3_stmt *q = sql_begin(s, SQL_BASELINE, e);
	int rc;

	if (!q)
		return NULL;
	sql_bind_text(q, 1, environment);
	rc = sql_next(s, q, e);
	if (rc > 0)
		snapshot = read_row(q, environment, e);
	else if (rc == 0)
		*e = (struct err){.code = ERR_NONE};
	sql_end(q);
	return snapshot;
}

bool
store_set_baseline(struct store *s, const char *environment,
	const struct snapshot *snapshot, int64_t now_ms, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_SET_BASELINE, e);
	struct strbuf text = {0};
	uLongf n;
	Bytef *packed;
	bool ok;

	if (!q)
		return false;
	snapfile_write(snapshot, &text);
	n = compressBound(text.len);
	packed = xmalloc(n);
	if (compress(packed, &n, (const Bytef *)text.s, text.len) != Z_OK)
		mem_fatal();
	sql_bind_text(q, 1, environment);
	sql_bind_int(q, 2, now_ms);
	sql_bind_text(q, 3, snapshot->fingerprint);
	sql_bind_int(q, 4, (int64_t)text.len);
	/* Too large for SQLite: the statement then says so of its missing value. */
	(void)sqlite3_bind_blob64(q, 5, packed, n, SQLITE_STATIC);
	ok = sql_run(s, q, e);
	free(packed);
	strbuf_free(&text);
	return ok;
}

int64_t
store_baseline_version(struct store *s, const char *environment)
{
	struct err e;
	sqlite3_stmt *q = sql_begin(s, SQL_BASELINE_VERSION, &e);
	int64_t version = 0;

	if (!q)
		return -1;
	sql_bind_text(q, 1, environment);
	switch (sql_next(s, q, &e)) {
	case 1:
		version = sqlite3_column_int64(q, 0);
		break;
	case 0:
		break;
	default:
		version = -1;
	}
	sql_end(q);
	return version;
}
