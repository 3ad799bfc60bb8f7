#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "migrations/gap.h"

/* What may come before `set` without being known to: in the order of the ids. */
static void
check(const struct migrations *h, const char *set, const char *expected)
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
	struct migrations *h;

	fixture_revision(*state, "a", NULL, NULL);
	fixture_revision(*state, "b", "'a'", NULL);
	fixture_revision(*state, "x", "f()", NULL);
	fixture_revision(*state, "y", "'x'", NULL);
	fixture_revision(*state, "z", "'b'", "['y']");
	h = fixture_read(*state, "");
	check(h, "a b", "");
	check(h, "x", "a b");
	check(h, "a x y", "a b");
	migrations_free(h);
}

/* Only what descends from all of them cannot be an ancestor of one. */
static void
test_several_gaps(void **state)
{
	struct migrations *h;

	fixture_revision(*state, "a", "f()", NULL);
	fixture_revision(*state, "b", "f()", NULL);
	fixture_revision(*state, "c", "('a', 'b')", NULL);
	fixture_revision(*state, "d", "'a'", NULL);
	h = fixture_read(*state, "");
	check(h, "a", "b");
	check(h, "a b", "a b d");
	migrations_free(h);
}

/* A file that is lost is none of those that are there. */
static void
test_missing(void **state)
{
	struct migrations *h = fixture_graph(*state, "a:\nb: a\nx: gone\ny: x\n");

	check(h, "x", "");
	check(h, "x y", "");
	migrations_free(h);
}

/* More gaps than a mask has bits. */
static void
test_many_gaps(void **state)
{
	struct migrations *h;
	struct strbuf all = {0}, parents = {0};

	for (unsigned i = 100; i < 250; i++) {
		char id[8];

		snprintf(id, sizeof id, "g%u", i);
		fixture_revision(*state, id, "f()", NULL);
		strbuf_printf(&all, "%s%s", all.len ? " " : "", id);
		strbuf_printf(&parents, "%s'%s'", parents.len ? ", " : "(", id);
	}
	strbuf_addc(&parents, ')');
	fixture_revision(*state, "m", parents.s, NULL);
	fixture_revision(*state, "n", "'m'", NULL);
	h = fixture_read(*state, "");
	check(h, all.s, all.s);
	check(h, "m n", "");
	strbuf_free(&all);
	strbuf_free(&parents);
	migrations_free(h);
}

static void
test_which(void **state)
{
	struct migrations *h;

	fixture_revision(*state, "a", NULL, NULL);
	fixture_revision(*state, "b", "('a', 'gone')", NULL);
	fixture_revision(*state, "c", "'a'", "['lost']");
	fixture_revision(*state, "d", "f()", NULL);
	fixture_revision(*state, "e", "'a'", "f()");
	h = fixture_read(*state, "");
	assert_null(gap_missing(h, migrations_find(h, "a")));
	assert_false(gap_at(h, migrations_find(h, "a")));
	assert_string_equal(gap_missing(h, migrations_find(h, "b")), "gone");
	assert_string_equal(gap_missing(h, migrations_find(h, "c")), "lost");
	assert_null(gap_missing(h, migrations_find(h, "d")));
	assert_true(gap_at(h, migrations_find(h, "d")));
	assert_true(gap_at(h, migrations_find(h, "e")));
	migrations_free(h);
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
			test_missing, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_many_gaps, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_which, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
