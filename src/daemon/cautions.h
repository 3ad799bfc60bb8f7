/* What is sound and may be meant, and often is not: each with what to do about it, and
 * with the word of http.allow that says it is meant. */
#ifndef DAEMON_CAUTIONS_H
#define DAEMON_CAUTIONS_H

#include "base/strbuf.h"
#include "conf/conf.h"

/* Append one text each.  `addresses` are those that are listened on, as address_parse()
 * takes them.  Looks at files. */
void
cautions_of(const struct conf *c, const struct strvec *addresses, struct strvec *out);

#endif
