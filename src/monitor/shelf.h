/* A catalog on its way to the store: a large one is packed in a thread (loop/work.h),
 * so that the loop goes on meanwhile. */
#ifndef MONITOR_SHELF_H
#define MONITOR_SHELF_H

#include "loop/loop.h"
#include "store/store.h"

struct packing;

/* Of one environment; zero: nothing is packed. */
struct shelf {
	struct loop *loop; /* NULL: whatever is packed is so at once */
	/* In a turn of its own: something is packed that was asked for. */
	void (*packed)(void *arg);
	void *arg;
	struct packing *packing; /* under way, or done; NULL: neither */
};

/* `s` as it is stored, valid until the next call; NULL: later, after shelf->packed()
 * was called.  One at a time is packed, so that it may have to be asked for once more.
 */
const struct store_packed *shelf_packed(struct shelf *h, struct snapshot *s);
/* Nobody needs any more what was packed, or is. */
void shelf_clear(struct shelf *h);

#endif
