/* Reading again only what something was added to.
 *
 * The probe says by catalog what has moved.  Where all that moved are catalogs in which
 * rows were only added, whatever was read before says what it said, but for relations
 * that have something new and those that depend on them: no row that a text may take a
 * name from has changed or gone.  HACKING.md has the argument.  In any other case all
 * is read again. */
#ifndef CATALOG_ADDED_H
#define CATALOG_ADDED_H

#include "base/rows.h"
#include "catalog/snapshot.h"

/* What was added between two probes. */
struct added;

/* Append the statement that asks what was: its one parameter is added_horizon(). False:
 * all has to be read again.  `before` and `now` are parts of probes (checksql.h). */
bool added_ask(const char *before, const char *now, int server_version_num,
	struct strbuf *out);
/* False where so many transactions lie between the horizons of two probes that ages can
 * not be told from one another any more, or `now` comes first: then all has to be read
 * again. */
bool added_is_near(const char *horizon, const char *now);
/* Its parameter, by the horizon of the probe before. */
void added_horizon(const char *horizon, char parameter[static 16]);
/* Take the answer; `last` is what was read before, and has to stay.  NULL with
 * ERR_NONE: all has to be read again. */
struct added *added_take(const struct rows *r, const char *before, const char *now,
	const struct snapshot *last, struct err *e);
void added_free(struct added *a); /* NULL is fine */

/* Whether objects of that kind are to be read, of the relations below or all. */
bool added_reads(const struct added *a, enum kind k);
/* Text of an oid[]: what kinds that are known by relations are to be read of. */
const char *added_relations(const struct added *a);
/* Whether an object of `last` stays. */
bool added_keeps(const struct added *a, const struct object *o);

#endif
