/* Just enough of an expression evaluator for the ways in which people write an id. */
#include "migrations/alembic/pyeval.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/alembic/pystring.h"

/* No id is longer; what grows beyond is no id. */
enum { MAX_JOINED = 4096 };

struct cursor {
	const struct pytoken *at, *end;
	const struct pyenv *env;
	const struct pynames *names;
};

static const char computed[] = "computed by an expression";

static struct pyvalue *expression(struct cursor *c);

static struct pyvalue *
unknown(const struct cursor *c, const char *why)
{
	return pyvalue_unknown(c->names->arena, why);
}

static bool
is(const struct cursor *c, const char *text)
{
	return c->at < c->end && pytoken_is(c->at, text);
}

const char *
pyeval_name(const struct pytoken *t, struct arena *a)
{
	return arena_strndup(a, t->at, t->len);
}

/* How much deeper the text is behind a token: asked of every token of a call. */
static int
depth_of(const struct pytoken *t)
{
	if (t->kind != PYTOKEN_OP || t->len != 1)
		return 0;
	switch (*t->at) {
	case '(':
	case '[':
	case '{':
		return 1;
	case ')':
	case ']':
	case '}':
		return -1;
	default:
		return 0;
	}
}

const struct pytoken *
pyeval_behind_bracket(const struct pytoken *open, const struct pytoken *end)
{
	int depth = 0;

	for (const struct pytoken *t = open; t < end; t++) {
		int step = depth_of(t);

		depth += step;
		if (step < 0 && depth <= 0)
			return t + 1;
	}
	return end;
}

const struct pytoken *
pyeval_lambda_colon(const struct pytoken *lambda, const struct pytoken *end)
{
	size_t open = 0;

	for (const struct pytoken *t = lambda; t < end; t++) {
		if (pytoken_is(t, "lambda"))
			open++;
		else if (pytoken_is(t, "(") || pytoken_is(t, "[") || pytoken_is(t, "{"))
			t = pyeval_behind_bracket(t, end) - 1;
		else if (pytoken_is(t, ":") && --open == 0)
			return t;
	}
	return end;
}

/* Adjacent literals are one. */
static struct pyvalue *
strings(struct cursor *c)
{
	struct strbuf text = {0};
	enum pystring worst = PYSTRING_TEXT;
	struct pyvalue *v;

	strbuf_add(&text, "");
	for (; c->at < c->end && c->at->kind == PYTOKEN_STRING; c->at++) {
		enum pystring found = pystring_decode(c->at->at, c->at->len, &text);

		if (found > worst)
			worst = found;
	}
	if (worst == PYSTRING_TEXT)
		v = pyvalue_text(c->names->arena, text.s);
	else if (worst == PYSTRING_COMPUTED)
		v = unknown(c, "a string with computed parts");
	else if (worst == PYSTRING_BYTES)
		v = pyvalue_new(c->names->arena, PYVALUE_OTHER);
	else
		v = unknown(c, "a string that cannot be an identifier");
	strbuf_free(&text);
	return v;
}

static struct pyvalue *
name(struct cursor *c)
{
	struct arena *a = c->names->arena;
	const char *word = pyeval_name(c->at++, a);
	const struct pybinding *b = pyenv_get(c->env, c->names, word);

	if (b)
		return b->value;
	if (!strcmp(word, "None"))
		return pyvalue_new(a, PYVALUE_NONE);
	if (!strcmp(word, "True") || !strcmp(word, "False"))
		return pyvalue_new(a, PYVALUE_OTHER);
	return unknown(
		c, arena_printf(a, "taken from `%s`, which is no constant of this file",
			   word));
}

/* Behind an opening bracket: elements up to `close`.  `*comma` says whether there was
 * one.  NULL where it is not a plain list of elements. */
