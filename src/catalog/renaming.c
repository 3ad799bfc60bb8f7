/* A name of a schema means one only where it stands before a dot, or in search_path.
 * What a server printed has each such name qualified, as search_path is empty there; so
 * the rest are columns, aliases, roles.  A column or alias may stand before a dot too:
 * where a text has the name elsewhere, one counts only where no column can be. */
#include "catalog/renaming.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"

enum { NONE = -1 };

struct scan {
	const struct renaming *r;
	const char *start, *p;
	bool written, folded;
	bool sure; /* no column stands before a dot */
	/* The text has the name where it is no qualifier, so that it may be one of
	 * something else. */
	bool doubtful, bare;
	const char *word; /* the last word before `p`, and its length */
	size_t word_n;
	struct strbuf *out;
};

void
renaming_free(struct renaming *r)
{
	strvec_free(&r->from);
	strvec_free(&r->to);
}

const char *
renaming_of(const struct renaming *r, const char *name)
{
	for (size_t i = 0; i < r->from.n; i++)
		if (!strcmp(r->from.v[i], name))
			return r->to.v[i];
	return name;
}

/* ---- Names ---- */

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '$' || (c & 0x80);
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t
word_length(const char *s)
{
	size_t n = 0;

	while (is_word(s[n]))
		n++;
	return n;
}

/* The length of the quoted name at `s`. */
static size_t
name_length(const char *s)
{
	size_t i = 1;

	for (; s[i]; i++)
		if (s[i] == '"' && s[++i] != '"')
			return i;
	return i;
}

/* The length of `"name"` at `s` with quotes doubled inside, 0 if it is another. */
static size_t
quoted_length(const char *s, const char *name)
{
	const char *begin = s++;

	for (; *name; name++, s++) {
		if (*s != *name)
			return 0;
		if (*name == '"' && *++s != '"')
			return 0;
	}
	return *s == '"' && s[1] != '"' ? (size_t)(s + 1 - begin) : 0;
}

static bool
is_unquoted(const char *s, size_t n, const char *name, bool folded)
{
	for (size_t i = 0; i < n; i++) {
		bool upper = folded && s[i] >= 'A' && s[i] <= 'Z';

		if (name[i] != (upper ? (char)(s[i] + 32) : s[i]))
			return false;
	}
	return !name[n];
}

/* Which of them stands at `s`, where a word or a quote begins; `*n` receives the
 * length.
 */
static int
which(const struct scan *k, const char *s, size_t *n)
{
	const struct strvec *from = &k->r->from;

	if (*s == '"') {
		for (size_t i = 0; i < from->n; i++)
			if ((*n = quoted_length(s, from->v[i])))
				return (int)i;
		return NONE;
	}
	*n = word_length(s);
	for (size_t i = 0; *n && i < from->n; i++)
		if (is_unquoted(s, *n, from->v[i], k->folded))
			return (int)i;
	return NONE;
}

static bool
is_upper(const char *s, size_t n)
{
	bool upper = false;

	for (size_t i = 0; i < n; i++) {
		if (s[i] >= 'a' && s[i] <= 'z')
			return false;
		upper |= s[i] >= 'A' && s[i] <= 'Z';
	}
	return upper;
}

/* In the manner in which it was written, with quotes that it did not need as well: a
 * server has one of its own. */
static void
put_name(struct scan *k, int i, size_t n)
{
	const char *to = k->r->to.v[i], *from = k->r->from.v[i];
	struct strbuf plain = {0}, before = {0};

	text_ident(&plain, to);
	text_ident(&before, from);
	if (k->written && *k->p == '"' && *before.s != '"' && *plain.s != '"')
		strbuf_printf(k->out, "\"%s\"", plain.s);
	else if (k->folded && *k->p != '"' && *plain.s != '"' && is_upper(k->p, n) &&
		 memcmp(k->p, from, n) != 0)
		for (const char *c = plain.s; *c; c++)
			strbuf_addc(
				k->out, *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c);
	else
		strbuf_add(k->out, plain.s);
	k->p += n;
	strbuf_free(&before);
	strbuf_free(&plain);
}

/* ---- What a name is ---- */

static char
before(const struct scan *k)
{
	return k->p > k->start ? k->p[-1] : ' ';
}

static bool
is_after(const struct scan *k, const char *word)
{
	return k->word_n == strlen(word) && !strncasecmp(k->word, word, k->word_n);
}

static bool
is_after_any(const struct scan *k, const char *const *words)
{
	for (; *words; words++)
		if (is_after(k, *words))
			return true;
	return false;
}

/* A dot behind it, with something that goes on. */
static bool
qualifies(const char *end)
{
	return *end == '.' && end[1] && !is_blank(end[1]);
}

static size_t
next_length(const char *s)
{
	return *s == '"' ? name_length(s) : word_length(s);
}

