#include "tests/unit/unit.h"

#include "base/mem.h"
#include "diff/diff.h"
#include "tests/unit/catalog/literal.h"

enum { MAX_OBJECTS = 12 };

#define FROM "extension /e|installed_in=ext"
#define TO "extension /e|installed_in=public"
#define MOVED "extension e installed_in; "

struct moved_case {
	const char *expected[MAX_OBJECTS], *found[MAX_OBJECTS];
	const char *findings;
};

static const struct moved_case cases[] = {
	{{FROM, "column public/t/a|type=ext.x[]"},
		{TO, "column public/t/a|type=public.x[]"}, MOVED},
	{{FROM, "constraint public/t/c|expression=((a OPERATOR(ext.=) 'a'::ext.x))",
		 "index public/i|parent=t|keys=a ext.x_ops",
		 "column public/t/u|default=ext.gen()"},
		{TO,
			"constraint public/t/c|expression=((a OPERATOR(public.=) "
			"'a'::public.x))",
			"index public/i|parent=t|keys=a public.x_ops",
			"column public/t/u|default=public.gen()"},
		MOVED},
	/* Known by arguments */
	{{FROM, "function public/f(integer, ext.x)|returns=ext.x",
		 "function public/f(ext.x)", "cast /cast(ext.x AS public.t)"},
		{TO, "function public/f(integer, public.x)|returns=public.x",
			"function public/f(public.x)",
			"cast /cast(public.x AS public.t)"},
		MOVED},
	/* On a member, and on what is known by one */
	{{FROM, "function public/f(ext.x)", "comment public/f(ext.x)|on=function",
		 "comment ext/member()|on=function|comment=a"},
		{TO, "function public/f(public.x)",
			"comment public/f(public.x)|on=function",
			"comment public/member()|on=function|comment=a"},
		MOVED},
	/* Others that did not move stand there as well */
	{{FROM, "extension /o|installed_in=public",
		 "column public/t/a|type=ext.x|default=public.g()"},
		{TO, "extension /o|installed_in=public",
			"column public/t/a|type=public.x|default=public.g()"},
		MOVED},
	/* Into a schema that has to be quoted, and back */
	{{"extension /e|installed_in=My Ext",
		 "column public/t/a|type=\"My Ext\".\"X\""},
		{TO, "column public/t/a|type=public.\"X\""}, MOVED},
	{{TO, "column public/t/a|type=public.x"},
		{FROM, "column public/t/a|type=ext.x"}, MOVED},

	/* A change beside it */
	{{FROM, "column public/t/a|type=ext.x"},
		{TO, "column public/t/a|type=public.y"},
		MOVED "column public.t.a type; "},
	{{FROM, "column public/t/a|default=ext.g(1)"},
		{TO, "column public/t/a|default=public.g(2)"},
		MOVED "column public.t.a default; "},
	{{FROM, "function public/f(ext.x)|returns=ext.x"},
		{TO, "function public/f(public.x)|returns=text"},
		MOVED "function public.f(public.x) returns; "},
	/* What is the user's */
	{{FROM, "column public/t/a|type=ext.x"},
		{TO, "type public/x", "column public/t/a|type=public.x"},
		MOVED "column public.t.a type; type public.x; "},
	{{FROM, "function ext/g(integer)", "function public/g(integer)",
		 "column public/t/a|default=ext.g(1)"},
		{TO, "function ext/g(integer)", "function public/g(integer)",
			"column public/t/a|default=public.g(1)"},
		MOVED "column public.t.a default; "},
	/* A literal is what it says, and a longer name another one */
	{{FROM, "column public/t/a|default='ext.x'::text"},
		{TO, "column public/t/a|default='public.x'::text"},
		MOVED "column public.t.a default; "},
	{{FROM, "column public/t/a|default=my_ext.x()"},
		{TO, "column public/t/a|default=my_public.x()"},
		MOVED "column public.t.a default; "},
	/* Nothing moved */
	{{FROM, "column public/t/a|type=ext.x"},
		{FROM, "column public/t/a|type=public.x"}, "column public.t.a type; "},
	{{FROM, "column public/t/a|type=ext.x"}, {"column public/t/a|type=public.x"},
		"extension e; column public.t.a type; "},
};

static void
test_moved(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *a = literal_catalog(cases[i].expected);
		struct snapshot *b = literal_catalog(cases[i].found);
		struct diff *d = diff_compare(a, b, &COMPARE_DEFAULTS);
		struct strbuf text = {0};

		for (size_t k = 0; k < d->n_findings; k++) {
			const struct finding *f = &d->findings[k];

			strbuf_printf(&text, "%s %s%s%s; ", kind_info(f->kind)->word,
				f->name, f->property ? " " : "",
				f->property ? f->property : "");
		}
		assert_string_equal(text.s, cases[i].findings);
		strbuf_free(&text);
		diff_unref(d);
		snapshot_unref(a);
		snapshot_unref(b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
