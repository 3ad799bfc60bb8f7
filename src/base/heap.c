/* See heap.h.  v[0] is the root; an item stands one higher than its index. */
#include "base/heap.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

static size_t *
place(const struct heap *h, void *item)
{
	return (size_t *)(void *)((char *)item + h->kind->at);
}

static void
set(struct heap *h, size_t i, void *item)
{
	h->v[i] = item;
	*place(h, item) = i + 1;
}

static void
rise(struct heap *h, size_t i)
{
	void *item = h->v[i];

	while (i && h->kind->is_before(item, h->v[(i - 1) / 2])) {
		set(h, i, h->v[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	set(h, i, item);
}

static void
sink(struct heap *h, size_t i)
{
	void *item = h->v[i];

	while (2 * i + 1 < h->n) {
		size_t child = 2 * i + 1;

		if (child + 1 < h->n &&
			h->kind->is_before(h->v[child + 1], h->v[child]))
			child++;
		if (!h->kind->is_before(h->v[child], item))
			break;
		set(h, i, h->v[child]);
		i = child;
	}
	set(h, i, item);
}

void
heap_put(struct heap *h, void *item)
{
	assert(!heap_has(h, item));
	if (h->n == h->cap) {
		h->cap = h->cap ? 2 * h->cap : 16;
		h->v = xrealloc(h->v, h->cap, sizeof *h->v);
	}
	set(h, h->n++, item);
	rise(h, h->n - 1);
}

void
heap_moved(struct heap *h, void *item)
{
	rise(h, *place(h, item) - 1);
	sink(h, *place(h, item) - 1);
}

void
heap_remove(struct heap *h, void *item)
{
	size_t i = *place(h, item);
	void *last;

	if (!i)
		return;
	*place(h, item) = 0;
	last = h->v[--h->n];
	if (last == item)
		return;
	set(h, i - 1, last);
	heap_moved(h, last);
}

void *
heap_first(const struct heap *h)
{
	return h->n ? h->v[0] : NULL;
}

bool
heap_has(const struct heap *h, const void *item)
{
	return *(const size_t *)(const void *)((const char *)item + h->kind->at) != 0;
}

bool
heap_any_order(const void *a, const void *b)
{
	(void)a;
	(void)b;
	return false;
}

void
heap_fini(struct heap *h)
{
	free(h->v);
	h->v = NULL;
	h->n = h->cap = 0;
}