/* Where no column can be: behind a word that takes a relation or a type, before
 * what is called, and where a variable is declared to be like it. */
static bool
is_certain(const struct scan *k, const char *end)
{
	static const char *const words[] = {"FROM", "JOIN", "INTO", "UPDATE", "ONLY",
		"TABLE", "CALL", "REFERENCES", "COLLATE", "FUNCTION", "PROCEDURE",
		"VIEW", "SEQUENCE", "PERFORM", "TRUNCATE", "EXISTS", "SETOF", "RETURNS",
		"LOCK", "TYPE", "TEMPORARY", NULL};
	const char *next = end + 1;

	if (before(k) == ':' || (before(k) == '(' && is_after(k, "OPERATOR")) ||
		((before(k) == '(' || is_blank(before(k))) && is_after_any(k, words)))
		return true;
	next += next_length(next);
	if (*next == '.')
		next += 1 + next_length(next + 1);
	return *next == '(' || !strncasecmp(next, "%ROWTYPE", 8) ||
	       !strncasecmp(next, "%TYPE", 5);
}

/* 'app.user_id' of current_setting(), or what SET sets: a parameter of that name. */
static bool
is_parameter(const struct scan *k)
{
	static const char *const functions[] = {"current_setting", "set_config", NULL},
				 *const words[] = {"SET", "LOCAL", "SESSION", "RESET",
					 "SHOW", NULL};

	return k->written && ((before(k) == '\'' && is_after_any(k, functions)) ||
				     (is_blank(before(k)) && is_after_any(k, words)));
}

/* 'tenant': a text that is the name is none. */
static bool
is_whole_literal(const struct scan *k, const char *end)
{
	return k->written && before(k) == '\'' && *end == '\'';
}

/* ---- Lists of names ---- */

static void
copy(struct scan *k, size_t n)
{
	strbuf_addn(k->out, k->p, n);
	k->p += n;
}

/* Behind a name of the list; false if it ends there. */
static bool
copy_between(struct scan *k)
{
	bool goes_on = false;

	while (*k->p && (is_blank(*k->p) || *k->p == ',' || *k->p == '\'')) {
		goes_on |= *k->p == ',';
		copy(k, 1);
	}
	return goes_on;
}

static void
copy_path(struct scan *k)
{
	do {
		size_t n = 0;
		int i = which(k, k->p, &n);

		if (i != NONE && k->p[n] != '.')
			put_name(k, i, n);
		else if (*k->p == '"')
			copy(k, name_length(k->p));
		else if (i == NONE)
			copy(k, n);
		else
			return;
	} while (copy_between(k));
}

/* Behind the word search_path of a written text: `=`, TO or a comma, and a list. */
static void
copy_assigned(struct scan *k)
{
	while (*k->p && (is_blank(*k->p) || strchr("=,':", *k->p)))
		copy(k, 1);
	if (!strncasecmp(k->p, "TO", 2) && is_blank(k->p[2]))
		copy(k, 2);
	while (*k->p && (is_blank(*k->p) || *k->p == '\''))
		copy(k, 1);
	copy_path(k);
}

/* ---- A whole text ---- */

/* The length of a literal at `s`, its quotes included. */
static size_t
literal_length(const char *s)
{
	bool escapes = *s == 'E';
	size_t i = escapes ? 2 : 1;

	for (; s[i]; i++) {
		if (escapes && s[i] == '\\' && s[i + 1])
			i++;
		else if (s[i] == '\'' && s[i + 1] == '\'')
			i++;
		else if (s[i] == '\'')
			return i + 1;
	}
	return i;
}

/* True if what ends at `s` is cast to a type whose values are names. */
static bool
is_cast_to_name(const char *s)
{
	if (!strncmp(s, "::text)", 7))
		s += 7;
	return !strncmp(s, "::reg", 5);
}

static struct scan
scan_of(const struct renaming *r, const char *text, struct strbuf *out);
static void scan_until(struct scan *k, const char *end);

/* Of a type like regclass it holds a qualified name, of regnamespace a bare one. */
static void
copy_literal(struct scan *k)
{
	const char *begin = k->p + (*k->p == 'E'), *end = k->p + literal_length(k->p);
	struct scan inside;
	char *names;

	if (end < begin + 2 || !is_cast_to_name(end)) {
		copy(k, (size_t)(end - k->p));
		return;
	}
	copy(k, (size_t)(begin + 1 - k->p));
	names = xstrndup(k->p, (size_t)(end - 1 - k->p));
	inside = scan_of(k->r, names, k->out);
	if (!strncmp(end, "::regnamespace", 14))
		copy_path(&inside);
	else
		scan_until(&inside, names + strlen(names));
	strbuf_add(k->out, inside.p);
	free(names);
	k->p = end - 1;
	copy(k, 1);
}

