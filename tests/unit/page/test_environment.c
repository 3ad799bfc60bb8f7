/* The page of one environment over hand-made state. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "page/environment.h"
#include "tests/unit/http/state.h"

static char *
page_of(struct published *p, const struct page_environment *v)
{
	struct strbuf b = {0};

	page_environment(&(struct page){p, p->at_ms + 3000, "../"}, v, &b);
	return strbuf_take(&b);
}

static void
check_holds(const char *page, const char *part)
{
	if (!strstr(page, part))
		fail_msg("not in the page: %s\n%s", part, page);
}

static void
check_lacks(const char *page, const char *part)
{
	if (strstr(page, part))
		fail_msg("in the page: %s", part);
}

static void
test_what_it_says(void **state)
{
	struct published p;
	char *page;

	(void)state;
	state_fill(&p);
	page = page_of(&p, &(struct page_environment){.e = state_environment(1)});
	check_holds(page, "<title>prod · pgdriftd</title>");
	check_holds(page, "<h1>prod</h1><span class=\"badge unstamped\">");
	check_holds(page, "run <code data-copy>alembic stamp ab2c1f16b0b3</code>");
	check_holds(page, " id=\"environment\" data-environment=\"prod\" "
			  "data-state=\"unstamped\">");
	check_holds(page, "<th scope=\"row\">Revision</th><td data-label=\"State\">"
			  "<b class=\"bad\">unstamped</b></td>");
	check_holds(page, "href=\"../migrations/app\">app</a>");
	check_holds(page, "href=\"../status/prod/diff?format=text\"");
	check_holds(page, "No history is kept");
	free(page);
	page = page_of(&p, &(struct page_environment){
				   .e = state_environment(1), .story_failed = true});
	check_holds(page, "<p class=\"bad\">What it went through cannot be read now.");
	check_lacks(page, "No history is kept");
	free(page);
	page = page_of(&p, &(struct page_environment){.e = state_environment(3)});
	check_holds(page, "<p class=\"bad\">connection refused &lt;&amp;&gt;</p>");
	check_lacks(page, "data-copy");
	check_lacks(page, "id=\"findings\"");
	free(page);
}

static void
test_findings(void **state)
{
	struct published p;
	struct page_environment v = {.e = NULL};
	char *page;

	(void)state;
	state_fill(&p);
	v.e = state_environment(2);
	page = page_of(&p, &v);
	check_holds(page, "<h2>3 findings</h2>");
	check_holds(page, "href=\"../environments/staging?severity=additive#findings\">"
			  "additive 2</a>");
	check_holds(page, "?kind=index#findings\">index 1</a>");
	check_holds(page, "<h3 class=\"breaking\">breaking · column</h3>");
	check_holds(page, "<code><del>text</del></code>");
	check_holds(page, "<code><ins>character varying(255)</ins></code>");
	check_holds(
		page, "looks renamed to <code>public.&quot;&lt;i&gt;dx&quot;</code>");
	check_holds(page, "INVALID &lt;&amp;&gt;");
	check_holds(page, "CREATE INDEX orders_status_idx");
	check_lacks(page, "rel=\"next\"");
	free(page);
	v.choice.severity = "breaking";
	page = page_of(&p, &v);
	check_holds(page, "?severity=breaking#findings\" aria-current=\"true\">");
	check_holds(page, "<h3 class=\"breaking\">breaking · column</h3>");
	check_lacks(page, "· index</h3>");
	free(page);
	v.choice.kind = "table";
	page = page_of(&p, &v);
	check_holds(page, "None of them is what is asked for.");
	free(page);
}

static char *
page_with(const char *expected, const char *found)
{
	struct finding f = {.kind = KIND_VIEW,
		.on = KIND_NONE,
		.name = "public.v",
		.change = CHANGE_CHANGED,
		.property = "definition",
		.expected = expected,
		.found = found};
	struct diff d = {.status = DIFF_DRIFTED, .findings = &f, .n_findings = 1};
	struct published p;
	char *page;

	state_fill(&p);
	state_environment(2)->diff = &d;
	page = page_of(&p, &(struct page_environment){.e = state_environment(2)});
	state_fill(&p);
	return page;
}

/* What differs is marked within its line; what is far from it is left out. */
static void
test_sides(void **state)
{
	struct strbuf a = {0}, b = {0};
	char *page;

	(void)state;
	for (int i = 1; i <= 40; i++) {
		strbuf_printf(&a, "  line %d of <it>,\n", i);
		strbuf_printf(&b, "  line %d of <%s>,\n", i, i == 20 ? "at" : "it");
	}
	page = page_with(a.s, b.s);
	check_holds(page, "<td class=\"expected\" data-line=\"20\"><code>  line 20 of "
			  "&lt;<del>i</del>t&gt;,</code></td>");
	check_holds(page, "<td class=\"found\" data-line=\"20\"><code>  line 20 of "
			  "&lt;<ins>a</ins>t&gt;,</code></td>");
	check_holds(page, "<td colspan=\"2\">… 16 unchanged lines …</td>");
	check_holds(page, "<td colspan=\"2\">… 17 unchanged lines …</td>");
	check_holds(page, "data-line=\"17\"");
	check_lacks(page, "data-line=\"16\"");
	free(page);
	/* Within a long line as well. */
	strbuf_clear(&a);
	strbuf_clear(&b);
	for (int i = 0; i < 300; i++) {
		strbuf_printf(&a, "ä%d ", i);
		strbuf_printf(&b, "%s%d ", i == 150 ? "ö" : "ä", i);
	}
	page = page_with(a.s, b.s);
	check_holds(page, "<del>ä</del>150");
	check_holds(page, "<ins>ö</ins>150");
	check_holds(page, "<span class=\"fold\">… ");
	check_lacks(page, "ä100 ");
	free(page);
	/* What nobody sees is seen. */
	page = page_with("abc\n", "abc");
	check_holds(page, "<del>\\n</del>");
	free(page);
	page = page_with("x = 'abc'", "x = 'abc\u202e'");
	check_holds(page, "<ins>\\u202e</ins>");
	check_lacks(page, "\u202e");
	free(page);
	page = page_with(NULL, "x");
	check_holds(page, "expected</span> <span class=\"soft\">not set</span>");
	free(page);
	strbuf_free(&a);
	strbuf_free(&b);
}

