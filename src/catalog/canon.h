/* Deparsed text in one form, whatever history it has (a dump and a restore move
 * casts; minor releases of the server quote more or less). */
#ifndef CATALOG_CANON_H
#define CATALOG_CANON_H

#include <stdbool.h>

#include "base/strbuf.h"

/* What a text is, which also says how it compares with one of another major version
 * (diff/across.h). */
enum canon {
	CANON_NONE,       /* as it is */
	CANON_OF_VERSION, /* as it is; some versions have none, or write it anew */
	CANON_NAMES,      /* names of objects and types that the server quoted */
	/* A list whose items are such names, or expressions, or names with an
	 * expression behind DEFAULT or WHERE. */
	CANON_ITEMS,
	/* Storage parameters by value (options.h), perhaps behind names. */
	CANON_OPTIONS,
	/* Literals, once bytes in octal that each end with \000. */
	CANON_ARGUMENTS,
	CANON_EXPRESSION /* SQL text that the server deparsed */
};

/* Append the canonical form of `in` to `out`.  Applying it twice changes nothing
 * more.  What is in string literals is never touched. */
void canon_apply(enum canon c, const char *in, struct strbuf *out);

/* True if both have one canonical form: a file of an earlier program may hold another.
 */
bool canon_equal(enum canon c, const char *a, const char *b);

#endif
