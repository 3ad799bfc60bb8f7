/* Editors, version control and tools that send a script write line ends and indentation
 * anew; the server keeps a body as it came. */
#include "diff/whitespace.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '$' || (c & 0x80);
}

/* ---- Line by line ---- */

enum {
	RETURNS = 1,  /* the carriage return of a line end */
	EMPTY = 2,    /* empty lines, and a line end behind all */
	TRAILING = 4, /* blanks before line ends */
	LEADING = 8   /* indentation */
};

struct span {
	const char *s;
	size_t n;
};

/* The next line without what `without` says, .s NULL behind the last; `*s` moves on. */
static struct span
next_line(const char **s, unsigned without)
{
	struct span l = {NULL, 0};

	while (**s) {
		l = (struct span){*s, strcspn(*s, "\n")};
		*s += l.n + ((*s)[l.n] == '\n');
		if ((without & RETURNS) && l.n && l.s[l.n - 1] == '\r')
			l.n--;
		while ((without & TRAILING) && l.n && is_blank(l.s[l.n - 1]))
			l.n--;
		while ((without & LEADING) && l.n && is_blank(*l.s)) {
			l.s++;
			l.n--;
		}
		if (l.n || !(without & EMPTY))
			return l;
	}
	return (struct span){NULL, 0};
}

static bool
same_lines(const char *a, const char *b, unsigned without)
{
	struct span x, y;

	do {
		x = next_line(&a, without);
		y = next_line(&b, without);
		if (!x.s != !y.s || x.n != y.n || (x.s && memcmp(x.s, y.s, x.n)))
			return false;
	} while (x.s);
	return true;
}

/* ---- SQL, token by token ---- */

/* The length of what is quoted at `s` by `quote`, both quotes included. */
static size_t
quoted(const char *s, char quote, bool escapes)
{
	size_t i = 1;

	for (; s[i]; i++) {
		if (escapes && s[i] == '\\' && s[i + 1])
			i++;
		else if (s[i] == quote && s[i + 1] == quote)
			i++;
		else if (s[i] == quote)
			return i + 1;
	}
	return i;
}

/* The length of `$tag$ … $tag$` at `s`, 0 if there is none. */
static size_t
dollar_quoted(const char *s)
{
	size_t tag = 1;
	char *delimiter;
	const char *end;

	while (is_word(s[tag]) && s[tag] != '$')
		tag++;
	if (s[tag] != '$' || (s[1] >= '0' && s[1] <= '9'))
		return 0;
	delimiter = xstrndup(s, tag + 1);
	end = strstr(s + tag + 1, delimiter);
	free(delimiter);
	return end ? (size_t)(end - s) + tag + 1 : strlen(s);
}

/* The length of a comment at `s`, 0 if there is none; `--` without its line end. */
static size_t
comment(const char *s)
{
	size_t i = 2, depth = 1;

	if (s[0] == '-' && s[1] == '-')
		return strcspn(s, "\n");
	if (s[0] != '/' || s[1] != '*')
		return 0;
	while (s[i] && depth) {
		bool opens = s[i] == '/' && s[i + 1] == '*';
		bool closes = s[i] == '*' && s[i + 1] == '/';

		depth += opens;
		depth -= closes;
		i += opens || closes ? 2 : 1;
	}
	return i;
}

struct normal {
	struct strbuf out;
	char before; /* the last character, 0 at the start */
	char blank;  /* what stood since: 0, a blank or a newline */
};

/* A blank between these two can come and go: at punctuation, and where an operator
 * meets a word.  Two operators would become one, two literals are one over two lines.
 */
static bool
is_loose(char a, char b)
{
	static const char punctuation[] = "(),;[]", operators[] = "=<>+-*/:|";

	return strchr(punctuation, a) || strchr(punctuation, b) ||
	       (strchr(operators, a) && (is_word(b) || b == '\'' || b == '"')) ||
	       (strchr(operators, b) && (is_word(a) || a == '\'' || a == '"'));
}

