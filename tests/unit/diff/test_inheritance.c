#include "tests/unit/unit.h"

#include "base/mem.h"
#include "diff/diff.h"
#include "tests/unit/catalog/literal.h"

enum { MAX_OBJECTS = 12 };

#define PARENTS "table public/p", "table public/m|inherits=public.p"
#define CHECKED(table) "constraint public/" table "/c|type=CHECK|expression=(a > 0)"

#define KEYED(table) "table public/" table "|partition_key=LIST (a)"
#define UNIQUE(table, name) \
	"constraint public/" table "/" name "_key|type=UNIQUE|columns=a"
#define INDEXED(table, name) \
	"index public/" name "_i|parent=" table "|table=public." table "|keys=b"
#define ROWS(table) "trigger public/" table "/r|level=ROW"

struct merged_case {
	const char *expected[MAX_OBJECTS], *found[MAX_OBJECTS];
	const char *findings; /* names of what differs */
};

static const struct merged_case cases[] = {
	/* Merged, or the child's before it was its parent's */
	{{"table public/p", CHECKED("p"), "table public/t|inherits=public.p"},
		{"table public/p", CHECKED("p"), "table public/t|inherits=public.p",
			CHECKED("t") "|inherited=merged"},
		""},
	/* Two levels up, and by the second of two parents */
	{{PARENTS, CHECKED("p"), "table public/t|inherits=public.m"},
		{PARENTS, CHECKED("p"), "table public/t|inherits=public.m",
			CHECKED("t") "|inherited=merged"},
		""},
	{{PARENTS, "table public/q", CHECKED("q"),
		 "table public/t|inherits=public.m, public.q"},
		{PARENTS, "table public/q", CHECKED("q"),
			"table public/t|inherits=public.m, public.q",
			CHECKED("t") "|inherited=merged"},
		""},
	/* Of a partition */
	{{"table public/p", CHECKED("p"), "table public/t|partition_of=public.p"},
		{"table public/p", CHECKED("p"), "table public/t|partition_of=public.p",
			CHECKED("t")},
		""},
	/* The parent's is new, the child had it */
	{{"table public/p", "table public/t|inherits=public.p", CHECKED("t")},
		{"table public/p", CHECKED("p"), "table public/t|inherits=public.p"},
		"public.p.c "},
	/* The parent's is another: one change */
	{{"table public/p", CHECKED("p"), "table public/t|inherits=public.p",
		 CHECKED("t") "|inherited=merged"},
		{"table public/p",
			"constraint public/p/c|type=CHECK|expression=(a > 1)",
			"table public/t|inherits=public.p"},
		"public.p.c "},
	{{"table public/p", CHECKED("p"), "table public/t|inherits=public.p",
		 CHECKED("t") "|inherited=merged"},
		{"table public/p", "table public/t|inherits=public.p"}, "public.p.c "},
	/* What the child had was another, or not validated */
	{{"table public/p", "table public/t|inherits=public.p",
		 "constraint public/t/c|type=CHECK|expression=(a > 1)"},
		{"table public/p", CHECKED("p"), "table public/t|inherits=public.p"},
		"public.p.c public.t.c "},
	{{"table public/p", CHECKED("p"), "table public/t|inherits=public.p"},
		{"table public/p", CHECKED("p"), "table public/t|inherits=public.p",
			CHECKED("t") "|validated=false"},
		"public.t.c "},
	/* Nobody passes it on */
	{{"table public/p", CHECKED("p") "|no_inherit=true",
		 "table public/t|inherits=public.p"},
		{"table public/p", CHECKED("p") "|no_inherit=true",
			"table public/t|inherits=public.p", CHECKED("t")},
		"public.t.c "},
	{{"table public/p", CHECKED("p"), "table public/t"},
		{"table public/p", CHECKED("p"), "table public/t", CHECKED("t")},
		"public.t.c "},
	{{"table public/p", "table public/t|inherits=public.p"},
		{"table public/p", "table public/t|inherits=public.p", CHECKED("t")},
		"public.t.c "},
	{{"table public/p", "constraint public/p/c|type=UNIQUE",
		 "table public/t|inherits=public.p"},
		{"table public/p", "constraint public/p/c|type=UNIQUE",
			"table public/t|inherits=public.p",
			"constraint public/t/c|type=UNIQUE"},
		"public.t.c "},
	/* What a partition was attached with, or detached with */
	{{KEYED("p"), UNIQUE("p", "p"), INDEXED("p", "p"), ROWS("p"),
		 "table public/t|partition_of=public.p"},
		{KEYED("p"), UNIQUE("p", "p"), INDEXED("p", "p"), ROWS("p"),
			"table public/t", UNIQUE("t", "t"), INDEXED("t", "x"),
			ROWS("t")},
		""},
	{{KEYED("p"), KEYED("m") "|partition_of=public.p", INDEXED("p", "p"),
		 "table public/t|partition_of=public.m"},
		{KEYED("p"), KEYED("m") "|partition_of=public.p", INDEXED("p", "p"),
			"table public/t", INDEXED("t", "t")},
		""},
	/* The parent has it now */
	{{KEYED("p"), "table public/t|partition_of=public.p", INDEXED("t", "t")},
		{KEYED("p"), INDEXED("p", "p"), "table public/t|partition_of=public.p"},
		"public.p_i "},
	/* One more than the parent's, another, or one that no partition need have */
	{{KEYED("p"), INDEXED("p", "p"), "table public/t|partition_of=public.p"},
		{KEYED("p"), INDEXED("p", "p"), "table public/t|partition_of=public.p",
			INDEXED("t", "t")},
		"public.t_i "},
	{{KEYED("p"), INDEXED("p", "p"), "table public/t|partition_of=public.p"},
		{KEYED("p"), INDEXED("p", "p"), "table public/t",
			INDEXED("t", "t") "|unique=true"},
		"public.t_i "},
	{{KEYED("p"), INDEXED("p", "p") "|valid=false",
		 "table public/t|partition_of=public.p"},
		{KEYED("p"), INDEXED("p", "p") "|valid=false", "table public/t",
			INDEXED("t", "t") "|valid=true"},
		"public.t_i "},
	{{KEYED("p"), "trigger public/p/r|level=STATEMENT",
		 "table public/t|partition_of=public.p"},
		{KEYED("p"), "trigger public/p/r|level=STATEMENT", "table public/t",
			"trigger public/t/r|level=STATEMENT"},
		"public.t.r "},
	/* A file with a circle */
	{{"table public/t|inherits=public.t, public.t"},
		{"table public/t|inherits=public.t, public.t", CHECKED("t")},
		"public.t.c "},
};

