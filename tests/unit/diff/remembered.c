#include "tests/unit/diff/remembered.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tests/unit/catalog/literal.h"

int
remembered_setup(void **state)
{
	struct remembered *r = xcalloc(1, sizeof *r);

	r->memo = memo_new();
	r->a = library_keep(memo_library(r->memo),
		CATALOG("table public/t", "table public/u", "table public/v"));
	r->b = library_keep(memo_library(r->memo), CATALOG("table public/t"));
	*state = r;
	return 0;
}

int
remembered_teardown(void **state)
{
	struct remembered *r = *state;

	snapshot_unref(r->a);
	snapshot_unref(r->b);
	memo_free(r->memo);
	free(r);
	return 0;
}
