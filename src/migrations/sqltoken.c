/* What stands in a comment or a string must never look like a statement. */
#include "migrations/sqltoken.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "migrations/sqleffect.h"

struct scanner {
	const char *p;
	unsigned depth;
	struct sqltokens *out;
};

static void
emit(struct scanner *s, enum sqltoken_kind kind, char *text)
{
	struct sqltokens *o = s->out;

	GROW(o->v, o->n, o->cap);
	o->v[o->n++] = (struct sqltoken){.kind = kind, .text = text, .depth = s->depth};
}

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' ||
	       c == SQLEFFECT_COMPUTED || (unsigned char)c >= 0x80;
}

/* Comments nest. */
static void
skip_comment(struct scanner *s)
{
	size_t depth = 0;

	do {
		if (!strncmp(s->p, "/*", 2)) {
			depth++;
			s->p += 2;
		} else if (!strncmp(s->p, "*/", 2)) {
			depth--;
			s->p += 2;
		} else {
			s->p++;
		}
	} while (depth && *s->p);
}

/* The quote that closes is doubled inside; a backslash counts after E. */
static void
take_quoted(struct scanner *s, enum sqltoken_kind kind, bool escapes)
{
	char quote = *s->p++;
	struct strbuf text = {0};

	strbuf_add(&text, "");
	while (*s->p) {
		if (*s->p == quote && s->p[1] != quote)
			break;
		if (*s->p == quote || (escapes && *s->p == '\\' && s->p[1]))
			s->p++;
		strbuf_addc(&text, *s->p++);
	}
	s->p += *s->p == quote;
	emit(s, kind, strbuf_take(&text));
}

/* $tag$ … $tag$; false where no such thing begins here. */
static bool
take_dollar(struct scanner *s)
{
	const char *tag_end = s->p + 1, *close;
	char *tag;

	while (is_word(*tag_end) && *tag_end != '$')
		tag_end++;
	if (*tag_end != '$' || isdigit((unsigned char)s->p[1]))
		return false;
	tag = xstrndup(s->p, (size_t)(tag_end + 1 - s->p));
	close = strstr(tag_end + 1, tag);
	emit(s, SQLTOKEN_STRING,
		close ? xstrndup(tag_end + 1, (size_t)(close - tag_end - 1))
		      : xstrdup(tag_end + 1));
	s->p = close ? close + strlen(tag) : s->p + strlen(s->p);
	free(tag);
	return true;
}

static void
take_word(struct scanner *s)
{
	const char *end = s->p;
	char *text;

	while (is_word(*end))
		end++;
	if (end - s->p == 1 && *end == '\'' && strchr("eEbBxXnN", *s->p)) {
		bool escapes = tolower((unsigned char)*s->p) == 'e';

		s->p = end;
		take_quoted(s, SQLTOKEN_STRING, escapes);
		return;
	}
	text = xstrndup(s->p, (size_t)(end - s->p));
	for (char *c = text; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c | 0x20);
	emit(s, SQLTOKEN_WORD, text);
	s->p = end;
}

static void
take_other(struct scanner *s)
{
	char c = *s->p++;

	s->depth -= c == ')' && s->depth;
	emit(s, SQLTOKEN_OTHER, xstrndup(&c, 1));
	s->depth += c == '(';
	/* A bracket that is left open must not swallow the next statement. */
	if (c == ';')
		s->depth = 0;
}

static void
take_token(struct scanner *s)
{
	char c = *s->p;

	if (isspace((unsigned char)c))
		s->p++;
	else if (!strncmp(s->p, "--", 2))
		s->p += strcspn(s->p, "\n");
	else if (!strncmp(s->p, "/*", 2))
		skip_comment(s);
	else if (c == '\'')
		take_quoted(s, SQLTOKEN_STRING, false);
	else if (c == '"')
		take_quoted(s, SQLTOKEN_QUOTED, false);
	else if (c == '$' && take_dollar(s))
		;
	else if (is_word(c))
		take_word(s);
	else
		take_other(s);
}

void
sqltoken_scan(const char *sql, struct sqltokens *out)
{
	struct scanner s = {.p = sql, .out = out};

	*out = (struct sqltokens){0};
	while (*s.p)
		take_token(&s);
	s.depth = 0;
	emit(&s, SQLTOKEN_END, xstrdup(""));
}

void
sqltoken_free(struct sqltokens *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->v[i].text);
	free(t->v);
	*t = (struct sqltokens){0};
}

bool
sqltoken_is(const struct sqltoken *t, const char *text)
{
	return (t->kind == SQLTOKEN_WORD || t->kind == SQLTOKEN_OTHER) &&
	       !strcmp(t->text, text);
}
