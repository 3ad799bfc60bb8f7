/* The snapshot file: one JSON document, one object a line, the same bytes for the same
 * catalog.
 *
 *   {"pgdriftd_snapshot": 1, …,
 *   "read": {"table": ["persistence", …], …},
 *   "objects": [
 *   {"kind":"table","schema":"public","name":"t","properties":{"persistence":"p"}},
 *   …
 *   ]}
 *
 * `read` says which kinds and properties the writer knew, so that a program that
 * knows more does not take them for missing.  A text that is not valid UTF-8 is
 * written as {"bytes":"…"}, where each character U+0000 to U+00FF is one byte. */
#ifndef CATALOG_SNAPFILE_H
#define CATALOG_SNAPFILE_H

#include "catalog/snapshot.h"

enum { SNAPFILE_FORMAT = 1 };

/* Append the file's text. */
void snapfile_write(const struct snapshot *s, struct strbuf *out);
/* The same piece by piece, since it may be large.  The snapshot has to stay. */
struct snapfile_piece {
	const struct snapshot *s;
	struct snapshot *open; /* with its objects */
	size_t at;             /* the next of them */
};
struct snapfile_piece snapfile_begin(const struct snapshot *s);
/* Append the next; false: it was the last. */
bool snapfile_next(struct snapfile_piece *p, struct strbuf *out);
void snapfile_end(struct snapfile_piece *p);
/* Read one from memory; `name` is for messages ("FILE:LINE: …").  A file of a
 * newer format: ERR_FORMAT, and the text says so.  NULL on error. */
struct snapshot *
snapfile_read(const char *text, size_t n, const char *name, struct err *e);
struct snapshot *snapfile_load(const char *path, struct err *e);
/* Of a path on a command line: "-" is standard input, and pipes are read as well. */
struct snapshot *snapfile_load_given(const char *path, struct err *e);
/* Write it as save_pieces() does. */
bool
snapfile_save(const struct snapshot *s, const char *path, struct err *e) MUST_CHECK;
/* Write it as save_new() does, for everybody to read.  *exists: it is there already. */
bool snapfile_save_new(const struct snapshot *s, const char *path, bool *exists,
	struct err *e) MUST_CHECK;

#endif
