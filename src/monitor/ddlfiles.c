/* See ddlfiles.h.  A dump is written for seconds, and half of one is a schema as well:
 * what takes the place of one that is known has to be the same at two looks. */
#include "monitor/ddlfiles.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/strmap.h"

/* What a file is: `ddl`, or why it cannot be read. */
struct found {
	struct stat st; /* zeroed: of none */
	struct ddl ddl;
	struct err error;
};

struct target {
	struct ddl_files *all;
	char *path;
	bool read; /* at least once */
	struct look *look;
	struct timer *timer; /* to look again */
	struct found held;
	bool settling;          /* there is … */
	struct found candidate; /* … something newer */
	int64_t candidate_ms;   /* found then, of clock_mono_ms() */
	uint64_t moves;
};

struct job {
	char *path;
	struct stat known[2]; /* of what is held, and of the candidate */
	bool stands[2];       /* it is as that was, and was not read */
	struct found found;
};

struct ddl_files {
	struct look_watcher watcher;
	struct strmap *targets; /* by path */
};

/* ---- Looking ---- */

static void *
look_begin(void *arg)
{
	const struct target *t = arg;
	struct job *j = xcalloc(1, sizeof *j);

	j->path = xstrdup(t->path);
	j->known[0] = t->held.st;
	if (t->settling)
		j->known[1] = t->candidate.st;
	return j;
}

/* What changes while it is read is none of what was there: it is read at each look. */
static void
read_file(struct job *j)
{
	struct stat after;

	if (!ddl_read(j->path, &j->found.ddl, &j->found.error))
		j->found.st = (struct stat){0};
	else if (stat(j->path, &after) != 0 || !file_is_same(&j->found.st, &after))
		j->found.st = (struct stat){0};
}

static bool
look_run(void *arg)
{
	struct job *j = arg;

	if (!file_stat(j->path, &j->found.st)) {
		err_set(&j->found.error, ERR_IO, "%s: %s", j->path, strerror(errno));
		j->found.st = (struct stat){0};
		return false;
	}
	for (size_t i = 0; i < COUNT_OF(j->known); i++)
		j->stands[i] =
			j->known[i].st_ino && file_is_same(&j->known[i], &j->found.st);
	if (j->stands[0] || j->stands[1])
		return false;
	read_file(j);
	return true;
}

static void
job_free(void *arg)
{
	struct job *j = arg;

	free(j->path);
	free(j);
}

/* ---- What a look says ---- */

/* True if both hold the same, or cannot be read for the same reason. */
static bool
is_same(const struct found *a, const struct found *b)
{
	if (a->error.code != ERR_NONE || b->error.code != ERR_NONE)
		return a->error.code == b->error.code &&
		       !strcmp(a->error.text, b->error.text);
	return !strcmp(a->ddl.digest, b->ddl.digest);
}

static void
hold(struct target *t, const struct found *f)
{
	t->held = *f;
	t->settling = false;
	t->read = true;
}

static void
settle(struct target *t, const struct job *j)
{
	int64_t now_ms = clock_mono_ms();

	if (!t->settling || (!j->stands[1] && !is_same(&t->candidate, &j->found))) {
		t->candidate = j->found;
		t->candidate_ms = now_ms;
		t->settling = true;
	} else if (now_ms - t->candidate_ms >= DDL_REST_MS) {
		const struct found rested = j->stands[1] ? t->candidate : j->found;

		hold(t, &rested);
	}
	if (t->settling && !timer_is_set(t->timer))
		timer_set(t->timer, t->candidate_ms + DDL_REST_MS - now_ms);
}

static void
look_take(void *arg, void *job)
{
	struct target *t = arg;
	struct job *j = job;
	const struct look_watcher *w = &t->all->watcher;

	t->moves += !j->stands[0];
	if (j->stands[0])
		t->settling = false;
	else if (!t->read || !w->loop ||
		 (!j->stands[1] && is_same(&t->held, &j->found)))
		hold(t, &j->found);
	else
		settle(t, j);
	job_free(j);
	if (w->loop)
		w->looked(w->arg, t->path);
}

static const struct look_kind looking = {look_begin, look_run, look_take, job_free};

static void
look_again(void *arg)
{
	struct target *t = arg;

	look_ask(t->look);
}

/* ---- Where they are looked for ---- */

struct ddl_files *
ddl_files_new(const struct look_watcher *w)
{
	struct ddl_files *f = xcalloc(1, sizeof *f);

	f->watcher = *w;
	f->targets = strmap_new();
	return f;
}

static void
free_target(void *target)
{
	struct target *t = target;

	look_free(t->look);
	if (t->timer)
		timer_free(t->timer);
	free(t->path);
	free(t);
}

void
ddl_files_free(struct ddl_files *f)
{
	if (!f)
		return;
	strmap_free_all(f->targets, free_target);
	free(f);
}

static struct strmap *
named(const struct conf *conf)
{
	struct strmap *m = strmap_new();

	for (size_t i = 0; i < conf->n_environments; i++)
		if (conf->environments[i].expect == EXPECT_DDL)
			strmap_put(m, conf->environments[i].expect_target, NULL);
	return m;
}

void
ddl_files_keep(struct ddl_files *f, const struct conf *conf)
{
	struct strmap *paths = named(conf), *kept = strmap_new();
	const char *path;
	size_t at = 0;
	void *t;

	while (strmap_next(f->targets, &at, &path, &t)) {
		if (strmap_has(paths, path))
			strmap_put(kept, path, t);
		else
			free_target(t);
	}
	strmap_free(paths);
	strmap_free(f->targets);
	f->targets = kept;
}

static struct target *
target_of(struct ddl_files *f, const char *path)
{
	struct target *t = strmap_get(f->targets, path);

	if (t)
		return t;
	t = xcalloc(1, sizeof *t);
	*t = (struct target){.all = f, .path = xstrdup(path)};
	t->look = look_new(f->watcher.loop, &looking, t);
	if (f->watcher.loop)
		t->timer = timer_new(f->watcher.loop, look_again, t);
	strmap_put(f->targets, path, t);
	return t;
}

uint64_t
ddl_files_look(struct ddl_files *f, const char *path)
{
	return look_ask(target_of(f, path)->look);
}

bool
ddl_files_has_looked(struct ddl_files *f, const char *path, uint64_t number)
{
	return look_is_done(target_of(f, path)->look, number);
}

uint64_t
ddl_files_moves(struct ddl_files *f, const char *path)
{
	return target_of(f, path)->moves;
}

bool
ddl_files_is_unread(struct ddl_files *f, const char *path)
{
	return !target_of(f, path)->read;
}

void
ddl_files_find(struct ddl_files *f, const char *path, struct ddl_known *out)
{
	struct target *t = target_of(f, path);

	if (!f->watcher.loop)
		look_ask(t->look);
	*out = (struct ddl_known){.settling = t->settling};
	if (!t->read)
		err_set(&out->error, ERR_IO, "%s is being read for the first time",
			path);
	else if (t->held.error.code != ERR_NONE)
		out->error = t->held.error;
	else
		out->ddl = &t->held.ddl;
}
