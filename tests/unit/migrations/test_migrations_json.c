#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/migrations_json.h"

/* Print without the directory; takes over `o`. */
static char *
print(cJSON *o, const char *dir)
{
	char *text = json_print(o);
	struct strbuf out = {0};

	for (const char *p = text; *p;) {
		if (!strncmp(p, dir, strlen(dir)))
			p += strlen(dir);
		else
			strbuf_addc(&out, *p++);
	}
	free(text);
	cJSON_Delete(o);
	return strbuf_take(&out);
}

static void
test_graph(void **state)
{
	struct migrations *h;
	cJSON *o = json_object();
	char *got;

	fixture_revision(*state, "a", NULL, NULL);
	fixture_write(*state, "b.py",
		"'''make b\n\nCreate Date: 2024-05-01 12:30\n'''\n"
		"revision = 'b'\ndown_revision = ('gone', 'a')\nbranch_labels = 'l'\n"
		"def upgrade():\n    op.drop_column('t', 'c', schema='s')\n"
		"def downgrade():\n    op.back()\n");
	h = fixture_read(*state, "");
	migrations_json_add(o, h);
	got = print(o, *state);
	assert_string_equal(got,
		"{\"tool\":\"alembic\",\"path\":\"\",\"files\":2,\"revisions\":2,"
		"\"bases\":[\"a\"],\"heads\":[\"b\"],\"effective_heads\":[\"b\"],"
		"\"branch_points\":[],\"merge_points\":[\"b\"],\"nodes\":["
		"{\"revision\":\"a\",\"down\":[],\"depends_on\":[],\"labels\":[],"
		"\"file\":\"/"
		"a.py\",\"message\":null,\"created\":null,\"operations\":[]},"
		"{\"revision\":\"b\",\"down\":[\"a\",\"gone\"],\"depends_on\":[],"
		"\"labels\":[\"l\"],\"file\":\"/b.py\",\"message\":\"make b\","
		"\"created\":\"2024-05-01 12:30\",\"operations\":["
		"{\"operation\":\"drop_column\",\"schema\":\"s\",\"table\":\"t\","
		"\"name\":\"c\",\"computed\":false,\"line\":9,\"destroys\":true}]}],"
		"\"problems\":["
		"{\"code\":\"missing_parent\",\"file\":\"/b.py\",\"line\":6,"
		"\"revision\":\"b\",\"detail\":\"down_revision is gone, which no file "
		"has\",\"stops\":\"KeyError: 'gone'\",\"remedy\":\"restore the file of "
		"the missing revision, or point "
		"to "
		"one that exists\",\"allowed\":false,\"reason\":null}],\"notices\":["
		"{\"code\":\"destructive_operation\",\"file\":\"/b.py\",\"line\":9,"
		"\"revision\":\"b\",\"detail\":\"upgrade() drops 1 column (column "
		"s.t.c)\",\"stops\":null,\"remedy\":\"see that nothing of it is still "
		"needed before it is run\",\"allowed\":false,\"reason\":null}],"
		"\"unused_allow\":[]}");
	free(got);
	migrations_free(h);
}

static char *
judged(const struct migrations *h, const char *recorded)
{
	struct strvec rows = fixture_words(recorded);
	struct judgement j;
	cJSON *o = json_object();

	migrations_judge(h, &rows, NULL, &j);
	judgement_json_add(o, &j, "do it");
	judgement_fini(&j);
	strvec_free(&rows);
	return print(o, "/nowhere");
}

static void
test_judgement(void **state)
{
	struct migrations *h = fixture_graph(*state, "a:\nb: a\nc: b\n");
	char *got = judged(h, "a");

	assert_string_equal(got, "{\"status\":\"behind\",\"recorded\":[\"a\"],"
				 "\"expected\":[\"c\"],\"behind\":2,\"pending\":[\"b\","
				 "\"c\"],\"beyond\":[],\"unknown\":[],\"redundant\":[],"
				 "\"note\":null,\"hint\":\"do it\"}");
	free(got);
	got = judged(h, "x");
	assert_string_equal(got,
		"{\"status\":\"unknown_revision\",\"recorded\":[\"x\"],"
		"\"expected\":[\"c\"],\"behind\":null,\"pending\":[],\"beyond\":[],"
		"\"unknown\":[\"x\"],\"redundant\":[],\"note\":null,\"hint\":\"do "
		"it\"}");
	free(got);
	migrations_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_graph, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_judgement, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
