/* The order in which an upgrade runs revisions. */
#ifndef MIGRATIONS_ORDER_H
#define MIGRATIONS_ORDER_H

#include "migrations/migrations.h"

/* Append to `out` the ids of the revisions flagged in `wanted`: those that some heads
 * need and that are not applied yet.  The order is Alembic's own; where a cycle leaves
 * none, parents come first as far as that can be. */
void order_upgrade(const struct migrations *h, const bool *wanted, struct strvec *out);

#endif
