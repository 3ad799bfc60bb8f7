/* Open addressing, FNV-1a. */
#include "base/strmap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct slot {
	char *key; /* NULL: free */
	void *value;
};

struct strmap {
	struct slot *slots;
	size_t n, cap; /* cap is a power of two */
};

struct strmap *
strmap_new(void)
{
	struct strmap *m = xcalloc(1, sizeof *m);

	m->cap = 16;
	m->slots = xcalloc(m->cap, sizeof *m->slots);
	return m;
}

void
strmap_free(struct strmap *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->cap; i++)
		free(m->slots[i].key);
	free(m->slots);
	free(m);
}

static uint64_t
hash(const char *s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
	return h ^ (h >> 32);
}

static struct slot *
find(const struct strmap *m, const char *key)
{
	size_t i = hash(key) & (m->cap - 1);

	while (m->slots[i].key && strcmp(m->slots[i].key, key))
		i = (i + 1) & (m->cap - 1);
	return &m->slots[i];
}

static void
grow(struct strmap *m)
{
	struct slot *old = m->slots;
	size_t n = m->cap;

	m->cap *= 2;
	m->slots = xcalloc(m->cap, sizeof *m->slots);
	for (size_t i = 0; i < n; i++)
		if (old[i].key)
			*find(m, old[i].key) = old[i];
	free(old);
}

void *
strmap_put(struct strmap *m, const char *key, void *value)
{
	struct slot *s;
	void *before;

	if (2 * (m->n + 1) > m->cap)
		grow(m);
	s = find(m, key);
	before = s->value;
	if (!s->key) {
		s->key = xstrdup(key);
		m->n++;
	}
	s->value = value;
	return before;
}

/* Those that follow without a gap may be where they are only since `key` was there. */
void *
strmap_remove(struct strmap *m, const char *key)
{
	struct slot *s = find(m, key), moved;
	void *value = s->value;
	size_t i = (size_t)(s - m->slots);

	if (!s->key)
		return NULL;
	free(s->key);
	*s = (struct slot){0};
	m->n--;
	for (i = (i + 1) & (m->cap - 1); m->slots[i].key; i = (i + 1) & (m->cap - 1)) {
		moved = m->slots[i];
		m->slots[i] = (struct slot){0};
		*find(m, moved.key) = moved;
	}
	return value;
}

void *
strmap_get(const struct strmap *m, const char *key)
{
	return find(m, key)->value;
}

bool
strmap_has(const struct strmap *m, const char *key)
{
	return find(m, key)->key != NULL;
}

size_t
strmap_count(const struct strmap *m)
{
	return m->n;
}

bool
strmap_next(const struct strmap *m, size_t *at, const char **key, void **value)
{
	for (; *at < m->cap; (*at)++) {
		const struct slot *s = &m->slots[*at];

		if (!s->key)
			continue;
		*key = s->key;
		*value = s->value;
		(*at)++;
		return true;
	}
	return false;
}

void
strmap_free_all(struct strmap *m, void (*free_value)(void *value))
{
	size_t at = 0;
	const char *key;
	void *value;

	while (m && strmap_next(m, &at, &key, &value))
		free_value(value);
	strmap_free(m);
}
