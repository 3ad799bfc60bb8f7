/* The shortest edit script of the lines. */
#include "diff/lines.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diff/script.h"

/* Steps that the fewest lines are looked for; beyond them there are more. */
enum { EFFORT = 4 * 1000 * 1000 };

struct text {
	struct line *v;
	size_t n, cap;
	struct script_side side;
};

static void
split(const char *s, enum line_side side, struct text *out)
{
	while (*s) {
		const char *end = s + strcspn(s, "\n");

		GROW(out->v, out->n, out->cap);
		out->v[out->n] = (struct line){side, out->n + 1, s, (size_t)(end - s)};
		out->n++;
		s = *end ? end + 1 : end;
	}
}

static void
number(struct text *t, struct script_numbers *numbers)
{
	uint32_t *v = xcalloc(t->n + 1, sizeof *v);

	for (size_t i = 0; i < t->n; i++)
		v[i] = script_number(numbers, t->v[i].text, t->v[i].length);
	t->side = (struct script_side){v, t->n, xcalloc(t->n + 1, sizeof(bool))};
}

static void
text_fini(struct text *t)
{
	free(t->v);
	free((void *)t->side.v);
	free(t->side.alone);
}

/* Those from `i` on that are alone; where they end. */
static size_t
emit(struct lines *out, const struct text *t, size_t i)
{
	for (; i < t->n && t->side.alone[i]; i++) {
		GROW(out->v, out->n, out->cap);
		out->v[out->n++] = t->v[i];
	}
	return i;
}

void
lines_compare(const char *expected, const char *found, struct lines *out)
{
	struct script_numbers *numbers = script_numbers_new();
	struct text a = {0}, b = {0};
	size_t effort = EFFORT, i = 0, j = 0;

	split(expected, LINE_EXPECTED, &a);
	split(found, LINE_FOUND, &b);
	number(&a, numbers);
	number(&b, numbers);
	script_numbers_free(numbers);
	script_make(&a.side, &b.side, &effort);
	while (i < a.n || j < b.n) {
		i = emit(out, &a, i);
		j = emit(out, &b, j);
		i += i < a.n;
		j += j < b.n;
	}
	text_fini(&a);
	text_fini(&b);
}

void
lines_free(struct lines *l)
{
	free(l->v);
	*l = (struct lines){0};
}
