/* Python's tokens: its lexical rules from 2.7 to 3.14, as far as they decide where a
 * statement begins and what is inside a string.  Rules: The Python Language
 * Reference, "Lexical analysis", and CPython's Parser/tokenizer.c. */
#ifndef MIGRATIONS_ALEMBIC_PYTOKEN_H
#define MIGRATIONS_ALEMBIC_PYTOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Over it a module is data, or an attack: some forty bytes are kept of each. */
enum { PYTOKEN_MAX = 1000000 };

enum pytoken_kind {
	PYTOKEN_NAME, /* keywords too */
	PYTOKEN_NUMBER,
	PYTOKEN_STRING, /* with prefix and quotes; pystring_decode() reads it */
	PYTOKEN_OP,
	PYTOKEN_ERROR, /* what stands in its place is no token */
	PYTOKEN_NEWLINE,
	PYTOKEN_INDENT,
	PYTOKEN_DEDENT,
	PYTOKEN_END
};

struct pytoken {
	enum pytoken_kind kind;
	unsigned line;
	const char *at; /* in the text that was scanned */
	size_t len;
	/* Between merge-conflict markers, or behind the first tag of a template. */
	bool conflict;
};

/* The tokens, and the first thing that Python refuses (`error` NULL: nothing).
 * Behind an error the scan goes on where one line can be told from the next. */
struct pytokens {
	struct pytoken *v; /* the last one is PYTOKEN_END */
	size_t n, cap;
	const char *error;
	unsigned error_line;
	bool loads;    /* Python takes it all the same: markers inside a string */
	bool too_many; /* the scan ended at PYTOKEN_MAX */
};

/* `text` ends with '\0', lines end with '\n'; it must outlive the tokens. */
void pytoken_scan(const char *text, struct pytokens *out);
void pytoken_free(struct pytokens *t);

static inline bool
pytoken_is(const struct pytoken *t, const char *text)
{
	size_t n = strlen(text);

	return t->len == n && (t->kind == PYTOKEN_NAME || t->kind == PYTOKEN_OP) &&
	       !memcmp(t->at, text, n);
}

/* Keep the earliest error; one is enough for Python. */
void pytoken_refuse(struct pytokens *t, const char *why, unsigned line);

#endif
