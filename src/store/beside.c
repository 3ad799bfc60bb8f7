/* See beside.h.  The beginning of the index is as SQLite documents it ("WAL-mode File
 * Format"). */
#include "store/beside.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	REGION = 32768, /* that the index grows by */
	LOG_HEADER = 32,
	FRAME_HEADER = 24
};

struct beside
beside_open(const char *path)
{
	char *log = files_log(path), *index = files_index(path);
	struct beside b = {.log = files_id(log),
		.index = files_id(index),
		.index_fd = files_open(index)};

	free(log);
	free(index);
	return b;
}

void
beside_close(struct beside *b)
{
	if (b->index_fd >= 0)
		close(b->index_fd);
	*b = BESIDE_NONE;
}

/* ---- The index ---- */

/* All of it is written, since a disk that is full says so here and not by a signal. */
static bool
fill_with_zeros(int fd, off_t size)
{
	static const char zeros[REGION];

	for (off_t at = 0; at < size; at += REGION) {
		ssize_t n = pwrite(fd, zeros, sizeof zeros, at);

		if (n >= 0 && n < REGION)
			errno = ENOSPC;
		if (n < REGION)
			return false;
	}
	return true;
}

static bool
mend_index(struct beside *b, const char *path, struct err *e)
{
	struct stat st;

	if (b->index_fd < 0 || fstat(b->index_fd, &st) != 0)
		return true;
	if (st.st_size >= b->index.size) {
		b->index.size = st.st_size;
		return true;
	}
	return fill_with_zeros(b->index_fd, b->index.size) ||
	       err_set(e, ERR_IO, "%s-shm was cut, and cannot be made again: %s", path,
		       strerror(errno));
}

/* ---- The log ---- */

struct index_header {
	uint32_t version, unused, change;
	uint8_t ready, big_end;
	uint16_t page_size; /* 1: 65536 */
	uint32_t frames;    /* in the log */
};

/* The mapped one; NULL: there is none. */
static const volatile struct index_header *
index_header(sqlite3 *db)
{
	sqlite3_file *file = NULL;
	void volatile *region = NULL;

	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) !=
			SQLITE_OK ||
		!file || !file->pMethods || file->pMethods->iVersion < 2 ||
		file->pMethods->xShmMap(file, 0, REGION, 0, &region) != SQLITE_OK)
		return NULL;
	return region;
}

static off_t
log_size(const struct index_header *h)
{
	off_t page = h->page_size == 1 ? 65536 : h->page_size;

	return h->ready && h->frames
		       ? LOG_HEADER + (off_t)h->frames * (page + FRAME_HEADER)
		       : 0;
}

static bool
same_header(const struct index_header *a, const struct index_header *b)
{
	return a->change == b->change && a->frames == b->frames &&
	       a->page_size == b->page_size && a->ready == b->ready;
}

static struct index_header
read_header(const volatile struct index_header *from)
{
	return (struct index_header){.change = from->change,
		.ready = from->ready,
		.page_size = from->page_size,
		.frames = from->frames};
}

/* Others write as well, so what is between two equal looks is of them. */
static bool
is_cut(const struct beside *b, sqlite3 *db, const char *path)
{
	const volatile struct index_header *shared = index_header(db);
	struct index_header before, after;
	struct files_id now;
	char *log;

	if (!shared)
		return false;
	before = read_header(shared);
	log = files_log(path);
	now = files_id(log);
	free(log);
	after = read_header(shared);
	return files_same(&now, &b->log) && same_header(&before, &after) &&
	       now.size < log_size(&before);
}

/* ---- Both ---- */

bool
beside_check(struct beside *b, struct sqlite3 *db, const char *path, bool *cut,
	struct err *e)
{
	*cut = false;
	if (!mend_index(b, path, e))
		return false;
	*cut = b->log.inode && is_cut(b, db, path);
	return !*cut || err_set(e, ERR_IO,
				"%s-wal was cut while it was in use: what of it was "
				"not yet in the database is lost",
				path);
}

static bool
is_same(const struct files_id *which, char *path)
{
	const struct files_id now = files_id(path);

	free(path);
	return !which->inode || files_same(&now, which);
}

bool
beside_is_there(const struct beside *b, const char *path)
{
	return is_same(&b->log, files_log(path)) &&
	       is_same(&b->index, files_index(path));
}

bool
beside_give_up(
	const struct beside *b, struct sqlite3 *db, const char *path, struct err *e)
{
	char *name = files_log(path);
	const struct files_id log = files_id(name);

	free(name);
	if (log.size && !files_same(&log, &b->log))
		return err_set(e, ERR_IO,
			"%s-wal was replaced while it was in use, and another process "
			"has written since: move %s away, and all that is known is in "
			"the next one",
			path, path);
	return sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL,
		       NULL) == SQLITE_OK ||
	       err_set(e, ERR_IO, "%s: %s", path, sqlite3_errmsg(db));
}
