#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diff/kept.h"
#include "verdict/confirm.h"

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
	uint64_t keys[COUNT_OF(some_findings)];
	bool confirmed[COUNT_OF(some_findings)];
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

static void
look_for(struct scene *s, struct confirmation *c, unsigned confirm, bool sighting)
{
	const struct confirm_rules r = {.confirm = confirm, .sighting = sighting};

	confirmation_step(c, &s->in, &r, s->keys, s->confirmed);
}

/* Which of the two it is goes by how much other findings hold. */
static void
test_a_long_text_is_what_stands_for_it(void **state)
{
	char text[1000], other[1000];
	struct finding whole = some_findings[0], instead = whole;
	uint64_t key;
	char *stands;

	(void)state;
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	memcpy(other, text, sizeof text);
	other[sizeof other - 2] = 'y';
	stands = kept_instead(text);
	assert_null(kept_instead(stands));
	whole.found = text;
	instead.found = stands;
	key = confirm_key_finding(&whole);
	assert_true(confirm_key_finding(&instead) == key);
	whole.found = other;
	assert_true(confirm_key_finding(&whole) != key);
	free(stands);
}

static void
test_at_once(void **state)
{
	struct confirmation c = {0};
	struct scene s;

	(void)state;
	for (unsigned confirm = 0; confirm < 2; confirm++) {
		set_scene(&s);
		look_for(&s, &c, confirm, false);
		assert_true(s.confirmed[0] && s.confirmed[1]);
		assert_true(s.in.schema_confirmed && s.in.revision_confirmed);
		confirmation_fini(&c);
	}
}

/* Each for itself: one that stands is not taken back by others that are new. */
static void
test_each_counts(void **state)
{
	struct confirmation c = {0};
	struct scene s;

	(void)state;
	set_scene(&s);
	for (unsigned i = 1; i <= 10; i++) {
		char name[32];

		snprintf(name, sizeof name, "public.job_%u", i);
		s.findings[1].name = name;
		look_for(&s, &c, 3, true);
		assert_int_equal(s.confirmed[0], i >= 3);
		assert_int_equal(s.in.schema_confirmed, i >= 3);
		assert_false(s.confirmed[1]);
		assert_int_equal(verdict_state(&s.in),
			i >= 3 ? STATE_DRIFTED : STATE_UNCONFIRMED);
	}
	confirmation_fini(&c);
}

/* Old facts that are judged again are no sighting. */
static void
test_only_checks_count(void **state)
{
	struct confirmation c = {0};
	struct scene s;

	(void)state;
	set_scene(&s);
	look_for(&s, &c, 2, true);
	for (int i = 0; i < 5; i++)
		look_for(&s, &c, 2, false);
	assert_false(s.confirmed[0]);
	look_for(&s, &c, 2, true);
	assert_true(s.confirmed[0]);
	/* What the reference brings up was not seen in any check yet. */
	s.findings[1].name = "public.other";
	look_for(&s, &c, 2, false);
	assert_true(s.confirmed[0]);
	assert_false(s.confirmed[1]);
	look_for(&s, &c, 2, true);
	assert_false(s.confirmed[1]);
	look_for(&s, &c, 2, true);
	assert_true(s.confirmed[1]);
	confirmation_fini(&c);
}

/* Findings that are only kept, since nothing could be compared, are not seen either. */
static void
test_kept(void **state)
{
	const struct confirm_rules r = {.confirm = 2, .sighting = true, .kept = true};
	struct confirmation c = {0};
	struct scene s;

	(void)state;
	set_scene(&s);
	look_for(&s, &c, 2, true);
	confirmation_step(&c, &s.in, &r, s.keys, s.confirmed);
	assert_false(s.confirmed[0]);
	confirmation_fini(&c);
}

/* Gone at once, and then it begins anew. */
static void
test_gone(void **state)
{
	struct confirmation c = {0};
	struct scene s;

	(void)state;
	set_scene(&s);
	look_for(&s, &c, 2, true);
	look_for(&s, &c, 2, true);
	s.diff.n_findings = 1;
	look_for(&s, &c, 2, true);
	assert_int_equal(c.n_gone, 1);
	assert_true(s.in.schema_confirmed);
	s.diff.n_findings = 2;
	look_for(&s, &c, 2, true);
	assert_true(s.confirmed[0]);
	assert_false(s.confirmed[1]);
	confirmation_fini(&c);
}

