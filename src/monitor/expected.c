/* Snapshot files are kept by where they are looked for, and believed while size, time
 * and inode stand.  They are read in a thread, which is given what is known of them and
 * gives back what is new. */
#include "monitor/expected.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "base/text.h"
#include "catalog/snapfile.h"
#include "verdict/phrase.h"

enum { HEAD_SIZE = 4096 };

struct file {
	char *path;
	struct stat st;
	struct snapshot *snapshot; /* NULL: it could not be read, `error` says why */
	struct err error;
	char *head;  /* what it begins with then */
	bool told;   /* that it is left out of its directory */
	bool stands; /* of a look: it is as it was known, and nothing else is set */
};

/* A file or a directory of them, by name. */
struct files {
	struct file *v;
	size_t n, cap;
	struct err error; /* why nothing can be said of them; or ERR_NONE */
};

struct target {
	struct expected_files *all;
	char *path;
	bool is_dir;
	bool read; /* at least once */
	struct look *look;
	struct files files;
};

struct job {
	struct library *kept_in;
	char *path;
	bool is_dir;
	struct files known; /* path and time of each, no more */
	struct files found;
};

struct expected_files {
	struct look_watcher watcher;
	struct library *kept_in;
	struct strmap *targets[2]; /* by path: files, directories */
};

/* ---- Files ---- */

static void
files_free(struct files *f)
{
	for (size_t i = 0; i < f->n; i++) {
		snapshot_unref(f->v[i].snapshot);
		free(f->v[i].head);
		free(f->v[i].path);
	}
	free(f->v);
	*f = (struct files){0};
}

/* Takes `path`. */
static struct file *
files_add(struct files *f, char *path)
{
	GROW(f->v, f->n, f->cap);
	f->v[f->n] = (struct file){.path = path};
	return &f->v[f->n++];
}

static int
compare_paths(const void *key, const void *file)
{
	return strcmp(key, ((const struct file *)file)->path);
}

static struct file *
files_find(const struct files *f, const char *path)
{
	return f->n ? bsearch(path, f->v, f->n, sizeof *f->v, compare_paths) : NULL;
}

/* ---- Looking ---- */

static void *
look_begin(void *arg)
{
	const struct target *t = arg;
	struct job *j = xcalloc(1, sizeof *j);

	*j = (struct job){.kept_in = library_ref(t->all->kept_in),
		.path = xstrdup(t->path),
		.is_dir = t->is_dir};
	for (size_t i = 0; i < t->files.n; i++)
		files_add(&j->known, xstrdup(t->files.v[i].path))->st =
			t->files.v[i].st;
	return j;
}

/* NULL if there is nothing to be read. */
static char *
read_head(const char *path)
{
	struct strbuf text = {0};
	char *head;

	if (!file_read(path, FILE_MAX_SNAPSHOT, &text, NULL))
		return NULL;
	head = xstrndup(text.s, HEAD_SIZE);
	strbuf_free(&text);
	return head;
}

/* For a lack of descriptors, which is not the file's and may be over at the next look.
 */
static void
give_up(struct job *j, struct file *f)
{
	j->found.error = f->error;
	f->st = (struct stat){0};
}

/* Takes `path`, which `st` is of; true if it had to be read. */
static bool
look_at(struct job *j, char *path, const struct stat *st)
{
	const struct file *known = files_find(&j->known, path);
	struct file *f = files_add(&j->found, path);

	f->st = *st;
	f->stands = known && file_is_same(&known->st, st);
	if (f->stands)
		return false;
	f->snapshot = library_keep(j->kept_in, snapfile_load(path, &f->error));
	if (!f->snapshot && f->error.code == ERR_INTERNAL)
		give_up(j, f);
	else
		f->head = f->snapshot ? NULL : read_head(path);
	return true;
}

static bool
look_at_file(struct job *j)
{
	struct stat st;

	if (file_stat(j->path, &st))
		return look_at(j, xstrdup(j->path), &st);
	err_set(&j->found.error, ERR_IO, "%s: %s", j->path, strerror(errno));
	return false;
}

/* What begins with a dot, and what is no file, is none. */
static bool
look_in_directory(struct job *j)
{
	struct strvec names = {0};
	bool read = false;

	if (!file_names(j->path, FILE_MAX_NAMES, &names, &j->found.error))
		(void)err_prefix(&j->found.error, "%s", j->path);
	for (size_t i = 0; j->found.error.code == ERR_NONE && i < names.n; i++) {
		char *path = xasprintf("%s/%s", j->path, names.v[i]);
		struct stat st;

		if (*names.v[i] != '.' && file_stat(path, &st) && S_ISREG(st.st_mode))
			read |= look_at(j, path, &st);
		else
			free(path);
	}
	strvec_free(&names);
	return read;
}

static bool
look_run(void *arg)
{
	struct job *j = arg;

	return j->is_dir ? look_in_directory(j) : look_at_file(j);
}

static void
job_free(void *arg)
{
	struct job *j = arg;

	files_free(&j->known);
	files_free(&j->found);
	library_unref(j->kept_in);
	free(j->path);
	free(j);
}

