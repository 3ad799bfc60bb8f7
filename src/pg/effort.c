/* See effort.h. */
#include "pg/effort.h"

/* A hundred times what rows take, and something to begin with. */
enum { FREE_US = 60000, US_PER_BYTE = 1, US_PER_ANSWER = 50 };

/* What one turn counts at most: a machine that was put to sleep in its middle counts
 * that as work. */
enum { TURN_MOST_US = 40000 };

void
effort_add(struct effort *f, int64_t us)
{
	f->spent_us += us < TURN_MOST_US ? us : TURN_MOST_US;
}

bool
effort_is_too_much(const struct effort *f, int64_t bytes)
{
	return f->spent_us >
	       FREE_US + bytes * US_PER_BYTE + f->n_answers * US_PER_ANSWER;
}
