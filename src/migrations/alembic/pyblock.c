/* A module is run without knowing any condition: both ways of an `if` are taken, and
 * what they disagree on is not certain. */
#include "migrations/alembic/pyblock.h"

#include "migrations/alembic/pystmt.h"

struct reader {
	struct pytokens *tokens;
	const struct pytoken *at;
	struct pyenv *env;
	struct pynames *names;
	const struct pyfollower *follower; /* or NULL */
};

static void run_statement(struct reader *r);

static bool
at_kind(const struct reader *r, enum pytoken_kind kind)
{
	return r->at->kind == kind;
}

static const struct pytoken *
line_end(const struct pytoken *t)
{
	while (t->kind != PYTOKEN_NEWLINE && t->kind != PYTOKEN_END)
		t++;
	return t;
}

const struct pytoken *
pyblock_header_colon(const struct pytoken *from)
{
	const struct pytoken *end = line_end(from);
	size_t lambdas = 0;

	for (const struct pytoken *t = from; t < end; t++) {
		if (pytoken_is(t, "lambda"))
			lambdas++;
		else if (pytoken_is(t, "(") || pytoken_is(t, "[") || pytoken_is(t, "{"))
			t = pyeval_behind_bracket(t, end) - 1;
		else if (pytoken_is(t, ":") && !lambdas--)
			return t;
	}
	return NULL;
}

/* ---- Suites ---- */

static void
skip_block(struct reader *r)
{
	size_t depth = 0;

	do {
		depth += at_kind(r, PYTOKEN_INDENT);
		depth -= at_kind(r, PYTOKEN_DEDENT);
		r->at++;
	} while (depth && !at_kind(r, PYTOKEN_END));
}

static void
skip_suite(struct reader *r)
{
	r->at = line_end(r->at);
	if (at_kind(r, PYTOKEN_NEWLINE))
		r->at++;
	if (at_kind(r, PYTOKEN_INDENT))
		skip_block(r);
}

static void
run_simple(struct reader *r, struct pyspan s)
{
	if (r->follower)
		r->follower->statement(r->follower->arg, s, r->env);
	else
		pystmt_run(s, r->env, r->names);
}

/* Tell of the header that ends at `colon`; its keyword is at r->at. */
static void
tell_header(const struct reader *r, const struct pytoken *colon, struct pyenv *env)
{
	if (r->follower)
		r->follower->header(
			r->follower->arg, (struct pyspan){r->at, colon}, env);
}

static enum pytruth
truth_of(const struct reader *r, struct pyspan test)
{
	if (r->follower)
		return r->follower->truth(r->follower->arg, test, r->env);
	return pyeval_truth(test, r->env, r->names);
}

static void
run_line(struct reader *r)
{
	const struct pytoken *end = line_end(r->at);

	while (r->at < end) {
		const struct pytoken *t = r->at;

		while (t < end && !pytoken_is(t, ";"))
			t++;
		run_simple(r, (struct pyspan){r->at, t});
		r->at = t + (t < end);
	}
	if (at_kind(r, PYTOKEN_NEWLINE))
		r->at++;
}

/* What follows the colon of a header: statements on the same line, or a block. */
static void
run_suite(struct reader *r, struct pyenv *env)
{
	struct pyenv *outer = r->env;

	r->names->work += env->n;
	if (r->names->work > PYBLOCK_MAX_WORK)
		while (!at_kind(r, PYTOKEN_END))
			r->at++;
	r->env = env;
	if (!at_kind(r, PYTOKEN_NEWLINE)) {
		run_line(r);
	} else {
		r->at++;
		if (at_kind(r, PYTOKEN_INDENT)) {
			r->at++;
			while (!at_kind(r, PYTOKEN_DEDENT) && !at_kind(r, PYTOKEN_END))
				run_statement(r);
			r->at += at_kind(r, PYTOKEN_DEDENT);
		}
	}
	r->env = outer;
}

/* Replace the state by the one that the ways have in common.  Where all of them end
 * in an exception, nothing was learned. */
static void
settle(struct reader *r, struct pyenv met)
{
	if (met.dead) {
		pyenv_free(&met);
		r->env->dead = true;
		return;
	}
	pyenv_free(r->env);
	*r->env = met;
}

static struct pyenv
dead_end(void)
{
	return (struct pyenv){.dead = true};
}

/* ---- Compound statements ---- */

