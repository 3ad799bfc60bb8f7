/* Rows of libpq, copied into an arena one by one as they arrive. */
#ifndef PG_COLLECT_H
#define PG_COLLECT_H

#include <libpq-fe.h>

#include "pg/session.h"

struct collect;

/* `raw`: values may be no UTF-8, and are made so (text_clean). */
struct collect *collect_new(size_t n_statements, bool raw);
void collect_free(struct collect *c); /* NULL is fine */
/* Before any row: each statement is to be handed over by itself. */
void collect_apart(struct collect *c);

/* Add the rows of `res` to the statement at hand.  False: it has other columns than the
 * rows before, or texts that no server has; the error is what the server answered with,
 * to stand behind the name of what was asked. */
bool collect_add(struct collect *c, const PGresult *res, struct err *e) MUST_CHECK;
/* Add a row of one column, of that name.  `text` is NULL for SQL NULL, else has `n`
 * bytes and a zero byte behind them. */
bool collect_add_text(struct collect *c, const char *name, const char *text, size_t n,
	struct err *e) MUST_CHECK;
/* Bytes that all of it takes. */
size_t collect_size(const struct collect *c);
/* The statement at hand is complete: go on to the next.  Its rows, good until
 * collect_finish(). */
const struct rows *collect_next(struct collect *c);
/* Bytes of what there is of the statement at hand. */
size_t collect_part_size(const struct collect *c);
/* Hand that over as the results of one statement; of all results it is no part then. */
struct pg_results *collect_part(struct collect *c);
/* All are complete: frees `c`, hands over what it holds. */
struct pg_results *collect_finish(struct collect *c);

#endif
