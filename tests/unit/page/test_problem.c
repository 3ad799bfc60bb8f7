/* Why there is no page: in words, and with a way on. */
#include "page/problem.h"

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static char *
written(const struct page_problem *p)
{
	const struct page page = {.root = "../"};
	struct strbuf b = {0};

	page_problem(&page, p, &b);
	return strbuf_take(&b);
}

static void
check(const struct page_problem *p, const char *part, bool holds)
{
	char *page = written(p);

	if (!strstr(page, part) == holds)
		fail_msg("%s: %s", part, page);
	free(page);
}

static void
test_words(void **state)
{
	const struct page_problem p = {404, "Not Found",
		"no environment named \"<i>\u202e\"; did you mean \"prod\"?", "status",
		"prod<", "/diff"};

	(void)state;
	check(&p, "<title>Not Found · pgdriftd</title>", true);
	check(&p, "<h1>Not Found</h1>", true);
	check(&p, "no environment named &quot;&lt;i&gt;\\u202e&quot;", true);
	check(&p, "href=\"../status/prod%3C/diff\">prod&lt;</a>", true);
	check(&p, "href=\"../\">All environments</a>", true);
	check(&p, "HTTP status 404", true);
}

/* It is nobody's state: whoever knows no password reads it as well. */
static void
test_says_nothing_else(void **state)
{
	const struct page_problem p = {401, "Unauthorized",
		"a user and a password are asked for", NULL, NULL, NULL};

	(void)state;
	check(&p, "a user and a password are asked for", true);
	check(&p, "id=\"near\"", false);
	check(&p, "as of", false);
	/* Nor is it asked for again and again. */
	check(&p, "http-equiv", false);
	check(&p, "<script", false);
	check(&p, "renews itself", false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_says_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
