/* What a statement can give, as data: anything else was damaged on its way or comes
 * from something that is no PostgreSQL, and is no fact. */
#ifndef BASE_DECLARED_H
#define BASE_DECLARED_H

#include "base/err.h"
#include "base/rows.h"

/* The form of a value: one of these, or all the words that it can be with '|' between;
 * NULL: any text. */
#define FORM_NUMBER "#n"  /* as int8 and float4 are printed */
#define FORM_INTEGER "#i" /* as int8 is */
#define FORM_NATURAL "#u" /* that has no sign: an oid, a count, bytes */
#define FORM_LETTER "#c"  /* one letter */
#define FORM_NAME "#t"    /* any text but the empty one */
#define FORM_MD5 "#h"     /* 32 hexadecimal digits */
#define FORM_BOOL "t|f"

struct declared_column {
	const char *name;
	const char *form;
	bool null; /* it can be */
	/* A column of FORM_BOOL: this one is NULL where that is f, and there only.
	 * NULL: it depends on none. */
	const char *only_where;
};

struct declared {
	/* All of them, in their order; ends with a NULL name.  NULL: who reads the rows
	 * looks himself. */
	const struct declared_column *columns;
	size_t min_rows, max_rows; /* 0 for `max_rows`: any number */
};

bool declared_fits(const char *form, const char *value);
/* As declared_check() of one value, whatever other columns hold. */
bool declared_check_value(const struct declared_column *c, const char *value,
	const char *statement, struct err *e) MUST_CHECK;
/* False unless the answer `r` to `statement` ("statement 1 (server)") is one of those
 * that it can give: ERR_INTERNAL, which names statement and column, and what came. */
bool declared_check(const struct rows *r, const struct declared *d,
	const char *statement, struct err *e) MUST_CHECK;

#endif
