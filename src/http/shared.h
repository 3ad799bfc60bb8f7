/* A document that is asked for by many, changes by itself, and may be large: rendered
 * once in a while, and one copy of it sent to everybody. */
#ifndef HTTP_SHARED_H
#define HTTP_SHARED_H

#include "http/reply.h"

/* One for each type that it may have; zeroed at the begin. */
struct shared {
	struct reply *reply;
	int64_t until_ms;
};

/* NULL: it has to be made. */
struct reply *shared_get(const struct shared *s, int64_t now_ms);
/* Take over a reply.  It is good for a millisecond for each 4 KiB: one below 64 KiB is
 * made anew each time, and one of megabytes about once a second, so that rendering it
 * takes a bounded part of the loop's time, whoever asks how often. */
void shared_put(struct shared *s, struct reply *reply, int64_t now_ms);
void shared_fini(struct shared *s);

#endif
