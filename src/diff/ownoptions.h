/* Options of a comparison, with all that they point at: configuration and facts may be
 * gone before a thread is done, so nothing of these is borrowed. */
#ifndef DIFF_OWNOPTIONS_H
#define DIFF_OWNOPTIONS_H

#include "diff/finding.h"

struct own_options {
	struct compare_options options; /* points into what follows: not to be moved */
	struct strvec schemas, expected_schemas, role_map, schema_map;
	struct instance instance[2];
	struct ignore_rules *ignore;
	char *version_schema, *version_table;
};

/* Fills zeroed `own` with copies; of the rules it has a reference. */
void own_options_take(struct own_options *own, const struct compare_options *o);
/* Where the rules are at home, not in a thread. */
void own_options_fini(struct own_options *own);

#endif
