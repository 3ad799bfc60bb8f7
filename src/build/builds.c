/* One at a time, in the order in which they were asked for: a build takes processors
 * and disks of a server that others use as well. */
#include "build/builds.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "build/site.h"

struct order {
	struct order *next;
	struct recipe recipe;
	build_fn *fn; /* NULL: nobody is told */
	void *arg;
};

struct builds {
	struct loop *loop;
	struct build_host host;
	struct order *first; /* the one at hand, if there is a site */
	struct order **end;
	struct site *site;
	struct timer *next; /* starts it */
	bool over;          /* the site at hand is */
};

static void
order_free(struct order *o)
{
	recipe_free(&o->recipe);
	free(o);
}

static void
on_step(void *arg, const struct build_result *r)
{
	struct builds *b = arg;
	const struct order *o = b->first;

	if (o->fn)
		o->fn(o->arg, r);
}

/* Its site may be in the middle of something, so it is freed in another turn. */
static void
on_done(void *arg)
{
	struct builds *b = arg;

	b->over = true;
	timer_set(b->next, 0);
}

static void
end_first(struct builds *b)
{
	struct order *o = b->first;

	site_free(b->site);
	b->site = NULL;
	b->over = false;
	b->first = o->next;
	if (!b->first)
		b->end = &b->first;
	order_free(o);
}

static void
on_next(void *arg)
{
	struct builds *b = arg;
	const struct site_calls calls = {on_step, on_done, b};

	if (b->over)
		end_first(b);
	if (b->first && !b->site)
		b->site = site_start(b->loop, &b->host, &b->first->recipe, &calls);
}

struct builds *
builds_new(struct loop *l, const struct build_host *host)
{
	struct builds *b = xcalloc(1, sizeof *b);

	b->loop = l;
	b->host = *host;
	b->end = &b->first;
	b->next = timer_new(l, on_next, b);
	return b;
}

void
builds_free(struct builds *b)
{
	if (!b)
		return;
	site_free(b->site);
	while (b->first) {
		struct order *o = b->first;

		b->first = o->next;
		order_free(o);
	}
	timer_free(b->next);
	free(b);
}

void
builds_want(struct builds *b, struct recipe *r, build_fn *fn, void *arg)
{
	struct order *o = xcalloc(1, sizeof *o);

	*o = (struct order){.recipe = *r, .fn = fn, .arg = arg};
	*r = (struct recipe){0};
	*b->end = o;
	b->end = &o->next;
	timer_set(b->next, 0);
}

void
builds_cancel(struct builds *b, void *arg)
{
	struct order **at = &b->first;

	if (b->site && b->first->fn && b->first->arg == arg) {
		b->first->fn = NULL;
		site_abandon(b->site);
	}
	while (*at) {
		struct order *o = *at;

		if (o->fn && o->arg == arg) {
			*at = o->next;
			order_free(o);
		} else {
			at = &o->next;
		}
	}
	b->end = at;
}

void
builds_end(struct builds *b)
{
	struct order **at = b->site ? &b->first->next : &b->first;

	if (b->site) {
		b->first->fn = NULL;
		site_abandon(b->site);
	}
	while (*at) {
		struct order *o = *at;

		*at = o->next;
		order_free(o);
	}
	b->end = at;
}

bool
builds_leaves(const struct builds *b)
{
	return b->site && site_has_database(b->site);
}

bool
builds_has(const struct builds *b, const void *arg)
{
	for (const struct order *o = b->first; o; o = o->next)
		if (!arg || (o->fn && o->arg == arg))
			return true;
	return false;
}

void
builds_sweep(struct builds *b, const struct build_settings *s)
{
	struct recipe r;

	recipe_of_nothing(s, &r);
	builds_want(b, &r, NULL, NULL);
}
