/* Assignment in all its forms, and the other statements that touch names. */
#include "migrations/alembic/pystmt.h"

#include <string.h>

#include "base/mem.h"
#include "migrations/alembic/pystring.h"

static const char by_import[] = "bound by an import";
static const char by_change[] = "changed after it was bound";
static const char by_unpacking[] = "bound by unpacking what is no constant";

/* Where a statement writes to. */
struct writer {
	struct pyenv *env;
	struct pynames *names;
	unsigned line;
	bool conflict;
};

static struct writer
writer_for(struct pyspan stmt, struct pyenv *env, struct pynames *names)
{
	struct writer w = {.env = env, .names = names, .line = stmt.from->line};

	for (const struct pytoken *t = stmt.from; t < stmt.to; t++)
		w.conflict |= t->conflict;
	return w;
}

static void
bind(struct writer *w, const struct pytoken *name, struct pyvalue *value)
{
	const char *word = pyeval_name(name, w->names->arena);

	if (w->conflict) {
		value = pyvalue_unknown(w->names->arena,
			"given where a merge or a template is unfinished");
		value->conflict = true;
	}
	pyenv_bind(w->env, w->names, word,
		(struct pybinding){.value = value, .line = w->line});
}

static void
bind_unknown(struct writer *w, const struct pytoken *name, const char *why)
{
	bind(w, name, pyvalue_unknown(w->names->arena, why));
}

/* The object that a name is bound to is changed in place. */
static void
spoil(struct writer *w, const struct pytoken *name)
{
	const struct pybinding *b =
		pyenv_get(w->env, w->names, pyeval_name(name, w->names->arena));

	if (b && b->value->kind == PYVALUE_SEQUENCE)
		pyvalue_spoil(b->value, by_change);
}

/* The next `op` outside of brackets and of a lambda's parameters, or `to`. */
static const struct pytoken *
find_op(struct pyspan s, const char *op)
{
	for (const struct pytoken *t = s.from; t < s.to; t++) {
		if (pytoken_is(t, op))
			return t;
		if (pytoken_is(t, "lambda"))
			t = pyeval_lambda_colon(t, s.to);
		else if (pytoken_is(t, "(") || pytoken_is(t, "[") || pytoken_is(t, "{"))
			t = pyeval_behind_bracket(t, s.to) - 1;
	}
	return s.to;
}

void
pystmt_scan(struct pyspan expr, struct pyenv *env, struct pynames *names)
{
	static const char *const changing[] = {"append", "extend", "insert", "remove",
		"pop", "clear", "add", "update", "discard", "sort", "reverse",
		"__setitem__", "__iadd__"};
	struct writer w;

	if (expr.from >= expr.to)
		return;
	w = writer_for(expr, env, names);
	for (const struct pytoken *t = expr.from; t + 1 < expr.to; t++) {
		if (t->kind != PYTOKEN_NAME)
			continue;
		if (pytoken_is(t + 1, ":="))
			bind_unknown(&w, t, "bound inside of an expression");
		if (t + 2 >= expr.to || !pytoken_is(t + 1, "."))
			continue;
		for (size_t i = 0; i < COUNT_OF(changing); i++)
			if (pytoken_is(t + 2, changing[i]))
				spoil(&w, t);
	}
}

/* ---- Targets ---- */

static void assign(struct writer *w, struct pyspan target, struct pyvalue *value);

static size_t
count_parts(struct pyspan s)
{
	size_t n = 0;

	while (s.from < s.to) {
		const struct pytoken *comma = find_op(s, ",");

		n++;
		s.from = comma + (comma < s.to);
	}
	return n;
}

static void
unpack(struct writer *w, struct pyspan targets, struct pyvalue *value)
{
	bool fits = value->kind == PYVALUE_SEQUENCE && !value->unordered &&
		    value->n_items == count_parts(targets);

	for (size_t i = 0; targets.from < targets.to; i++) {
		const struct pytoken *comma = find_op(targets, ",");

		assign(w, (struct pyspan){targets.from, comma},
			fits ? value->items[i]
			     : pyvalue_unknown(w->names->arena, by_unpacking));
		targets.from = comma + (comma < targets.to);
	}
}

static void
bind_anything(struct writer *w)
{
	static const char *const ours[] = {
		"revision", "down_revision", "branch_labels", "depends_on"};

	for (size_t i = 0; i < COUNT_OF(ours); i++) {
		struct pytoken t = {.at = ours[i], .len = strlen(ours[i])};

		bind_unknown(w, &t, "possibly bound by executed text");
	}
}

/* globals(), locals(), vars(): at the top of a module all are its names. */
static bool
is_namespace(struct pyspan s)
{
	const struct pytoken *t = s.from;

	return s.to - t > 4 && pytoken_is(t + 1, "(") && pytoken_is(t + 2, ")") &&
	       (pytoken_is(t, "globals") || pytoken_is(t, "locals") ||
		       pytoken_is(t, "vars"));
}

