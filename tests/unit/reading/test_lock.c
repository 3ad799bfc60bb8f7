/* Sessions that follow one another are as long as all of them together. */
#include "tests/unit/unit.h"

#include "reading/lock.h"

enum { MOST = 1000 };

static struct facts
seen(bool migrating, int pid, const char *revision)
{
	struct facts f = {.migrating = migrating, .lock = {.pid = pid}};

	f.revision_known = revision != NULL;
	if (revision)
		strvec_add(&f.recorded, revision);
	return f;
}

static bool
is_too_long_at(struct migration_row *r, struct facts f, int64_t now_ms)
{
	lock_follow(r, &f, now_ms);
	strvec_free(&f.recorded);
	return lock_row_is_too_long(r, MOST, now_ms);
}

static void
test_row(void **state)
{
	struct migration_row r = {0};

	(void)state;
	assert_false(is_too_long_at(&r, seen(false, 0, "a"), 1));
	assert_false(is_too_long_at(&r, seen(true, 7, "a"), 100));
	assert_false(is_too_long_at(&r, seen(true, 8, "a"), 1099));
	assert_true(is_too_long_at(&r, seen(true, 9, "a"), 1100));
	/* What excuses nothing any more goes on all the same. */
	assert_true(is_too_long_at(&r, seen(false, 9, "a"), 1200));
	assert_true(is_too_long_at(&r, seen(true, 9, NULL), 1300));
	assert_false(lock_row_is_too_long(&r, 0, 1300));
	/* Until one has come to its end, or nobody is seen. */
	assert_false(is_too_long_at(&r, seen(true, 9, "b"), 1400));
	assert_true(is_too_long_at(&r, seen(true, 9, "b"), 2400));
	assert_false(is_too_long_at(&r, seen(false, 0, "b"), 2500));
	/* Who locks where nothing is pending begins none. */
	assert_false(is_too_long_at(&r, seen(false, 7, "b"), 2600));
	assert_int_equal(r.since_ms, 0);
	lock_row_fini(&r);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_row)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
