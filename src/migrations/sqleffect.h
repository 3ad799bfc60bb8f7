/* What SQL text does, by its first words: no statement is understood beyond that.
 * Rules: PostgreSQL's documentation, "Lexical Structure" and "SQL Commands". */
#ifndef MIGRATIONS_SQLEFFECT_H
#define MIGRATIONS_SQLEFFECT_H

#include "migrations/effect.h"

/* Stands in a text for a part of it that could not be read. */
#define SQLEFFECT_COMPUTED '\x01'

/* Add the effects of all statements in `sql`, in their order, with that line. */
void sqleffect_read(const char *sql, unsigned line, struct effects *out);

#endif
