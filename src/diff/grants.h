/* Privileges, told by grantee.  An object without a list of its own has one all the
 * same, the server's: a list that only one side has is held against that. */
#ifndef DIFF_GRANTS_H
#define DIFF_GRANTS_H

#include "diff/comparison.h"

bool grants_are(enum kind k);
/* Note what a list that `side` alone has makes of the server's: `missing` where
 * grantees are gone, `unexpected` where there are more, else a change of it. */
void grants_note_alone(struct comparison *c, enum side side, const struct object *o);
/* Put what is missing and unexpected of a change, by grantee, into `f`; the texts live
 * as long as the diff. */
void grants_tell(struct comparison *c, const struct object *o, struct finding *f);

#endif
