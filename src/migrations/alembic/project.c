/* A project that is given by a directory alone has its alembic.ini where `alembic init`
 * puts it: beside the script directory. */
#include "migrations/alembic/project.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

static char *
beside(const char *dir, const char *name)
{
	return xasprintf("%s%s%s", dir, strcmp(dir, "/") ? "/" : "", name);
}

/* The directory that `path`, which is absolute, is in. */
static char *
above(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == path ? xstrdup("/") : xstrndup(path, (size_t)(slash - path));
}

static bool
has(const char *dir, const char *name, struct migrations_files *seen)
{
	char *path = beside(dir, name);
	struct stat st;
	bool there = seen_stat(seen, path, &st) && S_ISREG(st.st_mode);

	free(path);
	return there;
}

/* Of version files without a place of their own: env.py is above them, or else beside.
 */
static char *
script_of(const struct location *where, struct migrations_files *seen)
{
	char *dir = locate_absolute(where->script ? where->script : where->dirs.v[0]);
	char *up;

	while (strlen(dir) > 1 && dir[strlen(dir) - 1] == '/')
		dir[strlen(dir) - 1] = '\0';
	if (has(dir, "env.py", seen))
		return dir;
	up = above(dir);
	if (where->script || !has(up, "env.py", seen)) {
		free(up);
		return dir;
	}
	free(dir);
	return up;
}

/* What cannot be read is nobody's error here: whoever runs the tool hears of it. */
static void
hash_file(struct hash *h, const char *dir, const char *name,
	struct migrations_files *seen)
{
	char *path = beside(dir, name);
	struct strbuf text = {0};
	struct stat st;

	hash_add_text(h, name);
	if (file_take(path, FILE_MAX_MIGRATION, &text, &st, NULL)) {
		hash_add_number(h, text.len);
		hash_add(h, text.s, text.len);
	}
	seen_add(seen, path, st.st_nlink ? &st : NULL);
	strbuf_free(&text);
	free(path);
}

void
project_find(const struct location *where, struct migrations_files *seen,
	struct project *out)
{
	struct hash *h = hash_new();

	*out = (struct project){0};
	if (where->dirs.n || where->script)
		out->script = script_of(where, seen);
	if (where->home)
		out->home = xstrdup(where->home);
	else
		out->home = out->script ? above(out->script) : locate_absolute(".");
	if (where->ini)
		out->ini = beside(out->home, strrchr(where->ini, '/')
						     ? strrchr(where->ini, '/') + 1
						     : where->ini);
	else if (!where->home && has(out->home, "alembic.ini", seen))
		out->ini = beside(out->home, "alembic.ini");
	if (out->ini)
		hash_file(h, out->home, strrchr(out->ini, '/') + 1, seen);
	hash_file(h, out->home, "pyproject.toml", seen);
	if (out->script)
		hash_file(h, out->script, "env.py", seen);
	hash_finish(h, out->digest);
}

void
project_free(struct project *p)
{
	free(p->home);
	free(p->ini);
	free(p->script);
	*p = (struct project){0};
}
