#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/problem.h"
#include "tests/unit/migrations/fixture.h"

/* One line a notice: "CODE FILE:LINE DETAIL", FILE without the directory. */
static void
check(void **state, const char *path, bool recursive, const char *expected)
{
	char *full = xasprintf("%s/%s", (char *)*state, path);
	const struct migrations_source src = {
		.tool = "alembic", .path = full, .recursive = recursive};
	struct migrations *h;
	struct strbuf out = {0};
	struct err e;

	assert_true(migrations_read(&src, &h, &e));
	strbuf_add(&out, "");
	for (size_t i = 0; i < h->n_notices; i++) {
		const struct problem *p = &h->notices[i];

		assert_true(problem_is_notice(p->code));
		strbuf_printf(&out, "%s %s:%u %s\n", problem_word(p->code),
			p->file + strlen(*state) + 1, p->line, p->detail);
	}
	for (size_t i = 0; i < h->n_problems; i++)
		assert_false(problem_is_notice(h->problems[i].code));
	assert_string_equal(out.s, expected);
	strbuf_free(&out);
	migrations_free(h);
	free(full);
}

static void
write_bodies(const char *dir, const char *id, const char *down, const char *functions)
{
	char *name = xasprintf("%s.py", id);
	char *text = xasprintf(
		"revision = '%s'\ndown_revision = %s\n%s", id, down, functions);

	fixture_write(dir, name, text);
	free(text);
	free(name);
}

#define UP(body) "def upgrade():\n    " body "\n"
#define DOWN(body) "def downgrade():\n    " body "\n"

static void
test_operations(void **state)
{
	write_bodies(*state, "a", "None",
		UP("op.create_table('t')") DOWN("op.drop_table('t')"));
	write_bodies(*state, "b", "'a'",
		UP("op.drop_table('x')\n    op.drop_column('y', 'z')") DOWN("op.go()"));
	write_bodies(*state, "c", "'b'",
		UP("op.execute('UPDATE t SET a = 1')\n"
		   "    op.execute('DELETE FROM s.u; DELETE FROM v WHERE w')")
			DOWN("op.go()"));
	/* What it makes itself is nobody's. */
	write_bodies(*state, "d", "'c'",
		UP("op.create_table('tmp')\n    op.drop_table('tmp')") DOWN("op.go()"));
	write_bodies(*state, "e", "'d'",
		UP("op.get_bind().execute(f'UPDATE {t} SET a = 1')") DOWN("op.go()"));
	check(state, "", false,
		"destructive_operation b.py:4 upgrade() drops 1 table, 1 column "
		"(first: table x)\n"
		"unbounded_data_operation c.py:4 UPDATE without WHERE: every row of t\n"
		"unbounded_data_operation c.py:5 DELETE without WHERE: every row of "
		"s.u\n"
		"unbounded_data_operation e.py:4 UPDATE without WHERE: every row of a "
		"table whose name is computed\n");
}

static void
test_functions(void **state)
{
	write_bodies(*state, "a", "None", UP("op.x()") DOWN("pass"));
	write_bodies(*state, "b", "'a'",
		UP("'''Nothing.'''\n    # op.x()\n    pass") DOWN("return None"));
	write_bodies(*state, "c", "'a'", UP("op.x()"));
	write_bodies(*state, "d", "('b', 'c')", UP("pass") DOWN("pass"));
	write_bodies(*state, "e", "'d'", "");
	write_bodies(*state, "f", "'e'", DOWN("op.x()"));
	/* Said on purpose, or done elsewhere. */
	write_bodies(*state, "g", "'f'",
		UP("op.x()") DOWN("raise NotImplementedError('no way back')"));
	write_bodies(*state, "h", "'g'", "from x import upgrade, downgrade\n");
	write_bodies(*state, "i", "'h'",
		"if x:\n    def upgrade():\n        op.x()\ndowngrade = upgrade\n");
	write_bodies(
		*state, "j", "'i'", UP("if x:\n        pass") DOWN("op.x(); pass"));
	check(state, "", false,
		"empty_downgrade a.py:0 downgrade() does nothing, so what upgrade() "
		"did stays\n"
		"empty_upgrade b.py:0 upgrade() does nothing\n"
		"missing_downgrade c.py:0 the file has no downgrade()\n"
		"missing_upgrade e.py:0 the file has neither upgrade() nor "
		"downgrade()\n"
		"missing_upgrade f.py:0 the file has no upgrade()\n");
}

static void
test_directories(void **state)
{
	static const char file[] =
		"revision = 'a'\ndown_revision = None\n" FIXTURE_FUNCTIONS;

	fixture_write(*state, "m/versions/a.py", file);
	fixture_write(*state, "m/versions/2023/b.py", file);
	fixture_write(*state, "m/versions/tools/x.py", "print(1)\n");
	fixture_write(*state, "m/old/c.py", file);
	check(state, "m/versions", false,
		"unnamed_directory m/versions/2023:0 there are migrations in it that "
		"are not read\n");
	fixture_write(*state, "m/env.py", "x = 1\n");
	check(state, "m/versions", false,
		"unnamed_directory m/old:0 there are migrations in it that are not "
		"read\n"
		"unnamed_directory m/versions/2023:0 there are migrations in it that "
		"are not read\n");
	fixture_write(*state, "alembic.ini",
		"[alembic]\nscript_location = %(here)s/m\n"
		"version_locations = %(here)s/m/versions %(here)s/m/versions/2023\n");
	check(state, "alembic.ini", false,
		"unnamed_directory m/old:0 there are migrations in it that are not "
		"read\n");
}

static void
test_archives_are_named(void **state)
{
	char *path = xasprintf("%s/m", (char *)*state),
	     *old = xasprintf("%s/m/old", (char *)*state);
	struct strvec archives = {&old, 1, 1};
	const struct migrations_source src = {
		.tool = "alembic", .path = path, .archives = &archives};
	struct migrations *h;
	struct err e;

	fixture_revision(*state, "m/a", NULL, NULL);
	fixture_revision(*state, "m/old/b", NULL, NULL);
	assert_true(migrations_read(&src, &h, &e));
	assert_int_equal(h->n_notices, 0);
	migrations_free(h);
	free(path);
	free(old);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_operations),
		TEST(test_functions),
		TEST(test_directories),
		TEST(test_archives_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
