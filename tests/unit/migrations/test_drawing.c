/* Drawings as text: "c:0H b:0 a:0B | c>b b>a" are rows from the top with their lanes,
 * and edges.  Of a stretch "b…d(3)"; of an id that no file has "?x". */
#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "migrations/drawing.h"

static void
add_node(struct strbuf *b, const struct drawing_node *n)
{
	if (n->what == DRAWN_STRETCH)
		strbuf_printf(b, "%s…%s(%zu)", n->id,
			n->revisions[n->n_revisions - 1]->id, n->n_revisions);
	else
		strbuf_printf(b, "%s%s", n->what == DRAWN_UNKNOWN ? "?" : "", n->id);
	strbuf_printf(b, ":%zu%s%s%s%s%s%s%s", n->lane, n->is_head ? "H" : "",
		n->is_base ? "B" : "", n->branches ? "b" : "", n->merges ? "m" : "",
		n->in_cycle ? "c" : "", n->archived ? "A" : "",
		n->n_problems > n->n_notices ? "!" : "");
}

static char *
drawing_text(const struct drawing *d)
{
	struct strbuf b = {0};

	for (size_t i = 0; i < d->n_nodes; i++) {
		strbuf_add(&b, i ? " " : "");
		add_node(&b, &d->nodes[i]);
	}
	strbuf_add(&b, " |");
	for (size_t i = 0; i < d->n_edges; i++) {
		const struct drawing_edge *e = &d->edges[i];

		strbuf_printf(&b, " %s%s%s%s", d->nodes[e->from].id,
			e->dependency ? "." : ">", d->nodes[e->to].id,
			e->climbs ? "^" : "");
	}
	return strbuf_take(&b);
}

/* Of `h`, which it frees, with what is standing, folded where `fold` says so. */
static void
check_of(struct migrations *h, const char *standing, size_t fold, const char *expected)
{
	struct strvec ids = fixture_words(standing);
	const struct drawing_wish w = {.standing = &ids, .fold = fold};
	struct drawing *d = drawing_new(h, &w);
	char *text = drawing_text(d);

	if (strcmp(text, expected))
		fail_msg("%s\ninstead of\n%s", text, expected);
	free(text);
	drawing_free(d);
	strvec_free(&ids);
	migrations_free(h);
}

/* As many as there is room for, and more, stand where no file has anything. */
static void
test_many_stand_nowhere(void **state)
{
	struct strvec ids = {0};
	const struct drawing_wish w = {.standing = &ids};
	struct migrations *h = fixture_graph(*state, "b: a\na:\n");

	for (char id[3] = "aa"; ids.n < 200; strvec_add(&ids, id)) {
		struct drawing *d = drawing_new(h, &w);

		assert_int_equal(d->n_nodes, 2 + ids.n);
		drawing_free(d);
		id[1] = (char)('a' + ids.n % 26);
		id[0] = (char)('b' + ids.n / 26);
	}
	strvec_free(&ids);
	migrations_free(h);
}

static void
test_line(void **state)
{
	static const char line[] = "e: d\nd: c\nc: b\nb: a\na:\n";
	char *dir = *state;

	check_of(fixture_graph(dir, line), "", DRAWING_FOLD,
		"e:0H d:0 c:0 b:0 a:0B | e>d d>c c>b b>a");
	check_of(fixture_graph(dir, line), "", 0, "e:0H d…b(3):0 a:0B | e>d d>a");
	/* What somebody stands at is seen. */
	check_of(fixture_graph(dir, line), "c", 0,
		"e:0H d:0 c:0 b:0 a:0B | e>d d>c c>b b>a");
}

