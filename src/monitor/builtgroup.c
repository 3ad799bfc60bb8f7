/* See builtgroup.h.  Keys are made anew whenever a graph is, which touches no file. */
#include "monitor/builtgroup.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mapping.h"
#include "base/mem.h"
#include "base/text.h"

/* How long until it is tried again what is not the files' fault, twice as long each
 * time; and what is: they may import others, which nobody looks at. */
enum { RETRY_MS = 15000, RETRY_MOST_MS = 600000, RETRY_FILES_MS = 600000 };
struct build_settings
built_group_settings(const struct built_group *g)
{
	const struct conf_migrations *c = g->conf;
	struct build_settings s = {.version_schema = g->version_schema,
		.version_table = g->version_table,
		.max_bytes = g->max_bytes};

	if (c) {
		s.scratch_dsn = c->scratch_dsn;
		s.command = &c->build;
		s.user = c->build_user;
		s.shared = c->scratch_shared;
		s.timeout_ms = c->build_timeout_ms;
		s.lineage = g->graph ? g->lineage : NULL;
	} else {
		s.scratch_dsn = g->service->scratch_dsn;
		s.user = g->service->build_user;
		s.shared = g->service->scratch_shared;
		s.timeout_ms = g->service->build_timeout_ms;
	}
	return s;
}

void
built_group_title(const struct built_group *g, struct strbuf *out)
{
	if (g->conf)
		strbuf_printf(out, "migrations %s", g->conf->name);
	else
		strbuf_printf(out, "ddl:%s", g->ddl_path);
}

bool
built_group_is_of_all(const struct built_group *g)
{
	return g->conf && g->conf->build_all;
}

/* Where what is built has its version table: as the migrations name the schema. */
static const char *
version_schema_of(const struct conf_environment *of)
{
	const char *there = mapping_there(&of->schema_names, of->version_schema);

	return there ? there : of->version_schema;
}

bool
built_group_is_of(const struct built_group *g, const struct conf_environment *of)
{
	if (strcmp(g->version_schema, version_schema_of(of)) != 0 ||
		strcmp(g->version_table, of->version_table) != 0)
		return false;
	if (of->expect == EXPECT_DDL)
		return g->ddl_path && !strcmp(g->ddl_path, of->expect_target);
	return of->expect == EXPECT_MIGRATIONS && of->migrations && g->conf &&
	       !strcmp(g->conf->name, of->migrations);
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
	lineage_free(g->lineage);
	free(g->name);
	free(g->ddl_path);
	free(g->version_schema);
	free(g->version_table);
	free(g);
}

/* What the one takes that may take most. */
static int64_t
most_bytes(const struct built_group *g, const struct conf *conf)
{
	int64_t most = 0;

	for (size_t i = 0; i < conf->n_environments; i++) {
		const struct conf_environment *e = &conf->environments[i];

		if (e->enabled && e->max_catalog_size > most && built_group_is_of(g, e))
			most = e->max_catalog_size;
	}
	return most;
}

struct built_group *
built_group_new(const struct conf *conf, const struct conf_environment *of)
{
	struct built_group *g = xcalloc(1, sizeof *g);
	const char *version_schema = version_schema_of(of);
	bool is_ddl = of->expect == EXPECT_DDL;

	*g = (struct built_group){.service = &conf->service,
		.conf = is_ddl ? NULL : conf_migrations(conf, of->migrations),
		.ddl_path = is_ddl ? xstrdup(of->expect_target) : NULL,
		.name = xasprintf("%s%s %s.%s", is_ddl ? "ddl:" : "",
			is_ddl ? of->expect_target : of->migrations, version_schema,
			of->version_table),
		.version_schema = xstrdup(version_schema),
		.version_table = xstrdup(of->version_table)};
	g->max_bytes = most_bytes(g, conf);
	return g;
}

void
built_group_move(struct built_group *g, const struct conf *conf)
{
	g->service = &conf->service;
	if (g->conf)
		g->conf = conf_migrations(conf, g->conf->name);
	g->max_bytes = most_bytes(g, conf);
	g->graph = NULL;
	g->ddl = (struct ddl){.archive = false};
}

/* ---- What it is made of ---- */

bool
built_group_is_ready(const struct built_group *g)
{
	return g->graph || *g->ddl.digest;
}

bool
built_group_has(const struct built_group *g, const struct built_question *q)
{
	return q->ddl ? !strcmp(g->ddl.digest, q->ddl->digest) : g->graph == q->graph;
}

bool
built_group_recipe(const struct built_group *g, const struct built_catalog *c,
	struct recipe *out, struct err *e)
{
	const struct build_settings s = built_group_settings(g);

