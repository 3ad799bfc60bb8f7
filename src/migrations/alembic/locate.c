/* Rules: Alembic's config.py and script/base.py.  One thing differs on purpose: a
 * daemon has no meaningful current directory, so a relative path is tried beside the
 * file that names it first. */
#include "migrations/alembic/locate.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "migrations/alembic/ini.h"
#include "migrations/alembic/listing.h"
#include "migrations/alembic/toml.h"

/* The configuration of one project: the ini wins key by key. */
struct config {
	const char *section;
	char *dir;      /* absolute: `here` */
	char *file;     /* for messages */
	char *ini_file; /* or NULL */
	struct ini *ini;
	struct toml toml;
};

void
location_free(struct location *l)
{
	strvec_free(&l->dirs);
	free(l->ini);
	free(l->script);
	free(l->home);
}

/* What the first path said stays. */
static void
note(char **what, const char *text)
{
	if (!*what)
		*what = xstrdup(text);
}

static char *
join(const char *dir, const char *name)
{
	size_t n = strlen(dir);

	while (n > 1 && dir[n - 1] == '/')
		n--;
	return xasprintf("%.*s%s%s", (int)n, dir, dir[n - 1] == '/' ? "" : "/", name);
}

static bool
is_kind(const char *path, mode_t type, struct migrations_files *seen)
{
	struct stat st;

	return seen_stat(seen, path, &st) && (st.st_mode & S_IFMT) == type;
}

static char *
dir_of(const char *file)
{
	const char *slash = strrchr(file, '/');

	if (!slash)
		return xstrdup(".");
	return xstrndup(file, slash == file ? 1 : (size_t)(slash - file));
}

/* As os.path.abspath(): links stay, so that one that is turned to another release is
 * noticed. */
char *
locate_absolute(const char *dir)
{
	char *cwd, *path;

	if (*dir == '/')
		return xstrdup(dir);
	cwd = getcwd(NULL, 0);
	path = !cwd || !strcmp(dir, ".") ? xstrdup(cwd ? cwd : dir) : join(cwd, dir);
	free(cwd);
	return path;
}

/* ---- The two files ---- */

static bool
read_config(const char *path, struct migrations_files *seen, struct strbuf *text,
	struct err *e)
{
	struct stat st;

	if (!file_take(path, FILE_MAX_MIGRATION, text, &st, e))
		return err_prefix(e, "%s", path);
	seen_add(seen, path, &st);
	return true;
}

static bool
load_ini(struct config *p, const char *path, struct migrations_files *seen,
	struct err *e)
{
	struct strbuf text = {0};

	if (read_config(path, seen, &text, e))
		p->ini = ini_parse(text.s, path, p->section, e);
	strbuf_free(&text);
	return p->ini != NULL;
}

static bool
load_toml(struct config *p, const char *path, struct migrations_files *seen,
	struct err *e)
{
	struct strbuf text = {0};
	bool ok = read_config(path, seen, &text, e);

	if (ok)
		toml_parse(text.s, &p->toml);
	strbuf_free(&text);
	return ok;
}

static bool
ends_with(const char *path, const char *end)
{
	size_t n = strlen(path), k = strlen(end);

	return n > k && !strcmp(path + n - k, end);
}

static bool
is_toml(const char *file)
{
	return ends_with(file, ".toml");
}

/* `file` is the one that was asked for; its sibling of the usual name counts, too. */
static bool
load_project(struct config *p, const char *file, struct migrations_files *seen,
	struct err *e)
{
	bool toml = is_toml(file);
	char *dir = dir_of(file);
	char *sibling = join(dir, toml ? "alembic.ini" : "pyproject.toml");
	bool ok, both;

	p->file = xstrdup(file);
	p->dir = locate_absolute(dir);
	ok = toml ? load_toml(p, file, seen, e) : load_ini(p, file, seen, e);
	both = ok && is_kind(sibling, S_IFREG, seen);
	if (both)
		ok = toml ? load_ini(p, sibling, seen, e)
			  : load_toml(p, sibling, seen, e);
	if (ok && p->ini)
		p->ini_file = xstrdup(toml ? sibling : file);
	free(sibling);
	free(dir);
	return ok;
}

static void
free_project(struct config *p)
{
	ini_free(p->ini);
	toml_free(&p->toml);
	free(p->dir);
	free(p->file);
	free(p->ini_file);
}

/* One text.  *value is NULL where neither file has the key. */
static bool
get(struct config *p, const char *key, char **value, struct err *e)
{
	const struct toml_value *v;

	if (!ini_get(p->ini, key, p->dir, value, e))
		return err_prefix(e, "%s", p->file);
	v = *value ? NULL : toml_get(&p->toml, key);
	if (!v || !v->items.n || ini_interpolate(v->items.v[0], p->dir, value, e))
		return true;
	return err_prefix(e, "%s: %s", p->file, key);
}

