#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diff/diff.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/diff/tried.h"

enum { MAX_OBJECTS = 12 };

#define SIBLING                                                       \
	"table public/s|partition_of=public.p|persistence=permanent|" \
	"row_security=false|access_method=heap"

#define PARENT                                                                         \
	"table public/p|persistence=permanent|row_security=false|partition_key=RANGE " \
	"(a)"
#define NEW                                                                          \
	"table public/n|partition_of=public.p|persistence=permanent|"                \
	"row_security=false|access_method=heap|partition_bound=public.p FOR VALUES " \
	"FROM (1) TO (2)"

/* What is found beside the parent, and what deviates of it; NULL: nothing does. */
struct deviation_case {
	const char *found[MAX_OBJECTS];
	const char *deviation;
	const char *from; /* NULL: public.p */
};

static const struct deviation_case cases[] = {
	/* As it is made */
	{{PARENT, "column public/p/a|type=integer|default=1|not_null=true|storage=main",
		 NEW,
		 "column public/n/a|type=integer|default=1|not_null=true|storage=main|"
		 "inherited=inherited"},
		NULL},
	{{PARENT,
		 "column public/p/a|identity=ALWAYS START WITH 1|options=n_distinct=5|"
		 "compression=lz4|position=1",
		 "constraint public/p/p_pkey|type=PRIMARY KEY",
		 "index public/i|parent=p", "trigger public/p/t", "policy public/p/q",
		 "comment public/p|on=table", NEW, "column public/n/a|identity=ALWAYS"},
		NULL},
	{{PARENT, "column public/p/a|identity=ALWAYS START WITH 1", NEW,
		 "column public/n/a"},
		NULL},
	/* On more than one level, the parent being new as well */
	{{PARENT, "table public/m|partition_of=public.p|partition_key=LIST (b)",
		 "table public/n|partition_of=public.m", "column public/p/a",
		 "column public/m/a", "column public/n/a"},
		NULL},
	/* What each has its own of */
	{{"table public/p|replica_identity=index p_i|clustered_on=p_i",
		 "table public/n|partition_of=public.p|replica_identity=index n_i|"
		 "clustered_on=n_i|partition_key=HASH (a)"},
		NULL},
	{{PARENT, NEW, "comment public/n|on=table", "comment public/n/a|on=column"},
		NULL},
	/* As the parent is, though it is not made so */
	{{"table public/p|row_security=true", "policy public/p/q|using=true",
		 "table public/n|partition_of=public.p|row_security=true",
		 "policy public/n/q|using=true"},
		NULL},
	{{"table public/p",
		 "foreign_table public/n|partition_of=public.p|server=s|"
		 "foreign_options=a 'b'",
		 "column public/p/a", "column public/n/a|foreign_options=c 'd'"},
		NULL},
	/* What a parent cannot have */
	{{PARENT, "table public/n|partition_of=public.p|options=fillfactor=50"}, NULL},
	/* As the others are */
	{{PARENT, "column public/p/a", SIBLING, "column public/s/a|default=5",
		 "index public/s_i|parent=s|table=public.s|unique=true",
		 "trigger public/s/t|timing=BEFORE", NEW, "column public/n/a|default=5",
		 "index public/n_i|parent=n|table=public.n|unique=true",
		 "trigger public/n/u|timing=BEFORE"},
		NULL},
	/* Without the parent nothing can be said */
	{{NEW, "column public/n/a|default=1"}, NULL},

	{{PARENT, "column public/p/a|default=1", NEW, "column public/n/a|default=5"},
		"column a default: 5, not 1"},
	{{PARENT, "column public/p/a|default=1", NEW, "column public/n/a"},
		"column a default: (not set), not 1"},
	{{PARENT, "column public/p/a", NEW, "column public/n/a|default=5"},
		"column a default: 5, not (not set)"},
	{{PARENT, "column public/p/a|not_null=false", NEW,
		 "column public/n/a|not_null=true|options=n_distinct=5"},
		"column a not_null: true, not false; "
		"column a options: n_distinct=5, not (not set)"},
	{{PARENT, "column public/p/a|compression=lz4", NEW,
		 "column public/n/a|compression=pglz"},
		"column a compression: pglz, not lz4"},
	{{PARENT, "column public/p/a|identity=ALWAYS START WITH 1", NEW,
		 "column public/n/a|identity=BY DEFAULT"},
		"column a identity: BY DEFAULT, not ALWAYS START WITH 1"},
	{{PARENT, NEW, "constraint public/n/c|definition=CHECK (a > 0)",
		 "index public/n_i|parent=n|definition=CREATE INDEX x",
		 "trigger public/n/t|definition=CREATE TRIGGER y",
		 "policy public/n/q|using=true"},
		"constraint c: CHECK (a > 0); index n_i: CREATE INDEX x; "
		"trigger t: CREATE TRIGGER y; policy q: using: true"},
	{{PARENT, "trigger public/p/t|enabled=origin", NEW,
		 "trigger public/n/t|enabled=disabled"},
		"trigger t enabled: disabled, not origin"},
	{{PARENT, "table public/n|partition_of=public.p|persistence=unlogged|"
		  "replica_identity=full"},
		"persistence: unlogged, not permanent; replica_identity: full, not "
		"(not set)"},
	/* A name that only some servers quote */
	{{"table normalize/p|partition_key=RANGE (a)", "column normalize/p/a",
		 "table public/n|partition_of=normalize.p|partition_bound="
		 "normalize.p FOR VALUES FROM (1) TO (2)",
		 "column public/n/a|default=5"},
		"column a default: 5, not (not set)", "normalize.p"},
	/* As no other one is */
	{{PARENT, "column public/p/a", "column public/p/b", SIBLING,
		 "column public/s/a|default=5", "column public/s/b",
		 "index public/s_i|parent=s|table=public.s|unique=true", NEW,
		 "column public/n/a", "column public/n/b|default=5",
		 "index public/n_i|parent=n|table=public.n|unique=false|definition=X"},
		"column b default: 5, not (not set); index n_i: X"},
	{{"table public/p|replica_identity=index p_i",
		 "table public/n|partition_of=public.p|replica_identity=full"},
		"replica_identity: full, not index p_i"},
	{{"table public/p|access_method=heap",
		 "table public/n|partition_of=public.p|access_method=columnar"},
		"access_method: columnar, not heap"},
	{{PARENT, "column public/p/a|default=1",
		 "foreign_table public/n|partition_of=public.p",
		 "column public/n/a|default=2"},
		"column a default: 2, not 1"},
};

