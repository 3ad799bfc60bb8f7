/* The bar of states, and the numbers beside it. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "page/totals.h"

static char *
totals_of(const struct status_count *all)
{
	static const struct status_filter any;
	const struct choice c = {&any, NULL, CHOICE_ROWS, 1};
	struct strbuf b = {0};

	totals_write(&(struct page){.root = "./"}, &c, all, &b);
	return strbuf_take(&b);
}

static void
check_holds(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("not in it: %s", part);
}

/* One of thousands is seen, and the whole stays the whole. */
static void
test_narrow(void **state)
{
	const struct status_count all = {.n = 10001,
		.of = {[STATE_UNKNOWN] = 1,
			[STATE_DRIFTED] = 2500,
			[STATE_IN_SYNC] = 7500}};
	char *text = totals_of(&all);

	(void)state;
	check_holds(text, "<title>1 unknown</title><rect class=\"unknown\" x=\"0\" "
			  "width=\"6\" ");
	check_holds(text, "<title>2,500 drifted</title><rect class=\"drifted\" x=\"6\" "
			  "width=\"249\" ");
	check_holds(text, "<rect class=\"insync\" x=\"255\" width=\"745\" ");
	check_holds(text, "<li class=\"insync\"><a href=\"./?state=in_sync\"><i "
			  "aria-hidden=\"true\">✓</i> 7,500 in sync</a></li></ul>");
	/* Who goes by keys, or hears the page, comes by each number once. */
	check_holds(text, "aria-hidden=\"true\"><a tabindex=\"-1\" href=");
	assert_null(strstr(text, "migrating"));
	assert_null(strstr(text, "style="));
	free(text);
}

static void
test_none(void **state)
{
	const struct status_count all = {0};
	char *text = totals_of(&all);

	(void)state;
	assert_string_equal(text ? text : "", "");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
