#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"
#include "diff/diff.h"
#include "tests/unit/catalog/literal.h"

#define INVALID "INVALID, no query uses it: "
#define UNLESS "unless it is being built right now: `REINDEX INDEX CONCURRENTLY "
#define RUNNING                                                                    \
	"REINDEX CONCURRENTLY is running, or left it behind; if none is running: " \
	"`DROP "                                                                   \
	"INDEX CONCURRENTLY "
#define REPACK                                                                \
	"pg_repack is running, or left it behind; if none is running: `DROP " \
	"EXTENSION pg_repack CASCADE` and create it again"

/* Objects beside table t; NULL: none. */
static const struct {
	const char *expected, *found;
	const char *note; /* of the only finding; NULL: none */
} cases[] = {
	{NULL, "index public/i|parent=t|valid=true", NULL},
	{NULL, "index public/i|parent=t|valid=false",
		INVALID UNLESS "public.i` or `DROP INDEX CONCURRENTLY public.i`"},
	{"index public/i|parent=t|valid=true", "index public/i|parent=t|valid=false",
		INVALID UNLESS "public.i`"},
	{"index public/i|parent=t|valid=false", "index public/i|parent=t|valid=true",
		"where it is expected, it is " INVALID UNLESS "public.i`"},
	{"index public/i|parent=t|valid=false", NULL,
		"where it is expected, it is " INVALID UNLESS
		"public.i` or `DROP INDEX CONCURRENTLY public.i`"},
	{"index public/i|parent=t|valid=false|keys=a",
		"index public/i|parent=t|valid=false|keys=b", NULL},
	/* What REINDEX CONCURRENTLY makes, and what it takes away */
	{NULL, "index public/I_ccnew|parent=t|valid=false",
		INVALID RUNNING "public.\"I_ccnew\"`"},
	{NULL, "index public/i_ccold12|parent=t|valid=false",
		INVALID RUNNING "public.i_ccold12`"},
	{NULL, "index public/i_ccnew|parent=t|valid=true", NULL},
	{NULL, "index public/_ccnew|parent=t|valid=false",
		INVALID UNLESS
		"public._ccnew` or `DROP INDEX CONCURRENTLY public._ccnew`"},
	/* Of a table that is partitioned */
	{NULL, "index public/i|parent=p|valid=false",
		"INVALID until each partition has an index attached to it, with `ALTER "
		"INDEX … ATTACH PARTITION …`"},
	{"constraint public/p/k|type=UNIQUE",
		"constraint public/p/k|type=UNIQUE|index_valid=false",
		"its index is INVALID until each partition has an index attached to "
		"it, "
		"with `ALTER INDEX … ATTACH PARTITION …`"},
	/* pg_repack */
	{NULL, "trigger public/t/repack_trigger|function=repack.repack_trigger",
		REPACK},
	{NULL, "trigger public/t/repack_trigger|function=public.repack_trigger", NULL},
	{NULL, "table repack/log_16384", REPACK},
	{NULL, "table repack/table_16384", REPACK},
	{NULL, "type repack/pk_16384", REPACK},
	{NULL, "table repack/log_", NULL},
	{NULL, "table repack/log_1a", NULL},
	{NULL, "table public/log_16384", NULL},
	{NULL, "index public/index_16384|parent=t|valid=false",
		INVALID "pg_repack may be making it, or have left it; " UNLESS
			"public.index_16384` or `DROP INDEX CONCURRENTLY "
			"public.index_16384`"},
};

static void
test_notes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *a = CATALOG("table public/t",
			"table public/p|partition_key=LIST (a)", cases[i].expected);
		struct snapshot *b = CATALOG("table public/t",
			"table public/p|partition_key=LIST (a)", cases[i].found);
		struct diff *d = diff_compare(a, b, &COMPARE_DEFAULTS);

		/* A note outlives what it is about. */
		snapshot_unref(a);
		snapshot_unref(b);
		assert_int_equal(d->n_findings, 1);
		if (cases[i].note) {
			assert_non_null(d->findings->note);
			assert_string_equal(d->findings->note, cases[i].note);
		} else {
			assert_null(d->findings->note);
		}
		diff_unref(d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_notes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
