/* Text is put together in many ways before it is executed.  What is not known in it
 * stays visible as such, so that nobody takes a part of a name for a name. */
#include "migrations/alembic/pytext.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/alembic/pystring.h"

/* Expressions in expressions in names …; and no text of a migration is longer. */
enum { MAX_DEPTH = 12, MAX_TEXT = 1 << 20, MAX_ITEMS = 10000 };

struct evaluator {
	const struct pyscope *scope;
	struct arena *arena;
	unsigned depth;
};

static struct pyvalue *evaluate(struct evaluator *ev, struct pyspan s);

static struct pyvalue *
unknown(const struct evaluator *ev)
{
	return pyvalue_unknown(ev->arena, "computed by an expression");
}

static struct pyvalue *
text_of(const struct evaluator *ev, struct strbuf *b)
{
	struct pyvalue *v = pyvalue_text(ev->arena, b->s ? b->s : "");

	pyscope_charge(ev->scope, b->len / 4);
	strbuf_free(b);
	return v;
}

static bool
is(const struct pytoken *t, const struct pytoken *end, const char *text)
{
	return t < end && pytoken_is(t, text);
}

static bool
opens(const struct pytoken *t)
{
	return pytoken_is(t, "(") || pytoken_is(t, "[") || pytoken_is(t, "{");
}

const struct pytoken *
pytext_find(struct pyspan s, const char *op)
{
	for (const struct pytoken *t = s.from; t < s.to; t++) {
		if (pytoken_is(t, op))
			return t;
		if (pytoken_is(t, "lambda"))
			t = pyeval_lambda_colon(t, s.to);
		else if (opens(t))
			t = pyeval_behind_bracket(t, s.to) - 1;
	}
	return s.to;
}

struct pyspan
pytext_argument(struct pyspan call, const char *name, int position)
{
	struct pyspan rest = {call.from + 1, call.to - 1};

	for (int i = 0; rest.from < rest.to;) {
		const struct pytoken *comma = pytext_find(rest, ",");
		struct pyspan one = {rest.from, comma};
		bool named = one.to - one.from > 2 && one.from->kind == PYTOKEN_NAME &&
			     pytoken_is(one.from + 1, "=");

		if (named && name && pytoken_is(one.from, name))
			return (struct pyspan){one.from + 2, one.to};
		/* Nobody can count behind an unpacked list. */
		if (!named && pytoken_is(one.from, "*"))
			position = -1;
		if (!named && i++ == position)
			return one;
		rest.from = comma + (comma < rest.to);
	}
	return (struct pyspan){call.to, call.to};
}

bool
pytext_is_whole(const struct pyvalue *v)
{
	return v->kind == PYVALUE_TEXT && !strstr(v->text, PYTEXT_UNKNOWN);
}

/* ---- Parts of a text ---- */

static void
add_value(struct strbuf *out, const struct pyvalue *v)
{
	if (v->kind == PYVALUE_TEXT && out->len + strlen(v->text) < MAX_TEXT)
		strbuf_add(out, v->text);
	else
		strbuf_add(out, PYTEXT_UNKNOWN);
}

/* {name}; all else in a field is not known. */
static void
add_field(void *arg, const char *expr, size_t n, struct strbuf *out)
{
	struct evaluator *ev = arg;
	struct pytoken t = {.kind = PYTOKEN_NAME};

	while (n && *expr == ' ') {
		expr++;
		n--;
	}
	while (n && expr[n - 1] == ' ')
		n--;
	t.at = expr;
	t.len = n;
	for (size_t i = 0; i < n; i++)
		if (strchr("()[]{}.:!=+-*/%|&^~<>@, \"'", expr[i]))
			t.len = 0;
	if (t.len)
		add_value(out, evaluate(ev, (struct pyspan){&t, &t + 1}));
	else
		strbuf_add(out, PYTEXT_UNKNOWN);
}

/* Adjacent literals. */
static struct pyvalue *
strings(struct evaluator *ev, struct pyspan s)
{
	const struct pystring_fields fields = {add_field, ev};
	struct strbuf b = {0};

	for (const struct pytoken *t = s.from; t < s.to; t++) {
		size_t before = b.len;

		if (pystring_decode_fields(t->at, t->len, &fields, &b) !=
				PYSTRING_TEXT &&
			b.len == before)
			strbuf_add(&b, PYTEXT_UNKNOWN);
	}
	return text_of(ev, &b);
}

/* a + b + …: a text if one of them is; sequences are pyeval()'s. */
static struct pyvalue *
sum(struct evaluator *ev, struct pyspan s)
{
	struct strbuf b = {0};
	bool any = false;

	while (s.from < s.to) {
		const struct pytoken *plus = pytext_find(s, "+");
		struct pyvalue *v = evaluate(ev, (struct pyspan){s.from, plus});

		any |= v->kind == PYVALUE_TEXT;
		add_value(&b, v);
		s.from = plus + (plus < s.to);
	}
	if (any)
		return text_of(ev, &b);
	strbuf_free(&b);
	return unknown(ev);
}

