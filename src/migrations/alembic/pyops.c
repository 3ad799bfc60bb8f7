/* The body of upgrade() is run as the module is, with every call looked at; a function
 * of the same file is gone into with what it is given. */
#include "migrations/alembic/pyops.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/alembic/pyblock.h"
#include "migrations/alembic/pycall.h"
#include "migrations/alembic/pystmt.h"

/* Functions that call functions …; and how much is looked at in one file, in tokens: a
 * large migration needs a hundredth of it. */
enum { MAX_CALLS = 12, MAX_WORK = 2000000 };

struct function {
	const struct pytoken *name, *colon;
	bool top;    /* not within a class or function */
	bool active; /* it is being run */
};

struct runner {
	const struct pyenv *module;
	struct pynames *names;
	struct function *functions;
	size_t n, cap;
	struct strmap *by_name;  /* → 1 + the last one of that name */
	struct strmap *imported; /* name → operation: `from alembic.op import …` */
	struct pyfollower follower;
	unsigned calls; /* functions that are active */
	size_t left;
	struct effects *out;
};

static struct pyscope
scope_of(struct runner *r, const struct pyenv *env)
{
	return (struct pyscope){.env = env, .names = r->names, .left = &r->left};
}

/* ---- The functions of a file ---- */

static void
add_function(struct runner *r, const struct pytoken *name, bool top)
{
	const struct pytoken *colon = pyblock_header_colon(name);

	if (name->kind != PYTOKEN_NAME || !colon)
		return;
	GROW(r->functions, r->n, r->cap);
	r->functions[r->n++] =
		(struct function){.name = name, .colon = colon, .top = top};
	strmap_put(r->by_name, pyeval_name(name, r->names->arena),
		(void *)(uintptr_t)r->n);
}

/* from alembic.op import drop_table as dt, execute */
static void
take_import(struct runner *r, const struct pytoken *t)
{
	struct arena *a = r->names->arena;

	if (!pytoken_is(t, "from") || !pytoken_is(t + 1, "alembic") ||
		!pytoken_is(t + 2, ".") || !pytoken_is(t + 3, "op"))
		return;
	for (t += 5; t->kind != PYTOKEN_NEWLINE && t->kind != PYTOKEN_END; t++) {
		bool renamed = t->kind == PYTOKEN_NAME && pytoken_is(t + 1, "as");

		if (t->kind != PYTOKEN_NAME)
			continue;
		strmap_put(r->imported, pyeval_name(renamed ? t + 2 : t, a),
			(void *)pyeval_name(t, a));
		t += renamed ? 2 : 0;
	}
}

static void
find_functions(struct runner *r, const struct pytokens *t)
{
	size_t depth = 0;

	for (size_t i = 0; i + 1 < t->n; i++) {
		const struct pytoken *at = &t->v[i];

		depth += at->kind == PYTOKEN_INDENT;
		depth -= at->kind == PYTOKEN_DEDENT && depth;
		if (pytoken_is(at, "def"))
			add_function(r, at + 1, !depth);
		else if (i + 5 < t->n)
			take_import(r, at);
	}
}

static struct function *
find_function(struct runner *r, const char *name)
{
	size_t at = (size_t)(uintptr_t)strmap_get(r->by_name, name);

	return at ? &r->functions[at - 1] : NULL;
}

/* ---- Going into a function ---- */

static void
bind(struct runner *r, struct pyenv *env, const struct pytoken *name,
	struct pyvalue *value)
{
	pyenv_bind(env, r->names, pyeval_name(name, r->names->arena),
		(struct pybinding){.value = value, .line = name->line});
}

/* A parameter: `name`, `name: int`, `name="x"`. */
static void
bind_parameter(struct runner *r, struct pyenv *to, struct pyspan parameter,
	struct pyspan argument, const struct pyscope *caller)
{
	const struct pytoken *equals = pytext_find(parameter, "=");
	const struct pyscope module = scope_of(r, r->module);
	struct pyvalue *v;