/* A stretch is opened by any that is in it, and by nobody else. */
static void
test_open(void **state)
{
	static const struct {
		const char *open, *expected;
	} cases[] = {
		{"", "i:0H h…f(3):0 e:0 d…b(3):0 a:0B | i>h h>e e>d d>a"},
		{"c", "i:0H h…f(3):0 e:0 d:0 c:0 b:0 a:0B | i>h h>e e>d d>c c>b b>a"},
		{"d f", "i:0H h:0 g:0 f:0 e:0 d:0 c:0 b:0 a:0B | i>h h>g g>f f>e e>d "
			"d>c c>b b>a"},
		{"a i none", "i:0H h…f(3):0 e:0 d…b(3):0 a:0B | i>h h>e e>d d>a"},
	};
	struct migrations *h = fixture_graph(
		*state, "i: h\nh: g\ng: f\nf: e\ne: d #x\nd: c\nc: b\nb: a\na:\n");

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct strvec open = fixture_words(cases[i].open);
		const struct drawing_wish w = {.open = &open};
		struct drawing *d = drawing_new(h, &w);
		char *text = drawing_text(d);

		assert_string_equal(text, cases[i].expected);
		free(text);
		drawing_free(d);
		strvec_free(&open);
	}
	migrations_free(h);
}

static void
test_nothing(void **state)
{
	check_of(fixture_graph(*state, ""), "", 0, " |");
}

static void
test_branches(void **state)
{
	char *dir = *state;

	check_of(fixture_graph(dir, "m: c1 b1\nc1: r\nb1: b0\nb0: r\nr: q\nq:\n"), "",
		0, "m:0Hm c1:0 b1:1 b0:1 r:0b q:0B | m>c1 m>b1 c1>r b1>b0 b0>r r>q");
}

/* Three that nothing is before, two that nothing is after. */
static void
test_several(void **state)
{
	check_of(fixture_graph(*state, "m: a b\na:\nb:\nd: c\nc:\n"), "", 0,
		"d:0H! c:0B! m:0Hm! a:0B! b:1B! | d>c m>a m>b");
}

static void
test_dependencies(void **state)
{
	char *dir = *state;

	check_of(fixture_graph(dir,
			 "a4: a3 > b1\na3: a2\na2: a1\na1: a0\na0:\nb1: b0\nb0:\n"),
		"", 0,
		"a4:0H! a3…a1(3):0 a0:0B! b1:1H! b0:1B! | a4>a3 a4.b1 a3>a0 b1>b0");
}

/* By a branch label, which keeps its revision from being folded. */
static void
test_labels(void **state)
{
	char *dir = *state;

	check_of(fixture_graph(
			 dir, "f: e\ne: d\nd: c\nc: b #side\nb: a\na:\nz: > side\n"),
		"", 0, "f:0H! e:0 d:0 z:1HB! c:0 b:0 a:0B! | f>e e>d d>c z.c c>b b>a");
}

static void
test_unknown(void **state)
{
	/* A parent that nobody has, and a revision that is recorded. */
	check_of(fixture_graph(*state, "b: a\na: gone\n"), "a lost", 0,
		"?lost:0 b:0H a:0! ?gone:0 | b>a a>gone");
}

static void
test_cycles(void **state)
{
	char *dir = *state;

	check_of(fixture_graph(dir, "h: c\nc: b\nb: a\na: c\n"), "", 0,
		"h:0H c:0bc b:0c a:0c! | h>c c>b b>a a>c^");
	check_of(fixture_graph(dir, "h:\nc: b\nb: c\na: a\n"), "", 0,
		"a:0! h:0HB b:0c! c:0c | b>c c>b^");
}

static struct migrations *
read_with_archive(const char *dir)
{
	char *path = xasprintf("%s/now", dir), *old = xasprintf("%s/old", dir);
	struct strvec archives = {&old, 1, 1};
	const struct migrations_source src = {
		.tool = "alembic", .path = path, .archives = &archives};
	struct migrations *h = NULL;
	struct err e = {0};

	assert_true(migrations_read(&src, &h, &e));
	free(path);
	free(old);
	return h;
}

static void
write_revision(const char *dir, const char *name, const char *id, const char *down)
{
	char *text = xasprintf("revision = '%s'\ndown_revision = %s%s%s\n%s", id,
		*down ? "'" : "", *down ? down : "None", *down ? "'" : "",
		FIXTURE_FUNCTIONS);

	fixture_write(dir, name, text);
	free(text);
}

