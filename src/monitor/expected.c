/* Snapshot files are cached by path, and believed while size, time and inode stand. */
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
	struct stat st;
	struct snapshot *snapshot; /* NULL: it could not be read, `error` says why */
	struct err error;
	char *head; /* what it begins with then */
	bool told;  /* that it is left out of its directory */
};

struct expected_files {
	struct strmap *by_path; /* struct file */
};

struct expected_files *
expected_files_new(void)
{
	struct expected_files *f = xcalloc(1, sizeof *f);

	f->by_path = strmap_new();
	return f;
}

void
expected_files_free(struct expected_files *f)
{
	const char *path;
	size_t at = 0;
	void *v;

	if (!f)
		return;
	while (strmap_next(f->by_path, &at, &path, &v)) {
		struct file *file = v;

		snapshot_unref(file->snapshot);
		free(file->head);
		free(file);
	}
	strmap_free(f->by_path);
	free(f);
}

static bool
is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev &&
	       a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
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

static void
load(struct file *file, const char *path)
{
	snapshot_unref(file->snapshot);
	free(file->head);
	file->snapshot = snapfile_load(path, &file->error);
	file->head = file->snapshot ? NULL : read_head(path);
	file->told = false;
}

struct snapshot *
expected_file(struct expected_files *f, const char *path, struct err *e)
{
	struct file *file = strmap_get(f->by_path, path);
	struct stat st;

	if (stat(path, &st) != 0) {
		err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
		return NULL;
	}
	if (!file) {
		file = xcalloc(1, sizeof *file);
		strmap_put(f->by_path, path, file);
	}
	if (!is_same_file(&file->st, &st)) {
		load(file, path);
		file->st = st;
	}
	if (!file->snapshot)
		*e = file->error;
	return file->snapshot;
}

/* True if it begins as one does. */
static bool
looks_like_snapshot(const struct file *file)
{
	return file->head && strstr(file->head, "\"pgdriftd_snapshot\"");
}

/* Its name says it, or what it begins with, or that it has lost that. */
static bool
may_be_of(const struct file *file, const char *path, const struct strvec *revision)
{
	bool is_one = looks_like_snapshot(file);

	if (!revision || (is_one && !strstr(file->head, "\"revision\"")))
		return is_one;
	for (size_t i = 0; i < revision->n; i++) {
		char *quoted = xasprintf("\"%s\"", revision->v[i]);
		bool named = *revision->v[i] &&
			     (strstr(strrchr(path, '/'), revision->v[i]) ||
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

static bool
is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Takes `path`. */
static void
list(struct expected_list *out, struct expected_files *f, char *path,
	const struct strvec *revision)
{
	struct err e = {0};
	struct snapshot *s = is_file(path) ? expected_file(f, path, &e) : NULL;
	struct file *file = strmap_get(f->by_path, path);

	if (s) {
		out->v[out->n++] = s;
		strvec_take(&out->paths, path);
		return;
	}
	if (file && e.code != ERR_NONE) {
		tell_once(file);
		if (out->damaged.code == ERR_NONE && may_be_of(file, path, revision))
			out->damaged = e;
	}
	free(path);
}

bool
expected_list(const struct snapshots_dir *dir, const struct strvec *revision,
	struct expected_list *out, struct err *e)
{
	struct strvec names = {0};

	*out = (struct expected_list){0};
	if (!file_names(dir->path, FILE_MAX_NAMES, &names, e)) {
		strvec_free(&names);
		return err_prefix(e, "%s", dir->path);
	}
	out->v = xcalloc(names.n + 1, sizeof(struct snapshot *));
	for (size_t i = 0; i < names.n; i++)
		if (*names.v[i] != '.')
			list(out, dir->files, xasprintf("%s/%s", dir->path, names.v[i]),
				revision);
	strvec_free(&names);
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

/* False if two files say different things of one revision: nobody knows which is
 * right. */
static bool
agree(const struct expected_list *all, size_t i, size_t k,
	const struct compare_options *o, struct err *e)
{
	struct diff *d = diff_compare(all->v[i], all->v[k], o);
	struct strbuf first = {0};
	bool same = d->status != DIFF_DRIFTED;

	if (!same) {
		phrase_finding(&first, &d->findings[0]);
		err_set(e, ERR_FORMAT,
			"%s and %s are of one revision and differ (%s): remove the one "
			"that is wrong",
			all->paths.v[i], all->paths.v[k], first.s);
	}
	strbuf_free(&first);
	diff_unref(d);
	return same;
}

/* Its place, or all->n, with the reason in `e` if that is not that there is none. */
static size_t
find_of_revision(const struct expected_list *all, const struct strvec *recorded,
	const struct compare_options *o, struct err *e)
{
	size_t found = all->n;

	for (size_t i = 0; i < all->n; i++) {
		if (!strvec_equal(&all->v[i]->revision, recorded))
			continue;
		if (found < all->n && !agree(all, found, i, o, e))
			return all->n;
		if (found == all->n)
			found = i;
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
	at = find_of_revision(&all, recorded, o, e);
	if (at < all.n)
		found = all.v[at];
	else if (e->code == ERR_NONE)
		expected_none(dir, recorded, &all, e);
	expected_list_fini(&all);
	return found;
}
