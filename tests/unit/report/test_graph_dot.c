#include "tests/unit/report/drawn.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/graph_dot.h"

static char *
dot_of(const struct drawn_picture *d)
{
	struct strbuf b = {0};

	graph_dot(&d->p, &b);
	drawn_check_dot(b.s);
	return strbuf_take(&b);
}

static void
test_graph(void **state)
{
	struct strvec at = fixture_words("m a");
	const struct picture_marker markers[] = {{"prod", STATE_IN_SYNC, &at, NULL}};
	struct drawn_picture d;
	char *dot;

	drawn_read(
		&d, *state, "m: b c > z\nb: a\nc: a #side\na: gone\nz:\n", markers, 1);
	dot = dot_of(&d);
	drawn_check_count(dot, "digraph \"app\" {\n", 1);
	drawn_check_count(dot, "\t\"r:m\" [label=\"m\", tooltip=\"revision m\\n", 1);
	drawn_check_count(dot, "\t\"r:m\" -> \"r:b\";\n", 1);
	drawn_check_count(dot, "\t\"r:m\" -> \"r:z\" [style=dotted];\n", 1);
	drawn_check_count(dot, " [label=\"c\\nside\", ", 1);
	drawn_check_count(dot, ", penwidth=2.5", 2);
	drawn_check_count(dot, "\t\"r:gone\" [label=\"gone\\nno file has it\", ", 1);
	drawn_check_count(dot,
		"\t\"e:prod\" [shape=note, label=\"prod\\nin sync\", "
		"color=\"#15803d\", fontcolor=\"#15803d\"];\n",
		1);
	drawn_check_count(dot, "\t\"e:prod\" -> \"r:m\" [style=dashed, ", 1);
	drawn_check_count(dot, "\t\"e:prod\" -> \"r:a\" [style=dashed, ", 1);
	drawn_check_count(dot, ", color=\"#c02634\", fontcolor=\"#c02634\"", 3);
	free(dot);
	drawn_done(&d);
	strvec_free(&at);
}

static void
test_pending(void **state)
{
	struct strvec at = fixture_words("a"), next = fixture_words("b");
	const struct picture_marker markers[] = {{"prod", STATE_IN_SYNC, &at, &next}};
	struct drawn_picture d;
	char *dot;

	drawn_read(&d, *state, "b: a\na:\n", markers, 1);
	dot = dot_of(&d);
	drawn_check_count(dot, "\t\"r:b\" [label=\"b\\npending in 1\", ", 1);
	drawn_check_count(dot, "pending", 1);
	free(dot);
	drawn_done(&d);
	strvec_free(&at);
	strvec_free(&next);
}

static void
test_facts(void **state)
{
	struct drawn_picture d;
	char *dot;

	fixture_write(*state, "a.py",
		"'''say \"it\" \\\\ &amp;\n\nCreate Date: 2024-05-01 12:30\n'''\n"
		"revision = 'a'\ndown_revision = None\n"
		"def upgrade():\n    op.drop_table('t')\ndef downgrade():\n    x()\n");
	drawn_read(&d, *state, NULL, NULL, 0);
	dot = dot_of(&d);
	drawn_check_count(dot,
		"[label=\"a\\nsay \\\"it\\\" \\\\ &amp;amp;\\n2024-05-01 12:30\\n"
		"destructive\", ",
		1);
	drawn_check_count(dot, "\\ndestructive: drop table t, line 8\\n", 1);
	free(dot);
	drawn_done(&d);
}

static void
test_long(void **state)
{
	struct strbuf lines = {0};
	struct drawn_picture d;
	char *dot;

	for (size_t i = 0; i < 40; i++)
		strbuf_printf(&lines, i ? "r%02zu: r%02zu\n" : "r%02zu:\n", i, i - 1);
	drawn_read(&d, *state, lines.s, NULL, 0);
	dot = dot_of(&d);
	drawn_check_count(
		dot, "\t\"r:r38\" [label=\"38 revisions\\nr38\\n…\\nr01\", ", 1);
	drawn_check_count(
		dot, "\t\"r:r39\" -> \"r:r38\";\n\t\"r:r38\" -> \"r:r00\";\n", 1);
	free(dot);
	strbuf_free(&lines);
	drawn_done(&d);
}

static void
test_cycle(void **state)
{
	struct drawn_picture d;
	char *dot;

	drawn_read(&d, *state, "b: a\na: b\n", NULL, 0);
	dot = dot_of(&d);
	drawn_check_count(dot, "\"r:a\" -> \"r:b\"", 1);
	drawn_check_count(dot, "\"r:b\" -> \"r:a\"", 1);
	drawn_check_count(dot, " [color=\"#c02634\"];\n", 1);
	free(dot);
	drawn_done(&d);
}

static void
test_hostile(void **state)
{
	static const char evil[] =
		"a\" [shape=star]; x \\\" \\\n\x01\xff\xef\xbf\xbf }\\";
	struct strvec at = {0};
	const struct picture_marker markers[] = {{evil, STATE_UNKNOWN, &at, NULL}};
	struct drawn_picture d;
	char *dot;

	strvec_add(&at, evil);
	fixture_write(*state, "a.py",
		"'''\"];\\\\\"'''\nrevision = 'a\\\\'\ndown_revision = '\"\\\\'\n"
		"branch_labels = '\"]'\n");
	drawn_read(&d, *state, NULL, markers, 1);
	d.p.name = evil;
	dot = dot_of(&d);
	drawn_check_count(dot, "\t\"r:a\\\\\" -> \"r:\\\"\\\\\";\n", 1);
	free(dot);
	drawn_done(&d);
	strvec_free(&at);
}

#define IN_DIRECTORY(test) \
	cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIRECTORY(test_graph),
		IN_DIRECTORY(test_pending),
		IN_DIRECTORY(test_facts),
		IN_DIRECTORY(test_long),
		IN_DIRECTORY(test_cycle),
		IN_DIRECTORY(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
