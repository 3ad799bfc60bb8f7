/* See age.h. */
#include "store/age.h"

bool
age_step(struct age *a, int64_t wall_ms, int64_t passed_ms)
{
	bool first = a->held_ms == 0;
	int64_t ahead_ms;

	if (passed_ms < 0)
		passed_ms = 0;
	a->now_ms = a->now_ms ? a->now_ms + passed_ms : wall_ms;
	if (!first)
		a->held_ms += passed_ms;
	ahead_ms = wall_ms - a->now_ms;
	if ((ahead_ms <= AGE_JUMP_MS && ahead_ms >= -AGE_JUMP_MS) ||
		a->held_ms > AGE_HOLD_MS) {
		*a = (struct age){.now_ms = wall_ms};
		return false;
	}
	if (first)
		a->held_ms = 1;
	return first;
}
