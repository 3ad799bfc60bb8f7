/* Which environments are one database, as they are read one after the other. */
#include "tests/unit/unit.h"

#include <stdio.h>

#include "monitor/kin.h"

enum { N = 4 };

struct fixture {
	struct environment env[N], *list[N];
	struct facts facts[N];
	struct kin kin;
};

static void
read_as(struct fixture *f, int i, const char *system, bool in_recovery)
{
	struct instance *is = &f->facts[i].instance;

	snprintf(is->system, sizeof is->system, "%s", system);
	snprintf(is->database, sizeof is->database, "5");
	is->in_recovery = in_recovery;
	f->env[i].facts = &f->facts[i];
	kin_see(&f->kin, &f->env[i]);
}

static void
has(const struct fixture *f, int i, size_t primaries, size_t standbys)
{
	assert_non_null(f->env[i].kin);
	assert_int_equal(f->env[i].kin->primaries.n, primaries);
	assert_int_equal(f->env[i].kin->standbys.n, standbys);
}

static void
test_one_database(void **state)
{
	struct fixture f = {0};

	(void)state;
	for (int i = 0; i < N; i++)
		f.list[i] = &f.env[i];
	kin_take(&f.kin, f.list, N);
	assert_null(f.env[0].kin);
	read_as(&f, 0, "1", false);
	read_as(&f, 1, "1", true);
	read_as(&f, 2, "2", false);
	read_as(&f, 3, "", false);
	has(&f, 0, 1, 1);
	has(&f, 2, 1, 0);
	assert_null(f.env[3].kin);
	assert_ptr_equal(f.env[0].kin, f.env[1].kin);
	assert_true(f.env[1].is_standby);
	/* Read again, nothing is another. */
	read_as(&f, 1, "1", true);
	has(&f, 0, 1, 1);
	/* A failover. */
	read_as(&f, 1, "1", false);
	has(&f, 0, 2, 0);
	/* Its dsn leads elsewhere. */
	read_as(&f, 0, "2", true);
	has(&f, 0, 1, 1);
	has(&f, 1, 1, 0);
	/* What was read of it is not known any more. */
	f.env[2].facts = NULL;
	kin_see(&f.kin, &f.env[2]);
	assert_null(f.env[2].kin);
	has(&f, 0, 0, 1);
	/* A reload leaves two of them. */
	kin_take(&f.kin, f.list, 2);
	has(&f, 0, 0, 1);
	has(&f, 1, 1, 0);
	kin_fini(&f.kin);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_database),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
