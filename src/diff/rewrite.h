/* Expressions that servers of two majors are known to print in other words. */
#ifndef DIFF_REWRITE_H
#define DIFF_REWRITE_H

#include "base/strbuf.h"

/* Stands behind each argument of a call that was printed in its own syntax: such
 * arguments are printed without their implicit casts. */
enum { REWRITE_ARGUMENT_END = '\001' };

/* Append what both servers (server_version_num) would print for `in`, which one of
 * them did.  Brackets, casts and qualifiers stay as they are.  True if it has an
 * EXTRACT that is a date_part on the other server, whose result is of another type
 * (numeric, not double precision). */
bool rewrite_apply(const char *in, const int version[static 2], struct strbuf *out);

#endif
