/* What a name of an env.py stands for: what all that bind it say. */
#ifndef BUILD_ENVNAME_H
#define BUILD_ENVNAME_H

#include "build/envvalue.h"

/* ENV_UNBOUND where nothing in the file binds the name at `name`.  Where a name is made
 * of itself, that is what was said of it before. */
enum envvalue_what envname_value(struct envvalue *e, const struct pytoken *name);

#endif
