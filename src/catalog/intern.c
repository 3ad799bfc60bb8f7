/* Open addressing over strings packed without padding; see intern.h.  Long texts
 * hardly ever repeat: they are copied unseen. */
#include "catalog/intern.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { LONG_TEXT = 256, CHUNK = 16000 };

struct slot {
	const char *s; /* NULL: free */
	uint32_t hash, len;
};

struct intern {
	struct arena *arena;
	char *at; /* free room of the current chunk */
	size_t left;
	struct slot *slots;
	size_t n, cap; /* cap is a power of two */
};

struct intern *
intern_new(struct arena *a)
{
	struct intern *p = xcalloc(1, sizeof *p);

	p->arena = a;
	p->cap = 1024;
	p->slots = xcalloc(p->cap, sizeof *p->slots);
	return p;
}

void
intern_free(struct intern *p)
{
	if (!p)
		return;
	free(p->slots);
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

static struct slot *
find(struct intern *p, const char *s, uint32_t h, uint32_t len)
{
	size_t at = h & (p->cap - 1);

	while (p->slots[at].s) {
		struct slot *slot = &p->slots[at];

		if (slot->hash == h && slot->len == len && !memcmp(slot->s, s, len))
			return slot;
		at = (at + 1) & (p->cap - 1);
	}
	return &p->slots[at];
}

static void
grow(struct intern *p)
{
	struct slot *old = p->slots;
	size_t n = p->cap;

	p->cap *= 2;
	p->slots = xcalloc(p->cap, sizeof *p->slots);
	for (size_t i = 0; i < n; i++)
		if (old[i].s)
			*find(p, old[i].s, old[i].hash, old[i].len) = old[i];
	free(old);
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
		return arena_strdup(p->arena, s);
	h = hash(s, len);
	slot = find(p, s, h, (uint32_t)len);
	if (slot->s)
		return slot->s;
	*slot = (struct slot){pack(p, s, len), h, (uint32_t)len};
	s = slot->s;
	if (++p->n > p->cap / 2)
		grow(p);
	return s;
}
