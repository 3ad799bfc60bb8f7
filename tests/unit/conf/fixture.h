/* Configuration files in a directory of the test's own. */
#ifndef TESTS_UNIT_CONF_FIXTURE_H
#define TESTS_UNIT_CONF_FIXTURE_H

#include "conf/conf.h"

/* cmocka's setup and teardown: *state is the directory (char *), which also holds
 * an empty directory "versions" and an empty file "file". */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* Write DIR/NAME, with directories that are missing. */
void fixture_write(const char *dir, const char *name, const char *text);
/* Load DIR/pgdriftd.conf, expecting no error; the caller frees. */
struct conf *fixture_load(const char *dir);
/* The same from this text. */
struct conf *fixture_load_text(const char *dir, const char *text);
/* Load DIR/pgdriftd.conf, expecting failure: its messages, a line each, with "DIR/"
 * taken out.  The caller frees. */
char *fixture_errors(const char *dir);

#endif
