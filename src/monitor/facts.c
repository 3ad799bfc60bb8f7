/* See facts.h. */
#include "monitor/facts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

bool
held_together(const struct held *a, const struct held *b)
{
	return a->from <= b->to && b->from <= a->to;
}

/* It was read anew, and nothing of it had moved. */
static bool
is_unchanged(const struct facts *f, const struct facts *before)
{
	return f->snapshot && before->snapshot && text_same(f->probe, before->probe) &&
	       !strcmp(f->snapshot->fingerprint, before->snapshot->fingerprint);
}

void
facts_follow(struct facts *f, const struct facts *before)
{
	if (!strvec_equal(&before->recorded, &f->recorded) ||
		before->version_table_exists != f->version_table_exists)
		return;
	f->rows_held.from = before->rows_held.from;
	if (!f->reused && !is_unchanged(f, before))
		return;
	f->held.from = before->held.from;
	if (before->seen_position)
		f->seen_position = before->seen_position;
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
