/* A document about all environments, kept in pieces: of each of its columns one piece
 * for every few environments, in their order.  Only what changed is rendered again. */
#ifndef HTTP_MOSAIC_H
#define HTTP_MOSAIC_H

#include "http/piece.h"
#include "monitor/published.h"

struct mosaic;

/* Append what a column says of the environment at `place`. */
typedef void mosaic_fn(size_t column, size_t place,
	const struct published_environment *e, struct strbuf *out);

/* `together`: of how many environments a piece is. */
struct mosaic_options {
	size_t columns, together;
	mosaic_fn *render;
	struct held *held;
};

struct mosaic *mosaic_new(const struct mosaic_options *o);
void mosaic_free(struct mosaic *m); /* NULL is fine */

/* Render what is another than the last time.  An environment that has no version is. */
void mosaic_update(struct mosaic *m, const struct published *p);
/* True if a column says anything. */
bool mosaic_has(const struct mosaic *m, size_t column);
void mosaic_column(const struct mosaic *m, size_t column, struct rope *out);
/* What a column says of the environment at `place`; good until the next update. */
const char *mosaic_text(const struct mosaic *m, size_t column, size_t place, size_t *n);

#endif
