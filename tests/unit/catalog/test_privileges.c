#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "catalog/privileges.h"
#include "tests/unit/catalog/literal.h"

static const struct privileges_class *
class_of(const char *object)
{
	struct snapshot *s = CATALOG(object);
	const struct privileges_class *k = privileges_class(&s->objects[0]);

	snapshot_unref(s);
	return k;
}

static void
test_class(void **state)
{
	static const struct {
		const char *object, *implied;
		bool owned;
	} cases[] = {
		{"grant public/t|on=table", "none", true},
		{"grant public/t/a|on=column", "none", false},
		{"grant public/f()|on=function", "PUBLIC: ALL", true},
		{"grant public/d|on=domain", "PUBLIC: ALL", true},
		{"grant /l|on=language", "PUBLIC: ALL", true},
		{"grant /s|on=foreign_server", "none", true},
		{"default_privilege /r/functions", "PUBLIC: ALL", true},
		{"default_privilege /r/tables", "none", true},
		{"default_privilege public/r/functions", "none", false},
	};
	/* As the file of a later program may have it. */
	static const struct object later = {.kind = KIND_DEFAULT_PRIVILEGE,
		.id = {.name = "r", .part = "what_is_new", .on = KIND_NONE}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct privileges_class *k = class_of(cases[i].object);

		assert_string_equal(k->implied, cases[i].implied);
		assert_int_equal(k->owned, cases[i].owned);
	}
	assert_string_equal(privileges_class(&later)->implied, "none");
	assert_true(privileges_class(&later)->owned);
}

/* Of a list on that object: what is lost on the way to the other, and whether anybody
 * may do less then. */
static void
test_lost(void **state)
{
	static const struct {
		const char *on, *from, *to, *lost;
		bool reduced, within;
	} cases[] = {
		{"table", "a: SELECT", "a: SELECT", "", false, false},
		{"table", "none", "a: SELECT", "", false, false},
		{"table", "a: SELECT", "none", "a: SELECT", true, false},
		{"table", "a: INSERT, SELECT; b: SELECT",
			"a: SELECT; b: SELECT, UPDATE", "a: INSERT", true, true},
		{"table", "a: SELECT; b: SELECT", "b: SELECT; c: ALL", "a: SELECT",
			true, false},
		{"table", "a: SELECT*", "a: SELECT", "a: SELECT*", true, true},
		{"table", "a: SELECT", "a: SELECT*", "", false, true},
		{"table", "a: ALL", "none", "a: ALL", true, false},
		{"table", "a: ALL",
			"a: DELETE, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE",
			"a: INSERT", true, true},
		{"table", "a: ALL",
			"a: DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, "
			"UPDATE",
			"a: MAINTAIN", true, true},
		{"table", "a: DELETE, SELECT", "a: ALL", "", false, true},
		{"sequence", "a: ALL*", "a: ALL", "a: SELECT*, UPDATE*, USAGE*", true,
			true},
		{"table", "none", "OWNER: none", "OWNER: ALL", true, false},
		{"table", "OWNER: none", "none", "", false, false},
		{"schema", "none", "OWNER: USAGE", "OWNER: CREATE", true, true},
		{"function", "PUBLIC: ALL", "none", "PUBLIC: EXECUTE", true, false},
		{"function", "PUBLIC: ALL", "a: ALL", "PUBLIC: EXECUTE", true, false},
		{"function", "a: ALL", "PUBLIC: ALL", "a: EXECUTE", false, false},
		{"function", "a: ALL*", "PUBLIC: ALL", "a: EXECUTE*", true, false},
		{"schema", "PUBLIC: DEFAULT", "none", "PUBLIC: DEFAULT", true, false},
		{"schema", "PUBLIC: DEFAULT", "PUBLIC: ALL", "", false, true},
		{"schema", "PUBLIC: DEFAULT", "PUBLIC: USAGE", "PUBLIC: CREATE", true,
			true},
		{"schema", "PUBLIC: USAGE", "PUBLIC: DEFAULT", "", false, true},
		{"table", "\"a; b: c\": SELECT; d: SELECT", "d: SELECT",
			"\"a; b: c\": SELECT", true, false},
		{"table", "\"a\"\"; b\": SELECT", "\"a\"\"; b\": SELECT", "", false,
			false},
		{"column", "a: SELECT; b: SELECT", "b: SELECT", "a: SELECT", true,
			false},
		{"column", "OWNER: SELECT", "none", "OWNER: SELECT", true, false},
		{"extension", "a: ALL", "a: USAGE", "a: ALL", true, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *object = xasprintf("grant public/t|on=%s", cases[i].on);
		const struct privileges_class *k = class_of(object);
		struct strvec lost = {0};
		struct strbuf b = {0};

		strbuf_add(&b, "");
		privileges_lost(k, cases[i].from, cases[i].to, &lost);
		strvec_join(&lost, "; ", &b);
		assert_string_equal(b.s, cases[i].lost);
		assert_int_equal(privileges_reduced(k, cases[i].from, cases[i].to),
			cases[i].reduced);
		assert_int_equal(
			privileges_differ_within(k, cases[i].from, cases[i].to),
			cases[i].within);
		strbuf_free(&b);
		strvec_free(&lost);
		free(object);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_class),
		cmocka_unit_test(test_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
