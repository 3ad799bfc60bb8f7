/* See happening.h. */
#include "monitor/happening.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/store.h"

const char *
happening_word(enum happening what)
{
	static const char *const words[HAPPENING_COUNT] = {
		[HAPPENING_REVISION] = "revision",
		[HAPPENING_DATABASE] = "database",
		[HAPPENING_RENAMED] = "renamed",
		[HAPPENING_ACCEPTED] = "accepted",
		[HAPPENING_CATALOG] = "catalog",
		[HAPPENING_SCHEMA] = "schema",
		[HAPPENING_FLAPPING] = "flapping",
		[HAPPENING_STEADY] = "steady",
		[HAPPENING_STARTED] = "started",
		[HAPPENING_STOPPED] = "stopped",
		[HAPPENING_GAP] = "gap",
		[HAPPENING_CLOCK] = "clock",
		[HAPPENING_LOST] = STORE_EVENT_LOST,
	};

	return words[what];
}

void
happenings_add(struct happenings *h, enum happening what, char *detail)
{
	h->v = xrealloc(h->v, h->n + 1, sizeof *h->v);
	h->v[h->n++] = (struct happened){.what = what, .detail = detail};
}

void
happenings_free(struct happenings *h)
{
	for (size_t i = 0; i < h->n; i++)
		free(h->v[i].detail);
	free(h->v);
	*h = (struct happenings){0};
}
