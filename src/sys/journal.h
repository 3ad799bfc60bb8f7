/* The journal as a log sink: journal_systemd.c, or journal_none.c which never is
 * available. */
#ifndef SYS_JOURNAL_H
#define SYS_JOURNAL_H

#include "base/log.h"

/* True if standard error is connected to the journal (JOURNAL_STREAM names it). */
bool journal_is_connected(void);
/* A log sink: MESSAGE, PRIORITY, MESSAGE_ID, and PGDRIFTD_<KEY> a field. */
bool journal_sink(const struct log_record *r, void *arg);

#endif
