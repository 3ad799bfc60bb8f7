/* Python's string literals: where one ends, and what it says.  Rules: The Python
 * Language Reference, "String and Bytes literals", "f-strings" (also those of 3.12,
 * where a field may hold the quote that delimits the whole). */
#ifndef MIGRATIONS_ALEMBIC_PYSTRING_H
#define MIGRATIONS_ALEMBIC_PYSTRING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"

enum pystring {
	PYSTRING_TEXT,
	PYSTRING_BYTES,
	PYSTRING_COMPUTED, /* a field of an f-string, or a character by name */
	PYSTRING_ODD,      /* a constant that no identifier can be: it holds NUL, half a
			    * surrogate pair, or bytes that are no UTF-8 */
	PYSTRING_REFUSED   /* a malformed escape: Python refuses the file */
};

/* True if a literal begins here, prefix included. */
bool pystring_begins(const char *s);
bool pystring_is_triple(const char *s);
/* Behind the closing quote, or NULL if the literal is not closed. */
const char *pystring_end(const char *s);

/* Append what the literal says, for PYSTRING_TEXT only. */
enum pystring pystring_decode(const char *s, size_t n, struct strbuf *out);
/* The same, where `field` appends what a field of an f-string says (`expr`: what stands
 * between its braces). */
struct pystring_fields {
	void (*field)(void *arg, const char *expr, size_t n, struct strbuf *out);
	void *arg;
};
enum pystring pystring_decode_fields(const char *s, size_t n,
	const struct pystring_fields *fields, struct strbuf *out);

#endif
