/* The files that stand in for libsystemd keep their word: nothing is there, nothing
 * fails.  Linked by name, before the library's own. */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "sys/journal.h"
#include "sys/notify.h"

static void
test_nothing_is_there(void **state)
{
	int fd = -1;

	(void)state;
	setenv("NOTIFY_SOCKET", "/nonexistent/socket", 1);
	setenv("WATCHDOG_USEC", "60000000", 1);
	notify_ready();
	notify_reloading();
	notify_stopping();
	notify_watchdog();
	notify_status("%d", 1);
	assert_int_equal(notify_watchdog_interval_ms(), 0);
	assert_int_equal(notify_listen_fds(&fd, 1), 0);
	assert_int_equal(fd, -1);
	assert_false(journal_is_connected());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
