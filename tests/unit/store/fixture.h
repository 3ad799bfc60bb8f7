/* The directory as a state directory. */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include "store/store.h"
#include "tests/unit/fixture.h"

/* Open the store, expecting no error. */
struct store *fixture_open(const char *dir);
/* Open it, expecting failure: the message, with DIR taken out.  The caller frees. */
char *fixture_open_error(const char *dir);
/* Run SQL on DIR/pgdriftd.db behind the store's back. */
void fixture_sql(const char *dir, const char *sql);

/* Add a row to the history, at once. */
void fixture_add(struct store *s, const struct store_change *c);

#endif
