/* Checks that need more than one key; those of a single value are in value.c. */
#include "conf/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mapping.h"
#include "base/mem.h"
#include "base/text.h"
#include "conf/address.h"
#include "conf/discovered.h"
#include "conf/labels.h"
#include "conf/receiver.h"

static const char *
near_migrations(const struct conf *c, const char *name)
{
	const char **names = xcalloc(c->n_migrations + 1, sizeof *names);
	const char *near;

	for (size_t i = 0; i < c->n_migrations; i++)
		names[i] = c->migrations[i].name;
	near = text_near(name, names, c->n_migrations);
	free(names);
	return near;
}

static void
unknown(struct conf_errors *errors, struct conf_place at, const char *what,
	const char *name, const char *near)
{
	struct strbuf advice = {0};

	conf_suggest(&advice, near);
	conf_error(errors, at, "there is no %s \"%s\"%s", what, name,
		advice.s ? advice.s : "");
	strbuf_free(&advice);
}

/* Whatever else is said is left out: what is meant need not be found. */
static bool
is_full(const struct conf_errors *errors)
{
	return errors->messages.n >= CONF_MAX_ERRORS;
}

static void
check_migrations(const struct check *c, size_t i, struct conf_errors *errors)
{
	const char *name = c->conf->environments[i].migrations;

	if (name && !conf_migrations(c->conf, name))
		unknown(errors, raw_block_place(c->environments[i], "migrations"),
			"migrations", name,
			is_full(errors) ? NULL : near_migrations(c->conf, name));
}

/* ---- References between environments ---- */

/* What environment `i` refers to by its key; NULL: nothing. */
static const char *
reference(const struct conf *c, size_t i, bool by_head)
{
	const struct conf_environment *e = &c->environments[i];

	if (by_head)
		return e->head_environment;
	return e->expect == EXPECT_ENVIRONMENT ? e->expect_target : NULL;
}

/* The block that the environment is, or comes of, to which block `i` refers by that
 * name; NULL: there is none. */
static const struct conf_environment *
block_of(const struct conf *c, size_t i, const char *name)
{
	const struct conf_environment *from = &c->environments[i], *to;
	char *filled = conf_name_filled(from, name, "x");

	to = conf_environment(c, filled);
	if (!to)
		to = conf_template_of(c, filled, NULL);
	free(filled);
	return to;
}

/* Each environment of a template is then held against itself, so against nothing. */
static bool
is_itself(const struct conf_environment *e, const char *name)
{
	char *filled = conf_name_filled(e, name, "x"),
	     *own = xasprintf("%s/x", e->name);
	bool is = conf_is_template(e) && strcmp(filled, name) != 0 &&
		  !strcmp(filled, own);

	free(filled);
	free(own);
	return is;
}

static void
check_reference(
	const struct check *c, size_t i, bool by_head, struct conf_errors *errors)
{
	const char *key = by_head ? "head" : "expect";
	const char *name = reference(c->conf, i, by_head);
	struct conf_place at = raw_block_place(c->environments[i], key);
	const struct conf_environment *to;

	if (!name)
		return;
	to = block_of(c->conf, i, name);
	if (!to)
		unknown(errors, at, "environment", name,
			is_full(errors) ? NULL : conf_environment_near(c->conf, name));
	else if (conf_is_template(to) && !strcmp(to->name, name))
		conf_error(errors, at,
			"%s: \"%s\" is a template: name one of its environments, as "
			"\"%s/%s\"",
			key, name, name, "NAME");
	else if (to == &c->conf->environments[i] &&
		 (!conf_is_template(to) || is_itself(to, name)))
		conf_error(errors, at, "%s: environment \"%s\" refers to itself", key,
			name);
	else if (!to->enabled && c->conf->environments[i].enabled)
		conf_error(errors, at,
			"%s: environment \"%s\" is not enabled, so there is nothing to "
			"compare with",
			key, name);
}

struct walk {
	const struct check *check;
	struct conf_errors *errors;
	size_t *path; /* environments on the way from the start */
	size_t n;
	bool *on_path; /* is there */
	bool *done;    /* a circle through it was reported, or there is none */
};

