#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/allow.h"
#include "migrations/applied.h"
#include "tests/unit/migrations/fixture.h"

/* Look at the directory with these rows: "INSERTED | CHANGED" has to come out, and
 * whether anything has to be kept. */
static void
see_in(struct migrations *h, struct applied *a, const char *recorded, bool kept,
	const char *news)
{
	struct strvec rows = fixture_words(recorded);
	struct applied_news got;
	struct strbuf said = {0};

	assert_int_equal(applied_see(a, h, &rows, &got), kept);
	strvec_join(&got.inserted, " ", &said);
	strbuf_add(&said, "|");
	strvec_join(&got.changed, " ", &said);
	assert_string_equal(said.s, news);
	strbuf_free(&said);
	applied_news_free(&got);
	strvec_free(&rows);
}

static void
see(void **state, struct applied *a, const char *recorded, bool kept, const char *news)
{
	struct migrations *h = fixture_read(*state, "");

	see_in(h, a, recorded, kept, news);
	migrations_free(h);
}

static void
begin(void **state)
{
	fixture_revision(*state, "r1", NULL, NULL);
	fixture_revision(*state, "r2", "'r1'", NULL);
	fixture_revision(*state, "r3", "'r2'", NULL);
}

static void
test_upgrades(void **state)
{
	struct applied a = {0};

	begin(state);
	see(state, &a, "r1", true, "|");
	assert_int_equal(a.n, 1);
	see(state, &a, "r1", false, "|");
	see(state, &a, "r3", true, "|");
	assert_int_equal(a.n, 3);
	/* A new tip, pending and then run. */
	fixture_revision(*state, "r4", "'r3'", NULL);
	see(state, &a, "r3", false, "|");
	see(state, &a, "r4", true, "|");
	applied_free(&a);
}

static void
test_inserted_below(void **state)
{
	struct applied a = {0};

	begin(state);
	see(state, &a, "r3", true, "|");
	fixture_revision(*state, "new", "'r1'", NULL);
	fixture_revision(*state, "r2", "'new'", NULL);
	see(state, &a, "r3", false, "new|");
	/* It stays so, whatever comes on top. */
	fixture_revision(*state, "r4", "'r3'", NULL);
	see(state, &a, "r4", true, "new|");
	/* Taken back below it and run again, it was run. */
	see(state, &a, "r1", true, "|");
	see(state, &a, "r4", true, "|");
	applied_free(&a);
}

static void
test_inserted_at_the_bottom_and_by_dependency(void **state)
{
	struct applied a = {0};

	begin(state);
	fixture_revision(*state, "x1", NULL, NULL);
	see(state, &a, "r3", true, "|");
	fixture_revision(*state, "new", NULL, NULL);
	fixture_revision(*state, "r1", "'new'", NULL);
	fixture_revision(*state, "r2", "'r1'", "'x1'");
	see(state, &a, "r3", false, "new x1|");
	applied_free(&a);
}

/* Two lines that are joined: the other one was run by the upgrade. */
static void
test_merge(void **state)
{
	struct applied a = {0};

	begin(state);
	see(state, &a, "r3", true, "|");
	fixture_revision(*state, "side", "'r1'", NULL);
	fixture_revision(*state, "m", "('r3', 'side')", NULL);
	see(state, &a, "r3", false, "|");
	see(state, &a, "m", true, "|");
	applied_free(&a);
}

static void
test_changed(void **state)
{
	static const char file[] = "revision = 'r2'\ndown_revision = 'r1'\n"
				   "def upgrade():\n    op.%s()\n"
				   "def downgrade():\n    op.back()\n";
	struct applied a = {0};
	char *text = xasprintf(file, "other");

	begin(state);
	see(state, &a, "r2", true, "|");
	/* What is not applied may change. */
	fixture_write(*state, "r3.py",
		"revision = 'r3'\ndown_revision = 'r2'\ndef upgrade():\n    x()\n");
	see(state, &a, "r2", false, "|");
	fixture_write(*state, "r2.py", text);
	see(state, &a, "r2", false, "|r2");
	see(state, &a, "r2", false, "|r2");
	fixture_revision(*state, "r2", "'r1'", NULL);
	see(state, &a, "r2", false, "|");
	applied_free(&a);
	free(text);
}

/* A squash: what stands for the files that have gone is no news. */
static void
test_rewritten(void **state)
{
	struct applied a = {0};

	begin(state);
	see(state, &a, "r3", true, "|");
	fixture_remove(*state, "r1.py");
	fixture_remove(*state, "r2.py");
	fixture_revision(*state, "squashed", NULL, NULL);
	fixture_revision(*state, "r3", "'squashed'", NULL);
	see(state, &a, "r3", true, "|");
	assert_int_equal(a.n, 2);
	see(state, &a, "r3", false, "|");
	applied_free(&a);
}

/* What a project means is not told: by code, by revision, by file. */
static void
test_allowed(void **state)
{
	static const struct {
		const char *allow, *news;
	} cases[] = {
		{"cycle", "r15|r2"},
		{"inserted_below", "|r2"},
		{"changed_after_applied reason=\"a typo\"", "r15|"},
		{"inserted_below:r15", "|r2"},
		{"inserted_below:r2", "r15|r2"},
		{"changed_after_applied:r2.py", "r15|"},
	};

	struct applied a = {0};

	fixture_revision(*state, "r1", NULL, NULL);
	fixture_revision(*state, "r2", "'r1'", NULL);
	see(state, &a, "r2", true, "|");
	fixture_revision(*state, "r15", "'r1'", NULL);
	fixture_write(*state, "r2.py",
		"revision = 'r2'\ndown_revision = 'r15'\ndef upgrade():\n    x()\n");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct migrations *h = fixture_read(*state, "");
		char *text = xstrdup(cases[i].allow);
		const struct strvec allow = {&text, 1, 1};
		struct err e;

		assert_true(allow_apply(h, &allow, &e));
		see_in(h, &a, "r2", false, cases[i].news);
		free(text);
		migrations_free(h);
	}
	applied_free(&a);
}

/* Half a checkout: nothing is learned from it. */
static void
test_gaps(void **state)
{
	struct applied a = {0};

	begin(state);
	see(state, &a, "r3", true, "|");
	fixture_remove(*state, "r2.py");
	see(state, &a, "r3", false, "|");
	fixture_revision(*state, "r2", "'r1'", NULL);
	see(state, &a, "r3", false, "|");
	see(state, &a, "gone", false, "|");
	assert_int_equal(a.n, 3);
	/* Made anew. */
	see(state, &a, "", true, "|");
	assert_int_equal(a.n, 0);
	applied_free(&a);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_upgrades),
		TEST(test_inserted_below),
		TEST(test_inserted_at_the_bottom_and_by_dependency),
		TEST(test_merge),
		TEST(test_changed),
		TEST(test_rewritten),
		TEST(test_allowed),
		TEST(test_gaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
