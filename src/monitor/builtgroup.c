/* See builtgroup.h.  Keys are made anew whenever a graph is, which touches no file. */
#include "monitor/builtgroup.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"

struct build_settings
built_group_settings(const struct built_group *g)
{
	const struct conf_migrations *c = g->conf;

	return (struct build_settings){
		.scratch_dsn = c->scratch_dsn,
		.command = &c->build,
		.user = c->build_user,
		.shared = c->scratch_shared,
		.timeout_ms = c->build_timeout_ms,
		.version_schema = g->version_schema,
		.version_table = g->version_table,
		.max_bytes = g->max_bytes,
	};
}

bool
built_group_is_of(const struct built_group *g, const struct conf_environment *of)
{
	return of->migrations && !strcmp(g->conf->name, of->migrations) &&
	       !strcmp(g->version_schema, of->version_schema) &&
	       !strcmp(g->version_table, of->version_table);
}

static void
free_catalog(struct built_catalog *c)
{
	strvec_free(&c->revision);
	snapshot_unref(c->snapshot);
	snapshot_unref(c->former);
	free(c);
}

void
built_group_free(struct built_group *g)
{
	for (size_t i = 0; i < g->n; i++)
		free_catalog(g->v[i]);
	free(g->v);
	free(g->name);
	free(g->version_schema);
	free(g->version_table);
	free(g);
}

struct built_group *
built_group_new(const struct conf_migrations *conf, const struct conf_environment *of,
	const struct built_shelf *shelf)
{
	struct built_group *g = xcalloc(1, sizeof *g);

	(void)shelf;
	*g = (struct built_group){.conf = conf,
		.name = xasprintf(
			"%s %s.%s", conf->name, of->version_schema, of->version_table),
		.version_schema = xstrdup(of->version_schema),
		.version_table = xstrdup(of->version_table),
		.max_bytes = of->max_catalog_size};
	return g;
}

/* ---- The store ---- */

static void
tell_store(const struct built_shelf *shelf, const struct err *e)
{
	store_log(shelf->store, LEVEL_WARN, e, "what is built cannot be kept");
}

/* What cannot be read back is built again. */
static struct snapshot *
load(const struct built_shelf *shelf, const char *key)
{
	struct snapshot *s;
	struct err e = {0};

	if (!shelf->store || !*key)
		return NULL;
	s = store_built(shelf->store, key, &e);
	if (!s && e.code != ERR_NONE)
		store_log(
			shelf->store, LEVEL_WARN, &e, "what was built cannot be read");
	return library_keep(shelf->kept_in, s);
}

struct row {
	char *key;
	struct strvec revision;
};
struct rows_built {
	struct row *v;
	size_t n, cap;
};

static void
take_row(void *arg, const char *key, const char *revision)
{
	struct rows_built *rows = arg;
	cJSON *list = cJSON_Parse(revision);
	const cJSON *id;
	struct row *r;

	GROW(rows->v, rows->n, rows->cap);
	r = &rows->v[rows->n++];
	*r = (struct row){.key = xstrdup(key)};
	cJSON_ArrayForEach(id, list)
	{
		if (cJSON_IsString(id))
			strvec_add(&r->revision, id->valuestring);
	}
	cJSON_Delete(list);
}

static void
list_rows(const struct built_group *g, const struct built_shelf *shelf,
	struct rows_built *out)
{
	struct err e = {0};

	*out = (struct rows_built){0};
	if (shelf->store && !store_built_of(shelf->store, g->name, take_row, out, &e))
		store_log(
			shelf->store, LEVEL_WARN, &e, "what was built cannot be read");
}

static void
free_rows(struct rows_built *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		free(rows->v[i].key);
		strvec_free(&rows->v[i].revision);
	}
	free(rows->v);
}

/* ---- One ---- */