/* What stands is taken out of what was known. */
static void
look_take(void *arg, void *job)
{
	struct target *t = arg;
	struct job *j = job;
	const struct look_watcher *w = &t->all->watcher;

	for (size_t i = 0; i < j->found.n; i++) {
		struct file *f = &j->found.v[i], *known;

		if (!f->stands || !(known = files_find(&t->files, f->path)))
			continue;
		f->snapshot = known->snapshot;
		f->error = known->error;
		f->head = known->head;
		f->told = known->told;
		known->snapshot = NULL;
		known->head = NULL;
	}
	files_free(&t->files);
	t->files = j->found;
	t->read = true;
	j->found = (struct files){0};
	job_free(j);
	if (w->loop)
		w->looked(w->arg, t->path);
}

static const struct look_kind looking = {look_begin, look_run, look_take, job_free};

/* ---- Where they are looked for ---- */

struct expected_files *
expected_files_new(const struct look_watcher *w)
{
	struct expected_files *f = xcalloc(1, sizeof *f);

	f->watcher = *w;
	for (size_t i = 0; i < COUNT_OF(f->targets); i++)
		f->targets[i] = strmap_new();
	return f;
}

static void
free_target(void *target)
{
	struct target *t = target;

	look_free(t->look);
	files_free(&t->files);
	free(t->path);
	free(t);
}

void
expected_files_free(struct expected_files *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < COUNT_OF(f->targets); i++)
		strmap_free_all(f->targets[i], free_target);
	library_unref(f->kept_in);
	free(f);
}

void
expected_files_keep_in(struct expected_files *f, struct library *library)
{
	library_unref(f->kept_in);
	f->kept_in = library_ref(library);
}

/* The paths that are still named, as a set. */
static struct strmap *
named(const struct conf *conf, enum expect_kind kind)
{
	struct strmap *m = strmap_new();

	for (size_t i = 0; i < conf->n_environments; i++)
		if (conf->environments[i].expect == kind)
			strmap_put(m, conf->environments[i].expect_target, NULL);
	return m;
}

void
expected_files_keep(struct expected_files *f, const struct conf *conf)
{
	static const enum expect_kind kinds[] = {EXPECT_SNAPSHOT, EXPECT_SNAPSHOTS};
	const char *path;
	void *v;

	for (size_t i = 0; i < COUNT_OF(f->targets); i++) {
		struct strmap *paths = named(conf, kinds[i]), *kept = strmap_new();
		size_t at = 0;

		while (strmap_next(f->targets[i], &at, &path, &v)) {
			struct target *t = v;

			if (strmap_has(paths, path))
				strmap_put(kept, path, t);
			else
				free_target(t);
		}
		strmap_free(paths);
		strmap_free(f->targets[i]);
		f->targets[i] = kept;
	}
}

static struct target *
target_of(struct expected_files *f, const char *path, bool is_dir)
{
	struct target *t = strmap_get(f->targets[is_dir], path);

	if (t)
		return t;
	t = xcalloc(1, sizeof *t);
	*t = (struct target){.all = f, .path = xstrdup(path), .is_dir = is_dir};
	t->look = look_new(f->watcher.loop, &looking, t);
	strmap_put(f->targets[is_dir], path, t);
	return t;
}

uint64_t
expected_look(struct expected_files *f, const char *path, bool is_dir)
{
	return look_ask(target_of(f, path, is_dir)->look);
}

bool
expected_has_looked(
	struct expected_files *f, const char *path, bool is_dir, uint64_t number)
{
	return look_is_done(target_of(f, path, is_dir)->look, number);
}

bool
expected_is_unread(struct expected_files *f, const char *path, bool is_dir)
{
	return !target_of(f, path, is_dir)->read;
}

/* What is known of `path`; NULL with the reason if that is nothing. */
static struct target *
known_target(struct expected_files *f, const char *path, bool is_dir, struct err *e)
{
	struct target *t = target_of(f, path, is_dir);

	if (!f->watcher.loop)
		look_ask(t->look);
	if (!t->read)
		err_set(e, ERR_IO, "%s is being read for the first time", path);
	else if (t->files.error.code != ERR_NONE)
		*e = t->files.error;
	else
		return t;
	return NULL;
}

struct snapshot *
expected_file(struct expected_files *f, const char *path, struct err *e)
{
	const struct target *t = known_target(f, path, false, e);

	if (t && !t->files.v[0].snapshot)
		*e = t->files.v[0].error;
	return t ? t->files.v[0].snapshot : NULL;
}

/* ---- Directories ---- */

/* True if it begins as one does. */
static bool
looks_like_snapshot(const struct file *file)
{
	return file->head && strstr(file->head, "\"pgdriftd_snapshot\"");
}

