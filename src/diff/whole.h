/* A whole object in one text, for expected or found of a missing one. */
#ifndef DIFF_WHOLE_H
#define DIFF_WHOLE_H

#include "catalog/snapshot.h"

/* Append object_show() with what is in `shown`; of a relation that has columns of its
 * own, first a line with these: "columns: id integer not null, name text". */
void whole_show(const struct snapshot *s, const struct object *o, uint64_t shown,
	struct strbuf *out);

#endif