/* What differs is cut where it is long, as a whole or in many pieces. */
static void
test_long(void **state)
{
	struct strbuf a = {0}, b = {0};
	char *page;

	(void)state;
	while (a.len < 280 * 1024) {
		strbuf_add(&a, "\"\"\"\"");
		strbuf_add(&b, "&&&&");
	}
	strbuf_add(&b, "&&");
	for (int i = 0; i < 2; i++) {
		page = page_with(a.s, b.s);
		assert_true(strlen(page) < 100 * 1024);
		check_holds(page, " characters …</span>");
		free(page);
		/* Of a line of which half is the same. */
		strbuf_addn(&b, a.s, 280 * 1024);
	}
	strbuf_clear(&a);
	strbuf_clear(&b);
	for (int i = 0; i < 20000; i++) {
		strbuf_printf(&a, "\"%d\" ", i);
		strbuf_printf(&b, "\"%d\" ", i % 2 ? i : -i);
	}
	for (int i = 0; i < 2; i++) {
		page = page_with(a.s, b.s);
		assert_true(strlen(page) < 200 * 1024);
		check_holds(page, i ? " more lines …" : " characters …</span>");
		free(page);
		/* Of many long lines. */
		text_replace(a.s, '9', '\n');
		text_replace(b.s, '9', '\n');
	}
	strbuf_free(&a);
	strbuf_free(&b);
}

/* However many there are, a page is of one size, and leads to the next. */
static void
test_many(void **state)
{
	enum { N = 5000 };
	struct finding *many = xcalloc(N, sizeof *many);
	struct diff d = {.status = DIFF_DRIFTED, .findings = many, .n_findings = N};
	struct strbuf body = {0};
	struct published p;
	struct page_environment v = {.e = NULL};
	size_t listed = 0;

	(void)state;
	while (body.len < 20000)
		strbuf_printf(&body, "line %zu\n", body.len);
	for (size_t i = 0; i < N; i++)
		many[i] = (struct finding){.kind = i % 2 ? KIND_TABLE : KIND_FUNCTION,
			.on = KIND_NONE,
			.name = "public.t",
			.change = CHANGE_CHANGED,
			.property = "x",
			.key = i + 1,
			.expected = body.s,
			.found = "other"};
	state_fill(&p);
	v.e = state_environment(2);
	state_environment(2)->diff = &d;
	for (int pages = 0;; pages++) {
		char *page = page_of(&p, &v);
		const char *next = strstr(page, "<a rel=\"next\"");

		assert_true(strlen(page) < 300 * 1024);
		assert_true(pages < N);
		for (const char *at = page; (at = strstr(at, "<li id=\"f-")); at++)
			listed++;
		if (next)
			v.choice.after = strtoul(strstr(next, "after=") + 6, NULL, 10);
		free(page);
		if (!next)
			break;
	}
	assert_int_equal(listed, N);
	strbuf_free(&body);
	free(many);
	state_fill(&p);
}