	if (parameter.from->kind != PYTOKEN_NAME) {
		pystmt_bind_unknown(parameter, "a parameter", to, r->names);
		return;
	}
	if (argument.from < argument.to)
		v = pytext(argument, caller);
	else if (equals + 1 < parameter.to)
		v = pytext((struct pyspan){equals + 1, parameter.to}, &module);
	else
		v = pyvalue_unknown(r->names->arena, "a parameter");
	bind(r, to, parameter.from, v);
}

static void
bind_parameters(struct runner *r, const struct function *f, struct pyenv *to,
	struct pyspan args, const struct pyscope *caller)
{
	const struct pytoken *open = f->name + 1;
	struct pyspan rest = {open + 1, pyeval_behind_bracket(open, f->colon) - 1};

	for (int i = 0; pytoken_is(open, "(") && rest.from < rest.to; i++) {
		const struct pytoken *comma = pytext_find(rest, ",");
		char *name = xstrndup(rest.from->at, rest.from->len);
		struct pyspan none = {0}, given = none;

		if (args.from < args.to)
			given = pytext_argument(args, name, i);
		bind_parameter(r, to, (struct pyspan){rest.from, comma}, given, caller);
		free(name);
		rest.from = comma + (comma < rest.to);
	}
}

static void
run_function(struct runner *r, struct function *f, struct pyspan args,
	const struct pyscope *caller)
{
	struct pyenv env;
	unsigned loops = r->names->loops;
	size_t at = (size_t)(f - r->functions);

	if (f->active || r->calls == MAX_CALLS || !r->left)
		return;
	env = pyenv_copy(r->module);
	pyscope_charge(caller, env.n + 1);
	env.dead = false;
	r->names->loops = 0;
	r->calls++;
	r->functions[at].active = true;
	bind_parameters(r, f, &env, args, caller);
	pyblock_run_body(f->colon, &env, r->names, &r->follower);
	r->functions[at].active = false;
	r->calls--;
	r->names->loops = loops;
	pyenv_free(&env);
}

/* globals()["upgrade_%s" % engine]() of projects with several databases. */
static void
run_all_upgrades(struct runner *r, const struct pyscope *scope)
{
	static const char prefix[] = "upgrade_";
	const struct pyspan none = {0};

	for (size_t i = 0; i < r->n; i++) {
		const struct pytoken *name = r->functions[i].name;

		if (r->functions[i].top && name->len > strlen(prefix) &&
			!memcmp(name->at, prefix, strlen(prefix)))
			run_function(r, &r->functions[i], none, scope);
	}
}

/* ---- Statements ---- */

static void
look_at_call(struct runner *r, struct pyspan s, const struct pytoken *name,
	const struct pyscope *scope)
{
	const struct pytoken *behind = pyeval_behind_bracket(name + 1, s.to);
	const struct pycall call = {.before = {s.from, name},
		.name = name,
		.args = {name + 1, behind},
		.after = {behind, s.to}};
	const char *word = pyeval_name(name, r->names->arena);
	bool bare = name == s.from || !pytoken_is(name - 1, ".");
	struct function *f = bare ? find_function(r, word) : NULL;
	const char *operation = bare ? strmap_get(r->imported, word) : NULL;

	if (f)
		run_function(r, f, call.args, scope);
	else
		pycall_read(&call, operation ? operation : word, scope, r->out);
}

static bool
is_call(const struct pytoken *t)
{
	return t->kind == PYTOKEN_NAME && t[1].kind == PYTOKEN_OP && *t[1].at == '(';
}

