/* From a finding back to an ignore rule. */
#ifndef CATALOG_RULE_H
#define CATALOG_RULE_H

#include "base/strbuf.h"
#include "catalog/kinds.h"

/* Append the rule, without a line's end, that hides a finding on that object: `kind`,
 * `on`, `name` and `property` (NULL: the whole object) are the finding's.  A character
 * that no rule can have in a line is matched by `?`. */
void rule_write(enum kind kind, enum kind on, const char *name, const char *property,
	struct strbuf *out);

#endif
