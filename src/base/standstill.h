/* For how long a process stood still: it was stopped, or its machine was suspended.  No
 * deadline that passed meanwhile says anything of whoever had to keep it. */
#ifndef BASE_STANDSTILL_H
#define BASE_STANDSTILL_H

#include <stdint.h>

/* Waits are cut into slices of that, so that it is seen wherever it happens. */
enum { STANDSTILL_SLICE_MS = 1000 };

/* For how long nobody ran, of a wait that had to end at `due_ms` and does at `now_ms`;
 * 0 for what comes as late on a machine that is busy. */
int64_t standstill_of(int64_t due_ms, int64_t now_ms);

/* A thread that does nothing but wait: where the loop alone is held up, it goes on. */
struct standstill;
struct standstill *standstill_new(void);
void standstill_free(struct standstill *s); /* NULL is fine */
/* For how long in all since the start, up to now.  0 where there was no thread left. */
int64_t standstill_total_ms(struct standstill *s);

#endif
