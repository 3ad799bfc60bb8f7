/* What SQLite keeps beside the database file while it is open: the log (-wal), and an
 * index of that in shared memory (-shm).  Anybody may cut them: the one takes along
 * what is not in the file yet, the other ends whoever looks at it (SIGBUS). */
#ifndef STORE_BESIDE_H
#define STORE_BESIDE_H

#include <stdbool.h>

#include "base/err.h"
#include "store/files.h"

struct sqlite3;

/* Of an open database.  `index_fd` is -1 where there is none; it is closed after the
 * database, since closing any descriptor of a file ends the locks of a process on it.
 */
struct beside {
	struct files_id log, index;
	int index_fd;
};

#define BESIDE_NONE            \
	(struct beside)        \
	{                      \
		.index_fd = -1 \
	}

/* Those of the database at `path`, which something was read of. */
struct beside beside_open(const char *path);
void beside_close(struct beside *b);

/* To be called between transactions, before anything is asked of `db`.  An index that
 * was cut is emptied, and SQLite makes it anew from the log.  False if that is not
 * possible now, and `db` must not be touched; or if the log was cut, *cut, and what of
 * it was not in the file is lost. */
bool beside_check(struct beside *b, struct sqlite3 *db, const char *path, bool *cut,
	struct err *e) MUST_CHECK;
/* False if one of them was removed or replaced: whoever opens the file reads less, or
 * writes to it at the same time. */
bool beside_is_there(const struct beside *b, const char *path);
/* After that: write what the log has to the file, so that it is whole by itself.  False
 * if that cannot be, or another process has a log of its own by now. */
bool beside_give_up(const struct beside *b, struct sqlite3 *db, const char *path,
	struct err *e) MUST_CHECK;

#endif
