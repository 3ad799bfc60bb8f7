/* Opening the database: for a command that writes, for a daemon, or as a copy. */
#include "store/open.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/schema.h"
#include "store/store.h"

/* A command waits for a daemon that is writing, but not the other way round. */
enum { BUSY_TIMEOUT_MS = 5000 };

struct store *
open_new(const char *dir)
{
	struct store *s = xcalloc(1, sizeof *s);

	s->dir = xstrdup(dir);
	s->path = xasprintf("%s/pgdriftd.db", dir);
	s->lock = -1;
	s->beside = BESIDE_NONE;
	return s;
}

static bool
open_database(struct store *s, struct err *e)
{
	if (sqlite3_open_v2(s->path, &s->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		return sql_fail(s, e);
	sqlite3_busy_timeout(s->db, s->serves ? 0 : BUSY_TIMEOUT_MS);
	return true;
}

/* What a command says that it has done has to be on the disk; a daemon can say again
 * what was lost with the power. */
static bool
set_up(struct store *s, struct err *e)
{
	return sql_exec(s,
		       "PRAGMA auto_vacuum = INCREMENTAL;"
		       "PRAGMA journal_mode = WAL;",
		       e) &&
	       sql_exec(s,
		       s->serves ? "PRAGMA synchronous = NORMAL"
				 : "PRAGMA synchronous = FULL",
		       e);
}

static bool
has_lock(const struct store *s)
{
	const struct files_id dir = files_id(s->dir);
	struct stat st;

	return s->lock >= 0 && fstat(s->lock, &st) == 0 && st.st_dev == dir.dev &&
	       st.st_ino == dir.inode;
}

static bool
take_lock(struct store *s, struct err *e)
{
	int lock;

	s->used = false;
	if (!s->serves || has_lock(s))
		return true;
	lock = files_lock(s->dir, &s->used);
	if (s->used)
		return err_set(e, ERR_IO,
			"another pgdriftd is running with the state directory %s: stop "
			"it, or set another service.state_dir",
			s->dir);
	if (s->lock >= 0)
		close(s->lock);
	s->lock = lock;
	return true;
}

/* After something was read, so that the log and its index are there. */
static void
note_files(struct store *s)
{
	s->file = files_id(s->path);
	s->beside = beside_open(s->path);
}

bool
open_all(struct store *s, struct err *e)
{
	/* What brings an older file over writes; who calls notes it if this fails too.
	 */
	s->failure = (struct err){.code = ERR_NONE};
	s->pruning = (struct pruning){.step = 0};
	s->history_bytes = -1;
	if (!files_create(s->dir, s->path, e) || !take_lock(s, e) ||
		!open_database(s, e) || !schema_check(s, e) || !set_up(s, e) ||
		!schema_upgrade(s, e))
		return false;
	note_files(s);
	return true;
}

/* False if it must not be touched. */
static bool
may_close(struct store *s)
{
	struct err e;

	if (beside_check(&s->beside, s->db, s->path, &s->cut, &e))
		return true;
	if (s->cut)
		(void)sqlite3_db_config(
			s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
	return s->cut;
}

void
open_close(struct store *s)
{
	for (size_t i = 0; i < SQL_COUNT; i++) {
		sqlite3_finalize(s->statements[i]);
		s->statements[i] = NULL;
	}
	/* One that must not be touched stays as it is, and with it its locks. */
	if (!s->db || may_close(s)) {
		sqlite3_close(s->db);
		beside_close(&s->beside);
	}
	s->db = NULL;
	s->beside = BESIDE_NONE;
}

struct store *
store_open(const char *dir, struct err *e)
{
	struct store *s = open_new(dir);

	if (open_all(s, e))
		return s;
	store_close(s);
	return NULL;
}

void
store_close(struct store *s)
{
	if (!s)
		return;
	open_close(s);
	pending_clear(&s->pending);
	steps_clear(&s->steps);
	if (s->lock >= 0)
		close(s->lock);
	free(s->path);
	free(s->dir);
	free(s);
}

bool
store_is_in_place(const struct store *s, struct err *e)
{
	const struct files_id now = files_id(s->path);

	return files_same(&now, &s->file) ||
	       err_set(e, ERR_MOVED,
		       "%s was moved, removed or replaced meanwhile: run it again",
		       s->path);
}

/* ---- A copy ---- */

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
	struct store *s = open_new(dir);
	struct err e;

	if (copy_all(s, &e))
		return s;
	open_close(s);
	s->failure = e;
	return s;
}
