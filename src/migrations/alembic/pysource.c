/* Files of before Python 3 carry Latin-1 and coding cookies; an id in one of them is
 * still an id, so the bytes are decoded here and nobody else has to know. */
#include "migrations/alembic/pysource.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"

enum { COOKIE_MAX = 40 };

static void
refuse(struct pysource *s, const char *why, unsigned line)
{
	if (s->refused)
		return;
	s->refused = why;
	s->refused_line = line;
}

static size_t
line_length(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i] != '\n' && s[i] != '\r')
		i++;
	return i;
}

static bool
is_cookie_char(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '.';
}

/* PEP 263: ^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)
 * `cookie` stays as it is where there is none. */
static bool
cookie_of_line(const char *s, size_t n, char *cookie)
{
	size_t i = 0, k = 0;

	while (i < n && strchr(" \t\f", s[i]))
		i++;
	if (i == n || s[i] != '#')
		return false;
	for (; i + 7 <= n; i++) {
		if (memcmp(s + i, "coding", 6) || (s[i + 6] != ':' && s[i + 6] != '='))
			continue;
		for (i += 7; i < n && (s[i] == ' ' || s[i] == '\t'); i++)
			;
		while (i < n && k < COOKIE_MAX - 1 && is_cookie_char(s[i]))
			cookie[k++] = s[i++];
		break;
	}
	if (k)
		cookie[k] = '\0';
	return k > 0;
}

static bool
is_blank_or_comment(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && strchr(" \t\f", s[i]))
		i++;
	return i == n || s[i] == '#';
}

/* Of the first line, or of the second if the first holds no code. */
static bool
find_cookie(const char *s, size_t n, char *cookie)
{
	size_t first = line_length(s, n), second = first;

	if (cookie_of_line(s, first, cookie))
		return true;
	if (first == n || !is_blank_or_comment(s, first))
		return false;
	second += s[first] == '\r' && first + 1 < n && s[first + 1] == '\n' ? 2 : 1;
	return cookie_of_line(s + second, line_length(s + second, n - second), cookie);
}

/* "utf-8", "latin-1", or the cookie itself, as Python's get_normal_name() does. */
static void
normalize_cookie(char *cookie)
{
	static const char *const latin[] = {"latin-1", "iso-8859-1", "iso-latin-1",
		"latin1", "iso8859-1", "8859", "cp819", "l1"};

	for (char *c = cookie; *c; c++)
		*c = *c == '_' ? '-' : (char)tolower((unsigned char)*c);
	if (!strncmp(cookie, "utf-8", 5) || !strcmp(cookie, "utf8") ||
		!strcmp(cookie, "u8") || !strcmp(cookie, "utf")) {
		strcpy(cookie, "utf-8");
		return;
	}
	for (size_t i = 0; i < COUNT_OF(latin); i++)
		if (!strcmp(cookie, latin[i]))
			strcpy(cookie, "latin-1");
}

static void
decode_latin(const char *s, size_t n, struct strbuf *out)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c < 0x80) {
			strbuf_addc(out, s[i]);
		} else {
			strbuf_addc(out, (char)(0xc0 | c >> 6));
			strbuf_addc(out, (char)(0x80 | (c & 0x3f)));
		}
	}
}

/* False: the bytes are not of that encoding.  An encoding that only Python knows
 * leaves the bytes as they are. */
static bool
decode_other(const char *cookie, const char *s, size_t n, struct strbuf *out)
{
	iconv_t cd = iconv_open("UTF-8", cookie);
	char *in = (char *)s, buf[4096];
	bool ok = true;

	if (cd == (iconv_t)-1) {
		strbuf_addn(out, s, n);
		return true;
	}
	while (n && ok) {
		char *to = buf;
		size_t room = sizeof buf;

		ok = iconv(cd, &in, &n, &to, &room) != (size_t)-1 || errno == E2BIG;
		strbuf_addn(out, buf, sizeof buf - room);
	}
	strbuf_addn(out, in, n);
	iconv_close(cd);
	return ok;
}

static unsigned
line_of(const char *s, size_t at)
{
	unsigned line = 1;

	for (size_t i = 0; i < at; i++)
		line += s[i] == '\n' || (s[i] == '\r' && s[i + 1] != '\n');
	return line;
}

static void
check_utf8(struct pysource *out, const char *s, size_t n)
{
	size_t good = 0;

	if (text_is_utf8(s, n))
		return;
	for (;;) {
		size_t len = line_length(s + good, n - good);

		if (!text_is_utf8(s + good, len))
			break;
		good += len + 1;
	}
	refuse(out, "the bytes are not of the declared encoding", line_of(s, good));
}

static void
decode(const char *s, size_t n, struct pysource *out, struct strbuf *b)
{
	char cookie[COOKIE_MAX] = "utf-8";
	bool bom = n >= 3 && !memcmp(s, "\xef\xbb\xbf", 3);

	s += bom ? 3 : 0;
	n -= bom ? 3 : 0;
	find_cookie(s, n, cookie);
	normalize_cookie(cookie);
	if (bom && strcmp(cookie, "utf-8")) {
		refuse(out, "the coding cookie contradicts the byte order mark", 1);
		strcpy(cookie, "utf-8");
	}
	if (!strcmp(cookie, "utf-8")) {
		check_utf8(out, s, n);
		strbuf_addn(b, s, n);
	} else if (!strcmp(cookie, "latin-1")) {
		decode_latin(s, n, b);
	} else if (!decode_other(cookie, s, n, b)) {
		refuse(out, "the bytes are not of the declared encoding", 1);
	}
}

static size_t
unify_newlines(char *s, size_t n)
{
	size_t to = 0;

	if (!memchr(s, '\r', n))
		return n;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\r' && i + 1 < n && s[i + 1] == '\n')
			continue;
		s[to++] = s[i] == '\r' ? '\n' : s[i];
	}
	s[to] = '\0';
	return to;
}

void
pysource_decode(const char *bytes, size_t n, struct pysource *out)
{
	struct strbuf b = {0};

	*out = (struct pysource){0};
	decode(bytes, n, out, &b);
	out->len = b.len;
	out->text = strbuf_take(&b);
	out->len = unify_newlines(out->text, out->len);
	if (strlen(out->text) < out->len) {
		out->len = strlen(out->text);
		refuse(out, "there is a NUL byte", line_of(out->text, out->len));
	}
}

void
pysource_free(struct pysource *s)
{
	free(s->text);
	*s = (struct pysource){0};
}
