#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diff/diff.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/diff/tried.h"

enum { MAX_OBJECTS = 14 };

struct rename_case {
	const char *expected[MAX_OBJECTS], *found[MAX_OBJECTS];
	const char *renamed; /* "public.t.a > public.t.b", by the missing one's name */
};

static void
print(const struct diff *d, struct strbuf *out)
{
	strbuf_add(out, "");
	for (size_t i = 0; i < d->n_findings; i++) {
		const struct finding *f = &d->findings[i];

		if (!f->renamed)
			continue;
		assert_int_not_equal(f->change, CHANGE_CHANGED);
		if (f->change == CHANGE_MISSING)
			strbuf_printf(out, "%s%s > %s", out->len ? "; " : "", f->name,
				f->renamed);
		for (size_t j = 0; j < d->n_findings; j++)
			if (!strcmp(d->findings[j].name, f->renamed) &&
				d->findings[j].change != f->change)
				assert_string_equal(d->findings[j].renamed, f->name);
	}
}

static void
run(const struct rename_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct snapshot *expected = literal_catalog(cases[i].expected);
		struct snapshot *found = literal_catalog(cases[i].found);
		struct diff *d = diff_compare(expected, found, &COMPARE_DEFAULTS);
		struct strbuf b = {0};

		snapshot_unref(expected);
		snapshot_unref(found);
		print(d, &b);
		assert_string_equal(b.s, cases[i].renamed);
		strbuf_free(&b);
		diff_unref(d);
	}
}

static void
test_renamed(void **state)
{
	static const struct rename_case cases[] = {
		{{"table public/t", "column public/t/a|type=text|position=2"},
			{"table public/t", "column public/t/A b|type=text|position=2"},
			"public.t.a > public.t.\"A b\""},
		{{"view public/v|definition=SELECT 1"},
			{"view public/w|definition=SELECT 1"}, "public.v > public.w"},
		{{"function public/f(integer)|body=x"},
			{"function public/g(integer)|body=x"},
			"public.f(integer) > public.g(integer)"},
		{{"table public/t", "index public/i|parent=t|keys=a"},
			{"table public/t", "index public/j|parent=t|keys=a"},
			"public.i > public.j"},
		{{"table public/t", "constraint public/t/c|type=CHECK|expression=x"},
			{"table public/t",
				"constraint public/t/d|type=CHECK|expression=x"},
			"public.t.c > public.t.d"},
		{{"type public/m|labels='a', 'b'"}, {"type public/n|labels='a', 'b'"},
			"public.m > public.n"},
		/* With all that belongs to it, whose texts name it */
		{{"table public/t", "column public/t/a|type=text",
			 "constraint public/t/t_pkey|type=PRIMARY KEY|columns=a",
			 "constraint public/t/f|referenced_table=public.t",
			 "index public/t_a_idx|parent=t|table=public.t|keys=a",
			 "policy public/t/p|using=(t.a = 1)",
			 "comment public/t/a|on=column|comment=c"},
			{"table public/u", "column public/u/a|type=text",
				"constraint public/u/t_pkey|type=PRIMARY KEY|columns=a",
				"constraint public/u/f|referenced_table=public.u",
				"index public/t_a_idx|parent=u|table=public.u|keys=a",
				"policy public/u/p|using=(u.a = 1)",
				"comment public/u/a|on=column|comment=c"},
			"public.t > public.u"},
		/* Also if generated names follow */
		{{"table public/t", "column public/t/a",
			 "constraint public/t/t_pkey|type=PRIMARY KEY|columns=a",
			 "index public/t_a_idx|parent=t|table=public.t|keys=a"},
			{"table public/u", "column public/u/a",
				"constraint public/u/u_pkey|type=PRIMARY KEY|columns=a",
				"index public/u_a_idx|parent=u|table=public.u|keys=a"},
			"public.t > public.u"},
		{{"schema /s", "table s/t", "column s/t/a|type=s.e",
			 "type s/e|labels='x'"},
			{"schema /r", "table r/t", "column r/t/a|type=r.e",
				"type r/e|labels='x'"},
			"s > r"},
		/* Two at a time that are told apart by what they are */
		{{"table public/t", "column public/t/a|type=text",
			 "column public/t/b|type=date"},
			{"table public/t", "column public/t/x|type=date",
				"column public/t/y|type=text"},
			"public.t.a > public.t.y; public.t.b > public.t.x"},
	};

	(void)state;
	run(cases, COUNT_OF(cases));
}

