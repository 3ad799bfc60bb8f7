/* Names that PostgreSQL makes up for what is created without one: t_a_key, t_a_check1,
 * t_pkey, t_id_seq.  They depend on what the table was called, and what else it had, at
 * that time. */
#ifndef DIFF_GENERATED_H
#define DIFF_GENERATED_H

#include "catalog/snapshot.h"

enum generated {
	GENERATED_NOT,  /* somebody chose it, or nothing is known of it */
	GENERATED_ONCE, /* it has the form, of a table or columns with another name */
	GENERATED_NOW   /* the server would give it that name, with or without a number
			 */
};

/* Of a constraint, index, owned sequence or statistics object of `s`. */
enum generated generated_name(const struct snapshot *s, const struct object *o);

#endif
