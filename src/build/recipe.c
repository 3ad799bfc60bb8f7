/* See recipe.h. */
#include "build/recipe.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "build/argv.h"
#include "build/place.h"
#include "migrations/gap.h"
#include "migrations/graph.h"
#include "migrations/order.h"
#include "pg/session.h"

/* ---- What all recipes of one migrations have in common ---- */

/* An ini of another name, and a section, have to be said; the copy of the ini that has
 * the scratch database in it (inicopy.h) always. */
static void
usual_command(const struct migrations *h, struct strvec *out)
{
	strvec_add(out, "alembic");
	if (h->project.ini) {
		strvec_add(out, "-c");
		strvec_add(out, "{ini}");
	}
	if (h->section) {
		strvec_add(out, "-n");
		strvec_add(out, h->section);
	}
	strvec_add(out, "upgrade");
	strvec_add(out, "{revision}");
}

/* What a command is of: not all of {revision} and the like has a value there. */
struct context {
	bool ddl, ini;
};

static bool
check_name(const char *name, const struct context *c, struct err *e)
{
	static const char *const known[] = {
		"revision", "ini", "file", "database", "url"};
	const char *near = text_near(name, known, COUNT_OF(known));

	if (near && strcmp(near, name) != 0)
		return err_set(e, ERR_CONFIG,
			"{%s} in a command means nothing; did you mean {%s}?", name,
			near);
	if (!strcmp(name, "ini") && !c->ini)
		return err_set(e, ERR_CONFIG,
			"{ini} in a command, but there is no alembic.ini");
	if (!strcmp(name, "file") && !c->ddl)
		return err_set(e, ERR_CONFIG,
			"{file} in a command, but that is of migrations, not of a file "
			"of SQL");
	return strcmp(name, "revision") != 0 || !c->ddl ||
	       err_set(e, ERR_CONFIG,
		       "{revision} in a command, but a file of SQL has none");
}

/* What else stands in braces is meant for others: a shell, a document of JSON. */
static bool
check_word(const char *word, const struct context *c, struct err *e)
{
	bool ok = true;

	for (const char *p = word; ok && (p = strchr(p, '{')); p++) {
		size_t n = strspn(p + 1, "abcdefghijklmnopqrstuvwxyz");
		char *name;

		if (!n || !strchr("}:", p[n + 1]) || !p[n + 1] ||
			(p > word && p[-1] == '$'))
			continue;
		name = xstrndup(p + 1, n);
		ok = check_name(name, c, e);
		free(name);
	}
	return ok;
}

static bool
take_command(const struct strvec *command, const struct context *c, struct strvec *out,
	struct err *e)
{
	bool ok = true;

	if (command->n == 1)
		ok = argv_split(command->v[0], out, e);
	else
		strvec_copy(out, command);
	if (ok && argv_assignments(out) == out->n)
		ok = err_set(e, ERR_CONFIG, "there is no command in it");
	for (size_t i = 0; ok && i < out->n; i++)
		ok = check_word(out->v[i], c, e);
	return ok;
}

bool
recipe_check(const struct build_settings *s, struct err *e)
{
	static const struct context any = {.ini = true};
	struct strvec words = {0};
	bool ok;

	if (s->scratch_dsn && !place_check(s->scratch_dsn, e))
		return err_prefix(e, "scratch_dsn");
	ok = !s->command || !s->command->n || take_command(s->command, &any, &words, e);
	strvec_free(&words);
	return ok || err_prefix(e, "build");
}

static void
take_settings(const struct build_settings *s, struct recipe *out)
{
	out->scratch_dsn = xstrdup(s->scratch_dsn);
	out->user = xstrdup_null(s->user);
	out->version_schema = xstrdup(s->version_schema);
	out->version_table = xstrdup(s->version_table);
	out->even_root = s->even_root;
	out->shared = s->shared;
	out->timeout_ms = s->timeout_ms;
	out->max_bytes = s->max_bytes;
}

static bool
begin(const struct migrations *h, const struct build_settings *s, struct recipe *out,
	struct err *e)
{
	const struct context context = {.ini = h->project.ini};
	const struct problem *stop = migrations_stopper(h);