static void
test_not_renamed(void **state)
{
	static const struct rename_case cases[] = {
		{{"table public/t", "column public/t/a|type=text"},
			{"table public/t", "column public/t/b|type=date"}, ""},
		/* Dropped in one place, added in another */
		{{"table public/t", "column public/t/a|type=text|position=2"},
			{"table public/t", "column public/t/b|type=text|position=5"},
			""},
		/* It could be either */
		{{"view public/v|definition=SELECT 1"},
			{"view public/w|definition=SELECT 1",
				"view public/x|definition=SELECT 1"},
			""},
		{{"view public/v|definition=SELECT 1",
			 "view public/u|definition=SELECT 1"},
			{"view public/w|definition=SELECT 1"}, ""},
		/* Another place, another kind, other arguments */
		{{"view public/v|definition=SELECT 1"},
			{"view app/v|definition=SELECT 1"}, ""},
		{{"view public/v|definition=SELECT 1"},
			{"materialized_view public/w|definition=SELECT 1"}, ""},
		{{"function public/f(integer)|body=x"},
			{"function public/f(text)|body=x"}, ""},
		{{"table public/t", "table public/u", "column public/t/a|type=text"},
			{"table public/t", "table public/u",
				"column public/u/b|type=text"},
			""},
		/* What belongs to it differs */
		{{"table public/t", "column public/t/a|type=text"},
			{"table public/u", "column public/u/a|type=date"}, ""},
		{{"table public/t", "table public/u",
			 "security_label public/t|on=table|label=x"},
			{"table public/t", "table public/u",
				"security_label public/u|on=table|label=x"},
			""},
		{{"table public/t", "column public/t/a", "column public/t/b"},
			{"table public/u", "column public/u/a"}, ""},
		{{"table public/t", "column public/t/a"},
			{"table public/u", "column public/u/b"}, ""},
		{{"view public/v|definition=SELECT 1",
			 "comment public/v|on=view|comment=c"},
			{"view public/w|definition=SELECT 1"}, ""},
		/* What cannot be renamed */
		{{"extension /a|installed_in=public"},
			{"extension /b|installed_in=public"}, ""},
		{{"cast /cast(a AS b)"}, {"cast /cast(a AS c)"}, ""},
	};

	(void)state;
	run(cases, COUNT_OF(cases));
}

/* What is the table's that was renamed is no finding besides. */
static void
test_what_belongs_to_it(void **state)
{
	struct snapshot *expected = CATALOG("table public/t", "column public/t/a",
		"index public/i|parent=t|table=public.t",
		"sequence public/s|parent=t|parent_part=a|owned_by=public.t.a");
	struct snapshot *found = CATALOG("table public/u", "column public/u/a",
		"index public/i|parent=u|table=public.u",
		"sequence public/s|parent=u|parent_part=a|owned_by=public.u.a");
	struct diff *d = diff_compare(expected, found, &COMPARE_DEFAULTS);

	(void)state;
	assert_int_equal(d->n_findings, 2);
	assert_string_equal(d->findings[0].renamed, "public.u");
	assert_string_equal(d->findings[1].renamed, "public.t");
	diff_unref(d);
	snapshot_unref(expected);
	/* But it is if the table is there on both sides. */
	expected = CATALOG("table public/t", "table public/u",
		"index public/i|parent=t|table=public.t");
	snapshot_unref(found);
	found = CATALOG("table public/t", "table public/u",
		"index public/i|parent=u|table=public.u");
	d = diff_compare(expected, found, &COMPARE_DEFAULTS);
	assert_int_equal(d->n_findings, 1);
	assert_string_equal(d->findings[0].property, "table");
	diff_unref(d);
	snapshot_unref(expected);
	snapshot_unref(found);
}

