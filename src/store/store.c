/* Opening the database, changes of state and what was last known; baselines are in
 * baseline.c.  Writes happen on changes only, so waiting for the disk is rare and
 * short; another process (accept) holds the lock for one row. */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/schema.h"
#include "store/sql.h"

enum { BUSY_TIMEOUT_MS = 2000 };

/* What root creates for a daemon that runs as somebody else has to be that one's. */
static bool
give_to_owner(int fd, const char *dir)
{
	struct stat st;

	return geteuid() != 0 ||
	       (stat(dir, &st) == 0 && fchown(fd, st.st_uid, st.st_gid) == 0);
}

/* Below its parent, whose owner it has as well. */
static bool
create_directory(const char *dir)
{
	char *parent;
	bool ok = true;
	int fd;

	if (mkdir(dir, 0750) != 0)
		return errno == EEXIST;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	parent = xasprintf("%s/..", dir);
	if (fd >= 0)
		ok = give_to_owner(fd, parent);
	free(parent);
	if (fd >= 0)
		close(fd);
	return fd >= 0 && ok;
}

/* Whoever owns the directory could have root write to any file by a link in it. */
static bool
is_strange_link(const char *path, struct err *e)
{
	struct stat st;

	if (geteuid() != 0 || lstat(path, &st) != 0 || !S_ISLNK(st.st_mode) ||
		st.st_uid == 0)
		return false;
	err_set(e, ERR_IO,
		"%s is a symbolic link that uid %ld made, which root does not follow",
		path, (long)st.st_uid);
	return true;
}

/* SQLite takes owner and permissions of its other files from the first. */
static bool
create_file(const char *dir, const char *path, struct err *e)
{
	bool ok = true;
	int fd;

	if (!create_directory(dir))
		return err_set(e, ERR_IO, "cannot create directory %s: %s", dir,
			strerror(errno));
	if (is_strange_link(path, e))
		return false;
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd >= 0)
		ok = give_to_owner(fd, dir);
	else if (errno == EEXIST)
		fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0 || !ok)
		err_set(e, ERR_IO, "cannot %s %s: %s", ok ? "open" : "give away", path,
			strerror(errno));
	if (fd >= 0)
		close(fd);
	return fd >= 0 && ok;
}

