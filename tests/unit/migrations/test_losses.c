#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/library.h"
#include "migrations/losses.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/migrations/fixture.h"

static void
write_revision(const char *dir, const char *id, const char *down, const char *body)
{
	char *name = xasprintf("%s.py", id);
	char *text = xasprintf("revision = '%s'\ndown_revision = %s\n"
			       "def upgrade():\n%sdef downgrade():\n    pass\n",
		id, down, body);

	fixture_write(dir, name, text);
	free(text);
	free(name);
}

static struct ignore_rules *
rules_of(const char *rule, const char *more)
{
	struct ignore_rules *rules = ignore_new();
	struct err e;

	assert_true(ignore_add(rules, rule, NULL, 0, &e));
	if (more)
		assert_true(ignore_add(rules, more, NULL, 0, &e));
	return rules;
}

/* What is said of upgrading from r1, whether a command may follow, and the rules. */
static void
check(void **state, const struct losses_scope *scope, bool may_follow, const char *said)
{
	struct migrations *h = fixture_read(*state, "");
	struct strvec recorded = fixture_words("r1");
	struct judgement j;
	struct losses l;
	struct strbuf out = {0};

	migrations_judge(h, &recorded, NULL, &j);
	losses_find(h, &j.pending, scope, &l);
	strbuf_add(&out, "");
	assert_int_equal(losses_advise(&out, &l), may_follow);
	assert_string_equal(out.s, said);
	strbuf_free(&out);
	losses_free(&l);
	judgement_fini(&j);
	strvec_free(&recorded);
	migrations_free(h);
}

static void
test_nothing(void **state)
{
	write_revision(*state, "r1", "None", "    op.drop_table('gone')\n");
	write_revision(*state, "r2", "'r1'",
		"    op.create_table('a')\n    op.drop_index('i')\n"
		"    op.execute('UPDATE b SET x = 1')\n");
	check(state, NULL, true, "");
}

static void
test_counts(void **state)
{
	write_revision(*state, "r1", "None", "    pass\n");
	write_revision(
		*state, "r2", "'r1'", "    op.drop_table('orders', schema='shop')\n");
	check(state, NULL, true,
		"the pending r2 drops 1 table (table shop.orders): save what is still "
		"needed of that, then ");
	write_revision(*state, "r3", "'r2'",
		"    op.drop_column('a', 'x')\n    op.drop_column('a', 'y')\n"
		"    op.drop_table(name())\n"
		"    op.execute('DROP POLICY p ON t; DROP VIEW v; TRUNCATE b; "
		"DELETE FROM b; DELETE FROM c WHERE x')\n"
		"    op.drop_table('orders', schema='shop')\n");
	check(state, NULL, true,
		"the pending r2 and r3 drop 1 table, 1 table whose name is computed, "
		"2 columns, 1 view, truncate 1 table, delete rows of 2 tables (first: "
		"table shop.orders): save what is still needed of that, then ");
}

static void
test_made_by_the_upgrade(void **state)
{
	write_revision(*state, "r1", "None", "    pass\n");
	write_revision(*state, "r2", "'r1'",
		"    op.create_table('new')\n"
		"    op.add_column('old', sa.Column('x'))\n");
	write_revision(*state, "r3", "'r2'",
		"    op.drop_column('old', 'x')\n    op.execute('DELETE FROM new')\n"
		"    op.drop_column('new', 'y')\n    op.drop_table('new')\n");
	check(state, NULL, true, "");
}

static void
test_made_again(void **state)
{
	write_revision(*state, "r1", "None", "    pass\n");
	write_revision(*state, "r2", "'r1'",
		"    op.execute('DROP VIEW v; DROP FUNCTION f(int); DROP VIEW w')\n"
		"    op.drop_table('t')\n    op.create_table('t')\n"
		"    op.execute('CREATE VIEW v AS SELECT 1')\n"
		"    op.execute('CREATE OR REPLACE FUNCTION f(int) RETURNS int')\n");
	check(state, NULL, true,
		"the pending r2 drops 1 table, 1 view (first: view w): save what is "
		"still needed of that, then ");
}

