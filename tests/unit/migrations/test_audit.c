#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/audit.h"

static void
check(const char *dir, const char *expected)
{
	struct migrations *h = fixture_read(dir, "");
	char *got = fixture_problems(h, dir);

	assert_string_equal(got, expected);
	free(got);
	migrations_free(h);
}

/* One file beside a sound base, and what is said of it. */
static void
test_one_file(void **state)
{
	static const struct {
		const char *name, *text, *problems;
	} cases[] = {
		{"x.py", "revision = 'b'\ndown_revision = 'base'\n", ""},
		{"x.py", "", "empty_file x.py:0 -\n"},
		{"x.py", "# nothing\n", "empty_file x.py:0 -\n"},
		{"x.py", "\"\"\"Revision ID: b\"\"\"\n", "no_revision_id x.py:0 -\n"},
		{"helper.py", "def f():\n  pass\n", "no_revision_id helper.py:0 -\n"},
		{"x.py", "\n\nrevision = None\ndown_revision = 'base'\n",
			"no_revision_id x.py:3 -\n"},
		{"x.py", "revision = 27\ndown_revision = 'base'\n",
			"unreadable_value x.py:1 -\n"},
		{"x.py", "revision = ('b',)\ndown_revision = 'base'\n",
			"unreadable_value x.py:1 -\n"},
		{"x.py", "from x import REV\nrevision = REV\ndown_revision = 'base'\n",
			"unreadable_value x.py:2 -\n"},
		{"x.py", "revision = 'b'\ndown_revision = f(revision)\n",
			"unreadable_value x.py:2 b\n"},
		{"x.py", "revision = 'b'\ndown_revision = ('base', None)\n",
			"unreadable_value x.py:2 b\n"},
		{"x.py", "revision = 'b'\n", "unreadable_value x.py:0 b\n"},
		{"x.py",
			"revision = 'b'\ndown_revision = 'base'\n\nbranch_labels = "
			"(X,)\n"
			"depends_on = f()\n",
			"unreadable_value x.py:4 b\nunreadable_value x.py:5 b\n"},
		{"x.py", "revision = 'b'\ndown_revision = 'base'\nx = (\n",
			"syntax x.py:3 b\n"},
		{"x.py", "x = (\nrevision = 'b'\n", "syntax x.py:1 -\n"},
		{"x.py",
			"<<<<<<< a\nrevision = 'b'\n=======\nrevision = 'c'\n>>>>>>> "
			"d\n"
			"down_revision = 'base'\n",
			"syntax x.py:1 -\n"},
		{"x.py",
			"revision = 'b'\n<<<<<<< a\ndown_revision = 'base'\n=======\n"
			"down_revision = 'c'\n>>>>>>> d\n",
			"syntax x.py:2 b\n"},
		/* The legacy rule: only where nothing is assigned, only hexadecimal. */
		{"00ff.py", "down_revision = 'base'\n", ""},
		{"00ff_x.py", "down_revision = 'base'\n",
			"no_revision_id 00ff_x.py:0 -\n"},
		{"00FF.py", "down_revision = 'base'\n", "no_revision_id 00FF.py:0 -\n"},
		{"00ff.py", "'''docstring'''\n", "unreadable_value 00ff.py:0 00ff\n"},
		{"00ff.py", "", "empty_file 00ff.py:0 -\n"},
		{"x.py", "revision = 'b'\ndown_revision = 'gone'\n",
			"missing_parent x.py:2 b\nseveral_heads x.py:1 b\n"},
		{"x.py", "revision = 'b'\ndown_revision = 'label'\n",
			"missing_parent x.py:2 b\nseveral_heads x.py:1 b\n"},
		{"x.py", "revision = 'b'\ndown_revision = 'bas'\n",
			"missing_parent x.py:2 b\nseveral_heads x.py:1 b\n"},
		{"x.py", "revision = 'b'\ndown_revision = ('base', 'g1', 'g2')\n",
			"missing_parent x.py:2 b\nmissing_parent x.py:2 b\n"},
		{"x.py",
			"revision = 'b'\ndown_revision = 'base'\ndepends_on = 'gone'\n",
			"missing_parent x.py:3 b\n"},
		{"x.py",
			"revision = 'b'\ndown_revision = 'base'\ndepends_on = "
			"'label'\n",
			""},
		{"x.py", "revision = 'b'\ndown_revision = 'base'\ndepends_on = ''\n",
			""},
		{"x.py",
			"revision = 'b'\ndown_revision = ('base',)\ndepends_on = "
			"('',)\n",
			"missing_parent x.py:3 b\n"},
		{"x.py", "revision = 'b'\ndown_revision = ('b', 'base')\n",
			"self_reference x.py:2 b\n"},
		{"x.py", "revision = 'b'\ndown_revision = 'base'\ndepends_on = 'b'\n",
			"self_reference x.py:3 b\n"},
		{"x.py",
			"revision = '123456789012345678901234567890ab'\n"
			"down_revision = 'base'\n",
			""},
		{"x.py",
			"revision = '123456789012345678901234567890abc'\n"
			"down_revision = 'base'\n",
			"revision_too_long x.py:1 123456789012345678901234567890abc\n"},
		{"x.py",
			"revision = 'ääääääääääääääääääääääääääääääää'\n"
			"down_revision = 'base'\n",
			""},
		{"x.py", "revision = 'b-c'\ndown_revision = 'base'\n",
			"invalid_name x.py:1 b-c\n"},
		{"x.py", "revision = 'b:c'\ndown_revision = 'base'\n",
			"invalid_name x.py:1 b:c\n"},
		{"x.py", "revision = 'b.c ä'\ndown_revision = 'base'\n", ""},
		{"x.py",
			"revision = 'b'\ndown_revision = 'base'\nbranch_labels = "
			"'label'\n",
			"invalid_name x.py:3 b\n"},
		{"x.py",
			"revision = 'b'\ndown_revision = 'base'\nbranch_labels = "
			"'base'\n",
			"invalid_name x.py:3 b\n"},
		{"x.py",
			"revision = 'b'\ndown_revision = 'base'\n"
			"branch_labels = ['x', 'x']\n",
			"invalid_name x.py:3 b\n"},
	};

	fixture_write(*state, "a.py",
		"revision = 'base'\ndown_revision = None\nbranch_labels = 'label'\n");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		fixture_write(*state, cases[i].name, cases[i].text);
		check(*state, cases[i].problems);
		fixture_remove(*state, cases[i].name);
	}
}

