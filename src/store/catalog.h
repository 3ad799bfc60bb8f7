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
/* Forget those that nobody has any more. */
bool catalog_forget(struct store *s, struct err *e) MUST_CHECK;

#endif