static void
put(struct normal *n, const char *s, size_t length)
{
	bool literals = n->before == '\'' && *s == '\'';

	if (n->blank && n->before && n->before != '\n' && !is_loose(n->before, *s))
		strbuf_addc(&n->out, literals ? n->blank : ' ');
	strbuf_addn(&n->out, s, length);
	n->before = s[length - 1];
	n->blank = 0;
}

/* The words of a comment; behind `--` the line ends. */
static void
put_comment(struct normal *n, const char *s, size_t length)
{
	const char *end = s + length;
	bool line = *s == '-';

	while (s < end) {
		size_t word = 0;

		while (s + word < end && !is_blank(s[word]))
			word++;
		if (word)
			put(n, s, word);
		s += word;
		for (; s < end && is_blank(*s); s++)
			n->blank = ' ';
	}
	if (!line)
		return;
	n->blank = 0;
	put(n, "\n", 1);
}

/* The length of a literal or quoted name at `s`; `before` it stands no word. */
static size_t
literal(const char *s)
{
	if (*s == '\'' || *s == '"')
		return quoted(s, *s, false);
	if ((*s == 'E' || *s == 'e') && s[1] == '\'')
		return 1 + quoted(s + 1, '\'', true);
	return *s == '$' ? dollar_quoted(s) : 0;
}

static size_t
word(const char *s)
{
	size_t n = 0;

	while (is_word(s[n]))
		n++;
	return n ? n : 1;
}

static char *
normal_sql(const char *s)
{
	struct normal n = {0};

	strbuf_add(&n.out, "");
	while (*s) {
		size_t length;

		if (is_blank(*s)) {
			n.blank = *s == '\n' || n.blank == '\n' ? '\n' : ' ';
			s++;
		} else if ((length = comment(s))) {
			put_comment(&n, s, length);
			s += length;
		} else {
			if (!(length = literal(s)))
				length = word(s);
			put(&n, s, length);
			s += length;
		}
	}
	return strbuf_take(&n.out);
}

static bool
same_sql(const char *a, const char *b)
{
	char *x = normal_sql(a), *y = normal_sql(b);
	bool same = !strcmp(x, y);

	free(x);
	free(y);
	return same;
}

bool
whitespace_same_body(const char *language, const char *a, const char *b)
{
	if (!strcmp(language, "sql") || !strcmp(language, "plpgsql"))
		return same_sql(a, b);
	return same_lines(a, b, RETURNS | EMPTY | TRAILING);
}

/* ---- For people ---- */

/* How many bytes both begin with, but for the last few. */
static size_t
common(const char *a, const char *b)
{
	enum { STEP = 64 };
	size_t n = strlen(a), m = strlen(b), at = 0;

	while (at + STEP <= n && at + STEP <= m && !memcmp(a + at, b + at, STEP))
		at += STEP;
	return at;
}

static bool
same_without_blanks(const char *a, const char *b)
{
	size_t at = common(a, b);

	a += at;
	b += at;
	for (;; a++, b++) {
		while (is_blank(*a))
			a++;
		while (is_blank(*b))
			b++;
		if (*a != *b || !*a)
			return *a == *b;
	}
}

const char *
whitespace_note(const char *a, const char *b)
{
	static const struct {
		unsigned without;
		const char *note;
	} kinds[] = {
		{EMPTY, "differs in white space only (empty lines)"},
		{RETURNS, "differs in white space only (CRLF line ends)"},
		{RETURNS | EMPTY | TRAILING,
			"differs in white space only (ends of lines)"},
		{RETURNS | EMPTY | TRAILING | LEADING,
			"differs in white space only (indentation)"},
	};

	if (!same_without_blanks(a, b))
		return NULL;
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (same_lines(a, b, kinds[i].without))
			return kinds[i].note;
	return "differs in white space only";
}
