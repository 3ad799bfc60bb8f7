#include "tests/unit/unit.h"

#include "base/mem.h"
#include "catalog/severity.h"
#include "tests/unit/catalog/literal.h"

#define B SEVERITY_BREAKING
#define A SEVERITY_ADDITIVE
#define C SEVERITY_COSMETIC

static const struct object *
last_of(const struct snapshot *s, enum kind k)
{
	const struct object *o = NULL;

	for (size_t i = 0; i < s->n_objects; i++)
		if (s->objects[i].kind == k)
			o = &s->objects[i];
	return o;
}

static void
test_alone(void **state)
{
	static const struct {
		enum kind kind;
		const char *object, *beside;
		enum severity missing, unexpected;
	} cases[] = {
		{KIND_TABLE, "table public/t", NULL, B, A},
		{KIND_TABLE, "table public/t|inherits=public.p", NULL, B, B},
		{KIND_TABLE, "table public/t|partition_of=public.p", NULL, B, A},
		{KIND_COLUMN, "column public/t/a|type=text|not_null=false", NULL, B, A},
		{KIND_COLUMN, "column public/t/a|type=text|not_null=true", NULL, B, B},
		{KIND_COLUMN, "column public/t/a|type=text|not_null=true|default='x'",
			NULL, B, A},
		{KIND_COLUMN, "column public/t/a|type=d|not_null=true|default=NULL::d",
			NULL, B, B},
		{KIND_COLUMN,
			"column public/t/a|type=int|not_null=true|identity=ALWAYS",
			NULL, B, A},
		{KIND_COLUMN,
			"column public/t/a|type=int|not_null=true|generated=(b) STORED",
			NULL, B, A},
		{KIND_COLUMN, "column public/t/a|type=public.\"D\"|not_null=false",
			"domain public/D|not_null=true", B, B},
		{KIND_COLUMN, "column public/t/a|type=\"a b\".\"q\"\"\"|not_null=false",
			"domain a b/q\"|not_null=true", B, B},
		{KIND_COLUMN, "column public/t/a|type=s.d|not_null=false",
			"domain public/d|not_null=true", B, A},
		{KIND_COLUMN, "column public/t/a|not_null=false",
			"domain public/d|not_null=true", B, A},
		{KIND_COLUMN, "column public/t/a|type=public.d|not_null=false",
			"domain public/d|not_null=false", B, A},
		{KIND_COLUMN, "column public/t/a|type=public.d|not_null=true",
			"domain public/d|not_null=true|default=1", B, A},
		{KIND_COLUMN, "column public/t/a|type=public.d|not_null=false",
			"domain public/d|type=public.d|not_null=false", B, A},
		{KIND_CONSTRAINT, "constraint public/t/c|type=CHECK", NULL, B, B},
		{KIND_CONSTRAINT, "constraint public/t/c|type=CHECK|validated=false",
			NULL, B, B},
		{KIND_CONSTRAINT, "constraint public/t/c|type=CHECK|enforced=false",
			NULL, A, A},
		{KIND_INDEX, "index public/i|unique=true", NULL, B, B},
		{KIND_INDEX, "index public/i|unique=false", NULL, A, A},
		{KIND_FUNCTION, "function public/f(text)", NULL, B, A},
		{KIND_FUNCTION, "function public/f(text)", "function public/f(integer)",
			B, B},
		{KIND_FUNCTION, "function public/f(text)", "function a/f(integer)", B,
			A},
		{KIND_TRIGGER, "trigger public/t/x|enabled=origin", NULL, B, B},
		{KIND_TRIGGER, "trigger public/t/x|enabled=disabled", NULL, A, A},
		{KIND_TRIGGER, "trigger public/t/x|enabled=disabled",
			"table public/t|partition_of=public.p", B, B},
		{KIND_RULE, "rule public/t/x|enabled=disabled", NULL, A, A},
		{KIND_EVENT_TRIGGER, "event_trigger /e|enabled=always", NULL, B, B},
		{KIND_SUBSCRIPTION, "subscription /s|enabled=false", NULL, A, A},
		{KIND_SUBSCRIPTION, "subscription /s|enabled=true", NULL, B, B},
		{KIND_POLICY, "policy public/t/p", "table public/t|row_security=true",
			B, B},
		{KIND_POLICY, "policy public/t/p", "table public/t|row_security=false",
			A, A},
		{KIND_PUBLICATION, "publication /p|publish=insert, update", NULL, B, A},
		{KIND_PUBLICATION, "publication /p|publish=update|tables=public.t",
			NULL, B, B},
		{KIND_PUBLICATION, "publication /p|publish=insert|all_tables=true",
			NULL, B, A},
		{KIND_PUBLICATION, "publication /p|publish=delete|all_tables=true",
			NULL, B, B},
		{KIND_PUBLICATION, "publication /p|publish=delete|schemas=s", NULL, B,
			B},
		{KIND_CAST, "cast /cast(s.a AS s.b)|context=explicit", NULL, B, A},
		{KIND_CAST, "cast /cast(s.a AS s.b)|context=implicit", NULL, B, B},
		{KIND_CAST, "cast /cast(s.a AS text)|context=explicit", NULL, B, B},
		{KIND_CAST, "cast /cast(character varying AS s.a)|context=explicit",
			NULL, B, B},
		{KIND_STATISTICS, "statistics public/s", NULL, C, C},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *s = CATALOG(cases[i].object, cases[i].beside);
		const struct object *o = last_of(s, cases[i].kind);

		if (severity_alone(s, o, true) != cases[i].missing ||
			severity_alone(s, o, false) != cases[i].unexpected)
			fail_msg("%s", cases[i].object);
		snapshot_unref(s);
	}
}

