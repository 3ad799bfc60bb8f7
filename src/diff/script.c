/* Eugene Myers, "An O(ND) Difference Algorithm and Its Variations", 1986, in its linear
 * space: from both ends paths go on by one difference at a time, as far as they get on
 * each diagonal; where they meet, the rest is two smaller questions.
 *
 * Texts that have little in common would take the square of their length.  So a path
 * that has come past many differences and met nobody is where the question is split,
 * though a better place may exist. */
#include "diff/script.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* So many differences from either end at most, before it is split anywhere. */
enum { FAR = 400 };
/* So many others are looked at for a text, whoever wrote them: then it counts as one
 * that nothing is equal to. */
enum { CROWDED = 64 };

/* A part of both sequences: a[a0 … a1) and b[b0 … b1). */
struct part {
	ptrdiff_t a0, a1, b0, b1;
};

/* reach[k]: how many elements of `a` the path on diagonal k, which has k more of `a`
 * than of `b`, has gone past; -1: there is none.  `back`: from the end. */
struct front {
	ptrdiff_t *reach;
	ptrdiff_t differences;
	bool back;
};

struct search {
	struct script_side *a, *b;
	ptrdiff_t *room[2]; /* for all diagonals of the whole and one beside each end */
	size_t *effort;
};

/* Where a part is split, from its beginning. */
struct point {
	ptrdiff_t x, y;
};

static bool
spend(struct search *s, size_t steps)
{
	if (*s->effort < steps) {
		*s->effort = 0;
		return false;
	}
	*s->effort -= steps;
	return true;
}

static bool
same_at(const struct search *s, const struct part *p, bool back, struct point at)
{
	if (back)
		return s->a->v[p->a1 - 1 - at.x] == s->b->v[p->b1 - 1 - at.y];
	return s->a->v[p->a0 + at.x] == s->b->v[p->b0 + at.y];
}

/* Where the path on diagonal k gets with one difference more than those beside it. */
static ptrdiff_t
go_on(struct search *s, const struct part *p, const struct front *f, ptrdiff_t k)
{
	ptrdiff_t n = p->a1 - p->a0, m = p->b1 - p->b0, began;
	ptrdiff_t by_b = f->reach[k + 1], by_a = f->reach[k - 1];
	ptrdiff_t x = by_a >= 0 && by_a + 1 > by_b ? by_a + 1 : by_b;

	if (x < 0 || x > n || x - k > m)
		return -1;
	began = x;
	while (x < n && x - k < m && same_at(s, p, f->back, (struct point){x, x - k}))
		x++;
	return spend(s, (size_t)(x - began) + 1) ? x : -1;
}

/* The diagonals that a front is on with so many differences: every other from `low` to
 * `high`. */
static ptrdiff_t
low_of(const struct part *p, ptrdiff_t c)
{
	ptrdiff_t m = p->b1 - p->b0;

	return c <= m ? -c : -m + ((c - m) & 1);
}

static ptrdiff_t
high_of(const struct part *p, ptrdiff_t c)
{
	ptrdiff_t n = p->a1 - p->a0;

	return c <= n ? c : n - ((c - n) & 1);
}

/* True if the path on diagonal k, which has got to x, has met one of the other front.
 */
static bool
meets(const struct part *p, const struct front *other, ptrdiff_t k, ptrdiff_t x)
{
	ptrdiff_t n = p->a1 - p->a0, facing = n - (p->b1 - p->b0) - k;
	ptrdiff_t c = other->differences;

	return facing >= low_of(p, c) && facing <= high_of(p, c) &&
	       !((facing - c) & 1) && other->reach[facing] >= 0 &&
	       x + other->reach[facing] >= n;
}

/* One difference more.  True if it meets the other front then. */
static bool
advance(struct search *s, const struct part *p, struct front *f,
	const struct front *other, struct point *meeting)
{
	ptrdiff_t c = ++f->differences, low = low_of(p, c), high = high_of(p, c);

	/* Beside the outermost two nobody has been yet. */
	if (high == c)
		f->reach[high + 1] = -1;
	if (low == -c)
		f->reach[low - 1] = -1;
	for (ptrdiff_t k = low; k <= high; k += 2) {
		ptrdiff_t x = go_on(s, p, f, k);

		f->reach[k] = x;
		if (x >= 0 && meets(p, other, k, x)) {
			*meeting = (struct point){x, x - k};
			return true;
		}
	}
	return false;
}

static struct point
farthest(const struct part *p, const struct front *f)
{
	struct point far = {0, 0};

	for (ptrdiff_t k = low_of(p, f->differences); k <= high_of(p, f->differences);
		k += 2)
		if (f->reach[k] >= 0 && 2 * f->reach[k] - k > far.x + far.y)
			far = (struct point){f->reach[k], f->reach[k] - k};
	return far;
}

