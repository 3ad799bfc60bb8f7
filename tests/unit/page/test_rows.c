/* One environment as a line. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "page/rows.h"
#include "tests/unit/http/state.h"

static char *
row_of(size_t i, struct rows_manner how)
{
	struct published p;
	struct strbuf b = {0};

	state_fill(&p);
	rows_environment(&(struct page){&p, p.at_ms, "./"}, p.environments[i], how, &b);
	return strbuf_take(&b);
}

static void
check_holds(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("not in it: %s\n%s", part, text);
}

/* Of what is fine there is nothing to open. */
static void
test_fine(void **state)
{
	char *text = row_of(0, (struct rows_manner){0});

	(void)state;
	check_holds(text,
		"<tr class=\"insync\" id=\"env-dev\" data-environment=\"dev\" "
		"data-state=\"in sync\"><th scope=\"row\">");
	check_holds(text, "<td class=\"ids\"><code>ab2c1f16b0b3</code></td>");
	check_holds(text, "<td class=\"what\">not checked</td></tr>\n");
	assert_null(strstr(text, "<details"));
	free(text);
}

static void
test_drifted(void **state)
{
	char *text = row_of(2, (struct rows_manner){.open = true});

	(void)state;
	check_holds(text, "<details id=\"more-staging\" open><summary>3 "
			  "differences<span class=\"bad\">, 1 breaking<");
	check_holds(text, " <span class=\"why\">");
	check_holds(text, "<li><span class=\"change missing\">");
	check_holds(text, "Against environment:dev. ");
	free(text);
	/* Where the page is long already, they are counted. */
	text = row_of(2, (struct rows_manner){.brief = true});
	check_holds(text, "<details id=\"more-staging\"><summary>3 differences<");
	check_holds(text, "1 missing, 1 unexpected, 1 changed: <a href=");
	check_holds(text, ">all 3</a></p>");
	assert_null(strstr(text, "<li>"));
	free(text);
}

static void
test_failed(void **state)
{
	char *text = row_of(3, (struct rows_manner){0});

	(void)state;
	check_holds(text, "id=\"env-a%2Fb%20%C3%A9\"");
	check_holds(text,
		"<summary><span class=\"bad\">unreachable</span>, not checked "
		"<span class=\"why\">the server cannot be reached: see the "
		"error</span>");
	check_holds(text, "Shown as of <time");
	free(text);
}

static void
test_behind(void **state)
{
	struct published_environment *e;
	struct published p;
	struct strbuf b = {0};

	(void)state;
	state_fill(&p);
	e = state_environment(0);
	e->revision.status = REVISION_BEHIND;
	strvec_add(&e->revision.pending, "x");
	strvec_add(&e->revision.pending, "y");
	rows_environment(
		&(struct page){&p, p.at_ms, "./"}, e, (struct rows_manner){0}, &b);
	check_holds(b.s, "</code> <span class=\"soft\">2 behind</span></td>");
	strbuf_free(&b);
	strvec_free(&e->revision.pending);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fine),
		cmocka_unit_test(test_drifted),
		cmocka_unit_test(test_failed),
		cmocka_unit_test(test_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
