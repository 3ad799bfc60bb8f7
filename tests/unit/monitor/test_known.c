/* What is kept comes back whole, and what is not understood not at all. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "monitor/environment.h"
#include "monitor/known.h"
#include "tests/unit/catalog/literal.h"

static struct published_environment *
drifted(void)
{
	struct snapshot *expected = CATALOG("schema /public", "table public/t",
				"column public/t/id|type=integer", "table public/u"),
			*found = CATALOG("schema /public", "table public/t",
				"column public/t/id|type=bigint");
	struct compare_options o = COMPARE_DEFAULTS;
	struct published_environment *p = xcalloc(1, sizeof *p);

	p->server_version = xstrdup("15.18");
	p->revision.status = REVISION_BEHIND;
	p->behind_known = true;
	strvec_add(&p->revision.recorded, "a");
	strvec_add(&p->revision.expected, "b");
	strvec_add(&p->revision.pending, "b");
	p->schema = SCHEMA_DRIFTED;
	p->reference = xstrdup("environment:dev");
	p->fingerprint = xstrdup(found->fingerprint);
	p->objects[KIND_TABLE] = 1;
	p->drift_since_ms = 1789000000123;
	p->lasting = STATE_REVISION_MISMATCH;
	p->lasting_since_ms = 1788000000123;
	p->unwatched_from_ms = 1788500000123;
	p->unwatched_to_ms = 1788600000123;
	p->diff = diff_compare(expected, found, &o);
	assert_int_equal(p->diff->n_findings, 2);
	p->sightings = sightings_new(p->diff, 1788900000123);
	p->sightings->first_ms[1] = 1788950000123;
	snapshot_unref(expected);
	snapshot_unref(found);
	return p;
}

/* One finding is confirmed, the other was seen once. */
static void
count(const struct published_environment *p, struct confirmation *c)
{
	const struct thing things[] = {
		{.kind = THING_REVISION,
			.key = confirm_key_revision(
				p->revision.status, &p->revision.recorded),
			.seen = 2,
			.confirmed = true},
		{.kind = THING_FINDING,
			.key = confirm_key_finding(&p->diff->findings[0]),
			.seen = 2,
			.confirmed = true,
			.settled = true},
		{.kind = THING_FINDING,
			.key = confirm_key_finding(&p->diff->findings[1]),
			.seen = 1},
	};

	for (size_t i = 0; i < COUNT_OF(things); i++)
		confirmation_add(c, &things[i]);
	confirmation_sort(c);
}

static char *
text_of(const struct published_environment *p)
{
	struct confirmation c = {0};
	struct flapping f = {0};
	char *text;

	count(p, &c);
	text = known_write(p, &c, &f);
	confirmation_fini(&c);
	return text;
}

static void
test_round_trip(void **state)
{
	struct published_environment *p = drifted(), *q;
	char *text = text_of(p), *again;
	struct confirmation c = {0};
	struct flapping f = {0};
	const struct thing *t;

	(void)state;
	q = known_read(text, &c, &f);
	assert_non_null(q);
	assert_int_equal(c.n, 3);
	t = confirmation_find(&c, confirm_key_finding(&p->diff->findings[0]));
	assert_true(t->confirmed && t->settled);
	t = confirmation_find(&c, confirm_key_finding(&q->diff->findings[1]));
	assert_true(!t->confirmed && !t->settled);
	assert_int_equal(t->seen, 1);
	confirmation_fini(&c);
	assert_true(diff_equal(p->diff, q->diff));
	assert_int_equal(q->drift_since_ms, p->drift_since_ms);
	assert_int_equal(q->lasting, p->lasting);
	assert_int_equal(q->lasting_since_ms, p->lasting_since_ms);
	assert_int_equal(q->unwatched_from_ms, p->unwatched_from_ms);
	assert_int_equal(q->unwatched_to_ms, p->unwatched_to_ms);
	assert_int_equal(q->n_objects, 1);
	assert_int_equal(published_first_seen(q, 0), 1788900000123);
	assert_int_equal(published_first_seen(q, 1), 1788950000123);
	again = text_of(q);
	assert_string_equal(text, again);
	free(text);
	free(again);
	published_environment_free(p);
	published_environment_free(q);
}

