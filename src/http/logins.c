/* See logins.h. */
#include "http/logins.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http/guard.h"

/* So many lines at once, and one more every twenty seconds. */
static const double per_s = 0.05, burst = 10;

enum { UNTOLD_MS = 60 * 1000 };

struct logins {
	struct guard_bucket told;
	struct timer *timer; /* of those that are untold */
	uint64_t count, untold;
};

static void
tell(void *arg)
{
	struct logins *k = arg;

	if (k->untold)
		journal_logins_failed(k->untold);
	k->untold = 0;
}

struct logins *
logins_new(struct loop *l)
{
	struct logins *k = xcalloc(1, sizeof *k);

	k->timer = timer_new(l, tell, k);
	return k;
}

void
logins_free(struct logins *k)
{
	if (!k)
		return;
	tell(k);
	timer_free(k->timer);
	free(k);
}

void
logins_failed(struct logins *k, const struct login_failure *f)
{
	k->count++;
	if (guard_take(&k->told, per_s, burst, clock_mono_ms())) {
		journal_login_failed(f);
		return;
	}
	if (!k->untold++)
		timer_set(k->timer, UNTOLD_MS);
}

uint64_t
logins_count(const struct logins *k)
{
	return k->count;
}
