#include "tests/unit/history/fixture.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "history/gap.h"

/* What may come before `set` without being known to: in the order of the ids. */
static void
check(const struct history *h, const char *set, const char *expected)
{
	struct strvec ids = fixture_words(set), found = {0};
	struct strbuf buf = {0};
	bool *in = xcalloc(h->n_revisions + 1, sizeof *in);
	bool *maybe = xcalloc(h->n_revisions + 1, sizeof *maybe);

	for (size_t i = 0; i < h->n_revisions; i++)
		in[i] = strvec_has(&ids, h->revisions[i].id);
	gap_mark_maybe(h, in, maybe);
	for (size_t i = 0; i < h->n_revisions; i++)
		if (maybe[i])
			strvec_add(&found, h->revisions[i].id);
	assert_string_equal(fixture_list(&found, &buf), expected);
	free(in);
	free(maybe);
	strvec_free(&ids);
	strvec_free(&found);
	strbuf_free(&buf);
}

/* No descendant can be an ancestor. */
static void
test_one_gap(void **state)
{
	struct history *h =
		fixture_graph(*state, "a:\nb: a\nx: gone\ny: x\nz: b > y\n");

	check(h, "a b", "");
	check(h, "x", "a b");
	check(h, "a x y", "a b");
	history_free(h);
}

/* Only what descends from all of them cannot be an ancestor of one. */
static void
test_several_gaps(void **state)
{
	struct history *h = fixture_graph(*state, "a: gone\nb: gone\nc: a b\nd: a\n");

	check(h, "a", "b");
	check(h, "a b", "a b d");
	history_free(h);
}

/* More gaps than a mask has bits. */
static void
test_many_gaps(void **state)
{
	struct history *h;
	struct strbuf lines = {0}, all = {0}, merged = {0};

	for (unsigned i = 0; i < 150; i++) {
		strbuf_printf(&lines, "g%u: gone%u\n", 100 + i, i);
		strbuf_printf(&all, "%sg%u", i ? " " : "", 100 + i);
	}
	strbuf_printf(&merged, "%sm: %s\nn: m\n", lines.s, all.s);
	h = fixture_graph(*state, merged.s);
	check(h, all.s, all.s);
	check(h, "m n", "");
	strbuf_free(&lines);
	strbuf_free(&all);
	strbuf_free(&merged);
	history_free(h);
}

static void
test_which(void **state)
{
	struct history *h;

	fixture_revision(*state, "a", NULL, NULL);
	fixture_revision(*state, "b", "('a', 'gone')", NULL);
	fixture_revision(*state, "c", "'a'", "['lost']");
	fixture_revision(*state, "d", "f()", NULL);
	fixture_revision(*state, "e", "'a'", "f()");
	h = fixture_read(*state, "");
	assert_null(gap_missing(h, history_find(h, "a")));
	assert_false(gap_at(h, history_find(h, "a")));
	assert_string_equal(gap_missing(h, history_find(h, "b")), "gone");
	assert_string_equal(gap_missing(h, history_find(h, "c")), "lost");
	assert_null(gap_missing(h, history_find(h, "d")));
	assert_true(gap_at(h, history_find(h, "d")));
	assert_true(gap_at(h, history_find(h, "e")));
	history_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_one_gap, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_several_gaps, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_many_gaps, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_which, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
