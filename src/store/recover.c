/* A store that a daemon keeps open for months: disks are full for a while, other
 * processes lock it, and people move its directory. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/carry.h"
#include "store/open.h"
#include "store/schema.h"
#include "store/store.h"

/* One who looks in once a second says what it is; before, it is somebody who writes. */
enum { LOCKED_MOST = 10, PATIENCE_MS = 1000 };

static void
be_well(struct store *s)
{
	s->failure = (struct err){.code = ERR_NONE};
	s->code = 0;
	s->locked = 0;
	s->logged = false;
	s->damaged = (struct files_id){0};
	s->cut = false;
	s->apart = 0;
}

/* That it can be read says nothing of a disk that is full. */
static bool
can_write(struct store *s, struct err *e)
{
	bool ok = sql_prepare_all(s, e) && sql_exec(s, "BEGIN IMMEDIATE", e) &&
		  schema_touch(s, e) && sql_exec(s, "COMMIT", e);

	if (!ok && s->db)
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return ok;
}

/* ---- Another file ---- */

/* Let go of the database: by name, its log would be that of the next one. */
static sqlite3 *
detach(struct store *s)
{
	sqlite3 *db = s->db;
	int keep = 1;

	for (size_t i = 0; i < SQL_COUNT; i++) {
		sqlite3_finalize(s->statements[i]);
		s->statements[i] = NULL;
	}
	(void)sqlite3_file_control(db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
	files_remove_stale(s->path, &s->beside.log, &s->beside.index);
	s->db = NULL;
	s->beside = BESIDE_NONE;
	return db;
}

/* What cannot be read of the other file is lost; what cannot be written now is not. */
static bool
take_along(struct store *s, sqlite3 *old, struct store_news *news, struct err *e)
{
	struct store from = {
		.db = old, .dir = s->dir, .path = s->path, .beside = BESIDE_NONE};

	if (carry_over(&from, s->path, e))
		return true;
	news->left_behind = *e;
	return from.code == SQLITE_CORRUPT || from.code == SQLITE_NOTADB ||
	       from.code == SQLITE_IOERR || from.code == SQLITE_ERROR;
}

static bool
open_another(struct store *s, struct store_news *news, struct err *e)
{
	const struct files_id file = s->file;
	struct beside beside = s->beside;
	sqlite3 *old = detach(s);

	if (open_all(s, e) && can_write(s, e) && take_along(s, old, news, e)) {
		sqlite3_close(old);
		beside_close(&beside);
		news->other_file = true;
		return true;
	}
	open_close(s);
	s->db = old;
	s->file = file;
	s->beside = beside;
	return false;
}

/* ---- The same file ---- */

/* What was not opened is not half open either. */
static bool
open_again(struct store *s, struct store_news *news, struct err *e)
{
	const struct files_id before = s->file;
	bool empty, cut;

	open_close(s);
	cut = s->cut;
	empty = files_id(s->path).size == 0;
	if (!open_all(s, e) || !can_write(s, e)) {
		open_close(s);
		s->file = before;
		return false;
	}
	news->cut = cut;
	news->other_file =
		before.inode && (empty || cut || !files_same(&before, &s->file));
	return true;
}

static bool
try_again(struct store *s, struct store_news *news, struct err *e)
{
	bool passes = s->code == SQLITE_BUSY || s->code == SQLITE_LOCKED ||
		      s->code == SQLITE_FULL;

	return s->db && passes ? can_write(s, e) : open_again(s, news, e);
}

/* ---- Not whole ---- */

enum whole { WHOLE, EMPTIED, APART };

static enum whole
look_once(const struct store *s, const struct files_id *now)
{
	if (!s->db || !files_same(now, &s->file))
		return WHOLE;
	if (s->file.size > 0 && now->size == 0)
		return EMPTIED;
	return s->damaged.inode || beside_is_there(&s->beside, s->path) ? WHOLE : APART;
}

/* Twice, so that one who writes it anew has the time; *wait: not yet. */
static enum whole
look(struct store *s, const struct files_id *now, bool *wait)
{
	enum whole whole = look_once(s, now);

	s->apart = whole == WHOLE ? 0 : s->apart + 1;
	*wait = s->apart == 1;
	return whole;
}

static bool
put_together(struct store *s, struct store_news *news, struct err *e)
{
	news->together =
		beside_give_up(&s->beside, s->db, s->path, e) && open_again(s, news, e);
	return news->together;
}

/* ---- Both ---- */

/* It would be found to be so each time that something is asked of it.  An empty file is
 * as good as none. */
static bool
is_damaged_still(const struct store *s, const struct files_id *now)
{
	return s->damaged.inode && now->size && files_untouched(now, &s->damaged);
}

bool
store_recover(struct store *s, struct store_news *news)
{
	const struct files_id now = files_id(s->path);
	bool other = s->db && !files_same(&now, &s->file), wait, ok;
	enum whole whole = look(s, &now, &wait);
	struct err e;

	*news = (struct store_news){0};
	/* A part of the index that is left would be believed by who comes next. */
	if (s->db && !sql_is_sound(s, &e))
		other = false;
	if (s->failure.code == ERR_NONE && !other && whole == WHOLE)
		return true;
	if (wait || is_damaged_still(s, &now))
		return store_is_up(s, NULL);
	if (s->locked)
		s->locked++;
	/* It is worth nothing, but the log may have much of what was in it. */
	if (whole == EMPTIED && unlink(s->path) == 0)
		other = true;
	ok = other            ? open_another(s, news, &e)
	     : whole == APART ? put_together(s, news, &e)
			      : try_again(s, news, &e);
	if (!ok) {
		s->failure = e;
		return store_is_up(s, NULL);
	}
	be_well(s);
	news->again = true;
	return true;
}

struct store *
store_open_later(const char *dir)
{
	struct store *s = open_new(dir);
	struct store_news news = {0};
	struct err e;

	s->serves = true;
	if (open_again(s, &news, &e))
		be_well(s);
	else
		s->failure = e;
	return s;
}

bool
store_is_up(const struct store *s, struct err *e)
{
	bool up = s->failure.code == ERR_NONE || (s->locked && s->locked < LOCKED_MOST);

	if (!up && e)
		*e = s->failure;
	return up;
}

bool
store_has_failed(const struct store *s, struct err *e)
{
	*e = s->failure;
	return s->failure.code != ERR_NONE;
}

void
store_be_patient(struct store *s)
{
	if (s->db)
		sqlite3_busy_timeout(s->db, PATIENCE_MS);
}

bool
store_is_used(const struct store *s)
{
	return s->used;
}

void
store_log(struct store *s, enum log_level level, const struct err *e, const char *what)
{
	if (store_is_up(s, NULL) && s->locked)
		return;
	if (s->logged || !ration_take(&s->log_ration, clock_mono_ms()))
		return;
	log_err(level, e, "%s%s", what,
		ration_is_used_up(&s->log_ration)
			? " (it comes and goes so often that not each time is told)"
			: "");
	s->logged = s->logged_last = true;
}

void
store_log_up(struct store *s)
{
	if (s->failure.code != ERR_NONE || !s->logged_last)
		return;
	log_msg(LEVEL_INFO, "the store is up again");
	s->logged_last = false;
}
