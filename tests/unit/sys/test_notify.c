/* What the service manager hears, on a socket of our own in its place. */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "sys/notify.h"

struct manager {
	char dir[64];
	struct sockaddr_un at;
	int fd;
};

static int
manager_start(void **state)
{
	static struct manager m;

	snprintf(m.dir, sizeof m.dir, "/tmp/test_notify.XXXXXX");
	assert_non_null(mkdtemp(m.dir));
	m.at.sun_family = AF_UNIX;
	snprintf(m.at.sun_path, sizeof m.at.sun_path, "%s/socket", m.dir);
	m.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(m.fd, (struct sockaddr *)&m.at, sizeof m.at), 0);
	setenv("NOTIFY_SOCKET", m.at.sun_path, 1);
	*state = &m;
	return 0;
}

static int
manager_stop(void **state)
{
	struct manager *m = *state;

	unsetenv("NOTIFY_SOCKET");
	close(m->fd);
	unlink(m->at.sun_path);
	return rmdir(m->dir);
}

static const char *
heard(const struct manager *m)
{
	static char text[512];
	ssize_t n = recv(m->fd, text, sizeof text - 1, MSG_DONTWAIT);

	assert_true(n >= 0);
	text[n] = '\0';
	return text;
}

static void
test_plain_notices(void **state)
{
	const struct manager *m = *state;

	notify_ready();
	assert_string_equal(heard(m), "READY=1");
	notify_watchdog();
	assert_string_equal(heard(m), "WATCHDOG=1");
	notify_stopping();
	assert_string_equal(heard(m), "STOPPING=1");
}

static void
test_status_is_one_assignment(void **state)
{
	notify_status("%d environments\nREADY=1", 3);
	assert_string_equal(heard(*state), "STATUS=3 environments READY=1");
}

static void
test_reloading_carries_the_time(void **state)
{
	unsigned long long usec;
	struct timespec now;

	notify_reloading();
	clock_gettime(CLOCK_MONOTONIC, &now);
	assert_int_equal(
		sscanf(heard(*state), "RELOADING=1\nMONOTONIC_USEC=%llu", &usec), 1);
	assert_true(usec > 0);
	assert_true(usec <= (unsigned long long)now.tv_sec * 1000000 +
				    (unsigned long long)now.tv_nsec / 1000);
}

/* A manager that reads nothing: no notice waits for it, and the one that has to be said
 * again is known. */
static void
test_nobody_reads(void **state)
{
	const struct manager *m = *state;
	int taken = 0;

	while (notify_ready())
		assert_in_range(++taken, 1, 100000);
	notify_watchdog();
	notify_status("%d", 1);
	notify_stopping();
	assert_false(notify_reloading());
	while (taken--)
		assert_string_equal(heard(m), "READY=1");
	assert_true(notify_ready());
	assert_string_equal(heard(m), "READY=1");
}

static void
set_number(const char *name, long value)
{
	char text[32];

	snprintf(text, sizeof text, "%ld", value);
	setenv(name, text, 1);
}

static void
test_watchdog_interval(void **state)
{
	(void)state;
	unsetenv("WATCHDOG_USEC");
	assert_int_equal(notify_watchdog_interval_ms(), 0);
	set_number("WATCHDOG_USEC", 60000000);
	set_number("WATCHDOG_PID", getpid());
	assert_int_equal(notify_watchdog_interval_ms(), 30000);
	set_number("WATCHDOG_USEC", 1000);
	assert_int_equal(notify_watchdog_interval_ms(), 1);
	set_number("WATCHDOG_PID", getpid() + 1);
	assert_int_equal(notify_watchdog_interval_ms(), 0);
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

/* Descriptors 3 and 4 in place of the manager's: one listens, one does not. */
static void
test_listen_fds(void **state)
{
	struct sockaddr_in any = {.sin_family = AF_INET};
	int s = socket(AF_INET, SOCK_STREAM, 0), fds[4];

	(void)state;
	any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(s, (struct sockaddr *)&any, sizeof any), 0);
	assert_int_equal(listen(s, 1), 0);
	assert_int_equal(notify_listen_fds(fds, 4), 0);
	set_number("LISTEN_PID", getpid());
	set_number("LISTEN_FDS", 2);
	assert_int_equal(dup2(s, 4), 4);
	assert_int_equal(dup2(STDERR_FILENO, 3), 3);
	assert_int_equal(notify_listen_fds(fds, 4), 1);
	assert_int_equal(fds[0], 4);
	assert_int_equal(fcntl(4, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_null(getenv("LISTEN_FDS"));
	if (s > 4)
		close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_plain_notices, manager_start, manager_stop),
		cmocka_unit_test_setup_teardown(
			test_status_is_one_assignment, manager_start, manager_stop),
		cmocka_unit_test_setup_teardown(
			test_reloading_carries_the_time, manager_start, manager_stop),
		cmocka_unit_test_setup_teardown(
			test_nobody_reads, manager_start, manager_stop),
		cmocka_unit_test(test_watchdog_interval),
		cmocka_unit_test(test_listen_fds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
