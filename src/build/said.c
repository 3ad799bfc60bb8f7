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

/* Secrets go before it is cut, since a part of one is one as well. */
char *
said_last_lines(const char *output, const char *password)
{
	char *all = text_cleaned(output, 0);
	struct strbuf blotted = {0}, redacted = {0}, out = {0};
	const char *from;

	if (password && *password)
		blot(&blotted, all, password);
	else
		strbuf_add(&blotted, all);
	conf_redact_words(blotted.s ? blotted.s : "", &redacted);
	while (redacted.len && isspace((unsigned char)redacted.s[redacted.len - 1]))
		redacted.s[--redacted.len] = '\0';
	from = redacted.s ? last_of(redacted.s, redacted.len) : "";
	text_visible(&out, from, 0, "\n\t");
	strbuf_free(&redacted);
	strbuf_free(&blotted);
	free(all);
	return strbuf_take(&out);
}

char *
said_reason(const char *lines)
{
	const char *end = lines + strlen(lines), *from;

	while (end > lines && isspace((unsigned char)end[-1]))
		end--;
	for (from = end; from > lines && from[-1] != '\n';)
		from--;
	while (from < end && isspace((unsigned char)*from))
		from++;
	return xstrndup(from, (size_t)(end - from));
}

/* "INFO  [alembic.runtime.migration] Running upgrade a -> b, what it is about" */
char *
said_revision(const char *lines)
{
	static const char word[] = "Running upgrade ";
	const char *last = NULL, *from, *arrow;
	size_t n;

	for (const char *p = lines; (p = strstr(p, word)); p++)
		last = p + strlen(word);
	if (!last)
		return NULL;
	n = strcspn(last, "\n");
	arrow = memmem(last, n, "-> ", 3);
	if (!arrow)
		return NULL;
	from = arrow + 3;
	n = strcspn(from, ", \n");
	return n ? xstrndup(from, n) : NULL;
}

const char *
said_advice(const char *lines)
{
	static const struct {
		const char *what, *then, *advice;
	} known[] = {
		{"role \"", "does not exist",
			"make that role on the scratch server (CREATE ROLE …), or dump "
			"with --no-owner --no-privileges"},
		{"extension \"", "is not available",
			"install that extension on the scratch server"},
		{"permission denied to create extension", "",
			"the role of scratch_dsn has to be a superuser for that"},
		{"No module named", "",
			"name the program of the project's own environment in `build`"},
		{"unsupported version", "in file header",
			"pg_restore is older than the pg_dump that wrote it"},
	};

	for (size_t i = 0; i < COUNT_OF(known); i++) {
		const char *at = strstr(lines, known[i].what);

		if (at && strstr(at, known[i].then))
			return known[i].advice;
	}
	return NULL;
}
