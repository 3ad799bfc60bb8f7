/* A binary heap of borrowed items, of which the first can always be had at once.  Each
 * item knows where it stands, so that it can be taken out or moved as well. */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>

struct heap_kind {
	bool (*is_before)(const void *a, const void *b);
	size_t at; /* offset of a size_t in an item, which is the heap's; 0: not in it
		    */
};

/* Zeroed but for `kind`: empty. */
struct heap {
	const struct heap_kind *kind;
	void **v;
	size_t n, cap;
};

void heap_fini(struct heap *h);               /* the items are left as they are */
void heap_put(struct heap *h, void *item);    /* that is not in it */
void heap_remove(struct heap *h, void *item); /* nothing where it is not in it */
/* What is_before() says of an item that is in it has changed. */
void heap_moved(struct heap *h, void *item);
void *heap_first(const struct heap *h); /* NULL: empty */
bool heap_has(const struct heap *h, const void *item);

/* An is_before() of no order: such a heap is a set, which is walked through its `v`. */
bool heap_any_order(const void *a, const void *b);

#endif
