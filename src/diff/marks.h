/* Two texts side by side, with what differs marked within the lines.  Pure. */
#ifndef DIFF_MARKS_H
#define DIFF_MARKS_H

#include <stddef.h>

enum mark { MARK_SAME, MARK_EXPECTED, MARK_FOUND };

/* A stretch of a row: of both texts, or of one of them alone.  It is not terminated,
 * holds whole characters of UTF-8, and the line end where there is one. */
struct marks_piece {
	enum mark mark;
	const char *text;
	size_t length;
};

enum marks_row_type {
	MARKS_SAME,
	MARKS_CHANGED, /* a line of either, of which something is the same */
	MARKS_OTHER    /* a line of one, or a line of either with nothing in common */
};

/* What stands beside one another. */
struct marks_row {
	enum marks_row_type type;
	size_t number[2]; /* of the line, expected and found, from 1; 0: there is none
			   */
	size_t first, n;  /* of its pieces */
};

/* In reading order: the pieces but those of MARK_FOUND are the expected text, those but
 * MARK_EXPECTED the one found.  They point into both. */
struct marks {
	struct marks_row *rows;
	size_t n_rows, cap_rows;
	struct marks_piece *pieces;
	size_t n_pieces, cap_pieces;
};

/* Steps of `effort` that are enough for a page; a few milliseconds. */
enum { MARKS_EFFORT = 2000000 };

/* Fill zeroed marks.  `*effort` is used up, and may be shared by several: with little
 * of it left what is marked is more than what differs, and in the end whole lines. */
void marks_compare(
	const char *expected, const char *found, size_t *effort, struct marks *out);
void marks_free(struct marks *m);

#endif
