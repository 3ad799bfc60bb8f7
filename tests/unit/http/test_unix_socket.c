/* A socket with a name in the file system. */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/unix_socket.h"

static const struct unix_access closed = {.mode = 0640};
static char dir[] = "/tmp/pgdriftd-unix-XXXXXX";
static struct sockaddr_un at = {.sun_family = AF_UNIX};

static int
make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(at.sun_path, sizeof at.sun_path, "%s/s", dir);
	return 0;
}

static int
remove_directory(void **state)
{
	(void)state;
	return rmdir(dir);
}

static mode_t
mode_there(void)
{
	struct stat st;

	assert_int_equal(lstat(at.sun_path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	return st.st_mode & 07777;
}

static void
test_mode_whatever_the_umask(void **state)
{
	const struct unix_access open_to_all = {.mode = 0666};
	struct unix_grant grant;
	struct unix_file file;
	mode_t before = umask(0077);
	struct err e = {0};
	int fd = unix_socket_open(&at, &open_to_all, &e);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(mode_there(), 0666);
	assert_true(unix_socket_grant(at.sun_path, &closed, &grant, &e));
	assert_int_equal(mode_there(), 0666);
	assert_true(unix_socket_allow(at.sun_path, &grant, &e));
	assert_int_equal(mode_there(), 0640);
	assert_true(unix_socket_file(at.sun_path, &file));
	unix_socket_remove(at.sun_path, &file);
	assert_int_not_equal(access(at.sun_path, F_OK), 0);
	close(fd);
	umask(before);
}

static void
test_of_a_dead_one_is_replaced(void **state)
{
	struct unix_file old, now;
	struct err e = {0};
	int fd = unix_socket_open(&at, &closed, &e), second;

	(void)state;
	assert_true(unix_socket_file(at.sun_path, &old));
	assert_int_equal(unix_socket_open(&at, &closed, &e), -1);
	assert_non_null(strstr(e.text, "another process listens there"));
	assert_int_equal(e.code, ERR_INTERNAL);
	close(fd);
	second = unix_socket_open(&at, &closed, &e);
	assert_true(second >= 0);
	assert_true(unix_socket_file(at.sun_path, &now));
	/* What another one has put there stays. */
	now.ino++;
	unix_socket_remove(at.sun_path, &now);
	now.ino--;
	assert_int_equal(access(at.sun_path, F_OK), 0);
	unix_socket_remove(at.sun_path, &now);
	close(second);
}

static void
check_refused(const char *said)
{
	struct err e = {0};

	assert_int_equal(unix_socket_open(&at, &closed, &e), -1);
	if (!strstr(e.text, said))
		fail_msg("\"%s\" is not in \"%s\"", said, e.text);
}

/* A link is not followed, nor is a file removed. */
static void
test_something_else(void **state)
{
	int fd = creat(at.sun_path, 0600);

	(void)state;
	close(fd);
	check_refused("something else than a socket");
	assert_int_equal(unlink(at.sun_path), 0);
	assert_int_equal(symlink("/tmp/nowhere-at-all", at.sun_path), 0);
	check_refused("something else than a socket");
	assert_int_equal(unlink(at.sun_path), 0);
}

static void
test_groups(void **state)
{
	struct unix_access a = {.mode = 0660, .group = "no-such-group"};
	struct err e = {0};
	char number[32];
	int fd;

	(void)state;
	assert_int_equal(unix_socket_open(&at, &a, &e), -1);
	assert_non_null(strstr(e.text, "there is no group \"no-such-group\""));
	assert_int_not_equal(access(at.sun_path, F_OK), 0);
	snprintf(number, sizeof number, "%u", (unsigned)getegid());
	a.group = number;
	fd = unix_socket_open(&at, &a, &e);
	assert_true(fd >= 0);
	assert_int_equal(mode_there(), 0660);
	unlink(at.sun_path);
	close(fd);
}

static void
test_no_directory(void **state)
{
	struct sockaddr_un nowhere = {
		.sun_family = AF_UNIX, .sun_path = "/nonexistent/s"};
	struct err e = {0};

	(void)state;
	assert_int_equal(unix_socket_open(&nowhere, &closed, &e), -1);
	assert_non_null(strstr(e.text, "/nonexistent: No such file"));
	assert_int_equal(e.code, ERR_CONFIG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mode_whatever_the_umask),
		cmocka_unit_test(test_of_a_dead_one_is_replaced),
		cmocka_unit_test(test_something_else),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_no_directory),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
