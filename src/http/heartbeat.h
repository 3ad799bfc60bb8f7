/* Whether the loop turns in time, as whoever answers from inside of it can tell. */
#ifndef HTTP_HEARTBEAT_H
#define HTTP_HEARTBEAT_H

#include "loop/loop.h"

struct heartbeat;

/* `stall_ms`: for how long it may not have turned.  `beat` is called several times in
 * that, from inside heartbeat_new() too. */
struct heartbeat *
heartbeat_new(struct loop *l, int64_t stall_ms, void (*beat)(void *arg), void *arg);
void heartbeat_free(struct heartbeat *h); /* NULL is fine */
/* True if it has not turned for longer, though the process could run. */
bool heartbeat_is_late(const struct heartbeat *h);

#endif
