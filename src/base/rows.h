/* A complete query result as plain data, so that nobody but pg/ needs libpq and
 * tests can write literals. */
#ifndef BASE_ROWS_H
#define BASE_ROWS_H

#include <stdbool.h>
#include <stddef.h>

struct rows {
	size_t n_rows, n_cols;
	const char *const *names; /* n_cols */
	const char *const *cells; /* n_rows * n_cols, row by row; NULL is SQL NULL */
};

static inline const char *
rows_get(const struct rows *r, size_t row, size_t col)
{
	return r->cells[row * r->n_cols + col];
}

/* The column of that name, or -1. */
int rows_column(const struct rows *r, const char *name);
/* Of an answer that has that column and one row, as declared (declared.h): what is in
 * it, or NULL; the same with "" for NULL; whether it is true. */
const char *rows_value(const struct rows *r, const char *name);
const char *rows_text(const struct rows *r, const char *name);
bool rows_true(const struct rows *r, const char *name);

#endif
