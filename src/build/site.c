/* The way of a build: the server is looked at, leftovers are dropped, a database is
 * made, the command runs for each revision of a step, what it made is read, and the
 * next step goes on from there; whatever happens, the database is dropped in the end.
 * One thing is under way at a time. */
#include "build/site.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "build/errand.h"
#include "build/said.h"
#include "build/scratch.h"
#include "conf/redact.h"
#include "loop/child.h"
#include "loop/work.h"
#include "pg/blot.h"
#include "reading/reading.h"

/* As of a command (daemon/source.c): nobody waits behind it. */
enum {
	CONNECT_MS = 10000,
	READ_MS = 10 * 60 * 1000,
	STATEMENT_MS = 5 * 60 * 1000,
	LOCK_MS = 5000,
	MOVED_TRIES = 10,
	MOVED_DELAY_MS = 300
};

/* What is made in a thread, and lives as long as either needs it. */
struct preparation {
	struct site *site;
	struct recipe own; /* a copy of what of it is needed */
	struct place place;
	struct workshop workshop;
	bool ok;
	struct err err;
};

struct site {
	struct loop *loop;
	const struct build_host *host;
	const struct recipe *recipe;
	struct site_calls calls;
	struct scratch *scratch;
	char name[PLACE_NAME_LEN];
	bool made; /* the database, or perhaps */
	bool has_place;
	struct place place;
	struct workshop workshop;
	struct work *work;
	struct child *child;
	struct reading *reading;
	struct timer *timer; /* to read again */
	int tries;
	char *dsn;    /* of the database */
	size_t step;  /* at hand */
	size_t at;    /* which revision of it */
	char *output; /* of the last run */
	char *failed; /* revision */
	struct err err;
	bool abandoned;
};

static void prepare(struct site *s);
static void run(struct site *s);
static void start_reading(void *arg);

/* ---- The end ---- */

static void
done(struct site *s)
{
	s->calls.done(s->calls.arg);
}

static void
on_dropped(void *arg, const struct err *e)
{
	struct site *s = arg;

	if (e)
		log_msg(LEVEL_WARN, "database %s is left on the scratch server: %s",
			s->name, e->text);
	s->made = false;
	done(s);
}

static void
tell(struct site *s, struct snapshot *snapshot)
{
	const struct build_result r = {
		.step = &s->recipe->steps[s->step++],
		.snapshot = snapshot,
		.error = s->err,
		.revision = s->failed,
		.output = s->output ? s->output : "",
	};

	if (!s->abandoned)
		s->calls.step(s->calls.arg, &r);
}

/* Whoever is told of a step may abandon the site, so nothing is decided before. */
static void
end(struct site *s)
{
	if (s->err.code != ERR_NONE && !s->recipe->n_steps && !s->abandoned)
		log_msg(LEVEL_WARN,
			"what may be left behind on the scratch server is not known: "
			"%s",
			s->err.text);
	while (s->err.code != ERR_NONE && s->step < s->recipe->n_steps)
		tell(s, NULL);
	if (s->made && scratch_is_open(s->scratch))
		scratch_drop(s->scratch, s->name, on_dropped, s);
	else
		done(s);
}

static void
fail(struct site *s, const struct err *e)
{
	s->err = *e;
	end(s);
}

/* True if it is over, for one or the other reason. */
static bool
is_over(struct site *s, const struct err *e)
{
	if (s->abandoned)
		end(s);
	else if (e)
		fail(s, e);
	return s->abandoned || e;
}

/* ---- Reading ---- */

/* True of what a database has from its beginning. */
static bool
is_initial(const struct object *o)
{
	return (o->kind == KIND_SCHEMA && !strcmp(o->id.name, "public")) ||
	       (o->kind == KIND_EXTENSION && !strcmp(o->id.name, "plpgsql")) ||
	       o->kind == KIND_COMMENT || o->kind == KIND_GRANT ||
	       o->kind == KIND_DATABASE;
}

