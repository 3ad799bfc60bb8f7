/* The words of contract 2. */
#include "diff/finding.h"

#include <assert.h>

#include "base/hash.h"
#include "base/mem.h"

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
	hash_add_text(h, f->expected);
	hash_add_text(h, f->found);
	return hash_finish64(h);
}
