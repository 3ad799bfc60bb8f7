/* See plain.h. */
#include "tests/unit/unit.h"

#include <string.h>

#include "tests/unit/base/plain.h"

static const char *
plainest(const struct declared_column *c)
{
	static const char *const values[] = {
		"f", "0", "x", "d41d8cd98f00b204e9800998ecf8427e"};

	if (c->null || c->only_where)
		return NULL;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		if (declared_fits(c->form, values[i]))
			return values[i];
	fail_msg("no value for %s", c->name);
	return NULL;
}

struct plain
plain_row(const struct declared *d)
{
	struct plain p = {.n = 0};

	for (const struct declared_column *c = d->columns; c->name; c++) {
		assert_true(p.n < PLAIN_COLUMNS);
		p.names[p.n] = c->name;
		p.cells[p.n++] = plainest(c);
	}
	return p;
}

void
plain_set(struct plain *p, const char *column, const char *value)
{
	size_t i = 0;

	while (i < p->n && strcmp(p->names[i], column))
		i++;
	assert_true(i < p->n);
	p->cells[i] = value;
}

struct rows
plain_rows(const struct plain *p)
{
	return (struct rows){1, p->n, p->names, p->cells};
}
