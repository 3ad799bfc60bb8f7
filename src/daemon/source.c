/* Reads catalogs for the commands that take them from anywhere. */
#include "daemon/source.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/size.h"
#include "catalog/snapfile.h"
#include "monitor/environment.h"
#include "reading/reading.h"
#include "store/store.h"

/* Nobody waits behind a command, so it may take longer than a daemon's check. */
enum {
	CONNECT_TIMEOUT_MS = 10000,
	READ_TIMEOUT_MS = 10 * 60 * 1000,
	STATEMENT_TIMEOUT_MS = 5 * 60 * 1000,
	LOCK_TIMEOUT_MS = 5000,
	MAX_BYTES = 256 * SIZE_MIB, /* the default of max_catalog_size */
	MOVED_TRIES = 10,
	MOVED_DELAY_MS = 300
};

struct round {
	struct loop *loop;
	struct pg_servers *servers;
	struct job *jobs;
	size_t n, left; /* of them are not done */
	int per_server; /* under way at the same time */
	uint64_t moments;
};

struct job {
	struct round *round;
	struct source *source;
	struct reading *reading;
	struct timer *timer;
	char *address; /* NULL: nothing is to be read from a server */
	bool begun, done;
	unsigned tries;
};

static bool
is_uri(const char *text)
{
	return !strncmp(text, "postgresql://", 13) || !strncmp(text, "postgres://", 11);
}

bool
source_wants_conf(const char *text)
{
	return !strncmp(text, "env:", 4);
}

static const struct conf_environment *
find_environment(const struct conf *conf, const char *name, struct err *e)
{
	const struct conf_environment *found = conf_environment(conf, name);
	const char *near = conf_environment_near(conf, name);

	if (!found)
		err_set(e, ERR_CONFIG, "no environment named \"%s\"%s%s%s", name,
			near ? "; did you mean \"" : "", near ? near : "",
			near ? "\"?" : "");
	return found;
}

/* ---- What one had ---- */

struct then {
	struct err *error;
	struct store *store;
	const char *name;
	struct snapshot *snapshot;
};

/* The catalog of one that a migration left as it was has the revision from before. */
static void
set_revision(struct snapshot *s, const char *revision)
{
	cJSON *v, *list = cJSON_Parse(revision);

	strvec_free(&s->revision);
	cJSON_ArrayForEach(v, list) if (cJSON_IsString(v))
		strvec_add(&s->revision, v->valuestring);
	cJSON_Delete(list);
}

static void
take_then(void *arg, const struct store_interval *i)
{
	struct then *t = arg;

	t->snapshot = store_catalog(t->store, i->key, t->name, t->error);
	if (t->snapshot)
		set_revision(t->snapshot, i->revision);
}

/* What it was last seen with at that moment or before. */
static struct snapshot *
read_then(const struct conf *conf, const char *name, int64_t at_ms, struct err *e)
{
	const struct store_span span = {name, 0, at_ms, 1};
	char at[CLOCK_RFC3339_LEN];
	struct store *s;
	struct then t = {.error = e, .name = name};

	*e = (struct err){.code = ERR_NONE};
	if (!*conf->service.state_dir) {
		err_set(e, ERR_CONFIG,
			"nothing is kept of what an environment had: service.state_dir "
			"is empty");
		return NULL;
	}
	t.store = s = store_open_copy(conf->service.state_dir);
	if (store_is_up(s, e) && store_intervals(s, &span, take_then, &t, e) &&
		!t.snapshot && e->code == ERR_NONE)
		err_set(e, ERR_CONFIG,
			"%s had not been seen at %s, as far as is known: `pgdriftd log "
			"%s` shows since when it was",
			name, clock_rfc3339(at_ms, at), name);
	store_close(s);
	return t.snapshot;
}

/* The "@TIME" of env:NAME@TIME, unless that is a name; NULL: none. */
static const char *
time_of(const struct conf *conf, const char *name)
{
	return conf_environment(conf, name) ? NULL : strrchr(name, '@');
}

/* The caller frees. */
static char *
name_of(const struct conf *conf, const char *text)
{
	const char *name = text + 4, *at = time_of(conf, name);

	return at ? xstrndup(name, (size_t)(at - name)) : xstrdup(name);
}

const struct conf_environment *
source_environment(const char *text, const struct conf *conf)
{
	const struct conf_environment *found;
	char *name;

	if (!source_wants_conf(text))
		return NULL;
	name = name_of(conf, text);
	found = conf_environment(conf, name);
	free(name);
	return found;
}

/* An environment, and what it had where that is asked for.  True: it is to be read. */
static bool
find_source(struct source *s, const struct conf *conf)
{
	const char *at = time_of(conf, s->text + 4);
	char *alone = name_of(conf, s->text);
	const struct conf_environment *found = find_environment(conf, alone, &s->error);
	int64_t at_ms;

	s->environment = found;
	if (found && at && !clock_since(at + 1, clock_wall_ms(), &at_ms))
		err_set(&s->error, ERR_CONFIG,
			"\"%s\" is neither a time like 2026-11-03T02:00Z nor how long "
			"ago, like 7d",
			at + 1);
	else if (found && at)
		s->snapshot = read_then(conf, alone, at_ms, &s->error);
	free(alone);
	return found && !at;
}

