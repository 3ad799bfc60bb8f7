/* Writing what somebody asked for to where he wants it. */
#ifndef BASE_SAVE_H
#define BASE_SAVE_H

#include <sys/stat.h>

#include "base/err.h"
#include "base/strbuf.h"

/* Write a text to `path` that comes in pieces: `next` appends one to `piece`, which is
 * empty, and returns false with the last.  A regular file, or one that is not there
 * yet, has all of it or stays as it was, and keeps mode, group and (where that is
 * allowed) owner; of a link that is what it leads to.  Anything else (a device, a FIFO,
 * what /dev/stdout or /proc lead to) is never replaced: the text is written into it.
 * ERR_IO with the path. */
bool save_pieces(const char *path, bool (*next)(void *arg, struct strbuf *piece),
	void *arg, struct err *e) MUST_CHECK;
/* The same of a file that is not there yet, with that mode: what is there, or comes
 * meanwhile, is never written over.  False with *exists then. */
struct save_new {
	const char *path;
	mode_t mode;
	bool exists; /* set */
};
bool save_new(struct save_new *n, bool (*next)(void *arg, struct strbuf *piece),
	void *arg, struct err *e) MUST_CHECK;

#endif