/* A merge or a template that is unfinished: no id is taken from inside. */
static void
test_unfinished(void **state)
{
	static const struct {
		const char *text, *problems, *id; /* "": none */
	} cases[] = {
		/* Longer markers, the style with the base, a merge within the merge. */
		{"<<<<<<<<< a\nrevision = 'b'\n=========\nrevision = 'c'\n>>>>>>>>> "
		 "d\n"
		 "down_revision = 'base'\n",
			"syntax x.py:1 -\n", ""},
		{"<<<<<<< a\nrevision = 'b'\n||||||| o\nrevision = 'o'\n=======\n"
		 "revision = 'c'\n>>>>>>> d\ndown_revision = 'base'\n",
			"syntax x.py:1 -\n", ""},
		{"<<<<<<<<< a\nX = 1\n|||||||||\n<<<<<<< a\n=======\n>>>>>>> b\n"
		 "revision = 'o'\n=========\nX = 2\n>>>>>>>>> d\n"
		 "down_revision = 'base'\n",
			"syntax x.py:1 -\n", ""},
		{"revision = 'b'\n<<<<<<<<<<<<<<<\nrevision = 'c'\n",
			"syntax x.py:2 -\n", ""},
		{"revision = 'b'\ndown_revision = (\n<<<<<<< a\n'base',\n=======\n"
		 "'c',\n>>>>>>> d\n)\n",
			"syntax x.py:3 b\n", "b"},
		/* Inside the docstring, or over its end. */
		{"\"\"\"x\n<<<<<<< a\nRevises: a\n=======\nRevises: b\n>>>>>>> "
		 "b\n"
		 "\"\"\"\nrevision = 'b'\ndown_revision = 'base'\n",
			"syntax x.py:2 b\n", "b"},
		{"\"\"\"x\n<<<<<<< a\nend\n\"\"\"\nrevision = 'b'\n=======\n"
		 "END\n\"\"\"\nrevision = 'c'\n>>>>>>> b\ndown_revision = "
		 "'base'\n",
			"syntax x.py:2 -\n", ""},
		{"<<<<<<< a\n\"\"\"x\n=======\n\"\"\"y\n>>>>>>> b\n\"\"\"\n"
		 "revision = 'b'\ndown_revision = 'base'\n",
			"syntax x.py:1 -\n", ""},
		/* A heading is none. */
		{"\"\"\"\nTitle\n=======\n\"\"\"\nrevision = 'b'\n"
		 "down_revision = 'base'\n",
			"", "b"},
		{"\"\"\"\n<<<<<<< of old\n\"\"\"\nrevision = 'b'\n"
		 "down_revision = 'base'\n",
			"", "b"},
		/* Templates. */
		{"{% if x %}\nrevision = 'b'\n{% else %}\nrevision = 'c'\n{% endif "
		 "%}\n"
		 "down_revision = 'base'\n",
			"syntax x.py:1 -\n", ""},
		{"{{ header }}\nrevision = 'b'\ndown_revision = 'base'\n",
			"syntax x.py:1 -\n", ""},
		{"revision = {{ cookiecutter.id }}\ndown_revision = 'base'\n",
			"syntax x.py:1 -\n", ""},
		{"{# note #}\nrevision = 'b'\ndown_revision = 'base'\n",
			"syntax x.py:1 -\n", ""},
		{"<% id = 1 %>\nrevision = 'b'\ndown_revision = 'base'\n",
			"syntax x.py:1 -\n", ""},
		{"revision = 'b'\n% if x:\ndown_revision = 'base'\n% endif\n",
			"syntax x.py:2 b\n", "b"},
		{"revision = ${repr(x)}\ndown_revision = 'base'\n", "syntax x.py:1 -\n",
			""},
		{"revision = 'b'\ndown_revision = 'base'\ndef upgrade():\n"
		 "    {% if x %}\n    pass\n    {% endif %}\n",
			"syntax x.py:4 b\n", "b"},
		/* None. */
		{"revision = '{{ b }}'\ndown_revision = 'base'\n", "", "{{ b }}"},
		{"X = {# note\n 1: 2}\nY = 5 \\\n% 2\nrevision = 'b'\n"
		 "down_revision = 'base'\n",
			"", "b"},
	};

	fixture_revision(*state, "base", NULL, NULL);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct migrations *h;

		fixture_write(*state, "x.py", cases[i].text);
		check(*state, cases[i].problems);
		h = fixture_read(*state, "");
		assert_int_equal(h->n_revisions, 1 + (*cases[i].id != '\0'));
		if (*cases[i].id)
			assert_non_null(migrations_find(h, cases[i].id));
		migrations_free(h);
	}
}

