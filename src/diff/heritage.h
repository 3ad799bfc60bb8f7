/* What a partition has of its parent, value by value: some CREATE TABLE … PARTITION OF
 * passes on, some it does not, and some is a partition's own by nature. */
#ifndef DIFF_HERITAGE_H
#define DIFF_HERITAGE_H

#include "catalog/kinds.h"

enum heritage {
	HERITAGE_PARENT,   /* the parent's, or none */
	HERITAGE_ALWAYS,   /* the parent's: none would deviate as well */
	HERITAGE_OWN,      /* a partition's own */
	HERITAGE_INDEX,    /* the name of an index, which each table has its own of */
	HERITAGE_IDENTITY, /* as well, or a word */
	HERITAGE_STORAGE,  /* a partition's own where the parent, which stores nothing,
			    * has none
			    */
	HERITAGE_SHARED    /* of the parent's the partition has the beginning */
};

struct heritage_rule {
	enum kind kind;
	const char *property;
	enum heritage rule;
	const char *as_new; /* what every new table has, or NULL */
};

/* The rule of a property; never NULL. */
const struct heritage_rule *heritage_rule(enum kind k, const char *property);
/* True if a value is the parent's, as far as it can be; NULL: not set. */
bool heritage_is_parents(
	const struct heritage_rule *r, const char *parents, const char *own);
/* True if a value is neither the parent's nor what a new table has. */
bool
heritage_deviates(const struct heritage_rule *r, const char *parents, const char *own);
/* True if a value is the name of an index, which each table has its own of. */
bool heritage_names_index(const struct heritage_rule *r, const char *value);

#endif