/* ---- Paths ---- */

/* A path that the files name.  Beside them if it is there, else where the process is,
 * as Alembic has it. */
static char *
resolve(const struct config *p, const char *path, struct migrations_files *seen)
{
	struct stat st;
	char *beside;

	if (*path == '/')
		return xstrdup(path);
	beside = join(p->dir, path);
	if (seen_stat(seen, beside, &st) || stat(path, &st) < 0)
		return beside;
	free(beside);
	return xstrdup(path);
}

/* The version of a package's resource: only Python knows where packages are. */
static bool
is_resource(const char *path)
{
	return *path != '/' && strchr(path, ':');
}

static void
add_part(struct strvec *out, const char *s, size_t n)
{
	while (n && strchr(" \t\r\n", *s)) {
		s++;
		n--;
	}
	while (n && strchr(" \t\r\n", s[n - 1]))
		n--;
	if (n)
		strvec_take(out, xstrndup(s, n));
}

static void
split(const char *value, const char *separators, struct strvec *out)
{
	while (*value) {
		size_t n = strcspn(value, separators);

		add_part(out, value, n);
		value += n + (value[n] != '\0');
	}
}

static bool
find_separator(struct config *p, const char **separators, struct err *e)
{
	static const struct {
		const char *word, *separators;
	} words[] = {
		{"os", ":"}, {"space", " "}, {"newline", "\n"}, {":", ":"}, {";", ";"}};
	char *word;

	if (!get(p, "path_separator", &word, e))
		return false;
	if (!word && !get(p, "version_path_separator", &word, e))
		return false;
	/* Without either: a comma with blanks behind it, or blanks. */
	*separators = word ? NULL : ", ";
	for (size_t i = 0; word && i < COUNT_OF(words); i++)
		if (!strcmp(word, words[i].word))
			*separators = words[i].separators;
	if (!*separators)
		err_set(e, ERR_FORMAT,
			"%s: path_separator is %s; it must be os, space, newline, : or "
			";",
			p->file, word);
	free(word);
	return *separators != NULL;
}

/* The texts of version_locations; none where it is not set. */
static bool
version_locations(struct config *p, struct strvec *out, struct err *e)
{
	const struct toml_value *v = toml_get(&p->toml, "version_locations");
	const char *separators;
	char *value;
	bool ok = true;

	if (!ini_get(p->ini, "version_locations", p->dir, &value, e))
		return err_prefix(e, "%s", p->file);
	if (value || !v || !v->array) {
		if (!value && !get(p, "version_locations", &value, e))
			return false;
		ok = !value || find_separator(p, &separators, e);
		if (value && ok)
			split(value, separators, out);
		free(value);
		return ok;
	}
	for (size_t i = 0; ok && i < v->items.n; i++) {
		ok = ini_interpolate(v->items.v[i], p->dir, &value, e);
		if (ok)
			strvec_take(out, value);
	}
	return ok;
}

/* ---- What they mean ---- */

/* Add the directory if it is there; Alembic passes over the others in silence. */
static void
add_dir(struct location *out, const char *dir, struct migrations_files *seen)
{
	if (is_kind(dir, S_IFDIR, seen))
		strvec_add(&out->dirs, dir);
}

static void
note_script(struct config *p, const char *value, struct location *out,
	struct migrations_files *seen)
{
	char *script = resolve(p, value, seen);

	note(&out->script, script);
	free(script);
}

static bool
add_listed(struct config *p, const struct strvec *listed, struct location *out,
	struct migrations_files *seen, struct err *e)
{
	size_t before = out->dirs.n;
	char *script;

	/* Not needed here; but Alembic refuses the file if it is malformed. */
	if (!get(p, "script_location", &script, e))
		return false;
	if (script && !is_resource(script))
		note_script(p, script, out, seen);
	free(script);
	for (size_t i = 0; i < listed->n; i++) {
		char *dir;

		if (is_resource(listed->v[i]))
			return err_set(e, ERR_FORMAT,
				"%s: version_locations names a place in a Python "
				"package, "
				"%s; give its directory instead",
				p->file, listed->v[i]);
		dir = resolve(p, listed->v[i], seen);
		add_dir(out, dir, seen);
		free(dir);
	}
	return out->dirs.n > before ||
	       err_set(e, ERR_IO, "%s: no directory of version_locations exists",
		       p->file);
}

/* `versions/` below the script_location, or below the directory of the ini where
 * code sets it, as Flask-Migrate does. */
static bool
add_script_location(struct config *p, struct location *out,
	struct migrations_files *seen, struct err *e)
{
	char *value, *script, *versions;
	bool ok;

