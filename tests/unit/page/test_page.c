/* Addresses within pages. */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "page/page.h"

static void
check_root(const char *path, const char *expected)
{
	char *root = page_root(path);

	assert_string_equal(root, expected);
	free(root);
}

static void
test_root(void **state)
{
	(void)state;
	check_root("/", "./");
	check_root("", "./");
	check_root("/status", "./");
	check_root("/environments/prod", "../");
	check_root("/environments/a%2Fb", "../");
	check_root("/environments/prod/", "../../");
	check_root("/a/b/c", "../../");
}

static void
test_addresses(void **state)
{
	const struct page page = {.root = "../"};
	struct strbuf b = {0};

	(void)state;
	page_href(&page, "", NULL, NULL, &b);
	assert_string_equal(b.s, " href=\"../\"");
	strbuf_clear(&b);
	page_href(&page, "status", "a/b \"<", "/diff", &b);
	assert_string_equal(b.s, " href=\"../status/a%2Fb%20%22%3C/diff\"");
	strbuf_clear(&b);
	page_name_link(&page, "migrations", "<\u202e", &b);
	assert_string_equal(
		b.s, "<a href=\"../migrations/%3C%E2%80%AE\">&lt;\\u202e</a>");
	strbuf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_root),
		cmocka_unit_test(test_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
