#include "http/heartbeat.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/standstill.h"

enum { BEATS = 4, BEAT_MIN_MS = 50 };

struct heartbeat {
	struct timer *timer;
	struct standstill *still;
	int64_t stall_ms;
	int64_t last_ms, stood_ms; /* the last beat, and what `still` said then */
	void (*beat)(void *arg);
	void *arg;
};

static void
on_beat(void *arg)
{
	struct heartbeat *h = arg;
	int64_t next_ms = h->stall_ms / BEATS;

	h->beat(h->arg);
	h->last_ms = clock_mono_ms();
	h->stood_ms = standstill_total_ms(h->still);
	timer_set(h->timer, next_ms > BEAT_MIN_MS ? next_ms : BEAT_MIN_MS);
}

struct heartbeat *
heartbeat_new(struct loop *l, int64_t stall_ms, void (*beat)(void *arg), void *arg)
{
	struct heartbeat *h = xcalloc(1, sizeof *h);

	*h = (struct heartbeat){.stall_ms = stall_ms, .beat = beat, .arg = arg};
	h->still = standstill_new();
	h->timer = timer_new(l, on_beat, h);
	on_beat(h);
	return h;
}

void
heartbeat_free(struct heartbeat *h)
{
	if (!h)
		return;
	timer_free(h->timer);
	standstill_free(h->still);
	free(h);
}

bool
heartbeat_is_late(const struct heartbeat *h)
{
	int64_t stood_ms = standstill_total_ms(h->still) - h->stood_ms;

	return clock_mono_ms() - h->last_ms - stood_ms > h->stall_ms;
}
