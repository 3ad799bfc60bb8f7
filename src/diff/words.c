/* See words.h. */
#include "diff/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/token.h"
#include "diff/rewrite.h"

bool
words_same(const struct word *a, const struct word *b)
{
	return a->type == b->type && a->n == b->n && !memcmp(a->s, b->s, a->n);
}

bool
words_qualifier(const struct words *w, size_t i)
{
	return i + 1 < w->n && w->v[i].type == WORD_NAME &&
	       w->v[i + 1].type == WORD_DOT;
}

static void
add(struct words *w, enum word_type type, const char *s, size_t n)
{
	GROW(w->v, w->n, w->cap);
	w->v[w->n++] = (struct word){type, s, n};
}

/* ---- From tokens to words ---- */

static bool
is_lower(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_' || (c & 0x80);
}

/* True if the quoted name would be the same without its quotes. */
static bool
is_bare(const struct token *k)
{
	if (k->n < 3 || !is_lower(k->s[1]))
		return false;
	for (size_t i = 1; i + 1 < k->n; i++)
		if (!is_lower(k->s[i]) && !(k->s[i] >= '0' && k->s[i] <= '9'))
			return false;
	return true;
}

static bool
is_operator(const struct token *k)
{
	return k->type == TOKEN_OTHER && k->n == 1 &&
	       strchr("+-*/<>=~!@#%^&|`?", *k->s);
}

static size_t
add_operator(struct words *w, const struct tokens *t, size_t i)
{
	size_t end = i;

	while (end < t->n && is_operator(&t->v[end]))
		end++;
	add(w, WORD_TEXT, t->v[i].s, end - i);
	return end;
}

/* True for the second and later words of a type's name. */
static bool
goes_on(const struct tokens *t, size_t i)
{
	static const char *const words[] = {"varying", "precision", "with", "without",
		"time", "zone", "year", "month", "day", "hour", "minute", "second",
		"to"};

	for (size_t k = 0; k < COUNT_OF(words); k++)
		if (tokens_is(t, i, words[k]))
			return true;
	return false;
}

/* Where the type that begins at `i` ends: `s.name`, `timestamp(3) with time zone[]`. */
static size_t
type_end(const struct tokens *t, size_t i)
{
	for (i++; i < t->n;) {
		if (tokens_is(t, i, ".") && i + 1 < t->n)
			i += 2;
		else if ((tokens_is(t, i, "(") || tokens_is(t, i, "[")) &&
			 t->v[i].match)
			i = t->v[i].match + 1;
		else if (t->v[i].type == TOKEN_SPACE && goes_on(t, i + 1))
			i += 2;
		else
			break;
	}
	return i < t->n ? i : t->n;
}

static size_t
add_cast(struct words *w, const struct tokens *t, size_t i)
{
	size_t end;

	if (i + 1 >= t->n)
		return i + 1;
	end = type_end(t, i + 1);
	add(w, WORD_CAST, t->v[i + 1].s,
		(size_t)(t->v[end - 1].s + t->v[end - 1].n - t->v[i + 1].s));
	return end;
}

static void
add_other(struct words *w, const struct token *k)
{
	enum word_type type = *k->s == '('                    ? WORD_OPEN
			      : *k->s == ')'                  ? WORD_CLOSE
			      : *k->s == '.'                  ? WORD_DOT
			      : *k->s == REWRITE_ARGUMENT_END ? WORD_ARGUMENT_END
							      : WORD_TEXT;

	add(w, type, k->s, k->n);
}

static bool
is_digits(const struct tokens *t, size_t i)
{
	return i < t->n && t->v[i].type == TOKEN_WORD && *t->v[i].s >= '0' &&
	       *t->v[i].s <= '9';
}

/* `1.5` is one word. */
static size_t
add_number(struct words *w, const struct tokens *t, size_t i)
{
	size_t last = i;

	if (tokens_is(t, i + 1, ".") && is_digits(t, i + 2))
		last = i + 2;
	add(w, WORD_TEXT, t->v[i].s, (size_t)(t->v[last].s + t->v[last].n - t->v[i].s));
	return last + 1;
}

