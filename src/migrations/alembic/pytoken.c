/* One pass over the text.  What is inside a string, a comment or a bracket must never
 * look like a statement: that is all the reader above depends on. */
#include "migrations/alembic/pytoken.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/alembic/pymarker.h"
#include "migrations/alembic/pystring.h"

/* CPython's MAXLEVEL and MAXINDENT. */
enum { MAX_BRACKETS = 200, MAX_INDENTS = 100 };

struct column {
	unsigned wide; /* a tab goes to the next multiple of 8 */
	unsigned thin; /* a tab is one column: both must agree */
};

struct scanner {
	struct pytokens *out;
	const char *p;
	unsigned line;
	bool at_line; /* at the beginning of a physical line */
	bool joined;  /* a backslash joined it to the one before */
	bool conflict;
	size_t marker;        /* the size of the markers around; 0: none */
	const char *last_end; /* the last marker that ends a conflict, or NULL */
	bool stop;
	char brackets[MAX_BRACKETS];
	unsigned bracket_lines[MAX_BRACKETS];
	size_t n_brackets;
	struct column indents[MAX_INDENTS];
	size_t n_indents; /* the first is column 0 */
};

void
pytoken_refuse(struct pytokens *t, const char *why, unsigned line)
{
	t->loads = false;
	if (t->error && t->error_line <= line)
		return;
	t->error = why;
	t->error_line = line;
}

static void
refuse(struct scanner *s, const char *why)
{
	pytoken_refuse(s->out, why, s->line);
}

static void
emit(struct scanner *s, enum pytoken_kind kind, const char *end)
{
	struct pytokens *o = s->out;

	GROW(o->v, o->n, o->cap);
	o->v[o->n++] = (struct pytoken){
		.kind = kind,
		.line = s->line,
		.at = s->p,
		.len = (size_t)(end - s->p),
		.conflict = s->conflict,
	};
	if (kind == PYTOKEN_NAME || kind == PYTOKEN_OP)
		s->p = end;
	for (; s->p < end; s->p++)
		s->line += *s->p == '\n';
}

static void
skip_line(struct scanner *s)
{
	s->p += strcspn(s->p, "\n");
}

/* ---- Indentation ---- */

/* A line that is joined to the next one has the margin of the first that has any. */
static struct column
measure(struct scanner *s)
{
	struct column c = {0, 0}, first = {0, 0};

	for (;; s->p++) {
		if (*s->p == ' ') {
			c = (struct column){c.wide + 1, c.thin + 1};
		} else if (*s->p == '\t') {
			c = (struct column){(c.wide / 8 + 1) * 8, c.thin + 1};
		} else if (*s->p == '\f') {
			c = (struct column){0, 0};
		} else if (!strncmp(s->p, "\\\n", 2)) {
			first = first.wide ? first : c;
			s->p++;
			s->line++;
		} else {
			return first.wide ? first : c;
		}
	}
}

static void
indent_to(struct scanner *s, struct column c)
{
	struct column *top = &s->indents[s->n_indents - 1];

	if (c.wide > top->wide) {
		if (c.thin <= top->thin)
			refuse(s, "tabs and spaces are mixed in the indentation");
		if (s->n_indents == MAX_INDENTS) {
			refuse(s, "the indentation is too deep");
			s->stop = true;
			return;
		}
		s->indents[s->n_indents++] = c;
		emit(s, PYTOKEN_INDENT, s->p);
		return;
	}
	while (s->n_indents > 1 && c.wide < s->indents[s->n_indents - 1].wide) {
		s->n_indents--;
		emit(s, PYTOKEN_DEDENT, s->p);
	}
	top = &s->indents[s->n_indents - 1];
	if (c.wide != top->wide)
		refuse(s, "the indentation matches no outer level");
	else if (c.thin != top->thin)
		refuse(s, "tabs and spaces are mixed in the indentation");
}

static const char marked[] = "there is a merge-conflict marker";

