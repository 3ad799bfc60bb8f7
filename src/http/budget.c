#include "http/budget.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/strmap.h"

/* A client has two seconds at once, all together four; a quarter of the time that
 * passes comes back. */
enum { CLIENT_MS = 2000, ALL_MS = 4000, RETURN = 4, MAX_CLIENTS = 1024 };

struct purse {
	int64_t spent_ms, at_ms;
};

struct budget {
	struct purse all;
	struct strmap *clients; /* those who spent something: → struct purse */
};

static int64_t
spent(struct purse *p, int64_t now_ms)
{
	int64_t back_ms = (now_ms - p->at_ms) / RETURN;

	if (back_ms > 0) {
		p->spent_ms = p->spent_ms > back_ms ? p->spent_ms - back_ms : 0;
		p->at_ms = now_ms;
	}
	return p->spent_ms;
}

struct budget *
budget_new(void)
{
	struct budget *b = xcalloc(1, sizeof *b);

	b->clients = strmap_new();
	return b;
}

void
budget_free(struct budget *b)
{
	if (!b)
		return;
	strmap_free_all(b->clients, free);
	free(b);
}

bool
budget_is_open(struct budget *b, const char *client, int64_t now_ms, int *retry_s)
{
	struct purse *p = strmap_get(b->clients, client);
	int64_t over_ms = spent(&b->all, now_ms) - ALL_MS;
	int64_t own_ms = p ? spent(p, now_ms) - CLIENT_MS : -1;

	if (own_ms > over_ms)
		over_ms = own_ms;
	*retry_s = (int)(over_ms * RETURN / 1000) + 1;
	return over_ms < 0;
}

void
budget_spend(struct budget *b, const char *client, int64_t ms, int64_t now_ms)
{
	struct purse *p = strmap_get(b->clients, client);

	spent(&b->all, now_ms);
	b->all.spent_ms += ms;
	b->all.at_ms = now_ms;
	/* So many at once are held by what is left to all. */
	if (!p && strmap_count(b->clients) >= MAX_CLIENTS) {
		strmap_free_all(b->clients, free);
		b->clients = strmap_new();
	}
	if (!p) {
		p = xcalloc(1, sizeof *p);
		p->at_ms = now_ms;
		strmap_put(b->clients, client, p);
	}
	spent(p, now_ms);
	p->spent_ms += ms;
}
