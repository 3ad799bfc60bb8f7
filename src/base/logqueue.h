/* A log sink that never blocks: records wait in a bounded queue until a thread has
 * written them.  What finds no room, and what cannot be written, is counted and said in
 * its place as soon as something can be written again. */
#ifndef BASE_LOGQUEUE_H
#define BASE_LOGQUEUE_H

#include <stddef.h>

#include "base/log.h"

struct logqueue;

/* Holds `max_bytes` of records; they go to `sink`, which may block.  NULL if there is
 * no thread for it: then logging is done where it is asked for. */
struct logqueue *logqueue_new(size_t max_bytes, log_sink_fn *sink, void *arg);
/* Where the records from now on go. */
void logqueue_set_outlet(struct logqueue *q, log_sink_fn *sink, void *arg);
/* For log_set_sink(), with the queue as `arg`.  Order is kept. */
bool logqueue_sink(const struct log_record *r, void *arg);
/* Write what waits, and free the queue; nothing is logged to it any more.  If nothing
 * could be written for `patience_ms`, or not all in ten times that, the rest is given
 * up, and the thread is left to the end of the process.  NULL is fine. */
void logqueue_end(struct logqueue *q, int64_t patience_ms);

#endif
