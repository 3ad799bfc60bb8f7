/* The ini that the command is given is a copy, as the password of the scratch server is
 * in it: in a directory that only who runs the command may enter, and only while it
 * runs. */
#include "build/workshop.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/save.h"
#include "build/envpy.h"
#include "build/inicopy.h"
#include "migrations/alembic/ini.h"

/* ---- Who ---- */

static void
take_groups(struct workshop *w)
{
	int n = 16;

	w->groups = xcalloc((size_t)n, sizeof *w->groups);
	while (getgrouplist(w->user_name, w->group, w->groups, &n) < 0)
		w->groups = xrealloc(w->groups, (size_t)n, sizeof *w->groups);
	w->n_groups = (size_t)n;
}

static bool
find_user(const char *name, struct workshop *w, struct err *e)
{
	char *buf = xmalloc(65536);
	struct passwd pw, *found = NULL;
	int rc = getpwnam_r(name, &pw, buf, 65536, &found);

	if (found) {
		w->user = found->pw_uid;
		w->group = found->pw_gid;
		w->user_name = xstrdup(found->pw_name);
		w->user_home = xstrdup(found->pw_dir);
		take_groups(w);
	} else if (rc) {
		err_errno(e, ERR_IO, rc);
		err_prefix(e, "build_user %s", name);
	} else {
		err_set(e, ERR_CONFIG, "build_user: there is no user %s", name);
	}
	free(buf);
	return found;
}

/* Migrations are programs of others: not as root unless that is said. */
static bool
choose_user(const struct recipe *r, struct workshop *w, struct err *e)
{
	if (geteuid() != 0)
		return !r->user || (find_user(r->user, w, e) &&
					   (w->user == geteuid() ||
						   err_set(e, ERR_CONFIG,
							   "build_user: only root can "
							   "run a command as %s",
							   r->user)));
	if (!r->user)
		return r->even_root ||
		       err_set(e, ERR_CONFIG,
			       "pgdriftd runs as root: say in build_user as whom "
			       "%s",
			       r->ddl ? "SQL is to be loaded"
				      : "migrations are to be run");
	w->other_user = find_user(r->user, w, e);
	return w->other_user;
}

/* ---- env.py ---- */

/* A usual command changes whatever database env.py leads to: it has to say that this is
 * for us to choose. */
static bool
takes_url(const struct recipe *r, struct err *e)
{
	char *path = r->script ? xasprintf("%s/env.py", r->script) : NULL;
	struct strbuf text = {0};
	bool takes;

	if (!path)
		return err_set(e, ERR_CONFIG,
			"nobody knows which env.py would be run in %s: name the "
			"alembic.ini in `path`, or say the command in `build`",
			r->home);
	takes = file_read(path, FILE_MAX_MIGRATION, &text, e);
	if (takes && !envpy_is_told(text.s ? text.s : ""))
		takes = err_set(e, ERR_CONFIG,
			"%s does not say beyond doubt that it takes its URL from "
			"alembic.ini, DATABASE_URL or PGDRIFTD_SCRATCH_URL alone, so "
			"that nobody knows which database it would change: say how it "
			"is told in `build`",
			path);
	strbuf_free(&text);
	free(path);
	return takes;
}

/* ---- The ini ---- */

struct output {
	const struct strbuf *text;
};

static bool
next_piece(void *arg, struct strbuf *piece)
{
	const struct output *o = arg;

	strbuf_addn(piece, o->text->s, o->text->len);
	return false;
}

#define DIR_PREFIX "pgdriftd-build-"

/* Of a program that was killed: of a process that is gone, and of ours. */
static bool
is_left_behind(const char *name, const char *path)
{
	size_t n = strlen(DIR_PREFIX);
	struct stat st;
	long pid;

	if (strncmp(name, DIR_PREFIX, n))
		return false;
	pid = strtol(name + n, NULL, 10);
	return pid > 0 && kill((pid_t)pid, 0) < 0 && errno == ESRCH &&
	       lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid();
}

static void
remove_dir(const char *dir)
{
	char *ini = xasprintf("%s/alembic.ini", dir);

	unlink(ini);
	rmdir(dir);
	free(ini);
}

