/* Only what is another is rendered, and what says the same stays the same piece. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "http/held.h"
#include "http/mosaic.h"

enum { COLUMNS = 3, TOGETHER = 2, MANY = 5 };

static struct held held;
static struct published_environment environments[MANY];
static struct published_environment *list[MANY];
static struct published state_now;
static uint64_t versions;
static size_t rendered;

/* The name; how many checks, where there were any; nothing. */
static void
render(size_t column, size_t place, const struct published_environment *e,
	struct strbuf *out)
{
	rendered++;
	if (column == 0)
		strbuf_printf(out, "%s%s", place ? "," : "", e->name);
	else if (column == 1 && e->checks_total)
		strbuf_printf(out, "<%d>", (int)e->checks_total);
}

static void
touch(size_t i, unsigned checks)
{
	environments[i].version = ++versions;
	environments[i].checks_total = checks;
}

static int
set_up(void **state)
{
	static char names[] = "a\0b\0c\0d\0e";
	static const struct mosaic_options o = {COLUMNS, TOGETHER, render, &held};

	memset(environments, 0, sizeof environments);
	for (size_t i = 0; i < MANY; i++) {
		environments[i].name = names + 2 * i;
		list[i] = &environments[i];
		touch(i, 0);
	}
	state_now = (struct published){
		.generation = 1, .environments = list, .n_environments = MANY};
	*state = mosaic_new(&o);
	rendered = 0;
	return 0;
}

static int
tear_down(void **state)
{
	mosaic_free(*state);
	assert_int_equal(held.bytes, 0);
	return 0;
}

/* Publish and compare a column; the number of parts that were rendered. */
static size_t
check(struct mosaic *m, size_t column, const char *expected)
{
	struct strbuf text = {0}, single = {0};
	struct rope r = {0};
	size_t before = rendered;

	state_now.generation++;
	mosaic_update(m, &state_now);
	mosaic_column(m, column, &r);
	assert_int_equal(mosaic_has(m, column), *expected != '\0');
	for (size_t i = 0; i < r.n; i++)
		strbuf_addn(&text, piece_text(r.v[i]), piece_size(r.v[i]));
	for (size_t i = 0; i < state_now.n_environments; i++) {
		size_t n;
		const char *s = mosaic_text(m, column, i, &n);

		strbuf_addn(&single, s, n);
	}
	assert_string_equal(text.s ? text.s : "", expected);
	assert_string_equal(single.s ? single.s : "", expected);
	strbuf_free(&text);
	strbuf_free(&single);
	rope_free(&r);
	return rendered - before;
}

static void
test_only_what_changed(void **state)
{
	struct mosaic *m = *state;

	assert_int_equal(check(m, 0, "a,b,c,d,e"), MANY * COLUMNS);
	assert_int_equal(check(m, 0, "a,b,c,d,e"), 0);
	assert_int_equal(check(m, 1, ""), 0);
	assert_int_equal(check(m, 2, ""), 0);
	touch(3, 7);
	assert_int_equal(check(m, 1, "<7>"), COLUMNS);
	touch(2, 5);
	touch(4, 1);
	assert_int_equal(check(m, 1, "<5><7><1>"), 2 * COLUMNS);
	touch(3, 0);
	assert_int_equal(check(m, 1, "<5><1>"), COLUMNS);
	assert_int_equal(check(m, 0, "a,b,c,d,e"), 0);
	/* Of which nothing is known. */
	environments[1].version = 0;
	assert_int_equal(check(m, 0, "a,b,c,d,e"), COLUMNS);
	assert_int_equal(check(m, 0, "a,b,c,d,e"), COLUMNS);
}

static void
test_same_text_is_same_piece(void **state)
{
	struct mosaic *m = *state;
	struct rope before = {0}, after = {0};

	touch(0, 1);
	check(m, 1, "<1>");
	mosaic_column(m, 0, &before);
	mosaic_column(m, 1, &before);
	touch(0, 2);
	check(m, 1, "<2>");
	mosaic_column(m, 0, &after);
	mosaic_column(m, 1, &after);
	for (size_t i = 0; i < 3; i++)
		assert_ptr_equal(before.v[i], after.v[i]);
	/* Whoever is being sent the one before has it as it was. */
	assert_string_equal(piece_text(before.v[3]), "<1>");
	assert_int_equal(held.bytes, 3);
	rope_free(&before);
	rope_free(&after);
	assert_int_equal(held.bytes, 0);
}

/* Environments come and go, also in front. */
static void
test_others(void **state)
{
	struct mosaic *m = *state;

	check(m, 0, "a,b,c,d,e");
	state_now.n_environments = 3;
	check(m, 0, "a,b,c");
	memmove(list, list + 1, 2 * sizeof *list);
	state_now.n_environments = 2;
	check(m, 0, "b,c");
	state_now.n_environments = 0;
	check(m, 0, "");
	for (size_t i = 0; i < MANY; i++)
		list[i] = &environments[MANY - 1 - i];
	state_now.n_environments = MANY;
	check(m, 0, "e,d,c,b,a");
}

/* Within one generation there is nothing to look at. */
static void
test_once_per_generation(void **state)
{
	struct mosaic *m = *state;

	check(m, 0, "a,b,c,d,e");
	touch(0, 1);
	rendered = 0;
	mosaic_update(m, &state_now);
	assert_int_equal(rendered, 0);
	check(m, 1, "<1>");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_only_what_changed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_same_text_is_same_piece, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_once_per_generation, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