static struct reading_options
options_of(const struct source *s)
{
	struct environment env = {.conf = s->environment};
	struct reading_options o = {
		.target = {.dsn = s->text,
			.application_name = "pgdriftd",
			.connect_timeout_ms = CONNECT_TIMEOUT_MS},
		.version_schema = "public",
		.version_table = "alembic_version",
		.revision_optional = true,
		.max_bytes = MAX_BYTES,
	};

	if (s->environment)
		o = environment_reading(&env);
	o.timeout_ms = READ_TIMEOUT_MS;
	o.statement_timeout_ms = STATEMENT_TIMEOUT_MS;
	o.lock_timeout_ms = LOCK_TIMEOUT_MS;
	o.catalog = true;
	o.even_migrating = true;
	o.lock_seen = NULL; /* `env` ends here */
	o.last = s->facts;
	return o;
}

/* Put what was read in the place of what was read before; NULL: nothing. */
static void
take(struct source *s, struct facts *facts)
{
	if (facts && s->facts)
		facts_follow(facts, s->facts);
	source_fini(s);
	if (!facts)
		return;
	s->facts = facts;
	s->snapshot = snapshot_ref(facts->snapshot);
	s->instance = facts->instance;
}

static void start_jobs(struct round *r);

static void
on_read(void *arg, struct facts *facts, const struct err *e)
{
	struct job *j = arg;

	reading_free(j->reading);
	j->reading = NULL;
	if (e && e->code == ERR_MOVED && ++j->tries < MOVED_TRIES) {
		timer_set(j->timer, MOVED_DELAY_MS);
		return;
	}
	if (e)
		j->source->error = *e;
	take(j->source, facts);
	j->done = true;
	start_jobs(j->round);
	if (--j->round->left == 0)
		loop_stop(j->round->loop);
}

static void
start_reading(void *arg)
{
	struct job *j = arg;
	struct reading_options o = options_of(j->source);

	o.moments = &j->round->moments;
	o.target.servers = j->round->servers;
	j->reading = reading_start(j->round->loop, &o, on_read, j);
}

static int
under_way(const struct round *r, const char *address)
{
	int n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->jobs[i].begun && !r->jobs[i].done &&
		     !strcmp(r->jobs[i].address, address);
	return n;
}

/* Those that are ready, as far as their servers are to bear it. */
static void
start_jobs(struct round *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct job *j = &r->jobs[i];

		if (!j->address || j->begun ||
			under_way(r, j->address) >= r->per_server)
			continue;
		j->begun = true;
		start_reading(j);
	}
}

/* Make ready what has to be read from a server; files are read at once.  Returns
 * whether it has to be. */
static bool
prepare(struct job *j, const struct conf *conf)
{
	struct source *s = j->source;

	if (source_wants_conf(s->text)) {
		if (!find_source(s, conf))
			return false;
	} else if (!is_uri(s->text) && !strchr(s->text, '=') &&
		   !strstr(s->text, "://")) {
		/* What is no file may be a URI without its begin. */
		if (strchr(s->text, '@') && access(s->text, F_OK) != 0)
			err_set(&s->error, ERR_CONFIG,
				"what was given is neither a file nor a connection "
				"string: a URI begins with postgresql:// (it is not "
				"shown, as it may hold a password)");
		else
			s->snapshot = snapfile_load_given(s->text, &s->error);
		return false;
	} else if (!pg_dsn_check(s->text, &s->error)) {
		return false;
	}
	j->timer = timer_new(j->round->loop, start_reading, j);
	j->address = pg_dsn_address(s->environment ? s->environment->dsn : s->text);
	return true;
}

static bool
read_all(struct source *sources, size_t n, const struct conf *conf, uint64_t moments)
{
	struct round r = {.loop = loop_new(),
		.jobs = xcalloc(n, sizeof *r.jobs),
		.n = n,
		.per_server = conf ? conf->service.max_checks_per_server : (int)n,
		.moments = moments};
	bool ok = true;

	r.servers = pg_servers_new(r.loop, NULL, NULL);
	for (size_t i = 0; i < n; i++) {
		r.jobs[i] = (struct job){.round = &r, .source = &sources[i]};
		r.left += prepare(&r.jobs[i], conf);
	}
	start_jobs(&r);
	if (r.left)
		loop_run(r.loop);
	for (size_t i = 0; i < n; i++) {
		timer_free(r.jobs[i].timer);
		free(r.jobs[i].address);
		ok = ok && sources[i].snapshot;
	}
	pg_servers_free(r.servers);
	loop_free(r.loop);
	free(r.jobs);
	return ok;
}

bool
source_read(struct source *sources, size_t n, const struct conf *conf)
{
	return read_all(sources, n, conf, 0);
}

bool
source_together(const struct source *a, const struct source *b)
{
	return !a->facts || !b->facts ||
	       held_together(&a->facts->held, &b->facts->held);
}

bool
source_renew(struct source pair[2], const struct conf *conf)
{
	const struct held *held[2] = {&pair[0].facts->held, &pair[1].facts->held};
	int older = held[1]->to < held[0]->to;
	uint64_t last = 0;

	for (int i = 0; i < 2; i++) {
		last = held[i]->from > last ? held[i]->from : last;
		last = held[i]->to > last ? held[i]->to : last;
	}
	return read_all(&pair[older], 1, conf, last);
}

void
source_fini(struct source *s)
{
	facts_free(s->facts);
	s->facts = NULL;
	snapshot_unref(s->snapshot);
	s->snapshot = NULL;
}
