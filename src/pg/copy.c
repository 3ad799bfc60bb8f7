/* To plan a mere SELECT, the server evaluates constant expressions of the table's
 * indexes and statistics, with functions of whoever owns it, as the role that asks; and
 * a view that has taken the table's place would be run.  COPY of a table has no plan:
 * it reads an ordinary table's own rows, calls the output function of the column's type
 * and nothing else, and refuses everything that is no such table. */
#include "pg/copy.h"

#include <string.h>

/* What COPY's text format has for a byte that it does not write as such. */
static char
unescaped(char c)
{
	static const char from[] = "bfnrtv", to[] = "\b\f\n\r\t\v";
	const char *at = c ? strchr(from, c) : NULL;

	return at ? to[at - from] : c;
}

/* One value, then the end of the line: all else that ends one is written otherwise. */
static bool
is_one_value(const char *line, size_t n)
{
	return n && line[n - 1] == '\n' && !memchr(line, '\n', n - 1) &&
	       !memchr(line, '\t', n) && !memchr(line, '\r', n);
}

/* The value of such a line, in its place; NULL for SQL NULL. */
static const char *
value_of(char *line, size_t *n)
{
	size_t len = *n - 1, to = 0;

	if (len == 2 && !memcmp(line, "\\N", 2))
		return NULL;
	for (size_t i = 0; i < len; i++)
		line[to++] =
			line[i] == '\\' && i + 1 < len ? unescaped(line[++i]) : line[i];
	line[to] = 0;
	*n = to;
	return line;
}

static bool
refuse_more(const struct copy *c, const char *limit, size_t n, struct err *e)
{
	return err_set(
		e, ERR_QUERY, "%s has more than %zu %s", c->what->table, n, limit);
}

bool
copy_add(struct copy *c, struct collect *to, char *line, size_t n, struct err *e)
{
	const char *value;

	if (c->n_rows == c->what->max_rows)
		return refuse_more(c, "rows", c->what->max_rows, e);
	c->bytes += n;
	if (c->bytes > c->what->max_bytes)
		return refuse_more(c, "bytes in its rows", c->what->max_bytes, e);
	if (!is_one_value(line, n))
		return err_set(e, ERR_INTERNAL, "a row that is not one value");
	c->n_rows++;
	value = value_of(line, &n);
	return collect_add_text(to, "value", value, n, e);
}
