/* It is a program, and what it does nobody can tell but by running it: looked for are
 * the forms that `alembic init` and those who follow it write.  Whatever else there is
 * that could lead elsewhere is a doubt.
 */
#include "build/envpy.h"

#include <stddef.h>
#include <string.h>

#include "build/envvalue.h"
#include "migrations/alembic/pysource.h"

/* Over it nobody has written it by hand. */
enum { TOKENS_MAX = 50000 };

/* ---- What is set ---- */

/* The value of the option at `key`: of others than ours, or of ours. */
static bool
may_set(struct envvalue *e, const struct pytoken *key, const struct pytoken *value)
{
	const struct pytoken *end = value ? envvalue_end(value) : NULL;
	bool literal = key && key->kind == PYTOKEN_STRING &&
		       envvalue_end(key) == key + 1 && envvalue_string_begins(key, "");

	if (literal && !envvalue_string_begins(key, "sqlalchemy."))
		return true;
	if (literal && !envvalue_string_is(key, "sqlalchemy.url"))
		return false;
	return value && envvalue_is_url(envvalue_of(e, value, end));
}

static bool
may_call(struct envvalue *e, const struct pytoken *name)
{
	const struct pytoken *open = name + 1, *end, *value, *key;
	bool of_section = pytoken_is(name, "set_section_option");

	if (of_section || pytoken_is(name, "set_main_option")) {
		key = envvalue_argument(open, of_section, "name", &end);
		value = envvalue_argument(open, of_section + 1U, "value", &end);
		return may_set(e, key, value);
	}
	if (pytoken_is(name, "load_dotenv"))
		return !envvalue_argument(open, 3, NULL, &end);
	if (pytoken_is(name, "configure")) {
		enum envvalue_what what;

		value = envvalue_argument(open, 0, "connection", &end);
		what = value ? envvalue_of(e, value, end) : ENV_ENGINE;
		return what == ENV_ENGINE || what == ENV_PARAMETER;
	}
	return true;
}

/* In `…["sqlalchemy.url"] = `, and in a dictionary. */
static bool
may_say(struct envvalue *e, const struct pytoken *t)
{
	const struct pytoken *value = NULL;

	if (envvalue_string_is(t, "do_connect"))
		return false;
	if (!envvalue_string_is(t, "sqlalchemy.url"))
		return true;
	if (pytoken_is(t + 1, ":"))
		value = t + 2;
	else if (pytoken_is(t + 1, "]") && pytoken_is(t + 2, "="))
		value = t + 3;
	return !value || envvalue_is_url(envvalue_of(e, value, envvalue_end(value)));
}

/* ---- The whole file ---- */

/* What makes anything of anything, or of another ini. */
static bool
is_odd(const struct pytoken *t)
{
	static const char *const calls[] = {"exec", "eval", "globals", "locals", "vars",
		"setattr", "delattr", "__import__", "putenv", "unsetenv", NULL};
	static const char *const overriding[] = {"override", "overwrite", NULL};

	return (envvalue_is_any(t, calls) && pytoken_is(t + 1, "(")) ||
	       (envvalue_is_any(t, overriding) && pytoken_is(t + 1, "=") &&
		       !pytoken_is(t + 2, "False")) ||
	       pytoken_is(t, "file_config");
}

/* A chain that no other one holds begins there. */
static bool
begins_chain(const struct pytoken *t, const struct pytoken *before)
{
	static const char *const words[] = {"and", "assert", "await", "elif", "else",
		"if", "in", "is", "not", "or", "return", "while", "with", "yield",
		NULL};

	if (t->kind == PYTOKEN_NAME)
		return !pytoken_is(before, ".");
	return pytoken_is(t, "(") &&
	       ((before->kind != PYTOKEN_NAME && !pytoken_is(before, ")") &&
			!pytoken_is(before, "]")) ||
		       envvalue_is_any(before, words));
}

static bool
is_import(const struct pytoken *t, const struct pytoken *before)
{
	bool begins = before == t || before->kind == PYTOKEN_NEWLINE ||
		      before->kind == PYTOKEN_INDENT ||
		      before->kind == PYTOKEN_DEDENT || pytoken_is(before, ";") ||
		      pytoken_is(before, ":");

	return begins && (pytoken_is(t, "import") || pytoken_is(t, "from"));
}

static bool
may_be(struct envvalue *e, const struct pytoken *t, const struct pytoken *before)
{
	if (t->kind == PYTOKEN_ERROR || is_odd(t))
		return false;
	if (t->kind == PYTOKEN_STRING)
		return may_say(e, t);
	if (t->kind == PYTOKEN_NAME && pytoken_is(t + 1, "(") && !may_call(e, t))
		return false;
	/* (a, b) = … */
	if (pytoken_is(t, ")") && pytoken_is(t + 1, "="))
		return false;
	if (begins_chain(t, before))
		envvalue_chain(e, t);
	return !e->doubt;
}

/* What a star brings may take the place of any name. */
static void
look(struct envvalue *e)
{
	const struct pytoken *t = e->v, *before = t, *end;

	for (; t->kind != PYTOKEN_END && !e->doubt; before = t++) {
		if (!is_import(t, before)) {
			e->doubt = !may_be(e, t, before);
			continue;
		}
		end = envvalue_statement_end(t);
		e->doubt = envvalue_find(t, end, "*") < end;
		t = end - 1;
	}
}

/* Take out what is only for run_migrations_offline(). */
static void
leave_offline(struct pytokens *tokens)
{
	struct pytoken *to = tokens->v, *t = tokens->v;

	for (; t->kind != PYTOKEN_END; t++) {
		if (!pytoken_is(t, "def") ||
			!pytoken_is(t + 1, "run_migrations_offline")) {
			*to++ = *t;
			continue;
		}
		t += envvalue_behind(t) - t;
		if (t->kind == PYTOKEN_END)
			break;
		*to = *t;
		to++->kind = PYTOKEN_NEWLINE;
	}
	*to = *t;
}

bool
envpy_is_told(const char *text)
{
	struct pysource source;
	struct pytokens tokens = {0};
	struct envvalue e = {0};

	pysource_decode(text, strlen(text), &source);
	pytoken_scan(source.text, &tokens);
	e.doubt = tokens.n > TOKENS_MAX || tokens.error || source.refused;
	if (!e.doubt) {
		leave_offline(&tokens);
		e.v = tokens.v;
		look(&e);
	}
	pytoken_free(&tokens);
	pysource_free(&source);
	return e.engine && !e.doubt;
}
