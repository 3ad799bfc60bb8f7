#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/allow.h"
#include "migrations/problem.h"

static void
test_check(void **state)
{
	static const struct {
		const char *text, *error; /* NULL: sound */
	} cases[] = {
		{"several_heads", NULL},
		{" several_heads ", NULL},
		{"several_heads reason=\"two products\"", NULL},
		{"several_heads  reason=two", NULL},
		{"revision_too_long:abc*", NULL},
		{"syntax:*/old.py reason=\"\"", NULL},
		{"", "is no problem code"},
		{"several_head", "did you mean several_heads?"},
		{"several_heads:", "nothing follows the colon"},
		{"several_heads two", "is not written reason=\"TEXT\""},
		{"several_heads until=2026-01-01", "is not written reason=\"TEXT\""},
		{"several_heads reason=two products", "in quotes"},
		{"several_heads reason=\"two", "a quote is not closed"},
		{"several_heads reason=\"", "a quote is not closed"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct err e = {0};

		assert_int_equal(
			allow_check(cases[i].text, &e), cases[i].error == NULL);
		if (cases[i].error)
			assert_non_null(strstr(e.text, cases[i].error));
	}
}

static void
test_apply(void **state)
{
	static const struct {
		const char *allow; /* one a line */
		const char *left, *unused;
	} cases[] = {
		{"", "missing_parent missing_parent several_bases several_heads", ""},
		{"several_heads\nseveral_bases", "missing_parent missing_parent", ""},
		{"missing_parent:c\nseveral_heads", "missing_parent several_bases", ""},
		{"missing_parent:b*\nmissing_parent:c.py\nseveral_*",
			"several_bases several_heads", NULL},
		{"missing_parent:*/b.py\nmissing_parent:c.py",
			"several_bases several_heads", ""},
		{"cycle\nmissing_parent:z",
			"missing_parent missing_parent several_bases several_heads",
			"cycle missing_parent:z"},
		{"missing_parent:c reason=x\nmissing_parent",
			"several_bases several_heads", ""},
	};

	fixture_revision(*state, "a", NULL, NULL);
	fixture_revision(*state, "b", "'gone'", NULL);
	fixture_revision(*state, "c", "'lost'", NULL);
	fixture_revision(*state, "d", NULL, NULL);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct migrations *h = fixture_read(*state, "");
		struct strvec texts = {0};
		struct strbuf left = {0};
		struct err e;

		if (*cases[i].allow)
			strvec_split(&texts, cases[i].allow, '\n');
		if (!cases[i].unused) {
			assert_false(allow_apply(h, &texts, &e));
		} else {
			assert_true(allow_apply(h, &texts, &e));
			strbuf_add(&left, "");
			for (size_t k = 0; k < h->n_problems; k++)
				strbuf_printf(&left, "%s%s", k ? " " : "",
					problem_word(h->problems[k].code));
			assert_string_equal(left.s, cases[i].left);
			assert_string_equal(
				fixture_list(&h->unused_allow, &left), cases[i].unused);
			assert_int_equal(h->n_problems + h->n_allowed, 4);
		}
		strbuf_free(&left);
		strvec_free(&texts);
		migrations_free(h);
	}
}

/* A project may mean a file that nobody can read: it hides no head then, and stops
 * nothing. */
static void
test_hidden(void **state)
{
	const char *const dir = *state;
	char *text = xstrdup("unreadable_value:x.py reason=\"made at run time\"");
	const struct strvec allow = {&text, 1, 1};
	const struct migrations_source src = {
		.tool = "alembic", .path = dir, .allow = &allow};
	struct migrations *h;
	struct err e;

	fixture_revision(dir, "a", NULL, NULL);
	fixture_write(dir, "x.py", "revision = f()\ndown_revision = 'a'\n");
	h = fixture_read(dir, "");
	assert_true(h->hides_head);
	migrations_free(h);
	assert_true(migrations_read(&src, &h, &e));
	assert_false(h->hides_head);
	assert_null(migrations_obstacle(h));
	assert_int_equal(h->n_problems, 0);
	migrations_free(h);
	text[0] = 'U';
	assert_false(migrations_read(&src, &h, &e));
	free(text);
}

/* What Alembic fails at, it fails at allowed or not: no hint may name a command then.
 */
static void
test_stopper(void **state)
{
	const char *const dir = *state;
	char *text = xstrdup("missing_parent");
	const struct strvec allow = {&text, 1, 1};
	const struct migrations_source src = {
		.tool = "alembic", .path = dir, .allow = &allow};
	struct migrations *h;
	struct err e;

	fixture_revision(dir, "a", "'gone'", NULL);
	assert_true(migrations_read(&src, &h, &e));
	assert_int_equal(h->n_problems, 0);
	assert_non_null(migrations_stopper(h));
	migrations_free(h);
	free(text);
}

/* What comes of running the files is no problem of theirs, and may be meant all the
 * same. */
static void
test_of_running(void **state)
{
	const struct place at = {"s/b.json", 0, "b"};
	struct migrations *h = fixture_graph(*state, "a:\nb: a\n");
	struct problems p = {0};
	struct strvec texts = {0};
	struct err e;

	strvec_add(&texts, "build_failed:a reason=old");
	strvec_add(&texts, "two_catalogs:b.json");
	assert_true(allow_apply(h, &texts, &e));
	assert_int_equal(h->unused_allow.n, 0);
	problem_add(&p, PROBLEM_BUILD_FAILED, (struct place){"v", 0, "a"}, "it fails");
	problem_add(&p, PROBLEM_BUILD_FAILED, (struct place){"v", 0, "b"}, "it fails");
	problem_add(&p, PROBLEM_TWO_CATALOGS, at, "they differ");
	for (size_t i = 0; i < p.n; i++)
		allow_mark(h, &p.v[i]);
	assert_true(p.v[0].allowed);
	assert_string_equal(p.v[0].reason, "old");
	assert_false(p.v[1].allowed);
	assert_true(p.v[2].allowed);
	assert_null(p.v[2].reason);
	for (size_t i = 0; i < p.n; i++)
		problem_free(&p.v[i]);
	free(p.v);
	strvec_free(&texts);
	migrations_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test_setup_teardown(
			test_of_running, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_apply, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_hidden, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_stopper, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
