/* libConfuse 3.3 counts a line with a comment twice, writes past its buffer for some
 * comments, drops a `*` outside quotes, takes an unset ${VAR} for empty, forgives a
 * missing `}` at the end of a file and says of an unterminated string only that the
 * file ended.  So it never sees any of these: here tokens are told apart and strings
 * decoded; what they mean together is left to it. */
#include "conf/scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct scan {
	const char *at, *end;
	struct conf_place place; /* of `at` */
	struct conf_errors *errors;
	struct strbuf *out;
	struct strbuf value; /* of the string or word that is being read */
	unsigned start;      /* its first line */
	unsigned depth;      /* of braces */
	unsigned block;      /* line of the outermost one */
	bool unended;
};

static void
fail(struct scan *s, unsigned line, const char *what)
{
	conf_error(s->errors, (struct conf_place){s->place.file, line}, "%s", what);
}

static void
fail_unended(struct scan *s, unsigned line, const char *what)
{
	conf_error(s->errors, (struct conf_place){s->place.file, line},
		"the %s that begins here does not end", what);
	s->unended = true;
}

static bool
sees(const struct scan *s, const char *text)
{
	size_t n = strlen(text);

	return (size_t)(s->end - s->at) >= n && !memcmp(s->at, text, n);
}

/* Move on by one byte, counting lines. */
static char
take(struct scan *s)
{
	char c = *s->at++;

	s->place.line += c == '\n';
	return c;
}

static void
skip_line_comment(struct scan *s)
{
	while (s->at < s->end && *s->at != '\n')
		s->at++;
}

static void
skip_block_comment(struct scan *s)
{
	unsigned start = s->place.line;

	for (s->at += 2; s->at < s->end; take(s)) {
		if (sees(s, "*/")) {
			s->at += 2;
			return;
		}
		if (*s->at == '\n')
			strbuf_addc(s->out, '\n');
	}
	fail_unended(s, start, "comment");
}

/* ---- Variables ---- */

static bool
is_name(const char *s, size_t n)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";

	if (!n || !memchr(letters, s[0], sizeof letters - 1))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!memchr(letters, s[i], sizeof letters - 1) &&
			(s[i] < '0' || s[i] > '9'))
			return false;
	return true;
}

/* Add the value of what stands between the braces. */
static void
add_variable(struct scan *s, const char *text)
{
	const char *colon = strstr(text, ":-");
	size_t n = colon ? (size_t)(colon - text) : strlen(text);
	char *name = xstrndup(text, n);
	const char *value = is_name(name, n) ? getenv(name) : NULL;

	if (!is_name(name, n)) {
		fail(s, s->place.line,
			"${…} holds no name of a variable; write \\$ "
			"for a dollar");
	} else if (colon && (!value || !*value)) {
		strbuf_add(&s->value, colon + 2);
	} else if (value) {
		strbuf_add(&s->value, value);
	} else {
		conf_error(s->errors, s->place,
			"variable %s is not set; set it, or give a default: ${%s:-…}",
			name, name);
	}
	free(name);
}

static void
take_variable(struct scan *s)
{
	const char *end = memchr(s->at, '}', (size_t)(s->end - s->at));
	const char *line_end = memchr(s->at, '\n', (size_t)(s->end - s->at));
	char *text;

	if (!end || (line_end && line_end < end)) {
		fail(s, s->place.line, "${ without }");
		s->at += 2;
		return;
	}
	text = xstrndup(s->at + 2, (size_t)(end - s->at - 2));
	add_variable(s, text);
	free(text);
	s->at = end + 1;
}

/* ---- Strings ---- */

/* Up to `most` digits of `base` behind the backslash. */
static void
take_number(struct scan *s, int base, size_t most)
{
	const char *digits = base == 8 ? "01234567" : "0123456789abcdefABCDEF";
	char text[4] = {0};
	long value;

	for (size_t n = 0; n < most && s->at < s->end && strchr(digits, *s->at); n++)
		text[n] = *s->at++;
	value = strtol(text, NULL, base);
	if (!text[0] || value > 0xff)
		fail(s, s->place.line, "bad number after a backslash");
	else
		strbuf_addc(&s->value, (char)value);
}

