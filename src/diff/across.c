/* A server prints an expression from its tree, and each major version has other words
 * for some: `timezone('UTC', x)` or `x AT TIME ZONE 'UTC'`, a column with or without
 * the name of its table.  So a text that differs across majors may be the same
 * expression, and whether it is cannot be told without a parser of each version.  What
 * is around the expressions can be told, and is compared here: how many items a list
 * has, the names in it, what follows an expression. */
#include "diff/across.h"

#include <string.h>

#include "base/strbuf.h"
#include "diff/items.h"

enum { MAJOR = 10000, UNQUALIFIED_SINCE = 160000 };

bool
across_same_major(int expected, int found)
{
	return expected / MAJOR == found / MAJOR;
}

static bool
on_both_sides_of(int line, const int version[static 2])
{
	return (version[0] < line) != (version[1] < line);
}

/* ---- Expressions ---- */

/* What is left of both without the qualifiers that only one server prints. */
static bool
same_unqualified(const char *expected, const char *found)
{
	struct strbuf a = {0}, b = {0};
	bool same;

	canon_apply(CANON_UNQUALIFIED, expected, &a);
	canon_apply(CANON_UNQUALIFIED, found, &b);
	same = !strcmp(a.s, b.s);
	strbuf_free(&a);
	strbuf_free(&b);
	return same;
}

static enum across
compare_expressions(
	const int version[static 2], const char *expected, const char *found)
{
	if (on_both_sides_of(UNQUALIFIED_SINCE, version) &&
		same_unqualified(expected, found))
		return ACROSS_SAME;
	return ACROSS_UNKNOWN;
}

/* ---- Items ---- */

/* Where the quoted name or literal that begins at `s` ends. */
static const char *
quoted_end(const char *s)
{
	const char *end = strchr(s + 1, *s);

	return end ? end + 1 : s + strlen(s);
}

/* Behind the parenthesis that `open` opens. */
static const char *
closed(const char *open)
{
	const char *s = open;
	int depth = 0;

	while (*s) {
		if (*s == '\'' || *s == '"') {
			s = quoted_end(s);
			continue;
		}
		depth += (*s == '(') - (*s == ')');
		s++;
		if (!depth)
			break;
	}
	return s;
}

/* The parenthesis of a call or of an expression, neither of which has a blank before
 * it as a list of names has; or what introduces an expression; or the end. */
static const char *
expression_start(const char *item)
{
	const char *s = item;

	while (*s) {
		if (*s == '\'' || *s == '"') {
			s = quoted_end(s);
			continue;
		}
		if ((*s == '(' && (s == item || s[-1] != ' ')) ||
			!strncmp(s, " DEFAULT ", strlen(" DEFAULT ")) ||
			!strncmp(s, " WHERE ", strlen(" WHERE ")))
			return s;
		s++;
	}
	return s;
}

/* Append what is around the expression of an item; false if it has none. */
static bool
add_structure(const char *item, struct strbuf *out)
{
	const char *start = expression_start(item), *word = start;

	if (*start == '(')
		while (word > item && word[-1] != ' ')
			word--;
	strbuf_addn(out, item, (size_t)(word - item));
	if (*start == '(')
		strbuf_printf(out, "(…)%s", closed(start));
	else if (*start)
		strbuf_addn(out, start, strlen(" W"));
	return *start;
}

static enum across
compare_item(const char *expected, const char *found)
{
	struct strbuf a = {0}, b = {0};
	enum across result = ACROSS_DIFFERENT;

	if (!strcmp(expected, found))
		return ACROSS_SAME;
	if (add_structure(expected, &a) && add_structure(found, &b) &&
		!strcmp(a.s, b.s))
		result = ACROSS_UNKNOWN;
	strbuf_free(&a);
	strbuf_free(&b);
	return result;
}

static enum across
compare_items(const char *expected, const char *found)
{
	struct strvec a = {0}, b = {0};
	enum across result = ACROSS_DIFFERENT;

	items_split(expected, &a);
	items_split(found, &b);
	if (a.n == b.n)
		result = ACROSS_SAME;
	for (size_t i = 0; i < a.n && result != ACROSS_DIFFERENT; i++) {
		enum across one = compare_item(a.v[i], b.v[i]);

		if (one != ACROSS_SAME)
			result = one;
	}
	strvec_free(&a);
	strvec_free(&b);
	return result;
}

enum across
across_compare(const struct property *p, const int version[static 2],
	const char *expected, const char *found)
{
	if (expected && found ? !strcmp(expected, found) : expected == found)
		return ACROSS_SAME;
	if (across_same_major(version[0], version[1]))
		return ACROSS_DIFFERENT;
	if (p->canon == CANON_OF_VERSION)
		return ACROSS_UNKNOWN;
	if (!expected || !found)
		return ACROSS_DIFFERENT;
	if (p->canon == CANON_EXPRESSION)
		return compare_expressions(version, expected, found);
	if (p->canon == CANON_ITEMS)
		return compare_items(expected, found);
	return ACROSS_DIFFERENT;
}
