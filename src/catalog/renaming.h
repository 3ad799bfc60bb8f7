/* Names of schemas replaced in the texts of a catalog, wherever they qualify. */
#ifndef CATALOG_RENAMING_H
#define CATALOG_RENAMING_H

#include "base/strbuf.h"

/* from[i] becomes to[i]; raw names, each once on either side.  Zero-initialise. */
struct renaming {
	struct strvec from, to;
};

void renaming_free(struct renaming *r);

/* What stands in place of a name: itself if nothing does. */
const char *renaming_of(const struct renaming *r, const char *name);

/* Append `text`, which a server printed, with names replaced that qualify another one
 * (`tenant.t`, `"Tenant".f(x)`), also in literals that are cast to a type like
 * regclass; no others, not part of a name, and no column, alias or table that goes by
 * the name of a schema, as far as that can be told. */
void renaming_printed(const struct renaming *r, const char *text, struct strbuf *out);

/* The same for a text that names no column before a dot: then a table, type or argument
 * that goes by the name of its schema is no reason for doubt. */
void renaming_names(const struct renaming *r, const char *text, struct strbuf *out);

/* The same for a text that somebody wrote, the body of a routine: there they are
 * replaced in string literals and comments as well, and in what search_path is set to,
 * bare ones too.  In `folded` languages (SQL, PL/pgSQL) names without quotes are of any
 * case. */
void renaming_written(
	const struct renaming *r, const char *text, bool folded, struct strbuf *out);

/* A value of search_path: a list of names. */
void renaming_path(const struct renaming *r, const char *text, struct strbuf *out);
/* "NAME=VALUE, NAME=VALUE" of parameters, of which search_path is a list of names. */
void renaming_settings(const struct renaming *r, const char *text, struct strbuf *out);
/* String literals between commas, as arguments of a trigger are: replaced in one that
 * is a qualified name and nothing more. */
void renaming_literals(const struct renaming *r, const char *text, struct strbuf *out);

#endif
