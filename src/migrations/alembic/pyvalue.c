/* Abstract interpretation in its smallest form: a name is bound to a constant, to
 * nothing, or to something that is not known, with the reason. */
#include "migrations/alembic/pyvalue.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char under_condition[] = "bound only under a condition";
static const char in_loop[] = "bound in a loop";

struct pyvalue *
pyvalue_new(struct arena *a, enum pyvalue_kind kind)
{
	struct pyvalue *v = arena_alloc(a, sizeof *v);

	v->kind = kind;
	return v;
}

struct pyvalue *
pyvalue_text(struct arena *a, const char *text)
{
	struct pyvalue *v = pyvalue_new(a, PYVALUE_TEXT);

	v->text = arena_strdup(a, text);
	return v;
}

struct pyvalue *
pyvalue_unknown(struct arena *a, const char *why)
{
	struct pyvalue *v = pyvalue_new(a, PYVALUE_UNKNOWN);

	v->why = why;
	v->unsure = true;
	return v;
}

/* Nested sequences only by identity: they are no value of ours, and to compare them
 * can take exponential time. */
static bool
same_item(const struct pyvalue *a, const struct pyvalue *b)
{
	return a == b || (a->kind != PYVALUE_SEQUENCE && pyvalue_equal(a, b));
}

bool
pyvalue_equal(const struct pyvalue *a, const struct pyvalue *b)
{
	if (a->kind != b->kind || a->n_items != b->n_items ||
		a->unordered != b->unordered)
		return false;
	switch (a->kind) {
	case PYVALUE_NONE:
		return true;
	case PYVALUE_TEXT:
		return !strcmp(a->text, b->text);
	case PYVALUE_SEQUENCE:
		for (size_t i = 0; i < a->n_items; i++)
			if (!same_item(a->items[i], b->items[i]))
				return false;
		return true;
	default:
		return false;
	}
}

void
pyvalue_spoil(struct pyvalue *v, const char *why)
{
	v->kind = PYVALUE_UNKNOWN;
	v->unsure = true;
	v->why = why;
}

void
pynames_init(struct pynames *names, struct arena *a)
{
	*names = (struct pynames){.arena = a, .slots = strmap_new()};
}

void
pynames_fini(struct pynames *names)
{
	strmap_free(names->slots);
	free(names->touched);
}

/* Slots are kept as numbers from 1, so that NULL means none. */
static size_t
slot_of(const struct pynames *names, const char *name)
{
	return (size_t)(uintptr_t)strmap_get(names->slots, name);
}

const struct pybinding *
pyenv_get(const struct pyenv *e, const struct pynames *names, const char *name)
{
	size_t slot = slot_of(names, name);

	if (!slot || slot > e->n || !e->v[slot - 1].value)
		return NULL;
	return &e->v[slot - 1];
}

static void
make_room(struct pyenv *e, size_t n)
{
	size_t room = e->n ? e->n : 8;

	if (n <= e->n)
		return;
	while (room < n)
		room *= 2;
	e->v = xrealloc(e->v, room, sizeof *e->v);
	memset(e->v + e->n, 0, (room - e->n) * sizeof *e->v);
	e->n = room;
}

void
pyenv_bind(struct pyenv *e, struct pynames *names, const char *name,
	struct pybinding binding)
{
	size_t slot = slot_of(names, name);

	if (!slot) {
		GROW(names->touched, names->n, names->cap);
		slot = ++names->n;
		strmap_put(names->slots, name, (void *)(uintptr_t)slot);
	}
	make_room(e, slot);
	if (names->loops)
		binding.value = pyvalue_unknown(names->arena, in_loop);
	binding.serial = ++names->serial;
	names->touched[slot - 1] = (struct pytouch){binding.serial, binding.line};
	e->v[slot - 1] = binding;
}

struct pyenv
pyenv_copy(const struct pyenv *e)
{
	struct pyenv c = *e;

	c.v = NULL;
	if (e->n) {
		c.v = xmalloc(e->n * sizeof *c.v);
		memcpy(c.v, e->v, e->n * sizeof *c.v);
	}
	return c;
}

static bool
same(const struct pybinding *a, const struct pybinding *b)
{
	if (a->value == b->value)
		return true;
	return a->value && b->value && pyvalue_equal(a->value, b->value);
}

void
pyenv_meet(struct pyenv *a, struct pyenv b, const struct pynames *names)
{
	if (b.dead) {
		a->may_raise |= b.may_raise;
		pyenv_free(&b);
		return;
	}
	if (a->dead) {
		b.may_raise |= a->may_raise;
		pyenv_free(a);
		*a = b;
		return;
	}
	make_room(a, b.n);
	make_room(&b, a->n);
	for (size_t i = 0; i < a->n; i++) {
		if (same(&a->v[i], &b.v[i]))
			continue;
		if (!a->v[i].value || (b.v[i].value && b.v[i].serial > a->v[i].serial))
			a->v[i] = b.v[i];
		if (a->v[i].value->kind != PYVALUE_UNKNOWN)
			a->v[i].value = pyvalue_unknown(names->arena, under_condition);
	}
	a->may_raise |= b.may_raise;
	pyenv_free(&b);
}

struct pyenv
pyenv_since(const struct pyenv *before, unsigned serial, const struct pynames *names)
{
	struct pyenv e = pyenv_copy(before);

	make_room(&e, names->n);
	for (size_t i = 0; i < names->n; i++) {
		const struct pytouch *t = &names->touched[i];

		if (t->serial > serial)
			e.v[i] = (struct pybinding){
				.value = pyvalue_unknown(names->arena, under_condition),
				.line = t->line,
				.serial = t->serial,
			};
	}
	return e;
}

void
pyenv_free(struct pyenv *e)
{
	free(e->v);
	*e = (struct pyenv){0};
}