	if (!get(p, "script_location", &value, e))
		return false;
	if (value && is_resource(value)) {
		err_set(e, ERR_FORMAT,
			"%s: script_location names a place in a Python package, %s; "
			"give "
			"its directory instead",
			p->file, value);
		free(value);
		return false;
	}
	script = value ? resolve(p, value, seen) : xstrdup(p->dir);
	versions = join(script, "versions");
	ok = is_kind(versions, S_IFDIR, seen);
	note(&out->script, script);
	if (ok)
		strvec_add(&out->dirs, versions);
	else
		err_set(e, ERR_IO, "%s: there is no directory %s", p->file, versions);
	free(versions);
	free(script);
	free(value);
	return ok;
}

static bool
is_true(struct config *p, const char *key, bool *out, struct err *e)
{
	char *value;

	if (!get(p, key, &value, e))
		return false;
	*out |= value && !strcmp(value, "true");
	free(value);
	return true;
}

static bool
no_section(const struct config *p, struct err *e)
{
	const struct strvec *others = p->ini ? ini_sections(p->ini) : NULL;
	struct strbuf list = {0};

	if (!p->ini)
		return err_set(e, ERR_FORMAT,
			strcmp(p->section, "alembic")
				? "%s: there is no alembic.ini beside it that could "
				  "have a section [%s]"
				: "%s: there is no section [tool.%s]",
			p->file, p->section);
	if (others->n)
		strvec_join(others, "], [", &list);
	if (others->n)
		err_set(e, ERR_FORMAT,
			"%s: there is no section [%s]; the file has [%s]: name the one "
			"that is meant as `section` (--section)",
			p->file, p->section, list.s);
	else
		err_set(e, ERR_FORMAT,
			"%s: there is no section [%s], and no other one that says "
			"where migrations are",
			p->file, p->section);
	strbuf_free(&list);
	return false;
}

static bool
locate_project(const char *file, struct location *out, struct migrations_files *seen,
	struct err *e)
{
	struct config p = {.section = out->section ? out->section : "alembic"};
	struct strvec listed = {0};
	bool ok = load_project(&p, file, seen, e);
	bool found = ok && p.ini && ini_has_section(p.ini);

	/* A pyproject.toml has one table for all. */
	if (ok && !found && (out->section || !p.toml.found))
		ok = no_section(&p, e);
	ok = ok && is_true(&p, "recursive_version_locations", &out->recursive, e) &&
	     is_true(&p, "sourceless", &out->sourceless, e) &&
	     version_locations(&p, &listed, e);
	if (ok)
		ok = listed.n ? add_listed(&p, &listed, out, seen, e)
			      : add_script_location(&p, out, seen, e);
	if (ok && !out->home && p.ini_file)
		out->ini = xstrdup(p.ini_file);
	if (ok)
		note(&out->home, p.dir);
	strvec_free(&listed);
	free_project(&p);
	return ok;
}

static bool
has_alembic_table(const char *file, struct migrations_files *seen)
{
	struct config p = {.section = "alembic"};
	bool found = is_kind(file, S_IFREG, seen) && load_toml(&p, file, seen, NULL) &&
		     p.toml.found;

	free_project(&p);
	return found;
}

static void
add_versions(const char *script, const char *versions, struct location *out)
{
	note(&out->script, script);
	strvec_add(&out->dirs, versions);
}

static bool
locate_in_dir(const char *dir, struct location *out, struct migrations_files *seen,
	struct err *e)
{
	char *ini = join(dir, "alembic.ini"), *toml = join(dir, "pyproject.toml");
	char *versions = join(dir, "versions");
	bool configured = is_kind(ini, S_IFREG, seen);
	bool ok = true;

	if (out->section && !configured)
		ok = err_set(e, ERR_FORMAT,
			"%s: there is no file that could have a section [%s]", ini,
			out->section);
	else if (configured && (out->section || !listing_has_migrations(dir)))
		ok = locate_project(ini, out, seen, e);
	else if (is_kind(versions, S_IFDIR, seen))
		add_versions(dir, versions, out);
	else if (has_alembic_table(toml, seen) && !listing_has_migrations(dir))
		ok = locate_project(toml, out, seen, e);
	else
		strvec_add(&out->dirs, dir);
	free(versions);
	free(toml);
	free(ini);
	return ok;
}

bool
locate(const char *path, struct location *out, struct migrations_files *seen,
	struct err *e)
{
	struct stat st;

	if (!seen_stat(seen, path, &st))
		return err_set(
			e, ERR_IO, "%s: there is no such file or directory", path);
	if (S_ISDIR(st.st_mode))
		return locate_in_dir(path, out, seen, e);
	if (ends_with(path, ".py"))
		return err_set(e, ERR_FORMAT,
			"%s is a version file: give its directory", path);
	return locate_project(path, out, seen, e);
}
