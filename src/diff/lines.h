/* Two texts compared line by line. */
#ifndef DIFF_LINES_H
#define DIFF_LINES_H

#include <stddef.h>

#include "base/strbuf.h"

enum line_side { LINE_EXPECTED, LINE_FOUND };

/* One line that only one of both has; `text` is not terminated, without newline. */
struct line {
	enum line_side side;
	size_t number; /* in its own text, from 1 */
	const char *text;
	size_t length;
};

struct lines {
	struct line *v; /* in reading order; what stood before comes first */
	size_t n, cap;
};

/* The fewest lines that differ; of texts too long for that, everything between the
 * common beginning and end.  The lines point into both texts. */
void lines_compare(const char *expected, const char *found, struct lines *out);
void lines_free(struct lines *l);

#endif
