/* Lists of privileges as the statements print them, "anon: INSERT, SELECT*; PUBLIC:
 * ALL": names quoted as quote_ident() would, * for the grant option, ALL for all that
 * there are of the class, DEFAULT for what everybody may in schema public of a new
 * database; "none" is no entry.  The owner, OWNER, has ALL unless the list says
 * otherwise. */
#ifndef CATALOG_PRIVILEGES_H
#define CATALOG_PRIVILEGES_H

#include "catalog/snapshot.h"

/* What privileges there are on one class of objects. */
struct privileges_class {
	const char *all;     /* their names, as in a list */
	const char *implied; /* the list of an object that has none of its own: what the
			      * server gives to everybody, or "none" */
	bool owned;          /* the owner has ALL where the list does not name it */
};

/* Of a grant, a default privilege or the database; never NULL. */
const struct privileges_class *privileges_class(const struct object *o);

/* The list of an object of that kind, and where it has none, with the rest as it is,
 * what it has all the same: what the server gives, or the extension that it is a member
 * of. */
const char *privileges_list(const struct object *o);
const char *privileges_implied(const struct object *o);

/* Append what `to` lacks of `from`, an item a grantee: "anon: INSERT". */
void privileges_lost(const struct privileges_class *k, const char *from, const char *to,
	struct strvec *out);
/* Whether anybody has something in both, but not the same. */
bool privileges_differ_within(
	const struct privileges_class *k, const char *from, const char *to);
/* Whether anybody may do less with `to`: what a grantee lost may be PUBLIC's as well.
 */
bool
privileges_reduced(const struct privileges_class *k, const char *from, const char *to);

/* The length of the name at `s`, quoted or not. */
size_t privileges_name_length(const char *s);

#endif
