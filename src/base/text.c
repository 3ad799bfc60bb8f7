/* UTF-8, globs, near words and quoting; see text.h. */
#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/unseen.h"

/* Length of the valid UTF-8 character at `s`, 0 if there is none (RFC 3629:
 * no overlong form, no surrogate, nothing over U+10FFFF). */
static size_t
char_length(const unsigned char *s, size_t left)
{
	static const struct {
		unsigned char first, last, low, high;
		size_t n;
	} forms[] = {
		{0x00, 0x7f, 0, 0, 1},
		{0xc2, 0xdf, 0x80, 0xbf, 2},
		{0xe0, 0xe0, 0xa0, 0xbf, 3},
		{0xe1, 0xec, 0x80, 0xbf, 3},
		{0xed, 0xed, 0x80, 0x9f, 3},
		{0xee, 0xef, 0x80, 0xbf, 3},
		{0xf0, 0xf0, 0x90, 0xbf, 4},
		{0xf1, 0xf3, 0x80, 0xbf, 4},
		{0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	for (size_t i = 0; left && i < COUNT_OF(forms); i++) {
		if (s[0] < forms[i].first || s[0] > forms[i].last)
			continue;
		if (left < forms[i].n)
			return 0;
		if (forms[i].n > 1 && (s[1] < forms[i].low || s[1] > forms[i].high))
			return 0;
		for (size_t k = 2; k < forms[i].n; k++)
			if ((s[k] & 0xc0) != 0x80)
				return 0;
		return forms[i].n;
	}
	return 0;
}

/* How many ASCII bytes `s` begins with, in whole words: nearly all text is ASCII. */
static size_t
ascii_length(const char *s, size_t n)
{
	const uint64_t high = 0x8080808080808080;
	uint64_t word;
	size_t len = 0;

	for (; n - len >= sizeof word; len += sizeof word) {
		memcpy(&word, s + len, sizeof word);
		if (word & high)
			break;
	}
	return len;
}

bool
text_is_utf8(const char *s, size_t n)
{
	size_t ascii = ascii_length(s, n);

	s += ascii;
	n -= ascii;
	while (n) {
		size_t len = char_length((const unsigned char *)s, n);

		if (!len)
			return false;
		s += len;
		n -= len;
	}
	return true;
}

void
text_clean(struct strbuf *out, const char *s, size_t max)
{
	size_t n = strlen(s), start = out->len;

	if (!n)
		strbuf_add(out, "");
	while (n) {
		size_t len = char_length((const unsigned char *)s, n);
		size_t need = len ? len : 4;

		if (max && out->len - start + need > max) {
			strbuf_add(out, "…");
			return;
		}
		if (len) {
			strbuf_addn(out, s, len);
		} else {
			strbuf_printf(out, "\\x%02x", (unsigned char)*s);
			len = 1;
		}
		s += len;
		n -= len;
	}
}

char *
text_cleaned(const char *s, size_t max)
{
	struct strbuf b = {0};

	text_clean(&b, s, max);
	return strbuf_take(&b);
}

/* The number of the valid character at `s`. */
static uint32_t
code_point(const char *s, size_t length)
{
	static const unsigned char first[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t code = (unsigned char)*s & first[length];

	for (size_t i = 1; i < length; i++)
		code = code << 6 | ((unsigned char)s[i] & 0x3f);
	return code;
}

/* The same, and how long it is; 0 where none begins. */
static size_t
take_char(const char *s, uint32_t *code)
{
	size_t length = char_length((const unsigned char *)s, strnlen(s, 4));

	*code = length ? code_point(s, length) : 0;
	return length;
}

size_t
text_unseen(const char *s)
{
	uint32_t code;
	size_t length = take_char(s, &code);

	return length && (code < ' ' || code >= 0x7f) && unseen_is(code) ? length : 0;
}

/* True if one more mark there would be drawn over nothing, or over what stands in other
 * lines. */
static bool
is_flooded(const char *from, const char *s)
{
	enum { MARKS_SEEN = 4 };
	uint32_t code = 0;

	for (int i = 0; i < MARKS_SEEN; i++) {
		if (s == from)
			return true;
		do
			s--;
		while (s > from && (*s & 0xc0) == 0x80);
		take_char(s, &code);
		if (!unseen_is_mark(code))
			return code < '0' || unseen_is(code);
	}
	return true;
}

size_t
text_unseen_in(const char *from, const char *s)
{
	uint32_t code;
	size_t length = take_char(s, &code);

	if (length > 1 && unseen_is_mark(code) && is_flooded(from, s))
		return length;
	return text_unseen(s);
}

void
text_escape(struct strbuf *out, const char *s)
{
	uint32_t code =
		code_point(s, char_length((const unsigned char *)s, strnlen(s, 4)));

	if (code == '\n' || code == '\r' || code == '\t')
		strbuf_printf(out, "\\%c",
			code == '\n'   ? 'n'
			: code == '\r' ? 'r'
				       : 't');
	else if (code < 0x80)
		strbuf_printf(out, "\\x%02x", (unsigned)code);
	else
		strbuf_printf(
			out, code > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned)code);
}

/* How many bytes at the begin are characters of ASCII that are seen. */
static size_t
plain_length(const char *s)
{
	size_t n = 0;

	while (s[n] >= ' ' && s[n] < 0x7f)
		n++;
	return n;
}

void
text_visible(struct strbuf *out, const char *s, size_t max, const char *keep)
{
	enum { LONGEST = 8 }; /* what one byte or character may become */
	size_t plain = plain_length(s);
	struct strbuf all = {0};
	char *clean;

	/* So most texts are. */
	if (!s[plain] && (!max || plain <= max)) {
		strbuf_addn(out, s, plain);
		return;
	}
	/* Nothing becomes shorter by being made visible: the rest is cut anyway. */
	clean = text_cleaned(s, max ? max + LONGEST : 0);
	for (const char *c = clean; *c;) {
		size_t n = text_unseen_in(clean, c);

		if (n && !(n == 1 && strchr(keep, *c)))
			text_escape(&all, c);
		else
			strbuf_addn(&all, c, n = 1);
		c += n;
	}
	text_clean(out, all.s ? all.s : "", max);
	strbuf_free(&all);
	free(clean);
}

char *
text_line(const char *s, size_t max)
{
	struct strbuf b = {0};

	text_visible(&b, s, max, "");
	return strbuf_take(&b);
}

bool
text_same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

void
text_replace(char *s, char what, char with)
{
	while ((s = strchr(s, what)))
		*s++ = with;
}

/* One character further, over the bytes that continue it. */
static const char *
step(const char *s)
{
	s++;
	while ((*s & 0xc0) == 0x80)
		s++;
	return s;
}

/* Where in a pattern one is; in quotes nothing is a glob. */
struct place {
	const char *at;
	bool quoted;
};

static void
pass(struct place *p, bool quotes)
{
	if (quotes && *p->at == '"')
		p->quoted = !p->quoted;
	p->at++;
}

static bool
glob(const char *pattern, const char *s, bool quotes)
{
	struct place p = {pattern, false}, star = {NULL, false};
	const char *mark = NULL;

	while (*s) {
		if (*p.at == '*' && !p.quoted) {
			pass(&p, quotes);
			star = p;
			mark = s;
		} else if (*p.at == '?' && !p.quoted) {
			pass(&p, quotes);
			s = step(s);
		} else if (*p.at == *s) {
			pass(&p, quotes);
			s++;
		} else if (star.at) {
			p = star;
			mark = step(mark);
			s = mark;
		} else {
			return false;
		}
	}
	while (*p.at == '*' && !p.quoted)
		pass(&p, quotes);
	return *p.at == '\0';
}

bool
text_glob(const char *pattern, const char *s)
{
	return glob(pattern, s, false);
}

bool
text_is_glob(const char *pattern)
{
	return strpbrk(pattern, "*?") != NULL;
}

bool
text_glob_quoted(const char *pattern, const char *s)
{
	return glob(pattern, s, true);
}

/* In any locale. */
static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
text_contains(const char *s, const char *part)
{
	for (;; s++) {
		size_t n = 0;

		while (part[n] && lower(s[n]) == lower(part[n]))
			n++;
		if (!part[n])
			return true;
		if (!*s)
			return false;
	}
}

static size_t
min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Damerau-Levenshtein (optimal string alignment) over three rows; of what is over
 * `limit`, anything over it. */
static size_t
distance(const char *a, const char *b, size_t limit)
{
	size_t n = strlen(b), *rows = xcalloc(3 * (n + 1), sizeof *rows);
	size_t *before = rows, *last = rows + n + 1, *now = rows + 2 * (n + 1);
	size_t result, least_before = 0, least = 0;

	for (size_t j = 0; j <= n; j++)
		last[j] = j;
	/* Each row comes of the two before it, and has nothing less than their least.
	 */
	for (size_t i = 1; a[i - 1] && (least <= limit || least_before <= limit); i++) {
		size_t *t;

		least_before = least;
		least = now[0] = i;
		for (size_t j = 1; j <= n; j++) {
			now[j] = min3(last[j] + 1, now[j - 1] + 1,
				last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
				a[i - 2] == b[j - 1] && before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
			least = now[j] < least ? now[j] : least;
		}
		t = before;
		before = last;
		last = now;
		now = t;
	}
	result = least <= limit || least_before <= limit ? last[n] : SIZE_MAX;
	free(rows);
	return result;
}

const char *
text_near(const char *word, const char *const *candidates, size_t n)
{
	const char *best = NULL;
	size_t best_distance = SIZE_MAX, length = strlen(word);

	if (length > 256)
		return NULL;
	for (size_t i = 0; i < n && best_distance; i++) {
		size_t other = strlen(candidates[i]), d;
		size_t longer = other > length ? other : length;
		size_t apart = 2 * longer - other - length, limit = (longer + 2) / 3;

		if (limit >= best_distance)
			limit = best_distance - 1;
		/* What differs in length is at least as far. */
		if (apart > limit)
			continue;
		d = distance(word, candidates[i], limit);
		if (d <= limit) {
			best = candidates[i];
			best_distance = d;
		}
	}
	return best;
}

/* Words that some of the servers 12 to 18 quote as names and others do not. */
static const char *const varying[] = {"json", "json_array", "json_arrayagg",
	"json_exists", "json_object", "json_objectagg", "json_query", "json_scalar",
	"json_serialize", "json_table", "json_value", "merge_action", "normalize",
	"system_user"};

/* Key words that are not "unreserved" (pg_get_keywords(), catcode R, C, T): these are
 * the ones that quote_ident() quotes.  Of PostgreSQL 15, without those that vary. */
static const char *const keywords[] = {"all", "analyse", "analyze", "and", "any",
	"array", "as", "asc", "asymmetric", "authorization", "between", "bigint",
	"binary", "bit", "boolean", "both", "case", "cast", "char", "character",
	"check", "coalesce", "collate", "collation", "column", "concurrently",
	"constraint", "create", "cross", "current_catalog", "current_date",
	"current_role", "current_schema", "current_time", "current_timestamp",
	"current_user", "dec", "decimal", "default", "deferrable", "desc", "distinct",
	"do", "else", "end", "except", "exists", "extract", "false", "fetch", "float",
	"for", "foreign", "freeze", "from", "full", "grant", "greatest", "group",
	"grouping", "having", "ilike", "in", "initially", "inner", "inout", "int",
	"integer", "intersect", "interval", "into", "is", "isnull", "join", "lateral",
	"leading", "least", "left", "like", "limit", "localtime", "localtimestamp",
	"national", "natural", "nchar", "none", "not", "notnull", "null", "nullif",
	"numeric", "offset", "on", "only", "or", "order", "out", "outer", "overlaps",
	"overlay", "placing", "position", "precision", "primary", "real", "references",
	"returning", "right", "row", "select", "session_user", "setof", "similar",
	"smallint", "some", "substring", "symmetric", "table", "tablesample", "then",
	"time", "timestamp", "to", "trailing", "treat", "trim", "true", "union",
	"unique", "user", "using", "values", "varchar", "variadic", "verbose", "when",
	"where", "window", "with", "xmlattributes", "xmlconcat", "xmlelement",
	"xmlexists", "xmlforest", "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot",
	"xmlserialize", "xmltable"};

static int
by_word(const void *key, const void *element)
{
	return strcmp(key, *(const char *const *)element);
}

bool
text_is_varying_keyword(const char *s, size_t n)
{
	for (size_t i = 0; i < COUNT_OF(varying); i++)
		if (strlen(varying[i]) == n && !memcmp(varying[i], s, n))
			return true;
	return false;
}

static bool
is_plain_ident(const char *s)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz_";
	static const char rest[] = "abcdefghijklmnopqrstuvwxyz_0123456789";

	if (!*s || !strchr(first, *s) || s[strspn(s, rest)])
		return false;
	return !bsearch(s, keywords, COUNT_OF(keywords), sizeof *keywords, by_word);
}

static void
add_doubling(struct strbuf *out, const char *s, char quote)
{
	for (; *s; s++) {
		if (*s == quote)
			strbuf_addc(out, quote);
		strbuf_addc(out, *s);
	}
}

void
text_ident(struct strbuf *out, const char *name)
{
	if (is_plain_ident(name)) {
		strbuf_add(out, name);
		return;
	}
	strbuf_addc(out, '"');
	add_doubling(out, name, '"');
	strbuf_addc(out, '"');
}

void
text_qualified(struct strbuf *out, const char *schema, const char *name)
{
	text_ident(out, schema);
	strbuf_addc(out, '.');
	text_ident(out, name);
}

void
text_literal(struct strbuf *out, const char *s)
{
	bool escape = strchr(s, '\\') != NULL;

	strbuf_add(out, escape ? "E'" : "'");
	for (; *s; s++) {
		if (*s == '\'' || (escape && *s == '\\'))
			strbuf_addc(out, *s);
		strbuf_addc(out, *s);
	}
	strbuf_addc(out, '\'');
}

void
text_shell(struct strbuf *out, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/+@";
	bool bare = *s && strspn(s, plain) == strlen(s);

	strbuf_add(out, bare ? "" : "'");
	for (; *s; s++)
		if (*s == '\'')
			strbuf_add(out, "'\\''");
		else
			strbuf_addc(out, (unsigned char)*s < ' ' ? ' ' : *s);
	strbuf_add(out, bare ? "" : "'");
}

void
text_json_visible(struct strbuf *out, const char *json)
{
	const char *from = json;

	while (*json) {
		size_t plain = 0, n;
		uint32_t code;

		while (json[plain] && (unsigned char)json[plain] < 0x7f)
			plain++;
		strbuf_addn(out, json, plain);
		json += plain;
		n = text_unseen_in(from, json);
		code = n ? code_point(json, n) : 0;
		if (code > 0xffff)
			strbuf_printf(out, "\\u%04x\\u%04x",
				(unsigned)(0xd800 + ((code - 0x10000) >> 10)),
				(unsigned)(0xdc00 + (code & 0x3ff)));
		else if (code)
			strbuf_printf(out, "\\u%04x", (unsigned)code);
		else if (*json)
			strbuf_addn(out, json, n = 1);
		json += n;
	}
}

void
text_url(struct strbuf *out, const char *s)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789-._~";

	for (; *s; s++) {
		if (strchr(plain, *s))
			strbuf_addc(out, *s);
		else
			strbuf_printf(out, "%%%02X", (unsigned char)*s);
	}
}