static size_t
add_token(struct words *w, const struct tokens *t, size_t i)
{
	const struct token *k = &t->v[i];
	bool bare = k->type == TOKEN_QUOTED && is_bare(k);

	if (tokens_is(t, i, "::"))
		return add_cast(w, t, i);
	if (is_operator(k))
		return add_operator(w, t, i);
	if (is_digits(t, i))
		return add_number(w, t, i);
	if (k->type == TOKEN_QUOTED)
		add(w, WORD_NAME, k->s + bare, k->n - 2 * bare);
	else if (k->type == TOKEN_WORD)
		add(w, is_lower(*k->s) ? WORD_NAME : WORD_TEXT, k->s, k->n);
	else if (k->type == TOKEN_LITERAL)
		add(w, WORD_TEXT, k->s, k->n);
	else if (k->type == TOKEN_OTHER)
		add_other(w, k);
	return i + 1;
}

/* ---- Brackets around one operand ---- */

struct brackets {
	size_t *partner; /* of each bracket; else 0 */
	bool *drop;
};

static size_t
skip_dropped(const struct brackets *b, size_t i, size_t end)
{
	while (i < end && b->drop[i])
		i++;
	return i;
}

/* Behind the operand that begins at `i`: a name with its qualifiers and arguments, a
 * constant, or something in brackets; and behind its casts. */
static size_t
operand_end(const struct words *w, const struct brackets *b, size_t i, size_t end)
{
	bool name = false;

	while (i < end && words_qualifier(w, i))
		i += 2;
	if (i < end && w->v[i].type != WORD_OPEN) {
		name = w->v[i].type == WORD_NAME;
		i++;
	}
	if (i < end && w->v[i].type == WORD_OPEN && b->partner[i] &&
		(name || !i || w->v[i - 1].type == WORD_OPEN))
		i = b->partner[i] + 1;
	for (i = skip_dropped(b, i, end); i < end && w->v[i].type == WORD_CAST;)
		i = skip_dropped(b, i + 1, end);
	return i;
}

/* Not those of a call, nor of a row or composite whose field is taken. */
static bool
say_nothing(const struct words *w, const struct brackets *b, size_t open, size_t close)
{
	size_t first = skip_dropped(b, open + 1, close);

	if (open && w->v[open - 1].type == WORD_NAME)
		return false;
	if (close + 1 < w->n &&
		(w->v[close + 1].type == WORD_DOT ||
			(w->v[close + 1].n == 1 && *w->v[close + 1].s == '[')))
		return false;
	return first < close && operand_end(w, b, first, close) == close;
}

static void
match(const struct words *w, size_t *partner)
{
	size_t *open = xcalloc(w->n + 1, sizeof *open), depth = 0;

	for (size_t i = 0; i < w->n; i++) {
		if (w->v[i].type == WORD_OPEN) {
			open[depth++] = i;
		} else if (w->v[i].type == WORD_CLOSE && depth) {
			partner[i] = open[--depth];
			partner[open[depth]] = i;
		}
	}
	free(open);
}

/* From the inside out, as inner ones close first. */
static void
drop_brackets(struct words *w)
{
	struct brackets b = {
		xcalloc(w->n + 1, sizeof *b.partner), xcalloc(w->n + 1, 1)};
	size_t n = 0;

	match(w, b.partner);
	for (size_t i = 0; i < w->n; i++) {
		size_t open = b.partner[i];

		if (w->v[i].type != WORD_CLOSE || b.partner[open] != i)
			continue;
		if (say_nothing(w, &b, open, i))
			b.drop[open] = b.drop[i] = true;
	}
	for (size_t i = 0; i < w->n; i++)
		if (!b.drop[i])
			w->v[n++] = w->v[i];
	w->n = n;
	free(b.partner);
	free(b.drop);
}

void
words_read(struct words *w, const char *in)
{
	struct tokens t = {0};

	tokens_read(&t, in);
	for (size_t i = 0; i < t.n;)
		i = add_token(w, &t, i);
	tokens_free(&t);
	drop_brackets(w);
}

void
words_free(struct words *w)
{
	free(w->v);
	*w = (struct words){0};
}
