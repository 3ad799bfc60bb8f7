#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "conf/receiver.h"
#include "receivers/route.h"
#include "tests/unit/report/fixture.h"

static char breaking[] = "breaking", additive[] = "additive", cosmetic[] = "cosmetic";

static int
setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);

	fixture_set(f);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	fixture_fini(*state);
	free(*state);
	return 0;
}

static void
test_usual_states(void **state)
{
	static const enum route routes[STATE_COUNT] = {
		[STATE_UNKNOWN] = ROUTE_PROBLEM,
		[STATE_UNSTAMPED] = ROUTE_PROBLEM,
		[STATE_DRIFTED] = ROUTE_PROBLEM,
		[STATE_REVISION_MISMATCH] = ROUTE_PROBLEM,
		[STATE_UNCONFIRMED] = ROUTE_QUIET,
		[STATE_MIGRATING] = ROUTE_QUIET,
		[STATE_IN_SYNC] = ROUTE_OVER,
	};
	const struct conf_receiver r = {.severity = cosmetic};
	struct fixture *f = *state;

	for (int s = 0; s < STATE_COUNT; s++) {
		f->prod.state = (enum state)s;
		assert_int_equal(route_of(&r, &f->prod), routes[s]);
	}
	f->prod.state = STATE_UNKNOWN;
	f->prod.check = CHECK_NOT_CHECKED;
	assert_int_equal(route_of(&r, &f->prod), ROUTE_QUIET);
}

/* Where nothing is to be compared there is nothing wrong as long as it can be read. */
static void
test_bare(void **state)
{
	struct conf_receiver r = {.severity = cosmetic};
	struct fixture *f = *state;

	assert_int_equal(route_of(&r, &f->far), ROUTE_PROBLEM);
	f->far.check = CHECK_OK;
	assert_int_equal(route_of(&r, &f->far), ROUTE_OVER);
	strvec_add(&r.states, "unknown");
	assert_int_equal(route_of(&r, &f->far), ROUTE_OVER);
	f->far.reference = xstrdup("baseline");
	assert_int_equal(route_of(&r, &f->far), ROUTE_PROBLEM);
	f->prod.state = STATE_UNKNOWN;
	assert_int_equal(route_of(&r, &f->prod), ROUTE_PROBLEM);
	strvec_free(&r.states);
}

/* What fails clears nothing, and another problem is none of the receiver's. */
static void
test_own_states(void **state)
{
	static const enum route routes[STATE_COUNT] = {
		[STATE_UNKNOWN] = ROUTE_QUIET,
		[STATE_UNSTAMPED] = ROUTE_OVER,
		[STATE_DRIFTED] = ROUTE_PROBLEM,
		[STATE_REVISION_MISMATCH] = ROUTE_OVER,
		[STATE_UNCONFIRMED] = ROUTE_QUIET,
		[STATE_MIGRATING] = ROUTE_PROBLEM,
		[STATE_IN_SYNC] = ROUTE_OVER,
	};
	struct conf_receiver r = {.severity = cosmetic};
	struct fixture *f = *state;

	strvec_add(&r.states, "drifted");
	strvec_add(&r.states, "migrating");
	for (int s = 0; s < STATE_COUNT; s++) {
		f->prod.state = (enum state)s;
		assert_int_equal(route_of(&r, &f->prod), routes[s]);
	}
	strvec_free(&r.states);
}

static void
test_severity(void **state)
{
	struct conf_receiver r = {.severity = breaking};
	struct fixture *f = *state;

	assert_int_equal(route_of(&r, &f->staging), ROUTE_PROBLEM);
	for (size_t i = 0; i < f->differs.n_findings; i++)
		f->findings[i].severity = SEVERITY_ADDITIVE;
	assert_int_equal(route_of(&r, &f->staging), ROUTE_OVER);
	r.severity = additive;
	assert_int_equal(route_of(&r, &f->staging), ROUTE_PROBLEM);
	for (size_t i = 0; i < f->differs.n_findings; i++)
		f->findings[i].severity = SEVERITY_COSMETIC;
	assert_int_equal(route_of(&r, &f->staging), ROUTE_OVER);
	r.severity = cosmetic;
	assert_int_equal(route_of(&r, &f->staging), ROUTE_PROBLEM);
	/* It is of drift alone. */
	r.severity = breaking;
	assert_int_equal(route_of(&r, &f->prod), ROUTE_PROBLEM);
}

static void
test_environments(void **state)
{
	static const struct {
		const char *globs[3];
		bool prod, staging;
	} cases[] = {
		{{NULL}, true, true},
		{{"prod"}, true, false},
		{{"p*", "s*"}, true, true},
		{{"!prod"}, false, true},
		{{"*", "!st*"}, true, false},
		{{"*", "!*", "prod"}, true, false},
		{{"pro"}, false, false},
	};
	const struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct conf_receiver r = {.severity = cosmetic};

		for (size_t k = 0; k < 3 && cases[i].globs[k]; k++)
			strvec_add(&r.environments, cases[i].globs[k]);
		assert_int_equal(route_has(&r, &f->prod), cases[i].prod);
		assert_int_equal(route_has(&r, &f->staging), cases[i].staging);
		strvec_free(&r.environments);
	}
}

static void
test_labels(void **state)
{
	static const struct {
		const char *labels[2];
		bool prod;
	} cases[] = {
		{{"team=orders"}, true},
		{{"team=o*"}, true},
		{{"team=shop"}, false},
		{{"team=orders", "app=Shop*"}, true},
		{{"team=orders", "tier=1"}, false},
		{{"tier="}, true},
	};
	const struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct conf_receiver r = {.severity = cosmetic};

		for (size_t k = 0; k < 2 && cases[i].labels[k]; k++)
			strvec_add(&r.labels, cases[i].labels[k]);
		assert_int_equal(route_has(&r, &f->prod), cases[i].prod);
		assert_int_equal(route_of(&r, &f->prod),
			cases[i].prod ? ROUTE_PROBLEM : ROUTE_OVER);
		strvec_free(&r.labels);
	}
}

/* The configuration knows the words of the states by itself. */
static void
test_words(void **state)
{
	(void)state;
	for (int s = 0; s < STATE_COUNT; s++)
		assert_true(receiver_is_state(state_word((enum state)s)));
	assert_false(receiver_is_state("fine"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_usual_states, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bare, setup, teardown),
		cmocka_unit_test_setup_teardown(test_own_states, setup, teardown),
		cmocka_unit_test_setup_teardown(test_severity, setup, teardown),
		cmocka_unit_test_setup_teardown(test_environments, setup, teardown),
		cmocka_unit_test_setup_teardown(test_labels, setup, teardown),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
