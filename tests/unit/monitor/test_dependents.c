/* Who is judged again where something has news, and in which order. */
#include "tests/unit/unit.h"

#include "monitor/dependents.h"
#include "monitor/kin.h"

enum { N = 5 };

/* 1 and 2 follow 0; 2 and 3 are its standbys. */
struct fixture {
	struct environment env[N];
	struct environment *followers[2];
	struct environment *standbys[2];
	struct kin_database kin;
	struct dependents d;
};

static void
set_up(struct fixture *f)
{
	*f = (struct fixture){.followers = {&f->env[1], &f->env[2]},
		.standbys = {&f->env[2], &f->env[3]}};
	f->kin.standbys = (struct heap){.v = (void *)f->standbys, .n = 2};
	f->env[0].followers = f->followers;
	f->env[0].n_followers = 2;
	f->env[0].kin = &f->kin;
	f->env[2].refers[0] = &f->env[0];
	f->env[2].is_standby = true;
}

static void
expect(struct fixture *f, const int *which, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_ptr_equal(dependents_next(&f->d), &f->env[which[i]]);
	assert_ptr_equal(f->d.of, &f->env[0]);
	assert_null(dependents_next(&f->d));
	assert_null(f->d.of);
}

static void
test_of_news(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	dependents_of(&f.d, &f.env[0], true);
	expect(&f, (const int[]){1, 2, 3}, 3);
	/* A standby has none. */
	f.env[0].is_standby = true;
	dependents_of(&f.d, &f.env[0], true);
	expect(&f, (const int[]){1, 2}, 2);
	dependents_fini(&f.d);
}

static void
test_without_news(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	dependents_of(&f.d, &f.env[0], false);
	expect(&f, NULL, 0);
	f.env[1].rounds = 1;
	f.env[3].deferred = true;
	dependents_of(&f.d, &f.env[0], false);
	expect(&f, (const int[]){1, 3}, 2);
	dependents_fini(&f.d);
}

/* Between two turns. */
static void
test_it_waits_for_files_meanwhile(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	dependents_of(&f.d, &f.env[0], true);
	assert_ptr_equal(dependents_next(&f.d), &f.env[1]);
	f.env[2].awaits_files = true;
	expect(&f, (const int[]){3}, 1);
	dependents_fini(&f.d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_of_news),
		cmocka_unit_test(test_without_news),
		cmocka_unit_test(test_it_waits_for_files_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