/* A revision that is not confirmed hides no drift that is. */
static void
test_axes(void **state)
{
	struct confirmation c = {0};
	struct scene s;

	(void)state;
	set_scene(&s);
	look_for(&s, &c, 2, true);
	look_for(&s, &c, 2, true);
	s.in.revision = REVISION_UNSTAMPED;
	look_for(&s, &c, 2, true);
	assert_false(s.in.revision_confirmed);
	assert_int_equal(verdict_state(&s.in), STATE_DRIFTED);
	look_for(&s, &c, 2, true);
	assert_int_equal(verdict_state(&s.in), STATE_UNSTAMPED);
	/* The same findings, which a pending migration explains now. */
	s.in.schema = SCHEMA_OTHER_REVISION;
	look_for(&s, &c, 2, true);
	assert_false(s.in.schema_confirmed);
	assert_true(s.confirmed[0]);
	confirmation_fini(&c);
}

/* Whether a step has changed anything says whether there is anything to be kept. */
static void
test_same(void **state)
{
	struct confirmation c = {0};
	struct scene s;

	(void)state;
	set_scene(&s);
	for (int i = 0; i < 4; i++) {
		look_for(&s, &c, 3, true);
		assert_int_equal(c.same, i == 3);
	}
	s.diff.n_findings = 1;
	look_for(&s, &c, 3, true);
	assert_false(c.same);
	look_for(&s, &c, 3, false);
	assert_true(c.same);
	s.diff.findings = &s.findings[1];
	look_for(&s, &c, 3, true);
	assert_false(c.same);
	s.in.revision = REVISION_UNSTAMPED;
	look_for(&s, &c, 1, false);
	assert_false(c.same);
	confirmation_fini(&c);
}

/* Findings that have their keys, in steps of which some are known by the one before:
 * each says what one says that is not. */
static void
test_repeated(void **state)
{
	static const struct {
		unsigned confirm;
		bool sighting, kept;
		enum schema_status schema;
		enum revision_status revision;
		size_t n_findings;
	} steps[] = {
		{3, true, false, SCHEMA_DRIFTED, REVISION_AT_HEAD, 2},
		{3, false, false, SCHEMA_DRIFTED, REVISION_AT_HEAD, 2},
		{3, true, false, SCHEMA_DRIFTED, REVISION_AT_HEAD, 2},
		{3, true, true, SCHEMA_DRIFTED, REVISION_AT_HEAD, 2},
		{3, true, true, SCHEMA_DRIFTED, REVISION_AT_HEAD, 2},
		{3, true, false, SCHEMA_DRIFTED, REVISION_AT_HEAD, 2},
		{3, true, false, SCHEMA_DRIFTED, REVISION_AT_HEAD, 2},
		{3, true, false, SCHEMA_DRIFTED, REVISION_AT_HEAD, 2},
		{3, false, false, SCHEMA_DRIFTED, REVISION_AT_HEAD, 2},
		{3, true, false, SCHEMA_DRIFTED, REVISION_BEHIND, 2},
		{3, true, false, SCHEMA_DRIFTED, REVISION_BEHIND, 2},
		{2, true, false, SCHEMA_DRIFTED, REVISION_BEHIND, 2},
		{2, true, false, SCHEMA_OTHER_REVISION, REVISION_BEHIND, 2},
		{2, true, false, SCHEMA_OTHER_REVISION, REVISION_BEHIND, 2},
		{2, true, false, SCHEMA_OTHER_REVISION, REVISION_BEHIND, 2},
		{2, true, false, SCHEMA_OTHER_REVISION, REVISION_BEHIND, 2},
		{2, true, false, SCHEMA_IN_SYNC, REVISION_BEHIND, 2},
		{2, true, false, SCHEMA_IN_SYNC, REVISION_BEHIND, 2},
		{2, true, false, SCHEMA_DRIFTED, REVISION_BEHIND, 2},
	};
	struct confirmation known = {0}, anew = {0};
	struct scene a, b;

	(void)state;
	set_scene(&a);
	set_scene(&b);
	a.diff.refs = 1;
	for (size_t i = 0; i < COUNT_OF(some_findings); i++)
		a.findings[i].key = finding_key(&a.findings[i]);
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		const struct confirm_rules r = {.confirm = steps[i].confirm,
			.sighting = steps[i].sighting,
			.kept = steps[i].kept};

		a.in.schema = b.in.schema = steps[i].schema;
		a.in.revision = b.in.revision = steps[i].revision;
		memset(a.keys, 0, sizeof a.keys);
		memset(b.keys, 0, sizeof b.keys);
		memset(a.confirmed, 0, sizeof a.confirmed);
		memset(b.confirmed, 0, sizeof b.confirmed);
		confirmation_step(&known, &a.in, &r, a.keys, a.confirmed);
		confirmation_step(&anew, &b.in, &r, b.keys, b.confirmed);
		assert_memory_equal(a.keys, b.keys, sizeof a.keys);
		assert_memory_equal(a.confirmed, b.confirmed, sizeof a.confirmed);
		assert_int_equal(a.in.revision_confirmed, b.in.revision_confirmed);
		assert_int_equal(a.in.schema_confirmed, b.in.schema_confirmed);
		assert_int_equal(known.same, anew.same);
		assert_int_equal(known.n, anew.n);
		assert_int_equal(known.n_gone, anew.n_gone);
		for (size_t k = 0; k < known.n; k++) {
			assert_int_equal(known.v[k].key, anew.v[k].key);
			assert_int_equal(known.v[k].seen, anew.v[k].seen);
			assert_int_equal(known.v[k].confirmed, anew.v[k].confirmed);
			assert_int_equal(known.v[k].is_new, anew.v[k].is_new);
		}
	}
	confirmation_fini(&known);
	confirmation_fini(&anew);
	assert_int_equal(a.diff.refs, 1);
}

