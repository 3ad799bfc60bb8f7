#include "tests/unit/unit.h"

#include "base/mem.h"
#include "catalog/renaming.h"

struct one {
	const char *in, *out; /* NULL: as it was */
};

static void
names(struct renaming *r)
{
	strvec_split(&r->from, "tenant_a,Tenant-A,plain,a\"b,UPPER", ',');
	strvec_split(&r->to, "tenant_b,Tenant-B,Big One,c,lower", ',');
}

enum manner { PRINTED, NAMES, WRITTEN, WRITTEN_ELSEWHERE, PATH, SETTINGS, LITERALS };

static void
check(enum manner manner, const struct one *one)
{
	struct renaming r = {0};
	struct strbuf out = {0};

	names(&r);
	if (manner == PRINTED)
		renaming_printed(&r, one->in, &out);
	else if (manner == NAMES)
		renaming_names(&r, one->in, &out);
	else if (manner == WRITTEN || manner == WRITTEN_ELSEWHERE)
		renaming_written(&r, one->in, manner == WRITTEN, &out);
	else if (manner == PATH)
		renaming_path(&r, one->in, &out);
	else if (manner == SETTINGS)
		renaming_settings(&r, one->in, &out);
	else
		renaming_literals(&r, one->in, &out);
	assert_string_equal(out.s, one->out ? one->out : one->in);
	strbuf_free(&out);
	renaming_free(&r);
}

