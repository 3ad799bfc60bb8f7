/* A session on the scripted libpq, and what its callbacks were told. */
#ifndef TESTS_UNIT_PG_FIXTURE_H
#define TESTS_UNIT_PG_FIXTURE_H

#include "tests/unit/unit.h"

#include "pg/session.h"
#include "tests/fake/fake_libpq.h"

/* What a script may take. */
enum { MAX_BYTES = 1000000 };

struct fixture {
	struct loop *loop;
	struct pg_session *session;
	struct pg_results *results;
	struct err err;
	int connected, done;
	bool free_in_callback, close_in_callback;
	struct timer *stop; /* ends a run of the loop */
};

/* The teardown looks whether the script was played to its end. */
int set_up(void **state);
int tear_down(void **state);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* The callbacks; what they were told is in the fixture. */
void on_connected(void *arg, const struct err *e);
void on_done(void *arg, struct pg_results *r, const struct err *e);

/* Call and run the loop until there is nothing to wait for: the callback came once, and
 * not from inside the call. */
void connect_with(struct fixture *f, const struct pg_target *t);
void connect_to(struct fixture *f, const char *dsn);
void
run_within(struct fixture *f, const struct pg_batch *batches, size_t n, int64_t ms);

void expect_error(const struct fixture *f, enum err_code code, const char *text);

#endif
