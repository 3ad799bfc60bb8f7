/* One reader of "element; parameter=value; q=0.5, …" lists serves both headers. */
#include "http/negotiate.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

enum { Q_ONE = 1000 };

/* One element of a list: slices of the header. */
struct element {
	const char *name;
	size_t name_len;
	const char *version; /* of a `version` parameter; NULL: none */
	size_t version_len;
	int q; /* thousandths */
};

static bool
is_word(const char *s, size_t n, const char *word)
{
	return n == strlen(word) && !strncasecmp(s, word, n);
}

static size_t
trimmed(const char **s, const char *end)
{
	while (*s < end && strchr(" \t\"", **s))
		(*s)++;
	while (*s < end && strchr(" \t\"", end[-1]))
		end--;
	return (size_t)(end - *s);
}

/* "0.5" → 500.  What is no number counts as 1, as if it were not there. */
static int
parse_q(const char *s, size_t n)
{
	int q, unit = Q_ONE / 10;

	if (!n || (*s != '0' && *s != '1'))
		return Q_ONE;
	q = *s == '1' ? Q_ONE : 0;
	for (size_t i = 2; i < n && s[1] == '.'; i++) {
		if (s[i] < '0' || s[i] > '9')
			return Q_ONE;
		q += (s[i] - '0') * unit;
		unit /= 10;
	}
	return q > Q_ONE ? Q_ONE : q;
}

static void
parse_parameter(const char *s, const char *end, struct element *e)
{
	const char *value = memchr(s, '=', (size_t)(end - s));
	size_t key_len, len;

	if (!value)
		return;
	key_len = trimmed(&s, value);
	value++;
	len = trimmed(&value, end);
	if (is_word(s, key_len, "q")) {
		e->q = parse_q(value, len);
	} else if (is_word(s, key_len, "version")) {
		e->version = value;
		e->version_len = len;
	}
}

/* Take the next element off `*at`; false at the end. */
static bool
next_element(const char **at, struct element *e)
{
	const char *s = *at, *end = s + strcspn(s, ",");
	const char *part = s + strcspn(s, ",;");

	if (!*s)
		return false;
	*e = (struct element){.name = s, .q = Q_ONE};
	e->name_len = trimmed(&e->name, part);
	while (part < end) {
		const char *stop = part + 1 + strcspn(part + 1, ",;");

		parse_parameter(part + 1, stop, e);
		part = stop;
	}
	*at = *end ? end + 1 : end;
	return true;
}

bool
negotiate_gzip(const char *accept_encoding)
{
	int gzip = -1, identity = -1, any = -1;
	const char *at = accept_encoding ? accept_encoding : "";
	struct element e;

	while (next_element(&at, &e)) {
		if (is_word(e.name, e.name_len, "gzip") ||
			is_word(e.name, e.name_len, "x-gzip"))
			gzip = e.q;
		else if (is_word(e.name, e.name_len, "identity"))
			identity = e.q;
		else if (is_word(e.name, e.name_len, "*"))
			any = e.q;
	}
	if (gzip < 0)
		gzip = any;
	return gzip > 0 && gzip >= identity;
}

/* How much a format is wanted, and which was named first. */
struct wish {
	int q, place;
};

static void
wish_more(struct wish *w, int q, int place)
{
	if (q > w->q)
		*w = (struct wish){q, place};
}

static bool
is_preferred(struct wish a, struct wish b)
{
	return a.q > b.q || (a.q && a.q == b.q && a.place < b.place);
}

static bool
is_version(const struct element *e, const char *version)
{
	return !e->version || is_word(e->version, e->version_len, version);
}

bool
negotiate_openmetrics(const char *accept)
{
	struct wish open = {0, 0}, text = {-1, 0}, wild = {0, 0};
	const char *at = accept ? accept : "";
	struct element e;

	for (int place = 0; next_element(&at, &e); place++) {
		if (is_word(e.name, e.name_len, "application/openmetrics-text")) {
			if (is_version(&e, "1.0.0"))
				wish_more(&open, e.q, place);
		} else if (is_word(e.name, e.name_len, "text/plain")) {
			if (is_version(&e, "0.0.4"))
				wish_more(&text, e.q, place);
		} else if (is_word(e.name, e.name_len, "text/*") ||
			   is_word(e.name, e.name_len, "*/*")) {
			wish_more(&wild, e.q, place);
		}
	}
	/* A format that is named is not wished for by a wildcard. */
	if (text.q < 0)
		text = wild;
	return is_preferred(open, text);
}

bool
negotiate_html(const char *accept)
{
	struct wish html = {0, 0}, json = {-1, 0}, wild = {0, 0};
	const char *at = accept ? accept : "";
	struct element e;

	for (int place = 0; next_element(&at, &e); place++) {
		if (is_word(e.name, e.name_len, "text/html"))
			wish_more(&html, e.q, place);
		else if (is_word(e.name, e.name_len, "application/json"))
			wish_more(&json, e.q, place);
		else if (is_word(e.name, e.name_len, "application/*") ||
			 is_word(e.name, e.name_len, "*/*"))
			wish_more(&wild, e.q, place);
	}
	if (json.q < 0)
		json = wild;
	return is_preferred(html, json);
}

bool
negotiate_etag(const char *if_none_match, const char *etag)
{
	const char *s = if_none_match ? if_none_match : "";
	size_t n;

	etag += strncmp(etag, "W/", 2) ? 0 : 2;
	n = strlen(etag);
	while (*s) {
		s += strspn(s, " \t,");
		if (*s == '*')
			return true;
		if (!strncmp(s, "W/", 2))
			s += 2;
		if (!strncmp(s, etag, n))
			return true;
		/* A comma may stand inside the quotes. */
		if (*s == '"')
			s += 1 + strcspn(s + 1, "\"");
		s += strcspn(s, ",");
	}
	return false;
}
