/* See shelf.h. */
#include "monitor/shelf.h"

#include <stdlib.h>

#include "base/mem.h"
#include "loop/work.h"

/* What is smaller takes a few milliseconds. */
enum { LARGE_OBJECTS = 2000 };

struct packing {
	struct shelf *shelf; /* not to be touched once it is cancelled */
	struct snapshot *snapshot;
	struct store_packed packed;
	struct work *work; /* NULL: it is done */
};

static void
destroy(void *arg)
{
	struct packing *p = arg;

	snapshot_unref(p->snapshot);
	store_packed_fini(&p->packed);
	free(p);
}

static void
run(void *arg)
{
	struct packing *p = arg;

	store_pack(p->snapshot, &p->packed);
}

static void
done(void *arg)
{
	struct packing *p = arg;

	p->work = NULL;
	p->shelf->packed(p->shelf->arg);
}

static const struct work_kind packing = {WORK_CATALOGS, run, done, destroy};

void
shelf_clear(struct shelf *h)
{
	struct packing *p = h->packing;

	h->packing = NULL;
	if (p && p->work)
		work_cancel(p->work);
	else if (p)
		destroy(p);
}

static void
start(struct shelf *h, struct snapshot *s)
{
	struct packing *p = xcalloc(1, sizeof *p);

	*p = (struct packing){.shelf = h, .snapshot = snapshot_ref(s)};
	h->packing = p;
	if (h->loop && s->n_objects >= LARGE_OBJECTS)
		p->work = work_start(h->loop, &packing, p);
	else
		run(p);
}

const struct store_packed *
shelf_packed(struct shelf *h, struct snapshot *s)
{
	if (h->packing && h->packing->work)
		return NULL;
	if (!h->packing || !snapshot_same(h->packing->snapshot, s)) {
		shelf_clear(h);
		start(h, s);
	}
	return h->packing->work ? NULL : &h->packing->packed;
}