/* The text of the only finding, or NULL. */
static const char *
said(const struct diff *d)
{
	const struct finding *f = d->findings;

	if (!d->n_findings)
		return NULL;
	assert_int_equal(d->n_findings, 1);
	assert_int_equal(f->change, CHANGE_UNEXPECTED);
	assert_string_equal(f->name, "public.n");
	assert_null(f->property);
	return f->found;
}

static void
check(const char *text, const char *deviation, const char *from)
{
	char begin[64];
	size_t n = (size_t)snprintf(
		begin, sizeof begin, "deviates from %s: ", from ? from : "public.p");

	if (!deviation) {
		if (text)
			fail_msg("%s", text);
		return;
	}
	assert_non_null(text);
	assert_memory_equal(text, begin, n);
	assert_int_equal(strcspn(text + n, "\n"), strlen(deviation));
	assert_memory_equal(text + n, deviation, strlen(deviation));
}

/* The rest of the catalog, without what belongs to the partition n. */
static struct snapshot *
without_partition(const char *const *objects)
{
	const char *kept[MAX_OBJECTS] = {NULL};
	size_t n = 0;

	for (; *objects; objects++)
		if (!strstr(*objects, "public/n") && !strstr(*objects, "public/m"))
			kept[n++] = *objects;
	return literal_catalog(kept);
}

static void
test_deviations(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *with = literal_catalog(cases[i].found);
		struct snapshot *without = without_partition(cases[i].found);
		struct diff *d = diff_compare(without, with, &COMPARE_DEFAULTS);

		check(said(d), cases[i].deviation, cases[i].from);
		diff_unref(d);
		/* What went took it along; but one has to be left. */
		d = diff_compare(with, without, &COMPARE_DEFAULTS);
		for (size_t k = 0; k < d->n_findings; k++)
			assert_string_equal(d->findings[k].property, "partitions");
		diff_unref(d);
		d = diff_compare(with, with, &COMPARE_DEFAULTS);
		assert_int_equal(d->n_findings, 0);
		diff_unref(d);
		snapshot_unref(with);
		snapshot_unref(without);
	}
}

/* ---- Held against the other partitions of both sides ---- */

#define FROM(name, from)                                               \
	"table public/" name "|partition_of=public.p|partition_bound=" \
	"public.p FOR VALUES FROM (" from ") TO (" from "9)"
#define UNIQUE(name) \
	"index public/" name "_i|parent=" name "|table=public." name "|unique=true"
