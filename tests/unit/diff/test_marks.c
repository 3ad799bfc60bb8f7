#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "diff/marks.h"

/* Each row with its numbers, what is gone in [], what has come in {}. */
static char *
drawn(const char *expected, const char *found, size_t effort)
{
	static const char *const around[] = {
		[MARK_SAME] = "", [MARK_EXPECTED] = "[]", [MARK_FOUND] = "{}"};
	static const char types[] = {
		[MARKS_SAME] = '=', [MARKS_CHANGED] = '~', [MARKS_OTHER] = '!'};
	struct marks m = {0};
	struct strbuf b = {0};

	strbuf_add(&b, "");
	marks_compare(expected, found, &effort, &m);
	for (size_t i = 0; i < m.n_rows; i++) {
		const struct marks_row *r = &m.rows[i];

		strbuf_printf(
			&b, "%c%zu,%zu ", types[r->type], r->number[0], r->number[1]);
		for (size_t k = r->first; k < r->first + r->n; k++) {
			const struct marks_piece *p = &m.pieces[k];
			const char *brackets = around[p->mark];

			strbuf_addn(&b, brackets, *brackets ? 1 : 0);
			strbuf_addn(&b, p->text, p->length);
			strbuf_add(&b, *brackets ? brackets + 1 : "");
		}
		strbuf_add(&b, "|");
	}
	marks_free(&m);
	text_replace(b.s, '\n', '$');
	return strbuf_take(&b);
}

