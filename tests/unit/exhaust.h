/* No descriptor is left, for a while. */
#ifndef TESTS_UNIT_EXHAUST_H
#define TESTS_UNIT_EXHAUST_H

#include <sys/resource.h>
#include <unistd.h>

/* Returns the limit that there was. */
static inline struct rlimit
exhaust(void)
{
	struct rlimit was, none;
	int lowest = dup(STDIN_FILENO);

	assert_true(lowest >= 0);
	close(lowest);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	none = was;
	none.rlim_cur = (rlim_t)lowest;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	return was;
}

static inline void
replenish(const struct rlimit *was)
{
	assert_int_equal(setrlimit(RLIMIT_NOFILE, was), 0);
}

#endif
