/* Periods, jitter and back-off, without a clock and without chance: jitter comes from
 * a hash, so that the same inputs give the same delay. */
#include "monitor/schedule.h"

#include <stdbool.h>

enum { BACKOFF_MOST_MS = 5 * 60 * 1000, SOON_MS = 250, SOON_MOST_MS = 5000 };

/* splitmix64's finalizer: every bit of the input moves every bit of the output. */
static uint64_t
mix(uint64_t x)
{
	x ^= x >> 30;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	x ^= x >> 27;
	x *= UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static int64_t
doubled(int64_t first, unsigned in_a_row, int64_t most)
{
	int64_t delay = first;

	for (unsigned i = 1; i < in_a_row && delay < most; i++)
		delay *= 2;
	return delay < most ? delay : most;
}

static int64_t
larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static bool
is_regular(enum outcome o)
{
	return o == OUTCOME_SUCCESS || o == OUTCOME_FAILURE || o == OUTCOME_UNANSWERED;
}

/* What was due a little early was due for the place that is next. */
static int64_t
until_place(const struct schedule *s)
{
	const double early = s->jitter < 0.5 ? s->jitter : 0.5;
	const int64_t offset = (int64_t)(s->place * (double)s->interval_ms);
	const int64_t guard = (int64_t)(early * (double)s->interval_ms);
	int64_t past;

	if (s->interval_ms <= 0)
		return s->interval_ms;
	past = (s->now_ms - offset) % s->interval_ms;
	if (past < 0)
		past += s->interval_ms;
	past = s->interval_ms - past;
	return past > guard ? past : past + s->interval_ms;
}

uint64_t
schedule_seed(const char *name)
{
	uint64_t seed = 0;

	for (; *name; name++)
		seed = seed * 131 + (unsigned char)*name;
	return seed;
}

int64_t
schedule_delay(const struct schedule *s, enum outcome o, uint64_t n, unsigned in_a_row)
{
	const double unit = (double)(mix(s->seed + n) >> 11) / 9007199254740992.0;
	int64_t delay = s->interval_ms, moved;

	if (o == OUTCOME_FAILURE)
		delay = doubled(delay, in_a_row,
			larger(delay, smaller(4 * delay, BACKOFF_MOST_MS)));
	else if (o == OUTCOME_UNANSWERED)
		delay = doubled(delay, in_a_row, larger(delay, BACKOFF_MOST_MS));
	else if (o == OUTCOME_UNCONFIRMED)
		delay = smaller(delay, doubled(SOON_MOST_MS, in_a_row, delay));
	else if (o != OUTCOME_SUCCESS)
		delay = smaller(delay, doubled(SOON_MS, in_a_row, SOON_MOST_MS));
	moved = (int64_t)((double)delay * s->jitter * (2 * unit - 1));
	if (delay == s->interval_ms && is_regular(o))
		delay = until_place(s);
	delay += moved;
	return delay > 1 ? delay : 1;
}
