/* How libmicrohttpd was linked: its answers are ours where it looks up by name what it
 * answers by, and its own, of HTML, where it was linked with -Bsymbolic-functions. */
#ifndef TESTS_UNIT_HTTP_LIBRARY_H
#define TESTS_UNIT_HTTP_LIBRARY_H

#include <stdbool.h>

/* Whether src/http/refusals.c is asked for what the library refuses by itself. */
bool library_asks(void);

#endif
