#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/ignore.h"
#include "catalog/rule.h"
#include "tests/unit/catalog/literal.h"

static void
test_texts(void **state)
{
	static const struct {
		enum kind kind, on;
		const char *name, *property, *rule;
	} cases[] = {
		{KIND_TABLE, KIND_NONE, "public.t", NULL, "table:public.t"},
		{KIND_COLUMN, KIND_NONE, "public.t.\"A.b\"", "type",
			"column:public.t.\"A.b\"@type"},
		{KIND_FUNCTION, KIND_NONE, "public.f(integer, \"x\ny\")", "body",
			"function:public.f(integer, ?x?y?)@body"},
		{KIND_FUNCTION, KIND_NONE, "public.f(\"*\")", NULL,
			"function:public.f(\"*\")"},
		{KIND_OPERATOR, KIND_NONE, "public.*(a, b)", NULL,
			"operator:public.\"*\"(a, b)"},
		{KIND_COMMENT, KIND_OPERATOR, "\"x.\"\"y\".?@(a, b)", NULL,
			"comment:\"x.\"\"y\".\"?@\"(a, b)"},
		{KIND_CAST, KIND_NONE, "(integer AS text)", "context",
			"cast:(integer AS text)@context"},
		{KIND_COMMENT, KIND_CAST, "(integer AS text)", NULL,
			"comment:cast(integer AS text)"},
		{KIND_COMMENT, KIND_TABLE, "public.t", "comment",
			"comment:public.t@comment"},
		{KIND_TABLE, KIND_NONE, "public.\"a\nb \"\".\"\" (c*)\"", NULL,
			"table:public.a?b??????c??"},
		{KIND_TABLE, KIND_NONE, "\"\n\".\"\xc3\xa4\n_1A\"", NULL,
			"table:?.\xc3\xa4?_1A"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct strbuf b = {0};

		rule_write(cases[i].kind, cases[i].on, cases[i].name, cases[i].property,
			&b);
		assert_string_equal(b.s, cases[i].rule);
		strbuf_free(&b);
	}
}

/* The rule of an object holds for it, as a whole and for each property, and of all
 * others only for what belongs to it or has its very name. */
static void
test_each_holds(void **state)
{
	struct snapshot *s = CATALOG("schema /a\nb", "schema /a b", "table a\nb/t",
		"table public/t", "table public/T", "table public/*", "table public/a?",
		"table public/ab", "table public/x.y", "table public/\"",
		"table public/ ", "table public/#", "table public/@",
		"table public/x@type", "table public/!", "table public/a\nb",
		"table public/a\n\"b", "table public/über", "table public/select",
		"column public/t/*", "column public/t/a\nb",
		"column public/t/type@type", "function public/f()",
		"function public/f(integer, \"a,\nb\")", "function public/f*(\"*\")",
		"function public/g(\"*\")", "function public/g(\"?\")",
		"function public/g(\"a [b]. c\")", "function public/g(\"a \"\"*\")",
		"function public/g(integer)", "table public/[ab]", "table public/a",
		"table public/a b. [*]?\"", "table public/a b. [x]y\"",
		"table public/**", "schema /a.b*", "schema /a.bc", "table a.b*/t",
		"table a.bc/t", "operator public/@(a, b)",
		"operator public/@@type(a, b)", "operator public/*(a, b)",
		"operator public/#!?(NONE, b)", "operator public/#!<(NONE, b)",
		"operator public/?(a, b)", "operator public/**(a, b)",
		"operator public/?@x(a, b)", "operator public/*@type(a, b)",
		"operator public/*(a, \"*\")", "operator public/*(a, \"c\")",
		"operator a.b*/*(a, b)", "operator a.bc/*(a, b)",
		"operator public/=(a, b)", "comment public/*(a, b)|on=operator",
		"comment public/?(a, b)|on=operator", "operator_class public/o(btree)",
		"cast /cast(integer AS text)", "transform /transform(integer, sql)",
		"comment /cast(integer AS text)|on=cast",
		"comment public/@(a, b)|on=operator", "comment public/t/*|on=column",
		"user_mapping /far server/some body", "default_privilege /me/tables",
		"default_privilege public/some body/tables", "extension /x-y",
		"event_trigger /on", "index public/i",
		"security_label public/t|on=table", "grant public/@(a, b)|on=operator");

	(void)state;
	for (size_t i = 0; i < s->n_objects; i++) {
		const struct object *o = &s->objects[i];
		const struct kind_info *info = kind_info(o->kind);

		for (size_t p = 0; p <= info->n_properties; p++) {
			const char *property = p < info->n_properties
						       ? info->properties[p].name
						       : NULL;
			struct ignore_rules *rules = ignore_new();
			struct strbuf name = {0}, rule = {0};
			struct err e;

			object_name(o, &name);
			rule_write(o->kind, o->id.on, name.s, property, &rule);
			assert_null(strchr(rule.s, '\n'));
			if (!ignore_add(rules, rule.s, NULL, 0, &e))
				fail_msg("%s: %s", rule.s, e.text);
			if (!ignore_match(rules, o, property, 0, NULL))
				fail_msg("%s does not match", rule.s);
			for (size_t j = 0; j < s->n_objects && !strchr(name.s, '\n');
				j++) {
				const struct object *other = &s->objects[j];

				if (other->kind == o->kind && other != o &&
					other->belongs_to != o &&
					ignore_match(rules, other, property, 0, NULL))
					fail_msg("%s matches another", rule.s);
			}
			strbuf_free(&name);
			strbuf_free(&rule);
			ignore_free(rules);
		}
	}
	snapshot_unref(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_each_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
