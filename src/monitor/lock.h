/* Who holds the lock that a migration takes, and for how long. */
#ifndef MONITOR_LOCK_H
#define MONITOR_LOCK_H

#include "base/rows.h"
#include "verdict/verdict.h"

/* Take the row of checksql_info; `l` is empty before, and stays so where nobody holds
 * it.  Whoever may not see the other session's times counts from when it was `seen`
 * first. */
void lock_take(struct migration_lock *l, const struct rows *info,
	const struct migration_lock *seen);
/* True if it is held for `max_ms` or longer; 0: there is no limit. */
bool lock_is_too_long(const struct migration_lock *l, int64_t max_ms);

#endif