static void
test_ignored(void **state)
{
	struct ignored ignored = {.finding = {.kind = KIND_TABLE,
					  .on = KIND_NONE,
					  .name = "public.\"<b>\"",
					  .change = CHANGE_UNEXPECTED}};
	struct diff_rule rule = {"table:public.* until=2026-12-31 reason=\"<why>\"",
		"<why>", INT64_C(1798761600000)};
	struct diff d = {.n_ignored = 3,
		.ignored = &ignored,
		.n_ignored_kept = 1,
		.rules = &rule,
		.n_rules = 1};
	struct published p;
	char *page;

	(void)state;
	state_fill(&p);
	strvec_add(&d.unused_rules, "view:<none>");
	state_environment(2)->diff = &d;
	page = page_of(&p, &(struct page_environment){.e = state_environment(2)});
	check_holds(page, "<h2>3 ignored</h2>");
	check_holds(page, "<code>public.&quot;&lt;b&gt;&quot;</code>");
	check_holds(page, "data-label=\"Rule\"><code>table:public.*</code></td>"
			  "<td data-label=\"Reason\">&lt;why&gt;</td>");
	check_holds(page, "<time datetime=\"2026-12-31T23:59:59Z\">2026-12-31</time>");
	check_holds(page, "<p>2 more are ignored.</p>");
	check_holds(page, "<h3>Rules that match nothing</h3>");
	check_holds(page, "<code>view:&lt;none&gt;</code>");
	free(page);
	strvec_free(&d.unused_rules);
	state_fill(&p);
}

static const char story[] =
	"{\"entries\": [{\"at\": \"2026-11-03T12:03:00Z\", \"change\": null, "
	"\"state\": "
	"{\"event\": \"state\", \"state\": \"drifted\", \"previous_state\": "
	"\"in_sync\", "
	"\"detail\": \"<look>\"}}, {\"at\": \"2026-11-03T12:02:00Z\", \"state\": null, "
	"\"change\": {\"from\": \"2026-11-03T12:01:00Z\", \"to\": "
	"\"2026-11-03T12:02:00Z\", \"revision_before\": [\"<a>\"], "
	"\"revision_after\": [\"b\"], \"catalog_changed\": true, "
	"\"outside_migrations\": false, \"summary\": {\"missing\": 1, \"changed\": 2}, "
	"\"findings\": [{\"change\": \"missing\", \"kind\": \"table\", \"name\": "
	"\"public.\\u202et\"}]}}], "
	"\"next\": \"2026-11-03T12:02:00Z\"}";

static void
test_story(void **state)
{
	cJSON *o = cJSON_Parse(story);
	struct published p;
	char *page;

	(void)state;
	assert_non_null(o);
	state_fill(&p);
	page = page_of(
		&p, &(struct page_environment){.e = state_environment(3), .story = o});
	check_holds(page, "action=\"../environments/a%2Fb%20%C3%A9#points\"");
	check_holds(page, "2026-11-03</time> between 12:01:00 and 12:02:00</td>");
	check_holds(page, "<span class=\"soft\">was in sync</span><div "
			  "class=\"soft\">&lt;look&gt;</div>");
	check_holds(page, "Revision <code>&lt;a&gt;</code> → <code>b</code>");
	check_holds(page, "Catalog: 1 gone, 2 changed</div>");
	check_holds(page, "<li><span class=\"change missing\">gone</span>table "
			  "<code>public.\\u202et</code>");
	check_holds(page, "name=\"to\" value=\"2026-11-03T12:02:00Z\" "
			  "aria-label=\"to 2026-11-03T12:02:00Z\" required></td>");
	check_holds(page, "name=\"from\" value=\"2026-11-03T12:01:59Z\" "
			  "aria-label=\"from 2026-11-03T12:01:59Z\" required></td>");
	check_holds(page,
		"?from=2026-11-03T12:01:59Z&amp;to=2026-11-03T12:02:00Z#points\"");
	check_holds(page, "<tr id=\"at-2026-11-03T12:03:00Z-0\">");
	check_lacks(page, " checked>");
	check_holds(page, "?before=2026-11-03T12:02:00Z#story\">Older</a>");
	check_lacks(page, ">Newest</a>");
	check_lacks(page, "what it has now");
	free(page);
	page = page_of(&p, &(struct page_environment){.e = state_environment(3),
				   .story = o,
				   .before_ms = 1,
				   .points = {INT64_C(1793707319000),
					   INT64_C(1793707320000), .given = true}});
	check_holds(page, "what it has now");
	check_holds(page, "<tr id=\"before-2026-11-03T12:01:59Z\">");
	check_holds(page, "<tr id=\"now-");
	check_holds(page, "name=\"to\" value=\"2026-11-03T12:02:00Z\" "
			  "aria-label=\"to 2026-11-03T12:02:00Z\" required checked>");
	check_holds(page, "name=\"from\" value=\"2026-11-03T12:01:59Z\" "
			  "aria-label=\"from 2026-11-03T12:01:59Z\" required checked>");
	check_holds(page, "#story\">Newest</a>");
	free(page);
	cJSON_DeleteItemFromObject(o, "entries");
	page = page_of(
		&p, &(struct page_environment){.e = state_environment(3), .story = o});
	check_lacks(page, "Nothing is known.");
	check_holds(page, "there is more that is older.");
	free(page);
	cJSON_Delete(o);
}

