#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diff/whole.h"
#include "tests/unit/catalog/literal.h"

static void
test_whole(void **state)
{
	static const struct {
		const char *objects[6], *text; /* of the first but columns */
	} cases[] = {
		{{"table public/t|persistence=permanent"}, "no columns"},
		{{"table public/t|persistence=unlogged|owner=me|row_security=false"},
			"no columns\npersistence: unlogged, owner: me"},
		{{"table "
		  "public/t|persistence=permanent|access_method=heap|row_security="
		  "true",
			 "column public/t/b|type=integer|not_null=true|position=1",
			 "column public/t/A|type=text|not_null=false|position=2",
			 "column public/t2/x|type=text", "table public/t2"},
			"columns: b integer not null, \"A\" text\nrow_security: true"},
		/* In the order of their names where their places are not known */
		{{"foreign_table public/t|server=far", "column public/t/b",
			 "column public/t/a"},
			"columns: a, b\nserver: far"},
		{{"table public/t", "column public/t/a|type=text"}, "columns: a text"},
		{{"view public/v|definition=SELECT 1"}, "SELECT 1"},
		{{"function public/f()|language=sql", "column public/f/a"},
			"language: sql"},
		{{"function "
		  "public/f()|language=sql|volatility=stable|strict=false|cost=100"},
			"language: sql, volatility: stable"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *s = literal_catalog(cases[i].objects);
		const struct object *o = s->objects;
		struct strbuf b = {0};

		while (o->kind == KIND_COLUMN)
			o++;
		whole_show(s, o, s->read[o->kind], &b);
		assert_string_equal(b.s, cases[i].text);
		strbuf_free(&b);
		snapshot_unref(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