/* "… %s …" % value, or % (value, value) */
static struct pyvalue *
percent(struct evaluator *ev, struct pyspan left, struct pyspan right)
{
	struct pyvalue *format = evaluate(ev, left), *with;
	struct strbuf b = {0};
	size_t n = 0;

	if (format->kind != PYVALUE_TEXT)
		return format;
	with = evaluate(ev, right);
	for (const char *c = format->text; *c; c++) {
		const struct pyvalue *v = with;

		if (*c != '%' || !c[1]) {
			strbuf_addc(&b, *c);
			continue;
		}
		c++;
		if (*c == '%') {
			strbuf_addc(&b, '%');
			continue;
		}
		if (with->kind == PYVALUE_SEQUENCE)
			v = n < with->n_items ? with->items[n] : NULL;
		n++;
		if (*c == '(')
			c += strcspn(c, ")") + (strchr(c, ')') != NULL);
		if (v && *c == 's')
			add_value(&b, v);
		else
			strbuf_add(&b, PYTEXT_UNKNOWN);
		if (!*c)
			break;
	}
	return text_of(ev, &b);
}

/* ---- Calls ---- */

/* {} and {0} are by position, {name} by name. */
static struct pyvalue *
formatted(struct evaluator *ev, const struct pyvalue *format, struct pyspan call)
{
	struct strbuf b = {0};
	int next = 0;

	for (const char *c = format->text; *c; c++) {
		size_t n = strcspn(c, "}");
		struct pyspan arg;
		char *name;

		if ((*c == '{' || *c == '}') && c[1] == *c) {
			strbuf_addc(&b, *c++);
			continue;
		}
		if (*c != '{' || !c[n]) {
			strbuf_addc(&b, *c);
			continue;
		}
		name = xstrndup(c + 1, n - 1);
		arg = pytext_argument(call, name,
			!*name                       ? next++
			: strspn(name, "0123456789") ? atoi(name)
						     : -1);
		if (arg.from < arg.to)
			add_value(&b, evaluate(ev, arg));
		else
			strbuf_add(&b, PYTEXT_UNKNOWN);
		free(name);
		c += n;
	}
	return text_of(ev, &b);
}

static struct pyvalue *
joined(struct evaluator *ev, const struct pyvalue *between, struct pyspan call)
{
	struct pyvalue *list = evaluate(ev, pytext_argument(call, NULL, 0));
	struct strbuf b = {0};

	strbuf_add(&b, "");
	if (list->kind != PYVALUE_SEQUENCE)
		strbuf_add(&b, PYTEXT_UNKNOWN);
	for (size_t i = 0; i < list->n_items && b.len < MAX_TEXT; i++) {
		strbuf_add(&b, i ? between->text : "");
		add_value(&b, list->items[i]);
	}
	return text_of(ev, &b);
}

static struct pyvalue *
split(struct evaluator *ev, const struct pyvalue *text, struct pyspan call)
{
	struct pyvalue *at = evaluate(ev, pytext_argument(call, "sep", 0));
	struct pyvalue *list = pyvalue_new(ev->arena, PYVALUE_SEQUENCE);
	const char *sep = at->kind == PYVALUE_TEXT && *at->text ? at->text : NULL;
	size_t cap = 0;
	struct pyvalue **v = NULL;

	for (const char *p = text->text; p && list->n_items < MAX_ITEMS;) {
		const char *end = sep ? strstr(p, sep) : p + strcspn(p, " \t\n\r\f\v");

		end = end ? end : p + strlen(p);
		if (sep || end > p) {
			GROW(v, list->n_items, cap);
			v[list->n_items++] = pyvalue_text(ev->arena,
				arena_strndup(ev->arena, p, (size_t)(end - p)));
		}
		p = *end ? end + (sep ? strlen(sep) : 1) : NULL;
	}
	if (v) {
		list->items = arena_alloc(ev->arena, list->n_items * sizeof *v);
		memcpy(list->items, v, list->n_items * sizeof *v);
		free(v);
	}
	return list;
}

/* A method of a text, or one that leaves what a text says as it is. */
static struct pyvalue *
method(struct evaluator *ev, struct pyspan receiver, const struct pytoken *name,
	struct pyspan call)
{
	static const char *const same[] = {"strip", "lstrip", "rstrip", "bindparams",
		"execution_options", "columns", "lower", "copy"};
	struct pyvalue *v = evaluate(ev, receiver);

	if (v->kind == PYVALUE_TEXT && pytoken_is(name, "format"))
		return formatted(ev, v, call);
	if (v->kind == PYVALUE_TEXT && pytoken_is(name, "join"))
		return joined(ev, v, call);
	if (v->kind == PYVALUE_TEXT && pytoken_is(name, "split"))
		return split(ev, v, call);
	for (size_t i = 0; i < COUNT_OF(same); i++)
		if (pytoken_is(name, same[i]))
			return v;
	return unknown(ev);
}

