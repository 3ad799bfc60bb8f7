/* The snapshot file: JSON, one object a line, the same bytes for the same catalog. */
#ifndef CATALOG_SNAPFILE_H
#define CATALOG_SNAPFILE_H

#include "catalog/snapshot.h"

enum { SNAPFILE_FORMAT = 1 };

/* Append the file's text. */
void snapfile_write(const struct snapshot *s, struct strbuf *out);
/* Read one from memory; `name` is for messages ("FILE:LINE: …").  A file of a
 * newer format: ERR_FORMAT, and the text says so.  NULL on error. */
struct snapshot *
snapfile_read(const char *text, size_t n, const char *name, struct err *e);
struct snapshot *snapfile_load(const char *path, struct err *e);
/* Write beside, fsync, rename. */
bool
snapfile_save(const struct snapshot *s, const char *path, struct err *e) MUST_CHECK;

#endif
