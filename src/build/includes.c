/* psql reads line by line and looks for its own commands outside of what the server's
 * scanner would take together; so does this. */
#include "build/includes.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

struct scanner {
	const char *p, *end;
	unsigned line;
	bool begun, copy, from_stdin; /* of the statement */
	bool data;                    /* begins with the next line */
};

static char
at(const struct scanner *s, size_t ahead)
{
	return s->p + ahead < s->end ? s->p[ahead] : '\0';
}

static void
step(struct scanner *s)
{
	s->line += *s->p++ == '\n';
}

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Past what one quote begins and the next one ends; a doubled one begins anew. */
static void
skip_quoted(struct scanner *s, bool escapes)
{
	char quote = *s->p;

	step(s);
	while (s->p < s->end && *s->p != quote) {
		if (escapes && *s->p == '\\' && s->p + 1 < s->end)
			step(s);
		step(s);
	}
	if (s->p < s->end)
		step(s);
}

static void
skip_comment(struct scanner *s)
{
	unsigned depth = 0;

	do {
		bool opens = at(s, 0) == '/' && at(s, 1) == '*';
		bool closes = at(s, 0) == '*' && at(s, 1) == '/';

		depth += opens;
		depth -= closes;
		if (opens || closes)
			step(s);
		step(s);
	} while (depth && s->p < s->end);
}

static void
skip_line(struct scanner *s)
{
	while (s->p < s->end && *s->p != '\n')
		step(s);
}

/* $tag$ … $tag$, or the one character. */
static void
skip_dollar(struct scanner *s)
{
	size_t n = 1;
	const char *close;

	while (is_word(at(s, n)))
		n++;
	if (at(s, n) != '$' || isdigit((unsigned char)at(s, 1))) {
		step(s);
		return;
	}
	n++;
	close = memmem(s->p + n, (size_t)(s->end - s->p) - n, s->p, n);
	for (const char *to = close ? close + n : s->end; s->p < to;)
		step(s);
}

static bool
is_named(const char *word, size_t n, const char *name)
{
	return n == strlen(name) && !strncasecmp(word, name, n);
}

static void
take_word(struct scanner *s)
{
	const char *word = s->p;
	size_t n = 0;

	while (is_word(at(s, n)) || (n && at(s, n) == '$'))
		n++;
	s->p += n;
	s->copy = s->begun ? s->copy : is_named(word, n, "copy");
	s->from_stdin |= s->copy && is_named(word, n, "stdin");
	s->begun = true;
	if (n == 1 && (*word == 'e' || *word == 'E') && at(s, 0) == '\'')
		skip_quoted(s, true);
}

/* The data of COPY ends at a line of its own. */
static void
skip_data(struct scanner *s)
{
	s->data = false;
	while (s->p < s->end) {
		step(s);
		if (at(s, 0) == '\\' && at(s, 1) == '.')
			break;
		skip_line(s);
	}
	skip_line(s);
}

static void
end_statement(struct scanner *s)
{
	step(s);
	s->data |= s->copy && s->from_stdin;
	s->begun = s->copy = s->from_stdin = false;
}

/* Of a command of psql: up to another one, or the end of the line. */
static void
skip_arguments(struct scanner *s)
{
	while (s->p < s->end && *s->p != '\n' && *s->p != '\\')
		if (*s->p == '\'' || *s->p == '"' || *s->p == '`')
			skip_quoted(s, *s->p == '\'');
		else
			step(s);
	/* Two of them end it, and SQL goes on. */
	if (at(s, 0) == '\\' && at(s, 1) == '\\')
		s->p += 2;
}

static bool
is_among(const char *word, size_t n, const char *const *words, size_t n_words)
{
	for (size_t i = 0; i < n_words; i++)
		if (n == strlen(words[i]) && !strncmp(word, words[i], n))
			return true;
	return false;
}

/* One of psql's own commands: passed over, if it includes nothing. */
static bool
is_include(struct scanner *s, struct include *found)
{
	static const char *const includes[] = {
		"i", "ir", "include", "include_relative"};
	static const char *const whole_lines[] = {"copy", "h", "help"};
	const char *word = s->p + 1;
	size_t n = 0;

	while (isalnum((unsigned char)at(s, n + 1)) || at(s, n + 1) == '_')
		n++;
	if (is_among(word, n, includes, COUNT_OF(includes))) {
		found->line = s->line;
		snprintf(found->word, sizeof found->word, "\\%.*s", (int)n, word);
		return true;
	}
	s->p += 1 + n;
	if (at(s, 0) == '!' && !n)
		skip_line(s);
	else if (is_among(word, n, whole_lines, COUNT_OF(whole_lines)))
		skip_line(s);
	else
		skip_arguments(s);
	return false;
}

static bool
take(struct scanner *s, struct include *found)
{
	char c = *s->p;

	if (c == '\\')
		return is_include(s, found);
	if (c == '\n' && s->data)
		skip_data(s);
	else if (c == '\'' || c == '"')
		skip_quoted(s, false);
	else if (c == '$')
		skip_dollar(s);
	else if (c == '-' && at(s, 1) == '-')
		skip_line(s);
	else if (c == '/' && at(s, 1) == '*')
		skip_comment(s);
	else if (is_word(c))
		take_word(s);
	else if (c == ';')
		end_statement(s);
	else
		step(s);
	return false;
}

bool
includes_find(const char *text, size_t n, struct include *found)
{
	struct scanner s = {.p = text, .end = text + n, .line = 1};

	while (s.p < s.end)
		if (take(&s, found))
			return true;
	return false;
}
