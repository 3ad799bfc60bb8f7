/* What is said of a daemon that could not be asked. */
#include "tests/unit/unit.h"

#include <curl/curl.h>
#include <string.h>

#include "daemon/client_fault.h"

static void
check(const struct client *c, int code, const char *said, const char *expected)
{
	const struct client_fault f = {.code = code, .said = said};
	struct err e = {0};

	client_explain(c, &f, &e);
	assert_string_equal(e.text, expected);
	assert_int_equal(e.code, ERR_CONFIG);
}

/* Those of the machine are not there either where nothing was installed for that. */
static void
test_certificates_to_trust(void **state)
{
	static char base[] = "https://h:1";
	const struct client named = {.base = base, .cacert = "/a.pem"},
			    silent = {.base = base};

	(void)state;
	check(&named, CURLE_SSL_CACERT_BADFILE, "no such file",
		"--cacert /a.pem: no such file");
	check(&silent, CURLE_SSL_CACERT_BADFILE, "no such file",
		"the certificates that this machine trusts cannot be read: no such "
		"file: say --cacert FILE");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_certificates_to_trust),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
