/* Connection strings as text: valid or not, and with their secrets blotted out.  What
 * a valid string is, libpq says; where in it the secrets stand, its grammar says
 * (conninfo_parse() and conninfo_uri_parse() of fe-connect.c). */
#include <ctype.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "pg/session.h"

#define BLOT "<secret>"

static bool
is_secret(const char *keyword)
{
	return strstr(keyword, "password") || strstr(keyword, "secret");
}

/* ---- errors without a word of the string ---- */

/* A quoted part of libpq's message is a part of the string, and so may be of a secret:
 * only what is no secret by nature is shown, and of a misspelt keyword the right one.
 */
static void
add_quoted(struct strbuf *out, const char *part, const PQconninfoOption *options)
{
	const char *known[64];
	const char *near;
	size_t n = 0;

	for (; options && options->keyword && n < COUNT_OF(known); options++)
		known[n++] = options->keyword;
	near = text_near(part, known, n);
	if (strlen(part) == 1 || (near && strcmp(near, part) == 0))
		strbuf_printf(out, "\"%s\"", part);
	else if (near)
		strbuf_printf(out, "\"…\" (did you mean \"%s\"?)", near);
	else
		strbuf_add(out, "\"…\"");
}

static void
add_message(struct strbuf *out, const char *message)
{
	PQconninfoOption *options = PQconndefaults();
	const char *from = message;
	size_t n = strcspn(from, "\"");

	strbuf_addn(out, from, n);
	while (from[n] == '"') {
		const char *part = from + n + 1;
		size_t len = strcspn(part, "\"");
		char *text = xstrndup(part, len);

		add_quoted(out, text, options);
		free(text);
		from = part + len + (part[len] == '"');
		n = strcspn(from, "\"");
		strbuf_addn(out, from, n);
	}
	while (out->len && isspace((unsigned char)out->s[out->len - 1]))
		out->s[--out->len] = '\0';
	PQconninfoFree(options);
}

bool
pg_dsn_check(const char *dsn, struct err *e)
{
	struct strbuf text = {0};
	char *message = NULL;
	PQconninfoOption *list = PQconninfoParse(dsn, &message);
	bool ok = list != NULL;

	if (!ok) {
		add_message(&text, must(message));
		err_set(e, ERR_CONFIG, "not a connection string: %s", text.s);
	}
	strbuf_free(&text);
	PQconninfoFree(list);
	PQfreemem(message);
	return ok;
}

/* ---- redaction ---- */

/* One character of a value, an escaped one as two. */
static const char *
skip_char(const char *p)
{
	return p + (p[0] == '\\' && p[1] ? 2 : 1);
}

/* The end of a value that starts at `p`. */
static const char *
skip_value(const char *p)
{
	if (*p != '\'') {
		while (*p && !isspace((unsigned char)*p))
			p = skip_char(p);
		return p;
	}
	for (p++; *p && *p != '\'';)
		p = skip_char(p);
	return p + (*p == '\'');
}

static const char *
skip_space(const char *p)
{
	while (isspace((unsigned char)*p))
		p++;
	return p;
}

static void
redact_keywords(struct strbuf *out, const char *dsn)
{
	const char *p = dsn;

	while (*(p = skip_space(p))) {
		size_t n = strcspn(p, "= \t\n\r\f\v");
		char *keyword = xstrndup(p, n);
		const char *value = skip_space(p + n);
		const char *end;

		value = skip_space(value + (*value == '='));
		end = skip_value(value);
		strbuf_printf(out, "%s%s=", out->len ? " " : "", keyword);
		if (is_secret(keyword))
			strbuf_add(out, BLOT);
		else
			strbuf_addn(out, value, (size_t)(end - value));
		free(keyword);
		p = end;
	}
}

/* user:secret@ at the front of an authority: libpq looks for '@' up to the first '/'.
 */
static const char *
redact_user(struct strbuf *out, const char *p)
{
	size_t to_at = strcspn(p, "@/");
	size_t to_colon = strcspn(p, ":@/");

	if (p[to_at] != '@')
		return p;
	strbuf_addn(out, p, to_colon);
	if (p[to_colon] == ':')
		strbuf_add(out, ":" BLOT);
	strbuf_addc(out, '@');
	return p + to_at + 1;
}

static int
hex(char c)
{
	return isdigit((unsigned char)c) ? c - '0'
					 : (tolower((unsigned char)c) - 'a') + 10;
}

/* The keyword of a query parameter, which may be percent-encoded, too. */
static char *
decode(const char *s, size_t n)
{
	struct strbuf b = {0};

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '%' && i + 2 < n) {
			strbuf_addc(&b, (char)(hex(s[i + 1]) * 16 + hex(s[i + 2])));
			i += 2;
		} else {
			strbuf_addc(&b, s[i]);
		}
	}
	return strbuf_take(&b);
}

static void
redact_uri(struct strbuf *out, const char *dsn)
{
	const char *p = strstr(dsn, "://") + 3;
	size_t n;

	strbuf_addn(out, dsn, (size_t)(p - dsn));
	p = redact_user(out, p);
	n = strcspn(p, "?");
	strbuf_addn(out, p, n);
	for (p += n; *p; p += n) {
		size_t len = strcspn(p + 1, "=&");
		char *keyword = decode(p + 1, len);

		n = 1 + strcspn(p + 1, "&");
		if (is_secret(keyword)) {
			strbuf_addn(out, p, 1 + len);
			strbuf_add(out, "=" BLOT);
		} else {
			strbuf_addn(out, p, n);
		}
		free(keyword);
	}
}

static bool
is_uri(const char *dsn)
{
	return strncmp(dsn, "postgresql://", 13) == 0 ||
	       strncmp(dsn, "postgres://", 11) == 0;
}

char *
pg_dsn_redact(const char *dsn)
{
	struct strbuf out = {0};

	if (!pg_dsn_check(dsn, NULL))
		return xstrdup(BLOT);
	if (is_uri(dsn))
		redact_uri(&out, dsn);
	else
		redact_keywords(&out, dsn);
	return strbuf_take(&out);
}

const char *
pg_library_version(char *buf, size_t size)
{
	int v = PQlibVersion();

	snprintf(buf, size, "%d.%d", v / 10000, v % 10000);
	return buf;
}
