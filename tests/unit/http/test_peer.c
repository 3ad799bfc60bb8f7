/* Who is at the other end. */
#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "http/peer.h"

static void
check(const char *address, const char *name, const char *network)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	const struct sockaddr *at = (const struct sockaddr *)&v4;
	char out[PEER_LEN];

	if (inet_pton(AF_INET, address, &v4.sin_addr) != 1) {
		assert_int_equal(inet_pton(AF_INET6, address, &v6.sin6_addr), 1);
		at = (const struct sockaddr *)&v6;
	}
	assert_string_equal(peer_name(at, out), name);
	assert_string_equal(peer_network(at, out), network);
}

static void
test_addresses(void **state)
{
	(void)state;
	check("10.1.2.3", "10.1.2.3", "10.1.2.3");
	check("::ffff:10.1.2.3", "10.1.2.3", "10.1.2.3");
	check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::");
	check("::1", "::1", "::");
}

static void
test_others(void **state)
{
	const struct sockaddr_un local = {.sun_family = AF_UNIX};
	char out[PEER_LEN];
	int pair[2];

	(void)state;
	assert_string_equal(peer_name((const struct sockaddr *)&local, out), "unix");
	assert_string_equal(peer_name(NULL, out), "?");
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_string_equal(peer_of_socket(pair[0], out), "unix");
	close(pair[0]);
	close(pair[1]);
	assert_string_equal(peer_of_socket(-1, out), "?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
