/* Verdicts are written as one line:
 *
 *	STATUS [pending A B] [beyond A] [unknown A] [redundant A] [expected A]
 */
#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

static void
add_list(struct strbuf *out, const char *name, const struct strvec *list)
{
	if (!list->n)
		return;
	strbuf_printf(out, " [%s", name);
	for (size_t i = 0; i < list->n; i++)
		strbuf_printf(out, " %s", *list->v[i] ? list->v[i] : "''");
	strbuf_add(out, "]");
}

static char *
show(const struct judgement *j, bool expected)
{
	struct strbuf out = {0};

	strbuf_add(&out, revision_status_word(j->status));
	add_list(&out, "pending", &j->pending);
	add_list(&out, "beyond", &j->beyond);
	add_list(&out, "unknown", &j->unknown);
	add_list(&out, "redundant", &j->redundant);
	if (expected)
		add_list(&out, "expected", &j->expected);
	return strbuf_take(&out);
}

struct verdict_case {
	const char *recorded;
	const char *expected; /* NULL: the heads */
	const char *verdict;
};

static void
check(const struct migrations *h, const struct verdict_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct strvec recorded = fixture_words(cases[i].recorded);
		struct strvec expected =
			fixture_words(cases[i].expected ? cases[i].expected : "");
		struct judgement j;
		char *got;

		migrations_judge(
			h, &recorded, cases[i].expected ? &expected : NULL, &j);
		got = show(&j, cases[i].expected != NULL);
		assert_string_equal(got, cases[i].verdict);
		free(got);
		judgement_fini(&j);
		strvec_free(&recorded);
		strvec_free(&expected);
	}
}

static void
test_line(void **state)
{
	static const struct verdict_case cases[] = {
		{"c", NULL, "at_head"},
		{"c c", NULL, "at_head"},
		{"b", NULL, "behind [pending c]"},
		{"a", NULL, "behind [pending b c]"},
		{"", NULL, "unstamped [pending a b c]"},
		{"x", NULL, "unknown_revision [unknown x]"},
		{"c x", NULL, "unknown_revision [unknown x]"},
		{"c a", NULL, "diverged [redundant a]"},
		{"c b a", NULL, "diverged [redundant a b]"},
		{"b a", NULL, "diverged [pending c] [redundant a]"},
		{"C", NULL, "unknown_revision [unknown C]"},
	};
	struct migrations *h = fixture_graph(*state, "a:\nb: a\nc: b\n");

	check(h, cases, COUNT_OF(cases));
	migrations_free(h);
}

static void
test_pinned(void **state)
{
	static const struct verdict_case cases[] = {
		{"b", "b", "at_head [expected b]"},
		{"c", "b", "ahead [beyond c] [expected b]"},
		{"a", "b", "behind [pending b] [expected b]"},
		{"d", "b", "diverged [pending b] [beyond d] [expected b]"},
		{"", "b", "unstamped [pending a b] [expected b]"},
		{"b", "gone", "unknown_head [expected gone]"},
		{"gone", "gone", "unknown_revision [unknown gone] [expected gone]"},
		{"c", "gone b", "unknown_head [expected b gone]"},
		{"c d", "heads", "at_head [expected c d]"},
		{"c d", "c d", "at_head [expected c d]"},
		{"c", "", "behind [pending d] [expected c d]"},
	};
	struct migrations *h = fixture_graph(*state, "a:\nb: a\nc: b\nd: a\n");

	check(h, cases, COUNT_OF(cases));
	migrations_free(h);
}

static void
test_branches(void **state)
{
	static const struct verdict_case cases[] = {
		{"b c", NULL, "behind [pending d]"},
		{"b", NULL, "behind [pending c d]"},
		{"d", NULL, "at_head"},
		{"d b", NULL, "diverged [redundant b]"},
	};
	struct migrations *h = fixture_graph(*state, "a:\nb: a\nc: a\nd: b c\n");

	check(h, cases, COUNT_OF(cases));
	migrations_free(h);
}

/* a3 depends on the tip of b, so that only a3 has a row; c on the middle of b. */
static void
test_dependencies(void **state)
{
	static const struct verdict_case cases[] = {
		{"a2", NULL, "at_head"},
		{"a2 b2", NULL, "diverged [redundant b2]"},
		{"a1 b2", NULL, "behind [pending a2]"},
		{"a1", NULL, "behind [pending b1 b2 a2]"},
		{"b1", "a2", "behind [pending b2 a1 a2] [expected a2]"},
	};
	struct migrations *h = fixture_graph(*state, "a1:\na2: a1 > b2\nb1:\nb2: b1\n");

	check(h, cases, COUNT_OF(cases));
	migrations_free(h);
}

