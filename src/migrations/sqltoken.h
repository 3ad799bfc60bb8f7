/* Tokens of SQL text as PostgreSQL's scanner makes them, as far as they tell where a
 * statement begins and which names it holds. */
#ifndef MIGRATIONS_SQLTOKEN_H
#define MIGRATIONS_SQLTOKEN_H

#include <stdbool.h>
#include <stddef.h>

enum sqltoken_kind {
	SQLTOKEN_WORD,   /* folded to lower case: a keyword or a name */
	SQLTOKEN_QUOTED, /* "name", without its quotes */
	SQLTOKEN_STRING, /* its content, also that between dollar quotes */
	SQLTOKEN_OTHER,  /* one character */
	SQLTOKEN_END
};

struct sqltoken {
	enum sqltoken_kind kind;
	char *text;     /* OTHER: one character; END: "" */
	unsigned depth; /* of parentheses around it */
};

struct sqltokens {
	struct sqltoken *v; /* the last one is SQLTOKEN_END */
	size_t n, cap;
};

void sqltoken_scan(const char *sql, struct sqltokens *out);
void sqltoken_free(struct sqltokens *t);
/* An unquoted word or a single character. */
bool sqltoken_is(const struct sqltoken *t, const char *text);

#endif
