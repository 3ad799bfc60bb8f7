/* The rows of a COPY, one by one as they come. */
#ifndef PG_COPY_H
#define PG_COPY_H

#include "pg/collect.h"
#include "pg/session.h"

/* Of the table at hand. */
struct copy {
	const struct pg_copy *what;
	size_t n_rows, bytes; /* that have come */
};

/* Take a line of `n` bytes, which is changed.  Refused are more than may come
 * (ERR_QUERY), and what is no row of one value: ERR_INTERNAL, the text is what the
 * server answered with. */
bool copy_add(struct copy *c, struct collect *to, char *line, size_t n,
	struct err *e) MUST_CHECK;

#endif
