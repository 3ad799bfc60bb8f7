/* Open addressing over strings packed without padding; see intern.h.  Long texts
 * hardly ever repeat: they are copied unseen. */
#include "catalog/intern.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { LONG_TEXT = 64, CHUNK = 16000 };

struct slot {
	const void *s; /* NULL: free */
	uint32_t hash, len;
};

/* Of strings, or of lists: `len` bytes each. */
struct table {
	struct slot *slots;
	size_t n, cap; /* cap is a power of two */
};

struct intern {
	struct arena *arena;
	char *at; /* free room of the current chunk */
	size_t left;
	struct table strings, lists;
};

struct intern *
intern_new(struct arena *a)
{
	struct intern *p = xcalloc(1, sizeof *p);

	p->arena = a;
	return p;
}

void
intern_free(struct intern *p)
{
	if (!p)
		return;
	free(p->strings.slots);
	free(p->lists.slots);
	free(p);
}

static uint32_t
hash(const char *s, size_t n)
{
	uint32_t h = 0x811c9dc5;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 0x01000193;
	return h ^ (h >> 15);
}

/* By eight bytes. */
static uint32_t
hash_list(const char *const *list, size_t n)
{
	uint64_t h = n;

	for (size_t i = 0; i < n; i++) {
		h = (h ^ (uintptr_t)list[i]) * 0x9e3779b97f4a7c15;
		h ^= h >> 32;
	}
	return (uint32_t)h;
}

static struct slot *
find(struct table *t, const void *s, uint32_t h, uint32_t len)
{
	size_t at = h & (t->cap - 1);

	while (t->slots[at].s) {
		struct slot *slot = &t->slots[at];

		if (slot->hash == h && slot->len == len && !memcmp(slot->s, s, len))
			return slot;
		at = (at + 1) & (t->cap - 1);
	}
	return &t->slots[at];
}

/* Room for one more. */
static void
grow(struct table *t)
{
	struct table old = *t;

	if (t->n < t->cap / 4 * 3)
		return;
	t->cap = old.cap ? 2 * old.cap : 1024;
	t->slots = xcalloc(t->cap, sizeof *t->slots);
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].s)
			*find(t, old.slots[i].s, old.slots[i].hash, old.slots[i].len) =
				old.slots[i];
	free(old.slots);
}

static const char *
pack(struct intern *p, const char *s, size_t len)
{
	char *copy;

	if (len + 1 > p->left) {
		p->at = arena_alloc(p->arena, CHUNK);
		p->left = CHUNK;
	}
	copy = memcpy(p->at, s, len + 1);
	p->at += len + 1;
	p->left -= len + 1;
	return copy;
}

const char *
intern_str(struct intern *p, const char *s)
{
	struct slot *slot;
	size_t len;
	uint32_t h;

	if (!s)
		return NULL;
	len = strlen(s);
	if (len > LONG_TEXT)
		return len < CHUNK ? pack(p, s, len) : arena_strdup(p->arena, s);
	h = hash(s, len);
	grow(&p->strings);
	slot = find(&p->strings, s, h, (uint32_t)len);
	if (slot->s)
		return slot->s;
	*slot = (struct slot){pack(p, s, len), h, (uint32_t)len};
	p->strings.n++;
	return slot->s;
}

const char *const *
intern_list(struct intern *p, const char *const *list, size_t n)
{
	uint32_t h = hash_list(list, n), len = (uint32_t)(n * sizeof *list);
	struct slot *slot;
	const char **copy;

	grow(&p->lists);
	slot = find(&p->lists, list, h, len);
	if (slot->s)
		return slot->s;
	copy = arena_alloc(p->arena, len);
	memcpy(copy, list, len);
	*slot = (struct slot){copy, h, len};
	p->lists.n++;
	return copy;
}
