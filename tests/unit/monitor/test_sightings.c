/* Since when each finding has been there, from one comparison to the next. */
#include "monitor/sightings.h"

#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"
#include "diff/diff.h"
#include "tests/unit/catalog/literal.h"

static struct diff *
compared(struct snapshot *found)
{
	struct snapshot *expected = CATALOG("schema /public", "table public/t",
		"column public/t/id|type=integer", "table public/u", "table public/v");
	struct compare_options o = COMPARE_DEFAULTS;
	struct diff *d = diff_compare(expected, found, &o);

	snapshot_unref(expected);
	snapshot_unref(found);
	return d;
}

static int64_t
first_of(const struct sightings *s, const char *name)
{
	for (size_t i = 0; i < s->diff->n_findings; i++)
		if (!strcmp(s->diff->findings[i].name, name))
			return s->first_ms[i];
	return -1;
}

static struct sightings *
follow(struct sightings *before, struct diff *d, int64_t at_ms)
{
	struct sightings *now = sightings_follow(before, d, at_ms);

	sightings_unref(before);
	diff_unref(d);
	return now;
}

static void
test_follow(void **state)
{
	struct sightings *s;

	(void)state;
	/* u and v are missing, and a column has another type. */
	s = follow(NULL,
		compared(CATALOG("schema /public", "table public/t",
			"column public/t/id|type=bigint")),
		1);
	assert_int_equal(first_of(s, "public.u"), 1);
	/* v is there, w is new, and the column has a third type. */
	s = follow(s,
		compared(CATALOG("schema /public", "table public/t", "table public/v",
			"table public/w", "column public/t/id|type=text")),
		2);
	assert_int_equal(first_of(s, "public.u"), 1);
	assert_int_equal(first_of(s, "public.t.id"), 1);
	assert_int_equal(first_of(s, "public.w"), 2);
	assert_int_equal(first_of(s, "public.v"), -1);
	/* What comes back is new; so is one that changed in another way. */
	s = follow(s,
		compared(CATALOG("schema /public", "table public/t", "table public/u",
			"table public/w")),
		3);
	assert_int_equal(first_of(s, "public.v"), 3);
	assert_int_equal(first_of(s, "public.w"), 2);
	assert_int_equal(first_of(s, "public.t.id"), 3);
	sightings_unref(s);
}

static void
test_times(void **state)
{
	const struct clock_step step = {0, 100, 1000};
	struct diff *d = compared(CATALOG(
		"schema /public", "table public/t", "column public/t/id|type=integer"));
	struct sightings *s = sightings_new(d, 0), *same = sightings_ref(s);

	(void)state;
	diff_unref(d);
	assert_int_equal(s->diff->n_findings, 2);
	s->first_ms[1] = 200;
	sightings_know(s, 50);
	assert_int_equal(s->first_ms[0], 50);
	assert_int_equal(s->first_ms[1], 200);
	sightings_unref(s);
	sightings_step(same, &step);
	assert_int_equal(same->first_ms[0], 1050);
	assert_int_equal(same->first_ms[1], 200);
	sightings_unref(same);
	sightings_unref(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_follow),
		cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
