/* Who has the same catalog, and what sets two apart, by the names that each has for its
 * schemas. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mapping.h"
#include "monitor/internal.h"
#include "monitor/shapes.h"
#include "monitor/variants.h"

static struct snapshot *
own_snapshot(const struct environment *env, const char *fingerprint)
{
	const struct facts *f = env ? env->facts : NULL;

	return f && f->snapshot && !strcmp(f->snapshot->fingerprint, fingerprint)
		       ? f->snapshot
		       : NULL;
}

/* Its own, which nearly always is there: all are asked for theirs one after another.
 * Else one is as good as the other, by what is compared by default. */
static struct snapshot *
snapshot_of(const struct monitor *m, const struct published_environment *e)
{
	struct snapshot *s =
		own_snapshot(roster_find(&m->roster, e->name), e->fingerprint);

	for (size_t i = 0; !s && i < m->roster.n; i++)
		s = own_snapshot(m->roster.v[i], e->fingerprint);
	return s;
}

static const struct strvec *
schema_names_of(const struct monitor *m, const struct published_environment *e)
{
	static const struct strvec none;
	const struct environment *env = roster_find(&m->roster, e->name);

	return env ? &env->conf->schema_names : &none;
}

struct diff *
monitor_variant(struct monitor *m, const struct published_environment *expected,
	const struct published_environment *found, bool *pending)
{
	const struct snapshot *a = snapshot_of(m, expected);
	const struct snapshot *b = snapshot_of(m, found);
	struct strvec map = {0};
	struct diff *d = NULL;

	*pending = false;
	mapping_join(schema_names_of(m, found), schema_names_of(m, expected), &map);
	if (a && b)
		d = variants_compare(
			m->variants, &(struct variants_pair){a, b, &map}, pending);
	strvec_free(&map);
	return d;
}

void
monitor_shape(struct monitor *m, const struct published_environment *e,
	char shape[static HASH_HEX_LEN], bool *pending)
{
	const struct strvec *map = schema_names_of(m, e);
	struct snapshot *s = map->n ? snapshot_of(m, e) : NULL;

	*pending = s && !shapes_find(m->shapes, s, map, shape);
	if (!s)
		snprintf(shape, HASH_HEX_LEN, "%s", e->fingerprint);
}

struct compare_options
monitor_comparison(const struct monitor *m, const char *name)
{
	const struct environment *env = roster_find(&m->roster, name);
	struct compare_options o = COMPARE_DEFAULTS;
	int64_t now_ms = clock_wall_ms();

	if (env)
		return environment_comparison(env, NULL, now_ms);
	o.now_ms = now_ms;
	return o;
}