/* A reload that asks for more takes nothing back. */
static void
test_stays_confirmed(void **state)
{
	struct confirmation c = {0};
	struct scene s;

	(void)state;
	set_scene(&s);
	for (int i = 0; i < 100; i++)
		look_for(&s, &c, 4, true);
	assert_int_equal(c.v[0].seen, 4);
	look_for(&s, &c, 6, true);
	assert_true(s.confirmed[0] && s.in.schema_confirmed);
	confirmation_fini(&c);
}

/* ---- What is the same finding ---- */

typedef void change_fn(struct scene *s);

static void
other_kind(struct scene *s)
{
	s->findings[1].kind = KIND_VIEW;
}

static void
other_on(struct scene *s)
{
	s->findings[1].on = KIND_TABLE;
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
	static change_fn *const changes[] = {other_kind, other_on, other_change,
		other_name, other_property, other_found, empty_is_not_missing};
	struct scene s;

	(void)state;
	set_scene(&s);
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		uint64_t key[2] = {confirm_key_finding(&some_findings[0]),
			confirm_key_finding(&some_findings[1])};

		set_scene(&s);
		changes[i](&s);
		assert_true(key[0] != confirm_key_finding(&s.findings[0]) ||
			    key[1] != confirm_key_finding(&s.findings[1]));
	}
	s.findings[0].severity = SEVERITY_COSMETIC;
	s.findings[0].note = "what is said of it is not what it is";
	assert_true(confirm_key_finding(&some_findings[0]) ==
		    confirm_key_finding(&s.findings[0]));
}

static void
test_key_of_rows(void **state)
{
	static char a[] = "a", ab[] = "ab", bc[] = "bc", c[] = "c";
	static char *one[] = {ab, c}, *other[] = {a, bc};
	const struct strvec rows[] = {{one, 2, 2}, {other, 2, 2}, {one, 1, 2}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		for (size_t k = 0; k < COUNT_OF(rows); k++)
			assert_int_equal(
				confirm_key_revision(REVISION_BEHIND, &rows[i]) ==
					confirm_key_revision(REVISION_BEHIND, &rows[k]),
				i == k);
	assert_true(confirm_key_revision(REVISION_BEHIND, &rows[0]) !=
		    confirm_key_revision(REVISION_AHEAD, &rows[0]));
	assert_true(confirm_key_schema(SCHEMA_DRIFTED) !=
		    confirm_key_schema(SCHEMA_OTHER_REVISION));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_at_once),
		cmocka_unit_test(test_a_long_text_is_what_stands_for_it),
		cmocka_unit_test(test_each_counts),
		cmocka_unit_test(test_only_checks_count),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_axes),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_repeated),
		cmocka_unit_test(test_stays_confirmed),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_key_of_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