static void
test_labels(void **state)
{
	static const struct verdict_case cases[] = {
		{"b2", "blue", "at_head [expected b2]"},
		{"b1", "blue@head", "behind [pending b2] [expected b2]"},
		{"r2", "blue", "diverged [pending b1 b2] [beyond r1 r2] [expected b2]"},
		{"r2 b2", "blue red@heads", "at_head [expected b2 r2]"},
		{"b2", "blue@base", "unknown_head [expected blue@base]"},
		{"blue", NULL, "unknown_revision [unknown blue]"},
	};
	struct migrations *h =
		fixture_graph(*state, "a:\nb1: a #blue\nb2: b1\nr1: a #red\nr2: r1\n");

	check(h, cases, COUNT_OF(cases));
	migrations_free(h);
}

static void
check_note(const struct migrations *h, const char *recorded, const char *expected,
	const char *note)
{
	struct strvec rows = {0}, pinned = fixture_words(expected);
	struct judgement j;

	strvec_add(&rows, recorded);
	migrations_judge(h, &rows, &pinned, &j);
	if (!note)
		assert_null(j.note);
	else
		assert_string_equal(j.note, note);
	judgement_fini(&j);
	strvec_free(&rows);
	strvec_free(&pinned);
}

static void
test_notes(void **state)
{
	struct migrations *h = fixture_graph(
		*state, "abc123:\nabd456: abc123 #label\nxyz: gone\nab: abd456\n");

	check_note(h, "abd456", "abd456", NULL);
	check_note(h, "abc", "abd456", "abc is an abbreviation of abc123");
	check_note(
		h, "lab", "abd456", "lab is an abbreviation of label, a branch label");
	check_note(h, "a", "abd456", NULL);
	check_note(h, "xy", "abd456", NULL);
	check_note(h, "label", "abd456",
		"label is a branch label of abd456: the version table holds ids");
	check_note(h, "", "abd456", "a row of the version table is an empty string");
	check_note(h, "abd456", "nowhere",
		"the expected revision nowhere is not in the migrations");
	check_note(h, "abc123", "xyz", "what comes before xyz is not known");
	check_note(h, "`ls`", "abd456", NULL);
	check_note(h, "abd456", "`ls`",
		"the expected revision 'ls' is not in the migrations");
	migrations_free(h);
}

/* What c and d come after is not known: a verdict holds for whatever it may be. */
static void
test_gaps(void **state)
{
	static const struct verdict_case cases[] = {
		{"b", NULL, "behind [pending c d]"},
		{"c", NULL, "behind [pending d]"},
		{"d", NULL, "unknown_head"},
		{"b d", NULL, "at_head"},
		{"", NULL, "unstamped [pending c d a b]"},
		{"b", "a", "ahead [beyond b] [expected a]"},
		{"b", "d", "unknown_head [pending c d] [expected d]"},
		{"d", "b", "unknown_head [beyond c d] [expected b]"},
		{"d", "d", "at_head [expected d]"},
		{"d b", "d", "unknown_head [expected d]"},
	};
	struct migrations *h;

	fixture_revision(*state, "a", NULL, NULL);
	fixture_revision(*state, "b", "'a'", NULL);
	fixture_revision(*state, "c", "f()", NULL);
	fixture_revision(*state, "d", "'c'", NULL);
	h = fixture_read(*state, "");
	check(h, cases, COUNT_OF(cases));
	migrations_free(h);
}

/* The file that c comes after is lost: the others say what they say. */
static void
test_missing_parent(void **state)
{
	static const struct verdict_case cases[] = {
		{"b", NULL, "behind [pending c d]"},
		{"d", NULL, "behind [pending a b]"},
		{"b d", NULL, "at_head"},
		{"b", "d", "diverged [pending c d] [beyond a b] [expected d]"},
		{"d", "d", "at_head [expected d]"},
		{"d b", "d", "ahead [beyond a b] [expected d]"},
	};
	struct migrations *h;

	fixture_revision(*state, "a", NULL, NULL);
	fixture_revision(*state, "b", "'a'", NULL);
	fixture_revision(*state, "c", "'gone'", NULL);
	fixture_revision(*state, "d", "'c'", NULL);
	h = fixture_read(*state, "");
	check(h, cases, COUNT_OF(cases));
	check_note(h, "d", "d", "what comes before c is not known");
	migrations_free(h);
}

