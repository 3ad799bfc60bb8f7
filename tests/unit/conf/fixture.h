/* Configuration files in the directory. */
#ifndef TESTS_UNIT_CONF_FIXTURE_H
#define TESTS_UNIT_CONF_FIXTURE_H

#include "conf/conf.h"
#include "tests/unit/fixture.h"

/* As fixture_setup(); there is an empty directory "versions", and an empty file "file".
 */
int fixture_setup_conf(void **state);

/* Load DIR/pgdriftd.conf, expecting no error; the caller frees. */
struct conf *fixture_load(const char *dir);
/* The same from this text. */
struct conf *fixture_load_text(const char *dir, const char *text);
/* Load DIR/pgdriftd.conf, expecting failure: its messages, a line each, with "DIR/"
 * taken out.  The caller frees. */
char *fixture_errors(const char *dir);

#endif
