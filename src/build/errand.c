/* The environment is ours, but for what is between us and who started us, with what
 * leads to the throwaway database in whatever way it is asked for. */
#include "build/errand.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "build/argv.h"

struct filling {
	const struct recipe *recipe;
	const struct place *place;
	const struct workshop *workshop;
	const char *revision;
	bool with_password;
	char *made; /* what was handed out last */
};

/* ---- The environment ---- */

static const char *
value_in(const struct strvec *env, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < env->n; i++)
		if (!strncmp(env->v[i], name, n) && env->v[i][n] == '=')
			return env->v[i] + n + 1;
	return NULL;
}

/* Takes over "NAME=VALUE", in the place of what that was before. */
static void
put(struct strvec *env, char *assignment)
{
	size_t n = strcspn(assignment, "=") + 1;

	for (size_t i = 0; i < env->n; i++)
		if (!strncmp(env->v[i], assignment, n)) {
			free(env->v[i]);
			env->v[i] = assignment;
			return;
		}
	strvec_take(env, assignment);
}

/* The names of libpq's variables, also those that it does not know yet.  What is set
 * for us is of other servers: some of it would lead the command there, before PGHOST
 * and PGDATABASE, some would let it in. */
static bool
is_of_libpq(const char *assignment)
{
	size_t n = strspn(assignment, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return !strncmp(assignment, "PG", 2) && assignment[n] == '=';
}

/* … and what is the service manager's and ours. */
static bool
is_left_out(const char *assignment)
{
	static const char *const names[] = {"NOTIFY_SOCKET=", "WATCHDOG_PID=",
		"WATCHDOG_USEC=", "LISTEN_PID=", "LISTEN_FDS=", "LISTEN_FDNAMES=",
		"JOURNAL_STREAM=", "INVOCATION_ID=", "CREDENTIALS_DIRECTORY="};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (!strncmp(assignment, names[i], strlen(names[i])))
			return true;
	return is_of_libpq(assignment);
}

static void
set_user(struct strvec *env, const struct workshop *w)
{
	if (!w->other_user)
		return;
	put(env, xasprintf("HOME=%s", w->user_home));
	put(env, xasprintf("USER=%s", w->user_name));
	put(env, xasprintf("LOGNAME=%s", w->user_name));
}

static void
set_database(struct strvec *env, const struct filling *f)
{
	struct strvec variables = {0};
	char *url = place_url(f->place, NULL, true), *dsn = place_dsn(f->place);
	char *with_driver = place_url(f->place, f->workshop->driver, true);

	place_env(f->place, &variables);
	for (size_t i = 0; i < variables.n; i++)
		put(env, xstrdup(variables.v[i]));
	put(env, xasprintf("PGDRIFTD_SCRATCH_URL=%s", url));
	put(env, xasprintf("PGDRIFTD_SCRATCH_DSN=%s", dsn));
	put(env, xasprintf("DATABASE_URL=%s", with_driver));
	if (f->revision)
		put(env, xasprintf("PGDRIFTD_REVISION=%s", f->revision));
	strvec_free(&variables);
	free(url);
	free(dsn);
	free(with_driver);
}

static void
make_env(struct strvec *env, const struct filling *f)
{
	for (char **v = environ; *v; v++)
		if (!is_left_out(*v))
			strvec_add(env, *v);
	/* What is in the project's directory is its owner's. */
	put(env, xstrdup("PYTHONDONTWRITEBYTECODE=1"));
	/* What it says comes in the order in which it is said. */
	put(env, xstrdup("PYTHONUNBUFFERED=1"));
	set_user(env, f->workshop);
	set_database(env, f);
}

/* ---- Words ---- */

static const char *
hand_out(struct filling *f, char *text)
{
	free(f->made);
	f->made = text;
	return text;
}

static const char *
value_of(void *arg, const char *name)
{
	struct filling *f = arg;

	if (!strcmp(name, "revision"))
		return f->revision;
	if (!strcmp(name, "ini"))
		return f->workshop->ini;
	if (!strcmp(name, "file"))
		return f->recipe->ddl;
	if (!strcmp(name, "database"))
		return pg_parts_get(&f->place->parts, "dbname");
	if (!strcmp(name, "url"))
		return hand_out(f, place_url(f->place, NULL, f->with_password));
	if (!strncmp(name, "url:", 4))
		return hand_out(f, place_url(f->place, name + 4, f->with_password));
	return NULL;
}

static void
fill_words(const struct recipe *r, struct filling *f, struct errand *out)
{
	size_t n = argv_assignments(&r->words);

	for (size_t i = 0; i < r->words.n; i++) {
		char *word;

		f->with_password = i < n;
		word = argv_fill(r->words.v[i], value_of, f);
		if (i < n)
			put(&out->env, word);
		else
			strvec_take(&out->argv, word);
	}
	free(f->made);
}

/* ---- The program ---- */

static char *
try(const char *dir, size_t n, const char *name)
{
	char *path = xasprintf("%.*s/%s", (int)n, dir, name);

	if (access(path, X_OK) == 0)
		return path;
	free(path);
	return NULL;
}

static char *
find_in_path(const char *path, const char *name)
{
	char *found = NULL;

	while (!found && *path) {
		size_t n = strcspn(path, ":");

		if (n)
			found = try(path, n, name);
		path += n + (path[n] == ':');
	}
	return found;
}

/* Where nobody has said which, the project's own environment comes first. */
static char *
find_program(const struct recipe *r, const struct errand *x)
{
	static const char *const own[] = {".venv/bin", "venv/bin"};
	const char *name = x->argv.v[0], *path = value_in(&x->env, "PATH");
	char *found = NULL;

	if (*name == '/')
		return try("", 0, name + 1);
	if (strchr(name, '/'))
		return try(r->home, strlen(r->home), name);
	for (size_t i = 0; r->usual && !found && i < COUNT_OF(own); i++) {
		char *dir = xasprintf("%s/%s", r->home, own[i]);

		found = try(dir, strlen(dir), name);
		free(dir);
	}
	return found ? found
		     : find_in_path(path ? path : "/usr/local/bin:/usr/bin:/bin", name);
}

static void
end_list(struct strvec *l)
{
	GROW(l->v, l->n, l->cap);
	l->v[l->n] = NULL;
}

bool
errand_make(const struct recipe *r, const struct place *p, const struct workshop *w,
	const char *revision, struct errand *out)
{
	struct filling f = {
		.recipe = r, .place = p, .workshop = w, .revision = revision};
	char *program;

	*out = (struct errand){0};
	make_env(&out->env, &f);
	fill_words(r, &f, out);
	program = find_program(r, out);
	if (!program)
		return false;
	free(out->argv.v[0]);
	out->argv.v[0] = program;
	end_list(&out->argv);
	end_list(&out->env);
	return true;
}

void
errand_explain(const struct recipe *r, const struct errand *x, struct err *e)
{
	const char *name = x->argv.v[0], *path = value_in(&x->env, "PATH");

	if (strchr(name, '/'))
		err_set(e, ERR_CONFIG,
			"%s: there is no such program (looked for in %s)", name,
			r->home);
	else if (r->ddl && r->usual)
		err_set(e, ERR_CONFIG,
			"there is no program %s in PATH (%s): install the client "
			"programs of PostgreSQL, of at least the scratch server's "
			"version",
			name, path ? path : "which is not set");
	else
		err_set(e, ERR_CONFIG,
			"there is no program %s in PATH (%s): name it with its "
			"directory "
			"in `build`, as in \"/srv/app/venv/bin/alembic upgrade "
			"{revision}\"",
			name, path ? path : "which is not set");
}

static void
wipe(struct strvec *l)
{
	for (size_t i = 0; i < l->n; i++)
		explicit_bzero(l->v[i], strlen(l->v[i]));
	strvec_free(l);
}

void
errand_free(struct errand *x)
{
	wipe(&x->argv);
	wipe(&x->env);
}
