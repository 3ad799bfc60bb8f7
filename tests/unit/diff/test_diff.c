#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "diff/diff.h"
#include "tests/unit/catalog/literal.h"

enum { MAX_OBJECTS = 12 };

/* One finding a line, as "missing table public.t" or
 * "changed column public.t.a type: text -> integer". */
static void
print_findings(const struct diff *d, struct strbuf *out)
{
	strbuf_add(out, "");
	for (size_t i = 0; i < d->n_findings; i++) {
		const struct finding *f = &d->findings[i];

		strbuf_printf(out, "%s%s %s ", i ? "; " : "", change_word(f->change),
			kind_info(f->kind)->word);
		if (f->on != KIND_NONE)
			strbuf_printf(out, "on %s ", kind_info(f->on)->word);
		strbuf_add(out, f->name);
		if (f->property)
			strbuf_printf(out, " %s: %s -> %s", f->property,
				f->expected ? f->expected : "-",
				f->found ? f->found : "-");
	}
}

struct diff_case {
	const char *expected[MAX_OBJECTS], *found[MAX_OBJECTS];
	const char *findings;
};

static void
run(const struct diff_case *cases, size_t n, const struct compare_options *o)
{
	for (size_t i = 0; i < n; i++) {
		struct snapshot *expected = literal_catalog(cases[i].expected);
		struct snapshot *found = literal_catalog(cases[i].found);
		struct diff *d = diff_compare(expected, found, o);
		struct strbuf b = {0};

		/* A diff outlives what it was made of. */
		snapshot_unref(expected);
		snapshot_unref(found);
		print_findings(d, &b);
		assert_string_equal(b.s, cases[i].findings);
		assert_int_equal(
			d->status, d->n_findings ? DIFF_DRIFTED : DIFF_IN_SYNC);
		assert_int_equal(d->n_findings,
			d->n_change[0] + d->n_change[1] + d->n_change[2]);
		strbuf_free(&b);
		diff_unref(d);
	}
}

static void
test_changes(void **state)
{
	static const struct diff_case cases[] = {
		{{NULL}, {NULL}, ""},
		{{"table public/t"}, {"table public/t"}, ""},
		{{"table public/t"}, {NULL}, "missing table public.t"},
		{{NULL}, {"table public/t"}, "unexpected table public.t"},
		{{"column public/t/a|type=text"}, {"column public/t/a|type=integer"},
			"changed column public.t.a type: text -> integer"},
		/* One finding a property, sorted */
		{{"column public/t/a|type=text|default=1"},
			{"column public/t/a|type=integer|not_null=true"},
			"changed column public.t.a default: 1 -> -; "
			"changed column public.t.a not_null: - -> true; "
			"changed column public.t.a type: text -> integer"},
		/* Not set is not empty */
		{{"column public/t/a|default="}, {"column public/t/a"},
			"changed column public.t.a default:  -> -"},
		/* Sorted by severity, then kind, then name */
		{{"index public/b", "table public/z"},
			{"index public/a", "table public/y"},
			"missing table public.z; unexpected table public.y; "
			"unexpected index public.a; missing index public.b"},
		/* Another kind under the same name */
		{{"view public/x"}, {"materialized_view public/x"},
			"missing view public.x; unexpected materialized_view public.x"},
		{{"function public/f(integer)"}, {"function public/f(text)"},
			"missing function public.f(integer); "
			"unexpected function public.f(text)"},
		/* Off by default */
		{{"table public/t|owner=me"}, {"table public/t|owner=you"}, ""},
		{{"index public/i|tablespace=a"}, {"index public/i|tablespace=b"}, ""},
		{{"grant public/t|on=table|privileges=a: SELECT"}, {NULL}, ""},
		{{"column public/t/a|position=1", "column public/t/b|position=2"},
			{"column public/t/a|position=2",
				"column public/t/b|position=1"},
			""},
		/* Only shown */
		{{"constraint public/t/c|definition=a"},
			{"constraint public/t/c|definition=b"}, ""},
		{{"comment public/t|on=table"}, {"comment public/t|on=view"},
			"missing comment on table public.t; "
			"unexpected comment on view public.t"},
	};

	(void)state;
	run(cases, COUNT_OF(cases), &COMPARE_DEFAULTS);
}

/* What belongs to something that is missing is not listed again. */
static void
test_folding(void **state)
{
	static const struct diff_case cases[] = {
		{{"table public/t", "column public/t/a", "constraint public/t/t_pkey",
			 "index public/t_i|parent=t", "trigger public/t/tr",
			 "rule public/t/r", "policy public/t/p",
			 "sequence public/t_a_seq|parent=t|parent_part=a",
			 "comment public/t|on=table", "comment public/t/a|on=column",
			 "comment public/t_i|on=index|parent=t"},
			{NULL}, "missing table public.t"},
		{{NULL},
			{"table public/t", "column public/t/a",
				"index public/i|parent=t"},
			"unexpected table public.t"},
		{{"view public/v", "comment public/v|on=view", "trigger public/v/t"},
			{NULL}, "missing view public.v"},
		{{"materialized_view public/m", "index public/i|parent=m"}, {NULL},
			"missing materialized_view public.m"},
		{{"foreign_table public/f", "column public/f/a"}, {NULL},
			"missing foreign_table public.f"},
		{{"domain public/d", "constraint public/d/c"}, {NULL},
			"missing domain public.d"},
		{{"table public/t", "column public/t/a",
			 "sequence public/s|parent=t|parent_part=a",
			 "comment public/t/a|on=column"},
			{"table public/t"}, "missing column public.t.a"},
		{{"function public/f()", "comment public/f()|on=function"}, {NULL},
			"missing function public.f()"},
		{{"schema /a", "table a/t", "column a/t/x", "function a/f()",
			 "comment /a|on=schema"},
			{NULL}, "missing schema a"},
		/* Only what belongs to it */
		{{"schema /a", "schema /b", "table a/t", "table b/t"}, {"schema /b"},
			"missing schema a; missing table b.t"},
		{{"table public/t", "index public/i|parent=t",
			 "index public/i2|parent=u", "table public/u"},
			{"table public/u"},
			"missing table public.t; missing index public.i2"},
		{{"table public/t", "sequence public/s"}, {NULL},
			"missing table public.t; missing sequence public.s"},
		/* A view that became a table: its trigger is there on both sides */
		{{"view public/x", "trigger public/x/t|definition=a"},
			{"table public/x", "trigger public/x/t|definition=a"},
			"missing view public.x; unexpected table public.x"},
	};

	(void)state;
	run(cases, COUNT_OF(cases), &COMPARE_DEFAULTS);
}