static void
test_ignored(void **state)
{
	struct losses_scope scope = {
		.ignore = rules_of("table:public.docs*", "index:*.ix_*")};

	write_revision(*state, "r1", "None", "    pass\n");
	write_revision(*state, "r2", "'r1'", "    op.drop_table('docs')\n");
	check(state, &scope, false,
		"the pending r2 drops table public.docs, which the rule "
		"`table:public.docs*` ignores as managed elsewhere: take that out of "
		"its upgrade(), or lift the rule, before anything runs it");
	write_revision(*state, "r3", "'r2'",
		"    op.drop_column('docs_2', 'x', schema='public')\n"
		"    op.execute('DROP INDEX ix_1')\n    op.drop_table('other')\n");
	check(state, &scope, false,
		"the pending r2 and r3 drop table public.docs, which the rule "
		"`table:public.docs*` ignores as managed elsewhere (and 2 more that "
		"rules ignore); in all r2 and r3 drop 2 tables, 1 column, 1 index "
		"(first: table public.docs): take that out of its upgrade(), or lift "
		"the rule, before anything runs it");
	ignore_free((struct ignore_rules *)scope.ignore);
}

static void
test_rules_that_do_not_cover(void **state)
{
	struct losses_scope scope = {
		.ignore = rules_of("table:public.*", "!table:public.orders")};
	struct losses_scope expired = {
		.ignore = rules_of("table:*.* until=2020-01-01", NULL),
		.now_ms = INT64_C(1790000000000)};
	static const char said[] =
		"the pending r2 drops 1 table (table orders): save what is "
		"still needed of that, then ";

	write_revision(*state, "r1", "None", "    pass\n");
	write_revision(*state, "r2", "'r1'", "    op.drop_table('orders')\n");
	check(state, &scope, true, said);
	check(state, &expired, true, said);
	ignore_free((struct ignore_rules *)scope.ignore);
	ignore_free((struct ignore_rules *)expired.ignore);
}

/* What was looked for once is known as long as catalog, rules, their time and the
 * losses are the same, and says the same. */
static void
test_known(void **state)
{
	static const char covered[] =
		"the pending r2 drops table app.docs, which the rule `table:app.* "
		"until=2030-01-31` ignores as managed elsewhere: take that out of its "
		"upgrade(), or lift the rule, before anything runs it";
	static const char bare[] =
		"the pending r2 drops 1 table (table docs): save what is still needed "
		"of that, then ";
	struct library *library = library_new();
	struct snapshot *there = library_keep(library, CATALOG("table app/docs")),
			*gone = library_keep(library, CATALOG("table app/other"));
	struct losses_known known = {0};
	struct losses_scope scope = {
		.ignore = rules_of("table:app.* until=2030-01-31", NULL),
		.found = there,
		.known = &known};
	char key[HASH_HEX_LEN];

	write_revision(*state, "r1", "None", "    pass\n");
	write_revision(*state, "r2", "'r1'", "    op.drop_table('docs')\n");
	check(state, &scope, false, covered);
	memcpy(key, known.key, sizeof key);
	assert_true(*key);
	check(state, &scope, false, covered);
	assert_string_equal(key, known.key);
	scope.found = gone;
	check(state, &scope, true, bare);
	scope.found = there;
	check(state, &scope, false, covered);
	scope.now_ms = INT64_C(1990000000000);
	check(state, &scope, true, bare);
	check(state, &scope, true, bare);
	losses_known_fini(&known);
	snapshot_unref(there);
	snapshot_unref(gone);
	library_unref(library);
	ignore_free((struct ignore_rules *)scope.ignore);
}

/* Names from files are shown on one line and never look like a command. */
static void
test_odd_names(void **state)
{
	write_revision(*state, "r1", "None", "    pass\n");
	write_revision(*state, "r2", "'r1'", "    op.drop_table('a`b\\nc\\u202e')\n");
	check(state, NULL, true,
		"the pending r2 drops 1 table (table \"a'b\\nc\\u202e\"): save what is "
		"still "
		"needed of that, then ");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing),
		TEST(test_counts),
		TEST(test_made_by_the_upgrade),
		TEST(test_made_again),
		TEST(test_ignored),
		TEST(test_rules_that_do_not_cover),
		TEST(test_known),
		TEST(test_odd_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