static struct pyvalue *
elements(struct cursor *c, const char *close, bool *comma)
{
	struct pyvalue *seq = pyvalue_new(c->names->arena, PYVALUE_SEQUENCE);
	struct pyvalue **v = NULL;
	size_t n = 0, cap = 0;

	*comma = false;
	while (c->at < c->end && !is(c, close)) {
		GROW(v, n, cap);
		v[n] = expression(c);
		seq->unsure |= v[n++]->unsure;
		if (!is(c, ","))
			break;
		*comma = true;
		c->at++;
	}
	if (n) {
		seq->items = arena_alloc(c->names->arena, n * sizeof *v);
		memcpy(seq->items, v, n * sizeof *v);
		seq->n_items = n;
	}
	free(v);
	return seq;
}

static struct pyvalue *
bracketed(struct cursor *c)
{
	const struct pytoken *open = c->at;
	const struct pytoken *behind = pyeval_behind_bracket(open, c->end);
	const char *close = pytoken_is(open, "(")   ? ")"
			    : pytoken_is(open, "[") ? "]"
						    : "}";
	bool comma;
	struct pyvalue *seq;

	c->at++;
	seq = elements(c, close, &comma);
	if (!is(c, close) || c->at + 1 != behind) {
		c->at = behind;
		return unknown(c, computed);
	}
	c->at = behind;
	seq->unordered = *close == '}' && seq->n_items;
	/* What a set may not hold ends in an exception. */
	for (size_t i = 0; seq->unordered && i < seq->n_items; i++)
		if (seq->items[i]->kind != PYVALUE_TEXT)
			return unknown(c, computed);
	if (*close == ')' && seq->n_items == 1 && !comma)
		return seq->items[0];
	return seq;
}

static bool
ends_element(const struct cursor *c)
{
	return c->at >= c->end || is(c, ",") || is(c, ")") || is(c, "]") || is(c, "}");
}

/* Never beyond what ends the element: a bracket that is passed over here would have
 * what follows read once for each bracket around it, and again for each of those. */
static struct pyvalue *
atom(struct cursor *c)
{
	if (ends_element(c))
		return unknown(c, computed);
	switch (c->at->kind) {
	case PYTOKEN_STRING:
		return strings(c);
	case PYTOKEN_NAME:
		return name(c);
	case PYTOKEN_NUMBER:
		c->at++;
		return pyvalue_new(c->names->arena, PYVALUE_OTHER);
	default:
		if (is(c, "(") || is(c, "[") || is(c, "{"))
			return bracketed(c);
		c->at++;
		return unknown(c, computed);
	}
}

static struct pyvalue *
joined(struct cursor *c, const struct pyvalue *a, const struct pyvalue *b)
{
	struct arena *arena = c->names->arena;
	struct pyvalue *v;

	if (a->kind == PYVALUE_TEXT && b->kind == PYVALUE_TEXT &&
		strlen(a->text) + strlen(b->text) <= MAX_JOINED)
		return pyvalue_text(
			arena, arena_printf(arena, "%s%s", a->text, b->text));
	if (a->kind != PYVALUE_SEQUENCE || b->kind != PYVALUE_SEQUENCE ||
		a->unordered || b->unordered || a->n_items + b->n_items > MAX_JOINED)
		return unknown(c, computed);
	v = pyvalue_new(arena, PYVALUE_SEQUENCE);
	v->unsure = a->unsure || b->unsure;
	v->n_items = a->n_items + b->n_items;
	v->items = arena_alloc(arena, (v->n_items + 1) * sizeof *v->items);
	for (size_t i = 0; i < v->n_items; i++)
		v->items[i] = i < a->n_items ? a->items[i] : b->items[i - a->n_items];
	return v;
}

/* What is not known now, others may know how to compute.  A name has its expression
 * where it was bound. */
static struct pyvalue *
located(const struct cursor *c, struct pyvalue *v, const struct pytoken *from)
{
	struct pyvalue *copy;

	if (v->kind != PYVALUE_UNKNOWN ||
		(c->at - from == 1 && from->kind == PYTOKEN_NAME))
		return v;
	copy = pyvalue_new(c->names->arena, PYVALUE_UNKNOWN);
	*copy = *v;
	copy->from = from;
	copy->to = c->at;
	return copy;
}

