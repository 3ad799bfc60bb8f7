#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "verdict/verdict.h"

#define BIT(x) (1u << (x))
#define ANY (~0u)

/* Contract 1, its table of states row by row: the first row that fits says the state.
 * Independent of the code under test: sets instead of decisions. */
static const struct {
	unsigned check, revision, schema;
	/* Sets of 0 and 1; `expects`: an expected catalog is configured. */
	unsigned migrating, confirmed, allow_empty, expects, watched;
	enum state state;
} rows[] = {
	{~BIT(CHECK_OK), ANY, ANY, ANY, ANY, ANY, ANY, ANY, STATE_UNKNOWN},
	{ANY, ANY, ANY, BIT(1), ANY, ANY, ANY, ANY, STATE_MIGRATING},
	/* What is configured to be compared could not be; a database that may be empty
	 * has nothing to compare. */
	{ANY, ~BIT(REVISION_EMPTY_DATABASE),
		BIT(SCHEMA_NOT_CHECKED) | BIT(SCHEMA_NOT_COMPARABLE), ANY, ANY, ANY,
		BIT(1), ANY, STATE_UNKNOWN},
	{ANY, ANY, BIT(SCHEMA_NOT_CHECKED) | BIT(SCHEMA_NOT_COMPARABLE), ANY, ANY,
		BIT(0), BIT(1), ANY, STATE_UNKNOWN},
	{ANY, BIT(REVISION_NOT_CHECKED), ANY, ANY, ANY, ANY, ANY, BIT(1),
		STATE_UNKNOWN},
	/* Nothing is configured to be compared. */
	{ANY, BIT(REVISION_NOT_CHECKED), ANY, ANY, ANY, ANY, BIT(0), ANY,
		STATE_UNKNOWN},
	{ANY,
		BIT(REVISION_UNSTAMPED) | BIT(REVISION_BEHIND) | BIT(REVISION_AHEAD) |
			BIT(REVISION_DIVERGED) | BIT(REVISION_UNKNOWN_REVISION) |
			BIT(REVISION_UNKNOWN_HEAD),
		ANY, ANY, BIT(0), ANY, ANY, ANY, STATE_UNCONFIRMED},
	{ANY, BIT(REVISION_EMPTY_DATABASE), ANY, ANY, BIT(0), BIT(0), ANY, ANY,
		STATE_UNCONFIRMED},
	{ANY, ANY, BIT(SCHEMA_DRIFTED) | BIT(SCHEMA_OTHER_REVISION), ANY, BIT(0), ANY,
		ANY, ANY, STATE_UNCONFIRMED},
	{ANY, BIT(REVISION_UNSTAMPED), ANY, ANY, ANY, ANY, ANY, ANY, STATE_UNSTAMPED},
	{ANY,
		BIT(REVISION_BEHIND) | BIT(REVISION_AHEAD) | BIT(REVISION_DIVERGED) |
			BIT(REVISION_UNKNOWN_REVISION) | BIT(REVISION_UNKNOWN_HEAD),
		ANY, ANY, ANY, ANY, ANY, ANY, STATE_REVISION_MISMATCH},
	{ANY, BIT(REVISION_EMPTY_DATABASE), ANY, ANY, ANY, BIT(0), ANY, ANY,
		STATE_REVISION_MISMATCH},
	{ANY, ANY, BIT(SCHEMA_OTHER_REVISION), ANY, ANY, ANY, ANY, ANY,
		STATE_REVISION_MISMATCH},
	{ANY, ANY, BIT(SCHEMA_DRIFTED), ANY, ANY, ANY, ANY, ANY, STATE_DRIFTED},
	{ANY, ANY, ANY, ANY, ANY, ANY, ANY, ANY, STATE_IN_SYNC},
};

static enum state
state_by_contract(const struct verdict_input *in)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if ((rows[i].check & BIT(in->check)) &&
			(rows[i].revision & BIT(in->revision)) &&
			(rows[i].schema & BIT(in->schema)) &&
			(rows[i].migrating & BIT(in->migrating)) &&
			(rows[i].confirmed & BIT(in->revision_confirmed)) &&
			(rows[i].allow_empty & BIT(in->allow_empty)) &&
			(rows[i].expects & BIT(in->reference != NULL)) &&
			(rows[i].watched & BIT(in->revision_watched)))
			return rows[i].state;
	fail();
	return STATE_COUNT;
}

enum {
	COMBINATIONS =
		CHECK_STATUS_COUNT * REVISION_STATUS_COUNT * SCHEMA_STATUS_COUNT * 32
};

