/* It is a program, and what it does nobody can tell but by running it: looked for are
 * the forms that `alembic init` and those who follow it write, and what goes over them.
 */
#include "build/envpy.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/strbuf.h"
#include "migrations/alembic/pysource.h"
#include "migrations/alembic/pystring.h"
#include "migrations/alembic/pytoken.h"

struct envpy {
	const struct pytoken *v; /* ends with PYTOKEN_END */
	bool variable;           /* it names one that we set */
	bool own_variable;       /* it has a DATABASE_URL of its own */
	bool key;                /* it reads sqlalchemy.url */
	bool section;            /* … the section that Alembic was started with */
	bool other_section;      /* … another one */
	bool sets;               /* it says the URL itself */
	bool creates;            /* it makes an engine of a URL, not of a section */
};

/* ---- Tokens ---- */

static bool
string_is(const struct pytoken *t, const char *text)
{
	struct strbuf b = {0};
	bool is = t->kind == PYTOKEN_STRING &&
		  pystring_decode(t->at, t->len, &b) == PYSTRING_TEXT && b.s &&
		  !strcmp(b.s, text);

	strbuf_free(&b);
	return is;
}

static bool
is_bracket(const struct pytoken *t, const char *signs)
{
	return t->kind == PYTOKEN_OP && t->len == 1 && strchr(signs, *t->at);
}

/* The bracket that closes the one at `t`, or the end. */
static const struct pytoken *
close_of(const struct pytoken *t)
{
	size_t depth = 0;

	for (; t->kind != PYTOKEN_END; t++) {
		depth += is_bracket(t, "([{");
		if (is_bracket(t, ")]}") && --depth == 0)
			break;
	}
	return t;
}

/* Behind the statement at `t`, with the block that hangs on it. */
static const struct pytoken *
behind(const struct pytoken *t)
{
	size_t depth = 0;

	while (t->kind != PYTOKEN_END && t->kind != PYTOKEN_NEWLINE)
		t++;
	if (t->kind == PYTOKEN_END || t[1].kind != PYTOKEN_INDENT)
		return t;
	for (t++; t->kind != PYTOKEN_END; t++) {
		depth += t->kind == PYTOKEN_INDENT;
		if (t->kind == PYTOKEN_DEDENT && --depth == 0)
			break;
	}
	return t;
}

/* Some token of the call whose name is at `t`, which is one, that `is` so. */
static bool
call_has(const struct pytoken *t, bool (*is)(const struct pytoken *))
{
	const struct pytoken *end;

	if (!pytoken_is(t + 1, "("))
		return false;
	end = close_of(t + 1);
	for (t++; t < end; t++)
		if (is(t))
			return true;
	return false;
}

static bool
is_key(const struct pytoken *t)
{
	return string_is(t, "sqlalchemy.url");
}

static bool
is_section(const struct pytoken *t)
{
	return pytoken_is(t, "config_ini_section");
}

static bool
is_url_argument(const struct pytoken *t)
{
	return pytoken_is(t, "url") && pytoken_is(t + 1, "=");
}

/* ---- What is said ---- */

static bool
is_any(const struct pytoken *t, const char *const *names)
{
	for (; *names; names++)
		if (pytoken_is(t, *names))
			return true;
	return false;
}

static void
take_call(struct envpy *e, const struct pytoken *t)
{
	static const char *const setting[] = {
		"set_main_option", "set_section_option", NULL};
	static const char *const reading[] = {
		"get_section", "get_section_option", NULL};
	static const char *const of_section[] = {
		"engine_from_config", "async_engine_from_config", NULL};
	static const char *const of_url[] = {
		"create_engine", "create_async_engine", NULL};

	if (is_any(t, setting)) {
		e->sets |= call_has(t, is_key);
	} else if (is_any(t, reading) && pytoken_is(t + 1, "(")) {
		e->section |= call_has(t, is_section);
		e->other_section |= !call_has(t, is_section);
	} else if (is_any(t, of_section)) {
		e->sets |= call_has(t, is_url_argument);
	} else if (is_any(t, of_url)) {
		e->creates |= pytoken_is(t + 1, "(");
	}
}

/* "database_url" alone is whatever it was set to. */
static void
take_name(struct envpy *e, const struct pytoken *t, const struct pytoken *before)
{
	if (pytoken_is(before, ".") && t->len == 12 &&
		!strncasecmp(t->at, "database_url", 12))
		e->variable = true;
	else if (pytoken_is(t, "DATABASE_URL") &&
		 (pytoken_is(t + 1, "=") || pytoken_is(t + 1, ":")))
		e->own_variable = true;
	else if (pytoken_is(t, "DATABASE_URL") && !e->own_variable)
		e->variable = true;
	else
		take_call(e, t);
}

/* Said anew it is in `…["sqlalchemy.url"] = `, and in a dictionary. */
static void
take_string(struct envpy *e, const struct pytoken *t)
{
	if (string_is(t, "DATABASE_URL") || string_is(t, "PGDRIFTD_SCRATCH_URL") ||
		string_is(t, "PGDRIFTD_SCRATCH_DSN"))
		e->variable = true;
	if (!is_key(t))
		return;
	if (pytoken_is(t + 1, ":") ||
		(pytoken_is(t + 1, "]") && pytoken_is(t + 2, "=")))
		e->sets = true;
	else
		e->key = true;
}

static void
take_tokens(struct envpy *e)
{
	const struct pytoken *t = e->v;

	for (; t->kind != PYTOKEN_END; t++)
		if (pytoken_is(t, "def") && pytoken_is(t + 1, "run_migrations_offline"))
			t = behind(t) - 1;
		else if (t->kind == PYTOKEN_STRING)
			take_string(e, t);
		else if (t->kind == PYTOKEN_NAME)
			take_name(e, t, t > e->v ? t - 1 : t);
}

bool
envpy_is_told(const char *text)
{
	struct pysource source;
	struct pytokens tokens = {0};
	struct envpy e = {0};

	pysource_decode(text, strlen(text), &source);
	pytoken_scan(source.text, &tokens);
	e.v = tokens.v;
	if (!tokens.too_many)
		take_tokens(&e);
	pytoken_free(&tokens);
	pysource_free(&source);
	if (e.variable)
		return true;
	return (e.key || (e.section && !e.creates)) && !e.sets && !e.other_section;
}
