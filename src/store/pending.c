/* See pending.h.  The oldest go first: what it is now is worth more than how it came
 * about. */
#include "store/pending.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

static const char *
copy(const char *text)
{
	return xstrdup_null(text);
}

static void
fini(struct store_change *c)
{
	const char *const texts[] = {c->event, c->environment, c->state,
		c->previous_state, c->revision, c->expected, c->fingerprint, c->detail};

	for (size_t i = 0; i < COUNT_OF(texts); i++)
		free((char *)texts[i]);
}

static void
drop(struct pending *p, size_t i)
{
	fini(&p->v[i]);
	p->n--;
	memmove(&p->v[i], &p->v[i + 1], (p->n - i) * sizeof *p->v);
}

static void
lose_oldest(struct pending *p)
{
	int64_t at_ms = p->v[0].at_ms;

	if (!p->lost++)
		p->lost_from_ms = at_ms;
	p->lost_to_ms = at_ms;
	drop(p, 0);
}

void
pending_add(struct pending *p, const struct store_change *c)
{
	if (p->n == PENDING_MOST)
		lose_oldest(p);
	GROW(p->v, p->n, p->cap);
	p->v[p->n++] = (struct store_change){
		.at_ms = c->at_ms,
		.event = copy(c->event),
		.environment = copy(c->environment),
		.state = copy(c->state),
		.previous_state = copy(c->previous_state),
		.revision = copy(c->revision),
		.expected = copy(c->expected),
		.fingerprint = copy(c->fingerprint),
		.findings = c->findings,
		.detail = copy(c->detail),
	};
}

char *
pending_loss(const struct pending *p)
{
	char from[CLOCK_RFC3339_LEN], to[CLOCK_RFC3339_LEN];

	if (!p->lost)
		return NULL;
	return xasprintf(
		"%zu changes from %s to %s are missing here: they could not be "
		"stored, and memory keeps the last %d",
		p->lost, clock_rfc3339(p->lost_from_ms, from),
		clock_rfc3339(p->lost_to_ms, to), PENDING_MOST);
}

static bool
is_state_of(const struct store_change *c, const char *environment)
{
	return !c->event && !strcmp(c->environment, environment);
}

void
pending_follow(
	struct pending *p, const char *environment, const struct store_last *last)
{
	size_t i = 0;
	struct store_change *c;

	while (i < p->n && !is_state_of(&p->v[i], environment))
		i++;
	if (i == p->n)
		return;
	c = &p->v[i];
	if (!strcmp(c->state, last->state))
		drop(p, i);
	else if (!c->previous_state)
		c->previous_state = copy(last->state);
}

bool
pending_has_state(const struct pending *p, const char *environment)
{
	for (size_t i = 0; i < p->n; i++)
		if (is_state_of(&p->v[i], environment))
			return true;
	return false;
}

void
pending_step(struct pending *p, const struct clock_step *step)
{
	for (size_t i = 0; i < p->n; i++)
		p->v[i].at_ms = clock_stepped(p->v[i].at_ms, step);
	p->lost_from_ms = clock_stepped(p->lost_from_ms, step);
	p->lost_to_ms = clock_stepped(p->lost_to_ms, step);
}

void
pending_clear(struct pending *p)
{
	for (size_t i = 0; i < p->n; i++)
		fini(&p->v[i]);
	free(p->v);
	*p = (struct pending){0};
}