static struct verdict_input
combination(unsigned i)
{
	struct verdict_input in = {.migrating = i & 1,
		.revision_confirmed = i & 2,
		.schema_confirmed = i & 2,
		.allow_empty = i & 4,
		.reference = i & 8 ? "environment:dev" : NULL,
		.revision_watched = i & 16};

	i /= 32;
	in.check = i % CHECK_STATUS_COUNT;
	i /= CHECK_STATUS_COUNT;
	in.schema = i % SCHEMA_STATUS_COUNT;
	in.revision = i / SCHEMA_STATUS_COUNT;
	return in;
}

static void
test_every_combination(void **state)
{
	unsigned seen[STATE_COUNT] = {0};

	(void)state;
	for (unsigned i = 0; i < COMBINATIONS; i++) {
		struct verdict_input in = combination(i);
		enum state got = verdict_state(&in), expected = state_by_contract(&in);

		if (got != expected)
			fail_msg(
				"check %u revision %u schema %u migrating %d confirmed "
				"%d allow_empty %d: %s, not %s",
				in.check, in.revision, in.schema, in.migrating,
				in.revision_confirmed, in.allow_empty, state_word(got),
				state_word(expected));
		seen[got]++;
	}
	for (unsigned s = 0; s < STATE_COUNT; s++)
		assert_true(seen[s] > 0);
}

/* What is said if the check was good, confirmed and had all to compare, is a finding.
 */
static void
test_finding(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COMBINATIONS; i++) {
		struct verdict_input in = combination(i), sure = in;
		enum state said;

		sure.check = CHECK_OK;
		sure.migrating = false;
		sure.revision_confirmed = sure.schema_confirmed = true;
		said = verdict_state(&sure);
		if (said != STATE_UNKNOWN)
			assert_int_equal(
				verdict_is_finding(&in), said != STATE_IN_SYNC);
	}
}

static void
test_words(void **state)
{
	static const char *const checks[] = {
		"ok", "unreachable", "error", "not_checked"};
	static const char *const schemas[] = {"in_sync", "drifted", "other_revision",
		"not_comparable", "not_checked"};
	static const char *const worst_first[] = {"unknown", "unstamped", "drifted",
		"revision_mismatch", "unconfirmed", "migrating", "in_sync"};
	enum state s;

	(void)state;
	for (unsigned i = 0; i < CHECK_STATUS_COUNT; i++)
		assert_string_equal(check_status_word(i), checks[i]);
	for (unsigned i = 0; i < SCHEMA_STATUS_COUNT; i++)
		assert_string_equal(schema_status_word(i), schemas[i]);
	assert_null(schema_relation_word(RELATION_NONE));
	assert_null(schema_relation_word(RELATION_SAME));
	assert_string_equal(
		schema_relation_word(RELATION_REFERENCE_AHEAD), "reference_ahead");
	assert_string_equal(
		schema_relation_word(RELATION_REFERENCE_BEHIND), "reference_behind");
	assert_string_equal(schema_relation_word(RELATION_UNRELATED), "unrelated");
	for (unsigned i = 0; i < STATE_COUNT; i++) {
		assert_string_equal(state_word(i), worst_first[i]);
		assert_true(state_parse(worst_first[i], &s));
		assert_int_equal(s, i);
		for (unsigned k = 0; k < STATE_COUNT; k++)
			assert_int_equal(state_worst(i, k), i < k ? i : k);
	}
	assert_false(state_parse("fine", &s));
	assert_false(state_parse("", &s));
}

static void
test_check_status(void **state)
{
	(void)state;
	assert_int_equal(verdict_check_status(ERR_NONE), CHECK_OK);
	assert_int_equal(verdict_check_status(ERR_CONNECT), CHECK_UNREACHABLE);
	for (enum err_code c = ERR_AUTH; c <= ERR_FORMAT; c++)
		assert_int_equal(verdict_check_status(c), CHECK_ERROR);
}

/* r1 <- r2 <- r3, and r1 <- x2: two lines from one base. */
static struct migrations *
graph(void)
{
	const char *srcdir = getenv("srcdir");
	char *path = xasprintf("%s/tests/unit/verdict/relation", srcdir ? srcdir : ".");
	const struct migrations_source src = {.tool = "alembic", .path = path};
	struct migrations *h;
	struct err e;

	if (!migrations_read(&src, &h, &e))
		fail_msg("%s", e.text);
	free(path);
	return h;
}

static enum schema_relation
relation(const struct migrations *h, const char *expected, const char *recorded)
{
	struct strvec e = {0}, r = {0};
	enum schema_relation found;

	strvec_split(&e, expected, ',');
	strvec_split(&r, recorded, ',');
	strvec_sort(&e);
	strvec_sort(&r);
	found = verdict_relation(h, &e, &r);
	strvec_free(&e);
	strvec_free(&r);
	return found;
}

