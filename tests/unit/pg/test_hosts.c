#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"
#include "pg/hosts.h"

/* Resolve the names of a list to addresses of the list in `found`, one text a name,
 * and compare what libpq is given. */
struct example {
	const char *host, *hostaddr, *port;
	const char *names;    /* asked for, each with a ';' behind it */
	const char *found[3]; /* of each name in turn, split at spaces */
	const char *hosts, *addresses, *ports;
	size_t n;
};

static const struct example examples[] = {
	{"db1", NULL, "5432", "db1;", {"10.0.0.1"}, "db1", "10.0.0.1", "5432", 1},
	{"db1", "", NULL, "db1;", {"10.0.0.1 ::1"}, "db1,db1", "10.0.0.1,::1", ",", 2},
	{"a,b", NULL, "1,2", "a;b;", {"10.0.0.1 10.0.0.2", "10.0.0.3"}, "a,a,b",
		"10.0.0.1,10.0.0.2,10.0.0.3", "1,1,2", 3},
	{"a,b", NULL, "1", "a;b;", {"10.0.0.1", "10.0.0.2"}, "a,b", "10.0.0.1,10.0.0.2",
		"1,1", 2},
	/* A name without an address is left out. */
	{"a,b", NULL, "1,2", "a;b;", {"", "10.0.0.2"}, "b", "10.0.0.2", "2", 1},
	{"a", NULL, "1", "a;", {""}, NULL, NULL, NULL, 0},
	/* Sockets stay as they are. */
	{"/run,a,@x,", NULL, "1,2,3,4", "a;", {"10.0.0.1"}, "/run,a,@x,", ",10.0.0.1,,",
		"1,2,3,4", 4},
	{NULL, NULL, "1", "", {0}, "", "", "1", 1},
	/* The user has resolved them. */
	{"a", "10.0.0.9", "1", "", {0}, "a", "10.0.0.9", "1", 1},
	{NULL, "10.0.0.9,10.0.0.8", "1", "", {0}, ",", "10.0.0.9,10.0.0.8", "1,1", 2},
	{"a,b", ",10.0.0.8", "1", "a;", {"10.0.0.1"}, "a,b", "10.0.0.1,10.0.0.8", "1,1",
		2},
};

static void
resolve(struct host *h, const char *found)
{
	size_t n;

	for (; *found; found += n + (found[n] == ' ')) {
		char *address;

		n = strcspn(found, " ");
		address = xstrndup(found, n);
		strvec_take(&h->found, address);
	}
}

static void
check(const struct example *x)
{
	struct strbuf names = {0}, host = {0}, hostaddr = {0}, port = {0};
	struct hosts h;
	size_t asked = 0;

	hosts_parse(&h, x->host, x->hostaddr, x->port);
	for (size_t at = 0; hosts_next(&h, &at); at++) {
		strbuf_printf(&names, "%s;", h.v[at].name);
		resolve(&h.v[at], x->found[asked++]);
	}
	assert_string_equal(names.s ? names.s : "", x->names);
	assert_int_equal(hosts_names(&h), asked);
	assert_int_equal(hosts_format(&h, &host, &hostaddr, &port), x->n);
	if (x->n) {
		assert_string_equal(host.s, x->hosts);
		assert_string_equal(hostaddr.s, x->addresses);
		assert_string_equal(port.s, x->ports);
	}
	hosts_free(&h);
	strbuf_free(&names);
	strbuf_free(&host);
	strbuf_free(&hostaddr);
	strbuf_free(&port);
}

static void
test_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(examples); i++)
		check(&examples[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
