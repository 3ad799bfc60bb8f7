/* See shapes.h.  Nobody needs them who asks for no groups, so each is made when it is
 * asked for, once for all who have that catalog and those names. */
#include "monitor/shapes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "catalog/schemas.h"
#include "loop/work.h"
#include "monitor/atonce.h"

/* What takes a few milliseconds is not worth a thread; of these so many objects may be
 * gone through within so long.  Of catalogs that changed since nobody asks again. */
static const struct atonce_most at_once = {.one = 1000, .second = 10000};
enum { KNOWN_MOST = 20000 };

/* One of them; known by its catalog's fingerprint and the names. */
struct shape {
	char *key;
	struct snapshot *from;
	struct strvec map; /* as schemas_map() takes it: THERE is its HERE */
	char fingerprint[HASH_HEX_LEN];
};

/* What a thread has. */
struct job {
	struct shapes *shapes; /* not to be touched once it is cancelled */
	struct shape **v;
	size_t n, cap;
	struct work *work;
};

struct shapes {
	struct loop *loop;
	void (*told)(void *arg);
	void *arg;
	struct strmap *known; /* their fingerprints */
	struct strmap *asked; /* those of the two below, which own them */
	struct job *running;  /* NULL: no thread is at work */
	struct job *next;     /* NULL: nobody waits */
	struct atonce at_once;
};

struct shapes *
shapes_new(struct loop *l, void (*told)(void *), void *arg)
{
	struct shapes *s = xcalloc(1, sizeof *s);

	*s = (struct shapes){.loop = l, .told = told, .arg = arg};
	s->known = strmap_new();
	s->asked = strmap_new();
	return s;
}

static void
shape_free(struct shape *s)
{
	snapshot_unref(s->from);
	strvec_free(&s->map);
	free(s->key);
	free(s);
}

static void
drop(void *arg)
{
	struct job *j = arg;

	for (size_t i = 0; j && i < j->n; i++)
		shape_free(j->v[i]);
	if (j)
		free(j->v);
	free(j);
}

void
shapes_free(struct shapes *s)
{
	if (!s)
		return;
	if (s->running)
		work_cancel(s->running->work);
	drop(s->next);
	strmap_free(s->asked);
	strmap_free_all(s->known, free);
	free(s);
}

/* ---- In a thread ---- */

/* Where two objects would become one, it is like no other. */
static void
make(struct shape *shape)
{
	struct snapshot *open = snapshot_open(shape->from), *named;
	struct err e;

	named = schemas_map(open, &shape->map, &e);
	memcpy(shape->fingerprint, named ? named->fingerprint : open->fingerprint,
		HASH_HEX_LEN);
	snapshot_unref(named);
	snapshot_unref(open);
}

static void
run(void *arg)
{
	struct job *j = arg;

	for (size_t i = 0; i < j->n; i++)
		make(j->v[i]);
}

/* ---- Afterwards ---- */

static void
remember(struct shapes *s, const struct shape *shape)
{
	if (strmap_count(s->known) >= KNOWN_MOST) {
		strmap_free_all(s->known, free);
		s->known = strmap_new();
	}
	free(strmap_put(s->known, shape->key, xstrdup(shape->fingerprint)));
}

static void done(void *arg);

static const struct work_kind kind = {WORK_CATALOGS, run, done, drop};

static void
start_next(struct shapes *s)
{
	struct job *j = s->next;

	if (s->running || !j)
		return;
	s->next = NULL;
	s->running = j;
	j->work = work_start(s->loop, &kind, j);
}

static void
done(void *arg)
{
	struct job *j = arg;
	struct shapes *s = j->shapes;

	for (size_t i = 0; i < j->n; i++) {
		strmap_remove(s->asked, j->v[i]->key);
		remember(s, j->v[i]);
	}
	s->running = NULL;
	drop(j);
	start_next(s);
	s->told(s->arg);
}

/* ---- Asked for ---- */

static struct shape *
shape_new(const char *key, struct snapshot *from, const struct strvec *map)
{
	struct shape *shape = xcalloc(1, sizeof *shape);

	shape->key = xstrdup(key);
	shape->from = snapshot_ref(from);
	for (size_t i = 0; i < map->n; i++) {
		const char *equals = strchr(map->v[i], '=');

		strvec_take(&shape->map, xasprintf("%s=%.*s", equals + 1,
						 (int)(equals - map->v[i]), map->v[i]));
	}
	return shape;
}

static void
ask(struct shapes *s, struct shape *shape)
{
	if (!s->next) {
		s->next = xcalloc(1, sizeof *s->next);
		s->next->shapes = s;
	}
	GROW(s->next->v, s->next->n, s->next->cap);
	s->next->v[s->next->n++] = shape;
	strmap_put(s->asked, shape->key, shape);
	start_next(s);
}

static bool
find_by(struct shapes *s, const char *key, struct snapshot *from,
	const struct strvec *map)
{
	struct shape *shape;

	if (strmap_has(s->known, key))
		return true;
	if (strmap_has(s->asked, key))
		return false;
	shape = shape_new(key, from, map);
	if (!atonce_take(&s->at_once, &at_once, from->n_objects)) {
		ask(s, shape);
		return false;
	}
	make(shape);
	remember(s, shape);
	shape_free(shape);
	return true;
}

bool
shapes_find(struct shapes *s, struct snapshot *from, const struct strvec *map,
	char shape[static HASH_HEX_LEN])
{
	struct strbuf key = {0};
	const char *found = from->fingerprint;
	bool known;

	strbuf_printf(&key, "%s ", from->fingerprint);
	strvec_join(map, "\n", &key);
	known = find_by(s, key.s, from, map);
	if (known)
		found = strmap_get(s->known, key.s);
	snprintf(shape, HASH_HEX_LEN, "%s", found);
	strbuf_free(&key);
	return known;
}