/* As it was written when all was counted as one. */
static void
test_one_count(void **state)
{
	static const char text[] =
		"{\"format\": 1, \"server_version\": \"15.18\", \"seen\": 2, "
		"\"key\": \"00\", \"revision\": {\"status\": \"at_head\", "
		"\"recorded\": [\"a\"], \"expected\": [\"a\"], \"pending\": []}, "
		"\"schema\": {\"status\": \"drifted\", \"findings\": ["
		"{\"kind\": \"table\", \"name\": \"public.u\", \"change\": "
		"\"missing\", \"severity\": \"breaking\", \"expected\": null, "
		"\"found\": null}]}}";
	struct confirmation c = {0};
	struct flapping f = {0};
	struct published_environment *p = known_read(text, &c, &f);
	const struct thing *t;

	(void)state;
	assert_non_null(p);
	t = confirmation_find(&c, confirm_key_finding(&p->diff->findings[0]));
	assert_non_null(t);
	assert_int_equal(t->seen, 2);
	t = confirmation_find(&c, confirm_key_schema(SCHEMA_DRIFTED));
	assert_int_equal(t->seen, 2);
	confirmation_fini(&c);
	published_environment_free(p);
}

static void
test_fill(void **state)
{
	struct published_environment *known = drifted();
	struct published_environment same = {.reference = known->reference};
	struct published_environment *other = xcalloc(1, sizeof *other);

	(void)state;
	/* Of another reference only the revision is known. */
	other->schema = SCHEMA_NOT_CHECKED;
	other->reference = xstrdup("baseline");
	known_fill(other, known);
	assert_int_equal(other->revision.status, REVISION_BEHIND);
	assert_int_equal(other->schema, SCHEMA_NOT_CHECKED);
	assert_null(other->diff);
	published_environment_free(other);
	other = xcalloc(1, sizeof *other);
	other->reference = xstrdup(same.reference);
	known_fill(other, known);
	assert_int_equal(other->schema, SCHEMA_DRIFTED);
	assert_int_equal(other->diff->n_findings, 2);
	published_environment_free(other);
	published_environment_free(known);
}

static void
test_damaged(void **state)
{
	static const char *const texts[] = {"", "{}", "[]", "null", "{\"format\": 3}",
		"{\"format\": 2}", "{\"format\": 1}",
		"{\"format\": 1, \"revision\": {\"status\": \"at_head\"}}",
		"{\"format\": 1, \"revision\": {\"status\": \"at_head\"}, \"schema\": "
		"{\"status\": \"better\"}}",
		/* Drift without a finding, and findings of no known kind. */
		"{\"format\": 1, \"revision\": {\"status\": \"at_head\"}, \"schema\": "
		"{\"status\": \"drifted\"}}",
		"{\"format\": 1, \"revision\": {\"status\": \"at_head\"}, \"schema\": "
		"{\"status\": \"drifted\", \"findings\": [{\"kind\": \"x\"}]}}"};
	struct published_environment *p = drifted();
	char *text = text_of(p);
	struct confirmation c = {0};
	struct flapping f = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		assert_null(known_read(texts[i], &c, &f));
	for (size_t n = strlen(text) - 1; n > 0; n -= n > 40 ? 40 : n) {
		text[n] = '\0';
		assert_null(known_read(text, &c, &f));
	}
	free(text);
	published_environment_free(p);
}

/* All of its times, and nothing else. */
static void
test_step(void **state)
{
	const struct clock_step step = {
		INT64_C(1788500000000), INT64_C(1789000000999), -INT64_C(1000000000)};
	struct published_environment *p = drifted();
	char *text = known_step(text_of(p), &step), *expected;

	(void)state;
	p->unwatched_from_ms -= INT64_C(1000000000);
	p->unwatched_to_ms -= INT64_C(1000000000);
	p->drift_since_ms -= INT64_C(1000000000);
	p->sightings->first_ms[0] -= INT64_C(1000000000);
	p->sightings->first_ms[1] -= INT64_C(1000000000);
	expected = text_of(p);
	assert_string_equal(text, expected);
	free(text);
	assert_null(known_step(NULL, &step));
	text = known_step(xstrdup("{"), &step);
	assert_string_equal(text, "{");
	free(text);
	free(expected);
	published_environment_free(p);
}

/* All but the findings and their counts changes the digest. */
static void
test_digest(void **state)
{
	struct published_environment *p = drifted();
	char first[HASH_HEX_LEN], now[HASH_HEX_LEN];
	struct confirmation c = {0};
	struct flapping f = {0};

	(void)state;
	known_digest(p, &c, &f, first);
	p->diff->findings[0].severity = SEVERITY_COSMETIC;
	known_digest(p, &c, &f, now);
	assert_string_equal(first, now);
	p->drift_since_ms++;
	known_digest(p, &c, &f, now);
	assert_string_not_equal(first, now);
	p->drift_since_ms--;
	p->schema = SCHEMA_OTHER_REVISION;
	known_digest(p, &c, &f, now);
	assert_string_not_equal(first, now);
	p->schema = SCHEMA_DRIFTED;
	strvec_add(&p->revision.pending, "c");
	known_digest(p, &c, &f, now);
	assert_string_not_equal(first, now);
	published_environment_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_one_count),
		cmocka_unit_test(test_fill),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_step),
		cmocka_unit_test(test_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
