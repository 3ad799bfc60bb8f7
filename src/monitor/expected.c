/* Snapshot files are cached by path, and believed while size, time and inode stand. */
#include "monitor/expected.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "catalog/snapfile.h"
#include "verdict/phrase.h"

struct file {
	struct stat st;
	struct snapshot *snapshot; /* NULL: it could not be read, `error` says why */
	struct err error;
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
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
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
		snapshot_unref(file->snapshot);
		file->snapshot = snapfile_load(path, &file->error);
		file->st = st;
	}
	if (!file->snapshot)
		*e = file->error;
	return file->snapshot;
}

static int
not_hidden(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

bool
expected_list(struct expected_files *f, const char *dir, struct expected_list *out,
	struct err *e)
{
	struct dirent **names;
	int n = scandir(dir, &names, not_hidden, alphasort);

	*out = (struct expected_list){0};
	if (n < 0)
		return err_set(e, ERR_IO, "%s: %s", dir, strerror(errno));
	out->v = xcalloc((size_t)n + 1, sizeof(struct snapshot *));
	for (int i = 0; i < n; i++) {
		char *path = xasprintf("%s/%s", dir, names[i]->d_name);
		struct err own = {0};
		struct snapshot *s = expected_file(f, path, &own);

		if (s) {
			out->v[out->n++] = s;
			strvec_take(&out->paths, path);
		} else {
			if (out->unread.code == ERR_NONE)
				out->unread = own;
			free(path);
		}
		free(names[i]);
	}
	free(names);
	return true;
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
	struct strbuf list = {0};
	size_t at;

	if (!expected_list(dir->files, dir->path, &all, e))
		return NULL;
	*e = (struct err){.code = ERR_NONE};
	at = find_of_revision(&all, recorded, o, e);
	strvec_join(recorded, ", ", &list);
	if (at < all.n)
		found = all.v[at];
	else if (e->code == ERR_NONE)
		/* The one that is looked for may be the one that is damaged. */
		err_set(e, ERR_IO, "%s holds no snapshot of revision %s%s%s", dir->path,
			list.len ? list.s : "(none)", all.unread.code ? "; " : "",
			all.unread.text);
	strbuf_free(&list);
	expected_list_fini(&all);
	return found;
}
