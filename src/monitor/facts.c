/* See facts.h. */
#include "monitor/facts.h"

#include <stdlib.h>

#include "base/mem.h"

bool
held_together(const struct held *a, const struct held *b)
{
	return a->from <= b->to && b->from <= a->to;
}

void
facts_follow(struct facts *f, const struct facts *before)
{
	if (!strvec_equal(&before->recorded, &f->recorded) ||
		before->version_table_exists != f->version_table_exists)
		return;
	f->rows_held.from = before->rows_held.from;
	if (!f->reused)
		return;
	f->held.from = before->held.from;
	if (before->seen_position)
		f->seen_position = before->seen_position;
}

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
