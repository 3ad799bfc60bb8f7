/* Reading a file that may be anything. */
#ifndef MIGRATIONS_READFILE_H
#define MIGRATIONS_READFILE_H

#include <sys/stat.h>

#include "base/err.h"
#include "base/strbuf.h"

enum { READFILE_MAX = 16 * 1024 * 1024 };

/* The whole of a regular file up to READFILE_MAX; never waits, whatever the path is.
 * The text of `e` is the bare reason ("it is a FIFO"), without the path. */
bool readfile(const char *path, struct strbuf *out, struct stat *st,
	struct err *e) MUST_CHECK;

#endif
