/* See former.h.  The copy is taken through a connection of its own: one that writes
 * cannot be copied from. */
#include "store/former.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/catalog.h"

/* ---- The copy ---- */

static bool
fail(struct err *e, const struct store *s, const char *copy, const char *why)
{
	return err_set(e, ERR_IO,
		"%s is of an earlier pgdriftd, and cannot be copied to %s before it is "
		"changed: %s; it is as it was",
		s->path, copy, why);
}

/* For the copy, and for what is written of it anew: who tries each second is not to
 * write a large one each time, and then find the disk full. */
static bool
has_room(const struct store *s)
{
	const struct files_id file = files_id(s->path);
	struct statvfs v;

	return statvfs(s->dir, &v) != 0 ||
	       v.f_bavail >= (fsblkcnt_t)file.size / v.f_frsize * 2;
}

/* VACUUM INTO takes an empty file as it takes none. */
static bool
write_copy(struct store *s, const char *to, struct err *e)
{
	const char *const name[] = {to, NULL};
	struct store from = {.dir = s->dir, .path = s->path, .beside = BESIDE_NONE};
	bool ok;

	if (sqlite3_open_v2(s->path, &from.db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
		ok = sql_fail(&from, e);
	else
		ok = sql_exec_texts(&from, "VACUUM INTO ?1", name, e);
	sqlite3_close(from.db);
	return ok;
}

static bool
copy_to(struct store *s, const char *fresh, const char *copy, struct err *e)
{
	struct err why;
	int fd;

	if (!has_room(s))
		return fail(e, s, copy, "there is not twice its size free");
	(void)unlink(fresh);
	fd = files_create_private(s->dir, fresh);
	if (fd < 0)
		return fail(e, s, copy, strerror(errno));
	if (!write_copy(s, fresh, &why)) {
		close(fd);
		return fail(e, s, copy, why.text);
	}
	if (fsync(fd) != 0 || rename(fresh, copy) != 0) {
		fail(e, s, copy, strerror(errno));
		close(fd);
		return false;
	}
	close(fd);
	return true;
}

static bool
is_older(const struct files_id *a, const struct files_id *b)
{
	return a->modified.tv_sec != b->modified.tv_sec
		       ? a->modified.tv_sec < b->modified.tv_sec
		       : a->modified.tv_nsec < b->modified.tv_nsec;
}

/* True if it was made since anything was written: one who tries again and again to
 * change a file needs it once. */
static bool
is_made(const struct store *s, const char *copy)
{
	char *log = files_log(s->path);
	const struct files_id made = files_id(copy), file = files_id(s->path),
			      logged = files_id(log);

	free(log);
	return made.inode && is_older(&file, &made) &&
	       (!logged.size || is_older(&logged, &made));
}

bool
former_copy(struct store *s, int64_t version, struct err *e)
{
	const char *file = sqlite3_db_filename(s->db, "main");
	char *copy, *fresh;
	bool ok;

	if (!file || !*file)
		return true;
	copy = xasprintf("%s.v%lld", s->path, (long long)version);
	fresh = xasprintf("%s.new", copy);
	ok = is_made(s, copy) || copy_to(s, fresh, copy, e);
	if (!ok)
		(void)unlink(fresh);
	free(fresh);
	free(copy);
	return ok;
}

/* ---- Baselines ---- */

static bool
set_key(struct store *s, int64_t version, const char *key, struct err *e)
{
	char number[24];
	const char *const texts[] = {number, key, NULL};

	snprintf(number, sizeof number, "%lld", (long long)version);
	return sql_exec_texts(s,
		"UPDATE baseline SET key = ?2 WHERE version = CAST(?1 AS INTEGER)",
		texts, e);
}

static bool
pack_row(struct store *s, sqlite3_stmt *q, struct err *e)
{
	const char *text = sql_text(q, 1) ? sql_text(q, 1) : "";
	struct store_packed packed;
	bool ok;

	catalog_pack_text(text, strlen(text), &packed);
	ok = catalog_put(s, &packed, e) &&
	     set_key(s, sqlite3_column_int64(q, 0), packed.key, e);
	store_packed_fini(&packed);
	return ok;
}

bool
former_pack_baselines(struct store *s, struct err *e)
{
	sqlite3_stmt *q;
	int rc = 0;
	bool ok = true;

	if (!sql_exec(s, "ALTER TABLE baseline ADD COLUMN key TEXT", e))
		return false;
	if (sqlite3_prepare_v2(s->db,
		    "SELECT version, snapshot FROM baseline ORDER BY version", -1, &q,
		    NULL) != SQLITE_OK)
		return sql_fail(s, e);
	while (ok && (rc = sql_next(s, q, e)) > 0)
		ok = pack_row(s, q, e);
	sqlite3_finalize(q);
	return ok && rc == 0;
}
