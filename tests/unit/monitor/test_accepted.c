/* When a baseline follows a migration. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "monitor/accepted.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/store/fixture.h"

/* In sync with the baseline of version 4, at "a"; now at "b". */
struct scene {
	struct accepted accepted;
	struct published_environment before;
	struct facts now;
};

static void
begin(struct scene *s)
{
	static char reference[] = "baseline", was[] = "was";
	const struct instance here = {.system = "7", .database = "5"};

	*s = (struct scene){
		.accepted = {.baseline = {.snapshot = CATALOG("table public/t"),
				     .at_ms = 1000,
				     .version = 4,
				     .instance = here}},
		.before = {.schema = SCHEMA_IN_SYNC,
			.reference = reference,
			.fingerprint = was,
			.held_against = 4},
		.now = {.user_tables = true,
			.instance = here,
			.snapshot = CATALOG("table public/t", "table public/new")}};
	strvec_add(&s->before.revision.recorded, "a");
	strvec_add(&s->now.recorded, "b");
}

static void
end(struct scene *s)
{
	accepted_fini(&s->accepted);
	strvec_free(&s->before.revision.recorded);
	strvec_free(&s->now.recorded);
	snapshot_unref(s->now.snapshot);
}

static bool
follows(struct scene *s)
{
	bool is = accepted_is_followed(&s->accepted, &s->before, &s->now, NULL);

	end(s);
	begin(s);
	return is;
}

static void
test_follows(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	assert_true(follows(&s));
	s.before.schema = SCHEMA_DRIFTED;
	assert_false(follows(&s));
	s.before.schema = SCHEMA_NOT_CHECKED;
	assert_false(follows(&s));
	s.before.reference = NULL;
	assert_false(follows(&s));
	s.now.migrating = true;
	assert_false(follows(&s));
	s.now.user_tables = false;
	assert_false(follows(&s));
	strvec_free(&s.before.revision.recorded);
	assert_false(follows(&s));
	strvec_free(&s.now.recorded);
	assert_false(follows(&s));
	strvec_free(&s.now.recorded);
	strvec_add(&s.now.recorded, "a");
	assert_false(follows(&s));
	end(&s);
}

/* Another database, or one that is not known to be the same, is none that moved. */
static void
test_of_one_database(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	s.now.instance.database[0] = '6';
	assert_false(follows(&s));
	s.now.instance.system[0] = '\0';
	assert_false(follows(&s));
	s.accepted.baseline.instance.system[0] = '\0';
	assert_false(follows(&s));
	end(&s);
}

/* What was in sync with the one before may not be so with this. */
static void
test_accepted_since(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	s.accepted.baseline.version = 5;
	assert_false(follows(&s));
	s.accepted.baseline.version = 5;
	s.before.fingerprint = s.accepted.baseline.snapshot->fingerprint;
	assert_true(follows(&s));
	/* Undone: the one before counts again. */
	s.accepted.baseline.version = 3;
	assert_false(follows(&s));
	end(&s);
}

/* A catalog that was not read again has the revision from before. */
static void
test_stored(void **state)
{
	struct store *store = fixture_open(*state);
	const struct accepted_place place = {store, "prod"};
	struct happenings h = {0}, told = {0};
	struct accepted other = {0};
	struct scene s;
	struct err e;
	char *sentence;

	begin(&s);
	assert_false(accepted_look(&other, store, "prod", &h, &e));
	assert_non_null(strstr(e.text, "pgdriftd accept prod"));
	strvec_add(&s.accepted.baseline.snapshot->revision, "a");
	strvec_add(&s.now.snapshot->revision, "a");
	assert_true(accepted_follow(&s.accepted, &place, &s.now, &told, &e));
	assert_string_equal(s.accepted.baseline.snapshot->revision.v[0], "b");
	assert_string_equal(s.now.snapshot->revision.v[0], "a");
	sentence = accepted_sentence(&s.accepted.baseline);
	assert_non_null(strstr(sentence, " at b, accepted by pgdriftd: the catalog "
					 "moved with its revision from a to b"));
	free(sentence);
	/* Another process has looked before, and is told. */
	assert_true(accepted_look(&other, store, "prod", &h, &e));
	assert_int_equal(h.n, 1);
	assert_true(h.v[0].stored);
	assert_string_equal(
		other.baseline.snapshot->fingerprint, s.now.snapshot->fingerprint);
	assert_true(accepted_look(&other, store, "prod", &h, &e));
	assert_int_equal(h.n, 1);
	assert_int_equal(told.n, 1);
	happenings_free(&told);
	happenings_free(&h);
	accepted_fini(&other);
	end(&s);
	store_close(store);
}

#define STORED(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_follows),
		cmocka_unit_test(test_of_one_database),
		cmocka_unit_test(test_accepted_since),
		STORED(test_stored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