static bool
open_database(struct store *s, struct err *e)
{
	if (sqlite3_open_v2(s->path, &s->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		return sql_fail(s, e);
	sqlite3_busy_timeout(s->db, BUSY_TIMEOUT_MS);
	return true;
}

static const char settings[] = "PRAGMA auto_vacuum = INCREMENTAL;"
			       "PRAGMA journal_mode = WAL;"
			       "PRAGMA synchronous = NORMAL;";

/* Which file that is: another may take its name. */
static uint64_t
inode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_ino : 0;
}

static bool
open_all(struct store *s, struct err *e)
{
	if (!create_file(s->dir, s->path, e) || !open_database(s, e) ||
		!schema_check(s, e) || !sql_exec(s, settings, e) ||
		!schema_upgrade(s, e))
		return false;
	s->inode = inode_of(s->path);
	s->failure.code = ERR_NONE;
	s->logged = false;
	return true;
}

static void
close_database(struct store *s)
{
	for (size_t i = 0; i < SQL_COUNT; i++) {
		sqlite3_finalize(s->statements[i]);
		s->statements[i] = NULL;
	}
	sqlite3_close(s->db);
	s->db = NULL;
}

static struct store *
new_store(const char *dir)
{
	struct store *s = xcalloc(1, sizeof *s);

	s->dir = xstrdup(dir);
	s->path = xasprintf("%s/pgdriftd.db", dir);
	return s;
}

struct store *
store_open(const char *dir, struct err *e)
{
	struct store *s = new_store(dir);

	if (open_all(s, e))
		return s;
	store_close(s);
	return NULL;
}

/* As SQLite wants a file name that is a URI. */
static char *
uri_of(const char *path, const char *query)
{
	struct strbuf out = {0};

	strbuf_add(&out, *path == '/' ? "file://" : "file:");
	for (; *path; path++)
		if (strchr("%?#", *path))
			strbuf_printf(&out, "%%%02X", (unsigned char)*path);
		else
			strbuf_addc(&out, *path);
	strbuf_add(&out, query);
	return strbuf_take(&out);
}

/* A file without a log beside it is whole, and nobody writes to it: opened as any
 * other, SQLite would create one. */
static int
open_as_it_is(const char *path, sqlite3 **db)
{
	char *log = xasprintf("%s-wal", path);
	char *uri = uri_of(
		path, access(log, F_OK) == 0 ? "?mode=ro" : "?mode=ro&immutable=1");
	int rc = sqlite3_open_v2(uri, db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);

	free(uri);
	free(log);
	return rc;
}

static int
copy_pages(sqlite3 *to, sqlite3 *from)
{
	sqlite3_backup *backup;

	sqlite3_busy_timeout(from, BUSY_TIMEOUT_MS);
	backup = sqlite3_backup_init(to, "main", from, "main");
	if (!backup)
		return sqlite3_errcode(to);
	(void)sqlite3_backup_step(backup, -1);
	return sqlite3_backup_finish(backup);
}

static bool
copy_file(struct store *s, struct err *e)
{
	sqlite3 *from = NULL;
	int rc = open_as_it_is(s->path, &from);

	if (rc == SQLITE_OK)
		rc = copy_pages(s->db, from);
	sqlite3_close(from);
	if (rc == SQLITE_OK)
		return true;
	return err_set(e, ERR_IO, "%s cannot be read: %s", s->path, sqlite3_errstr(rc));
}

static bool
copy_all(struct store *s, struct err *e)
{
	bool there = access(s->path, F_OK) == 0 || errno != ENOENT;

	if (there && access(s->path, R_OK) != 0)
		return err_set(
			e, ERR_IO, "cannot open %s: %s", s->path, strerror(errno));
	if (sqlite3_open(":memory:", &s->db) != SQLITE_OK)
		return sql_fail(s, e);
	return (!there || copy_file(s, e)) && schema_check(s, e) &&
	       schema_upgrade(s, e);
}

struct store *
store_open_copy(const char *dir)
{
	struct store *s = new_store(dir);
	struct err e;

	if (copy_all(s, &e))
		return s;
	close_database(s);
	s->failure = e;
	return s;
}

/* What was not opened is not half open either. */
static bool
reopen(struct store *s)
{
	struct err e;

	close_database(s);
	/* That it can be read says nothing of a disk that is full. */
	if (open_all(s, &e) && schema_touch(s, &e))
		return true;
	close_database(s);
	s->failure = e;
	return false;
}

struct store *
store_open_later(const char *dir)
{
	struct store *s = new_store(dir);

	reopen(s);
	return s;
}

bool
store_is_up(const struct store *s, struct err *e)
{
	if (s->failure.code != ERR_NONE && e)
		*e = s->failure;
	return s->failure.code == ERR_NONE;
}

void
store_log(struct store *s, enum log_level level, const struct err *e, const char *what)
{
	if (!s->logged)
		log_err(level, e, "%s", what);
	s->logged = true;
}

bool
store_recover(struct store *s)
{
	if (s->failure.code == ERR_NONE && s->inode == inode_of(s->path))
		return true;
	return reopen(s);
}

void
store_close(struct store *s)
{
	if (!s)
		return;
	close_database(s);
	free(s->path);
	free(s->dir);
	free(s);
}

bool
store_begin(struct store *s, struct err *e)
{
	return sql_exec(s, "BEGIN IMMEDIATE", e);
}

bool
store_begin_write(struct store *s, struct err *e)
{
	return sql_exec(s, "BEGIN", e);
}

bool
store_end(struct store *s, bool ok, struct err *e)
{
	if (ok && sql_exec(s, "COMMIT", e))
		return true;
	(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

bool
store_add_change(struct store *s, const struct store_change *c, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_ADD_CHANGE, e);

	if (!q)
		return false;
	sql_bind_int(q, 1, c->at_ms);
	sql_bind_text(q, 2, c->environment);
	sql_bind_text(q, 3, c->state);
	sql_bind_text(q, 4, c->previous_state);
	sql_bind_text(q, 5, c->revision);
	sql_bind_text(q, 6, c->expected);
	sql_bind_text(q, 7, c->fingerprint);
	sql_bind_int(q, 8, c->findings);
	sql_bind_text(q, 9, c->detail);
	sql_bind_text(q, 10, c->event);
	return sql_run(s, q, e);
}

/* What is of the daemon has neither environment nor state. */
static const char *
text_or_null(sqlite3_stmt *q, int i)
{
	const char *text = sql_text(q, i);

	return text && *text ? text : NULL;
}

static cJSON *
change_json(sqlite3_stmt *q)
{
	cJSON *o = json_object();

	json_add_time(o, "at", sqlite3_column_int64(q, 0));
	json_add_str(o, "event", sql_text(q, 9));
	json_add_str(o, "environment", text_or_null(q, 1));
	json_add_str(o, "state", text_or_null(q, 2));
	json_add_str(o, "previous_state", sql_text(q, 3));
	json_add_str(o, "revision", sql_text(q, 4));
	json_add_str(o, "expected", sql_text(q, 5));
	json_add_str(o, "fingerprint", sql_text(q, 6));
	json_add_num(o, "findings", (double)sqlite3_column_int64(q, 7));
	json_add_str(o, "detail", sql_text(q, 8));
	return o;
}

cJSON *
store_history(struct store *s, const char *environment, int64_t since_ms, size_t limit,
	struct err *e)
{
	char *called = environment ? store_called(s, environment) : NULL;
	sqlite3_stmt *q = sql_begin(s, SQL_HISTORY, e);
	cJSON *o, *changes;
	int rc;

	if (!q) {
		free(called);
		return NULL;
	}
	sql_bind_int(q, 1, since_ms);
	sql_bind_text(q, 2, called);
	sql_bind_int(q, 3, limit < INT32_MAX ? (int64_t)limit : INT32_MAX);
	o = json_object();
	json_add_num(o, "schema_version", 1);
	changes = json_add_array(o, "changes");
	while ((rc = sql_next(s, q, e)) > 0)
		json_push(changes, change_json(q));
	sql_end(q);
	free(called);
	if (rc == 0)
		return o;
	cJSON_Delete(o);
	return NULL;
}

bool
store_last(struct store *s, const char *environment, struct store_last *out)
{
	struct err e;
	sqlite3_stmt *q = sql_begin(s, SQL_LAST, &e);
	bool found;

	if (!q)
		return false;
	sql_bind_text(q, 1, environment);
	found = sql_next(s, q, &e) > 0 && sql_text(q, 0);
	if (found) {
		snprintf(out->state, sizeof out->state, "%s", sql_text(q, 0));
		out->since_ms = sqlite3_column_int64(q, 1);
		out->drift_since_ms = sqlite3_column_int64(q, 2);
	}
	sql_end(q);
	return found;
}

char *
store_known(struct store *s, const char *environment, int64_t *success_ms)
{
	struct err e;
	sqlite3_stmt *q = sql_begin(s, SQL_KNOWN, &e);
	char *document = NULL;

	if (!q)
		return NULL;
	sql_bind_text(q, 1, environment);
	if (sql_next(s, q, &e) > 0) {
		document = xstrdup_null(sql_text(q, 0));
		*success_ms = sqlite3_column_int64(q, 1);
	}
	sql_end(q);
	return document;
}

bool
store_set_known(struct store *s, const char *environment, int64_t success_ms,
	const char *document, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_SET_KNOWN, e);

	if (!q)
		return false;
	sql_bind_text(q, 1, environment);
	sql_bind_int(q, 2, success_ms);
	sql_bind_text(q, 3, document);
	return sql_run(s, q, e);
}

bool
store_set_last(struct store *s, const char *environment, const struct store_last *l,
	struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_SET_LAST, e);

	if (!q)
		return false;
	sql_bind_text(q, 1, environment);
	sql_bind_text(q, 2, l->state);
	sql_bind_int(q, 3, l->since_ms);
	sql_bind_int(q, 4, l->drift_since_ms);
	return sql_run(s, q, e);
}

bool
store_prune(struct store *s, int64_t before_ms, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_PRUNE, e);

	if (!q)
		return false;
	sql_bind_int(q, 1, before_ms);
	return sql_run(s, q, e) && sql_exec(s, "PRAGMA incremental_vacuum", e);
}
