/* See facts.h. */
#include "monitor/facts.h"

#include <stdlib.h>

#include "base/mem.h"

struct facts *
facts_copy(const struct facts *f)
{
	struct facts *copy = xmalloc(sizeof *copy);

	*copy = *f;
	copy->recorded = (struct strvec){0};
	strvec_copy(&copy->recorded, &f->recorded);
	copy->snapshot = f->snapshot ? snapshot_ref(f->snapshot) : NULL;
	copy->probe = xstrdup_null(f->probe);
	version_copy(&copy->version, &f->version);
	return copy;
}

void
facts_free(struct facts *f)
{
	if (!f)
		return;
	strvec_free(&f->recorded);
	snapshot_unref(f->snapshot);
	version_fini(&f->version);
	free(f->probe);
	free(f);
}
