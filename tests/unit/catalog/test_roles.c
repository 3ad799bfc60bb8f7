#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"
#include "catalog/roles.h"
#include "tests/unit/catalog/literal.h"

static struct snapshot *
mapped(const struct snapshot *s, struct err *e)
{
	struct strvec map = {0};
	struct snapshot *m;

	strvec_split(&map, "prod_app=app,prod own=own,z=\"q\",prod=x,b=Big", ',');
	m = roles_map(s, &map, e);
	strvec_free(&map);
	return m;
}

static void
test_valid(void **state)
{
	(void)state;
	assert_true(roles_valid("a=b"));
	assert_true(roles_valid("a b=c d"));
	assert_false(roles_valid(""));
	assert_false(roles_valid("a"));
	assert_false(roles_valid("=b"));
	assert_false(roles_valid("a="));
	assert_false(roles_valid("a=b=c"));
}

static void
test_values(void **state)
{
	static const struct {
		const char *object, *property, *value;
	} cases[] = {
		{"table public/t|owner=prod_app", "owner", "app"},
		{"table public/t|owner=prod own", "owner", "own"},
		{"table public/t|owner=prod_ap", "owner", "prod_ap"},
		{"table public/t|owner=PUBLIC", "owner", "PUBLIC"},
		{"table public/t|options=prod_app", "options", "prod_app"},
		{"policy public/t/p|roles=PUBLIC", "roles", "PUBLIC"},
		{"policy public/t/p|roles=b, prod_app", "roles", "\"Big\", app"},
		{"policy public/t/p|roles=\"prod own\", z", "roles",
			"\"\"\"q\"\"\", own"},
		{"grant public/t|on=table|privileges=none", "privileges", "none"},
		{"grant public/t|on=table|privileges=OWNER: none; PUBLIC: SELECT*",
			"privileges", "OWNER: none; PUBLIC: SELECT*"},
		{"grant public/t|on=table|privileges=aa: SELECT; prod_app: ALL; z: "
		 "DELETE*, INSERT",
			"privileges",
			"\"\"\"q\"\"\": DELETE*, INSERT; aa: SELECT; app: ALL"},
		{"grant public/t|on=table|privileges=\"a; b\": ALL; \"a\"\"b\": ALL",
			"privileges", "\"a\"\"b\": ALL; \"a; b\": ALL"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *s = CATALOG(cases[i].object);
		struct err e;
		struct snapshot *m = mapped(s, &e);

		assert_non_null(m);
		assert_string_equal(object_value(&m->objects[0], cases[i].property),
			cases[i].value);
		snapshot_unref(s);
		snapshot_unref(m);
	}
}

/* Roles are a part of some names; the objects are in order again. */
static void
test_names(void **state)
{
	struct snapshot *s = CATALOG("database_setting /work_mem/prod_app|value=1",
		"default_privilege /prod_app/tables|privileges=prod own: ALL",
		"default_privilege /b/tables|privileges=PUBLIC: ALL",
		"user_mapping /prod_app/prod_app", "user_mapping /prod_app/z",
		"column public/prod_app/prod_app|type=text", "table public/prod_app");
	static const char *const names[] = {"public.prod_app",
		"public.prod_app.prod_app", "prod_app.\"\"\"q\"\"\"", "prod_app.app",
		"work_mem.app", "\"Big\".tables", "app.tables"};
	struct err e;
	struct snapshot *m = mapped(s, &e);

	(void)state;
	assert_non_null(m);
	assert_int_equal(m->n_objects, COUNT_OF(names));
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct strbuf b = {0};

		object_name(&m->objects[i], &b);
		assert_string_equal(b.s, names[i]);
		strbuf_free(&b);
	}
	assert_ptr_equal(m->objects[1].belongs_to, &m->objects[0]);
	assert_memory_equal(m->read, s->read, sizeof m->read);
	assert_int_equal(m->server_version_num, s->server_version_num);
	snapshot_unref(s);
	snapshot_unref(m);
}

static void
test_two_become_one(void **state)
{
	struct snapshot *s =
		CATALOG("user_mapping /srv/app", "user_mapping /srv/prod_app");
	struct err e;

	(void)state;
	assert_null(mapped(s, &e));
	assert_int_equal(e.code, ERR_CONFIG);
	snapshot_unref(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_two_become_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
