/* Who holds the lock that a migration takes, and for how long. */
#ifndef READING_LOCK_H
#define READING_LOCK_H

#include "base/rows.h"
#include "reading/facts.h"

/* Sessions one after the other, without a check that saw none of them. */
struct migration_row {
	int64_t since_ms; /* when the first was seen; 0: there is none now */
	struct strvec recorded;
};

/* Take the row of checksql_info; `l` is empty before, and stays so where nobody holds
 * it.  Whoever may not see the other session's times counts from when it was `seen`
 * first. */
void lock_take(struct migration_lock *l, const struct rows *info,
	const struct migration_lock *seen);
/* Follow a row of sessions, of which `f` shows one or none at `now_ms`: it begins anew
 * where the revision has moved.  lock_row_fini() frees what `r` holds. */
void lock_follow(struct migration_row *r, const struct facts *f, int64_t now_ms);
bool
lock_row_is_too_long(const struct migration_row *r, int64_t max_ms, int64_t now_ms);
void lock_row_fini(struct migration_row *r);

/* True if somebody holds it, and not for `max_ms` or longer (0: there is no limit); and
 * if it is held for so long. */
bool lock_is_excused(const struct migration_lock *l, int64_t max_ms);
bool lock_is_too_long(const struct migration_lock *l, int64_t max_ms);

#endif