static void
test_archives(void **state)
{
	char *dir = *state;

	write_revision(dir, "now/s.py", "s", "");
	write_revision(dir, "now/t.py", "t", "s");
	write_revision(dir, "old/a.py", "a", "");
	write_revision(dir, "old/b.py", "b", "a");
	write_revision(dir, "old/c.py", "c", "b");
	/* The graph's own counts. */
	write_revision(dir, "old/t.py", "t", "c");
	check_of(read_with_archive(dir), "b", 0,
		"t:0H s:0B c:0A b:0A a:0BA | t>s c>b b>a");
	/* Where the first names what only the archive has. */
	write_revision(dir, "now/s.py", "s", "c");
	check_of(read_with_archive(dir), "", 0,
		"t:0H s:0! c:0A b:0A a:0BA | t>s s>c c>b b>a");
}

/* What is allowed is no reason to show it, and notices are none. */
static void
test_problems(void **state)
{
	struct migrations *h = fixture_graph(*state, "e: d\nd: c\nc: b\nb: a\na:\n");
	struct problem list[] = {
		{.code = PROBLEM_BUILD_FAILED, .revision = h->revisions[2].id},
		{.code = PROBLEM_EMPTY_FILE},
		{.code = PROBLEM_EMPTY_DOWNGRADE, .revision = h->revisions[1].id},
		{.code = PROBLEM_UNNAMED_DIRECTORY},
	};
	const struct drawing_problems lists[] = {{list, 1}, {list + 1, 3}};
	const struct drawing_wish w = {.problems = lists, .n_problems = 2};
	struct drawing *d;

	d = drawing_new(h, &w);
	assert_int_equal(d->n_nodes, 5);
	assert_int_equal(d->nodes[2].n_problems, 1);
	assert_int_equal(d->nodes[2].n_notices, 0);
	assert_ptr_equal(d->nodes[2].problems[0], &list[0]);
	assert_int_equal(d->nodes[3].n_notices, 1);
	assert_ptr_equal(d->nodes[3].problems[0], &list[2]);
	assert_int_equal(d->n_loose, 1);
	assert_ptr_equal(d->loose[0], &list[1]);
	assert_int_equal(d->n_problems, 2);
	drawing_free(d);
	list[0].allowed = true;
	d = drawing_new(h, &w);
	assert_int_equal(d->n_nodes, 3);
	assert_int_equal(d->nodes[1].n_problems, 1);
	assert_int_equal(d->nodes[1].n_notices, 1);
	assert_int_equal(d->n_problems, 1);
	drawing_free(d);
	migrations_free(h);
}

static void
test_find(void **state)
{
	struct migrations *h = fixture_graph(*state, "e: d\nd: c\nc: b\nb: a\na: x\n");
	const struct drawing_wish w = {.standing = NULL};
	struct drawing *d = drawing_new(h, &w);

	assert_int_equal(drawing_find(d, "e"), 0);
	assert_int_equal(drawing_find(d, "d"), 1);
	assert_int_equal(drawing_find(d, "b"), 1);
	assert_int_equal(drawing_find(d, "a"), 2);
	assert_int_equal(drawing_find(d, "x"), 3);
	assert_int_equal(drawing_find(d, "y"), d->n_nodes);
	drawing_free(d);
	migrations_free(h);
}

/* ---- Many ---- */

static struct migrations *
many(const char *dir, size_t n, void add(struct strbuf *b, size_t i))
{
	struct strbuf lines = {0};
	struct migrations *h;

	for (size_t i = 0; i < n; i++)
		add(&lines, i);
	h = fixture_graph(dir, lines.s);
	assert_int_equal(h->n_revisions, n);
	strbuf_free(&lines);
	return h;
}

static void
after_the_last(struct strbuf *b, size_t i)
{
	if (i)
		strbuf_printf(b, "%04zu: %04zu\n", i, i - 1);
	else
		strbuf_add(b, "0000:\n");
}

