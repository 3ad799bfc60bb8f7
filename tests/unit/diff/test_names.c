#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diff/diff.h"
#include "tests/unit/catalog/literal.h"

enum { MAX_OBJECTS = 12 };

struct names_case {
	const char *expected[MAX_OBJECTS], *found[MAX_OBJECTS];
	const char *findings; /* "missing public.t.a; changed public.t.b type" */
};

static void
print(const struct diff *d, struct strbuf *out)
{
	strbuf_add(out, "");
	for (size_t i = 0; i < d->n_findings; i++) {
		const struct finding *f = &d->findings[i];

		strbuf_printf(out, "%s%s %s%s%s", i ? "; " : "", change_word(f->change),
			f->name, f->property ? " " : "",
			f->property ? f->property : "");
	}
}

static void
run(const struct names_case *cases, size_t n, const struct compare_options *o)
{
	for (size_t i = 0; i < n; i++) {
		struct snapshot *expected = literal_catalog(cases[i].expected);
		struct snapshot *found = literal_catalog(cases[i].found);
		struct diff *d = diff_compare(expected, found, o);
		struct strbuf b = {0};

		print(d, &b);
		assert_string_equal(b.s, cases[i].findings);
		strbuf_free(&b);
		diff_unref(d);
		snapshot_unref(expected);
		snapshot_unref(found);
	}
}

#define TABLE "table public/t", "column public/t/a", "column public/t/b"
#define CHECK(name, text) "constraint public/t/" name "|type=CHECK|expression=" text
#define INDEX(name, keys) "index public/" name "|parent=t|table=public.t|keys=" keys
#define SEQUENCE(name)                                     \
	"sequence public/" name "|parent=t|parent_part=a|" \
	"owned_by=public.t.a|type=bigint"
#define SERIAL(name) \
	"column public/t/a|type=bigint|default=nextval('public." name "'::regclass)"

static void
test_matched(void **state)
{
	static const struct names_case cases[] = {
		{{TABLE, CHECK("t_check", "x")}, {TABLE, CHECK("t_check1", "x")}, ""},
		/* Added in another order */
		{{TABLE, CHECK("t_a_check", "x"), CHECK("t_a_check1", "y")},
			{TABLE, CHECK("t_a_check", "y"), CHECK("t_a_check1", "x")}, ""},
		{{TABLE, CHECK("t_a_check", "x"), CHECK("t_a_check1", "y"),
			 CHECK("t_a_check2", "z")},
			{TABLE, CHECK("t_a_check", "y"), CHECK("t_a_check1", "z"),
				CHECK("t_a_check2", "x")},
			""},
		/* One of them lacks: it is named, and not another */
		{{TABLE, CHECK("t_a_check", "x"), CHECK("t_a_check1", "y")},
			{TABLE, CHECK("t_a_check", "y")}, "missing public.t.t_a_check"},
		{{TABLE, CHECK("t_a_check", "x"), CHECK("t_a_check1", "y")},
			{TABLE, CHECK("t_a_check", "y"), CHECK("t_a_check1", "z")},
			"missing public.t.t_a_check; unexpected public.t.t_a_check1"},
		{{TABLE, CHECK("t_a_check", "x")},
			{TABLE, CHECK("t_a_check1", "x"), CHECK("t_a_check2", "x")},
			"unexpected public.t.t_a_check2"},
		/* What is the same under its own name stays with it */
		{{TABLE, CHECK("t_a_check", "x"), CHECK("t_a_check1", "x")},
			{TABLE, CHECK("t_a_check1", "x")},
			"missing public.t.t_a_check"},
		/* The table had another name */
		{{TABLE, "constraint public/t/t_pkey|type=PRIMARY KEY|columns=a"},
			{TABLE, "constraint public/t/old_pkey|type=PRIMARY "
				"KEY|columns=a"},
			""},
		{{TABLE, INDEX("t_a_idx", "a")}, {TABLE, INDEX("old_a_idx", "a")}, ""},
		{{TABLE, INDEX("t_a_idx1", "a"), INDEX("t_a_idx", "a")},
			{TABLE, INDEX("t_a_idx2", "a"), INDEX("t_a_idx3", "a")}, ""},
		{{"table public/t", SERIAL("t_a_seq"), SEQUENCE("t_a_seq")},
			{"table public/t", SERIAL("old_a_seq"), SEQUENCE("old_a_seq")},
			""},
		{{"domain public/d", "constraint public/d/d_check|type=CHECK"},
			{"domain public/d", "constraint public/d/d_check1|type=CHECK"},
			""},
		{{TABLE, "statistics public/t_a_b_stat|table=public.t|columns=a, b"},
			{TABLE, "statistics "
				"public/t_a_b_stat1|table=public.t|columns=a, b"},
			""},
		/* What refers to it by name */
		{{"table public/t|replica_identity=index t_a_idx|clustered_on=t_a_idx",
			 INDEX("t_a_idx", "a")},
			{"table public/t|replica_identity=index \"Old_a_idx\"|"
			 "clustered_on=Old_a_idx",
				INDEX("Old_a_idx", "a")},
			""},
		{{"table public/t|replica_identity=index t_pkey",
			 "constraint public/t/t_pkey|type=PRIMARY KEY|columns=a"},
			{"table public/t|replica_identity=index old_pkey",
				"constraint public/t/old_pkey|type=PRIMARY "
				"KEY|columns=a"},
			""},
		{{"table public/t|replica_identity=full", INDEX("t_a_idx", "a")},
			{"table public/t|replica_identity=index old_a_idx",
				INDEX("old_a_idx", "a")},
			"changed public.t replica_identity"},
		/* Comments go along */
		{{TABLE, CHECK("t_check", "x"),
			 "comment public/t/t_check|on=constraint|comment=c"},
			{TABLE, CHECK("t_check1", "x"),
				"comment public/t/t_check1|on=constraint|comment=c"},
			""},
	};

	(void)state;
	run(cases, COUNT_OF(cases), &COMPARE_DEFAULTS);
}

