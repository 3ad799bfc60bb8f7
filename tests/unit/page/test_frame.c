/* What is around a page. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "page/frame.h"
#include "tests/unit/http/state.h"
#include "web/web.h"

static void
body(const struct page *page, const void *arg, struct strbuf *out)
{
	(void)page;
	strbuf_printf(out, "<h1>%s</h1>", (const char *)arg);
}

static char *
framed(const struct published *p, const char *root, const char *title)
{
	const struct page page = {p, p->at_ms, root};
	const struct page_middle m = {title, STATE_DRIFTED, body, "middle"};
	struct strbuf b = {0};

	page_frame(&page, &m, &b);
	return strbuf_take(&b);
}

static void
check_holds(const char *page, const char *part)
{
	if (!strstr(page, part))
		fail_msg("not in the page: %s", part);
}

static void
check_lacks(const char *page, const char *part)
{
	if (strstr(page, part))
		fail_msg("in the page: %s", part);
}

static void
check_file(const char *page, const char *root, const char *name)
{
	const struct web_file *f = web_find(name);
	char *address;

	assert_non_null(f);
	address = xasprintf("\"%sweb/%s?v=%s\"", root, name, f->hash);
	check_holds(page, address);
	free(address);
}

static void
test_frame(void **state)
{
	struct published p;
	char *page;

	(void)state;
	state_fill(&p);
	page = framed(&p, "../", "a<\u202eb");
	check_holds(page, "<title>a&lt;\\u202eb · pgdriftd</title>");
	check_holds(page, "<noscript><meta http-equiv=\"refresh\" content=\"15\">");
	check_holds(page, "<h1>middle</h1></main>");
	check_holds(page, "href=\"../\">pgdriftd</a>");
	check_holds(page, "href=\"../?group=fingerprint\">Variants</a>");
	check_file(page, "../", "pgdriftd.css");
	check_file(page, "../", "overview.css");
	check_file(page, "../", "environment.css");
	check_file(page, "../", "graph.css");
	check_file(page, "../", "pgdriftd.js");
	check_file(page, "../", "icon-drifted.svg");
	check_lacks(page, "The last reload was refused");
	free(page);
	p.reload_ok = false;
	page = framed(&p, "./", "x");
	check_holds(page, "The last reload was refused");
	check_file(page, "./", "pgdriftd.css");
	free(page);
}

/* The policy forbids what stands in the page itself, and whatever is not ours. */
static void
test_nothing_from_elsewhere(void **state)
{
	struct published p;
	char *page;

	(void)state;
	state_fill(&p);
	page = framed(&p, "./", "x");
	check_lacks(page, "https:");
	check_lacks(page, "href=\"/");
	check_lacks(page, "src=\"/");
	check_lacks(page, "<style");
	check_lacks(page, " style=");
	check_lacks(page, "onclick");
	check_lacks(page, "<script>");
	free(page);
	check_holds(page_content_security_policy, "default-src 'none'");
	check_lacks(page_content_security_policy, "unsafe");
	check_lacks(page_content_security_policy, "*");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frame),
		cmocka_unit_test(test_nothing_from_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
