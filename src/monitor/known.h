/* What was last confirmed of an environment, as text that outlives the process. */
#ifndef MONITOR_KNOWN_H
#define MONITOR_KNOWN_H

#include "base/clock.h"
#include "base/hash.h"
#include "monitor/flapping.h"
#include "monitor/published.h"

/* Axes, findings and what they are of, without any time but that of the drift; equal
 * text, nothing has changed.  The caller frees. */
char *known_write(const struct published_environment *p, const struct confirmation *c,
	const struct flapping *f);
/* Another one wherever that text is, but for the findings and their counts: of those
 * say p->diff and c->same. */
void known_digest(const struct published_environment *p, const struct confirmation *c,
	const struct flapping *f, char hex[static HASH_HEX_LEN]);
/* The opposite: only what known_write() holds is set; published_environment_free().
 * NULL if it is not such a text, or of a format that this version does not know.  What
 * `c` and `f` held before is freed. */
struct published_environment *
known_read(const char *text, struct confirmation *c, struct flapping *f);
/* The same text after the clock was set; takes over `text`, NULL is fine. */
char *known_step(char *text, const struct clock_step *step);
/* Where nothing was read since the start, `p` says what was `known`: the revision axis;
 * and the schema axis, if that is of the same reference. */
void
known_fill(struct published_environment *p, const struct published_environment *known);

#endif
