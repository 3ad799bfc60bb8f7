/* The first thing that keeps an environment from a receiver decides. */
#include "receivers/route.h"

#include <string.h>

#include "base/text.h"
#include "conf/labels.h"
#include "receivers/notice.h"

/* What the states mean where a receiver does not say which it wants. */
static const bool usual[STATE_COUNT] = {
	[STATE_UNKNOWN] = true,
	[STATE_UNSTAMPED] = true,
	[STATE_DRIFTED] = true,
	[STATE_REVISION_MISMATCH] = true,
};

/* It says nothing of what the environment is in the end. */
static const bool passes[STATE_COUNT] = {
	[STATE_UNKNOWN] = true,
	[STATE_UNCONFIRMED] = true,
	[STATE_MIGRATING] = true,
};

static bool
is_named(const struct strvec *globs, const char *name)
{
	bool named = !globs->n || *globs->v[0] == '!';

	for (size_t i = 0; i < globs->n; i++) {
		const char *glob = globs->v[i];
		bool takes_back = *glob == '!';

		if (text_glob(glob + takes_back, name))
			named = !takes_back;
	}
	return named;
}

static bool
has_labels(const struct strvec *wanted, const struct strvec *labels)
{
	for (size_t i = 0; i < wanted->n; i++) {
		size_t n = label_length(wanted->v[i]);
		char name[256];

		if (n >= sizeof name)
			return false;
		memcpy(name, wanted->v[i], n);
		name[n] = '\0';
		if (!text_glob(wanted->v[i] + n + 1, label_value(labels, name)))
			return false;
	}
	return true;
}

bool
route_has(const struct conf_receiver *r, const struct published_environment *e)
{
	return is_named(&r->environments, e->name) &&
	       has_labels(&r->labels, &e->labels);
}

/* A drift may be beneath notice; what has no finding is a matter of its own. */
static bool
is_grave(const struct conf_receiver *r, const struct published_environment *e)
{
	const char *severity = e->state == STATE_DRIFTED ? notice_severity(e) : NULL;
	int least = SEVERITY_BREAKING, worst = SEVERITY_BREAKING;

	if (!severity)
		return true;
	while (strcmp(severity_word((enum severity)least), r->severity) != 0)
		least++;
	while (strcmp(severity_word((enum severity)worst), severity) != 0)
		worst++;
	return worst <= least;
}

static bool
is_wanted(const struct conf_receiver *r, enum state s)
{
	return r->states.n ? strvec_has(&r->states, state_word(s)) : usual[s];
}

enum route
route_of(const struct conf_receiver *r, const struct published_environment *e)
{
	if (!route_has(r, e))
		return ROUTE_OVER;
	if (e->check == CHECK_NOT_CHECKED)
		return ROUTE_QUIET;
	/* That it can be read is all there is to know, whatever `states` names. */
	if (e->state == STATE_UNKNOWN && e->check == CHECK_OK && published_is_bare(e))
		return ROUTE_OVER;
	if (is_wanted(r, e->state) && is_grave(r, e))
		return ROUTE_PROBLEM;
	return passes[e->state] ? ROUTE_QUIET : ROUTE_OVER;
}
