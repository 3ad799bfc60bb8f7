/* What a version file says of itself: its docstring, as Alembic's template writes it.
 */
#ifndef MIGRATIONS_ALEMBIC_PYDOC_H
#define MIGRATIONS_ALEMBIC_PYDOC_H

#include "migrations/alembic/pytoken.h"

enum { PYDOC_MESSAGE_MAX = 200 }; /* bytes; "…" stands for the rest */

struct pydoc {
	char *message; /* its first line, or NULL */
	char *created; /* what "Create Date:" says ("2024-05-01 12:30:00"), or NULL */
};

/* Never fails: what is not there is NULL.  pydoc_free() it. */
void pydoc_read(const struct pytokens *t, struct pydoc *out);
void pydoc_free(struct pydoc *d);

#endif
