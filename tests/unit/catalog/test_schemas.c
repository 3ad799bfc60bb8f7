#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"
#include "catalog/schemas.h"
#include "tests/unit/catalog/literal.h"

static struct snapshot *
mapped(const struct snapshot *s, const char *names)
{
	struct strvec map = {0};
	struct snapshot *m;
	struct err e;

	strvec_split(&map, names, ',');
	m = schemas_map(s, &map, &e);
	assert_non_null(m);
	strvec_free(&map);
	return m;
}

static void
test_values(void **state)
{
	static const struct {
		const char *object, *property, *value;
	} cases[] = {
		{"extension /e|installed_in=a", "installed_in", "b"},
		{"extension /e|installed_in=a.x", "installed_in", "a.x"},
		{"column a/t/c|type=a.mood", "type", "b.mood"},
		{"column a/t/c|default=nextval('a.s'::regclass)", "default",
			"nextval('b.s'::regclass)"},
		{"table a/t|owner=a", "owner", "a"},
		{"table a/t|inherits=a.p, c.p", "inherits", "b.p, c.p"},
		{"comment a/t|on=table|comment=see a.t", "comment", "see a.t"},
		{"function a/f()|language=sql|body=SELECT A.x", "body", "SELECT B.x"},
		{"function a/f()|language=plpython3u|body=A.x, a.x", "body",
			"A.x, b.x"},
		{"function a/f()|config=search_path=a", "config", "search_path=b"},
		{"function a/f()|transforms=a.z, aa.y", "transforms", "aa.y, b.z"},
		{"function a/f()|transforms=a.z, integer, text", "transforms",
			"b.z, integer, text"},
		{"function a/f()|arguments=a a.a DEFAULT a.g()", "arguments",
			"a b.a DEFAULT b.g()"},
		{"function a/f()|returns=a.a", "returns", "b.a"},
		{"aggregate a/f()|arguments=a a.a|returns=text", "arguments", "a b.a"},
		{"column a/a/c|type=a.a", "type", "b.a"},
		{"sequence a/a|definition=CREATE SEQUENCE a.a OWNED BY a.t.a",
			"definition", "CREATE SEQUENCE b.a OWNED BY b.t.a"},
		{"operator_class a/o(btree)|operators=1 a.<(a.m,a.m), 1 "
		 "aa.<(text,text), "
		 "10 a.>(a.m,a.m) FOR ORDER BY a.f, 2 a.>(a.m,a.m)",
			"operators",
			"1 aa.<(text,text), 1 b.<(b.m,b.m), 2 b.>(b.m,b.m), "
			"10 b.>(b.m,b.m) FOR ORDER BY b.f"},
		{"operator_family a/o(btree)|functions=1 (a.m, text) a.f(a.m,text), "
		 "1 (text, a.m) aa.f(text,text), 2 (text, text) a.g(text)",
			"functions",
			"1 (text, b.m) aa.f(text,text), 1 (b.m, text) b.f(b.m,text), "
			"2 (text, text) b.g(text)"},
		{"trigger a/t/g|function=a.f", "function", "b.f"},
		{"trigger a/t/g|arguments='a.f', 'a'", "arguments", "'b.f', 'a'"},
		{"publication /p|schemas=a, aa", "schemas", "aa, b"},
		{"publication /p|tables=a.t (x, y) WHERE (a.f(x, 1)), \"aA\".u",
			"tables", "\"aA\".u, b.t (x, y) WHERE (b.f(x, 1))"},
		{"database_setting /search_path|value='a, public'", "value",
			"'b, public'"},
		{"database_setting /search_path|value='\"it''s\", \"a\", a.a, c'",
			"value", "'\"it''s\", b, a.a, c'"},
		{"database_setting /search_path|value=''", "value", "''"},
		{"database_setting /role|value='a'", "value", "'a'"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *s = CATALOG(cases[i].object);
		struct snapshot *m = mapped(s, "b=a");

		assert_string_equal(object_value(&m->objects[0], cases[i].property),
			cases[i].value);
		snapshot_unref(s);
		snapshot_unref(m);
	}
}

/* What objects are known by; those in the way get the names that are left over, and all
 * are in order again. */
static void
test_names(void **state)
{
	static const struct {
		const char *map, *names;
	} cases[] = {
		{"b=a", "a|b|z|a.a|b.t|z.t|b.t.a|b.f(b.m, integer)|b.g(a.m)|b"},
		{"a=b,b=a", "a|b|z|a.a|b.t|z.t|b.t.a|b.f(b.m, integer)|b.g(a.m)|b"},
		{"b=a,z=b", "a|b|z|a.t|b.t|z.a|b.t.a|b.f(b.m, integer)|b.g(z.m)|b"},
		{"n=a", "b|n|z|b.a|n.t|z.t|n.t.a|n.f(n.m, integer)|n.g(b.m)|n"},
	};
	struct snapshot *s = CATALOG("schema /a", "schema /b", "schema /z",
		"comment /a|on=schema|comment=x", "table a/t", "table b/a", "table z/t",
		"column a/t/a|type=text", "function a/f(a.m, integer)",
		"function a/g(b.m)");

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *m = mapped(s, cases[i].map);
		struct strbuf b = {0};

		for (size_t k = 0; k < m->n_objects; k++) {
			strbuf_add(&b, k ? "|" : "");
			object_name(&m->objects[k], &b);
		}
		assert_string_equal(b.s, cases[i].names);
		strbuf_free(&b);
		snapshot_unref(m);
	}
	snapshot_unref(s);
}

static void
test_header(void **state)
{
	struct snapshot *s = CATALOG("table a/t"), *m;

	(void)state;
	s->version_schema = "a";
	s->version_table = "a";
	s->version_table_exists = true;
	m = mapped(s, "b=a");
	assert_string_equal(m->version_schema, "b");
	assert_string_equal(m->version_table, "a");
	assert_true(m->version_table_exists);
	assert_memory_equal(m->read, s->read, sizeof m->read);
	snapshot_unref(s);
	snapshot_unref(m);
}

static void
test_left_over(void **state)
{
	static const struct {
		const char *schema;
		bool left_over;
	} cases[] = {{"a", true}, {"b", false}, {"c", false}, {"x", false},
		{"public", false}};
	static const struct strvec none;
	struct strvec map = {0};

	(void)state;
	strvec_split(&map, "c=b,b=a,x=y,y=x", ',');
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(schemas_is_left_over(&map, cases[i].schema),
			cases[i].left_over);
		assert_false(schemas_is_left_over(&none, cases[i].schema));
	}
	strvec_free(&map);
}

static void
test_named(void **state)
{
	static const struct {
		const char *object, *names;
	} cases[] = {
		{"extension /a|installed_in=a", ""},
		{"table a/t", ""},
		{"cast /cast(a.m AS text)|context=explicit|method=BINARY", "a"},
		{"cast /cast(text AS \"A \"\"x.y\".m)|context=explicit|method=BINARY",
			"A \"x.y"},
		{"cast /cast(b.a AS c.b)|context=explicit|method=BINARY", "b|c"},
		{"comment /cast(b.a AS text)|on=cast|comment=x", "b"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *s = CATALOG(cases[i].object);
		struct strvec names = {0};
		struct strbuf b = {0};

		schemas_named(&s->objects[0], &names);
		strvec_join(&names, "|", &b);
		assert_string_equal(b.s ? b.s : "", cases[i].names);
		strbuf_free(&b);
		strvec_free(&names);
		snapshot_unref(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_left_over),
		cmocka_unit_test(test_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
