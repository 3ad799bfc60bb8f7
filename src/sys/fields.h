/* A log record as the journal's fields.  Pure. */
#ifndef SYS_FIELDS_H
#define SYS_FIELDS_H

#include "base/log.h"
#include "base/strbuf.h"

/* Append "NAME=value" strings: MESSAGE, PRIORITY, SYSLOG_IDENTIFIER, MESSAGE_ID where
 * the record has one, then PGDRIFTD_<KEY> for each field with a value.  Values are
 * made valid UTF-8, so that `journalctl -o json` shows text and not bytes. */
void fields_of(const struct log_record *r, struct strvec *out);

#endif
