/* How the rows of version tables are asked for. */
#ifndef READING_RECORDED_H
#define READING_RECORDED_H

#include "base/arena.h"
#include "base/strbuf.h"
#include "pg/session.h"

/* A statement for the rows of that table (quoted), which has a column version_num.
 * Lives in `a`. */
struct pg_statement recorded_rows(struct arena *a, const char *table);
/* One transaction that asks for the rows of each of `tables`.  Lives in `a`. */
struct pg_batch
recorded_batch(struct arena *a, const char *setup, const struct strvec *tables);

#endif
