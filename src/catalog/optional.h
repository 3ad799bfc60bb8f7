/* Kinds that need not be asked for, since the probe says that there is none of them. */
#ifndef CATALOG_OPTIONAL_H
#define CATALOG_OPTIONAL_H

#include "catalog/kinds.h"

/* True if there is no object of that kind where a probe says that (its `parts`, see
 * checksql.h). */
bool optional_has_none(enum kind k, const char *parts);

#endif
