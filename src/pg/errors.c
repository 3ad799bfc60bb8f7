/* SQLSTATE decides, as messages come in the server's language; only what has no code
 * of its own is told by its text, which the server does not translate (elog). */
#include "pg/errors.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "pg/blot.h"
#include "pg/remedies.h"

enum { SQLSTATE_LEN = 5, FUNCTION_LEN = 63, MIN_SECRET = 3 };

/* What PQERRORS_VERBOSE tells besides the message. */
struct verbose {
	char sqlstate[SQLSTATE_LEN + 1];
	char function[FUNCTION_LEN + 1]; /* of the server's source that refused */
};

struct rule {
	const char *prefix; /* of the SQLSTATE */
	enum err_code code;
};

/* The first row that fits.  https://www.postgresql.org/docs/15/errcodes-appendix.html
 */
static const struct rule query_classes[] = {
	{"57014", ERR_TIMEOUT}, /* query_canceled: statement_timeout */
	{"25P03", ERR_TIMEOUT}, /* idle_in_transaction_session_timeout */
	{"42501", ERR_PERMISSION},
	{"42P01", ERR_MOVED}, /* undefined_table */
	{"42704", ERR_MOVED}, /* undefined_object */
	{"42883", ERR_MOVED}, /* undefined_function */
	{"3F000", ERR_MOVED}, /* invalid_schema_name */
	{"55P03", ERR_MOVED}, /* lock_not_available: lock_timeout */
	{"40", ERR_MOVED},    /* serialization, deadlock, recovery conflict */
	{"28", ERR_AUTH},
	{"3D", ERR_CONNECT}, /* the database is gone */
	{"08", ERR_CONNECT},
	{"57P", ERR_CONNECT},   /* shutdown, crash, starting up */
	{"53300", ERR_CONNECT}, /* too_many_connections */
	{"", ERR_QUERY},
};

static const struct rule connect_classes[] = {
	{"28", ERR_AUTH},
	{"42501", ERR_PERMISSION}, /* no CONNECT privilege */
	{"57014", ERR_TIMEOUT},    /* authentication_timeout of a pooler */
	{"", ERR_CONNECT},
};

static enum err_code
classify(const struct rule *rules, const char *sqlstate)
{
	while (strncmp(rules->prefix, sqlstate, strlen(rules->prefix)) != 0)
		rules++;
	return rules->code;
}

/* Internal errors that mean: the object went away under the reader. */
static bool
vanished(const char *message)
{
	static const char *const texts[] = {
		"cache lookup failed",
		"could not open relation with OID",
		"could not find tuple for",
	};

	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (strstr(message, texts[i]))
			return true;
	return false;
}

/* PgBouncer has one SQLSTATE for everything, and speaks English only. */
static bool
is_pooler_refusal(const char *sqlstate, const char *message)
{
	return strcmp(sqlstate, "08P01") == 0 &&
	       (strstr(message, "authentication failed") ||
		       strstr(message, "no such user"));
}

/* Where ":  28P01: " stands in [line, end), or NULL. */
static const char *
find_sqlstate(const char *line, const char *end)
{
	const int whole = 3 + SQLSTATE_LEN + 2;

	for (const char *p = line; p + whole <= end; p++) {
		int n = 0;

		if (strncmp(p, ":  ", 3) != 0)
			continue;
		while (n < SQLSTATE_LEN && (isdigit((unsigned char)p[3 + n]) ||
						   isupper((unsigned char)p[3 + n])))
			n++;
		if (n == SQLSTATE_LEN && strncmp(p + 3 + n, ": ", 2) == 0)
			return p;
	}
	return NULL;
}

/* "LOCATION:  ClientAuthentication, auth.c:604" */
static void
take_function(const char *line, size_t n, struct verbose *v)
{
	static const char label[] = "LOCATION:  ";
	size_t at = sizeof label - 1, len = 0;

	if (n < at || strncmp(line, label, at) != 0)
		return;
	while (at + len < n && len < FUNCTION_LEN &&
		(isalnum((unsigned char)line[at + len]) || line[at + len] == '_'))
		len++;
	memcpy(v->function, line + at, len);
	v->function[len] = '\0';
}

