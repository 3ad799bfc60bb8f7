/* Rules: ScriptDirectory._load_revisions and Script._list_py_dir of Alembic's
 * script/base.py: by name within a directory, a real path once. */
#include "migrations/alembic/listing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

/* Of bytes, all files together. */
enum { MAX_DEPTH = 64, MAX_BYTES = 256 << 20 };

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n >= k && !strcmp(s + n - k, end);
}

static bool
is_hidden_from_alembic(const char *name)
{
	return !strncmp(name, ".#", 2) || !strncmp(name, "__init__", 8);
}

bool
listing_is_version_name(const char *name)
{
	return ends_with(name, ".py") && !is_hidden_from_alembic(name);
}

void
listing_init(struct listing *l, struct migrations_files *seen)
{
	*l = (struct listing){.real = strmap_new(), .seen = seen};
}

void
listing_free(struct listing *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].path);
		free(l->v[i].unreadable);
		free(l->v[i].stops);
		pyfile_free(&l->v[i].py);
	}
	free(l->v);
	strmap_free(l->real);
	*l = (struct listing){0};
}

static struct version_file *
add_entry(struct listing *l, const char *path)
{
	GROW(l->v, l->n, l->cap);
	l->v[l->n] = (struct version_file){.path = xstrdup(path)};
	return &l->v[l->n++];
}

void
listing_add_unreadable(struct listing *l, const char *path, const char *why)
{
	add_entry(l, path)->unreadable = xstrdup(why);
}

static char *
join(const char *dir, const char *name)
{
	return xasprintf("%s%s%s", dir, ends_with(dir, "/") ? "" : "/", name);
}

/* ---- One file ---- */

/* True the first time that this real path is met. */
static bool
is_new(struct listing *l, const char *real)
{
	bool known = strmap_has(l->real, real);

	if (!known)
		strmap_put(l->real, real, l);
	return !known;
}

/* What Alembic says of a file that is none; whether it may read one depends on who runs
 * it. */
static char *
stops_at(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return errno == ENOENT || errno == ELOOP
			       ? xasprintf(
					 "ImportError: Can't find Python file %s", path)
			       : NULL;
	if (S_ISDIR(st.st_mode))
		return xasprintf(
			"IsADirectoryError: [Errno 21] Is a directory: '%s'", path);
	return S_ISFIFO(st.st_mode) ? xstrdup("nothing: it waits at the FIFO for ever")
				    : NULL;
}

/* `bytes` have been read with it. */
static void
read_module(struct version_file *f, const struct strbuf *text, size_t bytes)
{
	const char *why = "it and the files before it hold more than 256 MiB";

	if (bytes <= MAX_BYTES) {
		pyfile_read(text->s, text->len, &f->py);
		why = f->py.too_long;
	}
	if (!why)
		return;
	pyfile_free(&f->py);
	f->unreadable = xstrdup(why);
}

/* That says nothing of the files. */
static void
note_lack(struct listing *l, const char *path, const struct err *e)
{
	if (e->code != ERR_INTERNAL || l->lack.code != ERR_NONE)
		return;
	l->lack = *e;
	err_prefix(&l->lack, "%s", path);
}

static void
add_file(struct listing *l, const char *path, const char *real)
{
	struct version_file *f;
	struct strbuf bytes = {0};
	struct stat st;
	struct err e = {0};

	if (!is_new(l, real))
		return;
	f = add_entry(l, path);
	l->n_files++;
	if (file_take(path, FILE_MAX_MIGRATION, &bytes, &st, &e)) {
		l->bytes += bytes.len;
		read_module(f, &bytes, l->bytes);
	} else {
		note_lack(l, path, &e);
		f->unreadable = xstrdup(e.text);
		f->stops = stops_at(path);
	}
	/* As it was before: a failure may be over by now. */
	seen_add(l->seen, path, st.st_nlink ? &st : NULL);
	strbuf_free(&bytes);
}

/* ---- Directories ---- */

static char *
real_path(const char *path)
{
	char *real = realpath(path, NULL);

	return real ? real : xstrdup(path);
}

/* The version file DIR/NAME.  os.walk(), which takes more than one level, calls no
 * directory a file; os.listdir() does. */
