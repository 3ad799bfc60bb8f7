/* See siblings.h. */
#include "diff/siblings.h"

#include <stdlib.h>

#include "base/mem.h"
#include "diff/partitions.h"

struct siblings {
	struct strmap *families;
	struct strmap *marks; /* what is had, by relation */
};

struct siblings *
siblings_new(void)
{
	struct siblings *s = xcalloc(1, sizeof *s);

	s->families = strmap_new();
	s->marks = strmap_new();
	return s;
}

static void
family_free(void *family)
{
	struct family *f = family;

	for (size_t i = 0; i < f->n_features; i++) {
		free(f->features[i]->key);
		free(f->features[i]);
	}
	free(f->features);
	free(f->wanted);
	strmap_free(f->keys);
	free(f);
}

void
siblings_free(struct siblings *s)
{
	if (!s)
		return;
	strmap_free_all(s->families, family_free);
	strmap_free(s->marks);
	free(s);
}

struct family *
siblings_of(struct siblings *s, const struct object *partition, bool make)
{
	struct strbuf key = {0};
	struct family *f;

	if (partitions_bound(partition) == BOUND_DEFAULT)
		return NULL;
	strbuf_printf(&key, "%d%c%s", (int)partition->kind,
		object_value(partition, "partition_key") ? 'p' : ' ',
		object_value(partition, "partition_of"));
	f = strmap_get(s->families, key.s);
	if (!f && make) {
		f = xcalloc(1, sizeof *f);
		f->keys = strmap_new();
		strmap_put(s->families, key.s, f);
	}
	strbuf_free(&key);
	return f;
}

static void
add_mark(const struct object *relation, const char *key, struct strbuf *out)
{
	strbuf_printf(out, "%p %s", (const void *)relation, key);
}

bool
siblings_mark(struct siblings *s, const struct object *relation, const char *key)
{
	struct strbuf mark = {0};
	bool fresh;

	add_mark(relation, key, &mark);
	fresh = !strmap_put(s->marks, mark.s, s);
	strbuf_free(&mark);
	return fresh;
}

bool
siblings_has(const struct siblings *s, const struct object *relation, const char *key)
{
	struct strbuf mark = {0};
	bool has;

	add_mark(relation, key, &mark);
	has = strmap_has(s->marks, mark.s);
	strbuf_free(&mark);
	return has;
}

struct feature *
siblings_add(
	struct family *f, enum side side, const char *key, const struct object *example)
{
	struct feature *x = strmap_get(f->keys, key);

	if (!x) {
		x = xcalloc(1, sizeof *x);
		x->key = xstrdup(key);
		x->example = example;
		strmap_put(f->keys, key, x);
		GROW(f->features, f->n_features, f->cap);
		f->features[f->n_features++] = x;
	}
	x->n[side]++;
	return x;
}

struct feature *
siblings_find(const struct family *f, const char *key)
{
	return strmap_get(f->keys, key);
}
