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
#include "pg/files.h"
#include "pg/parts.h"
#include "pg/session.h"

#define BLOT "<secret>"

static bool
is_uri(const char *dsn)
{
	return strncmp(dsn, "postgresql://", 13) == 0 ||
	       strncmp(dsn, "postgres://", 11) == 0;
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
	/* It reads the file of services, which may be one that is waited for. */
	PQconninfoOption *options =
		files_check_services(NULL) ? PQconndefaults() : NULL;
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

/* "postgresql+psycopg2://…" is what applications have in their settings. */
static bool
is_sqlalchemy(const char *dsn)
{
	static const char *const names[] = {"postgresql+", "postgres+"};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (strncmp(dsn, names[i], strlen(names[i])) == 0)
			return strstr(dsn, "://") != NULL;
	return false;
}

static bool
refuse(const char *dsn, const char *message, struct err *e)
{
	struct strbuf text = {0};

	if (is_sqlalchemy(dsn))
		strbuf_add(&text, "libpq's URIs begin with postgresql://, without "
				  "SQLAlchemy's +driver");
	else
		add_message(&text, message);
	err_set(e, ERR_CONFIG, "not a connection string: %s", text.s);
	strbuf_free(&text);
	return false;
}

/* ---- passwords in the wrong place ---- */

/* The at sign of "@name", a socket without a file, stands in front. */
static bool
host_has_at(const char *hosts)
{
	for (const char *p = hosts; (p = strchr(p, '@')); p++)
		if (p != hosts && p[-1] != ',')
			return true;
	return false;
}

/* Past the authority, where libpq looks for no user any more. */
static bool
path_has_at(const char *uri)
{
	const char *path = strstr(uri, "://") + 3;

	path += strcspn(path, "/?");
	return path[strcspn(path, "@?")] == '@';
}

/* A password that was not percent-encoded ends at its first @ or /, and the rest of it
 * becomes a host, port or database, which error messages name.  libpq would say so of
 * the port, too, but only when it connects, and with its text. */
static bool
check_places(const char *dsn, const PQconninfoOption *list, struct err *e)
{
	bool at = is_uri(dsn) && path_has_at(dsn);

	for (; list->keyword; list++) {
		const char *value = list->val ? list->val : "";

		if (strcmp(list->keyword, "host") == 0 && host_has_at(value))
			at = true;
		if (strcmp(list->keyword, "port") == 0 &&
			value[strspn(value, "0123456789, ")] && !at)
			return err_set(e, ERR_CONFIG,
				"not a connection string: port is not a number");
	}
	if (!at)
		return true;
	return err_set(e, ERR_CONFIG,
		"not a connection string: there is an @ behind the host; in a URI's "
		"user, password and database write %%40 for @ and %%2F for /");
}

bool
pg_dsn_check(const char *dsn, struct err *e)
{
	char *message = NULL;
	PQconninfoOption *list = PQconninfoParse(dsn, &message);
	bool ok = list ? check_places(dsn, list, e) : refuse(dsn, must(message), e);

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
		if (pg_keyword_is_secret(keyword))
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
		if (pg_keyword_is_secret(keyword)) {
			strbuf_addn(out, p, 1 + len);
			strbuf_add(out, "=" BLOT);
		} else {
			strbuf_addn(out, p, n);
		}
		free(keyword);
	}
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
