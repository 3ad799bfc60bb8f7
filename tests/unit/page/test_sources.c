/* Templates and migrations on the first page. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "page/sources.h"
#include "tests/unit/http/state.h"

static void
check_holds(const struct strbuf *b, const char *part)
{
	if (!strstr(b->s, part))
		fail_msg("not in it: %s", part);
}

static void
test_migrations(void **state)
{
	struct published p;
	struct strbuf b = {0};

	(void)state;
	state_fill(&p);
	sources_migrations(&(struct page){&p, p.at_ms, "../"}, &b);
	check_holds(&b, "<h2>Migrations</h2>");
	check_holds(&b, "<a href=\"../migrations/app\">app</a></th>");
	check_holds(&b, "<details id=\"problems-app\"><summary>1 problem</summary>");
	check_holds(&b, "the file is &lt;empty&gt;");
	strbuf_clear(&b);
	p.n_migrations = 0;
	sources_migrations(&(struct page){&p, p.at_ms, "../"}, &b);
	assert_int_equal(b.len, 0);
	strbuf_free(&b);
}

/* What the page of migrations counts is counted here. */
static void
test_problems(void **state)
{
	static char name[] = "app", file[] = "a.py", detail[] = "no <such> table",
		    id[] = "a1";
	const struct migrations graph = {0};
	struct problem failed[12] = {{0}};
	struct published_migrations m = {
		.name = name, .graph = &graph, .failed = failed};
	struct published p = {.migrations = &m, .n_migrations = 1};
	const struct page page = {&p, 1, "../"};
	struct strbuf b = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(failed); i++)
		failed[i] = (struct problem){.code = PROBLEM_EMPTY_FILE,
			.file = file,
			.revision = id,
			.detail = detail};
	sources_migrations(&page, &b);
	check_holds(&b, "<tr class=\"insync\">");
	check_holds(&b, ">no problems</td>");
	strbuf_clear(&b);
	m.n_failed = COUNT_OF(failed);
	failed[0].allowed = true;
	sources_migrations(&page, &b);
	check_holds(&b, "<tr class=\"mismatch\">");
	check_holds(&b, "<summary>11 problems</summary>");
	check_holds(&b, "<code>a1</code> no &lt;such&gt; table");
	check_holds(&b, "<li>and 1 more</li>");
	assert_null(strstr(b.s, "no problems"));
	strbuf_clear(&b);
	m.n_failed = 0;
	m.graph = NULL;
	sources_migrations(&page, &b);
	check_holds(&b, "<tr class=\"unknown\">");
	check_holds(&b, ">not looked at yet</td>");
	strbuf_free(&b);
}

/* What is not known comes apart from what is. */
static void
test_discoveries(void **state)
{
	const struct published_discovery both[] = {
		{.name = "tenants", .tried = true, .ok = true, .n = 7},
		{.name = "<b>\u202e", .tried = true, .error = "no <list>"}};
	const struct published p = {.discoveries = both, .n_discoveries = 2};
	struct strbuf b = {0};

	(void)state;
	sources_discoveries(&p, true, &b);
	assert_string_equal(
		b.s, "<p class=\"soft\">tenants: 7 environments discovered</p>\n");
	strbuf_clear(&b);
	sources_discoveries(&p, false, &b);
	assert_string_equal(b.s, "<p class=\"bad\">&lt;b&gt;\\u202e: 0 environments "
				 "discovered. Which there "
				 "are cannot be told now: no &lt;list&gt;</p>\n");
	strbuf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_migrations),
		cmocka_unit_test(test_problems),
		cmocka_unit_test(test_discoveries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
