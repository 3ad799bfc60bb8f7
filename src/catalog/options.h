/* Storage parameters and options of views by their value. */
#ifndef CATALOG_OPTIONS_H
#define CATALOG_OPTIONS_H

#include "base/strbuf.h"

/* Append a list such as "autovacuum_enabled=0, fillfactor=90" with each value in the
 * one form of all that the server reads as the same: "autovacuum_enabled=false,
 * fillfactor=90".  A parameter that is none of the server's own, and a value that it
 * would not take, stay as they are.  Outside source: reloptions.c, bool.c, guc.c. */
void options_apply(const char *in, struct strbuf *out);

#endif
