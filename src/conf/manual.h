/* The manual page of the configuration, pgdriftd.conf(5): what the table says of each
 * block and key, and behind it the longer text that a person wrote of it. */
#ifndef CONF_MANUAL_H
#define CONF_MANUAL_H

#include "base/err.h"
#include "base/strbuf.h"

/* Append the page that `longer` makes with the table, as source for man(7).  Lines of
 * `longer` are taken as they are, but for comments, and "@blocks", in whose place all
 * blocks stand, and what follows it up to "@end": "@block NAME" begins the text of a
 * block, "@key BLOCK.NAME" that of a key.  False if there is a text of something that
 * the table does not have, or one twice. */
bool conf_manual(const char *longer, struct strbuf *out, struct err *e) MUST_CHECK;

#endif
