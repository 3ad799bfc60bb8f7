#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "monitor/packings.h"
#include "tests/unit/catalog/literal.h"

enum { LARGE = 3000 };

struct world {
	struct loop *loop;
	struct library *kept_in;
	struct packings packings;
	char expected[HASH_HEX_LEN]; /* the key of the one that is packed next */
	unsigned told;
};

static void
on_packed(void *arg, const char *key, struct snapshot *s,
	const struct store_packed *packed)
{
	struct world *w = arg;

	assert_string_equal(key, w->expected);
	assert_non_null(snapshot_key(s));
	assert_true(packed->n > 0);
	snapshot_unref(s);
	w->told++;
}

static void
begin(struct world *w)
{
	*w = (struct world){.loop = loop_new(), .kept_in = library_new()};
	w->packings = (struct packings){
		.loop = w->loop, .kept_in = w->kept_in, .packed = on_packed, .arg = w};
}

static void
end(struct world *w)
{
	packings_clear(&w->packings);
	library_unref(w->kept_in);
	loop_free(w->loop);
}

static struct snapshot *
large(void)
{
	char *lines[LARGE + 1];
	struct snapshot *s;

	for (size_t i = 0; i < LARGE; i++)
		lines[i] = xasprintf("table public/t%05zu", i);
	lines[LARGE] = NULL;
	s = literal_catalog((const char *const *)lines);
	for (size_t i = 0; i < LARGE; i++)
		free(lines[i]);
	return s;
}

static void
add(struct world *w, const char *name, struct snapshot *s)
{
	hash_of(name, strlen(name), w->expected);
	packings_add(&w->packings, w->expected, s);
}

static void
test_a_small_one_at_once(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	add(&w, "a", CATALOG("table public/t"));
	assert_int_equal(w.told, 1);
	assert_null(w.packings.first);
	end(&w);
}

static void
test_a_large_one_later(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	add(&w, "a", large());
	assert_int_equal(w.told, 0);
	assert_non_null(w.packings.first);
	loop_run(w.loop);
	assert_int_equal(w.told, 1);
	assert_null(w.packings.first);
	end(&w);
}

static void
test_nobody_is_told_any_more(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	add(&w, "a", large());
	packings_clear(&w.packings);
	assert_null(w.packings.first);
	loop_run(w.loop);
	assert_int_equal(w.told, 0);
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_small_one_at_once),
		cmocka_unit_test(test_a_large_one_later),
		cmocka_unit_test(test_nobody_is_told_any_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
