/* The server keeps expressions as trees and prints them anew each time.  The same
 * declaration can end as two trees, or one tree as two texts:
 *
 * - a cast of a whole array, `(ARRAY['a'::character varying])::text[]`, comes back
 *   from a dump as casts of its elements, `ARRAY[('a'::character varying)::text]`;
 * - columns without a name in the later branches of a UNION get one;
 * - `EXTRACT(YEAR FROM x)` is printed as typed, quoted, or in lower case;
 * - a name is quoted where it is a keyword, and newer servers have more of those.
 *
 * Each is brought to one form by rewriting tokens, never characters. */
#include "catalog/canon.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "catalog/options.h"
#include "catalog/token.h"

struct text {
	struct tokens tokens;
	struct strbuf *out;
};

static bool
is(const struct text *t, size_t i, const char *what)
{
	return tokens_is(&t->tokens, i, what);
}

static bool
is_any(const struct text *t, size_t i, const char *const *words)
{
	for (; *words; words++)
		if (t->tokens.v[i].type == TOKEN_WORD && is(t, i, *words))
			return true;
	return false;
}

/* ---- Names in the later branches of a set operation ---- */

/* What is known of a query, one for each level of parentheses. */
struct branch {
	bool later;   /* not the first branch */
	bool list;    /* in the select list of such a one */
	bool combine; /* right behind UNION, …: what follows is a later branch */
};

/* Drop ` AS name`: the first branch has named the columns. */
static void
drop_alias(struct text *t, size_t i)
{
	size_t name = i + 1;

	if (name < t->tokens.n && t->tokens.v[name].type == TOKEN_SPACE)
		name++;
	if (name >= t->tokens.n || (t->tokens.v[name].type != TOKEN_WORD &&
					   t->tokens.v[name].type != TOKEN_QUOTED))
		return;
	if (i && t->tokens.v[i - 1].type == TOKEN_SPACE)
		t->tokens.v[i - 1].drop = true;
	for (; i <= name; i++)
		t->tokens.v[i].drop = true;
}

