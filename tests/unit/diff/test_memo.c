/* Comparisons that are made once. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/diff/remembered.h"

enum { DAY_MS = 86400 * 1000 };

/* How many comparisons had to be made for it. */
static size_t
made_for(struct remembered *w, const struct compare_options *o)
{
	size_t before = memo_size(w->memo).made;
	struct diff *d = memo_compare(w->memo, w->a, w->b, o), *plain;

	plain = diff_compare(w->a, w->b, o);
	assert_true(diff_equal(d, plain));
	assert_int_equal(d->n_ignored, plain->n_ignored);
	assert_int_equal(d->expired_rules.n, plain->expired_rules.n);
	assert_int_equal(d->expiring_rules.n, plain->expiring_rules.n);
	assert_int_equal(d->next_expiry_ms, plain->next_expiry_ms);
	diff_unref(plain);
	diff_unref(d);
	return memo_size(w->memo).made - before;
}

static void
test_once(void **state)
{
	struct remembered *w = *state;
	struct compare_options o = COMPARE_DEFAULTS;
	struct snapshot *again =
		library_keep(memo_library(w->memo), CATALOG("table public/t"));
	struct diff *first = memo_compare(w->memo, w->a, w->b, &o), *second;

	o.now_ms = 5;
	second = memo_compare(w->memo, w->a, again, &o);
	assert_ptr_equal(first, second);
	assert_int_equal(memo_size(w->memo).made, 1);
	/* The other way round it is another one. */
	diff_unref(second);
	second = memo_compare(w->memo, w->b, w->a, &o);
	assert_int_equal(second->n_change[CHANGE_UNEXPECTED], 2);
	diff_unref(first);
	diff_unref(second);
	snapshot_unref(again);
}

static void
test_options(void **state)
{
	struct remembered *w = *state;
	struct strvec list = {0}, other = {0}, names = {0};
	struct compare_options o[] = {COMPARE_DEFAULTS, COMPARE_DEFAULTS,
		COMPARE_DEFAULTS, COMPARE_DEFAULTS, COMPARE_DEFAULTS, COMPARE_DEFAULTS,
		COMPARE_DEFAULTS, COMPARE_DEFAULTS, COMPARE_DEFAULTS, COMPARE_DEFAULTS,
		COMPARE_DEFAULTS, COMPARE_DEFAULTS, COMPARE_DEFAULTS, COMPARE_DEFAULTS,
		COMPARE_DEFAULTS, COMPARE_DEFAULTS, COMPARE_DEFAULTS};

	strvec_add(&list, "public");
	strvec_add(&other, "p*");
	o[1].column_order = true;
	o[2].owners = true;
	o[3].grants = true;
	o[4].comments = false;
	o[5].generated_names = true;
	o[6].locale = true;
	o[7].all = true;
	o[8].loose_bodies = true;
	o[9].partitions = PARTITIONS_COUNT;
	o[10].schemas = &list;
	o[11].schemas = &other;
	o[12].expected_schemas = &list;
	o[13].max_texts = 7;
	o[14].version_schema = "public";
	o[14].version_table = "u";
	o[15].version_schema = "public";
	o[15].version_table = "v";
	strvec_add(&names, "other=public");
	o[16].schema_map = &names;
	for (size_t i = 0; i < COUNT_OF(o); i++)
		assert_int_equal(made_for(w, &o[i]), 1);
	for (size_t i = 0; i < COUNT_OF(o); i++)
		assert_int_equal(made_for(w, &o[i]), 0);
	strvec_free(&list);
	strvec_free(&other);
	strvec_free(&names);
}

/* Which reading it was is of no matter; that it is the same database is. */
static void
test_instances(void **state)
{
	struct remembered *w = *state;
	struct instance x = {
		.system = "1", .database = "5", .started_us = 1, .read_us = 2};
	struct instance y = {
		.system = "2", .database = "5", .started_us = 1, .read_us = 3};
	struct compare_options o = COMPARE_DEFAULTS;
	struct strvec names = {0};

	assert_int_equal(made_for(w, &o), 1);
	o.instance[0] = &x;
	o.instance[1] = &y;
	assert_int_equal(made_for(w, &o), 0);
	y.read_us = 4;
	y.position = 5;
	assert_int_equal(made_for(w, &o), 0);
	strcpy(y.system, "1");
	assert_int_equal(made_for(w, &o), 1);
	strvec_add(&names, "other=public");
	o.schema_map = &names;
	assert_int_equal(made_for(w, &o), 1);
	strcpy(y.system, "2");
	assert_int_equal(made_for(w, &o), 1);
	strvec_free(&names);
}