static void
take_word(struct scan *k, size_t n)
{
	k->word = k->p;
	k->word_n = n;
	copy(k, n);
	if (k->written && is_after(k, "search_path"))
		copy_assigned(k);
}

/* A name that is one of them, behind which `n` is, and is to be replaced. */
static bool
is_schema(struct scan *k, size_t n)
{
	const char *end = k->p + n;

	if (k->written && is_after(k, "SCHEMA") && *end != '.')
		return true;
	if (is_parameter(k) && qualifies(end))
		return false;
	if (before(k) != '.' && qualifies(end))
		return !k->doubtful || is_certain(k, end);
	k->bare |= !is_whole_literal(k, end);
	return false;
}

/* One word, quoted name, literal or character. */
static void
scan_one(struct scan *k)
{
	bool begins = is_word(*k->p) && !is_word(before(k)) && before(k) != '"';
	size_t n = 0;
	int i = begins || *k->p == '"' ? which(k, k->p, &n) : NONE;

	if (i != NONE && is_schema(k, n))
		put_name(k, i, n);
	else if (!k->written && (*k->p == '\'' || (*k->p == 'E' && k->p[1] == '\'')))
		copy_literal(k);
	else if (is_word(*k->p))
		take_word(k, word_length(k->p));
	else if (k->written)
		copy(k, 1);
	else
		copy(k, *k->p == '"' ? name_length(k->p) : 1);
}

static void
scan_until(struct scan *k, const char *end)
{
	while (k->p < end && *k->p)
		scan_one(k);
}

static bool
has_any(const struct renaming *r, const char *text)
{
	for (size_t i = 0; i < r->from.n; i++) {
		const char *from = r->from.v[i];

		/* With a quote in it, it is doubled in the text. */
		if (strchr(from, '"') || strcasestr(text, from))
			return true;
	}
	return false;
}

static struct scan
scan_of(const struct renaming *r, const char *text, struct strbuf *out)
{
	return (struct scan){.r = r, .start = text, .p = text, .out = out};
}

/* Once to see what there is, and once more. */
static void
scan_text(struct scan *k, const char *text)
{
	struct strbuf scratch = {0}, *out = k->out;
	size_t n = strlen(text);

	k->out = &scratch;
	scan_until(k, text + n);
	strbuf_free(&scratch);
	k->out = out;
	k->p = text;
	k->word_n = 0;
	k->doubtful = k->bare && !k->sure;
	scan_until(k, text + n);
}

void
renaming_printed(const struct renaming *r, const char *text, struct strbuf *out)
{
	struct scan k = scan_of(r, text, out);

	strbuf_add(out, "");
	if (has_any(r, text))
		scan_text(&k, text);
	else
		strbuf_add(out, text);
}

void
renaming_names(const struct renaming *r, const char *text, struct strbuf *out)
{
	struct scan k = scan_of(r, text, out);

	strbuf_add(out, "");
	k.sure = true;
	if (has_any(r, text))
		scan_text(&k, text);
	else
		strbuf_add(out, text);
}

void
renaming_written(
	const struct renaming *r, const char *text, bool folded, struct strbuf *out)
{
	struct scan k = scan_of(r, text, out);

	strbuf_add(out, "");
	k.written = true;
	k.folded = folded;
	if (has_any(r, text))
		scan_text(&k, text);
	else
		strbuf_add(out, text);
}

/* ---- Values that are lists ---- */

void
renaming_path(const struct renaming *r, const char *text, struct strbuf *out)
{
	struct scan k = scan_of(r, text, out);

	strbuf_add(out, "");
	copy_path(&k);
	strbuf_add(out, k.p);
}

void
renaming_settings(const struct renaming *r, const char *text, struct strbuf *out)
{
	static const char path[] = "search_path=";
	struct scan k = scan_of(r, text, out);

	strbuf_add(out, "");
	while (*k.p) {
		size_t n = strcspn(k.p, ",");

		if (!strncmp(k.p, path, sizeof path - 1)) {
			copy(&k, sizeof path - 1);
			copy_path(&k);
		} else {
			copy(&k, n);
		}
		while (*k.p == ',' || *k.p == ' ')
			copy(&k, 1);
	}
}

void
renaming_literals(const struct renaming *r, const char *text, struct strbuf *out)
{
	struct scan k = scan_of(r, text, out);

	strbuf_add(out, "");
	while (*k.p) {
		size_t length = *k.p == '\'' ? literal_length(k.p) : 1, n = 0, rest;
		const char *end = k.p + length;
		int i;

		copy(&k, 1);
		if (length < 3)
			continue;
		i = which(&k, k.p, &n);
		rest = i != NONE && k.p[n] == '.' ? word_length(k.p + n + 1) : 0;
		if (rest && k.p[n + 1 + rest] == '\'' && n + rest + 3 == length)
			put_name(&k, i, n);
		copy(&k, (size_t)(end - k.p));
	}
}
