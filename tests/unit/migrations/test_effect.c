#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/effect.h"

static void
test_every_kind_has_its_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < EFFECT_KIND_COUNT; i++) {
		const struct effect_info *info = effect_info((enum effect_kind)i);

		assert_non_null(info->word);
		assert_non_null(info->noun);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(
				info->word, effect_info((enum effect_kind)k)->word);
	}
}

static void
test_names(void **state)
{
	static char schema[] = "public", table[] = "Order", column[] = "note";
	struct effect e = {.schema = schema, .name = table, .part = column};
	struct strbuf out = {0};

	(void)state;
	effect_name(&out, &e);
	assert_string_equal(out.s, "public.\"Order\".note");
	strbuf_clear(&out);
	e.schema = e.part = NULL;
	effect_name(&out, &e);
	assert_string_equal(out.s, "\"Order\"");
	strbuf_free(&out);
}

static void
test_lists_own_their_texts(void **state)
{
	struct effects l = {0};

	(void)state;
	for (size_t i = 0; i < 20; i++)
		effects_add(&l, (struct effect){.kind = EFFECT_DROP_TABLE,
					.name = xstrdup("orders")});
	assert_int_equal(l.n, 20);
	effects_free(&l);
	assert_null(l.v);
	assert_int_equal(l.n, 0);
}

static void
add(struct effects *l, enum effect_kind kind, bool creates, const char *name)
{
	effects_add(
		l, (struct effect){
			   .kind = kind, .creates = creates, .name = xstrdup(name)});
}

static void
test_destructive(void **state)
{
	static const bool expected[] = {
		false, false, true, false, false, false, true, true, false, true};
	struct effects l = {0};

	(void)state;
	add(&l, EFFECT_DROP_TABLE, true, "made");
	add(&l, EFFECT_DROP_TABLE, false, "made");
	/* Data is gone, whatever is made later; code is not. */
	add(&l, EFFECT_DROP_TABLE, false, "again");
	add(&l, EFFECT_DROP_TABLE, true, "again");
	add(&l, EFFECT_DROP_VIEW, false, "v");
	add(&l, EFFECT_DROP_VIEW, true, "v");
	add(&l, EFFECT_DROP_VIEW, false, "w");
	add(&l, EFFECT_UPDATE, false, "t");
	l.v[l.n - 1].every_row = true;
	add(&l, EFFECT_DROP_INDEX, false, "t");
	/* A computed name may be any. */
	add(&l, EFFECT_DROP_VIEW, false, "v");
	l.v[l.n - 1].computed = true;
	for (size_t i = 0; i < COUNT_OF(expected); i++)
		if (effects_destroys(&l, i) != expected[i])
			fail_msg("effect %zu", i);
	effects_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind_has_its_row),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_destructive),
		cmocka_unit_test(test_lists_own_their_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
