/* User and password of an Authorization header (RFC 7617). */
#ifndef HTTP_BASIC_H
#define HTTP_BASIC_H

#include <stdbool.h>

struct basic {
	char *name, *password;
};

/* False: there is none (`header` may be NULL), it is of another scheme, or it is
 * malformed.  Neither part holds a NUL: what stands behind one is never cut off, so
 * that it cannot be a password that a client did not send.  basic_fini() wipes both. */
bool basic_parse(const char *header, struct basic *out);
void basic_fini(struct basic *b);

#endif
