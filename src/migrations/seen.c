/* One stat(2) a file: a check of thousands of files costs a few milliseconds, reading
 * them again costs a hundred times that. */
#include "migrations/seen.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"

struct stamp {
	char *path;
	bool exists;
	struct stat st;
};

struct migrations_files {
	struct stamp *v;
	size_t n, cap;
	unsigned more; /* references but for the first */
};

struct migrations_files *
seen_new(void)
{
	return xcalloc(1, sizeof(struct migrations_files));
}

struct migrations_files *
seen_ref(struct migrations_files *f)
{
	f->more++;
	return f;
}

void
seen_free(struct migrations_files *f)
{
	if (!f || f->more--)
		return;
	for (size_t i = 0; i < f->n; i++)
		free(f->v[i].path);
	free(f->v);
	free(f);
}

void
seen_add(struct migrations_files *f, const char *path, const struct stat *st)
{
	struct stamp s = {.path = xstrdup(path), .exists = st != NULL};

	if (st)
		s.st = *st;
	GROW(f->v, f->n, f->cap);
	f->v[f->n++] = s;
}

bool
seen_stat(struct migrations_files *f, const char *path, struct stat *st)
{
	bool exists = file_stat(path, st);

	seen_add(f, path, exists ? st : NULL);
	return exists;
}

static bool
same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool
is_current(const struct stamp *s)
{
	struct stat st;

	if (stat(s->path, &st) < 0)
		return !s->exists;
	/* The time of the last status change tells what a restored modification time
	 * would hide; that of a directory also moves with every new link. */
	return s->exists && st.st_dev == s->st.st_dev && st.st_ino == s->st.st_ino &&
	       st.st_mode == s->st.st_mode && st.st_size == s->st.st_size &&
	       same_time(st.st_mtim, s->st.st_mtim) &&
	       same_time(st.st_ctim, s->st.st_ctim);
}

/* A new file, or one that is gone, shows in its directory. */
static bool
tells_of_others(const struct stamp *s)
{
	return !s->exists || S_ISDIR(s->st.st_mode);
}

bool
seen_is_current(const struct migrations_files *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (tells_of_others(&f->v[i]) && !is_current(&f->v[i]))
			return false;
	for (size_t i = 0; i < f->n; i++)
		if (!tells_of_others(&f->v[i]) && !is_current(&f->v[i]))
			return false;
	return true;
}
