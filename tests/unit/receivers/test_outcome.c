#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "receivers/outcome.h"

static void
test_status(void **state)
{
	static const struct {
		long status;
		enum outcome outcome;
		const char *reason;
	} cases[] = {
		{200, OUTCOME_DELIVERED, "status"},
		{204, OUTCOME_DELIVERED, "status"},
		{299, OUTCOME_DELIVERED, "status"},
		{301, OUTCOME_REFUSED, "redirect"},
		{304, OUTCOME_REFUSED, "redirect"},
		{400, OUTCOME_REFUSED, "status"},
		{404, OUTCOME_REFUSED, "status"},
		{408, OUTCOME_RETRY, "status"},
		{413, OUTCOME_TOO_LARGE, "status"},
		{425, OUTCOME_RETRY, "status"},
		{429, OUTCOME_RETRY, "status"},
		{499, OUTCOME_REFUSED, "status"},
		{500, OUTCOME_RETRY, "status"},
		{503, OUTCOME_RETRY, "status"},
		{999, OUTCOME_RETRY, "status"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct answer a = {.status = cases[i].status};

		assert_int_equal(outcome_of(&a), cases[i].outcome);
		assert_string_equal(outcome_reason(&a), cases[i].reason);
	}
}

/* Whatever went wrong on the way may go well the next time; each has its words. */
static void
test_trouble(void **state)
{
	(void)state;
	for (int t = TROUBLE_NONE + 1; t < TROUBLE_COUNT; t++) {
		const struct answer a = {.trouble = (enum trouble)t};
		char *text = outcome_text(&a);

		assert_int_equal(outcome_of(&a), OUTCOME_RETRY);
		assert_non_null(outcome_reason(&a));
		assert_true(*text);
		free(text);
	}
}

static void
test_text(void **state)
{
	static const struct {
		struct answer answer;
		const char *text;
	} cases[] = {
		{{.status = 404}, "it answers HTTP 404"},
		{{.status = 429},
			"it answers HTTP 429, that there are too many messages"},
		{{.status = 302}, "it answers HTTP 302, a redirect, which is not "
				  "followed: configure the URL that it leads to"},
		{{.trouble = TROUBLE_TIMEOUT}, "it did not answer in time"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *text = outcome_text(&cases[i].answer);

		assert_string_equal(text, cases[i].text);
		free(text);
	}
}

static void
test_backoff(void **state)
{
	static const struct {
		unsigned failures;
		int64_t asked_ms, wait_ms;
	} cases[] = {
		{1, 0, 2000},
		{2, 0, 4000},
		{3, 0, 8000},
		{8, 0, 256000},
		{9, 0, 300000},
		{4000000000u, 0, 300000},
		{1, 1000, 2000},
		{1, 30000, 30000},
		{9, 3600000, 3600000},
		{1, INT64_C(86400000), 3600000},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct answer a = {
			.status = 429, .retry_after_ms = cases[i].asked_ms};

		assert_int_equal(
			outcome_backoff_ms(cases[i].failures, &a), cases[i].wait_ms);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_trouble),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_backoff),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
