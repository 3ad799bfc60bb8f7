/* A directory of the test's own. */
#ifndef TESTS_UNIT_FIXTURE_H
#define TESTS_UNIT_FIXTURE_H

/* cmocka's setup and teardown: *state is the directory (char *). */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* Write DIR/NAME, with the directories that are missing. */
void fixture_write(const char *dir, const char *name, const char *text);

#endif
