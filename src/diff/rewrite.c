/* What ruleutils.c of one major prints otherwise than that of another, for one and the
 * same declaration:
 *
 * - 13: `x SIMILAR TO p` is similar_to_escape(p), before similar_escape(p, NULL);
 * - 14: functions with a syntax of their own are printed in it (`EXTRACT(year FROM x)`,
 *   `TRIM(BOTH FROM x)`, `(x AT TIME ZONE 'UTC')`, …), before as calls;
 * - 15: a constant `true` in a sub-select has lost its alias `bool`;
 * - 16: XMLSERIALIZE says NO INDENT;
 * - 17: more words are quoted, in names inside of literals too ('"json".x'::regclass).
 *
 * The newer form is taken back to the older, since newer servers print both: a call
 * that was written as one stays one. */
#include "diff/rewrite.h"

#include <string.h>

#include "base/mem.h"
#include "catalog/token.h"

enum { SIMILAR = 130000, SYNTAX = 140000, BOOLEAN = 150000, INDENT = 160000 };
enum { MAX_PARTS = 4 };

struct rewrite {
	struct tokens t;
	const int *version;
	struct strbuf *out;
	bool extracted;
};

/* Tokens from `from` up to `to`. */
struct part {
	size_t from, to;
};

static void emit(struct rewrite *r, struct part p);

static bool
between(const struct rewrite *r, int line)
{
	return (r->version[0] < line) != (r->version[1] < line);
}

static bool
is(const struct rewrite *r, size_t i, const char *what)
{
	return tokens_is(&r->t, i, what);
}

static struct part
trimmed(const struct rewrite *r, struct part p)
{
	while (p.from < p.to && r->t.v[p.from].type == TOKEN_SPACE)
		p.from++;
	while (p.from < p.to && r->t.v[p.to - 1].type == TOKEN_SPACE)
		p.to--;
	return p;
}

/* Behind token `i`, or behind the bracket that it opens. */
static size_t
step(const struct rewrite *r, size_t i)
{
	return r->t.v[i].match > i ? r->t.v[i].match + 1 : i + 1;
}

/* Where these words, with blanks between them, begin outside of brackets; or p.to. */
static size_t
find_words(const struct rewrite *r, struct part p, const char *const *words, size_t n)
{
	for (size_t i = p.from; i < r->t.n && i + 2 * n <= p.to + 1; i = step(r, i)) {
		size_t k = 0;

		while (k < n && is(r, i + 2 * k, words[k]))
			k++;
		if (k == n)
			return i;
	}
	return p.to;
}

/* ---- Calls in a syntax of their own ---- */

