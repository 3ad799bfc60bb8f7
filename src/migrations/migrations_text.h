/* A graph and a judgement for people. */
#ifndef MIGRATIONS_TEXT_H
#define MIGRATIONS_TEXT_H

#include "migrations/migrations.h"

/* The graph, heads first, and the problems; lines end with '\n'.  Text from files is
 * made valid UTF-8. */
void migrations_text(const struct migrations *h, struct strbuf *out);
void judgement_text(const struct judgement *j, const char *hint, struct strbuf *out);

/* Append "alembic", with -c and -n where the migrations are not those of section
 * alembic of an alembic.ini; `h` may be NULL. */
void migrations_alembic(struct strbuf *out, const struct migrations *h);
/* One sentence with the next step, from the files and the rows alone: no catalog was
 * compared, so stamping is never suggested.  The caller frees. */
char *migrations_hint(const struct migrations *h, const struct judgement *j);

#endif
