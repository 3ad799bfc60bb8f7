/* What has become of one environment, and when: its states, what happened to it, and
 * how what it was seen with changed, in one line of time. */
#ifndef REPORT_STORY_H
#define REPORT_STORY_H

#include "base/json.h"
#include "store/store.h"

struct story_wish {
	const char *environment;
	int64_t before_ms; /* only what was before; 0: all */
	size_t limit;
};

enum { STORY_LIMIT = 30 };

/* {"entries": [{at, state: {…} | null, change: {…} | null}], "next"}, newest first: of
 * each entry one is a member of /history, or of /status/NAME/changes, whose first few
 * findings are there alone; `at` is when it was, or was first seen.  `next` is the
 * `before` of what is older, or null.  That nobody watched, or that the clock was set,
 * is told of each environment.  The caller deletes it; NULL on error. */
cJSON *story_document(struct store *s, const struct story_wish *w, struct err *e);

#endif
