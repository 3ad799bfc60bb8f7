/* The page of the configuration has each block and key, and what was written of it. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/keys.h"
#include "conf/manual.h"
#include "conf/value.h"

static char *
made(const char *longer)
{
	struct strbuf page = {0};
	struct err e;

	assert_true(conf_manual(longer, &page, &e));
	return strbuf_take(&page);
}

static void
assert_refused(const char *longer, const char *text)
{
	struct strbuf page = {0};
	struct err e;

	assert_false(conf_manual(longer, &page, &e));
	assert_non_null(strstr(e.text, text));
	strbuf_free(&page);
}

static void
test_every_key(void **state)
{
	char *page = made("head\n@blocks\n@end\ntail\n");

	(void)state;
	assert_memory_equal(page, "head\n.SS service { ", 19);
	for (size_t i = 0; i < conf_n_keys; i++) {
		char *head = xasprintf("\n.TP\n\\fB%s\\fR ", conf_keys[i].name);

		assert_non_null(conf_keys[i].type->word);
		assert_non_null(strstr(page, head));
		free(head);
	}
	for (size_t b = 0; b < BLOCK_COUNT; b++) {
		char *head = xasprintf("\n.SS %s ", conf_blocks[b].name);

		assert_non_null(strstr(page, head));
		free(head);
	}
	assert_string_equal(page + strlen(page) - 6, "\ntail\n");
	free(page);
}

static void
test_facts(void **state)
{
	char *page = made("@blocks\n@end\n");

	(void)state;
	assert_non_null(strstr(page, ".TP\n\\fBinterval\\fR = \\fIDURATION\\fR\n"
				     "Time between two checks of an environment.\n"
				     ".br\n"
				     "Default: \\fB60s\\fR.\n"
				     "From 100ms to 366d.\n"
				     "Variable: \\fBPGDRIFTD_INTERVAL\\fR.\n"
				     ".TP\n"));
	assert_non_null(strstr(page, "\\fBpartitions\\fR = \\fBparent\\fR | "
				     "\\fBcount\\fR | \\fBcompare\\fR\n"));
	assert_non_null(strstr(page, "\\fBdsn\\fR = \\fITEXT\\fR\n"));
	assert_non_null(
		strstr(page, "Required;\nfor example \\fBhost=db.example.com "));
	assert_non_null(strstr(page, "Variable: \\fBPGDRIFTD_STATE_DIR\\fR.\n"
				     "A change needs a restart.\n"));
	assert_non_null(strstr(page, "From 1MiB to 1TiB.\n"));
	assert_non_null(strstr(page, "Default: that of \\fBservice\\fR;\n"));
	free(page);
}

static void
test_escaped(void **state)
{
	char *page = made("@blocks\n@end\n");

	(void)state;
	assert_non_null(strstr(page, "as in \\fBalembic \\-n NAME\\fR.\n"));
	/* a dot that begins a line would be a request */
	assert_non_null(strstr(page, "\n\\&.pgpass work as usual.\n"));
	assert_null(strstr(page, "…"));
	free(page);
}

static void
test_longer(void **state)
{
	char *page = made("@blocks\n@key service.interval\nMore.\n@block http\nBoth.\n"
			  "@key environment.interval\nLess.\n@end\n");

	(void)state;
	assert_non_null(strstr(page, "\\fBPGDRIFTD_INTERVAL\\fR.\n.IP\nMore.\n.TP\n"));
	assert_non_null(strstr(page, ".SS http { \\[u2026] }\n"
				     "Dashboard, JSON and metrics.\nBoth.\n.TP\n"));
	assert_non_null(strstr(page, ".IP\nLess.\n"));
	assert_null(strstr(page, "\n@"));
	free(page);
}

static void
test_refused(void **state)
{
	(void)state;
	assert_refused("@blocks\n@key service.intervall\nMore.\n@end\n",
		"there is no key service.intervall");
	assert_refused("@blocks\n@block nothing\n@end\n", "there is no block nothing");
	assert_refused("@blocks\n@key http.listen\n@key http.listen\n@end\n",
		"@key http.listen is there twice");
	assert_refused("@end\n", "@end without @blocks");
	assert_refused("text\n@blocks\n", "there is no blocks");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_key),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_escaped),
		cmocka_unit_test(test_longer),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
