/* What is wrong with a migrations directory. */
#ifndef HISTORY_AUDIT_H
#define HISTORY_AUDIT_H

#include "history/listing.h"
#include "history/problem.h"

/* The problems of one file.  False if it holds no usable revision. */
bool audit_file(const struct version_file *f, struct problems *out);
/* The problems of the graph as a whole; h->index and the lists are there. */
void audit_graph(const struct history *h, struct problems *out);

/* The id by Alembic's legacy rule: the file's base name is hexadecimal digits and .py.
 * NULL if it is not; else the caller frees. */
char *audit_legacy_id(const char *path);

#endif
