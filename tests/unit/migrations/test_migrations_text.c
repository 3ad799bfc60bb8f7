#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/migrations_text.h"

static char *
without(const char *text, const char *dir)
{
	struct strbuf out = {0};

	while (*text) {
		if (!strncmp(text, dir, strlen(dir)))
			text += strlen(dir);
		else
			strbuf_addc(&out, *text++);
	}
	return strbuf_take(&out);
}

static void
check_migrations(const char *dir, const char *expected)
{
	struct migrations *h = fixture_read(dir, "");
	struct strbuf out = {0};
	char *got;

	migrations_text(h, &out);
	got = without(out.s, dir);
	assert_string_equal(got, expected);
	free(got);
	strbuf_free(&out);
	migrations_free(h);
}

static void
test_graph(void **state)
{
	check_migrations(*state,
		": there are no migrations\n"
		"0 files, 0 revisions, 0 heads, 0 bases, 0 problems\n");
	fixture_revision(*state, "a", NULL, NULL);
	fixture_revision(*state, "b", "'a'", "'x'");
	check_migrations(*state,
		"\n"
		"  b <- a  depends on x  (head)  /b.py\n"
		"  a  (base)  /a.py\n"
		"problems\n"
		"  /b.py:3: missing_parent: b: depends_on is x, which no file has\n"
		"    restore the file of the missing revision, or point to one that "
		"exists\n"
		"2 files, 2 revisions, 1 head, 1 base, 1 problem\n");
}

/* An escape sequence in a file of someone else must not reach a terminal. */
static void
test_control_characters(void **state)
{
	fixture_write(*state, "a.py",
		"revision = '\\x1b[31m'\ndown_revision = None\nbranch_labels = "
		"'l'\n" FIXTURE_FUNCTIONS);
	check_migrations(*state, "\n  \\x1b[31m  (head, base)  labels l  /a.py\n"
				 "1 file, 1 revision, 1 head, 1 base, 0 problems\n");
}

static void
test_judgement(void **state)
{
	struct migrations *h = fixture_graph(*state, "a:\nb: a\nc: b\nd: a\n");
	struct strvec rows = fixture_words("a d x");
	struct strbuf out = {0};
	struct judgement j;

	migrations_judge(h, &rows, NULL, &j);
	judgement_text(&j, "hint", &out);
	assert_string_equal(out.s, "unknown_revision\n"
				   "  recorded   a, d, x\n"
				   "  expected   c, d\n"
				   "  unknown    x\n"
				   "  redundant  a\n"
				   "hint\n");
	judgement_fini(&j);
	strvec_free(&rows);
	strbuf_clear(&out);
	migrations_judge(h, &rows, NULL, &j);
	judgement_text(&j, "hint", &out);
	assert_string_equal(out.s, "unstamped\n"
				   "  recorded   nothing\n"
				   "  expected   c, d\n"
				   "  pending    a\n"
				   "             d\n"
				   "             b\n"
				   "             c\n"
				   "hint\n");
	judgement_fini(&j);
	strbuf_free(&out);
	migrations_free(h);
}

/* ---- Hints ---- */

static void
check_hint(const struct migrations *h, const char *recorded, const char *expected,
	const char *hint)
{
	struct strvec rows = fixture_words(recorded), pinned = fixture_words(expected);
	struct judgement j;
	char *got;

	migrations_judge(h, &rows, &pinned, &j);
	got = migrations_hint(h, &j);
	assert_null(strstr(got, "stamp"));
	assert_string_equal(got, hint);
	free(got);
	judgement_fini(&j);
	strvec_free(&rows);
	strvec_free(&pinned);
}

static void
test_hints(void **state)
{
	struct migrations *h = fixture_graph(*state, "a:\nb: a\nc: b\n");
	char *unknown =
		xasprintf("row x is not in %s: most likely newer code has written it, "
			  "so deploy the files that have it",
			(char *)*state);

	check_hint(h, "c", "", "nothing to do");
	check_hint(h, "b", "", "1 migration is pending: run `alembic upgrade head`");
	check_hint(h, "a", "", "2 migrations are pending: run `alembic upgrade head`");
	check_hint(h, "a", "b", "1 migration is pending: run `alembic upgrade b`");
	check_hint(h, "c", "b",
		"c was applied beyond what is expected: expect it, or deploy the "
		"release that has it");
	check_hint(h, "c a", "",
		"Alembic refuses to upgrade from these rows: remove a from the version "
		"table, since another row already includes it");
	check_hint(h, "", "",
		"the version table has no row: `alembic upgrade head` would run all 3 "
		"migrations; if the schema is there already, compare it first");
	check_hint(h, "x", "", unknown);
	check_hint(h, "c", "x",
		"the expected revision is not among the migrations: correct it (the "
		"expected revision x is not in the migrations)");
	free(unknown);
	migrations_free(h);
}