static void
look_at(struct runner *r, struct pyspan s, const struct pyenv *env)
{
	const struct pyscope scope = scope_of(r, env);

	pyscope_charge(&scope, (size_t)(s.to - s.from) + 1);
	for (const struct pytoken *t = s.from; t + 1 < s.to && r->left; t++) {
		if (!is_call(t))
			continue;
		if (pytoken_is(t, "globals") || pytoken_is(t, "eval"))
			run_all_upgrades(r, &scope);
		else
			look_at_call(r, s, t, &scope);
	}
}

/* What a plain `name = …` gives, where it is more than pystmt_run() would know. */
static struct pyvalue *
better_value(struct runner *r, struct pyspan s, const struct pyenv *env)
{
	const struct pyscope scope = scope_of(r, env);
	const struct pytoken *equals = pytext_find(s, "=");
	struct pyspan right = {equals + 1, s.to};
	struct pyvalue *v;

	if (right.from >= right.to || s.from->kind != PYTOKEN_NAME ||
		!(equals == s.from + 1 || pytoken_is(s.from + 1, ":")) ||
		pytext_find(right, "=") < right.to)
		return NULL;
	v = pycall_table(right, &scope);
	return v ? v : pytext(right, &scope);
}

/* name += … */
static struct pyvalue *
longer_value(struct runner *r, struct pyspan s, const struct pyenv *env)
{
	const struct pyscope scope = scope_of(r, env);
	const struct pyvalue *a, *b;
	struct arena *arena = r->names->arena;

	if (s.to - s.from < 3 || s.from->kind != PYTOKEN_NAME ||
		!pytoken_is(s.from + 1, "+="))
		return NULL;
	a = pytext((struct pyspan){s.from, s.from + 1}, &scope);
	b = pytext((struct pyspan){s.from + 2, s.to}, &scope);
	if (a->kind != PYVALUE_TEXT)
		return NULL;
	pyscope_charge(&scope, strlen(a->text) / 4);
	return pyvalue_text(
		arena, arena_printf(arena, "%s%s", a->text,
			       b->kind == PYVALUE_TEXT ? b->text : PYTEXT_UNKNOWN));
}

/* Most statements of an upgrade(): they bind nothing. */
static bool
is_plain_call(struct pyspan s)
{
	return s.to - s.from > 2 && s.from->kind == PYTOKEN_NAME &&
	       (pytoken_is(s.from + 1, ".") || pytoken_is(s.from + 1, "(")) &&
	       pytoken_is(s.to - 1, ")") && pytext_find(s, "=") == s.to;
}

static void
on_statement(void *arg, struct pyspan s, struct pyenv *env)
{
	static const char *const leaving[] = {"return", "continue", "break"};
	struct runner *r = arg;
	struct pyvalue *v;

	if (s.from >= s.to || env->dead || !r->left)
		return;
	look_at(r, s, env);
	if (is_plain_call(s)) {
		pystmt_scan(s, env, r->names);
		env->may_raise = true;
		return;
	}
	v = better_value(r, s, env);
	if (!v)
		v = longer_value(r, s, env);
	pystmt_run(s, env, r->names);
	if (v && !r->names->loops)
		bind(r, env, s.from, v);
	for (size_t i = 0; i < COUNT_OF(leaving); i++)
		env->dead |= pytoken_is(s.from, leaving[i]);
}

/* with op.batch_alter_table("t") as batch_op, … */
static void
bind_batches(struct runner *r, struct pyspan items, struct pyenv *env)
{
	const struct pyscope scope = scope_of(r, env);

	if (pytoken_is(items.from, "(") &&
		pyeval_behind_bracket(items.from, items.to) == items.to)
		items = (struct pyspan){items.from + 1, items.to - 1};
	while (items.from < items.to) {
		const struct pytoken *comma = pytext_find(items, ",");
		const struct pytoken *as =
			pytext_find((struct pyspan){items.from, comma}, "as");
		struct pyvalue *v =
			pycall_table((struct pyspan){items.from, as}, &scope);

		if (v && as + 1 < comma && as[1].kind == PYTOKEN_NAME)
			bind(r, env, as + 1, v);
		items.from = comma + (comma < items.to);
	}
}

