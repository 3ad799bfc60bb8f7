/* An expression as the words that matter when it is held against another one. */
#ifndef DIFF_WORDS_H
#define DIFF_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum word_type {
	WORD_NAME, /* without quotes where it needs none */
	WORD_TEXT, /* a key word, literal, number, operator, comma, … */
	WORD_DOT,
	WORD_OPEN,        /* ( */
	WORD_CLOSE,       /* ) */
	WORD_CAST,        /* the type, without :: */
	WORD_ARGUMENT_END /* REWRITE_ARGUMENT_END */
};

struct word {
	enum word_type type;
	const char *s; /* in the text, n bytes */
	size_t n;
};

struct words {
	struct word *v;
	size_t n, cap;
};

/* Append the words of `in`, which has to outlive them.  Brackets around one operand,
 * `(a)` or `((x)::text)`, say nothing and are left out. */
void words_read(struct words *w, const char *in);
void words_free(struct words *w);
bool words_same(const struct word *a, const struct word *b);
/* True if word `i` is a name in front of a dot. */
bool words_qualifier(const struct words *w, size_t i);

#endif