static void
add_source(struct listing *l, const char *dir, const char *real_dir, const char *name)
{
	char *path = join(dir, name);
	struct stat st;
	/* Only a link leads elsewhere. */
	bool plain = lstat(path, &st) == 0 && !S_ISLNK(st.st_mode);
	bool is_dir = (plain || stat(path, &st) == 0) && S_ISDIR(st.st_mode);

	if (!l->recursive || !is_dir) {
		char *real = plain ? join(real_dir, name) : real_path(path);

		add_file(l, path, real);
		free(real);
	}
	free(path);
}

static void
add_sources(struct listing *l, const char *dir, const struct strvec *names)
{
	char *real_dir = real_path(dir);

	for (size_t i = 0; i < names->n; i++)
		if (listing_is_version_name(names->v[i]))
			add_source(l, dir, real_dir, names->v[i]);
	free(real_dir);
}

/* a.pyc, a.pyo, a.cpython-311.pyc: "a" */
static bool
has_source(const struct strvec *names, const char *compiled)
{
	char *source = xasprintf("%.*s.py", (int)strcspn(compiled, "."), compiled);
	bool found = strvec_has(names, source);

	free(source);
	return found;
}

/* Compiled files whose source is gone hold revisions that cannot be read here. */
static void
add_compiled(struct listing *l, const char *dir, const struct strvec *sources,
	const struct strvec *names)
{
	for (size_t i = 0; i < names->n; i++) {
		const char *name = names->v[i];
		char *path, *real;

		if (!ends_with(name, ".pyc") && !ends_with(name, ".pyo"))
			continue;
		if (is_hidden_from_alembic(name) || has_source(sources, name))
			continue;
		path = join(dir, name);
		real = real_path(path);
		if (is_new(l, real)) {
			l->n_files++;
			listing_add_unreadable(
				l, path, "it is compiled, and its source is gone");
		}
		free(real);
		free(path);
	}
}

static void
add_all_compiled(struct listing *l, const char *dir, const struct strvec *names)
{
	char *cache = join(dir, "__pycache__");
	struct strvec cached = {0};
	struct stat st;

	add_compiled(l, dir, names, names);
	if (seen_stat(l->seen, cache, &st) &&
		file_names(cache, FILE_MAX_NAMES, &cached, NULL))
		add_compiled(l, cache, names, &cached);
	strvec_free(&cached);
	free(cache);
}

static bool add_dir(struct listing *l, const char *dir, unsigned depth, struct err *e);

static void
add_below(
	struct listing *l, const char *dir, const struct strvec *names, unsigned depth)
{
	for (size_t i = 0; i < names->n; i++) {
		char *path = join(dir, names->v[i]);
		struct stat st;
		struct err e = {0};

		/* As os.walk(): a link to a directory is not entered. */
		if (strcmp(names->v[i], "__pycache__") && lstat(path, &st) == 0 &&
			S_ISDIR(st.st_mode) && !add_dir(l, path, depth + 1, &e))
			listing_add_unreadable(l, path, e.text);
		free(path);
	}
}

static bool
add_dir(struct listing *l, const char *dir, unsigned depth, struct err *e)
{
	struct strvec names = {0};
	struct stat st;

	if (depth > MAX_DEPTH)
		return err_set(e, ERR_IO, "it is nested too deep");
	seen_stat(l->seen, dir, &st);
	if (!file_names(dir, FILE_MAX_NAMES, &names, e)) {
		note_lack(l, dir, e);
		strvec_free(&names);
		return false;
	}
	add_sources(l, dir, &names);
	if (l->sourceless)
		add_all_compiled(l, dir, &names);
	if (l->recursive)
		add_below(l, dir, &names, depth);
	strvec_free(&names);
	return true;
}

bool
listing_add(struct listing *l, const char *dir, struct err *e)
{
	return add_dir(l, dir, 0, e);
}

bool
listing_has_migrations(const char *dir)
{
	struct migrations_files *seen = seen_new();
	struct listing l;
	bool found = false;

	listing_init(&l, seen);
	if (listing_add(&l, dir, NULL))
		for (size_t i = 0; i < l.n; i++)
			found |= l.v[i].py.fields[PYNAME_REVISION].state !=
				 PYFIELD_ABSENT;
	listing_free(&l);
	seen_free(seen);
	return found;
}
