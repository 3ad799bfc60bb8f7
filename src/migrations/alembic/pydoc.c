/* Alembic takes the message of a revision from the docstring (Script.doc in
 * script/base.py), and its date is nowhere else: only for people to read. */
#include "migrations/alembic/pydoc.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "migrations/alembic/pystring.h"

enum { CREATED_MAX = 40 };

/* The strings that stand first, which Python joins; false if that is no docstring. */
static bool
docstring(const struct pytokens *t, struct strbuf *out)
{
	const struct pytoken *at = t->v;

	if (at->kind != PYTOKEN_STRING)
		return false;
	for (; at->kind == PYTOKEN_STRING; at++)
		if (pystring_decode(at->at, at->len, out) != PYSTRING_TEXT)
			return false;
	return at->kind == PYTOKEN_NEWLINE || at->kind == PYTOKEN_END ||
	       pytoken_is(at, ";");
}

/* The line at `s` without the blanks around it, cut after `max` bytes; NULL: nothing is
 * left. */
static char *
line_of(const char *s, size_t max)
{
	size_t n;
	char *line, *clean;

	s += strspn(s, " \t\f\r\v");
	n = strcspn(s, "\n");
	while (n && strchr(" \t\f\r\v", s[n - 1]))
		n--;
	if (!n)
		return NULL;
	line = xstrndup(s, n);
	clean = text_cleaned(line, max);
	free(line);
	return clean;
}

/* What follows `key` where a line begins with it, or NULL. */
static const char *
after_key(const char *s, const char *key)
{
	s += strspn(s, " \t");
	return strncmp(s, key, strlen(key)) ? NULL : s + strlen(key);
}

void
pydoc_read(const struct pytokens *t, struct pydoc *out)
{
	struct strbuf text = {0};
	const char *line;

	*out = (struct pydoc){0};
	if (!docstring(t, &text) || !text.s) {
		strbuf_free(&text);
		return;
	}
	line = text.s + strspn(text.s, " \t\f\r\v\n");
	/* Without a message the template begins with what comes after it. */
	if (!after_key(line, "Revision ID:"))
		out->message = line_of(line, PYDOC_MESSAGE_MAX);
	while (line && !out->created) {
		const char *value = after_key(line, "Create Date:");

		if (value)
			out->created = line_of(value, CREATED_MAX);
		line = strchr(line, '\n');
		line += line != NULL;
	}
	strbuf_free(&text);
}

void
pydoc_free(struct pydoc *d)
{
	free(d->message);
	free(d->created);
	*d = (struct pydoc){0};
}
