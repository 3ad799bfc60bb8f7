/* The sockets that are listened on, before and after a change. */
#include "tests/unit/unit.h"

#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "http/listen.h"
#include "http/sockets.h"

static const struct sockets none;
static char dir[] = "/tmp/pgdriftd-sockets-XXXXXX";
static char *address, *path;

static int
make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	address = xasprintf("unix:%s/s", dir);
	path = address + 5;
	return 0;
}

static int
remove_directory(void **state)
{
	(void)state;
	free(address);
	return rmdir(dir);
}

/* Both of these, or the first alone where the second is NULL. */
static bool
open_two(const char *a, const char *b, const struct sockets *now, struct sockets *out)
{
	struct strvec listen = {0};
	const struct sockets_wish wish = {&listen, {.mode = 0600}};
	struct err e;
	bool ok;

	strvec_add(&listen, a);
	if (b)
		strvec_add(&listen, b);
	ok = sockets_open(&wish, now, out, &e);
	strvec_free(&listen);
	return ok;
}

static void
test_what_stays_is_the_same(void **state)
{
	struct sockets first, second, third;
	unsigned port;

	(void)state;
	assert_true(open_two("127.0.0.1:0", address, &none, &first));
	port = listen_port(first.v[0].fd);
	assert_true(open_two("127.0.0.1:0", address, &first, &second));
	assert_int_equal(listen_port(second.v[0].fd), port);
	assert_true(first.v[0].fd != second.v[0].fd);
	assert_int_equal(sockets_find(&first, &second.v[0]), 0);
	assert_int_equal(sockets_find(&first, &second.v[1]), 1);
	sockets_close(&first, &second);
	assert_int_equal(access(path, F_OK), 0);
	/* One that goes takes its file along. */
	assert_true(open_two("127.0.0.1:0", NULL, &second, &third));
	assert_int_equal(sockets_find(&third, &second.v[1]), third.n);
	sockets_close(&second, &third);
	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_equal(listen_port(third.v[0].fd), port);
	sockets_close(&third, NULL);
}

static void
test_all_or_none(void **state)
{
	struct sockets now, fresh;

	(void)state;
	assert_true(open_two("127.0.0.1:0", NULL, &none, &now));
	assert_false(open_two(address, "unix:/nonexistent/s", &now, &fresh));
	assert_int_not_equal(access(path, F_OK), 0);
	/* What is there stays there. */
	sockets_close(&now, NULL);
	assert_true(open_two(address, NULL, &none, &now));
	assert_false(open_two(address, "unix:/nonexistent/s", &now, &fresh));
	assert_int_equal(access(path, F_OK), 0);
	sockets_close(&now, NULL);
}

static void
test_a_file_that_was_taken_away(void **state)
{
	struct sockets now, fresh;

	(void)state;
	assert_true(open_two(address, NULL, &none, &now));
	assert_int_equal(unlink(path), 0);
	assert_true(open_two(address, NULL, &now, &fresh));
	assert_int_equal(sockets_find(&fresh, &now.v[0]), fresh.n);
	sockets_close(&now, &fresh);
	assert_int_equal(access(path, F_OK), 0);
	sockets_close(&fresh, NULL);
	assert_int_not_equal(access(path, F_OK), 0);
}

static mode_t
mode_there(void)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 0777;
}

/* Opening is no more than trying: who may connect changes by a word of its own. */
static void
test_who_may_connect(void **state)
{
	struct strvec listen = {0};
	struct sockets_wish wish = {&listen, {.mode = 0666}};
	struct sockets now, fresh;
	struct err e;

	(void)state;
	strvec_add(&listen, address);
	assert_true(open_two(address, NULL, &none, &now));
	assert_int_equal(mode_there(), 0600);
	assert_true(sockets_open(&wish, &now, &fresh, &e));
	assert_int_equal(mode_there(), 0600);
	assert_true(sockets_allow(&fresh, &e));
	assert_int_equal(mode_there(), 0666);
	/* All of them, or none. */
	strvec_take(&listen, xasprintf("%s2", address));
	sockets_close(&fresh, &now);
	wish.access.mode = 0600;
	assert_true(sockets_open(&wish, &now, &fresh, &e));
	assert_int_equal(unlink(fresh.v[1].address + 5), 0);
	assert_false(sockets_allow(&fresh, &e));
	assert_int_equal(mode_there(), 0666);
	sockets_close(&fresh, &now);
	wish.access.group = "no-such-group";
	assert_false(sockets_open(&wish, &now, &fresh, &e));
	assert_int_equal(mode_there(), 0666);
	sockets_close(&now, NULL);
	strvec_free(&listen);
}

static gid_t
group_there(void)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_gid;
}

