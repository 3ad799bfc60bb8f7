/* See ration.h. */
#include "base/ration.h"

enum { RATION = 10, HOUR_MS = 3600 * 1000 };

bool
ration_take(struct ration *r, int64_t now_ms)
{
	if (now_ms - r->since_ms >= HOUR_MS || now_ms < r->since_ms) {
		r->since_ms = now_ms;
		r->n = r->n > RATION ? RATION - 1 : 0;
	}
	return r->n++ < RATION;
}

bool
ration_is_used_up(const struct ration *r)
{
	return r->n >= RATION;
}