	if (g->ddl_path)
		return recipe_of_ddl(g->ddl_path, &g->ddl, &s, out, e);
	return recipe_of_revision(g->graph, &s, &c->revision, out, e);
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
	struct recipe r = {0};

	c->error = (struct err){.code = ERR_NONE};
	c->key[0] = '\0';
	if (built_group_recipe(g, c, &r, &c->error))
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
built_group_is_wanted(const struct built_group *g, const struct built_catalog *c)
{
	return c->rank || built_group_is_of_all(g);
}

bool
built_group_wants(const struct built_group *g, const struct built_catalog *c)
{
	return (c->stage == STAGE_WAITS || c->stage == STAGE_RUNS) &&
	       built_group_is_wanted(g, c);
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
	const struct store_packed *packed, const struct built_shelf *shelf)
{
	char *revision = store_revisions(&c->revision);
	const struct store_built row = {c->key, g->name, revision};
	struct err e = {0};

	snapshot_unref(c->snapshot);
	snapshot_unref(c->former);
	c->former = NULL;
	c->snapshot = s;
	c->stage = STAGE_THERE;
	c->error = (struct err){.code = ERR_NONE};
	c->tries = 0;
	if (shelf->store && shelf->writes &&
		!store_set_built(shelf->store, &row, packed, clock_wall_ms(), &e))
		tell_store(shelf, &e);
	free(revision);
}

/* Lines of them that are told: one of the driver's may say what is wrong, and others
 * come after it. */
enum { TOLD_LINES = 6, TOLD_SIZE = 600 };

/* Append the last lines that were said, in one. */
static void
add_output(struct err *e, const char *output)
{
	struct strvec lines = {0};
	struct strbuf b = {0};
	struct err was = *e;

	strvec_split(&lines, output ? output : "", '\n');
	for (size_t i = lines.n > TOLD_LINES ? lines.n - TOLD_LINES : 0; i < lines.n;
		i++)
		strbuf_printf(&b, "%s%s", b.len ? " | " : "", lines.v[i]);
	if (b.len) {
		char *told = text_line(b.s, TOLD_SIZE);

		err_set(e, was.code, "%s; it said: %s", was.text, told);
		free(told);
	}
	strbuf_free(&b);
	strvec_free(&lines);
}

void
built_group_fail(const struct built_group *g, struct built_catalog *c,
	const struct build_result *r)
{
	int64_t wait_ms = RETRY_FILES_MS;

	if (r->error.code != ERR_FORMAT) {
		wait_ms = RETRY_MS;
		for (unsigned i = 0; i < c->tries && wait_ms < RETRY_MOST_MS; i++)
			wait_ms *= 2;
		wait_ms = wait_ms < RETRY_MOST_MS ? wait_ms : RETRY_MOST_MS;
	}
	c->tries++;
	c->retry_ms = clock_mono_ms() + wait_ms;
	c->stage = STAGE_FAILED;
	c->error = r->error;
	add_output(&c->error, r->output);
	if (c->tries == 1) {
		struct strbuf title = {0};

		built_group_title(g, &title);
		log_err(LEVEL_WARN, &c->error, "%s cannot be built", title.s);
		strbuf_free(&title);
	}
}

/* ---- Other files ---- */

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
			c->tries = 0;
			c->retry_ms = 0;
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

/* True if there are such revisions at all; a file has one catalog, whose revision it
 * says itself. */
static bool
is_known(const struct built_group *g, const struct strvec *revision)
{
	return g->ddl_path ? !revision->n
			   : revision->n && !migrations_unknown_id(g->graph, revision);
}

static void
drop_unknown(struct built_group *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++) {
		if (is_known(g, &g->v[i]->revision))
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

		if (!is_known(g, &r->revision) || find(g, &r->revision))
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

	if (g->ddl_path) {
		want(g, &heads, known, shelf, RANK_RECORDED);
		return;
	}
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
built_group_take(struct built_group *g, const struct built_question *q,
	const struct built_shelf *shelf)
{
	struct rows_built known;

	g->graph = q->graph;
	lineage_free(g->lineage);
	g->lineage = g->graph ? lineage_new(g->graph) : NULL;
	if (q->ddl)
		g->ddl = *q->ddl;
	list_rows(g, shelf, &known);
	drop_unknown(g);
	for (size_t i = 0; i < g->n; i++) {
		g->v[i]->rank = RANK_ANY;
		renew(g, g->v[i], &known, shelf);
	}
	want_configured(g, &known, shelf);
	if (g->graph)
		take_rows(g, &known, shelf);
	free_rows(&known);
	if (g->n)
		qsort(g->v, g->n, sizeof *g->v, by_revision);
}
