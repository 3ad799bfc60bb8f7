#include "tests/unit/diff/tried.h"

#include "tests/unit/unit.h"

#include "base/text.h"
#include "diff/comparable.h"
#include "diff/compare.h"
#include "diff/comparison.h"

struct tried
tried_of(const struct snapshot *expected, const struct snapshot *found)
{
	struct diff d = {.arena = arena_new()};
	struct comparison c = {.options = &COMPARE_DEFAULTS,
		.sides = {expected, found},
		.diff = &d,
		.used = (unsigned char[1]){0}};
	struct strbuf why = {0};
	struct tried tried = {0};

	assert_true(comparable_check(&c, &why));
	compare_snapshots(&c);
	for (size_t i = 0; i < c.n_differences; i++)
		tried.renamed += c.differences[i].finding.renamed != NULL;
	tried.renames = c.n_tried_renames;
	tried.parts = c.n_tried_parts;
	comparison_fini(&c);
	strbuf_free(&why);
	arena_free(d.arena);
	return tried;
}