static void
test_long(void **state)
{
	struct migrations *h = many(*state, 5000, after_the_last);
	struct strvec standing = fixture_words("2500 4999 9999");
	const struct drawing_wish w = {.standing = &standing, .fold = DRAWING_FOLD};
	int64_t began_us = clock_thread_us();
	struct drawing *d = drawing_new(h, &w);
	char *text;

	/* In milliseconds, if the machine has nothing else to do. */
	assert_true(clock_thread_us() - began_us < 2000000);
	text = drawing_text(d);
	assert_string_equal(text, "?9999:0 4999:0H 4998…2501(2498):0 2500:0 "
				  "2499…0001(2499):0 0000:0B | "
				  "4999>4998 4998>2500 2500>2499 2499>0000");
	free(text);
	assert_int_equal(d->width, 1);
	assert_int_equal(d->n_revisions, 5000);
	drawing_free(d);
	strvec_free(&standing);
	migrations_free(h);
}

static void
after_the_first(struct strbuf *b, size_t i)
{
	strbuf_printf(b, i ? "h%02zu: h00\n" : "h%02zu:\n", i);
}

static void
test_wide(void **state)
{
	struct migrations *h = many(*state, 51, after_the_first);
	const struct drawing_wish w = {.fold = DRAWING_FOLD};
	struct drawing *d = drawing_new(h, &w);

	assert_int_equal(d->n_nodes, 51);
	assert_int_equal(d->width, 2);
	assert_string_equal(d->nodes[0].id, "h01");
	assert_string_equal(d->nodes[49].id, "h50");
	assert_true(d->nodes[50].branches && d->nodes[50].is_base);
	for (size_t i = 1; i < 50; i++)
		assert_true(d->nodes[i].lane == 1 && d->edges[i].lane == 0);
	drawing_free(d);
	migrations_free(h);
}

/* A merge of all that came before it, each of which is of its own. */
static void
merges_all(struct strbuf *b, size_t i)
{
	strbuf_printf(b, "r%02zu:", i);
	for (size_t k = 0; i == 49 && k < i; k++)
		strbuf_printf(b, " r%02zu", k);
	strbuf_addc(b, '\n');
}

static void
test_wide_merge(void **state)
{
	struct migrations *h = many(*state, 50, merges_all);
	const struct drawing_wish w = {.fold = 0};
	struct drawing *d = drawing_new(h, &w);

	assert_int_equal(d->width, 49);
	assert_int_equal(d->nodes[0].extent, 48);
	assert_int_equal(d->nodes[49].lane, 48);
	drawing_free(d);
	migrations_free(h);
}

/* Whichever order the files come in. */
static void
test_the_same(void **state)
{
	const struct drawing_wish w = {.fold = 0};
	char *texts[2];

	for (size_t i = 0; i < 2; i++) {
		struct migrations *h = fixture_graph(
			*state, i ? "c: a\nb: a\na:\nm: b c > z\nz:\ny: z\nx: z\n"
				  : "x: z\ny: z\nz:\nm: b c > z\na:\nb: a\nc: a\n");
		struct drawing *d = drawing_new(h, &w);

		texts[i] = drawing_text(d);
		drawing_free(d);
		migrations_free(h);
	}
	assert_string_equal(texts[0], texts[1]);
	free(texts[0]);
	free(texts[1]);
}

#define IN_DIRECTORY(test) \
	cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIRECTORY(test_line),
		IN_DIRECTORY(test_many_stand_nowhere),
		IN_DIRECTORY(test_open),
		IN_DIRECTORY(test_nothing),
		IN_DIRECTORY(test_branches),
		IN_DIRECTORY(test_several),
		IN_DIRECTORY(test_dependencies),
		IN_DIRECTORY(test_labels),
		IN_DIRECTORY(test_unknown),
		IN_DIRECTORY(test_cycles),
		IN_DIRECTORY(test_archives),
		IN_DIRECTORY(test_problems),
		IN_DIRECTORY(test_find),
		IN_DIRECTORY(test_long),
		IN_DIRECTORY(test_wide),
		IN_DIRECTORY(test_wide_merge),
		IN_DIRECTORY(test_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
