#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"
#include "migrations/alembic/pyblock.h"
#include "migrations/alembic/pybody.h"

static enum pybody
body_of(const char *source)
{
	struct pytokens t;
	enum pybody body;

	pytoken_scan(source, &t);
	body = pybody_of(pyblock_header_colon(t.v));
	pytoken_free(&t);
	return body;
}

static void
test_bodies(void **state)
{
	static const char *const empty[] = {"def f():\n    pass\n", "def f(): pass\n",
		"def f():\n    '''x'''\n", "def f():\n    ...\n    return\n",
		"def f():\n    pass; return None\n",
		"def f() -> None:\n    # x\n    pass\n", "def f():\n    pass",
		"def f():\n"};
	static const char *const code[] = {"def f():\n    x()\n", "def f(): x()\n",
		"def f():\n    pass\n    if x:\n        pass\n",
		"def f():\n    raise X\n", "def f():\n    return x\n",
		"def f():\n    pass; x()\n", "def f():\n    'a' + x\n"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(empty); i++)
		assert_int_equal(body_of(empty[i]), PYBODY_EMPTY);
	for (size_t i = 0; i < COUNT_OF(code); i++)
		assert_int_equal(body_of(code[i]), PYBODY_CODE);
}

static uint64_t
digest_of(const char *source)
{
	struct pytokens t;
	uint64_t digest;

	pytoken_scan(source, &t);
	digest = pybody_digest(&t);
	pytoken_free(&t);
	return digest;
}

static const char text[] = "\"\"\"msg\n\nRevises: a\n\"\"\"\n"
			   "from alembic import op\nimport sqlalchemy as sa\n"
			   "revision = 'b'\ndown_revision = 'a'\n"
			   "def upgrade():\n    op.drop_column('t', 'c')\n";

static void
test_layout_does_not_count(void **state)
{
	static const char *const same[] = {
		"\"\"\"another\"\"\"\nimport sqlalchemy as sa\n"
		"from alembic import op  # noqa\n\n"
		"revision: str = \"b\"\ndown_revision: Union[str, None] = (\n    "
		"\"x\"\n)\n"
		"def upgrade():\n  # because\n  op.drop_column(\"t\",\n"
		"      \"c\",\n  )\n",
		"revision = 'b'\ndown_revision = None\ndef upgrade():\n"
		"\t\"\"\"Says why.\"\"\"\n\top.drop_column('''t''', 'c')\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(same); i++)
		assert_true(digest_of(same[i]) == digest_of(text));
}

static void
test_what_is_done_counts(void **state)
{
	static const char *const others[] = {
		"def upgrade():\n    op.drop_column('t', 'd')\n",
		"def upgrade():\n    op.drop_column('tc', '')\n",
		"def upgrade():\n    op.drop_column(t, 'c')\n",
		"def upgrade():\n    op.drop_column('t', 'c')\n    op.x()\n",
		"def upgrade():\n    if x:\n        op.drop_column('t', 'c')\n",
		"X = 1\ndef upgrade():\n    op.drop_column('t', 'c')\n",
		"",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(others); i++)
		assert_true(digest_of(others[i]) != digest_of(text));
}

static uint64_t
source_of(const char *source)
{
	struct pytokens t;
	uint64_t digest;

	pytoken_scan(source, &t);
	digest = pybody_source(&t);
	pytoken_free(&t);
	return digest;
}

/* A module that is imported may do anything, and a text at the top may be SQL. */
static void
test_source(void **state)
{
	static const char plain[] =
		"\"\"\"sql\"\"\"\nimport a\ndef f():\n    op.x('y')\n";

	(void)state;
	assert_true(source_of(plain) == source_of("\"\"\"sql\"\"\"\n\nimport a  # b\n"
						  "def f():\n  op.x( 'y' )\n"));
	assert_true(source_of(plain) != source_of("\"\"\"sql\"\"\"\nimport b\n"
						  "def f():\n    op.x('y')\n"));
	assert_true(source_of(plain) != source_of("\"\"\"SQL\"\"\"\nimport a\n"
						  "def f():\n    op.x('y')\n"));
	assert_true(source_of(plain) != source_of("\"\"\"sql\"\"\"\nimport a\n"
						  "def f():\n    op.x('z')\n"));
	/* Where one word ends counts. */
	assert_true(source_of("x = not y\n") != source_of("x = noty\n"));
	assert_true(source_of("x = 'a' 'b'\n") != source_of("x = 'a''b' ''\n"));
}

/* It is kept on disk. */
static void
test_it_stays(void **state)
{
	(void)state;
	assert_true(digest_of(text) == UINT64_C(0x85686ff2db2eefd8));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_layout_does_not_count),
		cmocka_unit_test(test_what_is_done_counts),
		cmocka_unit_test(test_source),
		cmocka_unit_test(test_it_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
