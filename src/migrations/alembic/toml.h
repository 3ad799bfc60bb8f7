/* The table [tool.alembic] of a pyproject.toml: its strings, string arrays and
 * booleans.  What else a TOML file may hold is passed over. */
#ifndef MIGRATIONS_ALEMBIC_TOML_H
#define MIGRATIONS_ALEMBIC_TOML_H

#include "base/strbuf.h"

struct toml_value {
	char *key;
	struct strvec items; /* a boolean is the text "true" or "false" */
	bool array;
};

struct toml {
	bool found; /* there is such a table */
	struct toml_value *v;
	size_t n, cap;
};

/* Never fails: a value of another kind is left out. */
void toml_parse(const char *text, struct toml *out);
void toml_free(struct toml *t);
const struct toml_value *toml_get(const struct toml *t, const char *key);

#endif