/* a2 may depend on b1, whose row is gone then. */
static void
test_unread_dependency(void **state)
{
	static const struct verdict_case cases[] = {
		{"a2", NULL, "unknown_head"},
		{"a1", NULL, "behind [pending b1 a2]"},
		{"a2 b1", NULL, "at_head"},
	};
	struct migrations *h;

	fixture_revision(*state, "a1", NULL, NULL);
	fixture_revision(*state, "a2", "'a1'", "f()");
	fixture_revision(*state, "b1", NULL, NULL);
	h = fixture_read(*state, "");
	check(h, cases, COUNT_OF(cases));
	migrations_free(h);
}

/* The id of a file cannot be told, and nothing refers to it: it is a head. */
static void
test_hidden_head(void **state)
{
	static const struct verdict_case cases[] = {
		{"b", NULL, "unknown_head"},
		{"b", "heads", "unknown_head [expected b]"},
		{"a", NULL, "behind [pending b]"},
		{"x", NULL, "unknown_head [unknown x]"},
		{"", NULL, "unstamped [pending a b]"},
		{"a", "a", "at_head [expected a]"},
		{"x", "b", "unknown_revision [unknown x] [expected b]"},
	};
	static const char *const files[] = {"revision = f()\ndown_revision = 'b'\n",
		"\"\"\"\nrevision = 'c'\n",
		"<<<<<<< x\nrevision = 'c'\n=======\nrevision = 'd'\n>>>>>>> y\n",
		"{% if x %}\nrevision = 'c'\n{% endif %}\n"};

	fixture_revision(*state, "a", NULL, NULL);
	fixture_revision(*state, "b", "'a'", NULL);
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		struct migrations *h;

		fixture_write(*state, "x.py", files[i]);
		h = fixture_read(*state, "");
		assert_true(h->hides_revisions);
		check(h, cases, COUNT_OF(cases));
		check_note(h, "x", "b", "x may be in a file whose id cannot be read");
		check_note(h, "b", "b", "a file whose id cannot be read takes no part");
		assert_non_null(strstr(migrations_obstacle(h)->file, "x.py"));
		migrations_free(h);
	}
}

/* A file that is referred to by an id that no other has is that one, and no head. */
static void
test_hidden_parent(void **state)
{
	static const struct verdict_case cases[] = {
		{"c", NULL, "at_head"},
		{"a", NULL, "behind [pending c]"},
		{"b", NULL, "unknown_revision [unknown b]"},
	};
	static const struct verdict_case two[] = {
		{"c", NULL, "unknown_head"},
		{"a", NULL, "behind [pending c]"},
	};
	struct migrations *h;

	fixture_revision(*state, "a", NULL, NULL);
	fixture_write(*state, "b.py", "revision = f()\ndown_revision = 'a'\n");
	fixture_revision(*state, "c", "('a', 'b')", NULL);
	h = fixture_read(*state, "");
	assert_true(h->hides_revisions);
	check(h, cases, COUNT_OF(cases));
	check_note(h, "b", "c",
		"b may be in a file whose id cannot be read; what comes before c is "
		"not known");
	migrations_free(h);
	fixture_write(*state, "d.py", "x = (\nrevision = 'd'\n");
	h = fixture_read(*state, "");
	check(h, two, COUNT_OF(two));
	migrations_free(h);
}

/* What cannot be opened may be anything. */
static void
test_unreadable(void **state)
{
	static const struct verdict_case cases[] = {
		{"b", NULL, "unknown_head"},
		{"a", NULL, "behind [pending b]"},
		{"c", NULL, "unknown_head [unknown c]"},
		{"b", "b", "at_head [expected b]"},
	};
	const char *const dir = *state;
	char *path = xasprintf("%s/c.py", dir);

	fixture_revision(dir, "a", NULL, NULL);
	fixture_revision(dir, "b", "('a', 'gone')", NULL);
	for (int i = 0; i < 4; i++) {
		struct migrations *h;
		char *note;

		if (i == 0)
			assert_int_equal(symlink("nowhere", path), 0);
		else if (i == 1)
			assert_int_equal(mkfifo(path, 0600), 0);
		else if (i == 2)
			assert_int_equal(mkdir(path, 0700), 0);
		else
			fixture_write(dir, "c.py", "");
		if (i == 3)
			assert_int_equal(truncate(path, FILE_MAX_MIGRATION + 1), 0);
		h = fixture_read(dir, "");
		check(h, cases, COUNT_OF(cases));
		assert_int_equal(migrations_obstacle(h)->code, PROBLEM_UNREADABLE_FILE);
		note = xasprintf("a newer revision may be in %s; what comes before b "
				 "is not known",
			path);
		check_note(h, "b", "heads", note);
		free(note);
		migrations_free(h);
		fixture_remove(dir, "c.py");
	}
	free(path);
}

