/* What an expression of an env.py is, where it can be told without running it. */
#ifndef BUILD_ENVVALUE_H
#define BUILD_ENVVALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "migrations/alembic/pytoken.h"

enum envvalue_what {
	ENV_UNBOUND, /* a name that nothing in the file binds */
	ENV_FOREIGN, /* whatever cannot be told */
	ENV_NOTHING, /* None, or what is empty as long as nobody says -x */
	ENV_PERHAPS, /* nothing, or the URL that we set */
	ENV_URL,     /* that we set */
	ENV_SECTION, /* of the ini, that Alembic was started with */
	ENV_SECTION_NAME,
	ENV_OPTIONS, /* a dictionary that is empty */
	ENV_ENGINE,  /* of such a URL or section, or a connection of it */
	ENV_PARAMETER,
	ENV_FUNCTION, /* of the file */
	ENV_CONFIG,
	ENV_CONTEXT,
	ENV_OS,
	ENV_ENVIRON,
	ENV_SQLALCHEMY,
	/* Methods and functions that others have: */
	ENV_GETENV,
	ENV_GET_OPTIONS,
	ENV_GET_OPTION,
	ENV_GET_MAIN,
	ENV_GET_SECTION,
	ENV_GET_SECTION_OPTION,
	ENV_GET_KEY,
	ENV_REPLACE,
	ENV_OF_CONFIG,
	ENV_OF_URL,
	ENV_OF_ENGINE,
	ENV_SAME_ENGINE
};

/* A file, and what was learned on the way. */
struct envvalue {
	const struct pytoken *v; /* ends with PYTOKEN_END */
	bool doubt;              /* it may go elsewhere */
	bool engine;             /* it makes one that goes where we say */
	size_t steps, depth;
	struct envvalue_frame *frames; /* names that are being looked for */
};

/* The value of the expression from `t` up to `end`.  All bindings of a name in the file
 * count, wherever they are: it is what all of them are. */
enum envvalue_what
envvalue_of(struct envvalue *e, const struct pytoken *t, const struct pytoken *end);
/* The value of the name, or bracket, at `t`, with all its attributes, calls and
 * subscripts; sets `doubt` where one of them leads elsewhere. */
enum envvalue_what envvalue_chain(struct envvalue *e, const struct pytoken *t);
/* True if it is the URL that we set, or fails. */
bool envvalue_is_url(enum envvalue_what what);
/* What is one or the other. */
enum envvalue_what envvalue_either(enum envvalue_what a, enum envvalue_what b);
enum envvalue_what
envvalue_attribute(enum envvalue_what of, const struct pytoken *name);

/* The `i`th argument of the call that opens at `open`, counted from 0, or the one of
 * that name (NULL: of none): where it begins, and its end in *end; NULL: there is none.
 */
const struct pytoken *envvalue_argument(const struct pytoken *open, size_t i,
	const char *name, const struct pytoken **end);
/* Where the expression at `t` ends: at a comma, a bracket or a line's end. */
const struct pytoken *envvalue_end(const struct pytoken *t);
const struct pytoken *envvalue_statement_end(const struct pytoken *t);
/* The first `word` that is in no bracket, or `end`. */
const struct pytoken *
envvalue_find(const struct pytoken *t, const struct pytoken *end, const char *word);
/* Behind the statement at `t`, with the block that hangs on it. */
const struct pytoken *envvalue_behind(const struct pytoken *t);
bool envvalue_string_is(const struct pytoken *t, const char *text);
bool envvalue_string_begins(const struct pytoken *t, const char *text);
bool envvalue_is_any(const struct pytoken *t, const char *const *words);

#endif
