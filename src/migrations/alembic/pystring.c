/* String literals have more rules than the rest of the lexical grammar together, so
 * they have a file of their own. */
#include "migrations/alembic/pystring.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"

/* Fields within strings within fields … */
enum { MAX_NESTING = 50 };

struct prefix {
	size_t len;
	bool raw, bytes, fields;
	bool template; /* t"…" of 3.14: never a string */
};

static bool
is_prefix_letter(char c)
{
	switch (c | 0x20) {
	case 'r':
	case 'u':
	case 'b':
	case 'f':
	case 't':
		return true;
	default:
		return false;
	}
}

static bool
read_prefix(const char *s, struct prefix *p)
{
	static const char *const pairs[] = {"br", "rb", "fr", "rf", "tr", "rt"};
	size_t n = 0;

	while (n < 3 && is_prefix_letter(s[n]))
		n++;
	*p = (struct prefix){.len = n};
	if (n > 2 || (s[n] != '"' && s[n] != '\''))
		return false;
	for (size_t i = 0; i < n; i++) {
		int c = tolower((unsigned char)s[i]);

		p->raw |= c == 'r';
		p->bytes |= c == 'b';
		p->fields |= c == 'f' || c == 't';
		p->template |= c == 't';
	}
	for (size_t i = 0; n == 2 && i < COUNT_OF(pairs); i++)
		if (!strncasecmp(s, pairs[i], n))
			return true;
	return n < 2;
}

bool
pystring_begins(const char *s)
{
	struct prefix p;

	return read_prefix(s, &p);
}

static bool
is_triple(const char *quote)
{
	return quote[1] == quote[0] && quote[2] == quote[0];
}

bool
pystring_is_triple(const char *s)
{
	return is_triple(s + strspn(s, "rRuUbBfFtT"));
}

static bool
closes(const char *p, const char *quote)
{
	return *p == *quote && (!is_triple(quote) || is_triple(p));
}

/* By the rule that all versions share: the first quote without a backslash. */
static const char *
plain_end(const char *quote)
{
	size_t len = is_triple(quote) ? 3 : 1;

	for (const char *p = quote + len; *p; p++) {
		if (closes(p, quote))
			return p + len;
		if (*p == '\n' && len == 1)
			return NULL;
		if (*p == '\\' && p[1])
			p++;
	}
	return NULL;
}

static const char *fields_end(const char *quote, bool raw, unsigned level);

/* Behind the string literal that begins at `p`, inside of a field. */
static const char *
nested_end(const char *p, unsigned level)
{
	struct prefix prefix;

	read_prefix(p, &prefix);
	if (prefix.fields)
		return fields_end(p + prefix.len, prefix.raw, level + 1);
	return plain_end(p + prefix.len);
}

