/* See past.h. */
#include "monitor/past.h"

#include <stdlib.h>

#include "base/mem.h"
#include "diff/comparing.h"
#include "loop/work.h"

/* What is smaller takes a few milliseconds to be read, and to be compared. */
enum { LARGE_BYTES = 100 * 1024, LARGE_OBJECTS = 4000 };

struct past {
	struct past_wish wish; /* not to be used once it is cancelled */
	struct library *kept_in;
	struct snapshot *now, *before;
	struct store_packed packed;
	char *name;
	struct err error; /* why there is none */
	struct comparing *comparing;
	struct work *work; /* NULL: nothing is under way */
};

static void
destroy(void *arg)
{
	struct past *p = arg;

	comparing_free(p->comparing);
	snapshot_unref(p->before);
	snapshot_unref(p->now);
	store_packed_fini(&p->packed);
	library_unref(p->kept_in);
	free(p->name);
	free(p);
}

static void
tell(struct past *p)
{
	p->wish.done(p->wish.arg, p->before, &p->error);
}

static void
compare(void *arg)
{
	struct past *p = arg;

	comparing_run(p->comparing);
}

static void
compared(void *arg)
{
	struct past *p = arg;

	p->work = NULL;
	comparing_tell(p->comparing, p->wish.memo);
	tell(p);
}

static void
read_it(void *arg)
{
	struct past *p = arg;

	p->before =
		library_keep(p->kept_in, store_unpack(&p->packed, p->name, &p->error));
}

static void
was_read(void *arg)
{
	static const struct work_kind comparing = {
		WORK_CATALOGS, compare, compared, destroy};
	struct past *p = arg;
	struct compare_options o = p->wish.options(p->wish.arg);

	p->work = NULL;
	if (p->before && p->wish.loop)
		p->comparing = comparing_new(p->wish.memo, p->before, p->now, &o);
	if (p->comparing && comparing_objects(p->comparing) >= LARGE_OBJECTS)
		p->work = work_start(p->wish.loop, &comparing, p);
	else
		tell(p);
}

void
past_start(struct past **at, const struct past_wish *w, struct store_packed *packed)
{
	static const struct work_kind reading = {
		WORK_CATALOGS, read_it, was_read, destroy};
	struct past *p = xcalloc(1, sizeof *p);

	*p = (struct past){.wish = *w,
		.kept_in = library_ref(memo_library(w->memo)),
		.now = snapshot_ref(w->now),
		.packed = *packed,
		.name = xstrdup(w->name)};
	*packed = (struct store_packed){.n = 0};
	past_end(at);
	*at = p;
	if (w->loop && p->packed.n >= LARGE_BYTES) {
		p->work = work_start(w->loop, &reading, p);
	} else {
		read_it(p);
		was_read(p);
	}
}

void
past_end(struct past **at)
{
	struct past *p = *at;

	*at = NULL;
	if (p && p->work)
		work_cancel(p->work);
	else if (p)
		destroy(p);
}