	*out = (struct recipe){0};
	out->usual = !s->command || !s->command->n;
	if (stop)
		return err_set(e, ERR_FORMAT, "%s: Alembic stops here: %s", stop->file,
			stop->stops);
	if (out->usual)
		usual_command(h, &out->words);
	else if (!take_command(s->command, &context, &out->words, e))
		return false;
	take_settings(s, out);
	out->home = xstrdup(h->project.home);
	out->ini = xstrdup_null(h->project.ini);
	out->script = xstrdup_null(h->project.script);
	out->section = xstrdup_null(h->section);
	return true;
}

/* ---- The key ---- */

static struct hash *
begin_key(const struct recipe *r)
{
	struct hash *h = hash_new();
	char *dsn = pg_dsn_redact(r->scratch_dsn);

	/* Another program may read more of a catalog. */
	hash_add_text(h, PACKAGE_VERSION);
	hash_add_number(h, r->words.n);
	for (size_t i = 0; i < r->words.n; i++)
		hash_add_text(h, r->words.v[i]);
	hash_add_text(h, r->section);
	hash_add_text(h, dsn);
	hash_add_text(h, r->version_schema);
	hash_add_text(h, r->version_table);
	free(dsn);
	return h;
}

static void
hash_list(struct hash *h, const struct strvec *list)
{
	hash_add_number(h, list->n);
	for (size_t i = 0; i < list->n; i++)
		hash_add_text(h, list->v[i]);
}

/* Of each revision one hash of it and of all that comes before it, made of theirs. */
struct lineage {
	char (*v)[HASH_HEX_LEN];
};

static void
hash_parents(
	struct hash *h, const struct lineage *l, const struct edges *e, size_t node)
{
	hash_add_number(h, graph_degree(e, node));
	for (size_t k = e->at[node]; k < e->at[node + 1]; k++)
		hash_add_text(h, l->v[e->to[k]]);
}

static struct lineage
lineage_of(const struct migrations *m)
{
	const struct migrations_index *g = m->index;
	struct lineage l = {xcalloc(m->n_revisions + 1, sizeof *l.v)};

	for (size_t i = 0; i < g->n_sound; i++) {
		size_t node = g->topo[i];
		const struct revision *v = &m->revisions[node];
		struct hash *h = hash_new();

		hash_add_text(h, v->id);
		hash_add(h, &v->source, sizeof v->source);
		hash_list(h, &v->down);
		hash_list(h, &v->depends_on);
		hash_parents(h, &l, &g->down, node);
		hash_parents(h, &l, &g->deps, node);
		hash_finish(h, l.v[node]);
	}
	return l;
}

struct lineage *
lineage_new(const struct migrations *h)
{
	struct lineage *l = xcalloc(1, sizeof *l);

	*l = lineage_of(h);
	return l;
}

void
lineage_free(struct lineage *l)
{
	if (l)
		free(l->v);
	free(l);
}

static size_t
node_of(const struct migrations *m, const char *id)
{
	return (size_t)(migrations_find(m, id) - m->revisions);
}

static void
make_key(const struct migrations *m, const struct recipe *r, const struct lineage *l,
	struct recipe_step *step)
{
	struct hash *h = begin_key(r);

	hash_add_text(h, m->project.digest);
	hash_list(h, &step->revision);
	for (size_t i = 0; i < step->revision.n; i++)
		hash_add_text(h, l->v[node_of(m, step->revision.v[i])]);
	hash_finish(h, step->key);
}

static struct recipe_step *
add_step(struct recipe *r)
{
	GROW(r->steps, r->n_steps, r->cap_steps);
	r->steps[r->n_steps] = (struct recipe_step){0};
	return &r->steps[r->n_steps++];
}

/* ---- One ---- */

static bool
is_there(const struct migrations *h, const char *id, struct err *e)
{
	const struct revision *v = migrations_find(h, id);

	if (!v)
		return err_set(e, ERR_FORMAT,
			"the migrations have no revision %s that could be built", id);
	return !gap_is_before(h, v) ||
	       err_set(e, ERR_FORMAT, "what comes before revision %s is not all there",
		       id);
}