/* From `to`, which is on the way, back to it. */
static void
report_circle(const struct walk *w, size_t to, struct conf_place at)
{
	const struct conf *c = w->check->conf;
	struct strbuf names = {0};
	size_t from = 0;

	while (w->path[from] != to)
		from++;
	for (size_t i = from; i < w->n; i++)
		strbuf_printf(&names, "%s -> ", c->environments[w->path[i]].name);
	conf_error(w->errors, at, "environments refer to each other in a circle: %s%s",
		names.s, c->environments[w->path[from]].name);
	strbuf_free(&names);
}

static void follow(struct walk *w, size_t i);

/* The step from the last environment of the path. */
static void
follow_reference(struct walk *w, bool by_head)
{
	const struct conf *c = w->check->conf;
	size_t last = w->path[w->n - 1];
	const char *name = reference(c, last, by_head);
	const struct conf_environment *to = name ? block_of(c, last, name) : NULL;
	size_t next = to ? (size_t)(to - c->environments) : last;

	if (next == last)
		return;
	if (w->on_path[next])
		report_circle(w, next,
			raw_block_place(w->check->environments[last],
				by_head ? "head" : "expect"));
	else
		follow(w, next);
}

static void
follow(struct walk *w, size_t i)
{
	const struct conf *c = w->check->conf;
	const char *expect = reference(c, i, false), *head = reference(c, i, true);

	if (w->done[i])
		return;
	w->path[w->n++] = i;
	w->on_path[i] = true;
	follow_reference(w, false);
	if (!expect || !head || strcmp(expect, head) != 0)
		follow_reference(w, true);
	w->n--;
	w->on_path[i] = false;
	w->done[i] = true;
}

static void
check_circles(const struct check *c, struct conf_errors *errors)
{
	size_t n = c->conf->n_environments;
	struct walk w = {.check = c,
		.errors = errors,
		.path = xcalloc(n + 1, sizeof *w.path),
		.on_path = xcalloc(n + 1, sizeof *w.on_path),
		.done = xcalloc(n + 1, sizeof *w.done)};

	for (size_t i = 0; i < n; i++)
		follow(&w, i);
	free(w.path);
	free(w.on_path);
	free(w.done);
}

/* ---- Keys that go together ---- */

static void
check_roles(const struct check *c, size_t i, struct conf_errors *errors)
{
	const struct strvec *roles = &c->conf->environments[i].roles;

	for (size_t r = 0; r < roles->n; r++) {
		const char *equals = strchr(roles->v[r], '=');

		if (!equals || equals == roles->v[r] || !equals[1] ||
			strchr(equals + 1, '='))
			conf_error(errors, raw_block_place(c->environments[i], "roles"),
				"\"%s\" is not written HERE=THERE", roles->v[r]);
	}
}

static void
check_schema_names(const struct check *c, size_t i, struct conf_errors *errors)
{
	const struct conf_environment *e = &c->conf->environments[i];
	struct conf_place at = raw_block_place(c->environments[i], "schema_names");
	char *wrong = mapping_wrong(&e->schema_names);

	if (wrong)
		conf_error(errors, at, "schema_names: %s", wrong);
	else if (e->schema_names.n && e->expect == EXPECT_BASELINE)
		conf_error(errors, at,
			"schema_names: a baseline is of the database itself, and has "
			"its names: remove schema_names, or give another `expect`");
	free(wrong);
}

/* The other keys of a template have defaults, which are of no matter elsewhere. */
static void
check_template(const struct check *c, size_t i, struct conf_errors *errors)
{
	const struct conf_environment *e = &c->conf->environments[i];
	const struct raw_block *raw = c->environments[i];

	if (conf_is_template(e) && !e->discover_match.n)
		conf_error(errors, raw_block_place(raw, "discover"),
			"discover needs discover_match; add: discover_match = "
			"\"tenant_*\", or \"*\" for all");
	else if (!conf_is_template(e) && e->discover_match.n)
		conf_error(errors, raw_block_place(raw, "discover_match"),
			"discover_match is for a template: add discover = "
			"\"databases\"");
}