/* SQL that was loaded has left something. */
static bool
is_loaded(const struct snapshot *s, struct err *e)
{
	for (size_t i = 0; i < s->n_objects; i++)
		if (!is_initial(&s->objects[i]))
			return true;
	return err_set(e, ERR_CONFIG,
		"the command ended well, but there is nothing in the database that was "
		"to be built: is there any in the file, and does it connect where "
		"PGDRIFTD_SCRATCH_URL says?");
}

/* What a migration of Alembic records is the one sign that it has run here. */
static bool
is_recorded(struct site *s, const struct facts *f, struct err *e)
{
	const struct strvec *wanted = &s->recipe->steps[s->step].revision;
	struct strbuf found = {0}, list = {0};

	if (s->recipe->ddl)
		return is_loaded(f->snapshot, e);
	if (strvec_equal(wanted, &f->recorded))
		return true;
	strvec_join(&f->recorded, ", ", &found);
	strvec_join(wanted, ", ", &list);
	err_set(e, ERR_CONFIG,
		"the command ended well, but %s.%s of the database that was to be "
		"built %s%s instead of %s: does it connect where PGDRIFTD_SCRATCH_URL "
		"says?",
		s->recipe->version_schema, s->recipe->version_table,
		f->recorded.n ? "records " : "has nothing", found.s ? found.s : "",
		list.s);
	strbuf_free(&found);
	strbuf_free(&list);
	return false;
}

static void
take_facts(struct site *s, struct facts *f)
{
	struct snapshot *built = f->snapshot;
	struct err e;

	if (!is_recorded(s, f, &e)) {
		fail(s, &e);
		return;
	}
	snapshot_leave_database(built);
	tell(s, built);
	s->at = 0;
	if (s->abandoned || s->step == s->recipe->n_steps)
		end(s);
	else
		run(s);
}

static void
on_read(void *arg, struct facts *facts, const struct err *e)
{
	struct site *s = arg;

	reading_free(s->reading);
	s->reading = NULL;
	if (e && e->code == ERR_MOVED && ++s->tries < MOVED_TRIES && !s->abandoned) {
		timer_set(s->timer, MOVED_DELAY_MS);
		return;
	}
	if (!is_over(s, e))
		take_facts(s, facts);
	facts_free(facts);
}

static void
start_reading(void *arg)
{
	struct site *s = arg;
	const struct reading_options o = {
		.target = {.dsn = s->dsn,
			.application_name = s->host->application_name,
			.connect_timeout_ms = CONNECT_MS,
			.servers = s->host->servers},
		.version_schema = s->recipe->version_schema,
		.version_table = s->recipe->version_table,
		.timeout_ms = READ_MS,
		.statement_timeout_ms = STATEMENT_MS,
		.lock_timeout_ms = LOCK_MS,
		.max_bytes = s->recipe->max_bytes,
		.catalog = true,
		.revision_optional = true,
		.even_migrating = true,
	};

	s->reading = reading_start(s->loop, &o, on_read, s);
}

/* ---- Running ---- */

/* "revision b: alembic upgrade b: exit status 1: …" */
static void
explain_failure(struct site *s, const char *revision, const struct err *e)
{
	const char *advice = said_advice(s->output);
	char *reason = said_reason(s->output), *line = text_line(reason, 300);
	struct strvec words = {0};
	struct strbuf shown = {0};

	conf_redact_command(&s->recipe->words, &words);
	strvec_join(&words, " ", &shown);
	if (!s->failed)
		s->failed = xstrdup_null(revision);
	err_set(&s->err, e->code == ERR_IO ? said_fault(s->output) : e->code,
		"%s%s%s: %s: %s%s%s%s", s->failed ? "revision " : s->recipe->ddl,
		s->failed ? s->failed : "",
		s->failed ? " cannot be built" : " cannot be loaded", shown.s, e->text,
		*line ? ": " : "", line, advice ? "; " : "");
	if (advice)
		strncat(s->err.text, advice,
			sizeof s->err.text - strlen(s->err.text) - 1);
	strvec_free(&words);
	strbuf_free(&shown);
	free(line);
	free(reason);
}

