/* What of two sequences is not in both, as a shortest edit script has it.  Pure. */
#ifndef DIFF_SCRIPT_H
#define DIFF_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of each of two sequences its elements, as numbers that are equal where those are, and
 * for each whether it is left over: whoever asks gives the room.  What is not left over
 * is the same in both, in the same order. */
struct script_side {
	const uint32_t *v;
	size_t n;
	bool *alone;
};

/* Fill `alone` of both.  Takes memory for as many numbers as both have elements, and
 * steps of `*effort`, which whoever asks for several may share among them: as they run
 * short the result is longer than the shortest, and once none is left what is between
 * the common beginning and end is left over as a whole. */
void script_make(struct script_side *a, struct script_side *b, size_t *effort);

/* Numbers for texts, which have to stay: two are equal only where the texts are, and
 * but for texts that somebody chose to hinder that, wherever they are. */
struct script_numbers;
struct script_numbers *script_numbers_new(void);
uint32_t script_number(struct script_numbers *s, const char *text, size_t length);
void script_numbers_free(struct script_numbers *s); /* NULL is fine */

#endif
