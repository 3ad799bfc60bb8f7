/* What is known of databases that an environment has left, in memory and in the store.
 */
#include "monitor/away.h"

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "monitor/environment.h"
#include "monitor/memory.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/store/fixture.h"

static const struct instance_id first = {"1", "1", "a"}, second = {"1", "2", "b"};
static const struct store_seen noted = {"dev", true, "[\"r1\"]"};

/* A process before has put away what it knew of the first. */
static struct store *
begin(const char *dir)
{
	const struct store_exchange x = {"dev", "1/1", "1/2", AWAY_KEPT};
	struct snapshot *catalog = CATALOG("table public/a");
	struct store *s = fixture_open(dir);
	struct err e;

	assert_true(store_set_seen(s, &noted, catalog, 1000, &e));
	assert_true(store_set_known(s, "dev", 1000, "{}", &e));
	assert_true(store_exchange(s, &x, &e));
	snapshot_unref(catalog);
	return s;
}

/* True if the store has that once the environment has gone back to the first while
 * `unsaved` was. */
static bool
is_there(const char *dir, unsigned unsaved)
{
	char name[] = "dev";
	struct conf_environment conf = {.name = name};
	struct environment env = {
		.conf = &conf, .memo = memo_new(), .unsaved = unsaved};
	struct store *s = begin(dir);
	struct snapshot *catalog;
	int64_t at_ms;
	struct err e;
	bool is;

	(void)away_exchange(&env, &second, &first, s);
	memory_save(&env, s);
	catalog = store_seen(s, &noted, &at_ms, &e);
	is = catalog != NULL;
	snapshot_unref(catalog);
	fixture_sql(dir, "DELETE FROM seen; DELETE FROM known");
	away_free(&env.away);
	free(env.known_text);
	memo_free(env.memo);
	store_close(s);
	return is;
}

/* What was brought back in the store stays there, whatever the timeline waits for. */
static void
test_left_alone(void **state)
{
	assert_true(is_there(*state, 0));
	assert_true(is_there(*state, UNSAVED_INTERVAL));
	/* All of the database is written anew, and of this nothing is known here. */
	assert_false(is_there(*state, UNSAVED_KNOWN));
}

/* In memory alone, one is there and comes back. */
static void
test_without_store(void **state)
{
	char name[] = "dev";
	struct conf_environment conf = {.name = name};
	struct environment env = {.conf = &conf, .memo = memo_new()};

	(void)state;
	env.last_success_ms = 1000;
	assert_false(away_exchange(&env, &first, &second, NULL));
	assert_int_equal(env.last_success_ms, 0);
	assert_int_equal(env.away.n, 1);
	assert_int_equal(env.away.v[0].success_ms, 1000);
	assert_true(away_exchange(&env, &second, &first, NULL));
	assert_int_equal(env.away.n, 1);
	assert_true(instance_id_same(&env.away.v[0].id, &second));
	away_free(&env.away);
	memo_free(env.memo);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_left_alone, fixture_setup, fixture_teardown),
		cmocka_unit_test(test_without_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
