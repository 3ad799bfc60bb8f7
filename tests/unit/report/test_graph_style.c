#include "tests/unit/report/drawn.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/appearance.h"
#include "report/graph_style.h"

/* Every class that has a colour has it in both schemes, and each state is one. */
static void
test_style(void **state)
{
	struct strbuf b = {0};
	char *dark;

	(void)state;
	graph_style(&b);
	drawn_check_count(b.s, "<", 0);
	drawn_check_count(b.s, "var(", 0);
	dark = strstr(b.s, "@media");
	assert_non_null(dark);
	for (int s = 0; s < STATE_COUNT; s++) {
		char *rule = xasprintf(
			".graph .%s rect{", appearance_of((enum state)s)->style);

		drawn_check_count(b.s, rule, 2);
		drawn_check_count(dark, rule, 1);
		free(rule);
	}
	strbuf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_style),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
