#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "migrations/alembic/pydoc.h"

static void
check(const char *source, const char *message, const char *created)
{
	struct pytokens t;
	struct pydoc d;

	pytoken_scan(source, &t);
	pydoc_read(&t, &d);
	if (!text_same(d.message, message) || !text_same(d.created, created))
		fail_msg("of %s: %s, %s", source, d.message ? d.message : "NULL",
			d.created ? d.created : "NULL");
	pydoc_free(&d);
	pytoken_free(&t);
}

static void
test_template(void **state)
{
	(void)state;
	check("\"\"\"add a column\n\nRevision ID: a\nRevises: \n"
	      "Create Date: 2024-05-01 12:30:00.5\n\n\"\"\"\nrevision = 'a'\n",
		"add a column", "2024-05-01 12:30:00.5");
	/* Behind comments, as other kinds of string, in several. */
	check("# x\n\n'''\n  two lines\n  of it\n\n  Create Date:  2024 \n'''\n",
		"two lines", "2024");
	check("r'a\\d' 'b'\n", "a\\db", NULL);
	check("'one'; x = 1\n", "one", NULL);
	check("'one'", "one", NULL);
}

static void
test_nothing_said(void **state)
{
	static const char *const sources[] = {"", "x = 'a'\n", "''\n",
		"'' 'Revision ID: a\\n'\n", "'a' + 'b'\n", "'a'.strip()\n", "b'a'\n",
		"f'{x}'\n", "'''\n \t\n'''\n", "import x\n'''a'''\n"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sources); i++)
		check(sources[i], NULL, NULL);
	check("'''Revision ID: a\nCreate Date: 2024'''\n", NULL, "2024");
	check("'''a\nCreate Date:\nnot a Create Date: 1'''\n", "a", NULL);
}

static void
test_bounded(void **state)
{
	struct strbuf source = {0};
	struct pytokens t;
	struct pydoc d;

	(void)state;
	strbuf_add(&source, "'''");
	for (size_t i = 0; i < 5000; i++)
		strbuf_add(&source, "é");
	strbuf_add(&source, "\n'''\n");
	pytoken_scan(source.s, &t);
	pydoc_read(&t, &d);
	assert_true(strlen(d.message) <= PYDOC_MESSAGE_MAX + strlen("…"));
	assert_true(text_is_utf8(d.message, strlen(d.message)));
	assert_string_equal(d.message + strlen(d.message) - strlen("…"), "…");
	pydoc_free(&d);
	pytoken_free(&t);
	strbuf_free(&source);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_template),
		cmocka_unit_test(test_nothing_said),
		cmocka_unit_test(test_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