static void
test_switches(void **state)
{
	static const struct diff_case case_of[] = {
		{{"table public/t|owner=a", "schema /s|owner=a",
			 "index public/i|tablespace=a", "comment public/t|on=table",
			 "grant public/t|on=table|privileges=a: SELECT"},
			{"table public/t|owner=b", "schema /s|owner=b",
				"index public/i|tablespace=b"},
			NULL}};
	static const char comment[] = "missing comment on table public.t";
	static const struct {
		struct compare_options options;
		const char *findings;
	} cases[] = {
		{{.comments = true}, comment},
		{{.comments = false}, ""},
		{{.owners = true}, "changed schema s owner: a -> b; "
				   "changed table public.t owner: a -> b"},
		{{.grants = true}, "missing grant on table public.t"},
		{{.all = true}, "changed schema s owner: a -> b; "
				"changed table public.t owner: a -> b; "
				"missing grant on table public.t; "
				"changed index public.i tablespace: a -> b; "
				"missing comment on table public.t"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct diff_case c = case_of[0];

		c.findings = cases[i].findings;
		run(&c, 1, &cases[i].options);
	}
}

static void
test_schemas(void **state)
{
	static char *globs[] = {(char *)(size_t) "public", (char *)(size_t) "app*"};
	static const struct strvec schemas = {globs, COUNT_OF(globs), COUNT_OF(globs)};
	static const struct strvec empty = {0};
	static const struct diff_case some[] = {
		{{"schema /app1", "schema /other", "table other/t", "table public/t",
			 "extension /pgcrypto", "comment /other|on=schema",
			 "comment /app2|on=schema"},
			{NULL},
			"missing schema app1; missing extension pgcrypto; "
			"missing table public.t; missing comment on schema app2"},
		{{"schema /public"},
			{"schema /public", "table other/t", "column other/t/a"}, ""},
	};
	static const struct diff_case all[] = {
		{{"table other/t"}, {NULL}, "missing table other.t"},
	};

	(void)state;
	run(some, COUNT_OF(some),
		&(struct compare_options){.comments = true, .schemas = &schemas});
	run(all, COUNT_OF(all), &(struct compare_options){.schemas = &empty});
}

static void
test_version_table(void **state)
{
	static const struct diff_case cases[] = {
		{{"table public/alembic_version",
			 "column public/alembic_version/version_num",
			 "constraint public/alembic_version/alembic_version_pkc",
			 "index public/i|parent=alembic_version",
			 "comment public/alembic_version|on=table", "table public/t"},
			{"table public/t"}, ""},
		{{"table public/alembic_version",
			 "column public/alembic_version/v|type=a"},
			{"table public/alembic_version",
				"column public/alembic_version/v|type=b"},
			""},
		{{"table app/alembic_version"}, {"function public/alembic_version()"},
			"missing table app.alembic_version; "
			"unexpected function public.alembic_version()"},
	};

	(void)state;
	run(cases, COUNT_OF(cases),
		&(struct compare_options){.comments = true,
			.version_schema = "public",
			.version_table = "alembic_version"});
}

#define PARTITION(name) "table public/" name "|partition_of=public.p|partition_bound=x"
#define BOUND(name, bound) \
	"table public/" name "|partition_of=public.p|partition_bound=public.p " bound
#define BELOW(name, bound) \
	"table public/" name "|partition_of=public.m|partition_bound=public.m " bound

static void
test_partitions_parent(void **state)
{
	static const struct diff_case cases[] = {
		{{"table public/p", "column public/p/a", PARTITION("p1"),
			 "column public/p1/a"},
			{"table public/p", "column public/p/a", PARTITION("p2")}, ""},
		{{"table public/p", PARTITION("p1"), "index public/p1_i|parent=p1"},
			{"table public/p", PARTITION("p1")},
			"missing index public.p1_i"},
		{{"table public/p", PARTITION("p1")}, {NULL}, "missing table public.p"},
		{{NULL}, {"table public/p", PARTITION("p1")},
			"unexpected table public.p"},
		/* What is designed */
		{{"table public/p", BOUND("p1", "DEFAULT")}, {"table public/p"},
			"missing table public.p1"},
		{{"table public/p", BOUND("p1", "FOR VALUES IN (1)"),
			 BOUND("p2", "FOR VALUES IN (2)")},
			{"table public/p", BOUND("p1", "FOR VALUES IN (1)"),
				BOUND("p3", "FOR VALUES IN (3)")},
			"missing table public.p2; unexpected table public.p3"},
		{{"table public/p",
			 BOUND("p0", "FOR VALUES WITH (modulus 2, remainder 0)"),
			 BOUND("p1", "FOR VALUES WITH (modulus 2, remainder 1)")},
			{"table public/p",
				BOUND("p0",
					"FOR VALUES WITH (modulus 2, remainder 0)")},
			"missing table public.p1"},
		{{"table public/p"}, {"table public/p", BOUND("p1", "DEFAULT")},
			"unexpected table public.p1"},
		{{"table public/p", BOUND("p1", "DEFAULT")}, {NULL},
			"missing table public.p"},
		{{NULL}, {"table public/p", BOUND("p1", "DEFAULT")},
			"unexpected table public.p"},
		/* None is left */
		{{"table public/p", PARTITION("p1"), PARTITION("p2")},
			{"table public/p"},
			"changed table public.p partitions: 2 -> 0"},
		{{"table public/p", PARTITION("p1"), BOUND("p2", "DEFAULT")},
			{"table public/p", BOUND("p2", "DEFAULT")}, ""},
		{{"table public/p"}, {"table public/p", PARTITION("p1")}, ""},
		/* The bound is the immediate parent's */
		{{"table public/p", PARTITION("m") "|partition_key=LIST (b)",
			 BELOW("n", "FOR VALUES IN (1)"), PARTITION("q")},
			{"table public/p", PARTITION("q")}, ""},
		{{"table public/p", PARTITION("m") "|partition_key=LIST (b)",
			 BELOW("n", "FOR VALUES IN (1)")},
			{"table public/p", PARTITION("m") "|partition_key=LIST (b)"},
			"missing table public.n"},
		{{"table public/p",
			 BOUND("m", "FOR VALUES IN (1)") "|partition_key=RANGE (b)",
			 BELOW("n", "FOR VALUES FROM (1) TO (2)")},
			{"table public/p",
				BOUND("m", "FOR VALUES IN (1)") "|partition_key="
								"RANGE (b)",
				BELOW("o", "FOR VALUES FROM (2) TO (3)")},
			""},
		{{"table public/p",
			 BOUND("m", "FOR VALUES IN (1)") "|partition_key=RANGE (b)",
			 BELOW("n", "DEFAULT")},
			{"table public/p"}, "missing table public.m"},
	};

	(void)state;
	run(cases, COUNT_OF(cases), &COMPARE_DEFAULTS);
}

/* By effect: rows that have no place. */
static void
test_partitions_severity(void **state)
{
	static const struct {
		const char *key;
		const char *found[3];
		enum severity severity;
	} cases[] = {
		{"RANGE (a)", {PARTITION("p1")}, SEVERITY_ADDITIVE},
		{"RANGE (a)", {NULL}, SEVERITY_BREAKING},
		{"LIST (a)", {PARTITION("p1")}, SEVERITY_BREAKING},
		{"HASH (a)", {PARTITION("p1")}, SEVERITY_BREAKING},
		{"HASH (a)", {PARTITION("p1"), PARTITION("p2"), PARTITION("p3")},
			SEVERITY_ADDITIVE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char p[64];
		struct snapshot *a, *b;
		struct diff *d;

		snprintf(p, sizeof p, "table public/p|partition_key=%s", cases[i].key);
		a = CATALOG(p, PARTITION("p1"), PARTITION("p2"));
		b = CATALOG(p, cases[i].found[0], cases[i].found[1], cases[i].found[2]);
		d = diff_compare(a, b,
			&(struct compare_options){.partitions = PARTITIONS_COUNT});
		assert_int_equal(d->n_findings, 1);
		assert_int_equal(d->findings->severity, cases[i].severity);
		diff_unref(d);
		snapshot_unref(a);
		snapshot_unref(b);
	}
}

static void
test_partitions_count(void **state)
{
	static const struct diff_case cases[] = {
		{{"table public/p", PARTITION("p1"), "column public/p1/a|type=a"},
			{"table public/p", PARTITION("p2")}, ""},
		{{"table public/p", PARTITION("p1"), "column public/p1/a|type=a"},
			{"table public/p", PARTITION("p1"),
				"column public/p1/a|type=b"},
			""},
		{{"table public/p", PARTITION("p1"), PARTITION("p2"), PARTITION("p3")},
			{"table public/p", PARTITION("p4")},
			"changed table public.p partitions: 3 -> 1"},
		{{"table public/p"}, {"table public/p", PARTITION("p1")},
			"changed table public.p partitions: 0 -> 1"},
		{{"table public/p", PARTITION("p1")}, {NULL}, "missing table public.p"},
	};

	(void)state;
	run(cases, COUNT_OF(cases),
		&(struct compare_options){.partitions = PARTITIONS_COUNT});
}

static void
test_partitions_compare(void **state)
{
	static const struct diff_case cases[] = {
		{{"table public/p", PARTITION("p1"), "column public/p1/a"},
			{"table public/p", PARTITION("p2")},
			"missing table public.p1; unexpected table public.p2"},
	};

	(void)state;
	run(cases, COUNT_OF(cases),
		&(struct compare_options){.partitions = PARTITIONS_COMPARE});
	run(cases, COUNT_OF(cases), &(struct compare_options){.all = true});
}

static void
test_column_order(void **state)
{
	static const struct diff_case cases[] = {
		{{"column public/t/a|position=1", "column public/t/b|position=2",
			 "column public/t/c|position=3"},
			{"column public/t/a|position=2", "column public/t/b|position=3",
				"column public/t/c|position=1"},
			"changed column public.t.c position: 3 -> 1"},
		/* A column more shifts nothing */
		{{"column public/t/a|position=1", "column public/t/b|position=2"},
			{"column public/t/a|position=2", "column public/t/b|position=3",
				"column public/t/x|position=1"},
			"unexpected column public.t.x"},
		/* Tables do not mix */
		{{"column public/t/a|position=1", "column public/u/b|position=2",
			 "column public/u/c|position=3"},
			{"column public/t/a|position=3", "column public/u/b|position=1",
				"column public/u/c|position=2"},
			""},
		/* Nothing is known of a column without a place */
		{{"column public/t/a|position=1", "column public/t/b|position=2"},
			{"column public/t/a", "column public/t/b|position=1"}, ""},
	};

	(void)state;
	run(cases, COUNT_OF(cases), &(struct compare_options){.column_order = true});
}

/* What a child inherits is its parent's difference. */
static void
test_inheritance(void **state)
{
	static const struct diff_case cases[] = {
		{{"table public/p", PARTITION("p1"),
			 "table public/P.2|partition_of=public.p1",
			 "column public/p/a|type=text",
			 "column public/p1/a|type=text|inherited=inherited",
			 "column public/P.2/a|type=text|inherited=inherited"},
			{"table public/p", PARTITION("p1"),
				"table public/P.2|partition_of=public.p1",
				"column public/p/a|type=xml",
				"column public/p1/a|type=xml|inherited=inherited",
				"column public/P.2/a|type=xml|inherited=inherited"},
			"changed column public.p.a type: text -> xml"},
		{{"table public/p", "table public/c|inherits=public.o, public.p",
			 "column public/p/A b|position=3",
			 "column public/c/A b|inherited=merged"},
			{"table public/p",
				"table public/c|inherits=public.o, public.p"},
			"missing column public.p.\"A b\""},
		{{"table public/p", PARTITION("p1")},
			{"table public/p", PARTITION("p1"), "column public/p/a",
				"column public/p1/a|inherited=inherited"},
			"unexpected column public.p.a"},
		{{"table public/p", "table public/c|inherits=public.p",
			 "constraint public/p/k|expression=1",
			 "constraint public/p/x|expression=1",
			 "constraint public/c/k|expression=1|inherited=merged",
			 "constraint public/c/x|expression=1|inherited=merged"},
			{"table public/p", "table public/c|inherits=public.p",
				"constraint public/p/x|expression=2",
				"constraint public/c/x|expression=2|inherited=merged"},
			"missing constraint public.p.k; "
			"changed constraint public.p.x expression: 1 -> 2"},
		/* Its own differences are not folded */
		{{"table public/p", "table public/c|inherits=public.p",
			 "column public/p/a", "constraint public/p/a",
			 "constraint public/c/a|inherited=merged"},
			{"table public/p", "table public/c|inherits=public.p",
				"constraint public/p/a"},
			"missing column public.p.a; missing constraint public.c.a"},
		{{"table public/p", PARTITION("p1"), "column public/p/a|default=1",
			 "column public/p1/a|default=1|inherited=inherited"},
			{"table public/p", PARTITION("p1"),
				"column public/p/a|default=2",
				"column public/p1/a|default=3|inherited=inherited"},
			"changed column public.p.a default: 1 -> 2; "
			"changed column public.p1.a default: 1 -> 3"},
		{{"table public/p", PARTITION("p1"), "column public/p/a",
			 "column public/p1/a|inherited=inherited"},
			{"table public/p", PARTITION("p1"), "column public/p/a",
				"column public/p1/a|not_null=true|inherited=inherited"},
			"changed column public.p1.a not_null: - -> true"},
		{{"table public/p", "table public/c", "column public/p/a",
			 "column public/c/a"},
			{"table public/p", "table public/c"},
			"missing column public.c.a; missing column public.p.a"},
	};

	(void)state;
	run(cases, COUNT_OF(cases), &COMPARE_DEFAULTS);
}

/* ---- Rules ---- */

static struct ignore_rules *
rules_of(const char *const *texts)
{
	struct ignore_rules *r = ignore_new();
	struct err e;

	for (; *texts; texts++)
		assert_true(ignore_add(r, *texts, NULL, 0, &e));
	return r;
}

static void
test_ignored(void **state)
{
	static const char *const texts[] = {"table:public.a", "column:public.t.*@type",
		"table:public.never", "table:public.b until=2025-12-31", NULL};
	struct ignore_rules *rules = rules_of(texts);
	struct snapshot *expected = CATALOG("table public/a", "table public/b",
		"column public/t/x|type=a|default=a");
	struct snapshot *found = CATALOG("column public/t/x|type=b|default=b");
	struct compare_options o = {.ignore = rules};
	struct strbuf b = {0};
	struct diff *d;

	(void)state;
	assert_true(clock_parse("2026-01-01", &o.now_ms));
	d = diff_compare(expected, found, &o);
	print_findings(d, &b);
	assert_string_equal(b.s, "missing table public.b; "
				 "changed column public.t.x default: a -> b");
	assert_int_equal(d->n_ignored, 2);
	assert_int_equal(d->by_kind[KIND_TABLE][CHANGE_MISSING], 1);
	assert_int_equal(d->by_kind[KIND_COLUMN][CHANGE_CHANGED], 1);
	assert_int_equal(d->unused_rules.n, 1);
	assert_string_equal(d->unused_rules.v[0], "table:public.never");
	assert_int_equal(d->expired_rules.n, 1);
	assert_string_equal(d->expired_rules.v[0], texts[3]);
	strbuf_free(&b);
	diff_unref(d);
	snapshot_unref(expected);
	snapshot_unref(found);
	ignore_free(rules);
}

static void
test_expiring(void **state)
{
	static const char *const texts[] = {"table:public.a until=2026-01-01",
		"table:public.b until=2026-02-01", "table:public.c", NULL};
	static const struct {
		const char *now;
		size_t expiring, expired;
		const char *next; /* NULL: none */
	} cases[] = {
		{"2025-12-25", 0, 0, "2026-01-02"},
		{"2025-12-26", 1, 0, "2026-01-02"},
		{"2026-01-01", 1, 0, "2026-01-02"}, /* the day itself counts */
		{"2026-01-02", 0, 1, "2026-02-02"},
		{"2026-01-30", 1, 1, "2026-02-02"},
		{"2026-02-02", 0, 2, NULL},
	};
	struct ignore_rules *rules = rules_of(texts);
	struct snapshot *s = CATALOG("table public/a");

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct compare_options o = {.ignore = rules};
		int64_t next = 0;
		struct diff *d;

		assert_true(clock_parse(cases[i].now, &o.now_ms));
		if (cases[i].next)
			assert_true(clock_parse(cases[i].next, &next));
		d = diff_compare(s, s, &o);
		assert_int_equal(d->expiring_rules.n, cases[i].expiring);
		assert_int_equal(d->expired_rules.n, cases[i].expired);
		assert_true(d->next_expiry_ms == next);
		diff_unref(d);
	}
	snapshot_unref(s);
	ignore_free(rules);
}

static void
test_everything_ignored(void **state)
{
	static const char *const texts[] = {"table:public.*", NULL};
	struct ignore_rules *rules = rules_of(texts);
	struct snapshot *expected = CATALOG("table public/a", "column public/a/x");
	struct snapshot *found = CATALOG("table public/b");
	struct diff *d = diff_compare(
		expected, found, &(struct compare_options){.ignore = rules});

	(void)state;
	assert_int_equal(d->status, DIFF_IN_SYNC);
	assert_int_equal(d->n_findings, 0);
	assert_int_equal(d->n_ignored, 2);
	diff_unref(d);
	snapshot_unref(expected);
	snapshot_unref(found);
	ignore_free(rules);
}

/* ---- The rest ---- */

static void
test_counts(void **state)
{
	struct snapshot *expected = CATALOG("table public/a");
	struct snapshot *found = CATALOG("table public/a", "table public/b",
		"column public/a/x", "grant public/a|on=table", "table public/v",
		"column public/v/n");
	struct diff *d = diff_compare(expected, found,
		&(struct compare_options){
			.version_schema = "public", .version_table = "v"});

	(void)state;
	assert_int_equal(d->objects[KIND_TABLE], 2);
	assert_int_equal(d->objects[KIND_COLUMN], 1);
	assert_int_equal(d->objects[KIND_GRANT], 0);
	diff_unref(d);
	snapshot_unref(expected);
	snapshot_unref(found);
}

/* What the server gives to everybody is there without a list; what is gone of it is
 * missing, whichever side has a list. */
static void
test_privileges(void **state)
{
	static const struct diff_case cases[] = {
		{{NULL}, {"grant public/f()|on=function|privileges=none"},
			"missing grant on function public.f()"},
		{{"grant public/f()|on=function|privileges=none"}, {NULL},
			"unexpected grant on function public.f()"},
		{{NULL}, {"grant public/f()|on=function|privileges=a: ALL"},
			"changed grant on function public.f() privileges: PUBLIC: ALL "
			"-> "
			"a: ALL"},
		{{NULL},
			{"grant public/f()|on=function|privileges=PUBLIC: ALL; a: ALL"},
			"unexpected grant on function public.f()"},
		{{NULL}, {"grant public/t|on=table|privileges=a: SELECT"},
			"unexpected grant on table public.t"},
		{{"grant public/t|on=table|privileges=a: SELECT"}, {NULL},
			"missing grant on table public.t"},
		{{NULL}, {"grant public/t|on=table|privileges=OWNER: none"},
			"missing grant on table public.t"},
		{{NULL}, {"grant public/t|on=table|privileges=OWNER: SELECT"},
			"changed grant on table public.t privileges: none -> OWNER: "
			"SELECT"},
		{{NULL}, {"default_privilege /me/functions|privileges=none"},
			"missing default_privilege me.functions"},
		{{NULL}, {"default_privilege public/me/tables|privileges=a: ALL"},
			"unexpected default_privilege public.me.tables"},
		/* A member of an extension */
		{{NULL},
			{"grant x/g()|on=function|privileges=PUBLIC: "
			 "ALL|initial=none|extension=e"},
			"unexpected grant on function x.g()"},
		{{"grant x/g()|on=function|privileges=none|initial=a: ALL|extension=e"},
			{NULL}, "unexpected grant on function x.g()"},
		{{"extension /e", "grant x/g()|on=function|privileges=a: "
				  "ALL|initial=none|extension=e"},
			{NULL}, "missing extension e"},
	};

	(void)state;
	run(cases, COUNT_OF(cases), &(struct compare_options){.grants = true});
}

/* Who lost and who got what, and what that does. */
static void
test_privileges_by_grantee(void **state)
{
	struct snapshot *expected = CATALOG(
		"grant public/t|on=table|privileges=a: INSERT, SELECT; b: SELECT");
	struct snapshot *found = CATALOG("grant public/f()|on=function|privileges=none",
		"grant public/t|on=table|privileges=a: SELECT; b: SELECT; c: UPDATE");
	struct diff *d = diff_compare(
		expected, found, &(struct compare_options){.grants = true});

	(void)state;
	assert_int_equal(d->n_findings, 2);
	assert_string_equal(d->findings[0].expected, "PUBLIC: EXECUTE");
	assert_null(d->findings[0].found);
	assert_int_equal(d->findings[0].severity, SEVERITY_BREAKING);
	assert_string_equal(d->findings[1].missing, "a: INSERT");
	assert_string_equal(d->findings[1].unexpected, "c: UPDATE");
	assert_int_equal(d->findings[1].severity, SEVERITY_BREAKING);
	diff_unref(d);
	snapshot_unref(expected);
	snapshot_unref(found);
}

static void
test_severity(void **state)
{
	struct snapshot *expected =
		CATALOG("table public/a", "column public/t/a|type=text");
	struct snapshot *found =
		CATALOG("table public/b", "column public/t/a|type=integer");
	struct diff *d = diff_compare(expected, found, &COMPARE_DEFAULTS);

	(void)state;
	assert_int_equal(d->n_findings, 3);
	assert_int_equal(d->findings[0].severity, kind_info(KIND_TABLE)->missing);
	assert_int_equal(d->findings[1].severity, SEVERITY_BREAKING);
	assert_int_equal(d->findings[2].severity, SEVERITY_ADDITIVE);
	diff_unref(d);
	snapshot_unref(expected);
	snapshot_unref(found);
}

static void
test_equal(void **state)
{
	struct snapshot *a = CATALOG("table public/a", "column public/t/a|type=text");
	struct snapshot *b = CATALOG("column public/t/a|type=integer");
	struct snapshot *c = CATALOG("column public/t/a|type=xml");
	struct diff *ab = diff_compare(a, b, &COMPARE_DEFAULTS);
	struct diff *again = diff_compare(a, b, &COMPARE_DEFAULTS);
	struct diff *ac = diff_compare(a, c, &COMPARE_DEFAULTS);
	struct diff *aa = diff_compare(a, a, &COMPARE_DEFAULTS);

	(void)state;
	assert_true(diff_equal(ab, again));
	assert_false(diff_equal(ab, ac));
	assert_false(diff_equal(ab, aa));
	assert_true(diff_equal(aa, aa));
	diff_unref(diff_ref(ab));
	assert_int_equal(ab->n_findings, 2);
	diff_unref(ab);
	diff_unref(again);
	diff_unref(ac);
	diff_unref(aa);
	snapshot_unref(a);
	snapshot_unref(b);
	snapshot_unref(c);
}

/* One change is one finding: what follows from it is not told again. */
static void
test_implied(void **state)
{
	static const struct diff_case cases[] = {
		{{"function public/f()|body=SELECT 1"},
			{"function public/f()|sql_body=RETURN 1"},
			"changed function public.f() body: SELECT 1 -> RETURN 1"},
		{{"function public/f()|sql_body=RETURN 1"},
			{"function public/f()|body=SELECT 1"},
			"changed function public.f() body: RETURN 1 -> SELECT 1"},
		{{"function public/f()|sql_body=RETURN 1"},
			{"function public/f()|sql_body=RETURN 2"},
			"changed function public.f() sql_body: RETURN 1 -> RETURN 2"},
		{{"sequence public/s|owner=me"},
			{"sequence public/s|owned_by=public.t.a"},
			"changed sequence public.s owned_by: - -> public.t.a"},
		{{"constraint public/t/c|type=CHECK|expression=(a)"},
			{"constraint public/t/c|type=UNIQUE|columns=a|validated=true"},
			"changed constraint public.t.c type: CHECK -> UNIQUE; changed "
			"constraint public.t.c validated: - -> true"},
		{{"constraint public/t/c|type=UNIQUE|columns=b"},
			{"constraint public/t/c|type=UNIQUE|columns=a"},
			"changed constraint public.t.c columns: b -> a"},
	};

	(void)state;
	run(cases, COUNT_OF(cases), &(struct compare_options){.all = true});
}

/* Where the property that implies another one is not compared, the other one is. */
static void
test_implied_by_what_is_not_compared(void **state)
{
	static const struct diff_case cases[] = {
		{{"column public/t/a|identity=ALWAYS|identity_sequence=s"},
			{"column public/t/a|identity=BY DEFAULT|identity_sequence=r"},
			"changed column public.t.a identity_sequence: s -> r"},
	};
	struct snapshot *expected = literal_catalog(cases[0].expected);
	struct snapshot *found = literal_catalog(cases[0].found);
	struct strbuf b = {0};
	struct diff *d;

	(void)state;
	expected->read[KIND_COLUMN] &=
		~(UINT64_C(1) << kind_property(KIND_COLUMN, "identity"));
	d = diff_compare(expected, found, &(struct compare_options){.all = true});
	print_findings(d, &b);
	assert_string_equal(b.s, cases[0].findings);
	strbuf_free(&b);
	diff_unref(d);
	snapshot_unref(expected);
	snapshot_unref(found);
}

/* That columns are inherited, or no longer, is the table's change. */
static void
test_other_parents(void **state)
{
	static const struct diff_case cases[] = {
		{{"table public/p", "table public/t", "column public/t/a"},
			{"table public/p", "table public/t|inherits=public.p",
				"column public/t/a|inherited=merged"},
			"changed table public.t inherits: - -> public.p"},
		{{"table public/t|partition_bound=x", "column public/t/a|inherited=x",
			 "table public/u", "column public/u/a|inherited=x"},
			{"table public/t", "column public/t/a", "table public/u",
				"column public/u/a"},
			"changed table public.t partition_bound: x -> -; changed "
			"column "
			"public.u.a inherited: x -> -"},
	};

	(void)state;
	run(cases, COUNT_OF(cases), &(struct compare_options){.all = true});
}

#define TAG_1 "<secret 0123456789abcdef>"
#define TAG_2 "<secret fedcba9876543210>"

/* Secrets are compared by their tags, which nobody gets to see. */
static void
test_secrets(void **state)
{
	static const struct diff_case cases[] = {
		{{"foreign_server /s|options=password " TAG_1},
			{"foreign_server /s|options=password " TAG_1}, ""},
		{{"foreign_server /s|options=a 'b', password " TAG_1},
			{"foreign_server /s|options=a 'b', password " TAG_2},
			"changed foreign_server s options: a 'b', password <secret> -> "
			"a 'b', password <secret>"},
		{{"foreign_server /s"}, {"foreign_server /s|options=password " TAG_2},
			"changed foreign_server s options: - -> password <secret>"},
		{{"foreign_server /s|options=password <secret>"},
			{"foreign_server /s|options=password " TAG_2}, ""},
		{{"foreign_server /s|options=pwd <secret>"},
			{"foreign_server /s|options=password " TAG_2},
			"changed foreign_server s options: pwd <secret> -> password "
			"<secret>"},
		{{"user_mapping /s/u|options=<permission>"},
			{"user_mapping /s/u|options=password " TAG_2}, ""},
		{{"user_mapping /s/u|options=password " TAG_2},
			{"user_mapping /s/u|options=<permission>"}, ""},
	};

	(void)state;
	run(cases, COUNT_OF(cases), &(struct compare_options){.all = true});
}

/* What of them could not be compared is said. */
static void
test_secrets_not_compared(void **state)
{
	struct snapshot *expected =
		CATALOG("foreign_server /s|options=password <secret>",
			"user_mapping /s/u|options=<permission>",
			"user_mapping /s/v|options=<permission>");
	struct snapshot *found = CATALOG("foreign_server /s|options=password " TAG_2,
		"user_mapping /s/u|options=password " TAG_2,
		"user_mapping /s/v|options=<permission>");
	struct diff *d =
		diff_compare(expected, found, &(struct compare_options){.all = true});

	(void)state;
	assert_int_equal(d->n_findings, 0);
	assert_string_equal(d->reason,
		"1 value that only one side was read with was not compared; "
		"permission: 2 values that a role may not see were not compared");
	diff_unref(d);
	snapshot_unref(expected);
	snapshot_unref(found);
}

/* Roles that have another name on the found side are no finding. */
static void
test_role_map(void **state)
{
	struct snapshot *expected = CATALOG("table public/t|owner=app",
		"user_mapping /s/app", "user_mapping /s/own");
	struct snapshot *found = CATALOG("table public/t|owner=prod",
		"user_mapping /s/prod", "user_mapping /s/own");
	struct strvec map = {0};
	struct compare_options o = {.all = true, .role_map = &map};
	struct diff *plain = diff_compare(expected, found, &o), *mapped, *clash;

	(void)state;
	assert_int_equal(plain->n_findings, 3);
	strvec_add(&map, "prod=app");
	mapped = diff_compare(expected, found, &o);
	assert_int_equal(mapped->status, DIFF_IN_SYNC);
	strvec_add(&map, "own=app");
	clash = diff_compare(expected, found, &o);
	assert_int_equal(clash->status, DIFF_NOT_COMPARABLE);
	assert_string_equal(clash->reason,
		"by the map of roles two objects of the catalog become one");
	diff_unref(plain);
	diff_unref(mapped);
	diff_unref(clash);
	strvec_free(&map);
	snapshot_unref(expected);
	snapshot_unref(found);
}

/* A file of an earlier program lacks a kind and a property: nothing is said of
 * them. */
static void
test_unread(void **state)
{
	struct snapshot *expected =
		CATALOG("table public/t", "column public/t/a|type=text");
	struct snapshot *found = CATALOG("table public/t",
		"column public/t/a|type=integer|default=1", "function public/f()");
	struct strbuf b = {0};
	struct diff *d;

	(void)state;
	expected->read[KIND_FUNCTION] = 0;
	expected->read[KIND_COLUMN] &=
		~(UINT64_C(1) << kind_property(KIND_COLUMN, "default"));
	d = diff_compare(expected, found, &COMPARE_DEFAULTS);
	print_findings(d, &b);
	assert_string_equal(b.s, "changed column public.t.a type: text -> integer");
	assert_string_equal(d->reason,
		"2 values that only one side was read with were not compared");
	strbuf_free(&b);
	diff_unref(d);
	snapshot_unref(expected);
	snapshot_unref(found);
}

/* A catalog that was built has no database, and nothing is to be said about that. */
static void
test_built(void **state)
{
	struct snapshot *expected =
		CATALOG("table public/t", "database /itself|encoding=UTF8");
	struct snapshot *found =
		CATALOG("table public/t", "database /itself|encoding=LATIN1",
			"comment /itself|on=database|comment=prod");
	struct diff *d;

	(void)state;
	d = diff_compare(expected, found, &COMPARE_DEFAULTS);
	assert_int_equal(d->n_findings, 2);
	diff_unref(d);
	snapshot_leave_database(expected);
	assert_int_equal(expected->n_objects, 1);
	for (int all = 0; all < 2; all++) {
		struct compare_options o = {.comments = true, .all = all};

		d = diff_compare(expected, found, &o);
		assert_int_equal(d->status, DIFF_IN_SYNC);
		assert_null(d->reason);
		diff_unref(d);
		d = diff_compare(found, expected, &o);
		assert_int_equal(d->status, DIFF_IN_SYNC);
		diff_unref(d);
	}
	snapshot_unref(expected);
	snapshot_unref(found);
}

/* Whatever the versions, a literal or a name is one; a cast may be the server's. */
static void
test_majors(void **state)
{
	static const struct {
		int expected, found;
		const char *findings, *reason;
	} cases[] = {
		{150018, 150020,
			"changed column public.t.a default: f(a)::x -> f(a)::y; "
			"changed column public.t.a type: text -> integer; "
			"changed column public.t.b default: 1 -> -; "
			"changed index public.i keys: a, f(b) -> a, f(c)",
			NULL},
		{150018, 160004,
			"changed column public.t.a type: text -> integer; "
			"changed column public.t.b default: 1 -> -; "
			"changed index public.i keys: a, f(b) -> a, f(c)",
			"1 text printed by different server versions cannot be "
			"compared: column public.t.a default"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *expected = CATALOG(
			"column public/t/a|default=f(a)::x|type=text",
			"column public/t/b|default=1", "index public/i|keys=a, f(b)");
		struct snapshot *found =
			CATALOG("column public/t/a|default=f(a)::y|type=integer",
				"column public/t/b", "index public/i|keys=a, f(c)");
		struct strbuf b = {0};
		struct diff *d;

		expected->server_version_num = cases[i].expected;
		found->server_version_num = cases[i].found;
		d = diff_compare(expected, found, &COMPARE_DEFAULTS);
		print_findings(d, &b);
		assert_string_equal(b.s, cases[i].findings);
		assert_int_equal(d->status, DIFF_DRIFTED);
		if (cases[i].reason)
			assert_string_equal(d->reason, cases[i].reason);
		else
			assert_null(d->reason);
		strbuf_free(&b);
		diff_unref(d);
		snapshot_unref(expected);
		snapshot_unref(found);
	}
}

#define FIVE_VIEWS(definition)                                                        \
	CATALOG("view a/v|definition=" definition, "view a/w|definition=" definition, \
		"view a/x|definition=" definition, "view a/y|definition=" definition, \
		"view a/z|definition=f(1)")

static struct diff *
compare_views(struct ignore_rules *rules)
{
	struct snapshot *expected = FIVE_VIEWS("f(1::x)");
	struct snapshot *found = FIVE_VIEWS("f(1::y)");
	struct compare_options o = COMPARE_DEFAULTS;
	struct diff *d;

	found->server_version_num = 140002;
	o.ignore = rules;
	d = diff_compare(expected, found, &o);
	snapshot_unref(expected);
	snapshot_unref(found);
	return d;
}

/* What cannot be told is never in sync, and each of it is named. */
static void
test_undecided(void **state)
{
	struct diff *d = compare_views(NULL);
	struct strbuf b = {0};
	cJSON *o = diff_json(d, 0);
	const cJSON *list = cJSON_GetObjectItem(o, "not_compared");

	(void)state;
	assert_int_equal(d->status, DIFF_NOT_COMPARABLE);
	assert_int_equal(d->n_findings, 0);
	assert_string_equal(d->reason,
		"4 texts printed by different server versions cannot be compared: "
		"view a.v definition, view a.w definition, view a.x definition, "
		"view a.y definition");
	assert_int_equal(cJSON_GetArraySize(list), 4);
	assert_string_equal(
		cJSON_GetArrayItem(list, 3)->valuestring, "view a.y definition");
	cJSON_Delete(o);
	diff_rules(d, &b);
	assert_string_equal(b.s, "view:a.v@definition\nview:a.w@definition\n"
				 "view:a.x@definition\nview:a.y@definition\n");
	strbuf_clear(&b);
	diff_text(d, false, &b);
	assert_non_null(strstr(b.s, "undecided  view a.y: definition"));
	strbuf_free(&b);
	diff_unref(d);
}

/* Who has looked at it, and says so by a rule, is done with it. */
static void
test_undecided_ignored(void **state)
{
	static const struct {
		const char *rule;
		size_t undecided, ignored;
		enum diff_status status;
	} cases[] = {
		{"view:a.*@definition", 0, 4, DIFF_IN_SYNC},
		{"view:a.v", 3, 1, DIFF_NOT_COMPARABLE},
		{"view:a.z", 4, 0, DIFF_NOT_COMPARABLE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct ignore_rules *rules = ignore_new();
		struct diff *d;
		struct err e;

		assert_true(ignore_add(rules, cases[i].rule, NULL, 0, &e));
		d = compare_views(rules);
		assert_int_equal(d->n_undecided, cases[i].undecided);
		assert_int_equal(d->n_ignored, cases[i].ignored);
		assert_int_equal(d->status, cases[i].status);
		diff_unref(d);
		ignore_free(rules);
	}
}

/* Within one database: each is compared with the other, what is of neither with itself;
 * findings, filters and rules have the names of the found side. */
static void
test_schema_map(void **state)
{
	struct snapshot *s = CATALOG("schema /a", "schema /b", "schema /public",
		"table a/t", "table a/v", "table b/t", "table public/t",
		"column a/t/c|type=a.m", "column b/t/c|type=a.m",
		"column public/t/c|type=a.m");
	struct strvec map = {0}, only = {0};
	struct compare_options o = COMPARE_DEFAULTS;
	struct diff *d;

	(void)state;
	s->version_schema = "a";
	s->version_table = "v";
	strvec_add(&map, "b=a");
	strvec_add(&only, "b");
	o.schema_map = &map;
	o.schemas = &only;
	d = diff_compare(s, s, &o);
	assert_int_equal(d->n_findings, 1);
	assert_string_equal(d->findings[0].name, "b.t.c");
	assert_string_equal(d->findings[0].expected, "b.m");
	assert_string_equal(d->findings[0].found, "a.m");
	diff_unref(d);
	o.schemas = NULL;
	d = diff_compare(s, s, &o);
	assert_int_equal(d->n_findings, 2);
	assert_string_equal(d->findings[0].name, "b.t.c");
	assert_string_equal(d->findings[1].name, "public.t.c");
	diff_unref(d);
	snapshot_unref(s);
	strvec_free(&map);
	strvec_free(&only);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_folding),
		cmocka_unit_test(test_switches),
		cmocka_unit_test(test_schemas),
		cmocka_unit_test(test_version_table),
		cmocka_unit_test(test_partitions_parent),
		cmocka_unit_test(test_partitions_severity),
		cmocka_unit_test(test_partitions_count),
		cmocka_unit_test(test_partitions_compare),
		cmocka_unit_test(test_column_order),
		cmocka_unit_test(test_inheritance),
		cmocka_unit_test(test_ignored),
		cmocka_unit_test(test_expiring),
		cmocka_unit_test(test_everything_ignored),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_privileges),
		cmocka_unit_test(test_privileges_by_grantee),
		cmocka_unit_test(test_severity),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_implied),
		cmocka_unit_test(test_implied_by_what_is_not_compared),
		cmocka_unit_test(test_other_parents),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_secrets_not_compared),
		cmocka_unit_test(test_role_map),
		cmocka_unit_test(test_schema_map),
		cmocka_unit_test(test_unread),
		cmocka_unit_test(test_built),
		cmocka_unit_test(test_majors),
		cmocka_unit_test(test_undecided),
		cmocka_unit_test(test_undecided_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
