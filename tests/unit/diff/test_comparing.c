/* Comparisons that are made elsewhere than where they are remembered. */
#include "tests/unit/unit.h"

#include <pthread.h>

#include "catalog/ignore.h"
#include "diff/comparing.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/diff/remembered.h"

static void *
run(void *arg)
{
	comparing_run(arg);
	return NULL;
}

static void
run_in_thread(struct comparing *c)
{
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, run, c), 0);
	pthread_join(thread, NULL);
}

/* Whoever gave the options has changed them before the thread begins. */
static void
test_nothing_is_borrowed(void **state)
{
	struct remembered *w = *state;
	struct compare_options o = COMPARE_DEFAULTS, same;
	struct ignore_rules *rules = ignore_new(), *equal = ignore_new();
	struct instance instance = {.system = "1", .role = "r"};
	struct strvec schemas = {0};
	struct comparing *c;
	struct diff *d;
	struct err e;

	assert_true(ignore_add(rules, "table:public.u", NULL, 0, &e));
	assert_true(ignore_add(equal, "table:public.u", NULL, 0, &e));
	strvec_add(&schemas, "public");
	o.ignore = rules;
	o.schemas = &schemas;
	o.instance[0] = &instance;
	o.version_schema = o.version_table = schemas.v[0];
	c = comparing_new(w->memo, w->a, w->b, &o);
	assert_int_equal(comparing_objects(c), 4);
	ignore_free(rules);
	strvec_free(&schemas);
	instance = (struct instance){.system = "2"};
	run_in_thread(c);
	comparing_tell(c, w->memo);
	comparing_free(c);
	/* It is what is asked for by equal ones. */
	schemas = (struct strvec){0};
	strvec_add(&schemas, "public");
	same = o;
	same.ignore = equal;
	same.schemas = &schemas;
	same.version_schema = same.version_table = schemas.v[0];
	assert_null(comparing_new(w->memo, w->a, w->b, &same));
	d = memo_compare(w->memo, w->a, w->b, &same);
	assert_int_equal(memo_size(w->memo).made, 0);
	assert_int_equal(d->n_findings, 1);
	assert_int_equal(d->n_ignored, 1);
	diff_unref(d);
	ignore_free(equal);
	strvec_free(&schemas);
}

static void
test_what_cannot_be_remembered(void **state)
{
	struct remembered *w = *state;
	struct compare_options o = COMPARE_DEFAULTS;
	struct snapshot *loose = CATALOG("table public/t");
	struct comparing *c;

	assert_null(comparing_new(NULL, w->a, w->b, &o));
	assert_null(comparing_new(w->memo, w->a, loose, &o));
	snapshot_unref(loose);
	/* Nobody waited for it. */
	c = comparing_new(w->memo, w->a, w->b, &o);
	assert_non_null(c);
	comparing_free(c);
	assert_int_equal(memo_size(w->memo).known, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_is_borrowed,
			remembered_setup, remembered_teardown),
		cmocka_unit_test_setup_teardown(test_what_cannot_be_remembered,
			remembered_setup, remembered_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
