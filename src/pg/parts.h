/* A connection string taken apart, for those who have to hand it on in another form. */
#ifndef PG_PARTS_H
#define PG_PARTS_H

#include <stddef.h>

#include "base/err.h"
#include "base/strbuf.h"

struct pg_part {
	char *keyword;  /* "sslmode" */
	char *variable; /* the environment variable that libpq reads for it, or NULL */
	char *value;
};

/* What the string says, and nothing of what defaults, variables and services add. */
struct pg_parts {
	struct pg_part *v;
	size_t n, cap;
};

/* True if whoever knows its value can log in by it, or read a key with it. */
bool pg_keyword_is_secret(const char *keyword);

/* False (ERR_CONFIG) as pg_dsn_check() has it. */
bool pg_parts_of(const char *dsn, struct pg_parts *out, struct err *e) MUST_CHECK;
/* The value of a keyword, or NULL. */
const char *pg_parts_get(const struct pg_parts *p, const char *keyword);
/* What the string leaves open of where the server is and how it is known to be the
 * right one is said as libpq finds it elsewhere (its variables, PGSERVICE); never who
 * asks. */
void pg_parts_complete(struct pg_parts *p);
/* Say it anew. */
void pg_parts_set(struct pg_parts *p, const char *keyword, const char *value);
/* Append them as a keyword string. */
void pg_parts_print(const struct pg_parts *p, struct strbuf *out);
void pg_parts_free(struct pg_parts *p); /* wipes the values */

#endif
