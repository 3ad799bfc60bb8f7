/* The server's clock says how long, since ours may differ; ours is the next best. */
#include "reading/lock.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"

static int64_t
number_of(const struct rows *r, const char *column)
{
	return strtoll(rows_text(r, column), NULL, 10);
}

void
lock_take(struct migration_lock *l, const struct rows *info,
	const struct migration_lock *seen)
{
	if (!rows_true(info, "migrating"))
		return;
	l->pid = (int)number_of(info, "migrating_pid");
	snprintf(l->application, sizeof l->application, "%s",
		rows_text(info, "migrating_application"));
	l->perhaps = rows_true(info, "migrating_perhaps");
	snprintf(l->waits, sizeof l->waits, "%s", rows_text(info, "migrating_waits"));
	l->blocker = (int)number_of(info, "blocker_pid");
	snprintf(l->blocker_application, sizeof l->blocker_application, "%s",
		rows_text(info, "blocker_application"));
	l->blocker_since_ms = number_of(info, "blocker_since_ms");
	l->since_ms = number_of(info, "migrating_since_ms");
	l->held_ms = number_of(info, "migrating_held_ms");
	if (*rows_text(info, "migrating_since_ms"))
		return;
	l->since_ms = seen->pid == l->pid ? seen->since_ms : clock_wall_ms();
	l->held_ms = clock_wall_ms() - l->since_ms;
}

void
lock_follow(struct migration_row *r, const struct facts *f, int64_t now_ms)
{
	if (!f->migrating && (!r->since_ms || !f->lock.pid)) {
		lock_row_fini(r);
		return;
	}
	if (r->since_ms &&
		(!f->revision_known || strvec_equal(&r->recorded, &f->recorded)))
		return;
	lock_row_fini(r);
	r->since_ms = now_ms;
	strvec_copy(&r->recorded, &f->recorded);
}

bool
lock_row_is_too_long(const struct migration_row *r, int64_t max_ms, int64_t now_ms)
{
	return r->since_ms && max_ms > 0 && now_ms - r->since_ms >= max_ms;
}

void
lock_row_fini(struct migration_row *r)
{
	strvec_free(&r->recorded);
	*r = (struct migration_row){0};
}

bool
lock_is_excused(const struct migration_lock *l, int64_t max_ms)
{
	return l->pid && !lock_is_too_long(l, max_ms);
}

bool
lock_is_too_long(const struct migration_lock *l, int64_t max_ms)
{
	return max_ms > 0 && l->held_ms >= max_ms;
}