/* globals()["revision"] = …; a name that is computed may be any. */
static bool
assign_global(struct writer *w, struct pyspan target, struct pyvalue *value)
{
	const struct pytoken *t = target.from;
	struct strbuf name = {0};

	if (!is_namespace(target) || !pytoken_is(t + 3, "["))
		return false;
	if (target.to - t != 6 || t[4].kind != PYTOKEN_STRING)
		bind_anything(w);
	else if (pystring_decode(t[4].at, t[4].len, &name) == PYSTRING_TEXT && name.s) {
		struct pytoken as_name = t[4];

		as_name.at = name.s;
		as_name.len = name.len;
		bind(w, &as_name, value);
	}
	strbuf_free(&name);
	return true;
}

static void
assign(struct writer *w, struct pyspan target, struct pyvalue *value)
{
	const struct pytoken *t = target.from;
	size_t n = (size_t)(target.to - t);
	bool list = n > 1 && (pytoken_is(t, "(") || pytoken_is(t, "[")) &&
		    pyeval_behind_bracket(t, target.to) == target.to;
	struct pyspan inside = {t + 1, target.to - 1};

	if (n == 1 && t->kind == PYTOKEN_NAME) {
		bind(w, t, value);
	} else if (find_op(target, ",") < target.to) {
		unpack(w, target, value);
	} else if (list && *t->at == '(' && find_op(inside, ",") == inside.to) {
		assign(w, inside, value);
	} else if (list) {
		unpack(w, inside, value);
	} else if (n && pytoken_is(t, "*")) {
		pystmt_bind_unknown(target, by_unpacking, w->env, w->names);
	} else if (n > 2 && t->kind == PYTOKEN_NAME && pytoken_is(t + 1, "[")) {
		spoil(w, t);
	} else if (!assign_global(w, target, value) && n > 1 &&
		   t[0].kind == PYTOKEN_NAME && t[1].kind == PYTOKEN_NAME) {
		/* `type X = …`, or something of a later Python. */
		bind_unknown(w, t + 1, "bound by a statement of another kind");
	}
}

void
pystmt_assign(struct pyspan target, struct pyvalue *value, struct pyenv *env,
	struct pynames *names)
{
	struct writer w;

	if (target.from >= target.to)
		return;
	w = writer_for(target, env, names);
	assign(&w, target, value);
}

void
pystmt_bind_unknown(
	struct pyspan target, const char *why, struct pyenv *env, struct pynames *names)
{
	struct writer w;

	if (target.from >= target.to)
		return;
	w = writer_for(target, env, names);
	for (const struct pytoken *t = target.from; t < target.to; t++) {
		bool attribute = t > target.from && pytoken_is(t - 1, ".");

		if (t->kind == PYTOKEN_NAME && !attribute)
			bind_unknown(&w, t, why);
	}
}

/* ---- Statements ---- */

/* The name at `t` is not the one that an import binds: `as` gives another. */
static bool
is_renamed(const struct pytoken *t, const struct pytoken *end)
{
	for (t++; t + 1 < end && pytoken_is(t, "."); t += 2)
		;
	return t < end && pytoken_is(t, "as");
}

/* `from x import *` may bind what a file without an id is in need of.  What is bound
 * already stays: libraries have no such names, and old templates import them last. */
static void
run_import_all(struct writer *w, const struct pytoken *module)
{
	static const char *const needed[] = {"revision", "down_revision"};

	if (pytoken_is(module, "sqlalchemy") || pytoken_is(module, "alembic"))
		return;
	for (size_t i = 0; i < COUNT_OF(needed); i++) {
		struct pytoken t = {.at = needed[i], .len = strlen(needed[i])};

		if (!pyenv_get(w->env, w->names, needed[i]))
			bind_unknown(w, &t, "possibly bound by `import *`");
	}
}

/* import a.b, c as d · from x import a, (b as c) */
static void
run_import(struct writer *w, struct pyspan s, bool from)
{
	bool bound = false; /* of this part, the name that it binds was seen */

	if (from && pytoken_is(s.to - 1, "*"))
		run_import_all(w, s.from);
	for (const struct pytoken *t = s.from; t < s.to; t++) {
		if (from) {
			from = !pytoken_is(t, "import");
		} else if (pytoken_is(t, ",") || pytoken_is(t, "(") ||
			   pytoken_is(t, "as")) {
			bound = false;
		} else if (t->kind == PYTOKEN_NAME && !bound) {
			if (!is_renamed(t, s.to))
				bind_unknown(w, t, by_import);
			bound = true;
		}
	}
}

static void
run_del(struct writer *w, struct pyspan s)
{
	for (const struct pytoken *t = s.from; t < s.to; t++) {
		bool whole = t + 1 == s.to || pytoken_is(t + 1, ",") ||
			     pytoken_is(t + 1, ")");
		bool attribute = t > s.from && pytoken_is(t - 1, ".");

		if (t->kind != PYTOKEN_NAME || attribute)
			continue;
		if (whole && w->names->loops)
			bind_unknown(w, t, "deleted in a loop");
		else if (whole)
			pyenv_bind(w->env, w->names, pyeval_name(t, w->names->arena),
				(struct pybinding){.line = w->line});
		else if (pytoken_is(t + 1, "["))
			spoil(w, t);
	}
}