static void
test_several(void **state)
{
	fixture_revision(*state, "a", NULL, NULL);
	fixture_revision(*state, "b", NULL, NULL);
	fixture_revision(*state, "c", "'b'", NULL);
	check(*state, "several_bases a.py:1 a\nseveral_heads a.py:1 a\n");
	fixture_revision(*state, "d", "('a', 'c')", NULL);
	check(*state, "several_bases a.py:1 a\n");
}

static void
test_empty_parent(void **state)
{
	struct migrations *h;

	fixture_revision(*state, "a", "''", NULL);
	check(*state, "missing_parent a.py:2 a\n");
	h = fixture_read(*state, "");
	assert_string_equal(h->bases.v[0], "a");
	migrations_free(h);
}

static void
test_duplicate(void **state)
{
	struct migrations *h;

	fixture_revision(*state, "a", NULL, NULL);
	fixture_write(*state, "b1.py", "revision = 'b'\ndown_revision = 'gone'\n");
	fixture_write(*state, "b2.py", "\nrevision = 'b'\ndown_revision = 'a'\n");
	check(*state, "duplicate_revision b2.py:2 b\n");
	h = fixture_read(*state, "");
	assert_int_equal(h->n_files, 3);
	assert_int_equal(h->n_revisions, 2);
	assert_non_null(strstr(h->problems[0].detail, "b1.py"));
	assert_string_equal(migrations_find(h, "b")->down.v[0], "a");
	migrations_free(h);
}