/* Its name says it, or what it begins with, or that it has lost that. */
static bool
may_be_of(const struct file *file, const struct strvec *revision)
{
	bool is_one = looks_like_snapshot(file);

	if (!revision || (is_one && !strstr(file->head, "\"revision\"")))
		return is_one;
	for (size_t i = 0; i < revision->n; i++) {
		char *quoted = xasprintf("\"%s\"", revision->v[i]);
		bool named = *revision->v[i] &&
			     (strstr(strrchr(file->path, '/'), revision->v[i]) ||
				     (file->head && strstr(file->head, quoted)));

		free(quoted);
		if (named)
			return true;
	}
	return false;
}

/* One that is damaged is a pity, a README is not. */
static void
tell_once(struct file *file)
{
	if (!file->told)
		log_err(looks_like_snapshot(file) ? LEVEL_WARN : LEVEL_INFO,
			&file->error, "left out of the snapshots");
	file->told = true;
}

static void
list(struct expected_list *out, struct file *file, const struct strvec *revision)
{
	if (file->snapshot) {
		out->v[out->n++] = file->snapshot;
		strvec_add(&out->paths, file->path);
		return;
	}
	tell_once(file);
	if (out->damaged.code == ERR_NONE && may_be_of(file, revision))
		out->damaged = file->error;
}

bool
expected_list(const struct snapshots_dir *dir, const struct strvec *revision,
	struct expected_list *out, struct err *e)
{
	const struct target *t = known_target(dir->files, dir->path, true, e);

	*out = (struct expected_list){0};
	if (!t)
		return false;
	out->v = xcalloc(t->files.n + 1, sizeof(struct snapshot *));
	for (size_t i = 0; i < t->files.n; i++)
		list(out, &t->files.v[i], revision);
	return true;
}

/* What is a name of a file as it stands. */
static bool
is_plain(const char *id)
{
	return *id && *id != '-' && *id != '.' &&
	       !id[strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			      "0123456789_-.")];
}

void
expected_none(const struct snapshots_dir *dir, const struct strvec *revision,
	const struct expected_list *all, struct err *e)
{
	struct strbuf ids = {0}, path = {0};
	bool one = revision && revision->n == 1 && is_plain(revision->v[0]);
	char *file = xasprintf("%s/%s.json", dir->path, one ? revision->v[0] : "NAME");

	if (revision)
		strvec_join(revision, ", ", &ids);
	text_shell(&path, file);
	if (all->damaged.code)
		err_set(e, ERR_IO,
			"%s holds no snapshot of %s%s, but what may be one: %s",
			dir->path, revision ? "revision " : "a revision",
			ids.s ? ids.s : "", all->damaged.text);
	else
		err_set(e, ERR_IO,
			"%s holds no snapshot of %s%s: `pgdriftd snapshot SOURCE -o "
			"%s` writes one, of a database that is at it",
			dir->path, revision ? "revision " : "a revision",
			ids.s ? ids.s : "", path.s);
	free(file);
	strbuf_free(&path);
	strbuf_free(&ids);
}

void
expected_list_fini(struct expected_list *l)
{
	free(l->v);
	strvec_free(&l->paths);
	*l = (struct expected_list){0};
}

/* False if two files say different things of one revision, which `d` is of: nobody
 * knows which is right. */
static bool
agree(const struct expected_list *all, size_t i, size_t k, const struct diff *d,
	struct err *e)
{
	struct strbuf first = {0};

	if (d->status != DIFF_DRIFTED)
		return true;
	phrase_finding(&first, &d->findings[0]);
	err_set(e, ERR_FORMAT,
		"%s and %s are of one revision and differ (%s): remove the one "
		"that is wrong",
		all->paths.v[i], all->paths.v[k], first.s);
	strbuf_free(&first);
	return false;
}

/* The first of that revision, or all->n. */
static size_t
first_of_revision(const struct expected_list *all, const struct strvec *recorded)
{
	size_t i = 0;

	while (i < all->n && !strvec_equal(&all->v[i]->revision, recorded))
		i++;
	return i;
}

/* Its place, or all->n, with the reason in `e` if that is not that there is none. */
static size_t
find_of_revision(const struct snapshots_dir *dir, const struct expected_list *all,
	const struct strvec *recorded, const struct compare_options *o, struct err *e)
{
	size_t found = first_of_revision(all, recorded);

	for (size_t i = found + 1; i < all->n; i++) {
		struct diff *d;
		bool ok;

		if (!strvec_equal(&all->v[i]->revision, recorded))
			continue;
		d = memo_compare(dir->memo, all->v[found], all->v[i], o);
		ok = agree(all, found, i, d, e);
		diff_unref(d);
		if (!ok)
			return all->n;
	}
	return found;
}

struct snapshot *
expected_of_revision(const struct snapshots_dir *dir, const struct strvec *recorded,
	const struct compare_options *o, struct err *e)
{
	struct expected_list all;
	struct snapshot *found = NULL;
	size_t at;

	if (!expected_list(dir, recorded, &all, e))
		return NULL;
	*e = (struct err){.code = ERR_NONE};
	at = find_of_revision(dir, &all, recorded, o, e);
	if (at < all.n)
		found = all.v[at];
	else if (e->code == ERR_NONE)
		expected_none(dir, recorded, &all, e);
	expected_list_fini(&all);
	return found;
}