/* A revision that names itself as its parent is nobody's head. */
static void
test_self_reference(void **state)
{
	static const struct verdict_case alone[] = {
		{"b", NULL, "at_head"},
		{"a", NULL, "behind [pending b]"},
		{"", NULL, "unstamped [pending a b]"},
		{"c", NULL, "diverged [pending a b] [beyond c]"},
	};
	static const struct verdict_case followed[] = {
		{"b", NULL, "behind [pending c d]"},
		{"b d", NULL, "at_head"},
	};
	struct migrations *h = fixture_graph(*state, "a:\nb: a\nc: c\n");
	struct strbuf buf = {0};

	assert_string_equal(fixture_list(&h->heads, &buf), "b");
	assert_string_equal(fixture_list(&h->effective_heads, &buf), "b");
	check(h, alone, COUNT_OF(alone));
	migrations_free(h);
	h = fixture_graph(*state, "a:\nb: a\nc: c\nd: c\n");
	assert_string_equal(fixture_list(&h->heads, &buf), "b d");
	check(h, followed, COUNT_OF(followed));
	migrations_free(h);
	h = fixture_graph(*state, "a:\nb: a b\nc: b\nd: a d\n");
	assert_string_equal(fixture_list(&h->heads, &buf), "c");
	migrations_free(h);
	strbuf_free(&buf);
}

static void
test_expected_abbreviation(void **state)
{
	static const struct verdict_case cases[] = {
		{"abcd", "abc", "at_head [expected abcd]"},
		{"abcd", "ab", "unknown_head [expected ab]"},
	};
	struct migrations *h = fixture_graph(*state, "abcd:\nabxy: abcd\n");

	check(h, cases, COUNT_OF(cases));
	migrations_free(h);
}

static void
test_cycles(void **state)
{
	static const struct verdict_case whole[] = {
		{"a", NULL, "unknown_head"},
		{"", NULL, "unstamped"},
	};
	static const struct verdict_case merged[] = {
		{"c", NULL, "at_head"},
		{"z", NULL, "behind [pending a b c]"},
	};
	struct migrations *h = fixture_graph(*state, "a: b\nb: a\n");

	check(h, whole, COUNT_OF(whole));
	migrations_free(h);
	h = fixture_graph(*state, "a: z b\nb: a\nc: b\nz:\n");
	check(h, merged, COUNT_OF(merged));
	migrations_free(h);
}

static void
test_nothing(void **state)
{
	static const struct verdict_case cases[] = {
		{"a", NULL, "unknown_head [unknown a]"},
		{"", NULL, "unstamped"},
		{"a", "a", "at_head [expected a]"},
	};
	struct migrations *h = fixture_graph(*state, "");

	check(h, cases, COUNT_OF(cases));
	migrations_free(h);
}

/* Ids alone: a database is held beside another one. */
static void
test_without_graph(void **state)
{
	static const struct verdict_case cases[] = {
		{"a", "a", "at_head [expected a]"},
		{"b a", "a b", "at_head [expected a b]"},
		{"b", "a", "diverged [expected a]"},
		{"a b", "a", "diverged [expected a]"},
		{"a", "a b", "diverged [expected a b]"},
		{"", "a", "unstamped [expected a]"},
		{"a", "", "unknown_head"},
		{"a", NULL, "unknown_head"},
	};

	(void)state;
	check(NULL, cases, COUNT_OF(cases));
}

static void
test_words(void **state)
{
	(void)state;
	assert_string_equal(revision_status_word(REVISION_AT_HEAD), "at_head");
	assert_string_equal(
		revision_status_word(REVISION_EMPTY_DATABASE), "empty_database");
	for (int i = 0; i < REVISION_STATUS_COUNT; i++)
		assert_non_null(revision_status_word((enum revision_status)i));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_line, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_pinned, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_branches, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_dependencies, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_labels, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_notes, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_gaps, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_missing_parent, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_unread_dependency, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_hidden_head, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_hidden_parent, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_unreadable, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_self_reference, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_expected_abbreviation, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_cycles, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_nothing, fixture_setup, fixture_teardown),
		cmocka_unit_test(test_without_graph),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