/* One None is taken for a label; a second one is refused. */
static void
test_none_labels(void **state)
{
	fixture_write(*state, "a.py",
		"revision = 'a'\ndown_revision = None\nbranch_labels = (None,)\n");
	check(*state, "");
	fixture_write(*state, "b.py",
		"revision = 'b'\ndown_revision = 'a'\nbranch_labels = [None]\n");
	check(*state, "invalid_name b.py:3 b\n");
}

/* Alembic resolves a label of a replaced file, and refuses one that both files have. */
static void
test_labels_of_duplicates(void **state)
{
	fixture_write(*state, "a1.py",
		"revision = 'a'\ndown_revision = None\nbranch_labels = 'side'\n");
	fixture_write(*state, "a2.py", "revision = 'a'\ndown_revision = None\n");
	fixture_revision(*state, "b", "'a'", "'side'");
	check(*state, "duplicate_revision a2.py:1 a\n");
	fixture_write(*state, "a3.py",
		"revision = 'a'\ndown_revision = None\nbranch_labels = 'side'\n");
	check(*state, "duplicate_revision a2.py:1 a\n"
		      "duplicate_revision a3.py:1 a\n"
		      "invalid_name a3.py:3 a\n");
}

static void
test_cycle(void **state)
{
	fixture_revision(*state, "a", "'c'", NULL);
	fixture_revision(*state, "b", "'a'", NULL);
	fixture_revision(*state, "c", "'b'", NULL);
	check(*state, "cycle a.py:2 a\n");
	fixture_revision(*state, "a", "('c', 'z')", NULL);
	fixture_revision(*state, "d", "'c'", NULL);
	fixture_revision(*state, "z", NULL, NULL);
	check(*state, "cycle a.py:2 a\n");
}