static void
branch_word(struct text *t, size_t i, struct branch *b)
{
	static const char *const set_operations[] = {
		"UNION", "INTERSECT", "EXCEPT", NULL};
	static const char *const list_ends[] = {"FROM", "WHERE", "GROUP", "HAVING",
		"WINDOW", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR", NULL};

	if (is_any(t, i, set_operations)) {
		b->later = b->combine = true;
		b->list = false;
	} else if (is(t, i, "SELECT")) {
		b->list = b->later;
		b->combine = false;
	} else if (is_any(t, i, list_ends)) {
		b->list = false;
	} else if (is(t, i, "AS") && b->list) {
		drop_alias(t, i);
	} else if (!is(t, i, "ALL")) {
		b->combine = false;
	}
}

static void
drop_later_aliases(struct text *t)
{
	struct branch *level = xcalloc(t->tokens.n + 2, sizeof *level);
	size_t depth = 0;

	for (size_t i = 0; i < t->tokens.n; i++) {
		struct branch *b = &level[depth];

		if (t->tokens.v[i].type == TOKEN_WORD) {
			branch_word(t, i, b);
		} else if (is(t, i, "(")) {
			level[++depth] = (struct branch){
				.later = b->combine, .combine = b->combine};
			b->combine = false;
		} else if (is(t, i, ")") && depth) {
			depth--;
		}
	}
	free(level);
}

/* ---- Printing ---- */

static void emit(const struct text *t, size_t from, size_t to);

/* Whether the array constructor that begins at `i` is all up to `end`. */
static bool
is_array(const struct text *t, size_t i, size_t end)
{
	return is(t, i, "ARRAY") && is(t, i + 1, "[") &&
	       t->tokens.v[i + 1].match == end - 1;
}

/* Print the elements between `from` and `to`, each cast to the type that tokens
 * `type` to `type_end` name. */
static void
emit_cast_elements(
	const struct text *t, size_t from, size_t to, const size_t type[static 2])
{
	while (from < to) {
		size_t end = from;

		while (end < to && !is(t, end, ","))
			end = t->tokens.v[end].match > end ? t->tokens.v[end].match + 1
							   : end + 1;
		if (is_array(t, from, end)) {
			strbuf_add(t->out, "ARRAY[");
			emit_cast_elements(t, from + 2, end - 1, type);
			strbuf_addc(t->out, ']');
		} else {
			strbuf_addc(t->out, '(');
			emit(t, from, end);
			strbuf_add(t->out, ")::");
			emit(t, type[0], type[1]);
		}
		for (from = end;
			from < to &&
			(is(t, from, ",") || t->tokens.v[from].type == TOKEN_SPACE);
			from++)
			strbuf_addn(t->out, t->tokens.v[from].s, t->tokens.v[from].n);
	}
}

/* If an array type's name begins at `i`, where its [] is; else 0. */
static size_t
array_type_end(const struct text *t, size_t i)
{
	for (; i + 1 < t->tokens.n; i++) {
		if (is(t, i, "[") && is(t, i + 1, "]"))
			return i;
		if (is(t, i, "(") && t->tokens.v[i].match)
			i = t->tokens.v[i].match;
		else if (t->tokens.v[i].type == TOKEN_LITERAL ||
			 (t->tokens.v[i].type == TOKEN_OTHER && !is(t, i, ".")))
			return 0;
	}
	return 0;
}

/* `(ARRAY[…])::type[]` at `i`: print it with its elements cast, and return what
 * comes behind it; else return `i`. */
static size_t
emit_cast_array(const struct text *t, size_t i)
{
	size_t close = t->tokens.v[i].match, type[2];

	if (!is(t, i, "(") || !close || !is_array(t, i + 1, close) || close == i + 4 ||
		!is(t, close + 1, "::"))
		return i;
	type[0] = close + 2;
	type[1] = array_type_end(t, type[0]);
	if (!type[1])
		return i;
	strbuf_add(t->out, "ARRAY[");
	emit_cast_elements(t, i + 3, close - 1, type);
	strbuf_addc(t->out, ']');
	return type[1] + 2;
}

/* The field of EXTRACT at `i`: unquoted, in lower case. */
static size_t
emit_extract(const struct text *t, size_t i)
{
	const struct token *field;

	if (!is(t, i, "EXTRACT") || !is(t, i + 1, "(") || i + 4 >= t->tokens.n ||
		!is(t, i + 4, "FROM"))
		return i;
	field = &t->tokens.v[i + 2];
	strbuf_add(t->out, "EXTRACT(");
	for (size_t k = 0; k < field->n; k++) {
		char c = field->s[k];

		if (c != '"')
			strbuf_addc(t->out, c >= 'A' && c <= 'Z' ? c + 32 : c);
	}
	return i + 3;
}

static void
emit(const struct text *t, size_t from, size_t to)
{
	while (from < to) {
		const struct token *k = &t->tokens.v[from];
		size_t next = from;

		if (k->drop)
			next = from + 1;
		else if (k->type == TOKEN_OTHER)
			next = emit_cast_array(t, from);
		else if (k->type == TOKEN_WORD)
			next = emit_extract(t, from);
		if (next == from) {
			bool bare = k->type == TOKEN_QUOTED && k->n > 2 &&
				    text_is_varying_keyword(k->s + 1, k->n - 2);

			strbuf_addn(t->out, k->s + bare, k->n - 2 * bare);
			next = from + 1;
		}
		from = next;
	}
}

/* ---- Arguments of a trigger ---- */

static const char zero[] = "\\000";

static bool
is_escaped(const char *s)
{
	size_t n = strlen(s), z = strlen(zero);

	return n >= z && !strcmp(s + n - z, zero);
}

/* The byte at `s`, as encode(…, 'escape') writes it; `s` moves behind it. */
static char
escaped_byte(const char **s)
{
	const char *c = *s;

	if (c[0] == '\\' && strspn(c + 1, "01234567") >= 3) {
		*s += 4;
		return (char)((c[1] - '0') * 64 + (c[2] - '0') * 8 + (c[3] - '0'));
	}
	*s += c[0] == '\\' && c[1] == '\\' ? 2 : 1;
	return c[0];
}

static void
quote_arguments(const char *s, struct strbuf *out)
{
	struct strbuf one = {0};
	const char *between = "";

	while (*s) {
		char byte = escaped_byte(&s);

		if (byte) {
			strbuf_addc(&one, byte);
			continue;
		}
		strbuf_add(out, between);
		text_literal(out, one.s ? one.s : "");
		strbuf_clear(&one);
		between = ", ";
	}
	strbuf_free(&one);
}

/* A cheap look at what most texts lack. */
static bool
can_change(enum canon c, const char *in)
{
	switch (c) {
	case CANON_NONE:
	case CANON_OF_VERSION:
		return false;
	case CANON_NAMES:
		return strchr(in, '"');
	case CANON_OPTIONS:
		return strchr(in, '=');
	case CANON_ARGUMENTS:
		return is_escaped(in);
	case CANON_ITEMS:
	case CANON_EXPRESSION:
		return strpbrk(in, "\"(") || strstr(in, "UNION");
	}
	return true;
}

void
canon_apply(enum canon c, const char *in, struct strbuf *out)
{
	struct text t = {.out = out};
	struct strbuf options = {0};

	if (!can_change(c, in)) {
		strbuf_add(out, in);
		return;
	}
	strbuf_addn(out, "", 0);
	if (c == CANON_ARGUMENTS) {
		quote_arguments(in, out);
		return;
	}
	if (c == CANON_OPTIONS)
		options_apply(in, &options);
	tokens_read(&t.tokens, c == CANON_OPTIONS ? options.s : in);
	drop_later_aliases(&t);
	emit(&t, 0, t.tokens.n);
	tokens_free(&t.tokens);
	strbuf_free(&options);
}

bool
canon_equal(enum canon c, const char *a, const char *b)
{
	struct strbuf x = {0}, y = {0};
	bool equal;

	canon_apply(c, a, &x);
	canon_apply(c, b, &y);
	equal = !strcmp(x.s, y.s);
	strbuf_free(&x);
	strbuf_free(&y);
	return equal;
}
