/* A token is as far as it goes: no types, no order of statements.  Whatever is written
 * otherwise than in one of these forms is foreign.
 */
#include "build/envvalue.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "build/envname.h"
#include "migrations/alembic/pystring.h"

/* Over them it is no env.py that anybody has written by hand. */
enum { DEPTH_MAX = 40 };

/* ---- Tokens ---- */

bool
envvalue_string_begins(const struct pytoken *t, const char *text)
{
	struct strbuf b = {0};
	bool is = t->kind == PYTOKEN_STRING &&
		  pystring_decode(t->at, t->len, &b) == PYSTRING_TEXT &&
		  !strncmp(b.s ? b.s : "", text, strlen(text));

	strbuf_free(&b);
	return is;
}

bool
envvalue_string_is(const struct pytoken *t, const char *text)
{
	struct strbuf b = {0};
	bool is = t->kind == PYTOKEN_STRING &&
		  pystring_decode(t->at, t->len, &b) == PYSTRING_TEXT &&
		  !strcmp(b.s ? b.s : "", text);

	strbuf_free(&b);
	return is;
}

bool
envvalue_is_any(const struct pytoken *t, const char *const *words)
{
	for (; *words; words++)
		if (pytoken_is(t, *words))
			return true;
	return false;
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

/* The first `word` that is in no bracket, or `end`. */
const struct pytoken *
envvalue_find(const struct pytoken *t, const struct pytoken *end, const char *word)
{
	for (; t < end && !pytoken_is(t, word); t++)
		if (is_bracket(t, "([{"))
			t = close_of(t);
	return t < end ? t : end;
}

static bool
ends_statement(const struct pytoken *t)
{
	return t->kind == PYTOKEN_NEWLINE || t->kind == PYTOKEN_END ||
	       pytoken_is(t, ";");
}

static bool
ends_value(const struct pytoken *t)
{
	return ends_statement(t) || pytoken_is(t, ",") || is_bracket(t, ")]}");
}

/* The first that `ends` it and stands in no bracket that is opened in it. */
static const struct pytoken *
end_of(const struct pytoken *t, bool (*ends)(const struct pytoken *))
{
	for (; !ends(t); t++)
		if (is_bracket(t, "([{")) {
			t = close_of(t);
			if (t->kind == PYTOKEN_END)
				break;
		}
	return t;
}

const struct pytoken *
envvalue_statement_end(const struct pytoken *t)
{
	return end_of(t, ends_statement);
}

const struct pytoken *
envvalue_end(const struct pytoken *t)
{
	return end_of(t, ends_value);
}

const struct pytoken *
envvalue_behind(const struct pytoken *t)
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

const struct pytoken *
envvalue_argument(const struct pytoken *open, size_t i, const char *name,
	const struct pytoken **end)
{
	const struct pytoken *t = open + 1;

	for (size_t at = 0;; t = *end + 1) {
		bool named = t->kind == PYTOKEN_NAME && pytoken_is(t + 1, "=");

		*end = envvalue_end(t);
		if (t == *end)
			return NULL;
		if (named ? name && pytoken_is(t, name) : at++ == i)
			return named ? t + 2 : t;
		if (!pytoken_is(*end, ","))
			return NULL;
	}
}

static enum envvalue_what
argument_of(struct envvalue *e, const struct pytoken *open, size_t i, const char *name)
{
	const struct pytoken *end, *t = envvalue_argument(open, i, name, &end);

	return t ? envvalue_of(e, t, end) : ENV_UNBOUND;
}

/* ---- Two values for one ---- */

bool
envvalue_is_url(enum envvalue_what what)
{
	return what == ENV_URL || what == ENV_PERHAPS;
}

static bool
is_url_or_nothing(enum envvalue_what what)
{
	return envvalue_is_url(what) || what == ENV_NOTHING;
}

enum envvalue_what
envvalue_either(enum envvalue_what a, enum envvalue_what b)
{
	if (a == ENV_UNBOUND || b == ENV_UNBOUND)
		return a == ENV_UNBOUND ? b : a;
	if (a == b)
		return a == ENV_FUNCTION ? ENV_FOREIGN : a;
	if (is_url_or_nothing(a) && is_url_or_nothing(b))
		return ENV_PERHAPS;
	if (a == ENV_ENGINE && (b == ENV_NOTHING || b == ENV_PARAMETER))
		return a;
	if (b == ENV_ENGINE && (a == ENV_NOTHING || a == ENV_PARAMETER))
		return b;
	return ENV_FOREIGN;
}

/* ---- Attributes and calls ---- */

static const struct attribute {
	enum envvalue_what of;
	const char *name;
	enum envvalue_what is;
} attributes[] = {
	{ENV_OS, "environ", ENV_ENVIRON},
	{ENV_OS, "getenv", ENV_GETENV},
	{ENV_ENVIRON, "get", ENV_GETENV},
	{ENV_CONTEXT, "config", ENV_CONFIG},
	{ENV_CONTEXT, "get_x_argument", ENV_GET_OPTIONS},
	{ENV_CONFIG, "attributes", ENV_OPTIONS},
	{ENV_CONFIG, "config_ini_section", ENV_SECTION_NAME},
	{ENV_CONFIG, "get_main_option", ENV_GET_MAIN},
	{ENV_CONFIG, "get_section", ENV_GET_SECTION},
	{ENV_CONFIG, "get_section_option", ENV_GET_SECTION_OPTION},
	{ENV_OPTIONS, "get", ENV_GET_OPTION},
	{ENV_SECTION, "get", ENV_GET_KEY},
	{ENV_URL, "replace", ENV_REPLACE},
	{ENV_PERHAPS, "replace", ENV_REPLACE},
	{ENV_ENGINE, "connect", ENV_OF_ENGINE},
	{ENV_ENGINE, "begin", ENV_OF_ENGINE},
	{ENV_ENGINE, "execution_options", ENV_OF_ENGINE},
	{ENV_SQLALCHEMY, "engine_from_config", ENV_OF_CONFIG},
	{ENV_SQLALCHEMY, "async_engine_from_config", ENV_OF_CONFIG},
	{ENV_SQLALCHEMY, "create_engine", ENV_OF_URL},
	{ENV_SQLALCHEMY, "create_async_engine", ENV_OF_URL},
	{ENV_SQLALCHEMY, "AsyncEngine", ENV_SAME_ENGINE},
};

enum envvalue_what
envvalue_attribute(enum envvalue_what of, const struct pytoken *name)
{
	for (size_t i = 0; i < COUNT_OF(attributes); i++)
		if (attributes[i].of == of && pytoken_is(name, attributes[i].name))
			return attributes[i].is;
	return of == ENV_SQLALCHEMY ? of : ENV_FOREIGN;
}

/* What we set for the command, at `t` alone. */
static bool
is_ours(const struct pytoken *t)
{
	return envvalue_string_is(t, "DATABASE_URL") ||
	       envvalue_string_is(t, "PGDRIFTD_SCRATCH_URL") ||
	       envvalue_string_is(t, "PGDRIFTD_SCRATCH_DSN");
}

static bool
ends_argument(const struct pytoken *t)
{
	return pytoken_is(t, ",") || is_bracket(t, ")]");
}

static bool
is_key(const struct pytoken *t)
{
	return envvalue_string_is(t, "sqlalchemy.url") && ends_argument(t + 1);
}

/* A driver is put in or taken away, or a percent sign doubled. */
static bool
is_harmless_replace(const struct pytoken *open)
{
	const struct pytoken *a = open + 1, *b = open + 3;

	if (a->kind != PYTOKEN_STRING || !pytoken_is(open + 2, ",") ||
		b->kind != PYTOKEN_STRING || !ends_argument(open + 4))
		return false;
	if (envvalue_string_is(a, "%"))
		return envvalue_string_is(b, "%%");
	return (envvalue_string_begins(a, "postgres") ||
		       envvalue_string_begins(a, "+")) &&
	       !envvalue_string_is(a, "+") &&
	       (envvalue_string_is(b, "") || envvalue_string_begins(b, "+") ||
		       envvalue_string_is(b, "postgres://") ||
		       envvalue_string_is(b, "postgresql://") ||
		       envvalue_string_begins(b, "postgresql+"));
}

/* What a driver is told of: each by its name, and none of them says where it is. */
static bool
are_harmless_options(const struct pytoken *brace)
{
	static const char *const names[] = {"application_name", "client_encoding",
		"command_timeout", "connect_timeout", "keepalives", "options",
		"prepare_threshold", "prepared_statement_cache_size", "server_settings",
		"sslmode", "statement_cache_size", "timeout"};
	const struct pytoken *t = brace + 1;

	if (!pytoken_is(brace, "{"))
		return false;
	while (t->kind == PYTOKEN_STRING && pytoken_is(t + 1, ":")) {
		size_t i = 0;

		while (i < COUNT_OF(names) && !envvalue_string_is(t, names[i]))
			i++;
		if (i == COUNT_OF(names))
			return false;
		t = envvalue_end(t);
		t += pytoken_is(t, ",");
	}
	return pytoken_is(t, "}");
}

/* An engine may be told where to go besides its URL. */
static bool
leads_elsewhere(const struct pytoken *open)
{
	static const char *const words[] = {"creator", "async_creator", "module",
		"strategy", "plugins", "**", "*", NULL};
	const struct pytoken *end, *options, *prefix;

	options = envvalue_argument(open, SIZE_MAX, "connect_args", &end);
	if (options && !are_harmless_options(options))
		return true;
	end = close_of(open);
	for (const struct pytoken *t = open + 1; t < end; t++)
		if (envvalue_is_any(t, words))
			return true;
	prefix = envvalue_argument(open, 1, "prefix", &end);
	return prefix && !envvalue_string_is(prefix, "sqlalchemy.");
}

static enum envvalue_what
make_engine(struct envvalue *e, const struct pytoken *open, bool of_config)
{
	enum envvalue_what url = argument_of(e, open, of_config ? SIZE_MAX : 0, "url");
	bool ok = of_config ? argument_of(e, open, 0, "configuration") == ENV_SECTION &&
				      (url == ENV_UNBOUND || envvalue_is_url(url))
			    : envvalue_is_url(url);

	if (!ok || leads_elsewhere(open)) {
		e->doubt = true;
		return ENV_FOREIGN;
	}
	e->engine = true;
	return ENV_ENGINE;
}

static enum envvalue_what
option(struct envvalue *e, const struct pytoken *open)
{
	enum envvalue_what other = argument_of(e, open, 1, "default");

	return other == ENV_UNBOUND ? ENV_NOTHING : other;
}

/* Of a function of the file: what it returns, or nothing. */
static enum envvalue_what
returned(struct envvalue *e, const struct pytoken *name)
{
	enum envvalue_what what = ENV_UNBOUND;
	const struct pytoken *t = e->v, *end;

	while (t->kind != PYTOKEN_END &&
		!(pytoken_is(t, "def") && t[1].len == name->len &&
			!memcmp(t[1].at, name->at, name->len)))
		t++;
	for (end = envvalue_behind(t); t < end; t++)
		if (pytoken_is(t, "yield"))
			return ENV_FOREIGN;
		else if (pytoken_is(t, "return"))
			what = envvalue_either(
				what, envvalue_of(e, t + 1, envvalue_statement_end(t)));
	return what == ENV_URL ? ENV_PERHAPS : what == ENV_UNBOUND ? ENV_FOREIGN : what;
}

static enum envvalue_what
call(struct envvalue *e, enum envvalue_what of, const struct pytoken *open)
{
	bool key = is_key(open + 1);

	switch (of) {
	case ENV_GETENV:
		return is_ours(open + 1) && ends_argument(open + 2) ? ENV_URL
								    : ENV_FOREIGN;
	case ENV_GET_OPTIONS:
		return ENV_OPTIONS;
	case ENV_GET_OPTION:
		return option(e, open);
	case ENV_GET_MAIN:
	case ENV_GET_KEY:
		return key ? ENV_URL : ENV_FOREIGN;
	case ENV_GET_SECTION:
		return argument_of(e, open, 0, "name") == ENV_SECTION_NAME
			       ? ENV_SECTION
			       : ENV_FOREIGN;
	case ENV_GET_SECTION_OPTION:
		key = argument_of(e, open, 0, "section") == ENV_SECTION_NAME &&
		      is_key(envvalue_end(open + 1) + 1);
		return key ? ENV_URL : ENV_FOREIGN;
	case ENV_REPLACE:
		return is_harmless_replace(open) ? ENV_URL : ENV_FOREIGN;
	case ENV_OF_CONFIG:
	case ENV_OF_URL:
		return make_engine(e, open, of == ENV_OF_CONFIG);
	case ENV_OF_ENGINE:
		return ENV_ENGINE;
	case ENV_SAME_ENGINE:
		return argument_of(e, open, 0, NULL);
	default:
		return ENV_FOREIGN;
	}
}

/* ---- Chains ---- */

/* Only read, or set for others: it is not known whose PG… variables would lead where.
 */
static bool
is_harmless_environ(const struct pytoken *start, const struct pytoken *t)
{
	bool writes = pytoken_is(t, ".") && pytoken_is(t + 1, "setdefault");

	if (pytoken_is(t, ".") && pytoken_is(t + 1, "get"))
		return true;
	if (pytoken_is(t, "[")) {
		const struct pytoken *next = close_of(t);

		next += next->kind != PYTOKEN_END;
		writes = next->kind == PYTOKEN_OP && next->at[next->len - 1] == '=' &&
			 !pytoken_is(next, "==") && !pytoken_is(next, "!=");
		writes |= pytoken_is(start, "del");
		if (!writes)
			return true;
	} else if (writes) {
		t += 2;
	} else {
		return pytoken_is(start, "in");
	}
	return t[1].kind == PYTOKEN_STRING && ends_argument(t + 2) &&
	       !envvalue_string_begins(t + 1, "PG") && !is_ours(t + 1) &&
	       envvalue_string_begins(t + 1, "");
}

/* What follows the section must not change it; where it has the URL, envpy.c looks. */
static bool
is_harmless_section(const struct pytoken *t)
{
	if (pytoken_is(t, "."))
		return pytoken_is(t + 1, "get");
	if (!pytoken_is(t, "["))
		return true;
	return is_key(t + 1) ||
	       (t[1].kind == PYTOKEN_STRING && pytoken_is(t + 2, "]") &&
		       envvalue_string_begins(t + 1, "") &&
		       !envvalue_string_begins(t + 1, "sqlalchemy."));
}

static bool
is_harmless(const struct envvalue *e, enum envvalue_what of,
	const struct pytoken *start, const struct pytoken *t)
{
	bool method = pytoken_is(t, ".") && t[1].kind == PYTOKEN_NAME &&
		      pytoken_is(t + 2, "(");
	const struct pytoken *before = start > e->v ? start - 1 : start;

	if (pytoken_is(t, ".") && pytoken_is(t + 1, "environ"))
		return of == ENV_OS;
	if (of == ENV_ENVIRON)
		return is_harmless_environ(before, t);
	if (of == ENV_SECTION)
		return is_harmless_section(t);
	if (of == ENV_SECTION_NAME)
		return !pytoken_is(t, "=") || !pytoken_is(t - 1, "config_ini_section");
	if (method && pytoken_is(t + 1, "connect"))
		return of == ENV_ENGINE;
	if (method && pytoken_is(t + 1, "begin"))
		return of == ENV_ENGINE || of == ENV_PARAMETER;
	return true;
}

static enum envvalue_what
follow(struct envvalue *e, enum envvalue_what what, const struct pytoken *name,
	const struct pytoken *t)
{
	if (pytoken_is(t, "."))
		return envvalue_attribute(what, t + 1);
	if (pytoken_is(t, "(") && what == ENV_FUNCTION)
		return returned(e, name);
	if (pytoken_is(t, "("))
		return call(e, what, t);
	if (what == ENV_ENVIRON && is_ours(t + 1) && pytoken_is(t + 2, "]"))
		return ENV_URL;
	return what == ENV_SECTION && is_key(t + 1) ? ENV_URL : ENV_FOREIGN;
}

/* What stands at *t before any attribute; behind it afterwards. */
static enum envvalue_what
atom(struct envvalue *e, const struct pytoken **t)
{
	const struct pytoken *at = (*t)++;
	enum envvalue_what what;

	if (pytoken_is(at, "(")) {
		*t = close_of(at);
		what = envvalue_of(e, at + 1, *t);
		*t += (*t)->kind != PYTOKEN_END;
		return what;
	}
	if (pytoken_is(at, "None") || envvalue_string_is(at, ""))
		return ENV_NOTHING;
	what = at->kind == PYTOKEN_NAME ? envname_value(e, at) : ENV_FOREIGN;
	return what == ENV_UNBOUND ? ENV_FOREIGN : what;
}

/* Where it ends is in *at afterwards. */
static enum envvalue_what
chain(struct envvalue *e, const struct pytoken **at)
{
	const struct pytoken *start = *at;
	enum envvalue_what what = atom(e, at);

	for (;;) {
		const struct pytoken *t = *at;

		if (!is_harmless(e, what, start, t))
			e->doubt = true;
		if (!pytoken_is(t, ".") && !is_bracket(t, "(["))
			return what;
		what = follow(e, what, start, t);
		*at = pytoken_is(t, ".") ? t + 1 : close_of(t);
		*at += (*at)->kind != PYTOKEN_END;
	}
}

enum envvalue_what
envvalue_chain(struct envvalue *e, const struct pytoken *t)
{
	return chain(e, &t);
}

/* ---- Expressions ---- */

static enum envvalue_what
operand(struct envvalue *e, const struct pytoken *t, const struct pytoken *end)
{
	enum envvalue_what what = t < end ? chain(e, &t) : ENV_FOREIGN;

	return t == end ? what : ENV_FOREIGN;
}

/* One behind the other, as long as there may be nothing. */
static enum envvalue_what
alternatives(struct envvalue *e, const struct pytoken *t, const struct pytoken *end)
{
	bool url = false;

	for (;;) {
		const struct pytoken *next = envvalue_find(t, end, "or");
		enum envvalue_what what = operand(e, t, next);

		if (what != ENV_NOTHING && what != ENV_PERHAPS)
			return !url || what == ENV_URL ? what : ENV_FOREIGN;
		url |= what == ENV_PERHAPS;
		if (next == end)
			return url ? ENV_PERHAPS : ENV_NOTHING;
		t = next + 1;
	}
}

enum envvalue_what
envvalue_of(struct envvalue *e, const struct pytoken *t, const struct pytoken *end)
{
	const struct pytoken *condition = envvalue_find(t, end, "if");
	const struct pytoken *other = envvalue_find(t, end, "else");
	enum envvalue_what what;

	if (e->depth >= DEPTH_MAX) {
		e->doubt = true;
		return ENV_FOREIGN;
	}
	e->depth++;
	if (condition == end)
		what = alternatives(e, t, end);
	else if (other == end || other < condition)
		what = ENV_FOREIGN;
	else
		what = envvalue_either(
			alternatives(e, t, condition), envvalue_of(e, other + 1, end));
	e->depth--;
	return what;
}