/* Behind the `}` of the field whose `{` is before `p`. */
static const char *
field_end(const char *p, unsigned level)
{
	size_t depth = 0;
	bool spec = false; /* behind the colon: literal text, but for nested fields */

	if (level > MAX_NESTING)
		return NULL;
	while (p && *p) {
		if (*p == '}' && !depth)
			return p + 1;
		if (spec) {
			p = *p == '{' ? field_end(p + 1, level + 1) : p + 1;
		} else if (pystring_begins(p)) {
			p = nested_end(p, level);
		} else if (isalnum((unsigned char)*p) || *p == '_') {
			/* A whole word, whose last letters are no prefix. */
			p += strspn(p, "abcdefghijklmnopqrstuvwxyz"
				       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
		} else {
			spec = *p == ':' && !depth;
			depth += strchr("([{", *p) != NULL;
			depth -= depth && strchr(")]}", *p);
			p++;
		}
	}
	return NULL;
}

static const char *
fields_end(const char *quote, bool raw, unsigned level)
{
	size_t len = is_triple(quote) ? 3 : 1;
	const char *p = quote + len;

	while (p && *p) {
		if (closes(p, quote))
			return p + len;
		if (*p == '\n' && len == 1)
			return NULL;
		if (!strncmp(p, "{{", 2))
			p += 2;
		else if (*p == '{')
			p = field_end(p + 1, level);
		else if (!raw && !strncmp(p, "\\N{", 3))
			p += strcspn(p, "}\n");
		else if (*p == '\\' && p[1] && p[1] != '{')
			p += 2;
		else
			p++;
	}
	return NULL;
}

const char *
pystring_end(const char *s)
{
	struct prefix p;
	const char *end = NULL;

	read_prefix(s, &p);
	if (p.fields)
		end = fields_end(s + p.len, p.raw, 0);
	return end ? end : plain_end(s + p.len);
}

/* ---- What it says ---- */

static void
add_char(struct strbuf *out, uint32_t c)
{
	if (c < 0x80) {
		strbuf_addc(out, (char)c);
	} else if (c < 0x800) {
		strbuf_addc(out, (char)(0xc0 | c >> 6));
		strbuf_addc(out, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		strbuf_addc(out, (char)(0xe0 | c >> 12));
		strbuf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		strbuf_addc(out, (char)(0x80 | (c & 0x3f)));
	} else {
		strbuf_addc(out, (char)(0xf0 | c >> 18));
		strbuf_addc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		strbuf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		strbuf_addc(out, (char)(0x80 | (c & 0x3f)));
	}
}

struct decoder {
	const char *p, *end;
	bool bytes;
	enum pystring found;
	struct strbuf *out;
	const struct pystring_fields *fields; /* or NULL */
};

/* Keep the graver finding; the enum is in that order. */
static void
find(struct decoder *d, enum pystring what)
{
	if (what > d->found)
		d->found = what;
}

static void
add_checked(struct decoder *d, uint32_t c)
{
	if (c > 0x10ffff)
		find(d, PYSTRING_REFUSED);
	else if (c == 0 || (c >= 0xd800 && c < 0xe000))
		find(d, PYSTRING_ODD);
	else
		add_char(d->out, c);
}

static uint32_t
digit_value(char c)
{
	if (isdigit((unsigned char)c))
		return (uint32_t)(c - '0');
	return (uint32_t)(tolower((unsigned char)c) - 'a') + 10;
}

/* Exactly `n` hexadecimal digits. */
static void
add_hex(struct decoder *d, size_t n)
{
	uint32_t c = 0;

	for (size_t i = 0; i < n; i++, d->p++) {
		if (d->p == d->end || !isxdigit((unsigned char)*d->p)) {
			find(d, PYSTRING_REFUSED);
			return;
		}
		c = c << 4 | digit_value(*d->p);
	}
	add_checked(d, c);
}

static void
add_octal(struct decoder *d)
{
	uint32_t c = 0;

	for (size_t i = 0; i < 3 && d->p < d->end && *d->p >= '0' && *d->p < '8'; i++)
		c = c << 3 | digit_value(*d->p++);
	add_checked(d, c);
}

/* \N{NAME}: the names of Unicode are not known here. */
static void
skip_named(struct decoder *d)
{
	const char *close = d->p < d->end && *d->p == '{'
				    ? memchr(d->p, '}', (size_t)(d->end - d->p))
				    : NULL;

	find(d, close ? PYSTRING_COMPUTED : PYSTRING_REFUSED);
	if (close)
		d->p = close + 1;
}

/* Behind a backslash. */
static void
add_escape(struct decoder *d)
{
	static const char plain[] = "\\\\''\"\"a\ab\bf\fn\nr\rt\tv\v";
	char c = *d->p++;

	if (c == '\n')
		return;
	for (const char *e = plain; *e; e += 2) {
		if (*e == c) {
			strbuf_addc(d->out, e[1]);
			return;
		}
	}
	if (c >= '0' && c < '8') {
		d->p--;
		add_octal(d);
	} else if (c == 'x') {
		add_hex(d, 2);
	} else if (!d->bytes && (c == 'u' || c == 'U')) {
		add_hex(d, c == 'u' ? 4 : 8);
	} else if (!d->bytes && c == 'N') {
		skip_named(d);
	} else {
		strbuf_addc(d->out, '\\');
		strbuf_addc(d->out, c);
	}
}

/* False where the field is not ours to read. */
static bool
take_field(struct decoder *d)
{
	const char *end = d->fields ? field_end(d->p, 0) : NULL;

	if (!end || end > d->end) {
		find(d, PYSTRING_COMPUTED);
		return false;
	}
	d->fields->field(d->fields->arg, d->p, (size_t)(end - 1 - d->p), d->out);
	d->p = end;
	return true;
}

static void
decode_body(struct decoder *d, const struct prefix *prefix)
{
	while (d->p < d->end) {
		char c = *d->p++;
		bool brace = prefix->fields && (c == '{' || c == '}');

		if (c == '\\' && !prefix->raw && d->p < d->end) {
			add_escape(d);
		} else if (brace && d->p < d->end && *d->p == c) {
			strbuf_addc(d->out, c);
			d->p++;
		} else if (brace) {
			/* Escapes inside of fields are not ours to judge. */
			if (!take_field(d))
				return;
		} else {
			strbuf_addc(d->out, c);
		}
	}
}

enum pystring
pystring_decode(const char *s, size_t n, struct strbuf *out)
{
	return pystring_decode_fields(s, n, NULL, out);
}

enum pystring
pystring_decode_fields(const char *s, size_t n, const struct pystring_fields *fields,
	struct strbuf *out)
{
	struct prefix prefix;
	struct strbuf said = {0};
	struct decoder d = {.out = &said, .fields = fields};
	size_t quotes;

	read_prefix(s, &prefix);
	quotes = is_triple(s + prefix.len) ? 3 : 1;
	d.p = s + prefix.len + quotes;
	d.end = s + n - quotes;
	d.bytes = prefix.bytes;
	decode_body(&d, &prefix);
	if (prefix.template)
		find(&d, PYSTRING_COMPUTED);
	if (prefix.bytes)
		find(&d, PYSTRING_BYTES);
	if (said.len && !text_is_utf8(said.s, said.len))
		find(&d, PYSTRING_ODD);
	if (d.found == PYSTRING_TEXT)
		strbuf_addn(out, said.len ? said.s : "", said.len);
	strbuf_free(&said);
	return d.found;
}
