#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "receivers/notice.h"
#include "tests/unit/report/fixture.h"

static const int64_t now = INT64_C(1789898400000);

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

/* It says what the log does, and comes back from the store as it was. */
static void
test_round(void **state)
{
	const struct fixture *f = *state;
	struct notice *n = notice_of(&f->prod, NOTICE_PROBLEM, now), *back;
	char *text, *again;

	n->unsaid = 2;
	n->previous = xstrdup("drifted");
	text = notice_print(n);
	back = notice_parse(text);
	assert_non_null(back);
	again = notice_print(back);
	assert_string_equal(text, again);
	assert_string_equal(back->id, n->id);
	assert_string_equal(back->state, "unstamped");
	assert_string_equal(back->previous, "drifted");
	assert_true(back->is_error);
	assert_int_equal(back->since_ms, f->prod.since_ms);
	assert_int_equal(back->at_ms, now);
	assert_int_equal(back->unsaid, 2);
	assert_string_equal(back->labels.v[1], "team=orders");
	assert_string_equal(back->text, "prod: database is not stamped (recorded none, "
					"expected ab2c1f16b0b3)");
	free(text);
	free(again);
	notice_free(n);
	notice_free(back);
}

/* One change has one id; another has another. */
static void
test_id(void **state)
{
	const struct fixture *f = *state;
	struct notice *a = notice_of(&f->prod, NOTICE_PROBLEM, now);
	struct notice *b = notice_of(&f->prod, NOTICE_PROBLEM, now);
	struct notice *c = notice_of(&f->prod, NOTICE_RESOLVED, now);
	struct notice *d = notice_of(&f->staging, NOTICE_PROBLEM, now);

	assert_string_equal(a->id, b->id);
	assert_string_not_equal(a->id, c->id);
	assert_string_not_equal(a->id, d->id);
	notice_free(a);
	notice_free(b);
	notice_free(c);
	notice_free(d);
}

static void
test_gone(void **state)
{
	const struct fixture *f = *state;
	struct notice *told = notice_of(&f->prod, NOTICE_PROBLEM, now);
	struct notice *n = notice_gone(told, now + 1);
	char *text = notice_print(n);
	struct notice *back = notice_parse(text);

	assert_int_equal(back->status, NOTICE_RESOLVED);
	assert_null(back->state);
	assert_string_equal(back->environment, "prod");
	free(text);
	notice_free(told);
	notice_free(n);
	notice_free(back);
}

/* `unknown` is over where it is all that can be said. */
static void
test_bare(void **state)
{
	const struct fixture *f = *state;
	struct notice *n = notice_of(&f->far, NOTICE_RESOLVED, now);

	assert_string_equal(n->text, "far away: check succeeds again");
	notice_free(n);
}

static void
test_severity(void **state)
{
	const struct fixture *f = *state;

	assert_string_equal(notice_severity(&f->staging), "breaking");
	assert_null(notice_severity(&f->dev));
	assert_null(notice_severity(&f->far));
}

/* As etc/prometheus/alerts.yml has it. */
static void
test_urgency(void **state)
{
	static const struct {
		enum state state;
		enum revision_status revision;
		enum schema_status schema;
		enum severity severity;
		const char *word;
	} cases[] = {
		{STATE_DRIFTED, REVISION_AT_HEAD, SCHEMA_DRIFTED, SEVERITY_BREAKING,
			"critical"},
		{STATE_DRIFTED, REVISION_AT_HEAD, SCHEMA_DRIFTED, SEVERITY_ADDITIVE,
			"warning"},
		{STATE_DRIFTED, REVISION_AT_HEAD, SCHEMA_DRIFTED, SEVERITY_COSMETIC,
			"info"},
		{STATE_UNKNOWN, REVISION_AT_HEAD, SCHEMA_DRIFTED, SEVERITY_BREAKING,
			"warning"},
		{STATE_UNSTAMPED, REVISION_UNSTAMPED, SCHEMA_IN_SYNC, SEVERITY_COSMETIC,
			"critical"},
		{STATE_REVISION_MISMATCH, REVISION_UNKNOWN_REVISION, SCHEMA_IN_SYNC,
			SEVERITY_COSMETIC, "critical"},
		{STATE_REVISION_MISMATCH, REVISION_EMPTY_DATABASE, SCHEMA_NOT_CHECKED,
			SEVERITY_COSMETIC, "critical"},
		{STATE_REVISION_MISMATCH, REVISION_BEHIND, SCHEMA_OTHER_REVISION,
			SEVERITY_BREAKING, "warning"},
		{STATE_REVISION_MISMATCH, REVISION_BEHIND, SCHEMA_DRIFTED,
			SEVERITY_BREAKING, "critical"},
		{STATE_REVISION_MISMATCH, REVISION_BEHIND, SCHEMA_DRIFTED,
			SEVERITY_COSMETIC, "warning"},
		{STATE_MIGRATING, REVISION_BEHIND, SCHEMA_DRIFTED, SEVERITY_BREAKING,
			"warning"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct notice *n, *back;
		char *text;

		f->staging.state = cases[i].state;
		f->staging.revision.status = cases[i].revision;
		f->staging.schema = cases[i].schema;
		for (size_t j = 0; j < COUNT_OF(f->findings); j++)
			f->findings[j].severity = cases[i].severity;
		n = notice_of(&f->staging, NOTICE_PROBLEM, now);
		text = notice_print(n);
		back = notice_parse(text);
		assert_string_equal(notice_urgency_word(n->urgency), cases[i].word);
		assert_int_equal(back->urgency, n->urgency);
		free(text);
		notice_free(n);
		notice_free(back);
	}
}

/* What was told before there was any ends as it began. */
static void
test_no_urgency(void **state)
{
	static const char text[] =
		"{\"environment\":\"a\",\"text\":\"b\",\"id\":\"c\",\"status\":"
		"\"problem\",\"state\":\"unknown\",\"since_ms\":1,\"at_ms\":2,"
		"\"is_error\":%s}";
	static const char *const words[][2] = {
		{"true", "critical"}, {"false", "warning"}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		char *stored = xasprintf(text, words[i][0]);
		struct notice *n = notice_parse(stored);

		assert_string_equal(notice_urgency_word(n->urgency), words[i][1]);
		notice_free(n);
		free(stored);
	}
}

static void
test_damaged(void **state)
{
	static const char *const texts[] = {"", "{", "[]", "{}",
		"{\"environment\":\"a\",\"text\":\"b\",\"id\":\"c\",\"status\":\"d\","
		"\"since_ms\":1,\"at_ms\":2}",
		"{\"environment\":\"a\",\"text\":\"b\",\"id\":\"c\",\"status\":"
		"\"problem\",\"state\":null,\"since_ms\":1,\"at_ms\":2}"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		assert_null(notice_parse(texts[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round, setup, teardown),
		cmocka_unit_test_setup_teardown(test_id, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bare, setup, teardown),
		cmocka_unit_test_setup_teardown(test_severity, setup, teardown),
		cmocka_unit_test_setup_teardown(test_urgency, setup, teardown),
		cmocka_unit_test(test_no_urgency),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
