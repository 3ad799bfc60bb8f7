/* Log records with fields; the sink (logfmt, JSON, journal) is chosen once.  This
 * is the only mutable file-scope state of the program. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* The numbers are syslog's priorities. */
enum log_level { LEVEL_ERROR = 3, LEVEL_WARN = 4, LEVEL_INFO = 6, LEVEL_DEBUG = 7 };

struct log_field {
	const char *key;   /* as in contract 6: "environment", "state", … */
	const char *value; /* NULL: the field is left out */
	bool is_number;    /* a number in JSON too */
};

struct log_record {
	enum log_level level;
	int64_t time_ms; /* 0: filled in by log_write() */
	const char *msg;
	const char
		*text; /* for where fields are not seen: whole by itself; NULL: msg */
	const char *message_id; /* 32 hex digits of the journal's catalog, or NULL */
	const struct log_field *fields;
	size_t n_fields;
};

/* False if the record could not be written. */
typedef bool log_sink_fn(const struct log_record *r, void *arg);

/* NULL: back to the default, logfmt on standard error. */
void log_set_sink(log_sink_fn *sink, void *arg);
void log_set_level(enum log_level most);

void log_write(const struct log_record *r);
/* A record without fields. */
void log_msg(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* "unreachable: … " of an error, with its SQLSTATE as a field if it has one. */
void log_err(enum log_level level, const struct err *e, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

/* Sinks to standard error.  One write(2) a line, where that takes all of it. */
bool log_sink_logfmt(const struct log_record *r, void *arg);
bool log_sink_json(const struct log_record *r, void *arg);

/* Lines that were lost since the start of the process; a sink counts them, in whatever
 * thread it runs. */
void log_count_lost(void);
uint64_t log_lost(void);

const char *log_level_name(enum log_level level);
/* "debug", "info", "warn", "error". */
bool log_level_parse(const char *name, enum log_level *level);

struct strbuf;
/* What the sinks write, newline included. */
void log_format_logfmt(const struct log_record *r, struct strbuf *out);
void log_format_json(const struct log_record *r, struct strbuf *out);

#endif
