/* Writing what somebody asked for to where he wants it. */
#ifndef BASE_SAVE_H
#define BASE_SAVE_H

#include "base/err.h"
#include "base/strbuf.h"

/* Write `text` to `path`.  A regular file, or one that is not there yet, has all of it
 * or stays as it was, and keeps mode, group and (where that is allowed) owner; of a
 * link that is what it leads to.  Anything else (a device, a FIFO, what /dev/stdout or
 * /proc lead to) is never replaced: the text is written into it.  ERR_IO with the path.
 */
bool save_text(const char *path, const struct strbuf *text, struct err *e) MUST_CHECK;

#endif
