/* The accepted baseline of an environment, as the store has it. */
#ifndef MONITOR_ACCEPTED_H
#define MONITOR_ACCEPTED_H

#include "catalog/library.h"
#include "monitor/happening.h"
#include "monitor/published.h"
#include "reading/facts.h"
#include "store/store.h"

/* Zeroed: it was not looked for yet. */
struct accepted {
	struct library *kept_in;        /* where its catalog is kept; NULL: nowhere */
	struct store_baseline baseline; /* without snapshot: none, or not readable */
	int64_t version;                /* of the store, that it is */
	bool looked;
	/* It could not be stored yet; the store may have none any more. */
	bool unsaved, lost;
};

/* Where it is kept. */
struct accepted_place {
	struct store *store;
	const char *name; /* of the environment */
};

/* Take up what the store has of `name`; another one than at the look before is
 * something that happened.  False, with what to do, if there is none to hold it
 * against. */
bool accepted_look(struct accepted *a, struct store *s, const char *name,
	struct happenings *h, struct err *e) MUST_CHECK;
/* Nothing was looked for yet, but a process before this one was told of `version` (0:
 * of none): any other is news. */
void accepted_expect(struct accepted *a, int64_t version);
/* NULL if it is of the database `found` is, as far as that is known; else why not, and
 * what to do.  The caller frees. */
char *accepted_misfit(
	const struct accepted *a, const struct instance *found, const char *name);
/* True if what is read `now` follows from the baseline by a migration: it was in sync
 * with that when it was published `before`, and has another recorded revision since,
 * which comes later by `graph` (NULL: any other does). */
bool accepted_is_followed(const struct accepted *a,
	const struct published_environment *before, const struct facts *now,
	const struct migrations *graph);
/* Make it the baseline, of which `h` is told.  Where the store cannot take it now, it
 * is given to it at a later look, unless another was accepted meanwhile.  False if it
 * cannot be one. */
bool accepted_follow(struct accepted *a, const struct accepted_place *place,
	const struct facts *now, struct happenings *h, struct err *e) MUST_CHECK;
void accepted_fini(struct accepted *a);

/* One sentence for log and history: who accepted it, when and why.  The caller frees.
 */
char *accepted_sentence(const struct store_baseline *b);

#endif
