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
