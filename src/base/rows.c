/* See rows.h. */
#include "base/rows.h"

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
rows_text(const struct rows *r, const char *name)
{
	int c = rows_column(r, name);
	const char *v = c < 0 || !r->n_rows ? NULL : rows_get(r, 0, (size_t)c);

	return v ? v : "";
}

bool
rows_true(const struct rows *r, const char *name)
{
	return *rows_text(r, name) == 't';
}