/* From here to the end nothing is certain. */
static void
lose(struct scanner *s)
{
	s->conflict = true;
	s->marker = SIZE_MAX;
}

/* The four lines that git and others leave in a file whose merge is unfinished.  Those
 * of a merge within the merge are shorter than the ones around. */
static bool
take_conflict_marker(struct scanner *s)
{
	struct pymarker m = pymarker_of_line(s->p);

	if (!m.size)
		return false;
	refuse(s, marked);
	if (m.sign != '>') {
		s->conflict = true;
		s->marker = s->marker > m.size ? s->marker : m.size;
	} else if (m.size >= s->marker) {
		s->conflict = false;
		s->marker = 0;
	}
	skip_line(s);
	return true;
}

/* A string that holds a whole conflict says the same to Python whichever side is taken.
 * One that begins on one side and ends on the other, or outside, shows that the text
 * cannot be read as one. */
static void
look_into_string(struct scanner *s, const char *end)
{
	struct pytokens *o = s->out;
	const char *start = pymarker_find(s->p, end, '<');
	const char *stop = pymarker_find(start ? start : s->p, end, '>');
	unsigned line = s->line;

	if (s->conflict && (stop || pymarker_find(s->p, end, '='))) {
		lose(s);
	} else if (start && start < s->last_end) {
		for (const char *c = s->p; c < start; c++)
			line += *c == '\n';
		if (!stop) {
			pytoken_refuse(o, marked, line);
			lose(s);
		} else if (!o->error) {
			o->error = marked;
			o->error_line = line;
			o->loads = true;
		}
	}
}

static void
begin_line(struct scanner *s)
{
	bool joined = s->joined;
	struct column c;

	s->at_line = s->joined = false;
	if (take_conflict_marker(s)) {
		s->at_line = true;
		s->p += *s->p == '\n';
		s->line++;
		return;
	}
	if (joined || s->n_brackets)
		return;
	c = measure(s);
	if (*s->p != '#' && *s->p != '\n' && *s->p != '\0')
		indent_to(s, c);
}

/* ---- Tokens ---- */

static void
end_line(struct scanner *s)
{
	const struct pytokens *o = s->out;
	bool blank = !o->n || o->v[o->n - 1].kind == PYTOKEN_NEWLINE ||
		     o->v[o->n - 1].kind == PYTOKEN_INDENT ||
		     o->v[o->n - 1].kind == PYTOKEN_DEDENT;

	if (s->n_brackets || blank) {
		s->p++;
		s->line++;
	} else {
		emit(s, PYTOKEN_NEWLINE, s->p + 1);
		s->out->v[s->out->n - 1].len = 0;
	}
	s->at_line = true;
}

static void
join_line(struct scanner *s)
{
	if (s->p[1] == '\n') {
		s->p += 2;
		s->line++;
		s->joined = s->at_line = true;
		return;
	}
	refuse(s, "something follows a line continuation character");
	emit(s, PYTOKEN_ERROR, s->p + 1);
}

