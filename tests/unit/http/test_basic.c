#include "tests/unit/unit.h"

#include "http/basic.h"

static void
check(const char *header, const char *name, const char *password)
{
	struct basic b;

	if (!basic_parse(header, &b))
		fail_msg("%s is not taken", header);
	assert_string_equal(b.name, name);
	assert_string_equal(b.password, password);
	basic_fini(&b);
}

static void
test_taken(void **state)
{
	(void)state;
	check("Basic YW5uOnM6Y3JldA==", "ann", "s:cret");
	check("basic YW5uOnM6Y3JldA==", "ann", "s:cret");
	check("BASIC   YW5uOnM6Y3JldA== ", "ann", "s:cret");
	check("Basic Og==", "", "");
	check("Basic YW5uOg==", "ann", "");
	check("Basic w6Q6w7Y=", "\xc3\xa4", "\xc3\xb6");
}

static void
test_refused(void **state)
{
	/* The last three hold a NUL: in the name, in the password, at its end. */
	static const char *const headers[] = {NULL, "", "Basic", "Basic ",
		"Bearer YW5uOnM6Y3JldA==", "BasicYW5uOnM6Y3JldA==", "Basic !!!",
		"Basic YW5u", "Basic YW5uOnM6Y3JldA== x", "Basic YW5uAHg6czpjcmV0",
		"Basic YW5uOnM6Y3JldAB4", "Basic YW5uOnM6Y3JldAA="};
	struct basic b;

	(void)state;
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		if (basic_parse(headers[i], &b))
			fail_msg("%s is taken", headers[i]);
		basic_fini(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