static const struct pytoken *
find_augmented(struct pyspan s)
{
	static const char *const ops[] = {"+=", "-=", "*=", "/=", "//=", "%=", "**=",
		">>=", "<<=", "&=", "|=", "^=", "@="};

	for (size_t i = 0; i < COUNT_OF(ops); i++)
		if (find_op(s, ops[i]) < s.to)
			return find_op(s, ops[i]);
	return s.to;
}

/* target = target = value; also with an annotation. */
static void
run_assignment(struct writer *w, struct pyspan s)
{
	const struct pytoken *eq = find_op(s, "=");
	const struct pytoken *colon = find_op((struct pyspan){s.from, eq}, ":");
	struct pyspan target = {s.from, colon < eq ? colon : eq};
	struct pyspan value = {eq, s.to};
	struct pyvalue *v;
	bool plain;

	while (find_op((struct pyspan){value.from + 1, s.to}, "=") < s.to)
		value.from = find_op((struct pyspan){value.from + 1, s.to}, "=");
	value.from++;
	v = pyeval(value, w->env, w->names);
	/* An annotation is run, too; that of the templates of late is `str`. */
	plain = target.to - target.from == 1 &&
		(colon == eq || (eq - colon == 2 && pytoken_is(colon + 1, "str")));
	if (v->unsure || !plain)
		w->env->may_raise = true;
	assign(w, target, v);
	while (eq + 1 < value.from) {
		const struct pytoken *next =
			find_op((struct pyspan){eq + 1, s.to}, "=");

		assign(w, (struct pyspan){eq + 1, next}, v);
		w->env->may_raise |= next - eq != 2;
		eq = next;
	}
}

/* exec("…"), globals().update(…) and setattr(sys.modules[__name__], …) may bind
 * anything. */
static bool
binds_anything(struct pyspan s)
{
	static const char *const binding[] = {"update", "setdefault", "__setitem__"};
	const struct pytoken *t = s.from;

	if (s.to - t < 2)
		return false;
	if (pytoken_is(t, "exec"))
		return true;
	if (pytoken_is(t, "setattr")) {
		while (t < s.to && !pytoken_is(t, "__name__"))
			t++;
		return t < s.to;
	}
	for (size_t i = 0; i < COUNT_OF(binding); i++)
		if (is_namespace(s) && s.to - t > 5 && pytoken_is(t + 4, binding[i]))
			return true;
	return false;
}

static void
run_expression(struct writer *w, struct pyspan s)
{
	const struct pytoken *op = find_augmented(s);

	if (op < s.to && op - s.from == 1 && s.from->kind == PYTOKEN_NAME) {
		spoil(w, s.from);
		bind_unknown(w, s.from, by_change);
	} else if (op < s.to && s.from->kind == PYTOKEN_NAME) {
		spoil(w, s.from);
	} else if (binds_anything(s)) {
		bind_anything(w);
	}
	if (s.to - s.from > 1 || s.from->kind != PYTOKEN_STRING)
		w->env->may_raise = true;
}

void
pystmt_run(struct pyspan s, struct pyenv *env, struct pynames *names)
{
	struct writer w;
	struct pyspan rest = {s.from + 1, s.to};

	if (s.from >= s.to)
		return;
	w = writer_for(s, env, names);
	pystmt_scan(s, env, names);
	if (pytoken_is(s.from, "import") || pytoken_is(s.from, "from")) {
		run_import(&w, rest, pytoken_is(s.from, "from"));
		env->may_raise = true;
	} else if (pytoken_is(s.from, "del")) {
		run_del(&w, rest);
		env->may_raise = true;
	} else if (pytoken_is(s.from, "raise")) {
		env->dead = true;
	} else if (find_op(s, "=") < s.to) {
		run_assignment(&w, s);
	} else if (!pytoken_is(s.from, "pass") && find_op(s, ":") == s.to) {
		run_expression(&w, s);
	}
}

/* From `from`, to the end of its line or of the body. */
static struct pyspan
rest_of_line(const struct pytoken *from, struct pyspan body)
{
	struct pyspan line = {from, from};

	while (line.to < body.to && line.to->kind != PYTOKEN_NEWLINE)
		line.to++;
	return line;
}

void
pystmt_scan_body(struct pyspan body, struct pyenv *env, struct pynames *names)
{
	for (const struct pytoken *t = body.from; t < body.to; t++) {
		struct pyspan line;
		struct writer w;

		if (pytoken_is(t, "global")) {
			pystmt_bind_unknown(rest_of_line(t + 1, body),
				"bound by a function", env, names);
		} else if (pytoken_is(t, "globals")) {
			line = rest_of_line(t, body);
			w = writer_for(line, env, names);
			if (find_op(line, "=") < line.to || binds_anything(line))
				bind_anything(&w);
		}
	}
}
