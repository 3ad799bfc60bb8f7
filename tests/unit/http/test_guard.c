/* Who may have something done: a table of who asks, and from where. */
#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/mem.h"
#include "conf/address.h"
#include "http/guard.h"

static void
test_who(void **state)
{
	static const struct {
		struct guard_request r;
		const char *why; /* words of it; NULL: allowed */
	} cases[] = {
		{{false, PEER_LOOPBACK, "127.0.0.1:10432", NULL, NULL, false}, NULL},
		{{false, PEER_LOOPBACK, "[::1]:10432", NULL, NULL, false}, NULL},
		{{false, PEER_LOOPBACK, "LOCALHOST", NULL, NULL, false}, NULL},
		{{false, PEER_LOOPBACK, "10.1.2.3:80", NULL, NULL, false}, NULL},
		{{false, PEER_UNIX, "d", NULL, NULL, false}, NULL},
		{{true, PEER_UNIX, NULL, NULL, NULL, true}, NULL},
		{{true, PEER_REMOTE, "db.example", NULL, NULL, false}, NULL},
		{{true, PEER_REMOTE, "db.example", NULL, NULL, true}, NULL},
		/* Its own page. */
		{{true, PEER_REMOTE, "db.example", "https://DB.example", "same-origin",
			 false},
			NULL},
		{{false, PEER_LOOPBACK, "localhost:1", "http://localhost:1", "none",
			 false},
			NULL},
		/* As browsers see it, whatever a proxy makes of the host. */
		{{true, PEER_REMOTE, "10.0.0.1:10432", "https://DRIFT.example",
			 "same-origin", true, "https://drift.example"},
			NULL},
		{{true, PEER_REMOTE, "10.0.0.1:10432", "http://drift.example", NULL,
			 true, "https://drift.example"},
			"another origin"},
		{{true, PEER_REMOTE, "10.0.0.1", "https://drift.example:8443", NULL,
			 true, "https://drift.example"},
			"another origin"},
		{{true, PEER_REMOTE, "10.0.0.1", "https://drift.example.evil.example",
			 NULL, true, "https://drift.example"},
			"another origin"},
		{{true, PEER_REMOTE, "10.0.0.1", "https://drift.example", "cross-site",
			 true, "https://drift.example"},
			"another origin"},
		/* Its name opens nothing to whoever knows no password. */
		{{false, PEER_LOOPBACK, "drift.example", NULL, NULL, false,
			 "https://drift.example"},
			"Host"},
		/* Whoever knows no password, from elsewhere. */
		{{false, PEER_REMOTE, "127.0.0.1", NULL, NULL, false},
			"only this machine"},
		{{false, PEER_LOOPBACK, "localhost", NULL, NULL, true}, "a proxy"},
		{{false, PEER_UNIX, "localhost", NULL, NULL, true}, "a proxy"},
		/* Where certificates are asked for, it is one that is missing. */
		{{.peer = PEER_UNIX, .forwarded = true, .certificates = true},
			"client_ca_file"},
		{{.peer = PEER_REMOTE, .certificates = true}, "client_ca_file"},
		{{.peer = PEER_LOOPBACK, .host = "a.example", .certificates = true},
			"client_ca_file"},
		{{.peer = PEER_UNIX, .forwarded = true}, "users_file"},
		{{.peer = PEER_REMOTE}, "users_file or client_ca_file"},
		/* A name that was made to point here; what only begins like one. */
		{{false, PEER_LOOPBACK, "evil.example", NULL, NULL, false}, "Host"},
		{{false, PEER_LOOPBACK, "127.0.0.1.evil.example:1", NULL, NULL, false},
			"Host"},
		{{false, PEER_LOOPBACK, "localhost.evil.example", NULL, NULL, false},
			"Host"},
		{{false, PEER_LOOPBACK, "[", NULL, NULL, false}, "Host"},
		{{false, PEER_LOOPBACK, "", NULL, NULL, false}, "Host"},
		{{false, PEER_LOOPBACK, NULL, NULL, NULL, false}, "Host"},
		/* A page of somebody else's, with the password that the browser has. */
		{{true, PEER_REMOTE, "db.example", "https://evil.example", NULL, false},
			"another origin"},
		{{true, PEER_REMOTE, "db.example", "null", NULL, false},
			"another origin"},
		{{true, PEER_REMOTE, "db.example", NULL, "cross-site", false},
			"another origin"},
		{{true, PEER_REMOTE, "db.example", NULL, "same-site", false},
			"another origin"},
		{{false, PEER_LOOPBACK, "localhost:1", "http://localhost:2", NULL,
			 false},
			"another origin"},
		{{false, PEER_UNIX, NULL, "http://evil.example", NULL, false},
			"another origin"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *why = guard_refusal(&cases[i].r);

		if (!why != !cases[i].why || (why && !strstr(why, cases[i].why)))
			fail_msg("case %zu: %s", i, why ? why : "allowed");
	}
}

static void
test_bucket(void **state)
{
	struct guard_bucket b = {0};

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_true(guard_take(&b, 2, 3, 1000));
	assert_false(guard_take(&b, 2, 3, 1000));
	assert_false(guard_take(&b, 2, 3, 1400));
	assert_true(guard_take(&b, 2, 3, 1500));
	assert_false(guard_take(&b, 2, 3, 1500));
	/* It never holds more. */
	for (int i = 0; i < 3; i++)
		assert_true(guard_take(&b, 2, 3, 100000));
	assert_false(guard_take(&b, 2, 3, 100000));
}

static void
test_loopback(void **state)
{
	static const struct {
		const char *address;
		bool is;
	} cases[] = {{"127.0.0.1", true}, {"127.9.8.7", true}, {"128.0.0.1", false},
		{"::1", true}, {"::ffff:127.0.0.1", true}, {"::ffff:10.0.0.1", false},
		{"fe80::1", false}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct sockaddr_in v4 = {.sin_family = AF_INET};
		struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
		const struct sockaddr *at = (const struct sockaddr *)&v4;

		if (inet_pton(AF_INET, cases[i].address, &v4.sin_addr) != 1) {
			assert_int_equal(
				inet_pton(AF_INET6, cases[i].address, &v6.sin6_addr),
				1);
			at = (const struct sockaddr *)&v6;
		}
		assert_int_equal(address_is_loopback(at), cases[i].is);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who),
		cmocka_unit_test(test_bucket),
		cmocka_unit_test(test_loopback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
