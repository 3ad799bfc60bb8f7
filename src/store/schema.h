/* The tables of the store and their versions. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "store/sql.h"

/* False for a database of a newer or of another program, which must not be touched. */
bool schema_check(struct store *s, struct err *e) MUST_CHECK;
/* Bring a new or older one to the present tables. */
bool schema_upgrade(struct store *s, struct err *e) MUST_CHECK;
/* Write what is there already: false if nothing can be written. */
bool schema_touch(struct store *s, struct err *e) MUST_CHECK;

#endif
