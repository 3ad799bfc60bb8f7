/* See packings.h. */
#include "monitor/packings.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "loop/work.h"

/* What is smaller takes a few milliseconds. */
enum { LARGE_OBJECTS = 2000 };

struct packing {
	struct packing *next;
	struct packings *of;     /* not to be touched once it is cancelled */
	struct library *kept_in; /* or NULL */
	char key[HASH_HEX_LEN];
	struct snapshot *snapshot;
	struct store_packed packed;
	struct work *work;
};

static void
destroy(void *arg)
{
	struct packing *p = arg;

	snapshot_unref(p->snapshot);
	store_packed_fini(&p->packed);
	library_unref(p->kept_in);
	free(p);
}

static void
run(void *arg)
{
	struct packing *p = arg;

	p->snapshot = library_keep(p->kept_in, p->snapshot);
	store_pack(p->snapshot, &p->packed);
}

static void
tell(struct packing *p)
{
	p->of->packed(p->of->arg, p->key, snapshot_ref(p->snapshot), &p->packed);
	destroy(p);
}

static void
done(void *arg)
{
	struct packing *p = arg, **at = &p->of->first;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	tell(p);
}

static const struct work_kind packing = {WORK_CATALOGS, run, done, destroy};

void
packings_add(struct packings *of, const char *key, struct snapshot *s)
{
	struct packing *p = xcalloc(1, sizeof *p);

	*p = (struct packing){
		.of = of, .kept_in = library_ref(of->kept_in), .snapshot = s};
	memcpy(p->key, key, sizeof p->key);
	if (s->n_objects < LARGE_OBJECTS) {
		run(p);
		tell(p);
		return;
	}
	p->next = of->first;
	of->first = p;
	p->work = work_start(of->loop, &packing, p);
}

void
packings_clear(struct packings *of)
{
	while (of->first) {
		struct packing *p = of->first;

		of->first = p->next;
		work_cancel(p->work);
	}
}
