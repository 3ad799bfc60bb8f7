/* See declared.h. */
#include "base/declared.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* No number that is meant is longer than one of 64 bits. */
enum { MAX_DIGITS = 20, MD5_LENGTH = 32, SHOWN = 60 };

/* ---- One value ---- */

static bool
is_one_of(const char *words, const char *value)
{
	size_t n = strlen(value);

	for (;;) {
		size_t word = strcspn(words, "|");

		if (word == n && !memcmp(words, value, n))
			return true;
		if (!words[word])
			return false;
		words += word + 1;
	}
}

static bool
is_number(const char *value)
{
	size_t n = strspn(value, "+-.0123456789e");
	char *end;

	if (!strcmp(value, "Infinity"))
		return true;
	if (!n || value[n])
		return false;
	strtod(value, &end);
	return end == value + n;
}

static bool
is_natural(const char *value)
{
	size_t n = strspn(value, "0123456789");

	return n && n <= MAX_DIGITS && !value[n];
}

static bool
is_letter(const char *value)
{
	return strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
		       1 &&
	       !value[1];
}

static bool
is_md5(const char *value)
{
	return strspn(value, "0123456789abcdef") == MD5_LENGTH && !value[MD5_LENGTH];
}

bool
declared_fits(const char *form, const char *value)
{
	if (!form)
		return true;
	if (*form != '#')
		return is_one_of(form, value);
	switch (form[1]) {
	case 'n':
		return is_number(value);
	case 'i':
		return is_natural(*value == '-' ? value + 1 : value);
	case 'u':
		return is_natural(value);
	case 'c':
		return is_letter(value);
	case 'h':
		return is_md5(value);
	default:
		return *value != '\0';
	}
}

/* ---- An answer ---- */

static bool
check_columns(const struct rows *r, const struct declared_column *columns,
	const char *statement, struct err *e)
{
	size_t n = 0;
	char *shown;

	while (columns[n].name && n < r->n_cols &&
		!strcmp(r->names[n], columns[n].name))
		n++;
	if (n == r->n_cols && !columns[n].name)
		return true;
	if (n == r->n_cols)
		return err_set(e, ERR_INTERNAL,
			"the server answered %s without the column %s, which cannot be",
			statement, columns[n].name);
	shown = text_line(r->names[n], SHOWN);
	err_set(e, ERR_INTERNAL,
		"the server answered %s with a column \"%s\"%s%s, which cannot be",
		statement, shown, columns[n].name ? " in the place of " : "",
		columns[n].name ? columns[n].name : "");
	free(shown);
	return false;
}

static bool
check_count(const struct rows *r, const struct declared *d, const char *statement,
	struct err *e)
{
	bool few = r->n_rows < d->min_rows;

	if (!few && (!d->max_rows || r->n_rows <= d->max_rows))
		return true;
	return err_set(e, ERR_INTERNAL,
		"the server answered %s with %zu row%s instead of %s%zu", statement,
		r->n_rows, r->n_rows == 1 ? "" : "s",
		d->min_rows == d->max_rows ? ""
		: few                      ? "at least "
					   : "at most ",
		few ? d->min_rows : d->max_rows);
}

/* Which depends on which is part of the declaration, so the column is there. */
static bool
is_true(const struct rows *r, size_t row, const char *column)
{
	int c = rows_column(r, column);
	const char *value;

	assert(c >= 0);
	value = rows_get(r, row, (size_t)c);
	return value && *value == 't';
}

/* Returns false. */
static bool
refuse(const struct declared_column *c, const char *value, const char *statement,
	struct err *e)
{
	char *shown = value ? text_line(value, SHOWN) : NULL;
	const char *quote = value ? "\"" : "";

	err_set(e, ERR_INTERNAL,
		"the server answered %s with %s%s%s for %s, which cannot be", statement,
		quote, value ? shown : "NULL", quote, c->name);
	free(shown);
	return false;
}

bool
declared_check_value(const struct declared_column *c, const char *value,
	const char *statement, struct err *e)
{
	bool can_be = value ? declared_fits(c->form, value) : c->null || c->only_where;

	return can_be || refuse(c, value, statement, e);
}

static bool
check_row(const struct rows *r, size_t row, const struct declared_column *columns,
	const char *statement, struct err *e)
{
	for (size_t i = 0; columns[i].name; i++) {
		const struct declared_column *c = &columns[i];
		const char *value = rows_get(r, row, i);

		if (!declared_check_value(c, value, statement, e))
			return false;
		if (c->only_where && is_true(r, row, c->only_where) != !!value)
			return refuse(c, value, statement, e);
	}
	return true;
}

bool
declared_check(const struct rows *r, const struct declared *d, const char *statement,
	struct err *e)
{
	if (d->columns && !check_columns(r, d->columns, statement, e))
		return false;
	if (!check_count(r, d, statement, e))
		return false;
	for (size_t row = 0; d->columns && row < r->n_rows; row++)
		if (!check_row(r, row, d->columns, statement, e))
			return false;
	return true;
}
