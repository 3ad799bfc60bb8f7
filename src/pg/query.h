/* The text of a script: one query of many statements, which goes out at once. */
#ifndef PG_QUERY_H
#define PG_QUERY_H

#include "base/strbuf.h"
#include "pg/session.h"

/* Append a statement with its parameters as literals ($1 … $9; NULL is NULL).  Whatever
 * standard_conforming_strings is, it means the same: all of a query is split into words
 * before the first statement of it runs.  `sql` is ours: it has literals '…' and quoted
 * names, but none of E'…' or $$…$$, and no comments. */
void query_add(struct strbuf *out, const struct pg_statement *st);
/* COPY of that table to us. */
void query_add_copy(struct strbuf *out, const struct pg_copy *copy);

#endif