static void
take_escape(struct scan *s)
{
	static const char from[] = "nrtbfave", to[] = "\n\r\t\b\f\a\v\033";
	const char *known;

	if (++s->at == s->end)
		return;
	if (*s->at >= '0' && *s->at <= '9') {
		take_number(s, 8, 3);
		return;
	}
	if (*s->at == 'x') {
		s->at++;
		take_number(s, 16, 2);
		return;
	}
	known = memchr(from, *s->at, sizeof from - 1);
	if (known)
		strbuf_addc(&s->value, to[known - from]);
	else if (*s->at != '\n')
		strbuf_addc(&s->value, *s->at);
	take(s);
}

static void
take_double_quoted(struct scan *s)
{
	for (s->at++; s->at < s->end;) {
		if (*s->at == '"') {
			s->at++;
			return;
		}
		if (*s->at == '\\')
			take_escape(s);
		else if (sees(s, "${"))
			take_variable(s);
		else
			strbuf_addc(&s->value, take(s));
	}
	fail_unended(s, s->start, "string");
}

/* Nothing is expanded; a backslash only escapes ' and itself, or ends a line. */
static void
take_single_quoted(struct scan *s)
{
	for (s->at++; s->at < s->end;) {
		if (*s->at == '\'') {
			s->at++;
			return;
		}
		if (sees(s, "\\\n")) {
			s->at++;
			take(s);
			continue;
		}
		if (sees(s, "\\'") || sees(s, "\\\\"))
			s->at++;
		strbuf_addc(&s->value, take(s));
	}
	fail_unended(s, s->start, "string");
}

static void
take_word(struct scan *s)
{
	while (s->at < s->end) {
		if (sees(s, "${"))
			take_variable(s);
		else if (memchr(" \t\r\n#\"'={}(),", *s->at, 13) || sees(s, "+="))
			return;
		else
			strbuf_addc(&s->value, *s->at++);
	}
}

/* Write the value so that libConfuse reads exactly it; the lines that it went over
 * follow. */
static void
emit_value(struct scan *s)
{
	strbuf_addc(s->out, '"');
	for (size_t i = 0; i < s->value.len; i++) {
		char c = s->value.s[i];

		if ((unsigned char)c < ' ' && !strchr("\t\r\n", c ? c : 1)) {
			fail(s, s->start, "control character in a value");
			break;
		}
		if (c == '\n') {
			strbuf_add(s->out, "\\n");
			continue;
		}
		if (c == '"' || c == '\\' || c == '$')
			strbuf_addc(s->out, '\\');
		strbuf_addc(s->out, c);
	}
	strbuf_addc(s->out, '"');
	for (unsigned line = s->start; line < s->place.line; line++)
		strbuf_addc(s->out, '\n');
}

static void
take_value(struct scan *s)
{
	strbuf_clear(&s->value);
	s->start = s->place.line;
	if (*s->at == '"')
		take_double_quoted(s);
	else if (*s->at == '\'')
		take_single_quoted(s);
	else
		take_word(s);
	emit_value(s);
}

static void
count_brace(struct scan *s)
{
	if (*s->at == '{' && !s->depth++)
		s->block = s->place.line;
	if (*s->at == '}' && s->depth)
		s->depth--;
}

static void
take_token(struct scan *s)
{
	count_brace(s);
	if (memchr(" \t\r\n={}(),", *s->at, 10)) {
		strbuf_addc(s->out, take(s));
	} else if (*s->at == '#' || sees(s, "//")) {
		skip_line_comment(s);
	} else if (sees(s, "/*")) {
		skip_block_comment(s);
	} else if (sees(s, "+=")) {
		strbuf_add(s->out, "+=");
		s->at += 2;
	} else {
		take_value(s);
	}
}

bool
conf_scan(const char *text, size_t n, const char *file, struct conf_errors *errors,
	struct strbuf *out)
{
	struct scan s = {.at = text,
		.end = text + n,
		.place = {file, 1},
		.errors = errors,
		.out = out};

	if (sees(&s, "\xef\xbb\xbf"))
		s.at += 3;
	while (s.at < s.end)
		take_token(&s);
	if (s.depth && !s.unended)
		fail_unended(&s, s.block, "block");
	strbuf_free(&s.value);
	return !s.unended;
}