static void
take_string(struct scanner *s)
{
	const char *end = pystring_end(s->p);

	if (end) {
		if (s->last_end && memchr(s->p, '\n', (size_t)(end - s->p)))
			look_into_string(s, end);
		emit(s, PYTOKEN_STRING, end);
		return;
	}
	if (pystring_is_triple(s->p)) {
		refuse(s, "a triple-quoted string is not closed");
		emit(s, PYTOKEN_ERROR, s->p + strlen(s->p));
		return;
	}
	refuse(s, "a string is not closed");
	emit(s, PYTOKEN_ERROR, s->p + strcspn(s->p, "\n"));
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Without the locale: this is asked of every byte. */
static bool
is_word(char c)
{
	char lower = c | 0x20;

	return (lower >= 'a' && lower <= 'z') || is_digit(c) || c == '_' ||
	       (unsigned char)c >= 0x80;
}

/* The code point at `p`; 0 where the bytes are no UTF-8. */
static uint32_t
code_point(const unsigned char *p)
{
	if (p[0] < 0xc2 || (p[1] & 0xc0) != 0x80)
		return 0;
	if (p[0] < 0xe0)
		return (p[0] & 0x1fU) << 6 | (p[1] & 0x3fU);
	if ((p[2] & 0xc0) != 0x80)
		return 0;
	if (p[0] < 0xf0)
		return (p[0] & 0xfU) << 12 | (p[1] & 0x3fU) << 6 | (p[2] & 0x3fU);
	return (p[0] & 7U) << 18 | (p[1] & 0x3fU) << 12 | (p[2] & 0x3fU) << 6 |
	       (p[3] & 0x3fU);
}

/* The characters outside ASCII that people paste by accident: quotation marks,
 * spaces, arrows, pictures.  Unicode has no letter in these ranges. */
static bool
is_never_word(const char *p)
{
	static const uint32_t ranges[][2] = {{0x80, 0xa9}, {0xab, 0xb4}, {0xb6, 0xb6},
		{0xb8, 0xb9}, {0xbb, 0xbf}, {0xd7, 0xd7}, {0xf7, 0xf7},
		{0x2000, 0x203e}, {0x2041, 0x2053}, {0x2055, 0x2070}, {0x2190, 0x2bff},
		{0x3000, 0x3004}, {0x3008, 0x3020}, {0xfeff, 0xfeff}, {0xfffc, 0xfffd},
		{0x1f000, 0x1faff}};
	uint32_t c = code_point((const unsigned char *)p);

	for (size_t i = 0; i < COUNT_OF(ranges); i++)
		if (c >= ranges[i][0] && c <= ranges[i][1])
			return true;
	return false;
}

static void
take_word(struct scanner *s)
{
	const char *end = s->p;

	for (; is_word(*end); end++)
		if ((unsigned char)*end >= 0x80 && is_never_word(end))
			refuse(s, "there is a character that no name may hold");
	emit(s, PYTOKEN_NAME, end);
}

/* Digits with `_` between them. */
static const char *
digits(const char *p, const char *set)
{
	while ((*p && strchr(set, *p)) || (*p == '_' && p[1] && strchr(set, p[1])))
		p++;
	return p;
}

static bool
may_follow_number(const char *p)
{
	static const char *const words[] = {
		"and", "else", "for", "if", "in", "is", "not", "or"};

	if (!is_word(*p))
		return true;
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (!strncmp(p, words[i], strlen(words[i])))
			return true;
	return false;
}

static const char *
fraction_end(const char *p)
{
	if (*p == '.')
		p = digits(p + 1, "0123456789");
	if ((*p == 'e' || *p == 'E') && is_digit(p[1 + (p[1] == '+' || p[1] == '-')]))
		p = digits(p + 2, "0123456789");
	return p + (*p == 'j' || *p == 'J');
}

static void
take_number(struct scanner *s)
{
	static const char *const sets[] = {
		['x'] = "0123456789abcdefABCDEF", ['o'] = "01234567", ['b'] = "01"};
	int base = s->p[0] == '0' ? tolower((unsigned char)s->p[1]) : 0;
	const char *end;

	if (base == 'x' || base == 'o' || base == 'b') {
		end = digits(s->p + 2, sets[base]);
	} else {
		const char *whole = digits(s->p, "0123456789");

		end = fraction_end(whole);
		if (end == whole && *s->p == '0' &&
			strspn(s->p, "0_") < (size_t)(end - s->p))
			refuse(s, "a number begins with 0");
	}
	if (!may_follow_number(end)) {
		refuse(s, "there is a malformed number");
		while (is_word(*end))
			end++;
	}
	emit(s, PYTOKEN_NUMBER, end);
}

static void
open_bracket(struct scanner *s)
{
	if (s->n_brackets == MAX_BRACKETS) {
		refuse(s, "brackets are nested too deep");
		s->stop = true;
		return;
	}
	s->bracket_lines[s->n_brackets] = s->line;
	s->brackets[s->n_brackets++] = *s->p;
	emit(s, PYTOKEN_OP, s->p + 1);
}

static void
close_bracket(struct scanner *s)
{
	static const char pairs[] = ")(][}{";
	const char *pair = strchr(pairs, *s->p);

	/* From here on nobody can tell what is inside and what is not. */
	if (!s->n_brackets || s->brackets[s->n_brackets - 1] != pair[1]) {
		refuse(s, "a bracket is closed that is not open");
		s->stop = true;
		return;
	}
	s->n_brackets--;
	emit(s, PYTOKEN_OP, s->p + 1);
}

static void
take_operator(struct scanner *s)
{
	static const char *const operators[] = {"**=", "//=", ">>=", "<<=", "...", "->",
		":=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", "==", "!=",
		"<=", ">=", "<>", "<<", ">>", "**", "//"};
	bool second = s->p[1] && strchr("*/<>.=", s->p[1]);

	for (size_t i = 0; second && i < COUNT_OF(operators); i++) {
		if (!strncmp(s->p, operators[i], strlen(operators[i]))) {
			emit(s, PYTOKEN_OP, s->p + strlen(operators[i]));
			return;
		}
	}
	if (strchr("([{", *s->p)) {
		open_bracket(s);
	} else if (strchr(")]}", *s->p)) {
		close_bracket(s);
	} else if (strchr(",:;.+-*/%&|^~<>=@", *s->p)) {
		emit(s, PYTOKEN_OP, s->p + 1);
	} else {
		refuse(s, "there is a character that Python does not know");
		emit(s, PYTOKEN_ERROR, s->p + 1);
	}
}

/* True if a logical line begins here. */
static bool
begins_statement(const struct scanner *s)
{
	const struct pytokens *o = s->out;

	return !s->n_brackets && (!o->n || o->v[o->n - 1].kind >= PYTOKEN_NEWLINE);
}

/* A tag of a template.  A line of them is no statement. */
static bool
take_template(struct scanner *s)
{
	bool statement = begins_statement(s);

	if (!pymarker_is_template(s->p, statement))
		return false;
	refuse(s, "there is a line of a template");
	lose(s);
	if (statement)
		skip_line(s);
	return statement;
}

static void
take_token(struct scanner *s)
{
	char c = *s->p;

	if (strchr("{<$%", c) && take_template(s))
		return;
	if (c == ' ' || c == '\t' || c == '\f')
		s->p++;
	else if (c == '#')
		skip_line(s);
	else if (c == '\n')
		end_line(s);
	else if (c == '\\')
		join_line(s);
	else if (pystring_begins(s->p))
		take_string(s);
	else if (is_digit(c) || (c == '.' && is_digit(s->p[1])))
		take_number(s);
	else if (is_word(c))
		take_word(s);
	else
		take_operator(s);
}

static void
finish(struct scanner *s)
{
	const struct pytokens *o = s->out;

	if (s->n_brackets && !s->stop)
		pytoken_refuse(s->out, "a bracket is not closed",
			s->bracket_lines[s->n_brackets - 1]);
	if (o->n && o->v[o->n - 1].kind != PYTOKEN_NEWLINE)
		emit(s, PYTOKEN_NEWLINE, s->p);
	for (; s->n_indents > 1; s->n_indents--)
		emit(s, PYTOKEN_DEDENT, s->p);
	emit(s, PYTOKEN_END, s->p);
}

void
pytoken_scan(const char *text, struct pytokens *out)
{
	struct scanner s = {.out = out,
		.p = text,
		.line = 1,
		.at_line = true,
		.n_indents = 1,
		.last_end = pymarker_last(text, '>')};

	*out = (struct pytokens){0};
	while (*s.p && !s.stop && !out->too_many) {
		out->too_many = out->n >= PYTOKEN_MAX;
		if (s.at_line)
			begin_line(&s);
		else
			take_token(&s);
	}
	finish(&s);
}

void
pytoken_free(struct pytokens *t)
{
	free(t->v);
	*t = (struct pytokens){0};
}
