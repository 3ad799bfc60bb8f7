/* The lexical rules of what pg_get_expr() and its like print: a part of those of the
 * server (scan.l), as no comments, dollar quotes or numbers with signs occur. */
#include "catalog/token.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool
is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '$' || (c & 0x80);
}

/* The length of what is quoted at `s`, closing quote included. */
static size_t
quoted_length(const char *s, char quote, bool escapes)
{
	size_t i = 1;

	while (s[i]) {
		if (escapes && s[i] == '\\' && s[i + 1])
			i += 2;
		else if (s[i] != quote)
			i++;
		else if (s[i + 1] == quote)
			i += 2;
		else
			return i + 1;
	}
	return i;
}

static size_t
span(const char *s, bool space)
{
	size_t i = 0;

	while (s[i] && (space ? strchr(" \t\r\n", s[i]) != NULL : is_word_char(s[i])))
		i++;
	return i;
}

/* The token at `s`.  An E before a literal is part of it. */
static struct token
next_token(const char *s)
{
	struct token t = {.type = TOKEN_OTHER, .s = s, .n = 1};

	if (*s == 'E' && s[1] == '\'') {
		t.type = TOKEN_LITERAL;
		t.n = 1 + quoted_length(s + 1, '\'', true);
	} else if (*s == '\'') {
		t.type = TOKEN_LITERAL;
		t.n = quoted_length(s, '\'', false);
	} else if (*s == '"') {
		t.type = TOKEN_QUOTED;
		t.n = quoted_length(s, '"', false);
	} else if (is_word_char(*s)) {
		t.type = TOKEN_WORD;
		t.n = span(s, false);
	} else if (strchr(" \t\r\n", *s)) {
		t.type = TOKEN_SPACE;
		t.n = span(s, true);
	} else if (*s == ':' && s[1] == ':') {
		t.n = 2;
	}
	return t;
}

bool
tokens_is(const struct tokens *t, size_t i, const char *what)
{
	return i < t->n && t->v[i].n == strlen(what) &&
	       !memcmp(t->v[i].s, what, t->v[i].n);
}

/* Find the partner of each bracket; one without stays unmatched. */
static void
match_brackets(struct tokens *t)
{
	size_t *open = xcalloc(t->n + 1, sizeof *open), depth = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (tokens_is(t, i, "(") || tokens_is(t, i, "[")) {
			open[depth++] = i;
		} else if ((tokens_is(t, i, ")") || tokens_is(t, i, "]")) && depth) {
			t->v[i].match = open[--depth];
			t->v[open[depth]].match = i;
		}
	}
	free(open);
}

void
tokens_read(struct tokens *t, const char *in)
{
	while (*in) {
		GROW(t->v, t->n, t->cap);
		t->v[t->n] = next_token(in);
		in += t->v[t->n++].n;
	}
	match_brackets(t);
}

void
tokens_free(struct tokens *t)
{
	free(t->v);
	*t = (struct tokens){0};
}

void
token_name(const struct token *k, struct strbuf *out)
{
	strbuf_add(out, "");
	if (k->type != TOKEN_QUOTED) {
		strbuf_addn(out, k->s, k->n);
		return;
	}
	for (size_t i = 1; i + 1 < k->n; i++) {
		strbuf_addc(out, k->s[i]);
		i += k->s[i] == '"';
	}
}
