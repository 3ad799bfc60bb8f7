/* Every way to write the four names that was met in real files, and those that Python
 * allows beyond them.  What is expected is written as
 *
 *	REVISION DOWN_REVISION BRANCH_LABELS DEPENDS_ON [syntax:LINE]
 *
 * with `-` for not bound, `None`, `'text'`, `[a,b]`, `?LINE` for unreadable, `!LINE`
 * for a constant of the wrong type. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/alembic/pyfile.h"

static void
show_field(const struct pyfield *f, struct strbuf *out)
{
	if (f->state == PYFIELD_ABSENT) {
		strbuf_add(out, "-");
	} else if (f->state == PYFIELD_UNREADABLE) {
		assert_non_null(f->why);
		strbuf_printf(out, "?%u", f->line);
	} else if (f->state == PYFIELD_WRONG) {
		strbuf_printf(out, "!%u", f->line);
	} else if (f->none) {
		strbuf_add(out, "None");
	} else {
		strbuf_add(out, f->text ? "'" : "[");
		strvec_join(&f->items, ",", out);
		strbuf_add(out, f->text ? "'" : "]");
	}
}

static char *
show(const char *source, size_t n)
{
	struct strbuf out = {0};
	struct pyfile f;

	pyfile_read(source, n, &f);
	for (size_t i = 0; i < PYNAME_COUNT; i++) {
		if (i)
			strbuf_addc(&out, ' ');
		show_field(&f.fields[i], &out);
	}
	if (f.refused)
		strbuf_printf(&out, " syntax:%u", f.refused_line);
	if (f.empty)
		strbuf_add(&out, " empty");
	pyfile_free(&f);
	return strbuf_take(&out);
}

struct row {
	const char *source, *expected;
};

static void
check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *got = show(rows[i].source, strlen(rows[i].source));

		if (strcmp(got, rows[i].expected))
			print_error("source:\n%s\n", rows[i].source);
		assert_string_equal(got, rows[i].expected);
		free(got);
	}
}

static void
test_templates(void **state)
{
	static const struct row rows[] = {
		{"\"\"\"msg\n\nRevision ID: wrong\nRevises: wrong\n\n\"\"\"\n"
		 "from alembic import op\nimport sqlalchemy as sa\n\n\n"
		 "# revision identifiers, used by Alembic.\n"
		 "revision = 'abc'\ndown_revision = None\nbranch_labels = None\n"
		 "depends_on = None\n\n\ndef upgrade():\n    pass\n",
			"'abc' None None None"},
		{"from typing import Sequence, Union\n"
		 "revision: str = 'abc'\n"
		 "down_revision: Union[str, Sequence[str], None] = 'def'\n"
		 "branch_labels: Union[str, Sequence[str], None] = None\n"
		 "depends_on: Union[str, Sequence[str], None] = ('x', 'y')\n",
			"'abc' 'def' None [x,y]"},
		{"revision: Final[str] = 'a'\ndown_revision: str | None = 'b'\n"
		 "branch_labels: tuple[str] | None = ('l',)\n"
		 "depends_on: sa.Sequence[str] = ['c', 'd']\n",
			"'a' 'b' [l] [c,d]"},
		{"revision: str\ndown_revision: None = None\n", "- None - -"},
		{"revision='a'\ndown_revision=''\n", "'a' '' - -"},
		{"", "- - - - empty"},
		{"\n  # only a comment\n\n", "- - - - empty"},
		{"'''docstring'''\n", "- - - -"},
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

/* What is bound in a way that only running it could tell is never read. */
static void
test_namespaces(void **state)
{
	static const struct row rows[] = {
		{"globals()['revision'] = 'a'\nvars()['down_revision'] = None\n",
			"'a' None - -"},
		{"revision = 'a'\nglobals()[name] = 'b'\n", "?2 ?2 ?2 ?2"},
		{"revision = 'a'\nglobals().setdefault('revision', 'b')\n",
			"?2 ?2 ?2 ?2"},
		{"revision = 'a'\nsetattr(sys.modules[__name__], 'revision', 'b')\n",
			"?2 ?2 ?2 ?2"},
		{"revision = 'a'\nsetattr(op, 'revision', 'b')\n", "'a' - - -"},
		{"revision = 'a'\nx = globals()['revision']\n", "'a' - - -"},
		{"revision = 'a'\nclass A:\n  revision = 'b'\n", "'a' - - -"},
		{"revision = 'a'\nclass A:\n  globals()['revision'] = 'b'\n",
			"?3 ?3 ?3 ?3"},
		{"revision = 'a'\nclass A:\n  global revision\n  revision = 'b'\n",
			"?3 - - -"},
		{"revision = 'a'\ndef f():\n  globals().update(x=1)\nf()\n",
			"?3 ?3 ?3 ?3"},
		{"revision = 'a'\ndef f():\n  return globals()['x']\n", "'a' - - -"},
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

static void
test_import_all(void **state)
{
	static const struct row rows[] = {
		{"from .ids import *\n", "?1 ?1 - -"},
		{"from .ids import *\nrevision = 'a'\n", "'a' ?1 - -"},
		{"from sqlalchemy import *\nrevision = 'a'\n", "'a' - - -"},
		{"revision = 'a'\ndown_revision = None\nfrom x.y import *\n",
			"'a' None - -"},
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

static void
test_lambdas(void **state)
{
	static const struct row rows[] = {
		{"revision: lambda: 0 = 'a'\n"
		 "down_revision: lambda x=1, *, y: (x, y) = None\n",
			"'a' None - -"},
		{"f = lambda x=1: x\nrevision = 'a'\n", "'a' - - -"},
		{"revision, f = 'a', lambda x, y=2: lambda z: 0\n", "?1 - - -"},
		{"revision = 'a'; f = lambda: 0; down_revision = 'b'\n", "'a' 'b' - -"},
		{"revision = lambda: 'a'\n", "?1 - - -"},
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

static void
test_strings(void **state)
{
	static const struct row rows[] = {
		{"revision = u'a'\ndown_revision = r'b'", "'a' 'b' - -"},
		{"revision = 'a' \"b\" '''c'''", "'abc' - - -"},
		{"revision = ('a'\n  # why\n  'b')", "'ab' - - -"},
		{"revision = 'a' \\\n 'b'", "'ab' - - -"},
		{"revision = 'a\\x62\\143\\u0064\\U00000065'", "'abcde' - - -"},
		{"revision = 'a\\\nb'", "'ab' - - -"},
		{"revision = r'\\x61'", "'\\x61' - - -"},
		{"revision = '\\q'", "'\\q' - - -"},
		{"revision = f'abc'\ndown_revision = f'{{x}}'", "'abc' '{x}' - -"},
		{"revision = f'{x}'", "?1 - - -"},
		{"revision = '\\N{DIGIT ONE}'", "?1 - - -"},
		{"revision = b'abc'", "!1 - - -"},
		{"revision = 'a\\0b'", "?1 - - -"},
		{"revision = '\\ud800'", "?1 - - -"},
		{"revision = 'é日'", "'é日' - - -"},
		{"revision = '\\u00e9'", "'é' - - -"},
		{"revision = 'a' + 'b'", "'ab' - - -"},
		{"revision = '''a\nb'''", "'a\nb' - - -"},
		{"x = '''\nrevision = 'no'\n'''\nrevision = 'a'", "'a' - - -"},
		{"x = f\"{d[\"k\"]} revision = 'x'\"\nrevision = 'a'", "'a' - - -"},
		{"x = f'''{f\"{1}\"}'''; revision = 'a'", "'a' - - -"},
		{"x = rf'\\{y}'; revision = 'a'", "'a' - - -"},
		{"revision = t'abc'", "?1 - - -"},
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

static void
test_bindings(void **state)
{
	static const struct row rows[] = {
		{"revision, down_revision = '27', '26'", "'27' '26' - -"},
		{"(revision, down_revision) = ('27', '26')", "'27' '26' - -"},
		{"[revision, (down_revision, depends_on)] = '1', ['2', '3']",
			"'1' '2' - '3'"},
		{"branch_labels = depends_on = None", "- - None None"},
		{"revision = 'a'; down_revision = 'b';", "'a' 'b' - -"},
		{"revision = 'a'\nrevision = 'b'", "'b' - - -"},
		{"REV = 'abc'\nrevision = REV", "'abc' - - -"},
		{"revision = REV\nREV = 'abc'", "?1 - - -"},
		{"from x import REV\nrevision = REV", "?2 - - -"},
		{"from x import revision", "?1 - - -"},
		{"from x import (a, b as revision)", "?1 - - -"},
		{"from revision import x", "- - - -"},
		{"import revision", "?1 - - -"},
		{"import revision.x", "?1 - - -"},
		{"import revision.x as y", "- - - -"},
		{"import a.revision", "- - - -"},
		{"import a as revision", "?1 - - -"},
		{"def revision(): pass", "?1 - - -"},
		{"class revision:\n  pass", "?1 - - -"},
		{"async def revision():\n  pass", "?1 - - -"},
		{"revision = 'a'\ndel revision", "- - - -"},
		{"revision = 'a'\nrevision += 'b'", "?2 - - -"},
		{"(revision := 'a')", "?1 - - -"},
		{"revision = 'a'\nx.revision = 'b'", "'a' - - -"},
		{"globals()['revision'] = 'a'", "'a' - - -"},
		{"revision = 'a'\nexec('x')", "?2 ?2 ?2 ?2"},
		{"def f():\n  revision = 'no'\nrevision = 'a'", "'a' - - -"},
		{"class A:\n  revision = 'no'\nrevision = 'a'", "'a' - - -"},
		{"revision = 'a'\ndef f():\n  global revision\n  revision = 'b'",
			"?3 - - -"},
		{"f = lambda revision='no': revision\nrevision = 'a'", "'a' - - -"},
		{"f(revision='no')\nrevision = 'a'", "'a' - - -"},
		{"revision = 'a' if x else 'b'", "?1 - - -"},
		{"revision = Table('revision', m)", "?1 - - -"},
		{"revision = os.path.basename(__file__).split('_')[0]", "?1 - - -"},
		{"revision = None", "None - - -"},
		{"revision = 27\ndown_revision = True", "!1 !2 - -"},
		{"type revision = str", "?1 - - -"},
		{"revision == 'a'", "- - - -"},
		{"print 'python 2'\nrevision = 'a'", "'a' - - -"},
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

static void
test_sequences(void **state)
{
	static const struct row rows[] = {
		{"down_revision = ('a',)", "- [a] - -"},
		{"down_revision = 'a', 'b'", "- [a,b] - -"},
		{"down_revision = [\n 'a',  # one\n\n 'b',\n]", "- [a,b] - -"},
		{"down_revision = {'a', 'b'}", "- [a,b] - -"},
		{"down_revision = ()", "- None - -"},
		{"down_revision = []", "- None - -"},
		{"down_revision = (None,)", "- None - -"},
		{"down_revision = ('a', None)", "- !1 - -"},
		{"down_revision = ('a', x)", "- ?1 - -"},
		{"down_revision = ('a')", "- 'a' - -"},
		{"down_revision = (('a'))", "- 'a' - -"},
		{"down_revision = ('a',) + ('b',)", "- [a,b] - -"},
		{"down_revision = {'a': 1}", "- ?1 - -"},
		{"down_revision = (x for x in 'ab')", "- ?1 - -"},
		{"A = 'a'\ndown_revision = (A, 'b')", "- [a,b] - -"},
		{"depends_on = []\ndepends_on.append('x')", "- - - ?1"},
		{"x = []\ndepends_on = x\nx.append('a')", "- - - ?2"},
		{"depends_on = ['a']\ndepends_on[0] = 'b'", "- - - ?1"},
		{"depends_on = ['a']\ndel depends_on[0]", "- - - ?1"},
		{"depends_on = ['a']\ndepends_on += ['b']", "- - - ?2"},
		{"branch_labels = (cli.CONTRACT_BRANCH,)", "- - ?1 -"},
		{"a = b, = 'x',\nrevision = b", "'x' - - -"},
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

static void
test_blocks(void **state)
{
	static const struct row rows[] = {
		{"if TYPE_CHECKING:\n  revision = 'no'\nelse:\n  revision = 'a'",
			"'a' - - -"},
		{"import typing\nif typing.TYPE_CHECKING:\n  import revision\n"
		 "revision = 'a'\nif not TYPE_CHECKING:\n  down_revision = 'b'",
			"'a' 'b' - -"},
		{"if x:\n  revision = 'a'\nelse:\n  revision = 'a'", "'a' - - -"},
		{"if x:\n  revision = 'a'\nelse:\n  revision = 'b'", "?4 - - -"},
		{"if x:\n  revision = 'a'", "?2 - - -"},
		{"revision = 'a'\nif x: revision = 'b'", "?2 - - -"},
		{"revision = 'a'\nif x: revision = 'a'", "'a' - - -"},
		{"if x:\n  revision = 'a'\nrevision = 'b'", "'b' - - -"},
		{"revision = 'a'\nif x:\n  del revision", "?1 - - -"},
		{"revision = 'a'\nif x:\n  pass\nelse:\n  del revision", "?1 - - -"},
		{"if True:\n  revision = 'a'\nelif y:\n  revision = 'b'", "'a' - - -"},
		{"if 0:\n  revision = 'a'\nelif y:\n  revision = 'b'", "?4 - - -"},
		{"if x:\n  revision = 'a'\nelse:\n  raise E", "'a' - - -"},
		{"if __name__ == '__main__':\n  revision = 'no'\n", "- - - -"},
		{"try:\n  revision = 'a'\nexcept E:\n  revision = 'b'", "'a' - - -"},
		{"try:\n  import x\n  revision = 'a'\nexcept E:\n  revision = 'b'",
			"?5 - - -"},
		{"try:\n  f()\n  revision = 'a'\nexcept E:\n  raise", "'a' - - -"},
		{"try:\n  f()\nexcept E as revision:\n  pass", "?3 - - -"},
		{"try:\n  f()\nfinally:\n  revision = 'a'", "'a' - - -"},
		{"revision = 'x'\ntry:\n  revision = 'a'\n  f()\n  revision = 'x'\n"
		 "except E:\n  pass",
			"?5 - - -"},
		{"with x:\n  revision = 'a'", "'a' - - -"},
		{"with x:\n  f()\n  revision = 'a'", "?3 - - -"},
		{"with x as revision:\n  pass", "?1 - - -"},
		{"for revision in x:\n  pass", "?1 - - -"},
		{"for x in y:\n  revision = 'a'", "?2 - - -"},
		{"while x:\n  revision = 'a'\n  break", "?2 - - -"},
		{"match x:\n  case 1:\n    revision = 'a'", "?3 - - -"},
		{"match x:\n  case revision: pass", "?2 - - -"},
		{"match = 1\ncase: int = 2\nrevision = 'a'", "'a' - - -"},
		{"if x: pass\nelse: pass\nrevision = 'a'", "'a' - - -"},
		{"@f\ndef g(): pass\nrevision = 'a'", "'a' - - -"},
		{"depends_on = []\ntry:\n  import x\n  depends_on.append('y')\n"
		 "except ImportError:\n  pass",
			"- - - ?1"},
		{"def f():\n\tpass\n\n  # comment\nrevision = 'a'", "'a' - - -"},
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

static void
test_layout(void **state)
{
	static const struct row rows[] = {
		{"revision = 'a'\r\ndown_revision = 'b'\r\n", "'a' 'b' - -"},
		{"revision = 'a'\rdown_revision = 'b'\r", "'a' 'b' - -"},
		{"\xef\xbb\xbfrevision = 'a'", "'a' - - -"},
		{"# -*- coding: latin-1 -*-\n# \xe9\nrevision = '\xe9'", "'é' - - -"},
		{"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n"
		 "revision = '\x80'",
			"'€' - - -"},
		{"# \xe9\nrevision = 'a'", "'a' - - - syntax:1"},
		{"\fif x:\n  pass\n\frevision = 'a'", "'a' - - -"},
		{"revision = 'a'\nx = (1,\n", "'a' - - - syntax:2"},
		{"x = (1,\nrevision = 'a'\n", "- - - - syntax:1"},
		{"x = (1]\nrevision = 'a'\n", "- - - - syntax:1"},
		{"x = 'abc\nrevision = 'a'\n", "'a' - - - syntax:1"},
		{"revision = 'a\n", "?1 - - - syntax:1"},
		{"revision = 'a'\n'''\nnot closed\n", "'a' - - - syntax:2"},
		{"\"\"add column\nrevision = 'a'\n\"\"\"\nrevision = 'b'\n",
			"'a' - - - syntax:3"},
		{"if x:\n    y\n  z\nrevision = 'a'", "'a' - - - syntax:3"},
		{"revision = 'a'\n  down_revision = 'b'", "'a' - - - syntax:2"},
		{"if x:\nrevision = 'a'", "'a' - - - syntax:2"},
		{"if x:\n        y\n\tz\nrevision = 'a'", "'a' - - - syntax:3"},
		{"<<<<<<< HEAD\nrevision = 'a'\n=======\nrevision = 'b'\n>>>>>>> x\n"
		 "down_revision = 'c'\n",
			"?4 'c' - - syntax:1"},
		{"import a\n<<<<<<< HEAD\nimport b\n=======\n>>>>>>> x\n"
		 "revision = 'a'\n",
			"'a' - - - syntax:2"},
		{"'''\n<<<<<<< HEAD\n'''\nrevision = 'a'\n", "'a' - - -"},
		{"x = 0777\nrevision = 'a'", "'a' - - - syntax:1"},
		{"x = 10L\nrevision = 'a'", "'a' - - - syntax:1"},
		{"x = 0xff_ff + 1_0.5e-3j + 00 + 09.5 + (1if y else 2)\nrevision = 'a'",
			"'a' - - -"},
		{"x = `y`\nrevision = 'a'", "'a' - - - syntax:1"},
		{"x = “y”\nrevision = 'a'", "'a' - - - syntax:1"},
		{"x = 'C:\\Users'\nrevision = 'a'", "'a' - - - syntax:1"},
		{"x = 1 \\ \nrevision = 'a'", "'a' - - - syntax:1"},
		{"größe = 1\nrevision = 'a'", "'a' - - -"},
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

static void
test_bytes(void **state)
{
	static const char nul[] = "revision = 'a'\n\0revision = 'b'\n";
	static const char wide[] = "\xff\xfer\0e\0v\0";
	char *got = show(nul, sizeof nul - 1);

	(void)state;
	assert_string_equal(got, "'a' - - - syntax:2");
	free(got);
	got = show(wide, sizeof wide - 1);
	assert_string_equal(got, "- - - - syntax:1");
	free(got);
}

/* What could take exponential time or an endless stack. */
static void
test_hostile(void **state)
{
	static const struct {
		const char *start, *repeat, *end;
		size_t times;
	} cases[] = {
		{"revision = ", "(", "", 100000},
		{"revision = ", "'a' + ", "'a'", 100000},
		{"a = 'x'\n", "a = a + a\n", "revision = a", 10000},
		{"a = ('x',)\n", "a = (a, a)\n", "if a:\n  b = a\nelse:\n  b = a",
			1000},
		{"", "if x:\n y\n", "revision = 'a'", 20000},
		{"revision = f'", "{f\"", "", 100000},
		{"", "lambda ", ": x", 100000},
		{"x = [", "{'a': ('b', 1)},\n", "]", 100000},
		{"revision = ", "[((((((()on)+)+)not)+)+ ", "", 30},
		{"revision = ", "((a +) ", "", 90},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct strbuf source = {0};
		struct pyfile f;

		strbuf_add(&source, cases[i].start);
		for (size_t k = 0; k < cases[i].times; k++)
			strbuf_add(&source, cases[i].repeat);
		strbuf_add(&source, cases[i].end);
		pyfile_read(source.s, source.len, &f);
		pyfile_free(&f);
		strbuf_free(&source);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_templates),
		cmocka_unit_test(test_namespaces),
		cmocka_unit_test(test_import_all),
		cmocka_unit_test(test_lambdas),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_bindings),
		cmocka_unit_test(test_sequences),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
