/* The table of catalogs; who has which is said by others. */
#ifndef STORE_CATALOG_H
#define STORE_CATALOG_H

#include "store/sql.h"
#include "store/store.h"

/* Within a transaction, with the row that keeps its key. */
bool catalog_put(
	struct store *s, const struct store_packed *catalog, struct err *e) MUST_CHECK;
/* The same where it may be damaged: it is written anew. */
bool catalog_renew(
	struct store *s, const struct store_packed *catalog, struct err *e) MUST_CHECK;
/* As store_pack(), of what snapfile_write() says. */
void catalog_pack_text(const char *text, size_t n, struct store_packed *out);
/* What a row of its bytes and its key says; `name` is for messages. */
struct snapshot *catalog_read(sqlite3_stmt *q, const char *name, struct err *e);
/* Forget the one of that key if nobody has it any more.  *freed, unless that is NULL,
 * is what it took more than before.  Others that nobody has store_prune() finds. */
bool catalog_forget(
	struct store *s, const char *key, int64_t *freed, struct err *e) MUST_CHECK;

/* The keys that `q`, bound already, has in its first column become `out`. */
bool catalog_keys(
	struct store *s, sqlite3_stmt *q, struct strvec *out, struct err *e) MUST_CHECK;
/* catalog_forget() of each. */
bool catalog_forget_all(
	struct store *s, const struct strvec *keys, struct err *e) MUST_CHECK;

#endif
