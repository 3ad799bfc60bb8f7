/* What is wrong with a migrations directory. */
#ifndef MIGRATIONS_AUDIT_H
#define MIGRATIONS_AUDIT_H

#include "migrations/alembic/listing.h"
#include "migrations/problem.h"

/* The problems of one file.  False if it holds no usable revision. */
bool audit_file(const struct version_file *f, struct problems *out);
/* The problems of the graph as a whole; h->index and the lists are there. */
void audit_graph(const struct migrations *h, struct problems *out);

/* The id that a file gives its revision: what it assigns or, where it assigns nothing,
 * by Alembic's legacy rule.  NULL if there is none; else the caller frees. */
char *audit_id_of(const struct version_file *f);

#endif