/* A domain over another one is held to that one's NOT NULL too. */
static void
test_domains(void **state)
{
	struct snapshot *s = CATALOG("domain public/base|type=integer|not_null=true",
		"domain public/middle|type=public.base|not_null=false",
		"domain public/top|type=public.middle|not_null=false",
		"domain public/free|type=public.middle|not_null=false|default=1",
		"column public/t/a|type=public.top",
		"column public/t/b|type=public.free",
		"column public/t/c|type=public.top[]",
		"column public/t/d|type=public.top|default=1");
	static const enum severity expected[] = {B, A, A, A};
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < s->n_objects; i++)
		if (s->objects[i].kind == KIND_COLUMN)
			assert_int_equal(severity_alone(s, &s->objects[i], false),
				expected[n++]);
	assert_int_equal(n, COUNT_OF(expected));
	snapshot_unref(s);
}

static void
test_changed(void **state)
{
	static const struct {
		const char *property, *expected, *found;
		enum severity severity;
	} cases[] = {
		{"type", "column public/t/a|type=text",
			"column public/t/a|type=integer", B},
		{"persistence", "table public/t|persistence=permanent",
			"table public/t|persistence=unlogged", B},
		{"persistence", "table public/t|persistence=unlogged",
			"table public/t|persistence=permanent", A},
		{"keys", "index public/i|unique=true|keys=a",
			"index public/i|unique=true|keys=b", B},
		{"keys", "index public/i|unique=false|keys=a",
			"index public/i|unique=false|keys=b", A},
		{"valid", "index public/i|unique=true|valid=false",
			"index public/i|unique=true|valid=true", B},
		{"validated", "constraint public/t/c|validated=true",
			"constraint public/t/c|validated=false", B},
		{"validated", "constraint public/t/c|validated=false",
			"constraint public/t/c|validated=true", A},
		{"index_valid", "constraint public/t/c|index_valid=false",
			"constraint public/t/c", A},
		{"not_null_validated", "column public/t/a|not_null_validated=false",
			"column public/t/a", A},
		{"labels", "type public/e|labels='a', 'b'",
			"type public/e|labels='a', 'b', 'c'", A},
		{"labels", "type public/e|labels='a', 'b'",
			"type public/e|labels='a', 'x, ''y', 'b'", A},
		{"labels", "type public/e|labels=", "type public/e|labels='a'", A},
		{"labels", "type public/e|labels='a', 'b'",
			"type public/e|labels='b', 'a'", B},
		{"labels", "type public/e|labels='a', 'b'", "type public/e|labels='a'",
			B},
		{"labels", "type public/e|labels='a', 'b'",
			"type public/e|labels='a', 'bb'", B},
		{"labels", "type public/e|labels='a''', 'b'",
			"type public/e|labels='a', 'b'", B},
		{"labels", "type public/e|labels='a'", "type public/e|type=range", B},
		{"populated", "materialized_view public/m|populated=true",
			"materialized_view public/m|populated=false", B},
		{"populated", "materialized_view public/m|populated=false",
			"materialized_view public/m|populated=true", A},
		{"parallel", "function public/f()|parallel=unsafe",
			"function public/f()|parallel=safe", B},
		{"parallel", "function public/f()|parallel=restricted",
			"function public/f()|parallel=unsafe", A},
		{"privileges", "grant public/f()|on=function|privileges=PUBLIC: ALL",
			"grant public/f()|on=function|privileges=a: ALL", B},
		{"privileges", "grant public/t|on=table|privileges=a: SELECT",
			"grant public/t|on=table|privileges=a: ALL", A},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *a = CATALOG(cases[i].expected);
		struct snapshot *b = CATALOG(cases[i].found);
		const struct object *x = &a->objects[0], *y = &b->objects[0];
		int p = kind_property(x->kind, cases[i].property);

		assert_true(p >= 0);
		if (severity_changed(&kind_info(x->kind)->properties[p], x, y) !=
			cases[i].severity)
			fail_msg("%s", cases[i].found);
		snapshot_unref(a);
		snapshot_unref(b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_domains),
		cmocka_unit_test(test_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
