/* arena, strbuf, strvec, strmap: what holds memory. */
#include "tests/unit/unit.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/strmap.h"

static void
test_arena(void **state)
{
	struct arena *a = arena_new();
	char *big, *text;

	(void)state;
	assert_non_null(arena_alloc(a, 0));
	for (int i = 0; i < 10000; i++) {
		char *p = arena_alloc(a, 24);

		assert_int_equal((uintptr_t)p % sizeof(void *), 0);
		assert_int_equal(p[0] | p[23], 0);
		memset(p, 0xff, 24);
	}
	big = arena_alloc(a, 1 << 20);
	assert_int_equal(big[(1 << 20) - 1], 0);
	text = arena_printf(a, "%s-%d", "x", 42);
	assert_string_equal(text, "x-42");
	assert_string_equal(arena_strndup(a, "abcdef", 3), "abc");
	assert_null(arena_strdup(a, NULL));
	assert_true(arena_used(a) >= 240000 + (1 << 20));
	arena_free(a);
	arena_free(NULL);
}

static void
test_strbuf(void **state)
{
	struct strbuf b = {0};
	char *s;

	(void)state;
	strbuf_add(&b, "");
	assert_string_equal(b.s, "");
	for (int i = 0; i < 1000; i++)
		strbuf_printf(&b, "%d,", i);
	assert_int_equal(b.len, strlen(b.s));
	assert_int_equal(strncmp(b.s, "0,1,2,", 6), 0);
	strbuf_clear(&b);
	assert_string_equal(b.s, "");
	strbuf_addc(&b, 'x');
	s = strbuf_take(&b);
	assert_string_equal(s, "x");
	assert_null(b.s);
	free(s);
	s = strbuf_take(&b);
	assert_string_equal(s, "");
	free(s);
}

static void
test_strvec(void **state)
{
	struct strvec l = {0}, copy = {0};
	struct strbuf b = {0};

	(void)state;
	strvec_split(&l, " b, a ,,b,  ", ',');
	assert_int_equal(l.n, 3);
	strvec_copy(&copy, &l);
	assert_true(strvec_equal(&l, &copy));
	strvec_sort(&l);
	assert_false(strvec_equal(&l, &copy));
	strvec_uniq(&l);
	assert_int_equal(l.n, 2);
	assert_true(strvec_has(&l, "a"));
	assert_false(strvec_has(&l, "c"));
	strvec_join(&l, "+", &b);
	assert_string_equal(b.s, "a+b");
	strbuf_free(&b);
	strvec_free(&l);
	strvec_free(&copy);
	strvec_sort(&l);
	assert_int_equal(l.n, 0);
}

static void
test_strmap(void **state)
{
	struct strmap *m = strmap_new();
	static int values[1000];
	size_t at = 0, seen = 0;
	const char *key;
	char name[16];
	void *v;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "k%d", i);
		assert_null(strmap_put(m, name, &values[i]));
	}
	assert_ptr_equal(strmap_put(m, "k7", &values[8]), &values[7]);
	assert_ptr_equal(strmap_get(m, "k7"), &values[8]);
	assert_null(strmap_get(m, "absent"));
	assert_true(strmap_has(m, "k999"));
	assert_int_equal(strmap_count(m), 1000);
	while (strmap_next(m, &at, &key, &v))
		seen++;
	assert_int_equal(seen, 1000);
	for (int i = 0; i < 1000; i += 3) {
		snprintf(name, sizeof name, "k%d", i);
		assert_ptr_equal(strmap_remove(m, name), &values[i]);
		assert_null(strmap_remove(m, name));
	}
	assert_int_equal(strmap_count(m), 666);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "k%d", i);
		assert_int_equal(strmap_has(m, name), i % 3 != 0);
	}
	strmap_free(m);
	strmap_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arena),
		cmocka_unit_test(test_strbuf),
		cmocka_unit_test(test_strvec),
		cmocka_unit_test(test_strmap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
