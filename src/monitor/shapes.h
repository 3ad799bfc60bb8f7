/* The fingerprint that a catalog has by the names that its schemas have elsewhere: of
 * tenants that are a schema each, what those have in common whose catalogs differ in
 * that name alone. */
#ifndef MONITOR_SHAPES_H
#define MONITOR_SHAPES_H

#include "catalog/snapshot.h"
#include "loop/loop.h"

struct shapes;

/* Of those that a thread has made `told` is told. */
struct shapes *shapes_new(struct loop *l, void (*told)(void *), void *arg);
void shapes_free(struct shapes *s); /* NULL is fine */

/* That of `from` by `map` ("HERE=THERE"), each HERE called THERE.  False: it is not
 * known yet, a thread is at it or at others before it, and `shape` is the one by its
 * own names.  What takes long is never done in here; of what does not, no more than a
 * few in one second. */
bool shapes_find(struct shapes *s, struct snapshot *from, const struct strvec *map,
	char shape[static HASH_HEX_LEN]);

#endif
