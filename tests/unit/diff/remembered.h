/* Two catalogs that are kept, and a memo that knows nothing of them yet. */
#ifndef TESTS_UNIT_DIFF_REMEMBERED_H
#define TESTS_UNIT_DIFF_REMEMBERED_H

#include "diff/memo.h"

struct remembered {
	struct memo *memo;
	struct snapshot *a, *b; /* tables t, u and v of public; t alone */
};

int remembered_setup(void **state);
int remembered_teardown(void **state);

#endif
