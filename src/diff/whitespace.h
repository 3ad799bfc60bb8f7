/* Texts that differ in nothing but white space. */
#ifndef DIFF_WHITESPACE_H
#define DIFF_WHITESPACE_H

#include <stdbool.h>

/* True if two bodies of a routine are the same but for white space that means nothing
 * in its language.  Of SQL and PL/pgSQL that is all between tokens; of any other, whose
 * indentation may mean something, line ends, blanks before them, and empty lines.  What
 * is in string literals counts. */
bool whitespace_same_body(const char *language, const char *a, const char *b);

/* What kind of white space is all that two texts differ in, as a note for people; NULL
 * if there is more.  Constant text. */
const char *whitespace_note(const char *a, const char *b);

#endif
