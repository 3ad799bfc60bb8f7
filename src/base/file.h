/* The one way to what has to be a file: what a path leads to may be a FIFO that nobody
 * writes to, a device, a file of gigabytes or one that is being written.  No other file
 * of src/ opens one for reading (tests/lint/opens). */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/strbuf.h"

enum {
	FILE_MAX_CONF = 4 << 20,       /* of the configuration */
	FILE_MAX_RULES = 4 << 20,      /* of ignore rules */
	FILE_MAX_USERS = 1 << 20,      /* of http.users_file */
	FILE_MAX_PEM = 256 << 10,      /* a certificate or key */
	FILE_MAX_PASSWORD = 1 << 20,   /* of a password */
	FILE_MAX_MIGRATION = 16 << 20, /* of a migration tool's */
	FILE_MAX_SNAPSHOT = 256 << 20,
	FILE_MAX_NAMES = 100000, /* in a directory */
};

/* The whole of a regular file of at most `max` bytes; `out` is empty before, then holds
 * it, ended with '\0', and left no copy elsewhere.  Never waits but for a disk.  What
 * is written meanwhile is read again, a few times; then it is an error, never half of
 * it.  On failure `out` is empty, the code is ERR_IO, or as err_errno() has it, and the
 * text of `e` the bare reason ("it is a FIFO").  `st` (or NULL) is of what was there
 * before it was read, or could not be, by file_stat(); no links: nothing was. */
bool file_take(const char *path, size_t max, struct strbuf *out, struct stat *st,
	struct err *e) MUST_CHECK;
/* The same, with the path in the text ("PATH: it is a FIFO"). */
bool
file_read(const char *path, size_t max, struct strbuf *out, struct err *e) MUST_CHECK;
/* The same for a file that somebody names on a command line and waits for: a pipe,
 * /dev/stdin or a FIFO is read to its end as well. */
bool file_read_given(
	const char *path, size_t max, struct strbuf *out, struct err *e) MUST_CHECK;

/* For what a library opens itself: false, with the bare reason, if there is something
 * that is no regular file, or too large.  What is not there, or closed to us, is for
 * the library to say. */
bool file_check(const char *path, size_t max, struct err *e) MUST_CHECK;

/* stat(2) for who wants to notice what changes later: where the last change is so young
 * that another would show in nothing, waits until one does, some 20 ms (a second where
 * the file system counts in those), ten times at the most.  Never in the loop.  False:
 * errno says why. */
bool file_stat(const char *path, struct stat *st) MUST_CHECK;
/* True if both are of one file that was not touched in between. */
bool file_is_same(const struct stat *a, const struct stat *b);

/* EMFILE or ENFILE where no descriptor is to be had now, else 0: for failures of a
 * library that does not say why. */
int file_exhausted(void);

/* The names in a directory but "." and "..", sorted.  False, with the bare reason, if
 * it cannot be read or holds more than `max`; then `out` has some of them. */
bool
file_names(const char *dir, size_t max, struct strvec *out, struct err *e) MUST_CHECK;

#endif