/* What PQERRORS_VERBOSE adds, and libpq's advice, which begins with a tab. */
static bool
is_noise(const char *line)
{
	static const char *const labels[] = {
		"\t", "DETAIL:", "HINT:", "QUERY:", "CONTEXT:", "LOCATION:"};

	for (size_t i = 0; i < COUNT_OF(labels); i++)
		if (strncmp(line, labels[i], strlen(labels[i])) == 0)
			return true;
	return false;
}

/* One line without "FATAL:  28P01: "; keeps the code. */
static char *
strip_line(const char *line, size_t n, char *sqlstate)
{
	struct strbuf out = {0};
	const char *code = find_sqlstate(line, line + n);
	const char *severity = code;

	if (!code)
		return xstrndup(line, n);
	memcpy(sqlstate, code + 3, SQLSTATE_LEN);
	while (severity > line && severity[-1] != ' ')
		severity--;
	strbuf_addn(&out, line, (size_t)(severity - line));
	code += 3 + SQLSTATE_LEN + 2;
	strbuf_addn(&out, code, (size_t)(line + n - code));
	return strbuf_take(&out);
}

/* An attempt with TLS and one without often fail for the same reason. */
static void
add_line(struct strvec *lines, char *line)
{
	if (strvec_has(lines, line))
		free(line);
	else
		strvec_take(lines, line);
}

/* Valid UTF-8, and short enough that a prefix still fits. */
static void
set_text(struct err *e, enum err_code code, const char *sqlstate, const char *text)
{
	struct strbuf clean = {0};

	text_clean(&clean, text, sizeof e->text - 128);
	err_set(e, code, "%s", clean.s ? clean.s : "no reason given");
	snprintf(e->sqlstate, sizeof e->sqlstate, "%s", sqlstate);
	strbuf_free(&clean);
}

void
errors_connect(struct err *e, const char *message)
{
	struct verbose v = {"", ""};
	enum err_code code;
	struct strvec lines = {0};
	struct strbuf text = {0};

	for (const char *line = message; *line;) {
		size_t n = strcspn(line, "\n");

		if (n && !is_noise(line))
			add_line(&lines, strip_line(line, n, v.sqlstate));
		take_function(line, n, &v);
		line += n + (line[n] == '\n');
	}
	strvec_join(&lines, "; ", &text);
	code = classify(connect_classes, v.sqlstate);
	if (text.s && is_pooler_refusal(v.sqlstate, text.s))
		code = ERR_AUTH;
	/* That is about this process. */
	if (!*v.sqlstate && text.s && strstr(text.s, "Too many open files"))
		code = ERR_INTERNAL;
	set_text(e, code, v.sqlstate, text.s ? text.s : "no reason given");
	e->advice = remedy_find(v.sqlstate, v.function, e->text);
	strvec_free(&lines);
	strbuf_free(&text);
}

void
errors_query(struct err *e, const char *sqlstate, const char *message)
{
	enum err_code code;
	char *text = xstrdup(message && *message ? message : "no reason given");

	if (!sqlstate)
		text[strcspn(text, "\n")] = '\0'; /* libpq's advice follows */
	for (char *p = text; *p; p++)
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	if (!sqlstate)
		code = ERR_CONNECT;
	else if (strcmp(sqlstate, "XX000") == 0 && vanished(text))
		code = ERR_MOVED;
	else
		code = classify(query_classes, sqlstate);
	set_text(e, code, sqlstate ? sqlstate : "", text);
	/* A pooler takes the connection, and says only now that there is none. */
	if (code == ERR_CONNECT || code == ERR_AUTH || code == ERR_TIMEOUT)
		e->advice = remedy_find(e->sqlstate, "", e->text);
	free(text);
}

void
errors_replace(struct err *e, const char *from, const char *to)
{
	struct strbuf out = {0};
	const char *at, *rest = e->text;

	while ((at = strstr(rest, from))) {
		strbuf_addn(&out, rest, (size_t)(at - rest));
		strbuf_add(&out, to);
		rest = at + strlen(from);
	}
	strbuf_add(&out, rest);
	snprintf(e->text, sizeof e->text, "%s", out.s);
	strbuf_free(&out);
}

void
errors_scrub(struct err *e, const char *secret)
{
	struct strbuf out = {0};

	if (!secret || strlen(secret) < MIN_SECRET)
		return;
	blot(&out, e->text, secret);
	snprintf(e->text, sizeof e->text, "%s", out.s);
	strbuf_free(&out);
}