static void
remove_left_behind(const char *tmp)
{
	struct strvec names = {0};
	bool ok = file_names(tmp, FILE_MAX_NAMES, &names, NULL);

	for (size_t i = 0; ok && i < names.n; i++) {
		char *path = xasprintf("%s/%s", tmp, names.v[i]);

		if (is_left_behind(names.v[i], path))
			remove_dir(path);
		free(path);
	}
	strvec_free(&names);
}

static bool
make_dir(struct workshop *w, struct err *e)
{
	const char *tmp = getenv("TMPDIR");

	tmp = tmp && *tmp == '/' ? tmp : "/tmp";
	remove_left_behind(tmp);
	w->dir = xasprintf("%s/" DIR_PREFIX "%ld-XXXXXX", tmp, (long)getpid());
	if (mkdtemp(w->dir))
		return true;
	err_errno(e, ERR_IO, errno);
	err_prefix(e, "%s", w->dir);
	free(w->dir);
	w->dir = NULL;
	return false;
}

/* The file is whose the command is; the directory stays ours, for nobody to put
 * anything else in its place. */
static bool
hand_over(const struct workshop *w, struct err *e)
{
	if (chmod(w->ini, 0600) == 0 &&
		(!w->other_user || (chown(w->ini, w->user, w->group) == 0 &&
					   chmod(w->dir, 0711) == 0)))
		return true;
	err_errno(e, ERR_IO, errno);
	return err_prefix(e, "%s", w->dir);
}

static char *
driver_of(const struct recipe *r, const char *section, const char *text)
{
	struct ini *ini = ini_parse(text, r->ini, section, NULL);
	char *url = NULL, *driver;

	if (!ini || !ini_get(ini, "sqlalchemy.url", r->home, &url, NULL))
		url = NULL;
	driver = inicopy_driver(url ? url : "");
	free(url);
	ini_free(ini);
	return driver;
}

static bool
write_copy(const struct recipe *r, const struct place *p, const char *text,
	struct workshop *w, struct err *e)
{
	const char *section = r->section ? r->section : "alembic";
	char *url = place_url(p, w->driver, true);
	struct inicopy copy = {section, url, r->home};
	struct strbuf out = {0};
	struct output o = {&out};
	bool ok = make_dir(w, e);

	if (ok) {
		inicopy_write(text, &copy, &out);
		w->ini = xasprintf("%s/alembic.ini", w->dir);
		ok = save_pieces(w->ini, next_piece, &o, e) && hand_over(w, e);
		explicit_bzero(out.s, out.len);
	}
	strbuf_free(&out);
	explicit_bzero(url, strlen(url));
	free(url);
	return ok;
}

static bool
copy_ini(const struct recipe *r, const struct place *p, struct workshop *w,
	struct err *e)
{
	struct strbuf text = {0};
	bool wanted = false, ok;

	for (size_t i = 0; i < r->words.n; i++)
		wanted |= strstr(r->words.v[i], "{ini}") != NULL;
	ok = file_read(r->ini, FILE_MAX_MIGRATION, &text, e);
	if (ok) {
		free(w->driver);
		w->driver = driver_of(r, r->section ? r->section : "alembic", text.s);
	}
	ok = ok && (!wanted || write_copy(r, p, text.s, w, e));
	strbuf_free(&text);
	return ok;
}

bool
workshop_open(const struct recipe *r, const struct place *p, struct workshop *out,
	struct err *e)
{
	bool ok;

	*out = (struct workshop){.driver = xstrdup("")};
	ok = choose_user(r, out, e) && (!r->usual || r->ddl || takes_url(r, e)) &&
	     (!r->ini || copy_ini(r, p, out, e));
	if (!ok)
		workshop_close(out);
	return ok;
}

void
workshop_close(struct workshop *w)
{
	if (w->dir)
		remove_dir(w->dir);
	free(w->ini);
	free(w->dir);
	free(w->driver);
	free(w->groups);
	free(w->user_name);
	free(w->user_home);
	*w = (struct workshop){0};
}
