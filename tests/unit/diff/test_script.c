#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diff/script.h"

enum { LONGEST = 40, PLENTY = 100000000 };

/* Numbers that follow from `seed`. */
static unsigned
next(unsigned *seed)
{
	*seed = *seed * 1103515245U + 12345U;
	return *seed >> 16;
}

static size_t
common(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	size_t t[LONGEST + 1][LONGEST + 1] = {{0}};

	for (size_t i = 1; i <= n; i++)
		for (size_t j = 1; j <= m; j++) {
			size_t best =
				t[i - 1][j] > t[i][j - 1] ? t[i - 1][j] : t[i][j - 1];

			t[i][j] = a[i - 1] == b[j - 1] ? t[i - 1][j - 1] + 1 : best;
		}
	return t[n][m];
}

/* What is not alone is the same, in the same order; its length. */
static size_t
rest(const struct script_side *a, const struct script_side *b)
{
	size_t n = 0, j = 0;

	for (size_t i = 0; i < a->n; i++) {
		if (a->alone[i])
			continue;
		while (j < b->n && b->alone[j])
			j++;
		assert_true(j < b->n);
		assert_int_equal(a->v[i], b->v[j]);
		j++;
		n++;
	}
	while (j < b->n)
		assert_true(b->alone[j++]);
	return n;
}

/* Of few letters and of many, near to one another and not. */
static void
test_shortest(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		uint32_t v[2][LONGEST];
		bool alone[2][LONGEST];
		size_t n = next(&seed) % LONGEST, m = next(&seed) % LONGEST;
		unsigned letters = 1 + next(&seed) % 12;
		struct script_side a = {v[0], n, alone[0]}, b = {v[1], m, alone[1]};
		size_t effort = PLENTY;

		for (size_t i = 0; i < LONGEST; i++) {
			v[0][i] = next(&seed) % letters;
			v[1][i] = round % 2 && next(&seed) % 5 ? v[0][i]
							       : next(&seed) % letters;
		}
		script_make(&a, &b, &effort);
		assert_int_equal(rest(&a, &b), common(v[0], n, v[1], m));
	}
}

static struct script_side
new_side(size_t n, unsigned letters, unsigned seed)
{
	uint32_t *v = xcalloc(n, sizeof *v);

	for (size_t i = 0; i < n; i++)
		v[i] = next(&seed) % letters;
	return (struct script_side){v, n, xcalloc(n, sizeof(bool))};
}

static void
side_free(struct script_side *s)
{
	free((void *)s->v);
	free(s->alone);
}

/* Two that have little in common, whatever may be spent: what is said is right, and
 * takes no more than that. */
static void
test_long(void **state)
{
	enum { N = 200000 };
	static const size_t efforts[] = {0, 1, 100, 20000, 2000000, PLENTY};

	(void)state;
	for (size_t k = 0; k < COUNT_OF(efforts); k++) {
		struct script_side a = new_side(N, 5000, 3);
		struct script_side b = new_side(N - 77, 5000, 4);
		size_t effort = efforts[k], same;

		same = rest((script_make(&a, &b, &effort), &a), &b);
		assert_true(effort <= efforts[k]);
		if (efforts[k] == PLENTY)
			assert_true(same > N / 100);
		side_free(&a);
		side_free(&b);
	}
}

/* A few differences in a long text are found whatever else it is. */
static void
test_few(void **state)
{
	enum { N = 500000 };
	struct script_side a = new_side(N, 50, 5), b = new_side(N, 50, 5);
	size_t effort = 4 * N;

	(void)state;
	((uint32_t *)(void *)b.v)[1000] = 99;
	((uint32_t *)(void *)b.v)[N / 2] = 99;
	((uint32_t *)(void *)b.v)[N - 1000] = 99;
	script_make(&a, &b, &effort);
	assert_int_equal(rest(&a, &b), N - 3);
	side_free(&a);
	side_free(&b);
}

static void
test_numbers(void **state)
{
	enum { N = 10000 };
	struct script_numbers *s = script_numbers_new();
	static char texts[N][12];
	uint32_t first[N];

	(void)state;
	for (int i = 0; i < N; i++) {
		snprintf(texts[i], sizeof texts[i], "%d", i);
		first[i] = script_number(s, texts[i], strlen(texts[i]));
	}
	for (int i = 0; i < N; i++) {
		assert_int_equal(
			script_number(s, texts[i], strlen(texts[i])), first[i]);
		assert_true(!i || first[i] > first[i - 1]);
	}
	assert_int_equal(script_number(s, "12345", 2), first[12]);
	assert_int_equal(script_number(s, "", 0), script_number(s, "x", 0));
	script_numbers_free(s);
	script_numbers_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shortest),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
