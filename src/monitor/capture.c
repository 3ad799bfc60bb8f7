/* See capture.h.  A directory is read once for a catalog; after that the file that has
 * it is looked at alone. */
#include "monitor/capture.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "build/snapdir.h"
#include "catalog/snapfile.h"
#include "loop/work.h"
#include "verdict/phrase.h"

/* How long until what has failed is tried again at the earliest, twice as long each
 * time. */
enum { RETRY_MS = 15000, RETRY_MOST_MS = 600000 };

enum capture_outcome { CAPTURE_NONE, CAPTURE_WRITTEN, CAPTURE_SAME, CAPTURE_OTHER };

/* What a thread does. */
struct job {
	struct capture *capture; /* not to be touched once it is cancelled */
	struct library *kept_in; /* or NULL */
	struct snapshot *snapshot;
	char *dir;
	/* Which file had it, and what that was then; or NULL. */
	char *file;
	struct stat st;
	bool again; /* it is the catalog that was last looked for */
	/* What was found: the file stands; or it was written; or another is there
	 * (NULL: what cannot be one); or `err`. */
	bool stands, written;
	struct snapshot *there;
	struct err err;
};

struct capture {
	struct capture_owner owner;
	struct environment *env;
	struct snapshot *seen; /* by the last check, fit to be written; or NULL */
	/* What was last looked for, and what came of it: the file that has it, or has
	 * another one; or NULL. */
	struct snapshot *tried;
	enum capture_outcome outcome;
	char *file;
	struct stat st;
	char *difference; /* of CAPTURE_OTHER: how they differ */
	unsigned failures;
	int64_t retry_ms; /* of clock_mono_ms() */
	struct work *work;
};

/* ---- In the thread ---- */

static void
job_free(void *arg)
{
	struct job *j = arg;

	snapshot_unref(j->snapshot);
	snapshot_unref(j->there);
	library_unref(j->kept_in);
	free(j->dir);
	free(j->file);
	free(j);
}

static void
write_new(struct job *j)
{
	bool exists;

	j->written = snapfile_save_new(j->snapshot, j->file, &exists, &j->err);
	if (j->written && stat(j->file, &j->st) != 0)
		j->st = (struct stat){0};
}

static void
take_there(struct job *j, struct snapshot *there)
{
	j->there = library_keep(j->kept_in, snapshot_ref(there));
	if (stat(j->file, &j->st) != 0)
		j->st = (struct stat){0};
}

static void
look_in_directory(struct job *j)
{
	struct snapdir *d = snapdir_read(j->dir, &j->err);
	struct snapshot *there;
	const char *file;
	bool found;

	if (!d)
		return;
	found = snapdir_find(d, j->snapshot, &file, &there);
	free(j->file);
	j->file = xstrdup(file);
	if (!found)
		write_new(j);
	else if (there)
		take_there(j, there);
	else
		err_set(&j->err, ERR_FORMAT,
			"%s is there, and is no snapshot of that revision: move it "
			"away",
			file);
	snapdir_free(d);
}

static void
run(void *arg)
{
	struct job *j = arg;
	struct stat now;

	j->stands = j->file && stat(j->file, &now) == 0 && file_is_same(&now, &j->st);
	if (!j->stands)
		look_in_directory(j);
}

/* ---- What came of it ---- */

static bool
is_problem(const struct capture *c)
{
	return c->outcome == CAPTURE_OTHER;
}

static void
set_outcome(struct capture *c, enum capture_outcome outcome, char *difference)
{
	bool was = is_problem(c), same = text_same(c->difference, difference);

	free(c->difference);
	c->difference = difference;
	c->outcome = outcome;
	if (was != is_problem(c) || !same)
		c->owner.changed(c->env);
}

static void
set_file(struct capture *c, const struct job *j)
{
	free(c->file);
	c->file = j ? xstrdup(j->file) : NULL;
	c->st = j ? j->st : (struct stat){0};
}

/* What was said of the same catalog before stands. */
static void
fail(struct capture *c, const struct err *e, bool again)
{
	int64_t wait_ms = RETRY_MS;

	for (unsigned i = 0; i < c->failures && wait_ms < RETRY_MOST_MS; i++)
		wait_ms *= 2;
	c->retry_ms =
		c->owner.now_ms + (wait_ms < RETRY_MOST_MS ? wait_ms : RETRY_MOST_MS);
	if (!c->failures++)
		log_err(LEVEL_WARN, e, "environment %s cannot be captured",
			c->env->conf->name);
	if (again)
		return;
	set_file(c, NULL);
	set_outcome(c, CAPTURE_NONE, NULL);
}

static void
say(const struct capture *c, const char *what)
{
	struct strbuf ids = {0};

	phrase_ids(&ids, &c->tried->revision);
	log_msg(c->outcome == CAPTURE_OTHER ? LEVEL_WARN : LEVEL_INFO,
		"environment %s at %s: %s", c->env->conf->name, ids.s ? ids.s : "",
		what);
	strbuf_free(&ids);
}

static void
take_written(struct capture *c)
{
	char *what = xasprintf("its catalog is written to %s", c->file);

	set_outcome(c, CAPTURE_WRITTEN, NULL);
	say(c, what);
	free(what);
}

