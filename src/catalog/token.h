/* SQL text that a server printed, cut into tokens. */
#ifndef CATALOG_TOKEN_H
#define CATALOG_TOKEN_H

#include "base/strbuf.h"

enum token_type {
	TOKEN_SPACE,
	TOKEN_WORD,    /* a name, a number, a key word */
	TOKEN_QUOTED,  /* "a name" */
	TOKEN_LITERAL, /* 'text', E'text' */
	TOKEN_OTHER    /* one character, or :: */
};

struct token {
	enum token_type type;
	const char *s; /* in the text, n bytes */
	size_t n;
	size_t match; /* of a bracket: where its partner is; else 0 */
	bool drop;    /* for the caller; false at first */
};

/* Zero-initialise; free with tokens_free(). */
struct tokens {
	struct token *v;
	size_t n, cap;
};

/* Append the tokens of `in`, which has to outlive them, and match ( ) and [ ]. */
void tokens_read(struct tokens *t, const char *in);
void tokens_free(struct tokens *t);
/* True if there is a token `i`, and it is that. */
bool tokens_is(const struct tokens *t, size_t i, const char *what);
/* Append the name that it is, without quotes. */
void token_name(const struct token *k, struct strbuf *out);

#endif
