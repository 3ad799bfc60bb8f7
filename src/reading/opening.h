/* What a check begins with: one query that asks what server it is, for the change probe
 * and for the version table; and for the rows of that, where it is likely to be what it
 * was last time. */
#ifndef READING_OPENING_H
#define READING_OPENING_H

#include "base/arena.h"
#include "pg/session.h"
#include "reading/facts.h"

enum position_asked {
	POSITION_NONE,  /* it was refused */
	POSITION_LAST,  /* of a primary: what was seen is no younger than its log there
			 */
	POSITION_FIRST, /* of a standby: it is no older, so a transaction before */
};

struct opening {
	const char *setup;
	const char *name[2];  /* of the version table: its schema and its own */
	const char *recorded; /* its rows are asked for, too: it, quoted; or NULL */
	bool only_still; /* ask for nothing but whether nothing at all was written; */
	bool only_same;  /* … or whether nothing of this was, where others write */
	char *still;     /* what it said as the probe was asked for; or NULL */
	bool has_probe;  /* it was asked for, and is another than last time */
	struct facts *again; /* a copy of last time's, the caller's; or NULL */
	struct pg_statement probe;
	enum position_asked position;
};

/* What came of it; NULL what was not asked for. */
struct opening_answer {
	const struct rows *recorded, *still, *info, *probe, *version, *standing,
		*position;
};

/* Choose what to ask of `table` (the version table, quoted) and of the position in the
 * log, from what was found last time (or NULL). */
void opening_guess(struct opening *x, const char *table, const struct facts *last);
/* The script; the rows of the version table come before what is said of it, so that
 * what holds its lock stays as it is found.  Lives in `a`, borrows from `x`; its
 * timeout is the caller's. */
struct pg_script opening_script(struct arena *a, const struct opening *x);
struct opening_answer
opening_answer(const struct opening *x, const struct pg_results *res);
/* It ended in this error: leave out what may be the reason and can be done without.
 * False: nothing is left of that. */
bool opening_ask_less(struct opening *x, const struct err *e);
/* Take the position in the log, once it is known whether it is a standby. */
void opening_take_position(
	struct facts *f, const struct opening *x, const struct opening_answer *a);
/* Take what would show next time that nothing was written since. */
void
opening_take_still(struct facts *f, struct opening *x, const struct opening_answer *a);
/* The probe as it is to be asked for from now on; lives in `a`. */
struct pg_statement
opening_next_probe(const struct opening *x, struct arena *a, const struct facts *f);
/* True if it asks for no more than whether all is as it was. */
bool opening_asks_less(const struct opening *x);
/* The answer to `only_still` or `only_same`, which end with it: hand over what was
 * found last time if nothing was written, locked or recorded since; else NULL, and `f`
 * takes what the probe says, if that is another. */
struct facts *
opening_take_again(struct opening *x, const struct opening_answer *a, struct facts *f);
/* True if the rows of the version table are those of last time. */
bool opening_found_again(const struct opening *x, const struct facts *f);
/* Take the rows of the version table, all else of which is known.  False if they are
 * not those of the snapshot. */
bool opening_take_recorded(struct facts *f, const struct opening_answer *a);

#endif