static void
test_hints_of_branches(void **state)
{
	struct migrations *h = fixture_graph(*state, "a:\nb: a\nc: a\n");

	check_hint(h, "b", "", "1 migration is pending: run `alembic upgrade heads`");
	check_hint(h, "b c", "",
		"nothing to do; there are 2 heads: join them with `alembic merge "
		"heads`, "
		"unless several are meant");
	check_hint(h, "b", "c",
		"b was applied, but the expected revision does not include it: join "
		"the "
		"branches with `alembic merge heads`, or run `alembic upgrade c` for "
		"what "
		"is pending");
	migrations_free(h);
}

/* What is known to fail is not advised. */
static void
test_hints_that_would_fail(void **state)
{
	static const char *const wrong[] = {"aaaa1111 ", "AAAA1111", "aaaa1111.py"};
	const char *dir = *state;
	struct migrations *h;

	fixture_revision(dir, "aaaa1111", NULL, NULL);
	fixture_revision(dir, "bbbb 222", "'aaaa1111'", NULL);
	fixture_revision(dir, "cccc3333", "'bbbb 222'", NULL);
	h = fixture_read(dir, "");
	check_hint(h, "AAAA1111", "",
		"row AAAA1111 is revision aaaa1111 in other case: correct it in the "
		"version table");
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct strvec rows = {0}, pinned = {0};
		struct judgement j;
		char *got;

		strvec_add(&rows, wrong[i]);
		strvec_add(&pinned, "bbbb 222");
		migrations_judge(h, &rows, &pinned, &j);
		got = migrations_hint(h, &j);
		assert_non_null(strstr(got, "is revision aaaa1111"));
		free(got);
		judgement_fini(&j);
		strvec_free(&rows);
		strvec_add(&rows, "aaaa1111");
		migrations_judge(h, &rows, &pinned, &j);
		got = migrations_hint(h, &j);
		assert_string_equal(got,
			"1 migration is pending: run `alembic upgrade 'bbbb 222'`");
		free(got);
		judgement_fini(&j);
		strvec_free(&rows);
		strvec_free(&pinned);
	}
	migrations_free(h);
}

static void
test_hint_of_a_long_id(void **state)
{
	struct migrations *h;
	struct strvec rows = fixture_words("a"), pinned = {0};
	struct judgement j;
	char *got;

	fixture_revision(*state, "a", NULL, NULL);
	fixture_revision(
		*state, "an_id_of_more_than_32_characters_in_all", "'a'", NULL);
	h = fixture_read(*state, "");
	migrations_judge(h, &rows, &pinned, &j);
	got = migrations_hint(h, &j);
	assert_true(strstr(got, "is longer than version_num") <
		    strstr(got, "`alembic upgrade head`"));
	free(got);
	judgement_fini(&j);
	strvec_free(&rows);
	migrations_free(h);
}

static void
test_hint_without_head(void **state)
{
	struct migrations *h;
	struct judgement j;
	struct strvec rows = fixture_words("a");
	char *got;

	fixture_revision(*state, "a", "'b'", NULL);
	fixture_revision(*state, "b", "'a'", NULL);
	h = fixture_read(*state, "");
	migrations_judge(h, &rows, NULL, &j);
	got = migrations_hint(h, &j);
	assert_non_null(strstr(got, "Alembic runs no migration before this is mended"));
	assert_non_null(strstr(got, "each of these comes before itself: a, b"));
	assert_null(strchr(got, '`'));
	free(got);
	judgement_fini(&j);
	strvec_free(&rows);
	migrations_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_graph, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_control_characters, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_judgement, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_hints, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_hints_of_branches, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_hints_that_would_fail, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_hint_of_a_long_id, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_hint_without_head, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
