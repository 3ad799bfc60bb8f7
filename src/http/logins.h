/* Logins that fail: each is counted, and told in the log unless there are too many. */
#ifndef HTTP_LOGINS_H
#define HTTP_LOGINS_H

#include <stdint.h>

#include "loop/loop.h"
#include "report/journal.h"

struct logins;

struct logins *logins_new(struct loop *l);
void logins_free(struct logins *k); /* tells what is untold; NULL is fine */
/* A burst is told in part, and a minute later how many there were besides. */
void logins_failed(struct logins *k, const struct login_failure *f);
uint64_t logins_count(const struct logins *k); /* ever */

#endif