static const char *
revision_at_hand(const struct site *s)
{
	const struct strvec *revision = &s->recipe->steps[s->step].revision;

	return revision->n ? revision->v[s->at] : NULL;
}

static void
take_out(struct strbuf *text, const char *secret)
{
	struct strbuf blotted = {0};

	blot(&blotted, text->s, secret);
	strbuf_free(text);
	*text = blotted;
}

/* What the command was told, and may tell in turn: less than three bytes are in any
 * text, and what is filled in is of the place. */
static void
take_out_words(const struct strvec *words, struct strbuf *text)
{
	bool next = false;

	for (size_t i = 0; i < words->n; i++) {
		const char *secret = conf_secret_of(words->v[i], &next);

		if (secret && strlen(secret) > 2 && !strchr(secret, '{'))
			take_out(text, secret);
	}
}

/* Of the password said_last_lines() knows more. */
static char *
last_lines(const struct site *s, const char *output)
{
	const struct pg_parts *p = &s->place.parts;
	struct strbuf text = {0};
	char *lines;

	strbuf_add(&text, output);
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].value && *p->v[i].value &&
			pg_keyword_is_secret(p->v[i].keyword))
			take_out(&text, p->v[i].value);
	take_out_words(&s->recipe->words, &text);
	lines = said_last_lines(text.s, pg_parts_get(p, "password"));
	strbuf_free(&text);
	return lines;
}

static void
on_ran(void *arg, const char *output, size_t n, const struct err *e)
{
	struct site *s = arg;

	(void)n;
	s->child = NULL;
	free(s->output);
	s->output = last_lines(s, output);
	if (s->abandoned) {
		end(s);
	} else if (e && !scratch_is_open(s->scratch)) {
		err_set(&s->err, ERR_CONNECT,
			"the scratch server closed the connection while it was built");
		end(s);
	} else if (e) {
		s->failed = said_revision(output);
		explain_failure(s, revision_at_hand(s), e);
		end(s);
	} else if (++s->at < s->recipe->steps[s->step].revision.n) {
		run(s);
	} else {
		s->tries = 0;
		start_reading(s);
	}
}

static void
run(struct site *s)
{
	struct child_plan plan = {.dir = s->recipe->home,
		.other_user = s->workshop.other_user,
		.user = s->workshop.user,
		.group = s->workshop.group,
		.groups = s->workshop.groups,
		.n_groups = s->workshop.n_groups,
		.timeout_ms = s->recipe->timeout_ms};
	struct errand x;
	struct err e;
	bool ok = errand_make(
		s->recipe, &s->place, &s->workshop, revision_at_hand(s), &x);

	if (ok) {
		plan.argv = (const char *const *)x.argv.v;
		plan.env = (const char *const *)x.env.v;
		s->child = child_start(s->loop, &plan, on_ran, s);
	} else {
		errand_explain(s->recipe, &x, &e);
	}
	errand_free(&x);
	if (!ok)
		fail(s, &e);
}

/* ---- Preparing ---- */

static void
free_preparation(struct preparation *p)
{
	place_free(&p->place);
	recipe_free(&p->own);
	free(p);
}

static void
run_preparation(void *arg)
{
	struct preparation *p = arg;

	p->ok = workshop_open(&p->own, &p->place, &p->workshop, &p->err);
}

static void
end_preparation(void *arg)
{
	struct preparation *p = arg;
	struct site *s = p->site;
	bool ok = p->ok;
	struct err e = p->err;

	s->work = NULL;
	if (ok)
		s->workshop = p->workshop;
	free_preparation(p);
	if (!is_over(s, ok ? NULL : &e))
		run(s);
}

static void
drop_preparation(void *arg)
{
	struct preparation *p = arg;

	if (p->ok)
		workshop_close(&p->workshop);
	free_preparation(p);
}