static void
run_if(struct reader *r)
{
	struct pyenv met = dead_end();
	enum pytruth truth = PYTRUTH_UNKNOWN;
	bool otherwise = true; /* the ways so far leave one that takes none of them */
	bool first = true;

	while (first || pytoken_is(r->at, "elif") || pytoken_is(r->at, "else")) {
		const struct pytoken *colon = pyblock_header_colon(r->at);
		struct pyspan test = {r->at + 1, colon};
		struct pyenv arm;

		if (!colon)
			break;
		pystmt_scan(test, r->env, r->names);
		truth = pytoken_is(r->at, "else") ? PYTRUTH_TRUE : truth_of(r, test);
		tell_header(r, colon, r->env);
		arm = pyenv_copy(r->env);
		arm.dead = arm.dead || !otherwise || truth == PYTRUTH_FALSE;
		r->at = colon + 1;
		run_suite(r, &arm);
		pyenv_meet(&met, arm, r->names);
		otherwise = otherwise && truth != PYTRUTH_TRUE;
		first = false;
	}
	if (otherwise)
		pyenv_meet(&met, pyenv_copy(r->env), r->names);
	settle(r, met);
}

static void
run_handler(struct reader *r, const struct pytoken *colon, struct pyenv *env)
{
	struct pyspan header = {r->at + 1, colon};

	for (const struct pytoken *t = header.from; t < header.to; t++)
		if (pytoken_is(t, "as"))
			pystmt_bind_unknown((struct pyspan){t + 1, header.to},
				"bound by an except clause", env, r->names);
	r->at = colon + 1;
	run_suite(r, env);
}

static void
run_try(struct reader *r)
{
	struct pyenv body = pyenv_copy(r->env), raised, met;
	const struct pytoken *colon = pyblock_header_colon(r->at);
	unsigned serial = r->names->serial;

	body.may_raise = false;
	r->at = colon + 1;
	run_suite(r, &body);
	raised = pyenv_since(r->env, serial, r->names);
	raised.dead |= !body.may_raise && !body.dead;
	met = dead_end();
	while (pytoken_is(r->at, "except") && (colon = pyblock_header_colon(r->at))) {
		struct pyenv handler = pyenv_copy(&raised);

		run_handler(r, colon, &handler);
		pyenv_meet(&met, handler, r->names);
	}
	if (pytoken_is(r->at, "else") && (colon = pyblock_header_colon(r->at))) {
		r->at = colon + 1;
		run_suite(r, &body);
	}
	pyenv_meet(&body, met, r->names);
	if (pytoken_is(r->at, "finally") && (colon = pyblock_header_colon(r->at))) {
		r->at = colon + 1;
		run_suite(r, &body);
	}
	body.may_raise |= r->env->may_raise;
	pyenv_free(&raised);
	settle(r, body);
}

static void
run_with(struct reader *r)
{
	const struct pytoken *colon = pyblock_header_colon(r->at);
	struct pyenv body = pyenv_copy(r->env);
	struct pyspan header = {r->at + 1, colon};
	unsigned serial = r->names->serial;

	pystmt_scan(header, &body, r->names);
	for (const struct pytoken *t = header.from; t < header.to; t++) {
		const struct pytoken *end = t + 1;

		if (!pytoken_is(t, "as"))
			continue;
		while (end < header.to && !pytoken_is(end, ","))
			end++;
		pystmt_bind_unknown((struct pyspan){t + 1, end},
			"bound by a with statement", &body, r->names);
	}
	tell_header(r, colon, &body);
	body.may_raise = false;
	r->at = colon + 1;
	run_suite(r, &body);
	/* The context manager may swallow an exception: the body need not have come
	 * to its end. */
	if (body.may_raise || body.dead) {
		struct pyenv part = pyenv_since(r->env, serial, r->names);

		pyenv_meet(&body, part, r->names);
	}
	body.may_raise = true;
	settle(r, body);
}

/* The `in` of a `for`, or NULL. */
static const struct pytoken *
for_in(const struct pytoken *from, const struct pytoken *colon)
{
	for (const struct pytoken *t = from; t < colon; t++) {
		if (pytoken_is(t, "in"))
			return t;
		if (pytoken_is(t, "(") || pytoken_is(t, "["))
			t = pyeval_behind_bracket(t, colon) - 1;
	}
	return NULL;
}

/* A loop through what is known, round by round.  False where it is not known. */
static bool
run_for_each(struct reader *r, const struct pytoken *colon)
{
	const struct pyfollower *f = r->follower;
	const struct pytoken *start = r->at, *in = for_in(start, colon);
	const struct pyvalue *items;
	struct pyenv body;

	if (!f || !in || !pytoken_is(start, "for"))
		return false;
	items = f->items(f->arg, (struct pyspan){in + 1, colon}, r->env);
	if (!items || !items->n_items)
		return false;
	tell_header(r, colon, r->env);
	body = pyenv_copy(r->env);
	for (size_t i = 0; i < items->n_items && (!i || !f->tired(f->arg)); i++) {
		pystmt_assign((struct pyspan){start + 1, in}, items->items[i], &body,
			r->names);
		r->at = colon + 1;
		run_suite(r, &body);
		body.dead = r->env->dead;
	}
	body.may_raise = true;
	settle(r, body);
	return true;
}