/* A child whose parent was renamed has the same parent. */
static void
test_children(void **state)
{
	static const struct {
		const char *child, *now;
		size_t findings;
	} cases[] = {
		{"table public/c|partition_of=public.t|partition_bound=public.t "
		 "DEFAULT",
			"table public/c|partition_of=public.u|"
			"partition_bound=public.u DEFAULT",
			2},
		{"table public/c|partition_of=public.t|partition_bound=public.t "
		 "DEFAULT",
			"table public/c|partition_of=public.u|"
			"partition_bound=public.u FOR VALUES IN (1)",
			3},
		{"table public/c|partition_of=public.t|partition_bound=public.t "
		 "DEFAULT",
			"table public/c|partition_of=public.x|"
			"partition_bound=public.x DEFAULT",
			3},
		{"table public/c|inherits=public.t", "table public/c|inherits=public.u",
			2},
		{"table public/c|inherits=public.t, public.x",
			"table public/c|inherits=public.u, public.x", 3},
		{"table public/c|inherits=public.t", "table public/c", 3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *expected =
			CATALOG("table public/t|partition_key=a", cases[i].child);
		struct snapshot *found =
			CATALOG("table public/u|partition_key=a", cases[i].now);
		struct diff *d = diff_compare(expected, found, &COMPARE_DEFAULTS);

		assert_int_equal(d->n_findings, cases[i].findings);
		diff_unref(d);
		snapshot_unref(expected);
		snapshot_unref(found);
	}
}

/* A catalog of tables with two columns each, whose names all begin with `prefix`;
 * `own`: a column has a name that no other table's has. */
static struct snapshot *
many_tables(const char *prefix, size_t n, bool own)
{
	char(*text)[64] = xcalloc(3 * n, sizeof *text);
	const char **objects = xcalloc(3 * n + 1, sizeof *objects);
	struct snapshot *s;

	for (size_t i = 0; i < n; i++) {
		size_t size = sizeof *text;

		snprintf(text[3 * i], size, "table public/%s%04zu", prefix, i);
		snprintf(text[3 * i + 1], size, "column public/%s%04zu/id", prefix, i);
		snprintf(text[3 * i + 2], size, "column public/%s%04zu/c%zu", prefix, i,
			own ? i : 0);
	}
	for (size_t i = 0; i < 3 * n; i++)
		objects[i] = text[i];
	s = literal_catalog(objects);
	free(objects);
	free(text);
	return s;
}

/* Not each is held against each. */
static void
test_many(void **state)
{
	enum { N = 2100 }; /* whose square is over what is looked at */

	(void)state;
	for (int own = 0; own < 2; own++) {
		size_t n = own ? N : N / 7;
		struct snapshot *a = many_tables("a", n, own);
		struct snapshot *b = many_tables("b", n, own);
		struct tried tried = tried_of(a, b);

		assert_int_equal(tried.renamed, own ? 2 * n : 0);
		assert_true(tried.renames <= (own ? n : 4 * n));
		snapshot_unref(a);
		snapshot_unref(b);
	}
}

/* A catalog of views whose names begin with `prefix`; each has a text of `size` bytes,
 * then `word` and its number. */
static struct snapshot *
many_views(const char *prefix, size_t n, size_t size, const char *word)
{
	const char **objects = xcalloc(n + 1, sizeof *objects);
	char *padding = xcalloc(size + 1, 1);
	struct snapshot *s;

	memset(padding, 'x', size);
	for (size_t i = 0; i < n; i++) {
		objects[i] = xasprintf("view public/%s%04zu|definition=%s%s %zu",
			prefix, i, padding, word, i);
	}
	s = literal_catalog(objects);
	for (size_t i = 0; i < n; i++)
		free((char *)objects[i]);
	free(objects);
	free(padding);
	return s;
}

/* What is told, and how many pairs are held against each other for it. */
static void
test_limits(void **state)
{
	static const struct {
		size_t n, size;
		const char *before, *after;
		size_t renamed, most;
	} cases[] = {
		/* All have another text; each has that of one other. */
		{2000, 0, "old", "new", 0, 0},
		{2000, 0, "old", "old", 4000, 2000},
		/* What differs is behind what is looked at first. */
		{500, 5000, "old", "new", 0, 10000},
		{50, 5000, "old", "old", 100, 2500},
		{600, 5000, "old", "old", 0, 0},
		{4, 9 << 20, "old", "old", 0, 4},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *a =
			many_views("a", cases[i].n, cases[i].size, cases[i].before);
		struct snapshot *b =
			many_views("b", cases[i].n, cases[i].size, cases[i].after);
		struct tried tried = tried_of(a, b);

		assert_int_equal(tried.renamed, cases[i].renamed);
		assert_true(tried.renames <= cases[i].most);
		snapshot_unref(a);
		snapshot_unref(b);
	}
}

/* A column that has the name of its table goes along with it, or stays. */
static void
test_column_of_its_name(void **state)
{
	static const struct rename_case cases[] = {
		{{"table public/t", "column public/t/t"},
			{"table public/u", "column public/u/t"}, "public.t > public.u"},
		{{"table public/t", "column public/t/u"},
			{"table public/u", "column public/u/u"}, "public.t > public.u"},
		{{"table public/t", "column public/t/t"},
			{"table public/u", "column public/u/u"}, "public.t > public.u"},
		{{"table public/t", "column public/t/t"},
			{"table public/u", "column public/u/x"}, ""},
		{{"table public/t", "column public/t/t"},
			{"table public/u", "column public/u/t", "table public/v",
				"column public/v/v"},
			""},
		{{"table public/t", "column public/t/t", "table public/v",
			 "column public/v/x"},
			{"table public/u", "column public/u/u", "table public/w",
				"column public/w/x"},
			"public.t > public.u; public.v > public.w"},
	};

	(void)state;
	run(cases, COUNT_OF(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_renamed),
		cmocka_unit_test(test_not_renamed),
		cmocka_unit_test(test_what_belongs_to_it),
		cmocka_unit_test(test_children),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_column_of_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
