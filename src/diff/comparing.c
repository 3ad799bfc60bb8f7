/* See comparing.h.  Configuration and facts may be gone before a thread is done, so
 * that nothing of the options is borrowed. */
#include "diff/comparing.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/ignore.h"

struct comparing {
	char key[HASH_HEX_LEN];
	struct snapshot *expected, *found;
	struct compare_options options;
	/* What these point at. */
	struct strvec schemas, expected_schemas, role_map, schema_map;
	struct instance instance[2];
	struct ignore_rules *ignore;
	char *version_schema, *version_table;
	struct diff *diff; /* NULL: not made yet */
};

static const struct strvec *
own_list(struct strvec *to, const struct strvec *from)
{
	if (!from)
		return NULL;
	strvec_copy(to, from);
	return to;
}

static void
own_options(struct comparing *c, const struct compare_options *o)
{
	c->options = *o;
	c->options.schemas = own_list(&c->schemas, o->schemas);
	c->options.expected_schemas =
		own_list(&c->expected_schemas, o->expected_schemas);
	c->options.role_map = own_list(&c->role_map, o->role_map);
	c->options.schema_map = own_list(&c->schema_map, o->schema_map);
	for (size_t i = 0; i < COUNT_OF(c->instance); i++)
		if (o->instance[i]) {
			c->instance[i] = *o->instance[i];
			c->options.instance[i] = &c->instance[i];
		}
	c->options.ignore = c->ignore = ignore_ref(o->ignore);
	c->options.version_schema = c->version_schema = xstrdup_null(o->version_schema);
	c->options.version_table = c->version_table = xstrdup_null(o->version_table);
}

static struct snapshot *
own_snapshot(const struct snapshot *s)
{
	/* Only the count of references changes. */
	return snapshot_ref((struct snapshot *)(uintptr_t)s);
}

struct comparing *
comparing_new(struct memo *m, const struct snapshot *expected,
	const struct snapshot *found, const struct compare_options *o)
{
	char key[HASH_HEX_LEN];
	struct comparing *c;
	struct diff *known;

	if (!m || !memo_key(expected, found, o, key))
		return NULL;
	known = memo_find(m, key, o);
	diff_unref(known);
	if (known)
		return NULL;
	c = xcalloc(1, sizeof *c);
	memcpy(c->key, key, sizeof c->key);
	c->expected = own_snapshot(expected);
	c->found = own_snapshot(found);
	own_options(c, o);
	return c;
}

void
comparing_free(struct comparing *c)
{
	if (!c)
		return;
	diff_unref(c->diff);
	snapshot_unref(c->expected);
	snapshot_unref(c->found);
	strvec_free(&c->schemas);
	strvec_free(&c->expected_schemas);
	strvec_free(&c->role_map);
	strvec_free(&c->schema_map);
	ignore_free(c->ignore);
	free(c->version_schema);
	free(c->version_table);
	free(c);
}

size_t
comparing_objects(const struct comparing *c)
{
	return c->expected->n_objects + c->found->n_objects;
}

void
comparing_run(struct comparing *c)
{
	c->diff = memo_make(c->expected, c->found, &c->options);
}

void
comparing_tell(const struct comparing *c, struct memo *m)
{
	memo_put(m, c->key, c->diff, &c->options);
}