static char *
difference_of(const struct capture *c, const struct diff *d)
{
	struct strbuf b = {0};

	strbuf_printf(&b,
		"the same revision, two catalogs: environment %s differs from this "
		"snapshot: ",
		c->env->conf->name);
	phrase_differences(&b, d, &d->findings[0]);
	return strbuf_take(&b);
}

/* By what is compared of the environment: nothing else of it is known to matter.  What
 * cannot be compared, as the file of a later program, is not another one. */
static void
compare(struct capture *c, const struct snapshot *there)
{
	const struct compare_options o =
		environment_comparison(c->env, NULL, clock_wall_ms());
	struct diff *d = environment_compare(c->env, there, c->tried, &o);
	bool told = is_problem(c);

	if (d->status == DIFF_DRIFTED) {
		set_outcome(c, CAPTURE_OTHER, difference_of(c, d));
		if (!told) {
			char *what = xasprintf("%s: %s", c->file, c->difference);

			say(c, what);
			free(what);
		}
	} else {
		set_outcome(c, CAPTURE_SAME, NULL);
	}
	diff_unref(d);
}

static void
done(void *arg)
{
	struct job *j = arg;
	struct capture *c = j->capture;

	c->work = NULL;
	snapshot_unref(c->tried);
	c->tried = snapshot_ref(j->snapshot);
	if (j->err.code != ERR_NONE) {
		fail(c, &j->err, j->again);
	} else if (!j->stands) {
		c->failures = 0;
		set_file(c, j);
		if (j->written)
			take_written(c);
		else
			compare(c, j->there);
		if (j->kept_in)
			library_rest(j->kept_in);
	}
	job_free(j);
}

static const struct work_kind capturing = {WORK_FILES, run, done, job_free};

/* ---- What is captured ---- */

/* Whether it has drifted is known only where it was held against what is expected now;
 * but the first of a revision for its own directory there is nothing to hold against.
 */
static bool
has_proven(const struct environment *env)
{
	const struct conf_environment *c = env->conf;
	const struct published_environment *p = env->published;

	if (c->expect == EXPECT_NONE)
		return true;
	if (c->expect == EXPECT_SNAPSHOTS && text_same(c->expect_target, c->capture) &&
		p->schema == SCHEMA_NOT_CHECKED)
		return true;
	return p->compared && p->schema == SCHEMA_IN_SYNC && !p->kept && !env->building;
}

static bool
is_fit(const struct environment *env, const struct migrations *graph)
{
	const struct published_environment *p = env->published;
	const struct facts *f = env->facts;

	if (env->outcome != OUTCOME_SUCCESS || !f || !f->snapshot ||
		!snapshot_key(f->snapshot) || !f->user_tables || !f->recorded.n ||
		!graph || env->other_rows)
		return false;
	return !migrations_unknown_id(graph, &f->recorded) &&
	       !p->revision.redundant.n && !p->migrating && !p->lock.pid &&
	       p->schema != SCHEMA_DRIFTED && p->state != STATE_DRIFTED &&
	       !p->n_unconfirmed && has_proven(env);
}

static bool
is_same_catalog(const struct snapshot *a, const struct snapshot *b)
{
	return a && strvec_equal(&a->revision, &b->revision) && snapshot_same(a, b);
}

static void
start(struct capture *c)
{
	struct job *j = xcalloc(1, sizeof *j);

	*j = (struct job){.capture = c,
		.kept_in = library_ref(c->owner.kept_in),
		.snapshot = snapshot_ref(c->seen),
		.dir = xstrdup(c->env->conf->capture),
		.st = c->st};
	j->again = is_same_catalog(c->tried, c->seen);
	if (j->again)
		j->file = xstrdup_null(c->file);
	c->work = work_start(c->owner.loop, &capturing, j);
}

void
capture_see(struct capture **at, const struct capture_owner *owner,
	struct environment *env, const struct migrations *graph)
{
	struct capture *c = *at;
	struct snapshot *now;
	bool settled;

	if (!env->conf->capture) {
		capture_end(at);
		return;
	}
	if (!c)
		c = *at = xcalloc(1, sizeof *c);
	c->owner = *owner;
	c->env = env;
	now = is_fit(env, graph)
		      ? snapshot_at(env->facts->snapshot, &env->facts->recorded)
		      : NULL;
	settled = now && is_same_catalog(c->seen, now);
	snapshot_unref(c->seen);
	c->seen = now;
	if (!settled || c->work)
		return;
	if (!is_same_catalog(c->tried, now))
		c->retry_ms = 0;
	if (c->retry_ms <= owner->now_ms)
		start(c);
}

void
capture_end(struct capture **at)
{
	struct capture *c = *at;

	*at = NULL;
	if (!c)
		return;
	if (c->work)
		work_cancel(c->work);
	snapshot_unref(c->seen);
	snapshot_unref(c->tried);
	free(c->file);
	free(c->difference);
	free(c);
}

void
capture_problem(const struct environment *env, struct problems *out)
{
	const struct capture *c = env->capture;
	struct place at;

	if (!c || !is_problem(c))
		return;
	at = (struct place){.file = c->file, .revision = c->tried->revision.v[0]};
	problem_add(out, PROBLEM_TWO_CATALOGS, at, "%s", c->difference);
}