static void
test_rows(void **state)
{
	static const struct {
		const char *expected, *found, *rows;
	} cases[] = {
		{"", "", ""},
		{"a\nb", "a\nb", "=1,1 a$|=2,2 b|"},
		{"text", "integer", "!1,1 [text]{integer}|"},
		{"", "a", "!0,1 {a}|"},
		{"a\n", "", "!1,0 [a$]|"},
		{"varchar(100)", "varchar(255)", "~1,1 varchar([100]{255})|"},
		{"numeric(10,2)", "numeric(12,2)", "~1,1 numeric(1[0]{2},2)|"},
		{"order_total", "order_totals", "~1,1 order_total{s}|"},
		{"a int", "a int not null", "~1,1 a int{ not null}|"},
		/* The end of the last line is a difference as any other. */
		{"one", "one\n", "~1,1 one{$}|"},
		{"a\nb\nc", "a\nc", "=1,1 a$|!2,0 [b$]|=3,2 c|"},
		/* Each beside the one that it was. */
		{" total > 5\n AND x = 1;", " new line\n total > 6\n AND x = 1;",
			"!0,1 { new line$}|~1,2  total > [5]{6}$|=2,3  AND x = 1;|"},
		{"aa bb cc\ndd ee ff", "dd ee gg",
			"!1,0 [aa bb cc$]|~2,1 dd ee "
			"[ff]{gg}|"},
		{"aaa\nbbb", "ccc\nddd", "!1,1 [aaa$]{ccc$}|!2,2 [bbb]{ddd}|"},
		/* A character is one, however many bytes it has. */
		{"grün", "gr\u00fen", "~1,1 gr[ü]{\u00fe}n|"},
		{"x = 'ä€𝄞𝄠'", "x = 'ä€𝄞𝄡'", "~1,1 x = 'ä€𝄞[𝄠]{𝄡}'|"},
		{"\u00e9\u00e9", "\u00e9", "~1,1 \u00e9[\u00e9]|"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *rows = drawn(cases[i].expected, cases[i].found, MARKS_EFFORT);

		assert_string_equal(rows, cases[i].rows);
		free(rows);
	}
}

/* With nothing left to spend whole lines are told. */
static void
test_no_effort(void **state)
{
	char *rows = drawn("a\nb 1 2\nc\nd", "a\nb 1 3\nc2\nd", 0);

	(void)state;
	assert_string_equal(
		rows, "=1,1 a$|!2,2 [b 1 2$]{b 1 3$}|!3,3 [c$]{c2$}|=4,4 d|");
	free(rows);
}

/* Every pair of lines costs something, however short they are; where that is used up,
 * the rest are whole lines. */
static void
test_effort_of_lines(void **state)
{
	enum { LINES = 100 };
	struct strbuf a = {0}, b = {0};
	struct marks m = {0};
	size_t effort = MARKS_EFFORT, used;

	(void)state;
	for (int i = 0; i < LINES; i++) {
		strbuf_add(&a, "a 1\n");
		strbuf_add(&b, "a 2\n");
	}
	marks_compare(a.s, b.s, &effort, &m);
	used = MARKS_EFFORT - effort;
	assert_int_equal(m.n_rows, LINES);
	assert_int_equal(m.rows[LINES - 1].type, MARKS_CHANGED);
	marks_free(&m);
	effort = used - 20 * LINES;
	marks_compare(a.s, b.s, &effort, &m);
	assert_int_equal(effort, 0);
	assert_int_equal(m.rows[0].type, MARKS_CHANGED);
	assert_int_equal(m.rows[LINES - 1].type, MARKS_OTHER);
	marks_free(&m);
	strbuf_free(&a);
	strbuf_free(&b);
}

/* ---- Whatever the texts are ---- */

static unsigned
next(unsigned *seed)
{
	*seed = *seed * 1103515245U + 12345U;
	return *seed >> 16;
}

static void
check(const struct marks *m, const char *expected, const char *found)
{
	struct strbuf b[2] = {{0}, {0}};
	size_t numbers[2] = {0}, next_piece = 0;

	strbuf_add(&b[0], "");
	strbuf_add(&b[1], "");
	for (size_t i = 0; i < m->n_rows; i++) {
		const struct marks_row *r = &m->rows[i];

		assert_int_equal(r->first, next_piece);
		assert_true(r->n);
		next_piece += r->n;
		for (int side = 0; side < 2; side++)
			if (r->number[side])
				assert_int_equal(r->number[side], ++numbers[side]);
	}
	assert_int_equal(next_piece, m->n_pieces);
	for (size_t i = 0; i < m->n_pieces; i++) {
		const struct marks_piece *p = &m->pieces[i];

		assert_true(p->length);
		assert_true(text_is_utf8(p->text, p->length));
		if (p->mark != MARK_FOUND)
			strbuf_addn(&b[0], p->text, p->length);
		if (p->mark != MARK_EXPECTED)
			strbuf_addn(&b[1], p->text, p->length);
	}
	assert_string_equal(b[0].s, expected);
	assert_string_equal(b[1].s, found);
	strbuf_free(&b[0]);
	strbuf_free(&b[1]);
}

static void
make_text(unsigned *seed, struct strbuf *out)
{
	static const char *const words[] = {"a", "b", " ", "  ", "\n", "\n", "total",
		"totals", "(", ",", "ä", "ö", "€", "𝄞", "\t", "\r\n", "1", "10"};

	strbuf_add(out, "");
	for (unsigned n = next(seed) % 60; n; n--)
		strbuf_add(out, words[next(seed) % COUNT_OF(words)]);
}

/* The same with a few words taken out or put in. */
static void
change_text(unsigned *seed, const char *s, struct strbuf *out)
{
	strbuf_add(out, "");
	while (*s) {
		size_t n = 1;

		while ((s[n] & 0xc0) == 0x80)
			n++;
		if (next(seed) % 9)
			strbuf_addn(out, s, n);
		if (!(next(seed) % 12))
			make_text(seed, out);
		s += n;
	}
}

static void
test_rebuilt(void **state)
{
	static const size_t efforts[] = {0, 10, 200, MARKS_EFFORT};
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 6000; round++) {
		struct strbuf a = {0}, b = {0};
		struct marks m = {0};
		size_t effort = efforts[round % COUNT_OF(efforts)];

		make_text(&seed, &a);
		if (round % 3)
			change_text(&seed, a.s, &b);
		else
			make_text(&seed, &b);
		marks_compare(a.s, b.s, &effort, &m);
		check(&m, a.s, b.s);
		marks_free(&m);
		strbuf_free(&a);
		strbuf_free(&b);
	}
}

/* Definitions of a megabyte: one long line, and lines that have nothing in common. */
static void
test_huge(void **state)
{
	struct strbuf a = {0}, b = {0};
	unsigned seed = 9;

	(void)state;
	for (int round = 0; round < 2; round++) {
		struct marks m = {0};
		size_t effort = MARKS_EFFORT;

		while (a.len < 1000000) {
			strbuf_printf(&a, "x%u,%s", next(&seed) % 999,
				round && !(next(&seed) % 9) ? "\n" : " ");
			strbuf_printf(&b, "x%u,%s", next(&seed) % 999,
				round && !(next(&seed) % 9) ? "\n" : " ");
		}
		marks_compare(a.s, b.s, &effort, &m);
		check(&m, a.s, b.s);
		marks_free(&m);
		strbuf_clear(&a);
		strbuf_clear(&b);
	}
	strbuf_free(&a);
	strbuf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_no_effort),
		cmocka_unit_test(test_effort_of_lines),
		cmocka_unit_test(test_rebuilt),
		cmocka_unit_test(test_huge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