/* What the wish is from now on. */
static void
change_group(struct sockets *now, const char *group, gid_t expected)
{
	struct strvec listen = {0};
	const struct sockets_wish wish = {&listen, {.mode = 0600, .group = group}};
	struct sockets fresh;
	struct err e;

	strvec_add(&listen, address);
	if (!sockets_open(&wish, now, &fresh, &e) || !sockets_allow(&fresh, &e))
		fail_msg("%s", e.text);
	sockets_close(now, &fresh);
	*now = fresh;
	assert_int_equal(group_there(), expected);
	strvec_free(&listen);
}

/* Once no group is asked for, a socket has the one that a new one would have. */
static void
test_a_group_comes_and_goes(void **state)
{
	struct sockets now;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_true(open_two(address, NULL, &none, &now));
	change_group(&now, "1", 1);
	change_group(&now, NULL, getegid());
	/* A directory may hand down its own. */
	assert_int_equal(chown(dir, (uid_t)-1, 2), 0);
	assert_int_equal(chmod(dir, 02700), 0);
	change_group(&now, "1", 1);
	change_group(&now, NULL, 2);
	sockets_close(&now, NULL);
	assert_int_equal(chmod(dir, 0700), 0);
	assert_int_equal(chown(dir, (uid_t)-1, getegid()), 0);
}

enum { SOMEBODY = 4321, THEIR_GROUP = 4322, OF_NEW_FILES = 4323 };

/* What a file system that gives new files a group of its own lets such a process do. */
static bool
opens_and_keeps(void)
{
	struct sockets now, fresh;
	struct err e;

	if (setgroups(0, NULL) || setresgid(THEIR_GROUP, THEIR_GROUP, THEIR_GROUP))
		return false;
	setfsgid(OF_NEW_FILES);
	if (setresuid(SOMEBODY, SOMEBODY, SOMEBODY))
		return false;
	if (!open_two(address, NULL, &none, &now) || group_there() != OF_NEW_FILES ||
		!sockets_allow(&now, &e) || !open_two(address, NULL, &now, &fresh) ||
		!sockets_allow(&fresh, &e))
		return false;
	sockets_close(&now, &fresh);
	if (group_there() != OF_NEW_FILES)
		return false;
	sockets_close(&fresh, NULL);
	return true;
}

/* Where no group is asked for none is changed, whatever it is. */
static void
test_a_group_of_the_file_system(void **state)
{
	int status = -1;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(dir, SOMEBODY, THEIR_GROUP), 0);
	pid = fork();
	if (!pid)
		_exit(!opens_and_keeps());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	unlink(path);
	assert_int_equal(chown(dir, geteuid(), getegid()), 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* One of ours that stays is in the way, as it would be at the next start. */
static void
test_beside_one_that_stays(void **state)
{
	struct sockets now, fresh;
	char all[32], local[32];

	(void)state;
	assert_true(open_two("*:0", NULL, &none, &now));
	snprintf(all, sizeof all, "*:%u", listen_port(now.v[0].fd));
	snprintf(local, sizeof local, "127.0.0.1:%u", listen_port(now.v[0].fd));
	sockets_close(&now, NULL);
	assert_true(open_two(all, NULL, &none, &now));
	assert_false(open_two(all, local, &now, &fresh));
	/* One that goes is not. */
	assert_true(open_two(local, NULL, &now, &fresh));
	sockets_close(&now, &fresh);
	assert_false(open_two(all, local, &fresh, &now));
	sockets_close(&fresh, NULL);
}

/* They stay, whatever is wished for. */
static void
test_handed_over(void **state)
{
	struct strvec addresses = {0};
	struct sockets now, fresh;
	struct err e;
	int fd = listen_open("127.0.0.1:0", NULL, &e);
	char shown[32];

	(void)state;
	snprintf(shown, sizeof shown, "127.0.0.1:%u", listen_port(fd));
	sockets_take(&fd, 1, &now);
	assert_true(open_two("127.0.0.1:1", address, &now, &fresh));
	assert_int_equal(fresh.n, 1);
	assert_int_equal(sockets_find(&now, &fresh.v[0]), 0);
	sockets_addresses(&fresh, &addresses);
	assert_int_equal(addresses.n, 1);
	assert_string_equal(addresses.v[0], shown);
	strvec_free(&addresses);
	sockets_close(&now, &fresh);
	sockets_close(&fresh, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_stays_is_the_same),
		cmocka_unit_test(test_all_or_none),
		cmocka_unit_test(test_a_file_that_was_taken_away),
		cmocka_unit_test(test_beside_one_that_stays),
		cmocka_unit_test(test_who_may_connect),
		cmocka_unit_test(test_a_group_comes_and_goes),
		cmocka_unit_test(test_a_group_of_the_file_system),
		cmocka_unit_test(test_handed_over),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
