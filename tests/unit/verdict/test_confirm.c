#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"
#include "verdict/verdict.h"

static void
test_at_once(void **state)
{
	struct confirmation c = {0};

	(void)state;
	assert_true(confirmation_step(&c, "x", 0));
	confirmation_reset(&c);
	assert_true(confirmation_step(&c, "x", 1));
	assert_true(confirmation_step(&c, "y", 1));
}

static void
test_counts_in_a_row(void **state)
{
	struct confirmation c = {0};

	(void)state;
	assert_false(confirmation_step(&c, "x", 3));
	assert_false(confirmation_step(&c, "x", 3));
	assert_true(confirmation_step(&c, "x", 3));
	assert_true(confirmation_step(&c, "x", 3));
	assert_false(confirmation_step(&c, "y", 3));
	assert_false(confirmation_step(&c, "x", 3));
	assert_false(confirmation_step(&c, "x", 3));
	confirmation_reset(&c);
	assert_false(confirmation_step(&c, "x", 3));
	assert_int_equal(c.seen, 1);
}

static void
test_count_is_bounded(void **state)
{
	struct confirmation c = {0};

	(void)state;
	for (int i = 0; i < 100; i++)
		confirmation_step(&c, "x", 4);
	assert_int_equal(c.seen, 4);
	/* A reload may ask for more. */
	assert_false(confirmation_step(&c, "x", 6));
	assert_true(confirmation_step(&c, "x", 6));
}

/* ---- What is the same finding ---- */

static struct finding some_findings[] = {
	{.kind = KIND_COLUMN,
		.on = KIND_NONE,
		.name = "public.users.email",
		.change = CHANGE_CHANGED,
		.property = "type",
		.expected = "text",
		.found = "integer"},
	{.kind = KIND_INDEX,
		.on = KIND_NONE,
		.name = "public.i",
		.change = CHANGE_MISSING,
		.expected = "CREATE INDEX"},
};

struct scene {
	struct diff diff;
	struct judgement judgement;
	struct finding findings[COUNT_OF(some_findings)];
	struct verdict_input in;
};

static void
set_scene(struct scene *s)
{
	static char ab[] = "ab", c[] = "c";
	static char *rows[] = {ab, c};

	*s = (struct scene){0};
	memcpy(s->findings, some_findings, sizeof some_findings);
	s->diff = (struct diff){.status = DIFF_DRIFTED,
		.findings = s->findings,
		.n_findings = COUNT_OF(some_findings)};
	s->judgement.recorded = (struct strvec){rows, 2, 2};
	s->in = (struct verdict_input){.revision = REVISION_AT_HEAD,
		.schema = SCHEMA_DRIFTED,
		.diff = &s->diff,
		.judgement = &s->judgement};
}

typedef void change_fn(struct scene *s);

static void
other_revision_status(struct scene *s)
{
	s->in.revision = REVISION_BEHIND;
}

static void
other_schema_status(struct scene *s)
{
	s->in.schema = SCHEMA_OTHER_REVISION;
}

static void
other_rows(struct scene *s)
{
	static char a[] = "a", bc[] = "bc";
	static char *rows[] = {a, bc};

	s->judgement.recorded.v = rows;
}

static void
fewer_rows(struct scene *s)
{
	s->judgement.recorded.n = 1;
}

static void
fewer_findings(struct scene *s)
{
	s->diff.n_findings = 1;
}

static void
other_kind(struct scene *s)
{
	s->findings[1].kind = KIND_VIEW;
}

static void
other_change(struct scene *s)
{
	s->findings[1].change = CHANGE_UNEXPECTED;
}

static void
other_name(struct scene *s)
{
	s->findings[1].name = "public.j";
}

static void
other_property(struct scene *s)
{
	s->findings[0].property = "default";
}

static void
other_found(struct scene *s)
{
	s->findings[0].found = "bigint";
}

static void
empty_is_not_missing(struct scene *s)
{
	s->findings[1].found = "";
}

static void
test_key(void **state)
{
	static change_fn *const changes[] = {other_revision_status, other_schema_status,
		other_rows, fewer_rows, fewer_findings, other_kind, other_change,
		other_name, other_property, other_found, empty_is_not_missing};
	struct scene s;
	char key[65], again[65];

	(void)state;
	set_scene(&s);
	verdict_key(&s.in, key);
	assert_int_equal(strlen(key), 64);
	verdict_key(&s.in, again);
	assert_string_equal(key, again);
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		set_scene(&s);
		changes[i](&s);
		verdict_key(&s.in, again);
		assert_string_not_equal(key, again);
	}
}

/* A failed check says nothing new about what was found. */
static void
test_key_is_of_the_finding_only(void **state)
{
	struct scene s;
	char key[65], again[65];

	(void)state;
	set_scene(&s);
	verdict_key(&s.in, key);
	s.in.check = CHECK_UNREACHABLE;
	s.in.confirmed = true;
	s.in.migrating = true;
	verdict_key(&s.in, again);
	assert_string_equal(key, again);
	s.in = (struct verdict_input){.revision = REVISION_UNSTAMPED};
	verdict_key(&s.in, again);
	assert_string_not_equal(key, again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_at_once),
		cmocka_unit_test(test_counts_in_a_row),
		cmocka_unit_test(test_count_is_bounded),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_key_is_of_the_finding_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
