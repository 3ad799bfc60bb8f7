/* What happens to an environment or to the daemon and is no change of state: a row of
 * the history and a line in the log. */
#ifndef MONITOR_HAPPENING_H
#define MONITOR_HAPPENING_H

#include <stdbool.h>
#include <stddef.h>

enum happening {
	HAPPENING_REVISION, /* the recorded revision is another one */
	HAPPENING_DATABASE, /* its dsn leads to another database */
	HAPPENING_RENAMED,  /* it had another name */
	HAPPENING_ACCEPTED, /* there is another baseline */
	HAPPENING_CATALOG,  /* the catalog changed without its revision */
	/* The catalog changed where no revision is recorded, or none is watched. */
	HAPPENING_SCHEMA,
	HAPPENING_FLAPPING, /* findings come and go */
	HAPPENING_STEADY,   /* they do no longer */
	/* Of the daemon: */
	HAPPENING_STARTED,
	HAPPENING_STOPPED,
	HAPPENING_GAP,   /* nobody watched, until it started */
	HAPPENING_CLOCK, /* the clock was set */
	HAPPENING_LOST,  /* rows of the history could not be kept */
	HAPPENING_COUNT
};

/* As `event` in /history and in the log. */
const char *happening_word(enum happening what);
/* The same of a row that is a change of state. */
#define HAPPENING_STATE "state"

struct happened {
	enum happening what;
	/* One sentence, or NULL; but for who accepted a baseline without names of hosts
	 * or users. */
	char *detail;
	bool stored; /* the history has it already */
};

/* What was seen and is not told yet, in its order.  Zeroed: nothing. */
struct happenings {
	struct happened *v;
	size_t n;
};

/* Takes over `detail`. */
void happenings_add(struct happenings *h, enum happening what, char *detail);
/* Empties it. */
void happenings_free(struct happenings *h);

#endif