static void
on_header(void *arg, struct pyspan header, struct pyenv *env)
{
	struct runner *r = arg;

	if (env->dead || !r->left)
		return;
	pyscope_charge(&(struct pyscope){.left = &r->left}, env->n);
	look_at(r, header, env);
	if (pytoken_is(header.from, "with"))
		bind_batches(r, (struct pyspan){header.from + 1, header.to}, env);
}

/* Two texts that are known. */
static enum pytruth
compared(struct runner *r, struct pyspan test, const struct pyenv *env)
{
	const struct pyscope scope = scope_of(r, env);
	const struct pytoken *op = pytext_find(test, "==");
	bool equal = op < test.to, same;
	const struct pyvalue *a, *b;

	if (!equal)
		op = pytext_find(test, "!=");
	if (op == test.to || pytext_find(test, "and") < test.to ||
		pytext_find(test, "or") < test.to || pytoken_is(test.from, "not"))
		return PYTRUTH_UNKNOWN;
	a = pytext((struct pyspan){test.from, op}, &scope);
	b = pytext((struct pyspan){op + 1, test.to}, &scope);
	if (!pytext_is_whole(a) || !pytext_is_whole(b))
		return PYTRUTH_UNKNOWN;
	same = !strcmp(a->text, b->text);
	return same == equal ? PYTRUTH_TRUE : PYTRUTH_FALSE;
}

static enum pytruth
on_truth(void *arg, struct pyspan test, struct pyenv *env)
{
	struct runner *r = arg;
	enum pytruth truth = pyeval_truth(test, env, r->names);

	if (truth == PYTRUTH_UNKNOWN && test.from < test.to && r->left)
		truth = compared(r, test, env);
	return truth;
}

static const struct pyvalue *
on_items(void *arg, struct pyspan iterable, struct pyenv *env)
{
	struct runner *r = arg;
	const struct pyscope scope = scope_of(r, env);
	const struct pyvalue *v;

	if (iterable.from >= iterable.to)
		return NULL;
	v = pytext(iterable, &scope);
	return v->kind == PYVALUE_SEQUENCE ? v : NULL;
}

static bool
on_tired(void *arg)
{
	const struct runner *r = arg;

	return !r->left;
}

/* The last function of that name at the top of the module, or NULL. */
static struct function *
top_function(struct runner *r, const char *name)
{
	for (size_t i = r->n; i-- > 0;)
		if (r->functions[i].top && pytoken_is(r->functions[i].name, name))
			return &r->functions[i];
	return NULL;
}

static enum pybody
body_of(struct runner *r, const char *name)
{
	const struct function *f = top_function(r, name);

	return f ? pybody_of(f->colon) : PYBODY_NONE;
}

void
pyops_read(const struct pytokens *t, const struct pyenv *module, struct pynames *names,
	struct pyops *out)
{
	struct runner r = {.module = module,
		.names = names,
		.by_name = strmap_new(),
		.imported = strmap_new(),
		.follower = {on_statement, on_header, on_truth, on_items, on_tired,
			NULL},
		.left = MAX_WORK};
	const struct pyscope scope = scope_of(&r, module);
	const struct pyspan none = {0};

	*out = (struct pyops){0};
	r.out = &out->effects;
	r.follower.arg = &r;
	find_functions(&r, t);
	out->upgrade = body_of(&r, "upgrade");
	out->downgrade = body_of(&r, "downgrade");
	out->upgrade_bound = pyenv_get(module, names, "upgrade") != NULL;
	out->downgrade_bound = pyenv_get(module, names, "downgrade") != NULL;
	if (out->upgrade == PYBODY_CODE)
		run_function(&r, top_function(&r, "upgrade"), none, &scope);
	strmap_free(r.by_name);
	strmap_free(r.imported);
	free(r.functions);
}