#define TABLE "table public/p|partition_key=RANGE (a)"

struct family_case {
	const char *expected[MAX_OBJECTS], *found[MAX_OBJECTS];
	const char *deviating; /* names, and what is said of each */
};

static const struct family_case family_cases[] = {
	/* A template, and no partition that both sides have */
	{{TABLE, FROM("a", "1"), UNIQUE("a"), FROM("b", "2"), UNIQUE("b")},
		{TABLE, FROM("c", "3"), UNIQUE("c"), FROM("d", "4"), UNIQUE("d")}, ""},
	/* One lacks what all have; all do */
	{{TABLE, FROM("a", "1"), UNIQUE("a"), FROM("b", "2"), UNIQUE("b")},
		{TABLE, FROM("c", "3"), UNIQUE("c"), FROM("d", "4")},
		"public.d: lacks index a_i: table: public.a, unique: true\n"},
	{{TABLE, FROM("a", "1"), UNIQUE("a"), FROM("b", "2"), UNIQUE("b")},
		{TABLE, FROM("c", "3"), FROM("d", "4")},
		"public.c: lacks index a_i: table: public.a, unique: true\n"
		"public.d: lacks index a_i: table: public.a, unique: true\n"},
	/* One is no rule, unless others follow it */
	{{TABLE, FROM("a", "1"), UNIQUE("a")}, {TABLE, FROM("c", "3")}, ""},
	{{TABLE, FROM("a", "1"), UNIQUE("a")},
		{TABLE, FROM("c", "3"), UNIQUE("c"), FROM("d", "4"), UNIQUE("d"),
			FROM("e", "5")},
		"public.e: lacks index a_i: table: public.a, unique: true\n"},
	/* The template was changed on the found side alone */
	{{TABLE, FROM("a", "1"), FROM("b", "2")},
		{TABLE, FROM("c", "3"), UNIQUE("c"), FROM("d", "4"), UNIQUE("d")},
		"public.c: index c_i: table: public.c, unique: true\n"
		"public.d: index d_i: table: public.d, unique: true\n"},
	/* Once upon a time on both */
	{{TABLE, FROM("a", "1"), FROM("b", "2"), UNIQUE("b")},
		{TABLE, FROM("c", "3"), UNIQUE("c"), FROM("d", "4")}, ""},
	/* A single odd one is no template */
	{{TABLE, FROM("a", "1"), FROM("b", "2"), FROM("e", "5"), UNIQUE("e")},
		{TABLE, FROM("c", "3"), UNIQUE("c")},
		"public.c: index c_i: table: public.c, unique: true\n"},
	/* None is expected: the found ones among themselves */
	{{TABLE}, {TABLE, FROM("c", "3"), UNIQUE("c"), FROM("d", "4"), UNIQUE("d")},
		""},
	{{TABLE},
		{TABLE, FROM("c", "3"), UNIQUE("c"), FROM("d", "4"), UNIQUE("d"),
			FROM("e", "5")},
		"public.e: lacks index c_i: table: public.c, unique: true\n"},
	{{TABLE}, {TABLE, FROM("c", "3"), FROM("d", "4"), FROM("e", "5"), UNIQUE("e")},
		"public.e: index e_i: table: public.e, unique: true\n"},
	{{TABLE}, {TABLE, FROM("c", "3"), FROM("d", "4"), UNIQUE("d")},
		"public.d: index d_i: table: public.d, unique: true\n"},
	/* The DEFAULT one is made by other hands */
	{{TABLE,
		 "table public/r|partition_of=public.p|partition_bound=public.p "
		 "DEFAULT",
		 FROM("a", "1"), UNIQUE("a"), FROM("b", "2"), UNIQUE("b")},
		{TABLE,
			"table public/r|partition_of=public.p|"
			"partition_bound=public.p DEFAULT",
			FROM("c", "3")},
		"public.c: lacks index a_i: table: public.a, unique: true\n"},
	/* The parent has it for all */
	{{TABLE, FROM("a", "1"), UNIQUE("a"), FROM("b", "2"), UNIQUE("b"), UNIQUE("p")},
		{TABLE, FROM("c", "3"), UNIQUE("p")}, ""},
	/* What a parent cannot have */
	{{TABLE, FROM("a", "1") "|options=fillfactor=50",
		 FROM("b", "2") "|options=fillfactor=50"},
		{TABLE, FROM("c", "3") "|options=fillfactor=50",
			FROM("d", "4") "|options=fillfactor=60"},
		"public.d: options: fillfactor=60, not fillfactor=50\n"},
	{{TABLE, FROM("a", "1") "|options=fillfactor=50",
		 FROM("b", "2") "|options=fillfactor=50"},
		{TABLE, FROM("c", "3")},
		"public.c: options: (not set), not fillfactor=50\n"},
	/* … and partitions that have aged */
	{{TABLE, FROM("a", "1"), FROM("b", "2")},
		{TABLE, FROM("c", "3") "|options=fillfactor=100",
			FROM("d", "4") "|options=fillfactor=100", FROM("e", "5")},
		""},
	/* Unlike all others, though it is what PARTITION OF makes */
	{{TABLE "|row_security=true", FROM("a", "1") "|row_security=true",
		 FROM("b", "2") "|row_security=true"},
		{TABLE "|row_security=true", FROM("c", "3") "|row_security=false"},
		"public.c: row_security: false, not true\n"},
	{{TABLE "|row_security=false", FROM("a", "1") "|row_security=true",
		 FROM("b", "2") "|row_security=true"},
		{TABLE "|row_security=false", FROM("c", "3") "|row_security=false"},
		"public.c: row_security: false, not true\n"},
	/* As the parent of its own side: that is the parent's difference */
	{{TABLE, "column public/p/v|default=1", FROM("a", "1"),
		 "column public/a/v|default=1"},
		{TABLE, "column public/p/v|default=2", FROM("c", "3"),
			"column public/c/v|default=2"},
		""},
	{{TABLE, "column public/p/v", FROM("a", "1"), "column public/a/v|default=1",
		 FROM("b", "2"), "column public/b/v|default=1"},
		{TABLE, "column public/p/v", FROM("c", "3"),
			"column public/c/v|default=2"},
		"public.c: column v default: 2, not 1\n"},
	/* Each has an index of its own name */
	{{TABLE, FROM("a", "1") "|replica_identity=index a_i|clustered_on=a_i"},
		{TABLE, FROM("c", "3") "|replica_identity=index c_i|clustered_on=c_i"},
		""},
	/* Below a partition */
	{{TABLE, FROM("a", "1") "|partition_key=LIST (b)",
		 "table public/a1|partition_of=public.a|"
		 "partition_bound=public.a FOR VALUES IN (1)",
		 FROM("b", "2") "|partition_key=LIST (b)",
		 "table public/b1|partition_of=public.b|"
		 "partition_bound=public.b FOR VALUES IN (1)"},
		{TABLE, FROM("c", "3") "|partition_key=LIST (b)",
			"table public/c1|partition_of=public.c|"
			"partition_bound=public.c FOR VALUES IN (1)",
			FROM("d", "4") "|partition_key=LIST (b)"},
		"public.d: lacks partition FOR VALUES IN (1)\n"},
	/* Of other kinds: nothing to be held against */
	{{TABLE, FROM("a", "1"), UNIQUE("a")},
		{TABLE, "foreign_table public/c|partition_of=public.p|"
			"partition_bound=public.p FOR VALUES FROM (3) TO (4)"},
		""},
};