static struct ignore_rules *
rules(const char *text)
{
	struct ignore_rules *r = ignore_new();
	struct err e;

	assert_true(ignore_add(r, text, "file", 1, &e));
	return r;
}

static void
test_rules(void **state)
{
	struct remembered *w = *state;
	struct ignore_rules *one = rules("table:public.u"),
			    *same = rules("table:public.u"),
			    *more = rules("table:public.u");
	struct compare_options o = COMPARE_DEFAULTS;
	struct err e;

	assert_true(ignore_add(more, "!table:public.u", NULL, 0, &e));
	assert_int_equal(made_for(w, &o), 1);
	o.ignore = one;
	assert_int_equal(made_for(w, &o), 1);
	o.ignore = same;
	assert_int_equal(made_for(w, &o), 0);
	o.ignore = more;
	assert_int_equal(made_for(w, &o), 1);
	ignore_free(one);
	ignore_free(same);
	ignore_free(more);
}

/* A day after day nothing changes, but a week before a rule expires, and when it does;
 * and where the clock is set back, it has not. */
static void
test_expiry(void **state)
{
	struct remembered *w = *state;
	struct ignore_rules *r = rules("table:public.u until=2030-01-31");
	int64_t until_ms = ignore_info(r, 0).until_ms;
	struct compare_options o = COMPARE_DEFAULTS;
	const struct {
		int64_t now_ms;
		size_t made;
	} steps[] = {
		{until_ms - 30 * (int64_t)DAY_MS, 1},
		{until_ms - 8 * (int64_t)DAY_MS, 0},
		{until_ms - EXPIRING_MS - 1, 0},
		{until_ms - EXPIRING_MS, 1},
		{until_ms - 1, 0},
		{until_ms, 1},
		{until_ms + 900 * (int64_t)DAY_MS, 0},
		{until_ms - 1, 1},
	};

	o.ignore = r;
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		o.now_ms = steps[i].now_ms;
		assert_int_equal(made_for(w, &o), steps[i].made);
	}
	ignore_free(r);
}

/* What somebody holds is known for as long; what nobody holds or asks for is forgotten.
 */
static void
test_bounded(void **state)
{
	struct remembered *w = *state;
	struct compare_options o = COMPARE_DEFAULTS;
	struct diff *held;

	o.max_texts = 1;
	held = memo_compare(w->memo, w->a, w->b, &o);
	for (size_t i = 2; i < 10000; i++) {
		o.max_texts = i;
		diff_unref(memo_compare(w->memo, w->a, w->b, &o));
	}
	assert_true(memo_size(w->memo).known < 300);
	o.max_texts = 1;
	assert_int_equal(made_for(w, &o), 0);
	diff_unref(held);
}

/* Without a library nothing is known by a key. */
static void
test_not_kept(void **state)
{
	struct remembered *w = *state;
	struct snapshot *s = CATALOG("table public/x");
	char key[HASH_HEX_LEN];
	struct diff *d = memo_compare(w->memo, w->a, s, &COMPARE_DEFAULTS);

	assert_int_equal(d->n_findings, 4);
	assert_false(memo_key(w->a, s, &COMPARE_DEFAULTS, key));
	assert_int_equal(memo_size(w->memo).known, 0);
	diff_unref(d);
	d = memo_compare(NULL, w->a, w->b, &COMPARE_DEFAULTS);
	assert_int_equal(d->n_findings, 2);
	diff_unref(d);
	snapshot_unref(s);
}

#define TEST(f) \
	cmocka_unit_test_setup_teardown(f, remembered_setup, remembered_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_once),
		TEST(test_options),
		TEST(test_instances),
		TEST(test_rules),
		TEST(test_expiry),
		TEST(test_bounded),
		TEST(test_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