static void
prepare(struct site *s)
{
	static const struct work_kind kind = {
		WORK_FILES, run_preparation, end_preparation, drop_preparation};
	struct preparation *p = xcalloc(1, sizeof *p);
	struct err e;

	p->site = s;
	recipe_copy(s->recipe, &p->own);
	/* They were understood before. */
	if (!place_of(s->recipe->scratch_dsn, s->name, &p->place, &e)) {
		free_preparation(p);
		fail(s, &e);
		return;
	}
	place_set_user(&p->place, scratch_user(s->scratch));
	s->work = work_start(s->loop, &kind, p);
}

/* ---- The server ---- */

static void
on_made(void *arg, const struct err *e)
{
	struct site *s = arg;

	s->made |= !e;
	if (!is_over(s, e))
		prepare(s);
}

static void
make(struct site *s)
{
	struct err e;

	place_name(s->name);
	if (!place_of(s->recipe->scratch_dsn, s->name, &s->place, &e)) {
		fail(s, &e);
		return;
	}
	s->has_place = true;
	place_set_user(&s->place, scratch_user(s->scratch));
	s->dsn = place_dsn(&s->place);
	/* Also where the answer is lost. */
	s->made = true;
	scratch_make(s->scratch, s->name, on_made, s);
}

static void
on_swept(void *arg, const struct err *e)
{
	struct site *s = arg;

	if (is_over(s, e))
		return;
	if (s->recipe->n_steps)
		make(s);
	else
		end(s);
}

static bool
may_write(struct site *s, struct err *e)
{
	struct strvec watched = {0};
	bool ours;

	if (s->host->watched)
		s->host->watched(s->host->arg, &watched);
	ours = !strvec_has(&watched, scratch_system(s->scratch));
	strvec_free(&watched);
	if (ours || s->recipe->shared)
		return true;
	return err_set(e, ERR_CONFIG,
		"the scratch server is one that is watched (system identifier %s): "
		"databases are made there only if scratch_shared = true says so",
		scratch_system(s->scratch));
}

static void
on_open(void *arg, const struct err *e)
{
	struct site *s = arg;
	struct err no, failed;

	if (e) {
		failed = *e;
		err_prefix(&failed, "scratch server");
		e = &failed;
	} else if (!may_write(s, &no)) {
		e = &no;
	}
	if (!is_over(s, e))
		scratch_sweep(s->scratch, on_swept, s);
}

struct site *
site_start(struct loop *l, const struct build_host *host, const struct recipe *r,
	const struct site_calls *calls)
{
	struct site *s = xcalloc(1, sizeof *s);
	const struct pg_target target = {.dsn = r->scratch_dsn,
		.application_name = host->application_name,
		.connect_timeout_ms = CONNECT_MS,
		.servers = host->servers};

	s->loop = l;
	s->host = host;
	s->recipe = r;
	s->calls = *calls;
	s->timer = timer_new(l, start_reading, s);
	s->scratch = scratch_new(l);
	scratch_open(s->scratch, &target, on_open, s);
	return s;
}

void
site_abandon(struct site *s)
{
	s->abandoned = true;
	if (s->child) {
		child_cancel(s->child);
		s->child = NULL;
		end(s);
	} else if (timer_is_set(s->timer)) {
		timer_clear(s->timer);
		end(s);
	}
}

bool
site_has_database(const struct site *s)
{
	return s->made;
}

void
site_free(struct site *s)
{
	if (!s)
		return;
	if (s->child)
		child_cancel(s->child);
	if (s->work)
		work_cancel(s->work);
	reading_free(s->reading);
	timer_free(s->timer);
	scratch_free(s->scratch);
	workshop_close(&s->workshop);
	if (s->has_place)
		place_free(&s->place);
	if (s->dsn)
		explicit_bzero(s->dsn, strlen(s->dsn));
	free(s->dsn);
	free(s->output);
	free(s->failed);
	free(s);
}
