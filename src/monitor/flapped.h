/* What comes and goes, as a part of what is known of an environment. */
#ifndef MONITOR_FLAPPED_H
#define MONITOR_FLAPPED_H

#include "base/json.h"
#include "monitor/flapping.h"

/* Add it to `o`, with how long those of `c` have been there; nothing where nothing has
 * come and gone lately, so that the text stays the same. */
void flapped_write(cJSON *o, const struct flapping *f, const struct confirmation *c);
/* The opposite; `f` is zeroed. */
void flapped_read(const cJSON *o, struct flapping *f, struct confirmation *c);

#endif
