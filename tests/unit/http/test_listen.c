/* Addresses to listen on. */
#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "conf/address.h"
#include "http/listen.h"

static void
check(const char *text, int family, const char *host, unsigned port)
{
	struct address a;
	struct err e;
	char shown[INET6_ADDRSTRLEN];
	const struct sockaddr_in *v4 = (struct sockaddr_in *)&a.at;
	const struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&a.at;

	assert_true(address_parse(text, &a, &e));
	assert_int_equal(a.at.ss_family, family);
	if (family == AF_INET)
		inet_ntop(family, &v4->sin_addr, shown, sizeof shown);
	else
		inet_ntop(family, &v6->sin6_addr, shown, sizeof shown);
	assert_string_equal(shown, host);
	assert_int_equal(ntohs(family == AF_INET ? v4->sin_port : v6->sin6_port), port);
}

static void
test_parse(void **state)
{
	(void)state;
	check("127.0.0.1:10432", AF_INET, "127.0.0.1", 10432);
	check("localhost:1", AF_INET, "127.0.0.1", 1);
	check("0.0.0.0:0", AF_INET, "0.0.0.0", 0);
	check("[::1]:65535", AF_INET6, "::1", 65535);
	check("[fe80::1:2]:80", AF_INET6, "fe80::1:2", 80);
	check("*:10432", AF_INET6, "::", 10432);
	check(":10432", AF_INET6, "::", 10432);
}

static void
test_parse_unix(void **state)
{
	const struct sockaddr_un *at;
	struct address a;
	struct err e;
	char longest[5 + 108];

	(void)state;
	at = (const struct sockaddr_un *)&a.at;
	memset(longest, 'x', sizeof longest - 1);
	memcpy(longest, "unix:/", 6);
	longest[sizeof longest - 1] = '\0';
	assert_true(address_parse("unix:/run/x y", &a, &e));
	assert_int_equal(at->sun_family, AF_UNIX);
	assert_string_equal(at->sun_path, "/run/x y");
	assert_false(address_is_remote(&a));
	assert_true(address_parse(longest, &a, &e));
	assert_string_equal(at->sun_path, longest + 5);
}

static void
test_remote(void **state)
{
	static const char *const near[] = {
		"127.0.0.1:1", "localhost:1", "[::1]:1", "unix:/a"};
	static const char *const far[] = {"*:1", "0.0.0.0:1", "[::]:1", "10.0.0.1:1"};
	struct address a;
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(near); i++)
		assert_true(address_parse(near[i], &a, &e) && !address_is_remote(&a));
	for (size_t i = 0; i < COUNT_OF(far); i++)
		assert_true(address_parse(far[i], &a, &e) && address_is_remote(&a));
}

/* The narrower one of two addresses of a port is in the way of the wider: not where it
 * is ours and going to go. */
static void
test_open_beside(void **state)
{
	struct err e;
	int ours = listen_open("127.0.0.1:0", NULL, &e), wide, again;
	char all[32];

	(void)state;
	snprintf(all, sizeof all, "*:%u", listen_port(ours));
	assert_int_equal(listen_open(all, NULL, &e), -1);
	wide = listen_open_beside(all, NULL, &ours, 1, &e);
	assert_true(wide >= 0);
	assert_int_equal(listen_port(wide), listen_port(ours));
	/* Nobody else profits from it. */
	again = listen_open_beside(all, NULL, NULL, 0, &e);
	assert_int_equal(again, -1);
	close(ours);
	close(wide);
}

static void
test_any_is_both_families(void **state)
{
	struct address a;
	struct err e;

	(void)state;
	assert_true(address_parse("*:1", &a, &e) && a.any);
	assert_true(address_parse("[::]:1", &a, &e) && !a.any);
	assert_true(address_parse("0.0.0.0:1", &a, &e) && !a.any);
}

static void
test_refused(void **state)
{
	static const char *const bad[] = {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
		"127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:1x", "::1:80", "[::1]",
		"[::1:80", "example.org:80", "256.0.0.1:80", "[127.0.0.1.1]:80",
		"unix:", "unix:run/x", "unix:@x", "unix:/run/",
		("unix:/0123456789012345678901234567890123456789012345678901234567890"
		 "1234567890123456789012345678901234567890123456"),
		"a-name-longer-than-any-numeric-address-could-ever-be-in-brackets:80"};
	struct address a;
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		if (address_parse(bad[i], &a, &e))
			fail_msg("\"%s\" was taken", bad[i]);
		assert_int_equal(e.code, ERR_CONFIG);
	}
}

static void
test_open(void **state)
{
	struct err e;
	int fd = listen_open("127.0.0.1:0", NULL, &e), second;
	char taken[32];

	(void)state;
	assert_true(fd >= 0);
	assert_true(listen_port(fd) > 0);
	snprintf(taken, sizeof taken, "127.0.0.1:%u", listen_port(fd));
	second = listen_open(taken, NULL, &e);
	assert_int_equal(second, -1);
	assert_non_null(strstr(e.text, taken));
	assert_non_null(strstr(e.text, "in use"));
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_unix),
		cmocka_unit_test(test_remote),
		cmocka_unit_test(test_open_beside),
		cmocka_unit_test(test_any_is_both_families),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
