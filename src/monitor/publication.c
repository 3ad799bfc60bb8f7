/* See publication.h. */
#include "monitor/publication.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

static bool
is_unready(const struct published_environment *e)
{
	return e && e->check == CHECK_NOT_CHECKED;
}

void
publication_take(struct publication *p, const struct roster *r)
{
	p->list = xrealloc(p->list, r->n + 1, sizeof(struct published_environment *));
	p->unready = 0;
	for (size_t i = 0; i < r->n; i++) {
		r->v[i]->at = i;
		p->list[i] = r->v[i]->published;
		p->unready += is_unready(p->list[i]);
	}
	p->now.environments = p->list;
	p->now.n_environments = r->n;
	p->notices_stale = true;
}

void
publication_put(struct publication *p, struct environment *env,
	struct published_environment *now)
{
	now->version = ++p->versions;
	p->unready += is_unready(now);
	p->unready -= is_unready(env->published);
	published_environment_free(env->published);
	env->published = p->list[env->at] = now;
}

bool
publication_late(struct publication *p, const struct heap *due, int64_t least_ms)
{
	bool any = false;

	for (size_t i = 0; i < due->n; i++) {
		struct environment *env = due->v[i];
		int64_t late_ms = environment_lateness(env);

		if (late_ms < least_ms)
			continue;
		p->list[env->at]->lateness_ms = late_ms;
		p->list[env->at]->version = ++p->versions;
		any = true;
	}
	return any;
}

static bool
are_tried(const struct published *now)
{
	for (size_t i = 0; i < now->n_discoveries; i++)
		if (!now->discoveries[i].tried)
			return false;
	return true;
}

void
publication_renew(struct publication *p, const struct roster *r, struct graphs *graphs,
	struct store *s, const struct notices_listener *l)
{
	p->now.ready = p->unready == 0 && are_tried(&p->now);
	p->now.store = !s ? STORE_NONE : store_is_up(s, NULL) ? STORE_UP : STORE_DOWN;
	if (p->notices_stale)
		notices_refresh(graphs, r->v, r->n, l->tell, l->arg);
	p->notices_stale = false;
	p->now.migrations = graphs_list(graphs, &p->now.n_migrations);
	p->now.at_ms = clock_wall_ms();
	p->now.generation++;
}

void
publication_fini(struct publication *p)
{
	free(p->list);
}
