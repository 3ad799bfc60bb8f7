/* Questions about the published state; see published.h. */
#include "monitor/published.h"

#include <string.h>

enum state
published_state(const struct published *p)
{
	enum state worst = p->n_environments ? STATE_IN_SYNC : STATE_UNKNOWN;

	for (size_t i = 0; i < p->n_environments; i++)
		worst = state_worst(worst, p->environments[i]->state);
	return worst;
}

const struct published_environment *
published_find(const struct published *p, const char *name)
{
	for (size_t i = 0; i < p->n_environments; i++)
		if (!strcmp(p->environments[i]->name, name))
			return p->environments[i];
	return NULL;
}

bool
published_behind(const struct published_environment *e, size_t *behind)
{
	switch (e->revision.status) {
	case REVISION_AT_HEAD:
	case REVISION_BEHIND:
	case REVISION_AHEAD:
	case REVISION_DIVERGED:
		*behind = e->revision.pending.n;
		return e->behind_known;
	default:
		return false;
	}
}