/* A file may be on its way; only what needs it has to wait for it. */
static void
check_file(const struct check *c, size_t i, struct conf_errors *errors)
{
	const struct conf_environment *e = &c->conf->environments[i];

	if (!e->enabled ||
		(e->expect != EXPECT_SNAPSHOT && e->expect != EXPECT_SNAPSHOTS &&
			e->expect != EXPECT_DDL) ||
		(conf_is_template(e) && strstr(e->expect_target, "{name}")) ||
		access(e->expect_target, R_OK) == 0)
		return;
	conf_warning(errors, raw_block_place(c->environments[i], "expect"),
		"expect: \"%s\" cannot be read: %s; until it can, environment \"%s\" "
		"is unknown",
		e->expect_target, strerror(errno), e->name);
}

/* What is built has to be built somewhere. */
static void
check_scratch(const struct check *c, size_t i, struct conf_errors *errors)
{
	const struct conf_environment *e = &c->conf->environments[i];
	const struct conf_migrations *m =
		e->migrations ? conf_migrations(c->conf, e->migrations) : NULL;
	struct conf_place at = raw_block_place(c->environments[i], "expect");

	if (e->expect == EXPECT_DDL && !c->conf->service.scratch_dsn)
		conf_error(errors, at,
			"expect: \"%s\" is loaded on a server of its own, and service "
			"says none; add to it: scratch_dsn = \"…\"",
			e->expect_target);
	if (e->expect != EXPECT_MIGRATIONS)
		return;
	if (!e->migrations)
		conf_error(errors, at,
			"expect: environment \"%s\" has no migrations whose catalog "
			"it should have; add: migrations = \"NAME\"",
			e->name);
	else if (m && !m->scratch_dsn)
		conf_error(errors, at,
			"expect: migrations \"%s\" are run on a server of their own, "
			"and say none; add to them, or to service: scratch_dsn = "
			"\"…\"",
			m->name);
}

/* A revision is known by migrations alone. */
static void
check_capture(const struct check *c, size_t i, struct conf_errors *errors)
{
	const struct conf_environment *e = &c->conf->environments[i];

	if (e->capture && !e->migrations)
		conf_error(errors, raw_block_place(c->environments[i], "capture"),
			"capture: environment \"%s\" has no migrations that say "
			"whether its revision is one; add: migrations = \"NAME\"",
			e->name);
}

/* What is of one name cannot be taken along by two; `heirs`: those before, by it. */
static void
check_was(const struct check *c, size_t i, struct strmap *heirs,
	struct conf_errors *errors)
{
	const struct conf_environment *e = &c->conf->environments[i], *other;
	struct conf_place at = raw_block_place(c->environments[i], "was");

	if (!e->was)
		return;
	other = conf_environment(c->conf, e->was);
	if (other == e)
		conf_error(errors, at,
			"was = \"%s\" is the name that the environment has: remove it",
			e->was);
	else if (other)
		conf_error(errors, at,
			"was = \"%s\": there is an environment of that name: remove "
			"`was`, or that environment",
			e->was);
	other = strmap_put(heirs, e->was, (void *)e);
	if (other)
		conf_error(errors, at,
			"was = \"%s\" is said of environment \"%s\" already: one of "
			"them "
			"can take over what is known of it",
			e->was, other->name);
}

static void
check_all_was(const struct check *c, struct conf_errors *errors)
{
	struct strmap *heirs = strmap_new();

	for (size_t i = 0; i < c->conf->n_environments; i++)
		check_was(c, i, heirs, errors);
	strmap_free(heirs);
}

static void
check_environment(const struct check *c, size_t i, struct conf_errors *errors)
{
	const struct conf_environment *e = &c->conf->environments[i];
	const struct raw_block *raw = c->environments[i];

	check_migrations(c, i, errors);
	check_roles(c, i, errors);
	check_schema_names(c, i, errors);
	check_template(c, i, errors);
	check_reference(c, i, false, errors);
	check_reference(c, i, true, errors);
	check_file(c, i, errors);
	check_scratch(c, i, errors);
	check_capture(c, i, errors);
	if (e->password_file && e->password_command)
		conf_error(errors, raw_block_place(raw, "password_command"),
			"password_file and password_command exclude each other");
	if (!e->migrations && !e->head.n && !e->head_environment &&
		e->expect == EXPECT_NONE && e->enabled)
		conf_warning(errors, raw_block_place(raw, ""),
			"environment \"%s\" has neither migrations, head nor expect: "
			"nothing is compared",
			e->name);
}