/* for, while, match, and headers that are not known here: the suite may run or not,
 * once or many times. */
static void
run_uncertain(struct reader *r, const struct pytoken *colon)
{
	struct pyenv body;
	struct pyspan header = {r->at + 1, colon};

	if (run_for_each(r, colon))
		return;
	body = pyenv_copy(r->env);
	/* Whoever follows asks for what is so in one round. */
	r->names->loops += !r->follower;
	pystmt_scan(header, &body, r->names);
	if (pytoken_is(r->at, "for")) {
		while (header.from < header.to && !pytoken_is(header.to - 1, "in"))
			header.to--;
		header.to -= header.to > header.from;
		pystmt_bind_unknown(header, "bound in a loop", &body, r->names);
	} else if (pytoken_is(r->at, "case")) {
		pystmt_bind_unknown(header, "bound by a pattern", &body, r->names);
	}
	tell_header(r, colon, &body);
	r->at = colon + 1;
	run_suite(r, &body);
	r->names->loops -= !r->follower;
	body.dead = false;
	pyenv_meet(&body, pyenv_copy(r->env), r->names);
	body.may_raise = true;
	settle(r, body);
}

static void
run_definition(struct reader *r, const struct pytoken *colon)
{
	const struct pytoken *start = r->at;
	struct pyspan name = {r->at + 1, r->at + 2};

	pystmt_bind_unknown(name, "a function or class", r->env, r->names);
	r->env->may_raise = true;
	r->at = colon + 1;
	skip_suite(r);
	pystmt_scan_body((struct pyspan){start, r->at}, r->env, r->names);
}

static bool
begins_block(const struct pytoken *colon)
{
	return colon[1].kind == PYTOKEN_NEWLINE && colon[2].kind == PYTOKEN_INDENT;
}

static void
run_compound(struct reader *r, const struct pytoken *colon)
{
	const struct pytoken *t = r->at;

	if (pytoken_is(t, "if"))
		run_if(r);
	else if (pytoken_is(t, "try"))
		run_try(r);
	else if (pytoken_is(t, "with"))
		run_with(r);
	else if (pytoken_is(t, "def") || pytoken_is(t, "class"))
		run_definition(r, colon);
	else
		run_uncertain(r, colon);
}

static bool
is_compound(const struct pytoken *t, const struct pytoken *colon)
{
	static const char *const words[] = {"if", "try", "with", "def", "class", "for",
		"while", "elif", "else", "except", "finally"};

	if (!colon)
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (pytoken_is(t, words[i]))
			return true;
	/* `match` and `case` are names, too. */
	if (pytoken_is(t, "case") && colon > t + 1)
		return true;
	return begins_block(colon);
}

static void
run_statement(struct reader *r)
{
	const struct pytoken *colon;

	/* An indentation that nothing asked for was refused already. */
	if (at_kind(r, PYTOKEN_INDENT)) {
		skip_block(r);
		return;
	}
	if (at_kind(r, PYTOKEN_NEWLINE) || pytoken_is(r->at, "async")) {
		r->at++;
		return;
	}
	if (pytoken_is(r->at, "@")) {
		r->at = line_end(r->at);
		return;
	}
	colon = pyblock_header_colon(r->at);
	if (is_compound(r->at, colon))
		run_compound(r, colon);
	else
		run_line(r);
}

/* A line that ends in a colon is a header, and only a header has a block. */
static void
check_layout(struct pytokens *t)
{
	for (size_t i = 0; i + 1 < t->n; i++) {
		bool header = i && t->v[i].kind == PYTOKEN_NEWLINE &&
			      pytoken_is(&t->v[i - 1], ":");
		bool block = t->v[i + 1].kind == PYTOKEN_INDENT;

		if (header && !block)
			pytoken_refuse(t, "a block is missing", t->v[i + 1].line);
		else if (block && !header)
			pytoken_refuse(t, "a line is indented for no reason",
				t->v[i + 1].line);
	}
	if (t->v[0].kind == PYTOKEN_INDENT)
		pytoken_refuse(t, "a line is indented for no reason", t->v[0].line);
}

void
pyblock_run(struct pytokens *t, struct pyenv *env, struct pynames *names)
{
	struct reader r = {.tokens = t, .at = t->v, .env = env, .names = names};

	check_layout(t);
	while (!at_kind(&r, PYTOKEN_END)) {
		if (at_kind(&r, PYTOKEN_DEDENT))
			r.at++;
		else
			run_statement(&r);
	}
}

void
pyblock_run_body(const struct pytoken *colon, struct pyenv *env, struct pynames *names,
	const struct pyfollower *f)
{
	struct reader r = {.at = colon + 1, .env = env, .names = names, .follower = f};

	run_suite(&r, env);
}