/* Alembic refuses to upgrade a database that records one that another implies. */
static bool
none_implied(const struct migrations *h, const struct strvec *revision, struct err *e)
{
	bool *others = xcalloc(h->n_revisions + 1, sizeof *others);
	bool ok = true;

	for (size_t i = 0; ok && i < revision->n; i++) {
		size_t at = (size_t)(migrations_find(h, revision->v[i]) - h->revisions);

		memset(others, 0, h->n_revisions * sizeof *others);
		for (size_t k = 0; k < revision->n; k++)
			if (k != i)
				graph_mark_ancestors(h,
					(size_t)(migrations_find(h, revision->v[k]) -
						 h->revisions),
					others);
		if (others[at])
			ok = err_set(e, ERR_FORMAT,
				"revision %s comes before another one that is "
				"recorded beside it",
				revision->v[i]);
	}
	free(others);
	return ok;
}

bool
recipe_of_revision(const struct migrations *h, const struct build_settings *s,
	const struct strvec *revision, struct recipe *out, struct err *e)
{
	bool ok = begin(h, s, out, e);

	if (ok && !revision->n)
		ok = err_set(e, ERR_FORMAT, "the migrations have no revision");
	for (size_t i = 0; ok && i < revision->n; i++)
		ok = is_there(h, revision->v[i], e);
	ok = ok && none_implied(h, revision, e);
	if (ok) {
		struct recipe_step *step = add_step(out);
		struct lineage *own = s->lineage ? NULL : lineage_new(h);

		strvec_copy(&step->revision, revision);
		make_key(h, out, own ? own : s->lineage, step);
		lineage_free(own);
	} else {
		recipe_free(out);
	}
	return ok;
}

/* ---- Each revision by itself ---- */

struct ground {
	const struct migrations *h;
	struct lineage lineage;
	struct strvec order;
	bool *done;  /* of each in that order: it is built, or known */
	bool *after; /* of each revision: the one that the database is at comes before
		      */
};

/* Upon a database at one revision another can be built if the one comes before it. */
static void
mark_after(struct ground *g, size_t node)
{
	const struct migrations_index *x = g->h->index;

	memset(g->after, 0, g->h->n_revisions * sizeof *g->after);
	g->after[node] = true;
	for (size_t i = 0; i < x->n_sound; i++) {
		size_t at = x->topo[i];

		for (size_t k = x->down.at[at]; k < x->down.at[at + 1]; k++)
			g->after[at] |= g->after[x->down.to[k]];
		for (size_t k = x->deps.at[at]; k < x->deps.at[at + 1]; k++)
			g->after[at] |= g->after[x->deps.to[k]];
	}
}

static struct recipe_step
step_of(struct ground *g, const struct recipe *r, const char *id)
{
	struct recipe_step step = {0};

	strvec_add(&step.revision, id);
	make_key(g->h, r, &g->lineage, &step);
	return step;
}

static void
leave_out_known(
	struct ground *g, const struct recipe *r, const struct recipe_known *known)
{
	for (size_t i = 0; i < g->order.n; i++) {
		struct recipe_step step = step_of(g, r, g->order.v[i]);

		g->done[i] = known->has(known->arg, step.key);
		strvec_free(&step.revision);
	}
}

/* A database on which as many are built as can be, from the first that is not. */
static void
fill(struct ground *g, struct recipe *r)
{
	for (size_t i = 0; i < g->order.n; i++) {
		size_t node = node_of(g->h, g->order.v[i]);

		if (g->done[i] || (r->n_steps && !g->after[node]))
			continue;
		*add_step(r) = step_of(g, r, g->order.v[i]);
		mark_after(g, node);
		g->done[i] = true;
	}
}

static bool
is_left(const struct ground *g)
{
	for (size_t i = 0; i < g->order.n; i++)
		if (!g->done[i])
			return true;
	return false;
}

static void
order_all(struct ground *g)
{
	size_t n = g->h->n_revisions;

	g->lineage = lineage_of(g->h);
	g->done = xcalloc(n + 1, sizeof *g->done);
	g->after = xcalloc(n + 1, sizeof *g->after);
	for (size_t i = 0; i < n; i++)
		g->after[i] = !gap_is_before(g->h, &g->h->revisions[i]);
	order_upgrade(g->h, g->after, &g->order);
}

