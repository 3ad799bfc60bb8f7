/* Scopes do not count: what a function binds may be what another one reads. */
#include "build/envname.h"

#include <string.h>

/* Over them it is no env.py that anybody has written by hand. */
enum { STEPS_MAX = 50 * 1000 * 1000 };

struct envvalue_frame {
	const struct pytoken *name;
	enum envvalue_what so_far;
	struct envvalue_frame *above;
};

/* Where a scan is. */
struct place_at {
	const struct pytoken *head; /* of the statement */
	size_t depth;               /* of brackets */
	bool in_for, in_lambda;     /* what is bound there */
};

static bool
begins_behind(const struct pytoken *t)
{
	return t->kind == PYTOKEN_NEWLINE || t->kind == PYTOKEN_INDENT ||
	       t->kind == PYTOKEN_DEDENT || pytoken_is(t, ";") || pytoken_is(t, ":");
}

static void
advance(struct place_at *p, const struct pytoken *first, const struct pytoken *t)
{
	static const char *const opens[] = {"(", "[", "{", NULL};
	static const char *const closes[] = {")", "]", "}", NULL};

	if (!p->depth && (t == first || begins_behind(t - 1)))
		*p = (struct place_at){.head = t};
	p->depth += envvalue_is_any(t, opens);
	p->depth -= p->depth && envvalue_is_any(t, closes);
	p->in_for = (p->in_for || pytoken_is(t, "for")) && !pytoken_is(t, "in");
	p->in_lambda = (p->in_lambda || pytoken_is(t, "lambda")) && !pytoken_is(t, ":");
}

/* ---- Imports ---- */

static enum envvalue_what
of_module(const struct pytoken *t, const struct pytoken *before)
{
	const struct pytoken *root = t;
	bool renamed = pytoken_is(before, "as");

	if (pytoken_is(t + 1, "as") || pytoken_is(t, "import") || pytoken_is(t, "as"))
		return ENV_UNBOUND;
	if (renamed)
		for (root = t - 2; pytoken_is(root - 1, ".");)
			root -= 2;
	if (pytoken_is(root, "sqlalchemy"))
		return ENV_SQLALCHEMY;
	if (pytoken_is(root, "os") && (!renamed || root == t - 2))
		return ENV_OS;
	return ENV_FOREIGN;
}

static enum envvalue_what
of_item(const struct pytoken *head, const struct pytoken *t)
{
	const struct pytoken *module = head + 1, *word = module;
	const struct pytoken *item = pytoken_is(t - 1, "as") ? t - 2 : t;
	bool whole;

	while (word < t && !pytoken_is(word, "import"))
		word++;
	if (word >= t || pytoken_is(t + 1, "as"))
		return ENV_UNBOUND;
	whole = module + 1 == word;
	if (whole && pytoken_is(module, "os"))
		return envvalue_attribute(ENV_OS, item);
	if (whole && pytoken_is(module, "alembic"))
		return pytoken_is(item, "context") ? ENV_CONTEXT : ENV_FOREIGN;
	if (pytoken_is(module, "sqlalchemy") ||
		(whole && pytoken_is(module, "sqlmodel")))
		return envvalue_attribute(ENV_SQLALCHEMY, item);
	return ENV_FOREIGN;
}

/* ---- Bindings ---- */

static bool
is_augmented(const struct pytoken *t)
{
	static const char *const comparing[] = {"==", "!=", "<=", ">=", NULL};

	return t->kind == PYTOKEN_OP && t->len > 1 && t->at[t->len - 1] == '=' &&
	       !envvalue_is_any(t, comparing);
}

/* The statement's only object behind "with". */
static enum envvalue_what
of_with(struct envvalue *e, const struct pytoken *head, const struct pytoken *as)
{
	head += pytoken_is(head, "async");
	return pytoken_is(head, "with") ? envvalue_of(e, head + 1, as) : ENV_FOREIGN;
}

/* In no bracket. */
static enum envvalue_what
of_statement(struct envvalue *e, const struct place_at *p, const struct pytoken *t,
	const struct pytoken *before)
{
	static const char *const reading[] = {"return", "global", "nonlocal", NULL};
	const struct pytoken *end = envvalue_statement_end(t), *sign;

	e->steps += (size_t)(end - t);
	if (pytoken_is(t + 1, "=") && (p->head == t || pytoken_is(before, "=")))
		return envvalue_of(e, t + 2, end);
	if (pytoken_is(t + 1, "=") || is_augmented(t + 1))
		return ENV_FOREIGN;
	if (pytoken_is(t + 1, ":") && p->head == t) {
		sign = envvalue_find(t, end, "=");
		return sign < end ? envvalue_of(e, sign + 1, end) : ENV_UNBOUND;
	}
	if (pytoken_is(t + 1, ",") || pytoken_is(before, ","))
		return envvalue_is_any(p->head, reading) ? ENV_UNBOUND : ENV_FOREIGN;
	return ENV_UNBOUND;
}

/* What the name at `t` is given there, if it is. */
static enum envvalue_what
binding(struct envvalue *e, const struct place_at *p, const struct pytoken *t)
{
	static const char *const foreign[] = {"class", "del", "case", "*", NULL};
	static const char *const going_on[] = {".", "[", "(", NULL};
	const struct pytoken *before = t > e->v ? t - 1 : t;
	bool def = pytoken_is(p->head, "def") ||
		   (pytoken_is(p->head, "async") && pytoken_is(p->head + 1, "def"));

	if (pytoken_is(p->head, "import"))
		return of_module(t, before);
	if (pytoken_is(p->head, "from"))
		return of_item(p->head, t);
	if (pytoken_is(before, "def"))
		return ENV_FUNCTION;
	if ((def && p->depth == 1) || p->in_lambda)
		return ENV_PARAMETER;
	if (pytoken_is(before, "as"))
		return of_with(e, p->head, before);
	if (p->in_for || pytoken_is(t + 1, ":=") ||
		(envvalue_is_any(before, foreign) && !envvalue_is_any(t + 1, going_on)))
		return ENV_FOREIGN;
	return p->depth ? ENV_UNBOUND : of_statement(e, p, t, before);
}

static bool
is_same(const struct pytoken *a, const struct pytoken *b)
{
	return a->kind == PYTOKEN_NAME && a->len == b->len &&
	       !memcmp(a->at, b->at, a->len);
}

enum envvalue_what
envname_value(struct envvalue *e, const struct pytoken *name)
{
	struct envvalue_frame f = {.name = name, .above = e->frames};
	struct place_at p = {.head = e->v};

	for (const struct envvalue_frame *a = e->frames; a; a = a->above)
		if (is_same(a->name, name))
			return a->so_far == ENV_UNBOUND ? ENV_FOREIGN : a->so_far;
	e->frames = &f;
	for (const struct pytoken *t = e->v; t->kind != PYTOKEN_END; t++) {
		if (++e->steps > STEPS_MAX) {
			e->doubt = true;
			break;
		}
		advance(&p, e->v, t);
		if (is_same(t, name) && (t == e->v || !pytoken_is(t - 1, ".")))
			f.so_far = envvalue_either(f.so_far, binding(e, &p, t));
	}
	e->frames = f.above;
	return f.so_far;
}