static void
test_points(void **state)
{
	struct finding f = {.kind = KIND_TABLE,
		.on = KIND_NONE,
		.name = "public.t",
		.change = CHANGE_MISSING};
	struct diff d = {.status = DIFF_DRIFTED,
		.findings = &f,
		.n_findings = 1,
		.n_change = {[CHANGE_MISSING] = 1}};
	struct page_environment v = {
		.points = {INT64_C(1789898400000), INT64_C(1789902000000), &d,
			.given = true}};
	struct published p;
	char *page;

	(void)state;
	state_fill(&p);
	v.e = state_environment(1);
	page = page_of(&p, &v);
	check_holds(page, "<h2>From <time datetime=\"2026-09-20T10:00:00Z\">2026-09-20 "
			  "10:00:00</time> to ");
	check_holds(page, "1 difference: 1 gone, 0 added, 0 changed.");
	check_holds(page, "<li id=\"p-");
	check_lacks(page, "secrets");
	free(page);
	d.reason = "1 view is <of> another version";
	v.points.masked = true;
	d.n_findings = 0;
	page = page_of(&p, &v);
	check_holds(page, "<p class=\"soft\">1 view is &lt;of&gt; another version</p>");
	check_holds(page, "Values that are secrets are not stored");
	check_holds(page,
		"<p>Nothing that is compared is another, as far as can be told.</p>");
	free(page);
	v.points.masked = false;
	d.reason = NULL;
	page = page_of(&p, &v);
	check_holds(page, "<p>Nothing that is compared is another.</p>");
	free(page);
	v.points.diff = NULL;
	v.points.pending = true;
	page = page_of(&p, &v);
	check_holds(page, "Both are being compared");
	free(page);
	v.points.pending = false;
	v.points.error = "It is <gone>.";
	page = page_of(&p, &v);
	check_holds(page, "<p class=\"bad\">It is &lt;gone&gt;.</p>");
	free(page);
}

static void
test_kin(void **state)
{
	char other[] = "0123456789abcdef", *fingerprint;
	struct published p;
	struct groups g = {0};
	const struct groups_wish wish = {0};
	struct page_environment v = {.groups = &g};
	struct diff undecided = {.status = DIFF_IN_SYNC};
	char *page;

	(void)state;
	state_fill(&p);
	fingerprint = state_environment(2)->fingerprint;
	state_environment(2)->fingerprint = other;
	groups_make(&p, &wish, &g);
	v.e = state_environment(0);
	page = page_of(&p, &v);
	check_holds(page, "<p><a href=\"../environments/prod\">prod</a> · ");
	check_lacks(page, "Most others");
	free(page);
	v.e = state_environment(2);
	page = page_of(&p, &v);
	check_holds(page, "<p>Nobody · ");
	check_holds(page, "Most others, 2, have another one, as <a "
			  "href=\"../environments/dev\">dev</a>.</p>");
	free(page);
	v.differs = state_environment(1)->diff;
	page = page_of(&p, &v);
	check_holds(page, "<summary>0 differences from that</summary>");
	free(page);
	undecided.reason = "<1 view>";
	v.differs = &undecided;
	page = page_of(&p, &v);
	check_holds(page, "<p class=\"soft\">&lt;1 view&gt;</p>");
	free(page);
	groups_free(&g);
	state_environment(2)->fingerprint = fingerprint;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_it_says),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_sides),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_ignored),
		cmocka_unit_test(test_story),
		cmocka_unit_test(test_points),
		cmocka_unit_test(test_kin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