/* Names and deviations of unexpected partitions, a line each. */
static void
add_deviations(const struct diff *d, struct strbuf *out)
{
	static const char begin[] = "deviates from public.p: ";

	strbuf_add(out, "");
	for (size_t i = 0; i < d->n_findings; i++) {
		const struct finding *f = &d->findings[i];

		if (f->change != CHANGE_UNEXPECTED)
			continue;
		assert_memory_equal(f->found, begin, strlen(begin));
		strbuf_printf(out, "%s: %.*s\n", f->name,
			(int)strcspn(f->found + strlen(begin), "\n"),
			f->found + strlen(begin));
	}
}

static void
check_family(const struct family_case *x, const int version[static 2])
{
	struct snapshot *a = literal_catalog(x->expected);
	struct snapshot *b = literal_catalog(x->found);
	struct strbuf text = {0};
	struct diff *d;

	a->server_version_num = version[0];
	b->server_version_num = version[1];
	d = diff_compare(a, b, &COMPARE_DEFAULTS);
	add_deviations(d, &text);
	assert_string_equal(text.s, x->deviating);
	strbuf_free(&text);
	diff_unref(d);
	snapshot_unref(a);
	snapshot_unref(b);
}

static void
test_families(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(family_cases); i++)
		check_family(&family_cases[i], (const int[]){150018, 150018});
}

#define CHECK(table, name, text) \
	"constraint public/" table "/" name "|type=CHECK|expression=" text
#define DATED(table) \
	CHECK(table, "dated", "(date_part('year'::text, d) > (2000)::double precision)")