static void
test_not_matched(void **state)
{
	static const struct names_case cases[] = {
		{{TABLE, CHECK("t_check", "x")}, {TABLE, CHECK("t_check1", "y")},
			"missing public.t.t_check; unexpected public.t.t_check1"},
		/* Somebody chose the name */
		{{TABLE, CHECK("t_check", "x")}, {TABLE, CHECK("ck_t", "x")},
			"unexpected public.t.ck_t; missing public.t.t_check"},
		{{TABLE, INDEX("by_a", "a")}, {TABLE, INDEX("t_a_idx", "a")},
			"missing public.by_a; unexpected public.t_a_idx"},
		/* Neither is what it would be called now */
		{{TABLE, INDEX("old_a_idx", "a")}, {TABLE, INDEX("older_a_idx", "a")},
			"missing public.old_a_idx; unexpected public.older_a_idx"},
		/* Another table, another column */
		{{TABLE, INDEX("t_a_idx", "a"), "table public/u"},
			{TABLE, "table public/u",
				"index public/u_a_idx|parent=u|table=public.u|keys=a"},
			"missing public.t_a_idx; unexpected public.u_a_idx"},
		{{TABLE, SEQUENCE("t_a_seq")},
			{TABLE, "sequence public/t_b_seq|parent=t|parent_part=b|"
				"owned_by=public.t.b|type=bigint"},
			"missing public.t_a_seq; unexpected public.t_b_seq"},
		/* Another kind */
		{{TABLE, "constraint public/t/t_a_key|type=UNIQUE|columns=a"},
			{TABLE, INDEX("t_a_idx", "a")},
			"missing public.t.t_a_key; unexpected public.t_a_idx"},
		{{TABLE, "constraint public/t/t_a_key|type=UNIQUE|columns=a"},
			{TABLE, "constraint public/t/t_a_key1|type=UNIQUE|columns=a|"
				"deferrable=initially deferred"},
			"missing public.t.t_a_key; unexpected public.t.t_a_key1"},
		/* Another sequence */
		{{"table public/t", SERIAL("t_a_seq"), SEQUENCE("t_a_seq")},
			{"table public/t", SERIAL("x_seq"), SEQUENCE("old_a_seq")},
			"changed public.t.a default"},
		{{TABLE, CHECK("t_check", "x"),
			 "comment public/t/t_check|on=constraint|comment=c"},
			{TABLE, CHECK("t_check1", "x"),
				"comment public/t/t_check1|on=constraint|comment=d"},
			"missing public.t.t_check; unexpected public.t.t_check1"},
		/* What goes with a table is not looked at */
		{{TABLE, CHECK("t_check", "x")}, {NULL}, "missing public.t"},
	};

	(void)state;
	run(cases, COUNT_OF(cases), &COMPARE_DEFAULTS);
}

static void
test_switch(void **state)
{
	static const struct names_case cases[] = {
		{{TABLE, CHECK("t_check", "x")}, {TABLE, CHECK("t_check1", "x")},
			"missing public.t.t_check; unexpected public.t.t_check1"},
		{{"column public/t/a|not_null_constraint=x|identity_sequence=public.y"},
			{"column public/t/a|identity_sequence=public.z"},
			"changed public.t.a identity_sequence; "
			"changed public.t.a not_null_constraint"},
		{{TABLE, CHECK("t_a_check", "x"), CHECK("t_a_check1", "y")},
			{TABLE, CHECK("t_a_check", "y"), CHECK("t_a_check1", "x")},
			"changed public.t.t_a_check expression; "
			"changed public.t.t_a_check1 expression"},
	};

	(void)state;
	run(cases, COUNT_OF(cases), &(struct compare_options){.generated_names = true});
	run(cases, COUNT_OF(cases), &(struct compare_options){.all = true});
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matched),
		cmocka_unit_test(test_not_matched),
		cmocka_unit_test(test_switch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
