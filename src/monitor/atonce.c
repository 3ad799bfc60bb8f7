/* See atonce.h. */
#include "monitor/atonce.h"

#include "base/clock.h"

enum { SPAN_MS = 1000 };

bool
atonce_take(struct atonce *a, const struct atonce_most *most, size_t objects)
{
	int64_t now_ms = clock_mono_ms();

	if (now_ms - a->from_ms > SPAN_MS)
		*a = (struct atonce){.from_ms = now_ms};
	if (objects >= most->one || a->objects + objects > most->second)
		return false;
	a->objects += objects;
	return true;
}