/* Up to the comma or bracket that ends it. */
static struct pyvalue *
expression(struct cursor *c)
{
	const struct pytoken *from = c->at;
	struct pyvalue *v = atom(c);

	while (is(c, "+")) {
		c->at++;
		v = joined(c, v, atom(c));
	}
	if (ends_element(c))
		return located(c, v, from);
	while (!ends_element(c)) {
		if (is(c, "(") || is(c, "[") || is(c, "{"))
			c->at = pyeval_behind_bracket(c->at, c->end);
		else
			c->at++;
	}
	return located(c, unknown(c, computed), from);
}

struct pyvalue *
pyeval(struct pyspan expr, const struct pyenv *env, const struct pynames *names)
{
	struct cursor c = {.at = expr.from, .end = expr.to, .env = env, .names = names};
	bool comma;
	struct pyvalue *seq;

	/* A tuple needs no parentheses; no bracket closes it. */
	seq = elements(&c, "\n", &comma);
	if (c.at < c.end || !seq->n_items)
		return unknown(&c, computed);
	return comma ? seq : seq->items[0];
}

/* ---- Conditions ---- */

static bool
is_main_test(struct pyspan t, const char *op)
{
	struct strbuf text = {0};
	bool main;

	if (t.to - t.from != 3 || !pytoken_is(t.from, "__name__") ||
		!pytoken_is(t.from + 1, op) || t.from[2].kind != PYTOKEN_STRING)
		return false;
	main = pystring_decode(t.from[2].at, t.from[2].len, &text) == PYSTRING_TEXT &&
	       text.s && !strcmp(text.s, "__main__");
	strbuf_free(&text);
	return main;
}

/* `TYPE_CHECKING`, or that of a module: `typing.TYPE_CHECKING`. */
static bool
is_type_checking(struct pyspan t, const struct pyenv *env, const struct pynames *names)
{
	const struct pybinding *b = pyenv_get(env, names, "TYPE_CHECKING");
	size_t n = (size_t)(t.to - t.from);

	if (n == 3 && t.from->kind == PYTOKEN_NAME && pytoken_is(t.from + 1, "."))
		return pytoken_is(t.from + 2, "TYPE_CHECKING");
	/* One that this file sets itself may be anything. */
	return n == 1 && pytoken_is(t.from, "TYPE_CHECKING") &&
	       (!b || b->value->kind == PYVALUE_UNKNOWN);
}

static enum pytruth
literal_truth(const struct pytoken *t)
{
	if (pytoken_is(t, "True"))
		return PYTRUTH_TRUE;
	if (pytoken_is(t, "False") || pytoken_is(t, "None"))
		return PYTRUTH_FALSE;
	if (t->kind == PYTOKEN_NUMBER && t->len == 1)
		return *t->at == '0' ? PYTRUTH_FALSE : PYTRUTH_TRUE;
	return PYTRUTH_UNKNOWN;
}

enum pytruth
pyeval_truth(struct pyspan t, const struct pyenv *env, const struct pynames *names)
{
	if (t.from < t.to && pytoken_is(t.from, "(") &&
		pyeval_behind_bracket(t.from, t.to) == t.to)
		return pyeval_truth((struct pyspan){t.from + 1, t.to - 1}, env, names);
	if (t.to - t.from > 1 && pytoken_is(t.from, "not")) {
		struct pyspan rest = {t.from + 1, t.to};
		enum pytruth truth = PYTRUTH_UNKNOWN;

		/* Only before a test that is one whole: `not` binds tighter. */
		if (rest.to - rest.from == 1 || is_type_checking(rest, env, names))
			truth = pyeval_truth(rest, env, names);
		return truth == PYTRUTH_TRUE    ? PYTRUTH_FALSE
		       : truth == PYTRUTH_FALSE ? PYTRUTH_TRUE
						: PYTRUTH_UNKNOWN;
	}
	if (is_type_checking(t, env, names) || is_main_test(t, "=="))
		return PYTRUTH_FALSE;
	if (is_main_test(t, "!="))
		return PYTRUTH_TRUE;
	return t.to - t.from == 1 ? literal_truth(t.from) : PYTRUTH_UNKNOWN;
}
