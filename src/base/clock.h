/* Time as numbers: pure code takes `now` as a parameter, only edges ask. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Milliseconds since the epoch (UTC). */
int64_t clock_wall_ms(void);
/* Milliseconds of a clock that never goes back. */
int64_t clock_mono_ms(void);

/* The same, and it goes on while the machine is suspended. */
int64_t clock_boot_ms(void);
/* Microseconds that the calling thread has had of a processor. */
int64_t clock_thread_us(void);

/* The wall clock was set: what it said from `from_ms` (the machine was started) to
 * `to_ms` (it was seen) is `by_ms` later by the clock as it is now; earlier, if that is
 * negative. */
struct clock_step {
	int64_t from_ms, to_ms, by_ms;
};
/* A time by the clock as it is now, that was taken as it was before; 0 (never), and one
 * that the machine cannot have taken since it was started, stay as they are. */
int64_t clock_stepped(int64_t ms, const struct clock_step *s);

enum { CLOCK_RFC3339_LEN = 32 };
/* "2026-09-20T10:15:30Z"; `buf` holds CLOCK_RFC3339_LEN bytes.  Returns `buf`. */
const char *clock_rfc3339(int64_t ms, char *buf);
/* The same with its milliseconds: "2026-09-20T10:15:30.042Z". */
const char *clock_rfc3339_ms(int64_t ms, char *buf);
/* RFC 3339, with offset or Z; a fraction is taken to milliseconds, and seconds may be
 * left out.  A plain date
 * "2026-12-31" is its first moment in UTC.  False if it is neither. */
bool clock_parse(const char *text, int64_t *ms);

/* "250ms", "30s", "5m", "1h", "2d", "1h30m"; a bare "0" too.  False (nothing
 * stored) for anything else, for negative and for over 10 years. */
bool duration_parse(const char *text, int64_t *ms);
/* A moment as above, or how long before `now_ms` it was. */
bool clock_since(const char *text, int64_t now_ms, int64_t *ms);
/* The shortest form that duration_parse() reads back: "90s" → "1m30s". */
const char *duration_format(int64_t ms, char *buf, size_t size);

#endif