/* Where to split a part, which begins and ends with a difference; false if nobody knows
 * any more. */
static bool
find_split(struct search *s, const struct part *p, struct point *at)
{
	ptrdiff_t m = p->b1 - p->b0;
	struct front forth = {s->room[0] + m + 1, 0, false};
	struct front back = {s->room[1] + m + 1, 0, true};

	forth.reach[0] = back.reach[0] = 0;
	while (forth.differences < FAR) {
		if (advance(s, p, &forth, &back, at))
			return true;
		if (advance(s, p, &back, &forth, at)) {
			*at = (struct point){p->a1 - p->a0 - at->x, m - at->y};
			return true;
		}
		if (!*s->effort)
			return false;
	}
	*at = farthest(p, &forth);
	return at->x + at->y > 0;
}

static void
leave(struct search *s, const struct part *p)
{
	for (ptrdiff_t i = p->a0; i < p->a1; i++)
		s->a->alone[i] = true;
	for (ptrdiff_t i = p->b0; i < p->b1; i++)
		s->b->alone[i] = true;
}

static void
cut_ends(const struct search *s, struct part *p)
{
	while (p->a0 < p->a1 && p->b0 < p->b1 &&
		same_at(s, p, false, (struct point){0, 0})) {
		p->a0++;
		p->b0++;
	}
	while (p->a0 < p->a1 && p->b0 < p->b1 &&
		same_at(s, p, true, (struct point){0, 0})) {
		p->a1--;
		p->b1--;
	}
}

/* What comes first is looked at first; what is left waits. */
static void
look(struct search *s, struct part p)
{
	struct point at;

	for (;;) {
		struct part first;

		cut_ends(s, &p);
		if (p.a0 == p.a1 || p.b0 == p.b1 || !find_split(s, &p, &at)) {
			leave(s, &p);
			return;
		}
		first = (struct part){p.a0, p.a0 + at.x, p.b0, p.b0 + at.y};
		look(s, first);
		p.a0 = first.a1;
		p.b0 = first.b1;
	}
}

void
script_make(struct script_side *a, struct script_side *b, size_t *effort)
{
	struct search s = {.a = a, .b = b, .effort = effort};
	const struct part whole = {0, (ptrdiff_t)a->n, 0, (ptrdiff_t)b->n};

	memset(a->alone, 0, a->n * sizeof *a->alone);
	memset(b->alone, 0, b->n * sizeof *b->alone);
	for (size_t i = 0; i < 2; i++)
		s.room[i] = xcalloc(a->n + b->n + 3, sizeof *s.room[i]);
	look(&s, whole);
	for (size_t i = 0; i < 2; i++)
		free(s.room[i]);
}

/* ---- Numbers ---- */

struct slot {
	const char *text;
	size_t length;
	uint32_t number; /* from 1; 0: free */
};

struct script_numbers {
	struct slot *slots;
	size_t room; /* a power of two */
	size_t used;
	uint32_t n;
};

struct script_numbers *
script_numbers_new(void)
{
	struct script_numbers *s = xcalloc(1, sizeof *s);

	s->room = 64;
	s->slots = xcalloc(s->room, sizeof *s->slots);
	return s;
}

void
script_numbers_free(struct script_numbers *s)
{
	if (!s)
		return;
	free(s->slots);
	free(s);
}

/* FNV-1a. */
static uint64_t
hash(const char *text, size_t length)
{
	uint64_t h = 14695981039346656037U;

	for (size_t i = 0; i < length; i++)
		h = (h ^ (unsigned char)text[i]) * 1099511628211U;
	return h ^ h >> 32;
}

/* NULL: there is no room near where it belongs. */
static struct slot *
find_slot(const struct script_numbers *s, const char *text, size_t length)
{
	size_t i = hash(text, length);

	for (int tries = 0; tries < CROWDED; tries++, i++) {
		struct slot *slot = &s->slots[i & (s->room - 1)];

		if (!slot->number ||
			(slot->length == length && !memcmp(slot->text, text, length)))
			return slot;
	}
	return NULL;
}

static void
grow(struct script_numbers *s)
{
	struct slot *old = s->slots;
	size_t n = s->room;

	s->room *= 2;
	s->slots = xcalloc(s->room, sizeof *s->slots);
	for (size_t i = 0; i < n; i++) {
		struct slot *to = NULL;

		if (old[i].number)
			to = find_slot(s, old[i].text, old[i].length);
		if (to)
			*to = old[i];
	}
	free(old);
}

uint32_t
script_number(struct script_numbers *s, const char *text, size_t length)
{
	struct slot *slot = find_slot(s, text, length);

	if (!slot)
		return ++s->n;
	if (slot->number)
		return slot->number;
	*slot = (struct slot){text, length, ++s->n};
	if (++s->used * 2 > s->room)
		grow(s);
	return s->n;
}
