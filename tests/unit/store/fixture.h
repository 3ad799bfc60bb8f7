/* A state directory of the test's own. */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include "store/store.h"

/* cmocka's setup and teardown: *state is the directory (char *). */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* Open the store, expecting no error. */
struct store *fixture_open(const char *dir);
/* Open it, expecting failure: the message, with DIR taken out.  The caller frees. */
char *fixture_open_error(const char *dir);
/* Run SQL on DIR/pgdriftd.db behind the store's back. */
void fixture_sql(const char *dir, const char *sql);

#endif
