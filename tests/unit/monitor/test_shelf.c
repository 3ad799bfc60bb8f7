#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "monitor/shelf.h"
#include "tests/unit/catalog/literal.h"

enum { LARGE = 3000 };

/* As many objects as make a catalog large; nothing else of it matters. */
static struct snapshot *
large(const char *prefix)
{
	char *lines[LARGE + 1];
	struct snapshot *s;

	for (size_t i = 0; i < LARGE; i++)
		lines[i] = xasprintf("table public/%s%05zu", prefix, i);
	lines[LARGE] = NULL;
	s = literal_catalog((const char *const *)lines);
	for (size_t i = 0; i < LARGE; i++)
		free(lines[i]);
	return s;
}

static void
count(void *arg)
{
	++*(int *)arg;
}

static void
test_a_small_one_at_once(void **state)
{
	struct loop *l = loop_new();
	int told = 0;
	struct shelf h = {l, count, &told, NULL};
	struct snapshot *s = CATALOG("table public/t");
	struct store_packed plain;
	const struct store_packed *p = shelf_packed(&h, s);

	(void)state;
	store_pack(s, &plain);
	assert_non_null(p);
	assert_string_equal(p->key, plain.key);
	assert_int_equal(p->n, plain.n);
	assert_memory_equal(p->bytes, plain.bytes, p->n);
	store_packed_fini(&plain);
	shelf_clear(&h);
	shelf_clear(&h);
	loop_run(l);
	assert_int_equal(told, 0);
	snapshot_unref(s);
	loop_free(l);
}

static void
test_a_large_one_later(void **state)
{
	struct loop *l = loop_new();
	int told = 0;
	struct shelf h = {l, count, &told, NULL};
	struct snapshot *a = large("a"), *b = large("b");
	char key[HASH_HEX_LEN];

	(void)state;
	assert_null(shelf_packed(&h, a));
	assert_null(shelf_packed(&h, b)); /* the other one is under way */
	loop_run(l);
	assert_int_equal(told, 1);
	memcpy(key, shelf_packed(&h, a)->key, sizeof key);
	assert_null(shelf_packed(&h, b));
	loop_run(l);
	assert_int_equal(told, 2);
	assert_string_not_equal(shelf_packed(&h, b)->key, key);
	snapshot_unref(a);
	snapshot_unref(b);
	shelf_clear(&h);
	loop_free(l);
}

static void
test_nobody_is_told_of_what_was_cleared(void **state)
{
	struct loop *l = loop_new();
	int told = 0;
	struct shelf h = {l, count, &told, NULL};
	struct snapshot *a = large("a");

	(void)state;
	assert_null(shelf_packed(&h, a));
	snapshot_unref(a);
	shelf_clear(&h);
	loop_run(l);
	assert_int_equal(told, 0);
	loop_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_small_one_at_once),
		cmocka_unit_test(test_a_large_one_later),
		cmocka_unit_test(test_nobody_is_told_of_what_was_cleared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