/* Append the token in lower case as a literal. */
static void
emit_word(struct rewrite *r, struct part p)
{
	strbuf_addc(r->out, '\'');
	for (size_t i = 0; i < r->t.v[p.from].n; i++) {
		char c = r->t.v[p.from].s[i];

		strbuf_addc(r->out, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
	}
	strbuf_add(r->out, "'::text");
}

static void
emit_call(struct rewrite *r, const char *function, const struct part *parts, size_t n)
{
	strbuf_printf(r->out, "%s(", function);
	for (size_t i = 0; i < n; i++) {
		if (i)
			strbuf_add(r->out, ", ");
		emit(r, parts[i]);
		strbuf_addc(r->out, REWRITE_ARGUMENT_END);
	}
	strbuf_addc(r->out, ')');
}

typedef void
form_fn(struct rewrite *r, const char *function, struct part *parts, size_t n);

static void
in_order(struct rewrite *r, const char *function, struct part *parts, size_t n)
{
	emit_call(r, function, parts, n);
}

static void
reversed(struct rewrite *r, const char *function, struct part *parts, size_t n)
{
	struct part swapped[2] = {parts[n - 1], parts[0]};

	emit_call(r, function, swapped, n < 2 ? n : 2);
}

/* EXTRACT(field FROM x) */
static void
field_first(struct rewrite *r, const char *function, struct part *parts, size_t n)
{
	strbuf_printf(r->out, "%s(", function);
	emit_word(r, parts[0]);
	strbuf_add(r->out, ", ");
	emit(r, parts[n - 1]);
	strbuf_printf(r->out, "%c)", REWRITE_ARGUMENT_END);
	r->extracted = true;
}

/* NORMALIZE(x, form) */
static void
form_last(struct rewrite *r, const char *function, struct part *parts, size_t n)
{
	strbuf_printf(r->out, "%s(", function);
	emit(r, parts[0]);
	strbuf_addc(r->out, REWRITE_ARGUMENT_END);
	if (n > 1) {
		strbuf_add(r->out, ", ");
		emit_word(r, parts[1]);
	}
	strbuf_addc(r->out, ')');
}

/* TRIM(where characters FROM x), whose characters may be lacking */
static void
trim(struct rewrite *r, const char *function, struct part *parts, size_t n)
{
	struct part characters = parts[0];

	function = is(r, parts[0].from, "LEADING")    ? "ltrim"
		   : is(r, parts[0].from, "TRAILING") ? "rtrim"
						      : function;
	characters.from++;
	characters = trimmed(r, characters);
	parts[0] = parts[n - 1];
	parts[1] = characters;
	emit_call(r, function, parts, characters.from < characters.to ? 2 : 1);
}

static const struct form {
	const char *word, *function;
	form_fn *emit;
	size_t min_parts;
} forms[] = {
	{"COLLATION", "pg_collation_for", in_order, 1},
	{"EXTRACT", "date_part", field_first, 2},
	{"NORMALIZE", "normalize", form_last, 1},
	{"OVERLAY", "overlay", in_order, 2},
	{"POSITION", "position", reversed, 2},
	{"SUBSTRING", "substring", in_order, 2},
	{"TRIM", "btrim", trim, 2},
	{"XMLEXISTS", "xmlexists", in_order, 2},
};

static bool
is_separator(const struct rewrite *r, size_t i)
{
	static const char *const separators[] = {
		",", "FROM", "FOR", "PLACING", "SIMILAR", "ESCAPE", "IN", "PASSING"};

	for (size_t k = 0; k < COUNT_OF(separators); k++)
		if (is(r, i, separators[k]))
			return true;
	return false;
}

/* Cut at what stands between arguments; returns how many, 0 if too many. */
static size_t
split(const struct rewrite *r, struct part p, struct part *parts)
{
	size_t n = 0, begin = p.from;

	for (size_t i = p.from; i <= p.to; i = i < p.to ? step(r, i) : i + 1) {
		if (i < p.to && !is_separator(r, i))
			continue;
		if (n == MAX_PARTS)
			return 0;
		parts[n++] = trimmed(r, (struct part){begin, i});
		begin = i + 1;
	}
	for (size_t i = 0; i < n; i++)
		if (parts[i].from >= parts[i].to)
			return 0;
	return n;
}

static size_t
emit_form(struct rewrite *r, size_t i)
{
	static const char *const collation_for[] = {"COLLATION", "FOR"};
	struct part parts[MAX_PARTS];
	size_t open = i + 1, n;

	if (find_words(r, (struct part){i, i + 3}, collation_for, 2) == i)
		open = i + 4;
	if (!is(r, open, "(") || !r->t.v[open].match)
		return i;
	for (size_t k = 0; k < COUNT_OF(forms); k++) {
		if (!is(r, i, forms[k].word))
			continue;
		n = split(r, (struct part){open + 1, r->t.v[open].match}, parts);
		if (n < forms[k].min_parts)
			return i;
		forms[k].emit(r, forms[k].function, parts, n);
		return r->t.v[open].match + 1;
	}
	return i;
}

/* ---- The same between its arguments, in brackets of its own ---- */

static bool
emit_time_zone(struct rewrite *r, struct part inside)
{
	static const char *const words[] = {"AT", "TIME", "ZONE"};
	size_t at = find_words(r, inside, words, COUNT_OF(words));
	struct part parts[2] = {{at + 5, inside.to}, {inside.from, at}};

	if (at == inside.to)
		return false;
	parts[0] = trimmed(r, parts[0]);
	parts[1] = trimmed(r, parts[1]);
	emit_call(r, "timezone", parts, 2);
	return true;
}

static bool
emit_overlaps(struct rewrite *r, struct part inside)
{
	static const char *const word = "OVERLAPS";
	size_t at = find_words(r, inside, &word, 1), second = at + 2;
	struct part parts[MAX_PARTS];

	if (at == inside.to || !is(r, inside.from, "(") || !is(r, second, "("))
		return false;
	if (split(r, (struct part){inside.from + 1, r->t.v[inside.from].match},
		    parts) != 2 ||
		split(r, (struct part){second + 1, r->t.v[second].match}, parts + 2) !=
			2)
		return false;
	emit_call(r, "overlaps", parts, 4);
	return true;
}

static bool
emit_normalized(struct rewrite *r, struct part inside)
{
	static const char *const word = "IS";
	size_t at = find_words(r, inside, &word, 1);
	struct part parts[2] = {{inside.from, at}, {at + 2, at + 3}};
	bool plain = at + 3 == inside.to;

	if (at == inside.to || !is(r, inside.to - 1, "NORMALIZED") ||
		(!plain && at + 5 != inside.to))
		return false;
	parts[0] = trimmed(r, parts[0]);
	form_last(r, "is_normalized", parts, plain ? 1 : 2);
	return true;
}

static size_t
emit_infix(struct rewrite *r, size_t i)
{
	struct part inside = {i + 1, r->t.v[i].match};

	if (!is(r, i, "(") || !inside.to)
		return i;
	if (emit_time_zone(r, inside) || emit_overlaps(r, inside) ||
		emit_normalized(r, inside))
		return inside.to + 1;
	return i;
}

/* ---- Single words ---- */

/* similar_escape(p, NULL) */
static size_t
emit_similar(struct rewrite *r, size_t i)
{
	struct part parts[MAX_PARTS];
	size_t n;

	if (!is(r, i, "similar_escape") || !is(r, i + 1, "(") || !r->t.v[i + 1].match)
		return i;
	n = split(r, (struct part){i + 2, r->t.v[i + 1].match}, parts);
	if (!n)
		return i;
	if (is(r, parts[n - 1].from, "NULL"))
		n--;
	strbuf_add(r->out, "similar_to_escape(");
	for (size_t k = 0; k < n; k++) {
		strbuf_add(r->out, k ? ", " : "");
		emit(r, parts[k]);
	}
	strbuf_addc(r->out, ')');
	return r->t.v[i + 1].match + 1;
}

/* `true AS bool` */
static size_t
emit_boolean(struct rewrite *r, size_t i)
{
	static const char *const words[] = {"AS", "bool"};

	if ((!is(r, i, "true") && !is(r, i, "false")) ||
		find_words(r, (struct part){i + 2, i + 5}, words, 2) != i + 2)
		return i;
	strbuf_addn(r->out, r->t.v[i].s, r->t.v[i].n);
	return i + 5;
}

static size_t
skip_no_indent(const struct rewrite *r, size_t i)
{
	static const char *const words[] = {"NO", "INDENT"};

	return find_words(r, (struct part){i, i + 3}, words, 2) == i ? i + 3 : i;
}

/* `OPERATOR(pg_catalog.=)`, which depends on what other operators there are */
static size_t
emit_operator(struct rewrite *r, size_t i)
{
	if (!is(r, i, "OPERATOR") || !is(r, i + 1, "(") || !r->t.v[i + 1].match ||
		!is(r, i + 2, "pg_catalog") || !is(r, i + 3, "."))
		return i;
	emit(r, (struct part){i + 4, r->t.v[i + 1].match});
	return r->t.v[i + 1].match + 1;
}

/* Names in a literal of a type like regclass, without their quotes. */
static size_t
emit_name_literal(struct rewrite *r, size_t i)
{
	const struct token *k = &r->t.v[i];

	if (k->type != TOKEN_LITERAL || !is(r, i + 1, "::") || i + 2 >= r->t.n ||
		strncmp(r->t.v[i + 2].s, "reg", 3) != 0)
		return i;
	for (size_t n = 0; n < k->n; n++)
		if (k->s[n] != '"')
			strbuf_addc(r->out, k->s[n]);
	return i + 1;
}

/* ---- All ---- */

static size_t
emit_one(struct rewrite *r, size_t i)
{
	size_t next = i;

	if (r->t.v[i].type == TOKEN_WORD && between(r, SYNTAX))
		next = emit_form(r, i);
	else if (r->t.v[i].type == TOKEN_OTHER && between(r, SYNTAX))
		next = emit_infix(r, i);
	if (next == i && between(r, SIMILAR))
		next = emit_similar(r, i);
	if (next == i && between(r, BOOLEAN))
		next = emit_boolean(r, i);
	if (next == i && between(r, INDENT))
		next = skip_no_indent(r, i);
	if (next == i)
		next = emit_operator(r, i);
	return next == i ? emit_name_literal(r, i) : next;
}

static void
emit(struct rewrite *r, struct part p)
{
	while (p.from < p.to) {
		size_t next = emit_one(r, p.from);

		if (next == p.from) {
			strbuf_addn(r->out, r->t.v[p.from].s, r->t.v[p.from].n);
			next++;
		}
		p.from = next;
	}
}

bool
rewrite_apply(const char *in, const int version[static 2], struct strbuf *out)
{
	struct rewrite r = {.version = version, .out = out};

	strbuf_addn(out, "", 0);
	tokens_read(&r.t, in);
	emit(&r, (struct part){0, r.t.n});
	tokens_free(&r.t);
	return r.extracted;
}