/* What another major printed in other words is the same; what has other words is not.
 */
static const struct family_case major_cases[] = {
	{{TABLE, FROM("a", "1"), DATED("a"), FROM("b", "2"), DATED("b")},
		{TABLE, FROM("c", "3"),
			CHECK("c", "dated", "(EXTRACT(year FROM d) > (2000)::numeric)"),
			FROM("e", "4"),
			CHECK("e", "dated",
				"(EXTRACT(month FROM d) > (2000)::numeric)")},
		"public.e: constraint dated: type: CHECK, expression: (EXTRACT(month "
		"FROM d) > (2000)::numeric); lacks constraint dated: type: CHECK, "
		"expression: (date_part('year'::text, d) > (2000)::double "
		"precision)\n"},
	{{TABLE, FROM("a", "1"), CHECK("a", "k", "(v > 0)"), FROM("b", "2"),
		 CHECK("b", "k", "(v > 0)")},
		{TABLE, FROM("c", "3"), CHECK("c", "k", "(v > 0)"),
			CHECK("c", "l", "(v < 9)")},
		"public.c: constraint l: type: CHECK, expression: (v < 9)\n"},
	{{TABLE, "column public/p/v", FROM("a", "1"), "column public/a/v|default=1",
		 FROM("b", "2"), "column public/b/v|default=1"},
		{TABLE, "column public/p/v", FROM("c", "3"),
			"column public/c/v|default=1", FROM("e", "4"),
			"column public/e/v|default=2"},
		"public.e: column v default: 2, not 1\n"},
};

static void
test_majors(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(major_cases); i++)
		check_family(&major_cases[i], (const int[]){130023, 170010});
}

/* What is not compared does not deviate. */
static void
test_switches(void **state)
{
	struct snapshot *without = CATALOG("table public/p|owner=a");
	struct snapshot *with = CATALOG("table public/p|owner=a",
		"table public/n|partition_of=public.p|owner=b",
		"grant public/n|on=table|privileges=SELECT TO c");
	struct diff *d = diff_compare(without, with, &COMPARE_DEFAULTS);

	(void)state;
	assert_int_equal(d->n_findings, 0);
	diff_unref(d);
	d = diff_compare(without, with,
		&(struct compare_options){.owners = true, .grants = true});
	check(said(d), "owner: b, not a; grant n: privileges: SELECT TO c", NULL);
	diff_unref(d);
	d = diff_compare(without, with,
		&(struct compare_options){
			.owners = true, .partitions = PARTITIONS_COUNT});
	assert_int_equal(d->n_findings, 1);
	assert_string_equal(d->findings->property, "partitions");
	diff_unref(d);
	snapshot_unref(with);
	snapshot_unref(without);
}

/* A table of partitions whose names begin with `prefix`, each with an index as all of
 * them and a check as no other. */
static struct snapshot *
many_partitions(const char *prefix, size_t n)
{
	char(*text)[128] = xcalloc(3 * n, sizeof *text);
	const char **objects = xcalloc(3 * n + 2, sizeof *objects);
	struct snapshot *s;

	for (size_t i = 0; i < n; i++) {
		snprintf(text[3 * i], sizeof *text,
			"table public/%s%04zu|partition_of=public.p", prefix, i);
		snprintf(text[3 * i + 1], sizeof *text,
			"index public/%s%04zu_i|parent=%s%04zu|table=public.%s%04zu",
			prefix, i, prefix, i, prefix, i);
		snprintf(text[3 * i + 2], sizeof *text,
			"constraint public/%s%04zu/c|expression=(a = %zu)", prefix, i,
			i);
	}
	objects[0] = TABLE;
	for (size_t i = 0; i < 3 * n; i++)
		objects[i + 1] = text[i];
	s = literal_catalog(objects);
	free(objects);
	free(text);
	return s;
}

static size_t
parts_tried(size_t n)
{
	struct snapshot *a = many_partitions("a", n), *b = many_partitions("b", n);
	struct tried tried = tried_of(a, b);

	snapshot_unref(a);
	snapshot_unref(b);
	return tried.parts;
}

/* A partition is held against what is a rule, not against each part of each other one.
 */
static void
test_many(void **state)
{
	enum { N = 200 };
	size_t few = parts_tried(N), many = parts_tried(4 * N);

	(void)state;
	assert_true(few >= N);
	assert_true(many <= 4 * few);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_deviations),
		cmocka_unit_test(test_families),
		cmocka_unit_test(test_majors),
		cmocka_unit_test(test_switches),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