static void
test_relation_by_graph(void **state)
{
	static const struct {
		const char *expected, *recorded;
		enum schema_relation relation;
	} cases[] = {
		{"r1", "r1", RELATION_SAME},
		{"r2", "r1", RELATION_REFERENCE_AHEAD},
		{"r3", "r1", RELATION_REFERENCE_AHEAD},
		{"r1", "r2", RELATION_REFERENCE_BEHIND},
		{"r1", "r3", RELATION_REFERENCE_BEHIND},
		{"x2", "r3", RELATION_UNRELATED},
		{"r3,x2", "r3", RELATION_REFERENCE_AHEAD},
		{"x2", "r3,x2", RELATION_REFERENCE_BEHIND},
		{"r3,x2", "r3,x2", RELATION_SAME},
		/* An ancestor beside its descendant adds nothing. */
		{"r2", "r1,r2", RELATION_SAME},
		{"r1,r2", "r2", RELATION_SAME},
		{"gone", "r3", RELATION_UNRELATED},
	};
	struct migrations *h = graph();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (relation(h, cases[i].expected, cases[i].recorded) !=
			cases[i].relation)
			fail_msg("%s against %s", cases[i].expected, cases[i].recorded);
	migrations_free(h);
}

static char a[] = "a", b[] = "b";
static char *ids[] = {a, b};
static const struct strvec none, one_a = {ids, 1, 1}, one_b = {ids + 1, 1, 1},
				 both = {ids, 2, 2};

static void
test_schema(void **state)
{
	static const struct {
		const struct strvec *expected, *recorded;
		enum revision_status revision;
		enum schema_status status; /* where there are differences */
	} cases[] = {
		{&one_a, &one_a, REVISION_AT_HEAD, SCHEMA_DRIFTED},
		{&both, &both, REVISION_AT_HEAD, SCHEMA_DRIFTED},
		{&one_b, &one_a, REVISION_BEHIND, SCHEMA_OTHER_REVISION},
		{&one_a, &one_a, REVISION_BEHIND, SCHEMA_DRIFTED},
		{&one_a, &both, REVISION_AHEAD, SCHEMA_OTHER_REVISION},
		{&one_b, &one_a, REVISION_AT_HEAD, SCHEMA_OTHER_REVISION},
		{&one_a, &none, REVISION_UNSTAMPED, SCHEMA_DRIFTED},
		{&one_b, &one_a, REVISION_UNKNOWN_REVISION, SCHEMA_DRIFTED},
		{&one_b, &one_a, REVISION_UNKNOWN_HEAD, SCHEMA_OTHER_REVISION},
		/* Nothing is known of the expected catalog's revision. */
		{&none, &one_a, REVISION_AT_HEAD, SCHEMA_DRIFTED},
		{NULL, &one_a, REVISION_BEHIND, SCHEMA_DRIFTED},
		{&none, &none, REVISION_NOT_CHECKED, SCHEMA_DRIFTED},
		{NULL, NULL, REVISION_NOT_CHECKED, SCHEMA_DRIFTED},
		/* No revision is watched, but the catalogs carry one. */
		{&one_a, &none, REVISION_NOT_CHECKED, SCHEMA_DRIFTED},
		{&one_b, &one_a, REVISION_NOT_CHECKED, SCHEMA_OTHER_REVISION},
		/* No tables: all is still to come, unless it is recorded as done. */
		{&one_a, &none, REVISION_EMPTY_DATABASE, SCHEMA_OTHER_REVISION},
		{&none, &none, REVISION_EMPTY_DATABASE, SCHEMA_OTHER_REVISION},
		{&one_b, &one_a, REVISION_EMPTY_DATABASE, SCHEMA_OTHER_REVISION},
		{&one_a, &one_a, REVISION_EMPTY_DATABASE, SCHEMA_DRIFTED},
	};
	struct diff same = {.status = DIFF_IN_SYNC};
	struct diff differs = {.status = DIFF_DRIFTED};
	struct diff apples = {.status = DIFF_NOT_COMPARABLE};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		enum schema_relation r =
			verdict_relation(NULL, cases[i].expected, cases[i].recorded);
		enum revision_status s = cases[i].revision;

		assert_int_equal(verdict_schema(&differs, r, s), cases[i].status);
		assert_int_equal(verdict_schema(&same, r, s), SCHEMA_IN_SYNC);
		assert_int_equal(verdict_schema(&apples, r, s), SCHEMA_NOT_COMPARABLE);
		assert_int_equal(verdict_schema(NULL, r, s), SCHEMA_NOT_CHECKED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_combination),
		cmocka_unit_test(test_finding),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_check_status),
		cmocka_unit_test(test_relation_by_graph),
		cmocka_unit_test(test_schema),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
