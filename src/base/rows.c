/* See rows.h. */
#include "base/rows.h"

#include <assert.h>
#include <string.h>

int
rows_column(const struct rows *r, const char *name)
{
	for (size_t i = 0; i < r->n_cols; i++)
		if (!strcmp(r->names[i], name))
			return (int)i;
	return -1;
}

const char *
rows_value(const struct rows *r, const char *name)
{
	int c = rows_column(r, name);

	assert(c >= 0 && r->n_rows == 1);
	return rows_get(r, 0, (size_t)c);
}

const char *
rows_text(const struct rows *r, const char *name)
{
	const char *v = rows_value(r, name);

	return v ? v : "";
}

bool
rows_true(const struct rows *r, const char *name)
{
	return *rows_text(r, name) == 't';
}