static void
test_printed(void **state)
{
	static const struct one cases[] = {
		{"", NULL},
		{"tenant_a.t", "tenant_b.t"},
		{"\"Tenant-A\".t", "\"Tenant-B\".t"},
		{"plain.t", "\"Big One\".t"},
		{"\"a\"\"b\".t", "c.t"},
		{"\"a\"\"\".t", NULL},
		{"tenant_a1.t", NULL},
		{"xtenant_a.t", NULL},
		{"\"tenant_a x\".t", NULL},
		{"\"x tenant_a.t\"", NULL},
		{"\"x\"\"tenant_a.t\"", NULL},
		{"public.tenant_a", NULL},
		{"public.tenant_a.b", NULL},
		{"tenant_a", NULL},
		{"(tenant_a).field", NULL},
		{"tenant_a.mood[], integer", "tenant_b.mood[], integer"},
		{"m tenant_a.mood DEFAULT 'sad'::tenant_a.mood",
			"m tenant_b.mood DEFAULT 'sad'::tenant_b.mood"},
		{"nextval('tenant_a.x_id_seq'::regclass)",
			"nextval('tenant_b.x_id_seq'::regclass)"},
		{"nextval('\"Tenant-A\".\"X''y\"'::regclass)",
			"nextval('\"Tenant-B\".\"X''y\"'::regclass)"},
		{"nextval(('tenant_a.x_id_seq'::text)::regclass)",
			"nextval(('tenant_b.x_id_seq'::text)::regclass)"},
		{"'tenant_a.f(tenant_a.mood)'::regprocedure",
			"'tenant_b.f(tenant_b.mood)'::regprocedure"},
		{"'tenant_a'::regnamespace", "'tenant_b'::regnamespace"},
		{"'{tenant_a.x,tenant_a.y}'::regclass[]",
			"'{tenant_b.x,tenant_b.y}'::regclass[]"},
		{"(a = 'tenant_a.x'::text)", NULL},
		{"(a = E'\\'tenant_a.x'::text)", NULL},
		{"(a = 'it''s tenant_a.x'::text AND tenant_a.f(a))",
			"(a = 'it''s tenant_a.x'::text AND tenant_b.f(a))"},
		{"(a OPERATOR(tenant_a.=) b)", "(a OPERATOR(tenant_b.=) b)"},
		{"x COLLATE tenant_a.c", "x COLLATE tenant_b.c"},
		{" SELECT t.x FROM (tenant_a.t\n     JOIN plain.u USING (id))",
			" SELECT t.x FROM (tenant_b.t\n     JOIN \"Big One\".u USING "
			"(id))"},
		/* A column, an alias and a table that go by the name. */
		{" SELECT t.tenant_a, tenant_a.f(t.x) FROM tenant_a.t",
			" SELECT t.tenant_a, tenant_b.f(t.x) FROM tenant_b.t"},
		{" SELECT tenant_a.x FROM public.t tenant_a", NULL},
		{" SELECT tenant_a.x, tenant_a.\"F\"(1) FROM tenant_a.t tenant_a",
			" SELECT tenant_a.x, tenant_b.\"F\"(1) FROM tenant_b.t "
			"tenant_a"},
		{" SELECT tenant_a.id, 'x'::tenant_a.mood FROM tenant_a.tenant_a",
			" SELECT tenant_a.id, 'x'::tenant_b.mood FROM "
			"tenant_b.tenant_a"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check(PRINTED, &cases[i]);
}

static void
test_written(void **state)
{
	static const struct one cases[] = {
		{"SELECT * FROM tenant_a.t -- don't",
			"SELECT * FROM tenant_b.t -- don't"},
		{"select 1 from TENANT_A.T, Tenant_A.u",
			"select 1 from TENANT_B.T, tenant_b.u"},
		{"select 1 from \"tenant_a\".t", "select 1 from \"tenant_b\".t"},
		{"select 1 from \"TENANT_A\".t, my_tenant_a.t, tenant_a2.t", NULL},
		{"select 1 from \"a\"\"b\".t", "select 1 from c.t"},
		{"select 1 from plain.t", "select 1 from \"Big One\".t"},
		{"select 1 from \"UPPER\".t", "select 1 from lower.t"},
		{"EXECUTE 'SELECT * FROM tenant_a.' || quote_ident(t)",
			"EXECUTE 'SELECT * FROM tenant_b.' || quote_ident(t)"},
		{"EXECUTE format('TRUNCATE tenant_a.%I', t)",
			"EXECUTE format('TRUNCATE tenant_b.%I', t)"},
		{"nextval('tenant_a.s')", "nextval('tenant_b.s')"},
		{"x := $q$ SELECT tenant_a.f() $q$",
			"x := $q$ SELECT tenant_b.f() $q$"},
		{"/* of tenant_a.t */", "/* of tenant_b.t */"},
		{"-- it is tenant_a. That is all", NULL},
		{"SET search_path = tenant_a, public; SELECT 1",
			"SET search_path = tenant_b, public; SELECT 1"},
		{"SET LOCAL search_path TO 'tenant_a', \"Tenant-A\";",
			"SET LOCAL search_path TO 'tenant_b', \"Tenant-B\";"},
		{"set_config('search_path', 'tenant_a,public', true)",
			"set_config('search_path', 'tenant_b,public', true)"},
		{"CREATE SCHEMA tenant_a", "CREATE SCHEMA tenant_b"},
		{"v := 'tenant_a'; SELECT 1 FROM tenant_a.t",
			"v := 'tenant_a'; SELECT 1 FROM tenant_b.t"},
		{"DECLARE tenant_a record; BEGIN SELECT * INTO tenant_a FROM "
		 "tenant_a.t; RETURN tenant_a.x; END",
			"DECLARE tenant_a record; BEGIN SELECT * INTO tenant_a FROM "
			"tenant_b.t; RETURN tenant_a.x; END"},
		{"SELECT t.tenant_a.x FROM t", NULL},
		/* parameters, which any name may be before the dot of */
		{"current_setting('tenant_a.user_id')", NULL},
		{"x = Current_Setting( 'tenant_a.user_id', true) FROM tenant_a.t",
			"x = Current_Setting( 'tenant_a.user_id', true) FROM "
			"tenant_b.t"},
		{"PERFORM set_config('tenant_a.x', tenant_a.f(), true)",
			"PERFORM set_config('tenant_a.x', tenant_b.f(), true)"},
		{"SET tenant_a.x = 1; SET LOCAL tenant_a.x TO 2; set session "
		 "tenant_a.x = 1; RESET tenant_a.x; SHOW tenant_a.x",
			NULL},
		{"UPDATE tenant_a.t SET x = tenant_a.f()",
			"UPDATE tenant_b.t SET x = tenant_b.f()"},
		/* in doubt */
		{"DECLARE tenant_a tenant_a.t%ROWTYPE; x tenant_a.t.c%TYPE; y "
		 "tenant_a.t; BEGIN TRUNCATE tenant_a.t; RETURN tenant_a.x % 2; END",
			"DECLARE tenant_a tenant_b.t%ROWTYPE; x tenant_b.t.c%TYPE; y "
			"tenant_a.t; BEGIN TRUNCATE tenant_b.t; RETURN tenant_a.x % "
			"2; END"},
		{"DROP TABLE IF EXISTS tenant_a.t; LOCK tenant_a.t; ALTER TABLE x "
		 "ALTER tenant_a TYPE tenant_a.m",
			"DROP TABLE IF EXISTS tenant_b.t; LOCK tenant_b.t; ALTER "
			"TABLE x ALTER tenant_a TYPE tenant_b.m"},
	};
	static const struct one elsewhere[] = {
		{"plpy.execute(\"select * from tenant_a.t\")",
			"plpy.execute(\"select * from tenant_b.t\")"},
		{"plpy.execute('select * from TENANT_A.t')", NULL},
		{"plpy.execute('select * from \"Tenant-A\".t')",
			"plpy.execute('select * from \"Tenant-B\".t')"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check(WRITTEN, &cases[i]);
	for (size_t i = 0; i < COUNT_OF(elsewhere); i++)
		check(WRITTEN_ELSEWHERE, &elsewhere[i]);
}

/* Something goes by the name of its schema, and no column is there. */
static void
test_names(void **state)
{
	static const struct one cases[] = {
		{"tenant_a.tenant_a", "tenant_b.tenant_a"},
		{"tenant_a.tenant_a[], tenant_a.x", "tenant_b.tenant_a[], tenant_b.x"},
		{"tenant_a tenant_a.tenant_a DEFAULT tenant_a.f()",
			"tenant_a tenant_b.tenant_a DEFAULT tenant_b.f()"},
		{"x tenant_a.tenant_a, tenant_a integer",
			"x tenant_b.tenant_a, tenant_a integer"},
		{"tenant_a, tenant_a.m", "tenant_a, tenant_b.m"},
		{"c.tenant_a, tenant_a", NULL},
		{"\"Tenant-A\".\"Tenant-A\"", "\"Tenant-B\".\"Tenant-A\""},
		{"x DEFAULT 'tenant_a.x'::text, tenant_a.t",
			"x DEFAULT 'tenant_a.x'::text, tenant_b.t"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check(NAMES, &cases[i]);
}

static void
test_lists(void **state)
{
	static const struct one paths[] = {
		{"", NULL},
		{"\"\"", NULL},
		{"tenant_a", "tenant_b"},
		{"\"$user\", tenant_a, public", "\"$user\", tenant_b, public"},
		{"\"Tenant-A\",plain", "\"Tenant-B\",\"Big One\""},
		{"tenant_ab, \"tenant_a \"", NULL},
	};
	static const struct one settings[] = {
		{"search_path=tenant_a, public, work_mem=4MB",
			"search_path=tenant_b, public, work_mem=4MB"},
		{"application_name=tenant_a, search_path=\"Tenant-A\"",
			"application_name=tenant_a, search_path=\"Tenant-B\""},
		{"search_path=\"\", work_mem=4MB", NULL},
	};
	static const struct one literals[] = {
		{"'tenant_a.cfg', 'x'", "'tenant_b.cfg', 'x'"},
		{"'tenant_a', 'see tenant_a.x', 'tenant_a.x y', ''", NULL},
		{"E'tenant_a.\\\\x'", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(paths); i++)
		check(PATH, &paths[i]);
	for (size_t i = 0; i < COUNT_OF(settings); i++)
		check(SETTINGS, &settings[i]);
	for (size_t i = 0; i < COUNT_OF(literals); i++)
		check(LITERALS, &literals[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_printed),
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