/* text("…"), sa.text("…"), textwrap.dedent("…"), reversed(LIST): what they are given.
 */
static bool
passes_through(const struct pytoken *name)
{
	static const char *const words[] = {"text", "DDL", "dedent", "cleandoc", "str",
		"literal_column", "TextClause", "reversed", "sorted", "list", "tuple",
		"set", "frozenset", "quoted_name", "Identifier", "SQL", "f"};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (pytoken_is(name, words[i]))
			return true;
	return false;
}

/* An expression that ends in a call. */
static struct pyvalue *
call_value(struct evaluator *ev, struct pyspan s)
{
	const struct pytoken *open = s.from, *name;
	struct pyspan call;

	/* The last bracket at the top. */
	for (const struct pytoken *t = s.from; t < s.to; t++) {
		if (!opens(t))
			continue;
		open = t;
		t = pyeval_behind_bracket(t, s.to) - 1;
	}
	call = (struct pyspan){open, s.to};
	if (open == s.from || !pytoken_is(open, "(") ||
		pyeval_behind_bracket(open, s.to) != s.to)
		return unknown(ev);
	name = open - 1;
	if (name->kind != PYTOKEN_NAME)
		return unknown(ev);
	if (passes_through(name))
		return evaluate(ev, pytext_argument(call, NULL, 0));
	if (name - s.from < 2 || !pytoken_is(name - 1, "."))
		return unknown(ev);
	return method(ev, (struct pyspan){s.from, name - 1}, name, call);
}

/* op.get_bind().dialect.name: whoever is watched is PostgreSQL. */
static bool
is_dialect(struct pyspan s)
{
	const struct pytoken *t = s.to;

	return s.to - s.from > 4 && pytoken_is(t - 1, "name") &&
	       pytoken_is(t - 2, ".") && pytoken_is(t - 4, ".") &&
	       (pytoken_is(t - 3, "dialect") || pytoken_is(t - 3, "engine"));
}

/* ---- All together ---- */

static struct pyvalue *
compute(struct evaluator *ev, struct pyspan s)
{
	const struct pytoken *t = s.from;
	bool literals = true;

	if (pytoken_is(t, "(") && pyeval_behind_bracket(t, s.to) == s.to)
		return evaluate(ev, (struct pyspan){t + 1, s.to - 1});
	if (pytext_find(s, "+") < s.to)
		return sum(ev, s);
	t = pytext_find(s, "%");
	if (t < s.to)
		return percent(
			ev, (struct pyspan){s.from, t}, (struct pyspan){t + 1, s.to});
	for (t = s.from; t < s.to; t++)
		literals = literals && t->kind == PYTOKEN_STRING;
	if (literals)
		return strings(ev, s);
	if (is_dialect(s))
		return pyvalue_text(ev->arena, "postgresql");
	if (is(s.to - 1, s.to, ")"))
		return call_value(ev, s);
	return unknown(ev);
}

/* What pyeval() gave up, tried again. */
static struct pyvalue *
improved(struct evaluator *ev, struct pyvalue *v)
{
	struct pyvalue *better = v;

	if (v->kind == PYVALUE_UNKNOWN && v->from && !v->table && *ev->scope->left &&
		ev->depth < MAX_DEPTH) {
		ev->depth++;
		pyscope_charge(ev->scope, (size_t)(v->to - v->from));
		better = compute(ev, (struct pyspan){v->from, v->to});
		ev->depth--;
	}
	/* Whoever has the object itself may know more of it. */
	return better->kind == PYVALUE_UNKNOWN ? v : better;
}

static struct pyvalue *
improved_sequence(struct evaluator *ev, struct pyvalue *v)
{
	struct pyvalue *copy;

	if (v->kind != PYVALUE_SEQUENCE || !v->unsure || ev->depth >= MAX_DEPTH)
		return improved(ev, v);
	copy = pyvalue_new(ev->arena, PYVALUE_SEQUENCE);
	*copy = *v;
	copy->items = arena_alloc(ev->arena, (v->n_items + 1) * sizeof *copy->items);
	ev->depth++;
	for (size_t i = 0; i < v->n_items; i++)
		copy->items[i] = improved(ev, v->items[i]);
	ev->depth--;
	return copy;
}

static struct pyvalue *
evaluate(struct evaluator *ev, struct pyspan s)
{
	if (s.from >= s.to || ev->depth >= MAX_DEPTH || !*ev->scope->left)
		return unknown(ev);
	pyscope_charge(ev->scope, (size_t)(s.to - s.from));
	return improved_sequence(ev, pyeval(s, ev->scope->env, ev->scope->names));
}

struct pyvalue *
pytext(struct pyspan expr, const struct pyscope *scope)
{
	struct evaluator ev = {.scope = scope, .arena = scope->names->arena};

	return evaluate(&ev, expr);
}