bool
recipes_of_all(const struct migrations *h, const struct build_settings *s,
	const struct recipe_known *known, struct recipes *out, struct err *e)
{
	struct ground g = {.h = h};
	struct recipe first;
	bool ok = begin(h, s, &first, e);

	*out = (struct recipes){0};
	order_all(&g);
	if (ok && known)
		leave_out_known(&g, &first, known);
	while (ok && is_left(&g)) {
		GROW(out->v, out->n, out->cap);
		ok = begin(h, s, &out->v[out->n], e);
		fill(&g, &out->v[out->n++]);
	}
	if (!ok)
		recipes_free(out);
	recipe_free(&first);
	strvec_free(&g.order);
	free(g.lineage.v);
	free(g.done);
	free(g.after);
	return ok;
}

/* ---- Files of SQL ---- */

/* Owners and privileges are of roles that a scratch server seldom has, and are not
 * compared unless that is asked for. */
static void
usual_reader(const struct ddl *ddl, struct strvec *out)
{
	static const char *const psql[] = {"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1",
		"-d", "{database}", "-f", "{file}"};
	static const char *const restore[] = {"pg_restore", "--exit-on-error",
		"--no-owner", "--no-privileges", "-d", "{database}", "{file}"};

	const char *const *words = ddl->archive ? restore : psql;
	size_t n = ddl->archive ? COUNT_OF(restore) : COUNT_OF(psql);

	for (size_t i = 0; i < n; i++)
		strvec_add(out, words[i]);
}

bool
recipe_of_ddl(const char *path, const struct ddl *ddl, const struct build_settings *s,
	struct recipe *out, struct err *e)
{
	static const struct context context = {.ddl = true};
	const char *slash = strrchr(path, '/');
	struct recipe_step *step;
	struct hash *h;

	*out = (struct recipe){0};
	out->usual = !s->command || !s->command->n;
	if (out->usual) {
		usual_reader(ddl, &out->words);
	} else if (!take_command(s->command, &context, &out->words, e)) {
		recipe_free(out);
		return false;
	}
	take_settings(s, out);
	out->ddl = xstrdup(slash ? slash + 1 : path);
	out->home = slash ? xstrndup(path, slash == path ? 1 : (size_t)(slash - path))
			  : xstrdup(".");
	step = add_step(out);
	h = begin_key(out);
	hash_add_text(h, ddl->digest);
	hash_finish(h, step->key);
	return true;
}

void
recipe_of_nothing(const struct build_settings *s, struct recipe *out)
{
	*out = (struct recipe){0};
	take_settings(s, out);
}

void
recipe_copy(const struct recipe *r, struct recipe *out)
{
	*out = *r;
	out->steps = NULL;
	out->n_steps = out->cap_steps = 0;
	out->words = (struct strvec){0};
	strvec_copy(&out->words, &r->words);
	out->home = xstrdup_null(r->home);
	out->ini = xstrdup_null(r->ini);
	out->script = xstrdup_null(r->script);
	out->section = xstrdup_null(r->section);
	out->ddl = xstrdup_null(r->ddl);
	out->scratch_dsn = xstrdup_null(r->scratch_dsn);
	out->user = xstrdup_null(r->user);
	out->version_schema = xstrdup_null(r->version_schema);
	out->version_table = xstrdup_null(r->version_table);
}

void
recipe_free(struct recipe *r)
{
	for (size_t i = 0; i < r->n_steps; i++)
		strvec_free(&r->steps[i].revision);
	free(r->steps);
	strvec_free(&r->words);
	free(r->home);
	free(r->ini);
	free(r->script);
	free(r->section);
	free(r->ddl);
	free(r->scratch_dsn);
	free(r->user);
	free(r->version_schema);
	free(r->version_table);
	*r = (struct recipe){0};
}

void
recipes_free(struct recipes *r)
{
	for (size_t i = 0; i < r->n; i++)
		recipe_free(&r->v[i]);
	free(r->v);
	*r = (struct recipes){0};
}
