/* See said.h. */
#include "build/said.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "conf/redact.h"
#include "pg/blot.h"

/* So many lines and bytes tell what is wrong; a traceback of Python is longer, but ends
 * with it. */
enum { MAX_LINES = 20, MAX_BYTES = 4000 };

/* Where the last of them begin, which is at the begin of a line. */
static const char *
last_of(const char *s, size_t n)
{
	const char *from = s + n;
	int lines = 0;

	while (from > s && s + n - from < MAX_BYTES) {
		if (from[-1] == '\n' && from < s + n && ++lines == MAX_LINES)
			return from;
		from--;
	}
	if (from > s) {
		const char *next = memchr(from, '\n', (size_t)(s + n - from));

		return next && next + 1 < s + n ? next + 1 : from;
	}
	return from;
}

/* Of a traceback of Python's only where a migration is is worth its lines. */
static void
drop_frames(const char *text, struct strbuf *out)
{
	bool in_traceback = false, keep = true;

	while (*text) {
		size_t n = strcspn(text, "\n");

		n += text[n] == '\n';
		if (!strncmp(text, "Traceback (most recent call last)", 33))
			in_traceback = true;
		else if (*text != ' ')
			in_traceback = false;
		if (!in_traceback)
			keep = true;
		else if (!strncmp(text, "  File \"", 8))
			keep = memmem(text, n, "/versions/", 10);
		if (keep)
			strbuf_addn(out, text, n);
		text += n;
	}
}

/* Secrets go before it is cut, since a part of one is one as well. */
char *
said_last_lines(const char *output, const char *password)
{
	char *all = text_cleaned(output, 0);
	struct strbuf blotted = {0}, shorter = {0}, redacted = {0}, out = {0};
	const char *from;

	if (password && *password)
		blot(&blotted, all, password);
	else
		strbuf_add(&blotted, all);
	drop_frames(blotted.s ? blotted.s : "", &shorter);
	conf_redact_words(shorter.s ? shorter.s : "", &redacted);
	strbuf_free(&shorter);
	while (redacted.len && isspace((unsigned char)redacted.s[redacted.len - 1]))
		redacted.s[--redacted.len] = '\0';
	from = redacted.s ? last_of(redacted.s, redacted.len) : "";
	text_visible(&out, from, 0, "\n\t");
	strbuf_free(&redacted);
	strbuf_free(&blotted);
	free(all);
	return strbuf_take(&out);
}

static bool
is_remark(const char *line, size_t n)
{
	static const char *const remarks[] = {
		"(Background on this error", "[SQL: ", "[parameters: "};

	for (size_t i = 0; i < COUNT_OF(remarks); i++)
		if (n >= strlen(remarks[i]) &&
			!strncmp(line, remarks[i], strlen(remarks[i])))
			return true;
	return false;
}

char *
said_reason(const char *lines)
{
	const char *end = lines + strlen(lines), *from = end;

	for (;;) {
		while (end > lines && isspace((unsigned char)end[-1]))
			end--;
		for (from = end; from > lines && from[-1] != '\n';)
			from--;
		while (from < end && isspace((unsigned char)*from))
			from++;
		if (from == end || !is_remark(from, (size_t)(end - from)))
			return xstrndup(from, (size_t)(end - from));
		end = from;
	}
}

static char *
one_line(const char *s, size_t n)
{
	char *word = xstrndup(s, n), *line = text_line(word, 200);

	free(word);
	return line;
}

/* "INFO  [alembic.runtime.migration] Running upgrade a -> b, what it is about" */
char *
said_revision(const char *output)
{
	static const char word[] = "Running upgrade ";
	const char *last = NULL, *from, *arrow;
	size_t n;

	for (const char *p = output; (p = strstr(p, word)); p++)
		last = p + strlen(word);
	if (!last)
		return NULL;
	n = strcspn(last, "\n");
	arrow = memmem(last, n, "-> ", 3);
	if (!arrow)
		return NULL;
	from = arrow + 3;
	n = strcspn(from, ", \n");
	return n ? one_line(from, n) : NULL;
}

/* Whose fault it is, and what is to be done about it.  What libpq and the server say
 * where there is no session, or none any more, is in no way the migrations'. */
struct reading {
	const char *what, *then;
	enum err_code code;
	const char *advice;
};

static const struct reading readings[] = {
	{"role \"", "does not exist", ERR_CONFIG,
		"make that role on the scratch server (CREATE ROLE …), or dump "
		"with --no-owner --no-privileges"},
	{"extension \"", "is not available", ERR_CONFIG,
		"install that extension on the scratch server"},
	{"permission denied to create extension", "", ERR_CONFIG,
		"the role of scratch_dsn has to be a superuser for that"},
	{"no password supplied", "", ERR_CONFIG,
		"say password or passfile in scratch_dsn: what is set for pgdriftd "
		"itself (PGPASSWORD, PGPASSFILE) is not handed on"},
	{"No module named", "", ERR_FORMAT,
		"name the program of the project's own environment in `build`"},
	{"unsupported version", "in file header", ERR_CONFIG,
		"pg_restore is older than the pg_dump that wrote it"},
	{"connection to server ", "failed: ", ERR_CONNECT, NULL},
	{"could not connect to server", "", ERR_CONNECT, NULL},
	{"connection to server was lost", "", ERR_CONNECT, NULL},
	{"server closed the connection", "", ERR_CONNECT, NULL},
	{"Connection refused", "", ERR_CONNECT, NULL},
	{"sorry, too many clients", "", ERR_CONNECT, NULL},
	{"remaining connection slots", "", ERR_CONNECT, NULL},
	{"terminating connection ", "", ERR_CONNECT, NULL},
	{"the database system is ", "", ERR_CONNECT, NULL},
	{"No space left on device", "", ERR_CONNECT,
		"make room on the scratch server's disk"},
	{"FATAL:  ", "", ERR_CONNECT, NULL},
};

/* By the server, psql and pg_restore, Python, and Alembic. */
static bool
tells_of_error(const char *line, size_t n)
{
	static const char *const words[] = {"ERROR:  ", "FATAL:  ", "PANIC:  ",
		"error: ", "fatal: ", "Error: ", "Exception: ", "FAILED: "};

	for (size_t i = 0; i < COUNT_OF(words) && !is_remark(line, n); i++)
		if (memmem(line, n, words[i], strlen(words[i])))
			return true;
	return false;
}

/* Where the last error begins, which ends with the lines: what was said before is of
 * something else, but for another that Python says it comes from.  Where none is told
 * as one: the first line. */
static const char *
last_error(const char *lines)
{
	const char *from = lines;
	bool is_chained = false;

	for (const char *p = lines; *p;) {
		size_t n = strcspn(p, "\n");

		if (memmem(p, n, " above exception", 16)) {
			is_chained = true;
		} else if (tells_of_error(p, n)) {
			from = is_chained ? from : p;
			is_chained = false;
		}
		p += n + (p[n] == '\n');
	}
	return from;
}

static const struct reading *
read_lines(const char *all)
{
	const char *lines = last_error(all);

	for (size_t i = 0; i < COUNT_OF(readings); i++) {
		const char *at = strstr(lines, readings[i].what);

		if (at && strstr(at, readings[i].then))
			return &readings[i];
	}
	return NULL;
}

enum err_code
said_fault(const char *lines)
{
	const struct reading *r = read_lines(lines);

	return r ? r->code : ERR_FORMAT;
}

const char *
said_advice(const char *lines)
{
	const struct reading *r = read_lines(lines);

	return r ? r->advice : NULL;
}
