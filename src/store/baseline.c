/* Accepted baselines: the text of a snapshot file, which carries its own proof that it
 * is whole (the fingerprint of its objects). */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/snapfile.h"
#include "store/sql.h"
#include "store/store.h"

static struct snapshot *
read_row(sqlite3_stmt *q, const char *environment, struct err *e)
{
	const char *text = sql_text(q, 0);
	char *name = xasprintf("baseline of %s", environment);
	struct snapshot *snapshot =
		snapfile_read(text ? text : "", text ? strlen(text) : 0, name, e);

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
	bool ok;

	if (!q)
		return false;
	snapfile_write(snapshot, &text);
	sql_bind_text(q, 1, environment);
	sql_bind_int(q, 2, now_ms);
	sql_bind_text(q, 3, snapshot->fingerprint);
	sql_bind_text(q, 4, text.s);
	ok = sql_run(s, q, e);
	strbuf_free(&text);
	return ok;
}

int64_t
store_baseline_version(struct store *s, const char *environment)
{
	struct err e;
	sqlite3_stmt *q = sql_begin(s, SQL_BASELINE_VERSION, &e);
	int64_t version = -1;
	int rc;

	if (!q)
		return -1;
	sql_bind_text(q, 1, environment);
	rc = sql_next(s, q, &e);
	if (rc > 0)
		version = sqlite3_column_int64(q, 0);
	else if (rc == 0)
		version = 0;
	sql_end(q);
	return version;
}