static void
set_key(const struct built_group *g, struct built_catalog *c)
{
	const struct build_settings s = built_group_settings(g);
	struct recipe r = {0};

	c->error = (struct err){.code = ERR_NONE};
	c->key[0] = '\0';
	if (recipe_of_revision(g->graph, &s, &c->revision, &r, &c->error))
		memcpy(c->key, r.steps[r.n_steps - 1].key, sizeof c->key);
	recipe_free(&r);
}

/* `known`: the rows of the store. */
static void
find_in_store(struct built_catalog *c, const struct rows_built *known,
	const struct built_shelf *shelf)
{
	const char *former = NULL;

	c->stage = *c->key ? STAGE_WAITS : STAGE_FAILED;
	for (size_t i = 0; i < known->n && c->stage == STAGE_WAITS; i++) {
		const struct row *r = &known->v[i];

		if (!strcmp(r->key, c->key))
			c->stage = STAGE_STORED;
		else if (!former && strvec_equal(&r->revision, &c->revision))
			former = r->key;
	}
	if (c->stage == STAGE_WAITS && !c->former && former && c->rank)
		c->former = load(shelf, former);
}

static struct built_catalog *
add(struct built_group *g, const struct strvec *revision)
{
	struct built_catalog *c = xcalloc(1, sizeof *c);

	strvec_copy(&c->revision, revision);
	GROW(g->v, g->n, g->cap);
	g->v[g->n++] = c;
	set_key(g, c);
	return c;
}

static struct built_catalog *
find(const struct built_group *g, const struct strvec *revision)
{
	for (size_t i = 0; i < g->n; i++)
		if (strvec_equal(&g->v[i]->revision, revision))
			return g->v[i];
	return NULL;
}

struct built_catalog *
built_group_by_key(const struct built_group *g, const char *key)
{
	for (size_t i = 0; i < g->n; i++)
		if (!strcmp(g->v[i]->key, key))
			return g->v[i];
	return NULL;
}

struct built_catalog *
built_group_ask(struct built_group *g, const struct strvec *revision,
	const struct built_shelf *shelf)
{
	struct built_catalog *c = find(g, revision);
	struct rows_built known;

	if (!c || c->rank != RANK_RECORDED) {
		c = c ? c : add(g, revision);
		c->rank = RANK_RECORDED;
		if (c->stage == STAGE_WAITS) {
			list_rows(g, shelf, &known);
			find_in_store(c, &known, shelf);
			free_rows(&known);
		}
	}
	return c;
}

bool
built_group_wants(const struct built_group *g, const struct built_catalog *c)
{
	return (c->stage == STAGE_WAITS || c->stage == STAGE_RUNS) &&
	       (c->rank || g->conf->build_all);
}

struct snapshot *
built_group_open(
	struct built_group *g, struct built_catalog *c, const struct built_shelf *shelf)
{
	(void)g;
	if (c->stage != STAGE_STORED)
		return c->snapshot;
	c->snapshot = load(shelf, c->key);
	c->stage = c->snapshot ? STAGE_THERE : STAGE_WAITS;
	return c->snapshot;
}

void
built_group_put(struct built_group *g, struct built_catalog *c, struct snapshot *s,
	const struct built_shelf *shelf)
{
	char *revision = store_revisions(&c->revision);
	const struct store_built row = {c->key, g->name, revision};
	struct store_packed packed = {.n = 0};
	struct err e = {0};

	snapshot_unref(c->snapshot);
	snapshot_unref(c->former);
	c->former = NULL;
	c->snapshot = library_keep(shelf->kept_in, s);
	c->stage = STAGE_THERE;
	c->error = (struct err){.code = ERR_NONE};
	c->tries = 0;
	if (shelf->store && shelf->writes) {
		store_pack(c->snapshot, &packed);
		if (!store_set_built(shelf->store, &row, &packed, clock_wall_ms(), &e))
			tell_store(shelf, &e);
		store_packed_fini(&packed);
	}
	free(revision);
}

/* ---- Another graph ---- */

