/* The catalogs that an environment was seen with: a reference at revisions that it has
 * left and a follower has not, and any other since its revision is not that of what it
 * is held against.  In memory, and in the store where there is one. */
#ifndef MONITOR_EARLIER_H
#define MONITOR_EARLIER_H

#include "base/ration.h"
#include "catalog/snapshot.h"
#include "monitor/happening.h"
#include "monitor/shelf.h"
#include "store/store.h"

struct environment;
struct published_environment;
struct facts;
struct diff;

struct earlier_catalog {
	struct strvec revision;
	struct snapshot *snapshot; /* NULL: it was never seen there */
	int64_t at_ms;             /* when it was */
	bool stored;
};

struct earlier {
	struct earlier_catalog *last; /* at each revision; latest noted first */
	size_t n;
	struct earlier_catalog first; /* at the present one; without revision: none */
	bool first_forgotten;         /* and the store holds none either */
	/* When it last changed since it was set back to nothing or to another database,
	 * until it is what it was; 0: it was not.  And from which revision. */
	int64_t set_back_ms;
	unsigned set_back_checks; /* since then */
	struct strvec set_back_from;
	/* Changes that were told. */
	struct ration told;
	struct shelf shelf;   /* what is packed for the store */
	struct store *packed; /* … which is that one, where it is packed in a thread */
};

void earlier_free(struct earlier *s);
void earlier_fini(struct earlier_catalog *c);
/* What is large is packed in a thread of `l` from now on, and stored in `s` then. */
void earlier_share(struct environment *env, struct loop *l, struct store *s);
/* The store may have none of them any more. */
void earlier_lost(struct environment *env);

/* Note what `env`, a reference, is seen with now.  True if that is a revision that was
 * not noted before, so that others may be forgotten. */
bool earlier_note(struct environment *env, struct store *s, int64_t now_ms);
/* Forget revisions but for those in `needed` and some that were noted last. */
void earlier_forget(struct environment *env, struct store *s,
	const struct strvec *const *needed, size_t n);
/* What `env` was last seen with at the revision; NULL: it was not.  Valid until the
 * next call for `env`. */
const struct earlier_catalog *
earlier_find(struct environment *env, struct store *s, const struct strvec *revision);

/* True if `env` was set back, and may be only half restored to what it was at its
 * revision.  Ends as well when it has not changed for an hour, or twenty checks. */
bool earlier_is_set_back(struct environment *env, struct store *s, int64_t now_ms);

/* What `env` was first seen with at its present revision, which is noted now if it was
 * not; NULL if that cannot be told now.  Valid until the next call for `env`. */
const struct earlier_catalog *
earlier_first(struct environment *env, struct store *s, int64_t now_ms);
/* That is of no use any more. */
void earlier_forget_first(struct environment *env, struct store *s);

/* Hold `facts` against those that `env` still has: a catalog that changed without its
 * revision is something that happened, and one that is set back is no measure. */
void
earlier_compare(struct environment *env, const struct facts *facts, int64_t now_ms);
/* The same for what a process before saw last, and this one first: `d` is what differs
 * between them. */
struct timeline_item;
void earlier_tell_missed(struct environment *env, const struct diff *d,
	const struct timeline_item *was, const struct timeline_item *is);
/* What was packed is let go of, unless somebody needs it. */
void earlier_rest(struct environment *env);
/* The same for what was found before this process began, when `now` is the first that
 * is judged: what is found now is told with it. */
void
earlier_compare_known(struct environment *env, const struct published_environment *now);

#endif
