#include "tests/unit/report/drawn.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void
check_text(struct strbuf *b, const char *expected)
{
	assert_string_equal(b->s ? b->s : "", expected);
	strbuf_free(b);
}

/* Once at each node, in the order of the markers. */
static void
test_places(void **state)
{
	struct strvec one = fixture_words("b"), two = fixture_words("a b a"),
		      none = {0};
	const struct picture_marker markers[] = {{"prod", STATE_IN_SYNC, &one, NULL},
		{"dev", STATE_DRIFTED, &two, NULL},
		{"new", STATE_UNSTAMPED, &none, NULL}};
	struct picture_places places;
	struct drawn_picture d;

	drawn_read(&d, *state, "c: b\nb: a\na:\n", markers, 3);
	picture_places(&d.p, &places);
	assert_int_equal(places.at[0], 0);
	assert_int_equal(places.at[1], 0);
	assert_int_equal(places.at[2], 2);
	assert_int_equal(places.at[3], 3);
	assert_ptr_equal(places.markers[0], &markers[0]);
	assert_ptr_equal(places.markers[1], &markers[1]);
	assert_ptr_equal(places.markers[2], &markers[1]);
	picture_places_free(&places);
	drawn_done(&d);
	strvec_free(&one);
	strvec_free(&two);
}

/* An environment counts once in a stretch, and each of equal ones counts. */
static void
test_pending(void **state)
{
	struct strvec at = {0}, all = fixture_words("b c d e"),
		      some = fixture_words("e");
	const struct picture_marker markers[] = {{"one", STATE_UNKNOWN, &at, &all},
		{"two", STATE_UNKNOWN, &at, &some}, {"three", STATE_UNKNOWN, &at, &all},
		{"four", STATE_UNKNOWN, &at, NULL}, {"five", STATE_UNKNOWN, &at, &at},
		{"six", STATE_UNKNOWN, &at, &all}};
	const struct drawing_wish w = {.fold = 0};
	struct migrations *h =
		fixture_graph(*state, "f: e\ne: d\nd: c\nc: b\nb: a\na:\n");
	struct drawing *d = drawing_new(h, &w);
	const struct picture p = {"app", d, markers, COUNT_OF(markers)};
	size_t *n = picture_pending(&p);

	assert_int_equal(d->n_nodes, 3);
	assert_int_equal(n[0], 0);
	assert_int_equal(n[1], 4);
	assert_int_equal(n[2], 0);
	free(n);
	drawing_free(d);
	migrations_free(h);
	strvec_free(&all);
	strvec_free(&some);
}

static void
test_facts(void **state)
{
	struct drawn_picture d;
	struct strbuf b = {0};
	char *dir = *state, *expected;

	fixture_write(dir, "a.py",
		"'''drop what\nis old\n\nCreate Date: 2024-05-01 12:30\n'''\n"
		"revision = 'a'\ndown_revision = 'gone'\nbranch_labels = ('x', 'y')\n"
		"def upgrade():\n    op.drop_table('t')\n    op.drop_index('i', 't')\n"
		"def downgrade():\n    op.back()\n");
	drawn_read(&d, dir, NULL, NULL, 0);
	assert_int_equal(d.d->n_nodes, 2);
	assert_int_equal(picture_destructive(&d.d->nodes[0]), 1);
	assert_int_equal(picture_destructive(&d.d->nodes[1]), 0);
	picture_facts(&b, &d.d->nodes[0]);
	expected = xasprintf("revision a\ndrop what\ncreated 2024-05-01 12:30\n"
			     "file %s/a.py\nbranch label x, y\nafter gone\n"
			     "destructive: drop table t, line 10\n"
			     "operation: drop index i, line 11\n"
			     "problem: missing parent: down_revision is gone, which no "
			     "file has\n"
			     "notice: destructive operation: upgrade() drops 1 "
			     "table (table t)",
		dir);
	check_text(&b, expected);
	free(expected);
	picture_facts(&b, &d.d->nodes[1]);
	check_text(&b, "revision gone\nno file has it");
	drawn_done(&d);
}

static void
test_long_facts(void **state)
{
	struct strbuf source = {0}, b = {0};
	struct drawn_picture d;
	char *dir = *state;

	strbuf_add(&source, "revision = 'a'\ndown_revision = None\ndef upgrade():\n");
	for (size_t i = 0; i < 20; i++)
		strbuf_printf(&source, "    op.drop_table('t%zu')\n", i);
	strbuf_add(&source, "def downgrade():\n    op.back()\n");
	fixture_write(dir, "a.py", source.s);
	drawn_read(&d, dir, NULL, NULL, 0);
	picture_facts(&b, &d.d->nodes[0]);
	drawn_check_count(b.s, "\ndestructive: ", 8);
	drawn_check_count(b.s, "\nand 12 more operations\n", 1);
	strbuf_free(&b);
	strbuf_free(&source);
	drawn_done(&d);
}

static void
test_stretch(void **state)
{
	struct strbuf lines = {0}, b = {0};
	struct drawn_picture d;

	for (size_t i = 0; i < 40; i++)
		strbuf_printf(&lines, i ? "r%02zu: r%02zu\n" : "r%02zu:\n", i, i - 1);
	drawn_read(&d, *state, lines.s, NULL, 0);
	assert_int_equal(d.d->n_nodes, 3);
	picture_facts(&b, &d.d->nodes[1]);
	check_text(&b, "38 revisions, each after the one before\nnewest: r38\n"
		       "oldest: r01");
	picture_sentence(&b, &d.p);
	check_text(&b, "40 revisions, 1 base, 1 head (r39), 0 branch points, 0 merges, "
		       "0 problems, 0 environments.");
	strbuf_free(&lines);
	drawn_done(&d);
}

static void
test_sentence(void **state)
{
	struct strvec a = fixture_words("a");
	const struct picture_marker markers[] = {{"prod", STATE_IN_SYNC, &a}};
	struct strbuf b = {0};
	struct drawn_picture d;

	drawn_read(&d, *state, "b: a\nc: a\na:\n", markers, 1);
	picture_sentence(&b, &d.p);
	check_text(&b, "3 revisions, 1 base, 2 heads (b, c), 1 branch point, 0 merges, "
		       "1 problem, 1 environment.");
	strvec_free(&a);
	drawn_done(&d);
	fixture_remove(*state, "000.py");
	fixture_remove(*state, "001.py");
	fixture_remove(*state, "002.py");
	drawn_read(&d, *state, "a:\nb:\nc:\nd:\ne:\nf:\ng:\n", NULL, 0);
	picture_sentence(&b, &d.p);
	check_text(&b, "7 revisions, 7 bases, 7 heads (a, b, c, d, e and 2 more), "
		       "0 branch points, 0 merges, 2 problems, 0 environments.");
	drawn_done(&d);
}

#define IN_DIRECTORY(test) \
	cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIRECTORY(test_places),
		IN_DIRECTORY(test_pending),
		IN_DIRECTORY(test_facts),
		IN_DIRECTORY(test_long_facts),
		IN_DIRECTORY(test_stretch),
		IN_DIRECTORY(test_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