static void
check_by(const struct snapshot *expected, const struct snapshot *found,
	const struct compare_options *o, const char *findings)
{
	struct diff *d = diff_compare(expected, found, o);
	struct strbuf names = {0};

	strbuf_add(&names, "");
	for (size_t i = 0; i < d->n_findings; i++)
		strbuf_printf(&names, "%s ", d->findings[i].name);
	assert_string_equal(names.s, findings);
	strbuf_free(&names);
	diff_unref(d);
}

static void
check(const struct snapshot *expected, const struct snapshot *found,
	const char *findings)
{
	check_by(expected, found, &COMPARE_DEFAULTS, findings);
}

/* Whichever side has which. */
static void
test_merged_checks(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *expected = literal_catalog(cases[i].expected);
		struct snapshot *found = literal_catalog(cases[i].found);

		check(expected, found, cases[i].findings);
		check(found, expected, cases[i].findings);
		snapshot_unref(expected);
		snapshot_unref(found);
	}
}

/* What a rule hides of a parent says nothing of its children. */
static void
test_hidden_parent(void **state)
{
	static const struct {
		const char *rule, *findings;
	} by_rule[] = {
		{NULL, "public.p.x "},
		{"column:public.p.x", "public.t.x "},
		{"column:public.t.x", "public.p.x "},
		{"column:public.*.x", ""},
		{"column:public.p.x until=2020-01-01", "public.p.x "},
	};
	static const char *const before[] = {"table public/p",
		"column public/p/x|type=a", "table public/t|inherits=public.p",
		"column public/t/x|type=a|inherited=yes", NULL};
	static const char *const after[] = {"table public/p",
		"column public/p/x|type=b", "table public/t|inherits=public.p",
		"column public/t/x|type=b|inherited=yes", NULL};
	struct snapshot *expected = literal_catalog(before);
	struct snapshot *found = literal_catalog(after);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(by_rule); i++) {
		struct ignore_rules *rules = ignore_new();
		struct compare_options o = {.ignore = rules, .now_ms = INT64_MAX / 2};
		struct err e;

		if (by_rule[i].rule)
			assert_true(ignore_add(rules, by_rule[i].rule, NULL, 0, &e));
		check_by(expected, found, &o, by_rule[i].findings);
		ignore_free(rules);
	}
	snapshot_unref(expected);
	snapshot_unref(found);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_merged_checks),
		cmocka_unit_test(test_hidden_parent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
