/* The page of one environment, `/environments/NAME`. */
#ifndef PAGE_ENVIRONMENT_H
#define PAGE_ENVIRONMENT_H

#include "base/json.h"
#include "page/page.h"
#include "report/groups.h"

/* Which findings are listed; zeroed but for the NULLs: all. */
struct page_choice {
	const char *severity, *change, *kind; /* words, or NULL */
	size_t after;                         /* so many of them are passed over */
};

/* What the environment had at two points of time, compared. */
struct page_points {
	int64_t from_ms, to_ms;
	const struct diff *diff; /* of what it had at `from` as expected; NULL: none */
	bool pending;            /* it is being made */
	const char *error;       /* why there is none, a sentence; or NULL */
	bool given;              /* two are compared */
	bool masked; /* whether values that are secrets differ cannot be told */
};

struct page_environment {
	const struct published_environment *e;
	struct page_choice choice;
	const cJSON *story; /* of report/story.h; NULL: nothing is kept, or … */
	bool story_failed;  /* … it cannot be read */
	int64_t before_ms;  /* the time line begins there; 0: now */
	struct page_points points;
	const struct groups *groups; /* of all environments, by fingerprint */
	/* What sets its catalog apart from the one that most have; NULL: nothing, or
	 * not known, or `differs_pending`, not yet. */
	const struct diff *differs;
	bool differs_pending;
};

/* Append it.  Whatever the environment is, it stays within some hundred kilobytes: what
 * is more stands on further pages. */
void page_environment(
	const struct page *page, const struct page_environment *v, struct strbuf *out);

#endif
