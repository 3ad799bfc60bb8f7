/* The words of contract 2. */
#include "diff/finding.h"

#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "diff/kept.h"

const char *
change_word(enum change c)
{
	static const char *const words[] = {[CHANGE_MISSING] = "missing",
		[CHANGE_UNEXPECTED] = "unexpected",
		[CHANGE_CHANGED] = "changed"};

	assert((size_t)c < COUNT_OF(words));
	return words[c];
}

const char *
severity_word(enum severity s)
{
	static const char *const words[] = {[SEVERITY_BREAKING] = "breaking",
		[SEVERITY_ADDITIVE] = "additive",
		[SEVERITY_COSMETIC] = "cosmetic"};

	assert((size_t)s < COUNT_OF(words));
	return words[s];
}

const char *
diff_status_word(enum diff_status s)
{
	static const char *const words[] = {[DIFF_IN_SYNC] = "in_sync",
		[DIFF_DRIFTED] = "drifted",
		[DIFF_NOT_COMPARABLE] = "not_comparable"};

	assert((size_t)s < COUNT_OF(words));
	return words[s];
}

/* Of a long one what would stand for it: which of the two a finding has goes by how
 * much others hold (kept.h). */
static void
add_value(struct hash *h, const char *s)
{
	char *instead = kept_instead(s);

	hash_add_text(h, instead ? instead : s);
	free(instead);
}

uint64_t
finding_key(const struct finding *f)
{
	struct hash *h = hash_new();

	hash_add_text(h, "finding");
	hash_add_number(h, f->kind);
	hash_add_number(h, f->on);
	hash_add_number(h, f->change);
	hash_add_text(h, f->name);
	hash_add_text(h, f->property);
	add_value(h, f->expected);
	add_value(h, f->found);
	return hash_finish64(h);
}
