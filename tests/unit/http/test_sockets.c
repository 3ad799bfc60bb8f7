/* The sockets that are listened on, before and after a change. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
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
	assert_true(sockets_equal(&first, &second));
	assert_int_equal(listen_port(second.v[0].fd), port);
	assert_true(first.v[0].fd != second.v[0].fd);
	sockets_close(&first, &second);
	assert_int_equal(access(path, F_OK), 0);
	/* One that goes takes its file along. */
	assert_true(open_two("127.0.0.1:0", NULL, &second, &third));
	assert_false(sockets_equal(&second, &third));
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
	assert_false(sockets_equal(&now, &fresh));
	sockets_close(&now, &fresh);
	assert_int_equal(access(path, F_OK), 0);
	sockets_close(&fresh, NULL);
	assert_int_not_equal(access(path, F_OK), 0);
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
	assert_true(sockets_equal(&now, &fresh));
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
		cmocka_unit_test(test_handed_over),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