/* What is as it was stays; what was built of it before is of use until it is again. */
static void
renew(struct built_group *g, struct built_catalog *c, const struct rows_built *known,
	const struct built_shelf *shelf)
{
	char was[HASH_HEX_LEN];

	memcpy(was, c->key, sizeof was);
	if (c->stage == STAGE_FAILED) {
		struct err e = c->error;

		set_key(g, c);
		if (*was && !strcmp(was, c->key)) {
			c->error = e;
			return;
		}
	} else {
		set_key(g, c);
		if (!strcmp(was, c->key))
			return;
	}
	if (c->snapshot) {
		snapshot_unref(c->former);
		c->former = c->snapshot;
		c->snapshot = NULL;
	}
	c->tries = 0;
	c->retry_ms = 0;
	find_in_store(c, known, shelf);
}

/* True if there are such revisions at all. */
static bool
is_known(const struct migrations *graph, const struct strvec *revision)
{
	return revision->n && !migrations_unknown_id(graph, revision);
}

static void
drop_unknown(struct built_group *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++) {
		if (is_known(g->graph, &g->v[i]->revision))
			g->v[n++] = g->v[i];
		else
			free_catalog(g->v[i]);
	}
	g->n = n;
}

static void
want(struct built_group *g, const struct strvec *revision,
	const struct rows_built *known, const struct built_shelf *shelf,
	enum built_rank rank)
{
	struct built_catalog *c = find(g, revision);
	bool is_new = !c;

	if (!c)
		c = add(g, revision);
	c->rank = rank > c->rank ? rank : c->rank;
	if (is_new)
		find_in_store(c, known, shelf);
}

/* Of what was built once, whatever is as it was then: for those that are lost. */
static void
take_rows(struct built_group *g, const struct rows_built *known,
	const struct built_shelf *shelf)
{
	for (size_t i = 0; i < known->n; i++) {
		const struct row *r = &known->v[i];
		struct built_catalog probe = {.revision = r->revision};

		if (!is_known(g->graph, &r->revision) || find(g, &r->revision))
			continue;
		set_key(g, &probe);
		if (!strcmp(probe.key, r->key))
			want(g, &r->revision, known, shelf, RANK_ANY);
	}
}

static int
by_revision(const void *a, const void *b)
{
	const struct built_catalog *const *l = a, *const *r = b;
	const struct strvec *left = &(*l)->revision, *right = &(*r)->revision;
	size_t n = left->n < right->n ? left->n : right->n;

	for (size_t i = 0; i < n; i++) {
		int c = strcmp(left->v[i], right->v[i]);

		if (c)
			return c;
	}
	return left->n < right->n ? -1 : left->n > right->n;
}

static void
want_configured(struct built_group *g, const struct rows_built *known,
	const struct built_shelf *shelf)
{
	struct strvec heads = {0};

	strvec_copy(&heads, &g->graph->effective_heads);
	strvec_sort(&heads);
	if (heads.n)
		want(g, &heads, known, shelf, RANK_HEAD);
	strvec_free(&heads);
	for (size_t i = 0; g->conf->build_all && i < g->graph->n_revisions; i++) {
		struct strvec one = {0};

		strvec_add(&one, g->graph->revisions[i].id);
		want(g, &one, known, shelf, RANK_ANY);
		strvec_free(&one);
	}
}

void
built_group_take(struct built_group *g, const struct migrations *graph,
	const struct built_shelf *shelf)
{
	struct rows_built known;

	g->graph = graph;
	list_rows(g, shelf, &known);
	drop_unknown(g);
	for (size_t i = 0; i < g->n; i++) {
		g->v[i]->rank = RANK_ANY;
		renew(g, g->v[i], &known, shelf);
	}
	want_configured(g, &known, shelf);
	take_rows(g, &known, shelf);
	free_rows(&known);
	if (g->n)
		qsort(g->v, g->n, sizeof *g->v, by_revision);
}
