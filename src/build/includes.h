/* What a file of SQL has psql read besides: other files, of which nobody would see that
 * they change.  Pure. */
#ifndef BUILD_INCLUDES_H
#define BUILD_INCLUDES_H

#include <stdbool.h>
#include <stddef.h>

struct include {
	unsigned line;
	char word[20]; /* "\\ir" */
};

/* True if the text holds \i, \ir, \include or \include_relative where psql obeys it:
 * not in a string, a quoted name, a comment or the data of COPY. */
bool includes_find(const char *text, size_t n, struct include *found);

#endif
