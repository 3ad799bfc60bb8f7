/* What a recorded row that is no revision was most likely meant to be: rows are written
 * by hand, by scripts that read a file name, and into columns that pad. */
#ifndef MIGRATIONS_LIKENESS_H
#define MIGRATIONS_LIKENESS_H

#include "base/strbuf.h"
#include "migrations/migrations.h"

/* How it differs from the id; several at once are possible. */
enum likeness_way {
	LIKENESS_UNSEEN = 1,      /* blanks or control characters more */
	LIKENESS_QUOTED = 2,      /* in quotes */
	LIKENESS_FILE = 4,        /* the name of the revision's file */
	LIKENESS_CASE = 8,        /* in other case */
	LIKENESS_ABBREVIATED = 16 /* only the beginning of the id */
};

struct likeness {
	const struct revision *revision; /* of `h` */
	unsigned ways;
};

/* False if `row` is a revision of `h`, or resembles none, or several. */
bool likeness_find(const struct migrations *h, const char *row, struct likeness *out);
/* Append "padded with blanks or control characters and in other case". */
void likeness_say(struct strbuf *out, const struct likeness *l);

#endif