/* What Alembic says where it stops, as 1.8.1 does: "CODE: WORDS"; "" where it loads. */
static void
test_stopper(void **state)
{
	static const struct {
		const char *name, *text, *stopper;
	} cases[] = {
		{"x.py", "revision = 'b'\ndown_revision = 'base'\n", ""},
		{"x.py", "",
			"empty_file: Could not determine revision id from filename "
			"x.py"},
		{"x.py", "X = 1\n",
			"no_revision_id: Could not determine revision id from filename "
			"x.py"},
		{"x.py", "revision = None\ndown_revision = 'base'\n",
			"no_revision_id: TypeError"},
		{"x.py", "revision = 5\ndown_revision = 'base'\n",
			"unreadable_value: TypeError"},
		{"x.py", "revision = 'b'\n",
			"unreadable_value: AttributeError: module 'x_py' has no "
			"attribute 'down_revision'"},
		{"x.py", "revision = 'b'\ndown_revision = 5\n",
			"unreadable_value: TypeError"},
		{"x.py", "revision = 'b'\ndown_revision = 'base'\ndepends_on = 5\n",
			"unreadable_value: KeyError"},
		{"x.py", "revision = 'b'\ndown_revision = 'base'\nbranch_labels = 5\n",
			""},
		{"x.py", "revision = f()\ndown_revision = 'base'\n", ""},
		{"x.py", "revision = 'b'\ndown_revision = f()\n", ""},
		{"x.py", "revision = 'b'\ndown_revision = ''\n", ""},
		{"x.py", "revision = 'b'\ndown_revision = ('base'\n",
			"syntax: SyntaxError"},
		{"x.py", "revision = 'b'\ndown_revision = 'gone'\n",
			"missing_parent: KeyError: 'gone'"},
		{"x.py",
			"revision = 'b'\ndown_revision = 'base'\ndepends_on = 'gone'\n",
			"missing_parent: KeyError: 'gone'"},
		{"x.py", "revision = 'b'\ndown_revision = 'b'\n",
			"self_reference: Self-loop is detected in revisions (b)"},
		{"x.py", "revision = 'b'\ndown_revision = 'base'\ndepends_on = 'b'\n",
			"self_reference: Dependency self-loop is detected in revisions "
			"(b)"},
		{"x.py", "revision = 'b-c'\ndown_revision = 'base'\n",
			"invalid_name: Character(s) '-' not allowed in revision "
			"identifier "
			"'b-c'"},
		{"x.py", "revision = 'b:c'\ndown_revision = 'base'\n", ""},
		{"x.py",
			"revision = 'b'\ndown_revision = 'base'\nbranch_labels = "
			"'label'\n",
			"invalid_name: Branch name 'label' in revision b already used "
			"by "
			"revision base"},
		{"x.py", "revision = 'base'\ndown_revision = None\n",
			"duplicate_revision: Multiple head revisions are present for "
			"given "
			"argument 'head'"},
		{"x.py", "revision = 'b'\ndown_revision = None\n", ""},
		{"x.py",
			"revision = 'an_id_that_is_longer_than_its_column'\n"
			"down_revision = 'base'\n",
			""},
	};

	fixture_write(*state, "a.py",
		"revision = 'base'\ndown_revision = None\nbranch_labels = 'label'\n");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct migrations *h;
		const struct problem *p;
		char *got;

		fixture_write(*state, cases[i].name, cases[i].text);
		h = fixture_read(*state, "");
		p = migrations_stopper(h);
		got = p ? xasprintf("%s: %s", problem_word(p->code), p->stops)
			: xstrdup("");
		assert_string_equal(got, cases[i].stopper);
		free(got);
		migrations_free(h);
	}
}

/* Alembic runs the files before it looks at what they refer to, and finds a duplicate
 * last. */
static void
test_stopper_order(void **state)
{
	static const char *const codes[] = {"duplicate_revision", "cycle",
		"missing_parent", "invalid_name", "syntax"};
	static const char *const files[] = {"revision = 'a'\ndown_revision = None\n",
		"revision = 'c'\ndown_revision = 'd'\n",
		"revision = 'e'\ndown_revision = 'gone'\n",
		"revision = 'f@'\ndown_revision = 'a'\n", "x = (\n"};

	fixture_revision(*state, "a", NULL, NULL);
	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		char *name = xasprintf("n%zu.py", i);
		struct migrations *h;

		fixture_write(*state, name, files[i]);
		if (i == 1)
			fixture_revision(*state, "d", "'c'", NULL);
		h = fixture_read(*state, "");
		assert_string_equal(
			problem_word(migrations_stopper(h)->code), codes[i]);
		migrations_free(h);
		free(name);
	}
}

static void
test_legacy_id(void **state)
{
	static const struct {
		const char *path, *id;
	} cases[] = {
		{"/x/12ab.py", "12ab"},
		{"12ab.py", "12ab"},
		{"/x/.py", NULL},
		{"12abx.py", NULL},
		{"/12ab/x.py", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct version_file f = {.path = (char *)cases[i].path};
		char *id = audit_id_of(&f);

		if (cases[i].id)
			assert_string_equal(id, cases[i].id);
		else
			assert_null(id);
		free(id);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_one_file, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_unfinished, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_several, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_empty_parent, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_duplicate, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_none_labels, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_labels_of_duplicates, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_cycle, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_stopper, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_stopper_order, fixture_setup, fixture_teardown),
		cmocka_unit_test(test_legacy_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
