/* Answers as literals: a row that a statement can give, but for what is set. */
#ifndef TESTS_UNIT_BASE_PLAIN_H
#define TESTS_UNIT_BASE_PLAIN_H

#include "base/declared.h"

enum { PLAIN_COLUMNS = 40 };

struct plain {
	const char *names[PLAIN_COLUMNS];
	const char *cells[2 * PLAIN_COLUMNS]; /* room for a second row */
	size_t n;
};

/* NULL where that can be, else the plainest value of its form. */
struct plain plain_row(const struct declared *d);
/* There has to be such a column. */
void plain_set(struct plain *p, const char *column, const char *value);
/* Good as long as `p`. */
struct rows plain_rows(const struct plain *p);

#endif
