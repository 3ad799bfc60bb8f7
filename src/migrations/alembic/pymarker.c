/* Lines are looked at as they are, before anything is known of strings or brackets: the
 * sides of a merge need not close what they open. */
#include "migrations/alembic/pymarker.h"

#include <string.h>

enum { MARKER_MIN = 7 };

struct pymarker
pymarker_of_line(const char *line)
{
	struct pymarker m = {.sign = *line};

	if (!*line || !strchr("<|=>", *line))
		return m;
	m.size = strspn(line, (char[]){*line, '\0'});
	if (m.size < MARKER_MIN || !strchr(" \n", line[m.size]))
		m.size = 0;
	return m;
}

const char *
pymarker_find(const char *from, const char *to, char sign)
{
	while ((from = memchr(from, '\n', (size_t)(to - from))) && ++from < to) {
		struct pymarker m = pymarker_of_line(from);

		if (m.size && m.sign == sign)
			return from;
	}
	return NULL;
}

const char *
pymarker_last(const char *text, char sign)
{
	const char *end = text + strlen(text), *last = NULL, *p = text;

	while ((p = pymarker_find(p, end, sign)))
		last = p;
	return last;
}

bool
pymarker_is_template(const char *p, bool statement)
{
	switch (*p) {
	case '{':
		/* A set in a set cannot be; an empty dictionary can be asked. */
		return p[1] == '%' || (p[1] == '{' && p[2] != '}') ||
		       (statement && p[1] == '#');
	case '<':
		return p[1] == '%';
	case '$':
		return p[1] == '{';
	default:
		return statement && *p == '%';
	}
}