/* One that is misspelt would be "" everywhere. */
static void
check_metric_label(const struct conf *c, const char *name, struct conf_errors *errors)
{
	struct strvec known = {0};
	struct strbuf advice = {0};
	bool there = !c->n_environments;

	for (size_t i = 0; i < c->n_environments && !there; i++) {
		const struct strvec *labels = &c->environments[i].labels;

		there = label_find(labels, name) != NULL;
		for (size_t k = 0; k < labels->n; k++)
			strvec_take(&known,
				xstrndup(labels->v[k], label_length(labels->v[k])));
	}
	strvec_sort(&known);
	strvec_uniq(&known);
	conf_suggest(&advice, text_near(name, (const char *const *)known.v, known.n));
	if (!there)
		conf_warning(errors, (struct conf_place){c->files.v[0], 0},
			"metric_labels: no environment has a label \"%s\"%s", name,
			advice.s ? advice.s : "");
	strbuf_free(&advice);
	strvec_free(&known);
}

static bool
is_same_address(const char *a, const char *b)
{
	struct address one, other;
	struct err e;

	return address_parse(a, &one, &e) && address_parse(b, &other, &e) &&
	       one.any == other.any && one.len == other.len &&
	       !memcmp(&one.at, &other.at, one.len);
}

static void
check_listen(
	const struct strvec *listen, struct conf_place at, struct conf_errors *errors)
{
	for (size_t i = 0; i < listen->n; i++)
		for (size_t k = 0; k < i; k++)
			if (is_same_address(listen->v[k], listen->v[i])) {
				conf_error(errors, at,
					"listen: \"%s\" is \"%s\" once more: "
					"remove one of them",
					listen->v[i], listen->v[k]);
				break;
			}
}

static void
check_http(const struct check *c, struct conf_errors *errors)
{
	const struct conf_http *h = &c->conf->http;
	const struct conf_place at = {c->conf->files.v[0], 0};

	check_listen(&h->listen, at, errors);
	if (!h->cert_file != !h->key_file)
		conf_error(errors, at, "http has a %s but no %s; TLS needs both",
			h->cert_file ? "cert_file" : "key_file",
			h->cert_file ? "key_file" : "cert_file");
	else if (h->client_ca_file && !h->cert_file)
		conf_error(errors, at,
			"http has a client_ca_file but no cert_file and key_file: "
			"certificates of clients are shown by TLS only");
	else if (h->client_names.n && !h->client_ca_file)
		conf_error(errors, at,
			"http has client_names but no client_ca_file: no certificate "
			"of a client is asked for");
}

/* A file that is cut off says nothing, and that has to be told from what is meant. */
static void
check_any(const struct conf *c, struct conf_errors *errors)
{
	const struct conf_place at = {c->files.v[0], 0};
	bool none = conf_wants_none(c);

	if (none && c->n_environments)
		conf_error(errors, at,
			"service.environments is none, but environment \"%s\" is "
			"configured: remove one of them",
			c->environments[0].name);
	else if (!none && !c->n_environments)
		conf_warning(errors, at,
			"no environment is configured: add one, as `pgdriftd config "
			"sample` shows, or say `service { environments = none }`");
}

void
conf_check(const struct check *c, struct conf_errors *errors)
{
	for (size_t i = 0; i < c->conf->n_environments; i++)
		check_environment(c, i, errors);
	check_all_was(c, errors);
	check_circles(c, errors);
	for (size_t i = 0; i < c->conf->service.metric_labels.n; i++)
		check_metric_label(
			c->conf, c->conf->service.metric_labels.v[i], errors);
	check_http(c, errors);
	receivers_check(c, errors);
	check_any(c->conf, errors);
}
