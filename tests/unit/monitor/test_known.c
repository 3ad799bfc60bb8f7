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
	p->diff = diff_compare(expected, found, &o);
	assert_int_equal(p->diff->n_findings, 2);
	snapshot_unref(expected);
	snapshot_unref(found);
	return p;
}

static char *
text_of(const struct published_environment *p)
{
	struct confirmation c = {.seen = 2, .key = "k"};

	return known_write(p, &c);
}

static void
test_round_trip(void **state)
{
	struct published_environment *p = drifted(), *q;
	char *text = text_of(p), *again;
	struct confirmation c;

	(void)state;
	q = known_read(text, &c);
	assert_non_null(q);
	assert_int_equal(c.seen, 2);
	assert_string_equal(c.key, "k");
	assert_true(diff_equal(p->diff, q->diff));
	assert_int_equal(q->drift_since_ms, p->drift_since_ms);
	assert_int_equal(q->n_objects, 1);
	again = text_of(q);
	assert_string_equal(text, again);
	free(text);
	free(again);
	published_environment_free(p);
	published_environment_free(q);
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
	static const char *const texts[] = {"", "{}", "[]", "null", "{\"format\": 2}",
		"{\"format\": 1}",
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
	struct confirmation c;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		assert_null(known_read(texts[i], &c));
	for (size_t n = strlen(text) - 1; n > 0; n -= n > 40 ? 40 : n) {
		text[n] = '\0';
		assert_null(known_read(text, &c));
	}
	free(text);
	published_environment_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_fill),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
