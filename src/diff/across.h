/* Two values of which each was printed by a server of its own version. */
#ifndef DIFF_ACROSS_H
#define DIFF_ACROSS_H

#include "base/strbuf.h"
#include "catalog/kinds.h"

/* The same; another; the same words with other casts or brackets, of which nobody can
 * tell whether the server added them. */
enum across { ACROSS_SAME, ACROSS_DIFFERENT, ACROSS_UNKNOWN };

/* True if both are server_version_num of one major version. */
bool across_same_major(int expected, int found);

/* True if only the same text is ACROSS_SAME of `p`; the versions are as below. */
bool across_is_exact(const struct property *p, const int version[static 2]);

/* Compare two values of `p`, either of which may be NULL; the versions are
 * server_version_num.  Within one major version a text is what it is.  Across majors
 * expressions go by their words, with what is known to be printed otherwise in one
 * form; only they can be ACROSS_UNKNOWN, and names of ICU locales. */
enum across across_compare(const struct property *p, const int version[static 2],
	const char *expected, const char *found);

/* Append what is the same of an expression whichever of the two servers printed it: its
 * words, without casts, brackets and, where only one of them has those, qualifiers. */
void across_key(const int version[static 2], const char *value, struct strbuf *out);

#endif
