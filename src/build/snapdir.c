/* Which file is of which revision the files say, not their names: one that is there
 * already may have any. */
#include "build/snapdir.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "catalog/snapfile.h"
#include "diff/diff.h"

struct file {
	char *path;
	struct snapshot *snapshot; /* NULL: it is none */
};

struct snapdir {
	char *path;
	struct file *v;
	size_t n, cap;
};

static struct file *
add(struct snapdir *d, char *path, struct snapshot *s)
{
	GROW(d->v, d->n, d->cap);
	d->v[d->n] = (struct file){path, s};
	return &d->v[d->n++];
}

static bool
ends_with_json(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && !strcmp(name + n - 5, ".json");
}

struct snapdir *
snapdir_open(const char *path, struct err *e)
{
	if (mkdir(path, 0777) < 0 && errno != EEXIST) {
		err_errno(e, ERR_IO, errno);
		err_prefix(e, "%s", path);
		return NULL;
	}
	return snapdir_read(path, e);
}

struct snapdir *
snapdir_read(const char *path, struct err *e)
{
	struct snapdir *d = xcalloc(1, sizeof *d);
	struct strvec names = {0};

	d->path = xstrdup(path);
	if (!file_names(path, FILE_MAX_NAMES, &names, e)) {
		err_prefix(e, "%s", path);
		snapdir_free(d);
		d = NULL;
	}
	for (size_t i = 0; d && i < names.n; i++) {
		char *file = xasprintf("%s/%s", path, names.v[i]);

		if (ends_with_json(file))
			add(d, file, snapfile_load(file, NULL));
		else
			free(file);
	}
	strvec_free(&names);
	return d;
}

void
snapdir_free(struct snapdir *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->n; i++) {
		free(d->v[i].path);
		snapshot_unref(d->v[i].snapshot);
	}
	free(d->v);
	free(d->path);
	free(d);
}

/* The name of a file: what is none as it stands is spelt by bytes. */
static char *
path_of(const struct snapdir *d, const struct snapshot *s, const char *name)
{
	struct strbuf b = {0};

	strbuf_printf(&b, "%s/", d->path);
	for (size_t i = 0; i < s->revision.n; i++) {
		const char *id = s->revision.v[i];

		strbuf_add(&b, i ? "+" : "");
		for (const char *c = id; *c; c++)
			if (*c == '/' || *c == '%' || *c == '+' ||
				(*c == '.' && c == id) || (unsigned char)*c <= ' ')
				strbuf_printf(&b, "%%%02X", (unsigned char)*c);
			else
				strbuf_addc(&b, *c);
	}
	if (!s->revision.n)
		strbuf_add(&b, name);
	strbuf_add(&b, ".json");
	return strbuf_take(&b);
}

/* The file that has that revision; of a catalog without one, that name. */
static struct file *
find(const struct snapdir *d, const struct snapshot *s, const char *path)
{
	for (size_t i = 0; i < d->n; i++) {
		struct snapshot *other = d->v[i].snapshot;

		if (s->revision.n
				? other && strvec_equal(&other->revision, &s->revision)
				: !strcmp(d->v[i].path, path))
			return &d->v[i];
	}
	return NULL;
}

static struct file *
find_path(const struct snapdir *d, const char *path)
{
	for (size_t i = 0; i < d->n; i++)
		if (!strcmp(d->v[i].path, path))
			return &d->v[i];
	return NULL;
}

/* A file of the name may be of another revision. */
static bool
is_same(struct snapshot *a, struct snapshot *b)
{
	const struct compare_options all = {.all = true};
	struct diff *d;
	bool same;

	if (!a || !strvec_equal(&a->revision, &b->revision))
		return false;
	d = diff_compare(a, b, &all);
	same = d->status == DIFF_IN_SYNC;
	diff_unref(d);
	return same;
}

static enum snapdir_outcome
write_file(struct file *f, struct snapshot *s, struct err *e)
{
	if (!snapfile_save(s, f->path, e))
		return SNAPDIR_FAILED;
	snapshot_unref(f->snapshot);
	f->snapshot = snapshot_ref(s);
	return SNAPDIR_WRITTEN;
}

static void
refuse(const struct file *f, const struct snapshot *s, struct err *e)
{
	if (f->snapshot && strvec_equal(&f->snapshot->revision, &s->revision))
		err_set(e, ERR_FORMAT,
			"the same revision, two catalogs: %s has another one than what "
			"was built; `pgdriftd diff` shows how they differ, --force "
			"writes the new one",
			f->path);
	else
		err_set(e, ERR_FORMAT,
			"%s is there, and is no snapshot of that revision: --force "
			"writes over it",
			f->path);
}

enum snapdir_outcome
snapdir_put(struct snapdir *d, const struct snapdir_entry *entry, const char **file,
	struct err *e)
{
	char *path = path_of(d, entry->snapshot, entry->name);
	struct file *f = find(d, entry->snapshot, path);
	bool there = f;

	if (there)
		free(path);
	else
		f = add(d, path, NULL);
	*file = f->path;
	if (there && is_same(f->snapshot, entry->snapshot))
		return SNAPDIR_SAME;
	if (!there || entry->force)
		return write_file(f, entry->snapshot, e);
	refuse(f, entry->snapshot, e);
	return SNAPDIR_OTHER;
}

bool
snapdir_find(struct snapdir *d, const struct snapshot *s, const char **file,
	struct snapshot **there)
{
	char *path = path_of(d, s, "");
	struct file *f = find(d, s, path);
	bool found = f || (f = find_path(d, path));

	if (found)
		free(path);
	else
		f = add(d, path, NULL);
	*file = f->path;
	*there = f->snapshot && strvec_equal(&f->snapshot->revision, &s->revision)
			 ? f->snapshot
			 : NULL;
	return found;
}
