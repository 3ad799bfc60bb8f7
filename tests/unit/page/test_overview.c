/* The first page over hand-made state. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "page/overview.h"
#include "tests/unit/http/state.h"

static void
write_page(const struct published *p, const struct status_filter *f,
	const struct groups *groups, struct strbuf *out)
{
	static const struct status_filter all;
	const struct choice c = {f ? f : &all, groups, CHOICE_ROWS, 1};

	page_overview(&(struct page){p, p->at_ms + 3000, "./"}, &c, out);
}

static char *
page_of(const struct published *p)
{
	struct strbuf b = {0};

	write_page(p, NULL, NULL, &b);
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
test_what_it_says(void **state)
{
	struct published p;
	char *page;

	(void)state;
	state_fill(&p);
	page = page_of(&p);
	check_holds(page, "<h1>Environments</h1>");
	check_holds(page, "<title>unknown · pgdriftd</title>");
	check_holds(page, "<span id=\"count\">4 environments, <strong>3 not in "
			  "sync</strong></span>");
	check_holds(page, "<li class=\"drifted\"><a href=\"./?state=drifted\"><i "
			  "aria-hidden=\"true\">≠</i> 1 drifted</a></li>");
	check_holds(page, "<title>1 in sync</title><rect class=\"insync\" x=\"750\" "
			  "width=\"250\" height=\"10\"/>");
	check_holds(page, "alembic stamp ab2c1f16b0b3</code>");
	check_holds(page,
		"<details id=\"more-staging\" open><summary>3 differences"
		"<span class=\"bad\">, 1 breaking</span> <span class=\"why\">");
	check_holds(page, "1 missing, 1 unexpected, 1 changed</p>");
	check_holds(page, "<code>character varying(255)</code>");
	check_holds(page, "looks renamed to</span> <code>public.");
	check_holds(page, "&lt;i&gt;dx");
	check_holds(page, "INVALID &lt;&amp;&gt;");
	check_holds(page, "<a href=\"./migrations/app\">app</a>");
	check_holds(page, ">15 s</time> ago");
	check_holds(page, ">3 h</time></td>");
	/* A drift that a blip interrupted, and what of it nobody has seen. */
	check_holds(page,
		">3 d</time><span class=\"soft\" title=\"not watched for 6 h: "
		"from 2");
	check_holds(page, " * not watched for 6 h of that time.</p>");
	check_holds(page, "Shown as of <time");
	check_holds(page, "<p class=\"bad\">connection refused &lt;&amp;&gt;</p>");
	check_holds(page, "<span class=\"bad\">unreachable</span>, ");
	check_lacks(page, "<span class=\"soft\">for <time");
	check_holds(page, "</html>\n");
	free(page);
	/* Nothing is said twice. */
	state_environment(3)->hint = state_environment(3)->error;
	page = page_of(&p);
	check_lacks(page, "<p class=\"bad\">");
	free(page);
}

/* Since when each finding has been there. */
static void
test_sightings(void **state)
{
	struct published_environment *e;
	struct published p;
	char *page;

	(void)state;
	state_fill(&p);
	e = state_environment(2);
	e->diff->refs = 1;
	e->sightings = sightings_new(e->diff, p.at_ms - 3 * 3600 * 1000);
	e->sightings->first_ms[1] = p.at_ms - 87 * 1000;
	page = page_of(&p);
	check_holds(page, "<span class=\"soft\">for <time");
	check_holds(page, "\">3 h</time></span>");
	check_holds(page, "\">90 s</time></span>");
	free(page);
	sightings_unref(e->sightings);
}

static void
check_filtered(const struct status_filter *f, const char *const *there, size_t n)
{
	static const char *const all[] = {"./environments/a%2Fb%20%C3%A9\"",
		"./environments/prod\"", "./environments/staging\"",
		"./environments/dev\""};
	struct published p;
	struct strbuf b = {0};

	state_fill(&p);
	write_page(&p, f, NULL, &b);
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		bool wanted = false;

		for (size_t k = 0; k < n; k++)
			wanted |= strstr(all[i], there[k]) != NULL;
		(wanted ? check_holds : check_lacks)(b.s, all[i]);
	}
	strbuf_free(&b);
}

/* State and numbers are of those that are shown. */
static void
test_filtered(void **state)
{
	static const char *const one[] = {"staging"};
	struct strvec drifted = {0}, nothing = {0};
	const struct status_filter f = {.states = &drifted},
				   g = {.environments = &nothing};
	struct published p;
	struct strbuf b = {0};

	(void)state;
	strvec_add(&drifted, "drifted");
	strvec_add(&nothing, "x*");
	check_filtered(&f, one, 1);
	check_filtered(&g, NULL, 0);
	state_fill(&p);
	write_page(&p, &f, NULL, &b);
	check_holds(b.s, "<title>drifted · pgdriftd</title>");
	check_holds(
		b.s, "<span id=\"count\">1 environment of <a href=\"./\">all 4</a>");
	check_holds(b.s, "id=\"state-drifted\" value=\"drifted\" checked> drifted");
	check_holds(b.s, "id=\"state-unknown\" value=\"unknown\"> unknown");
	check_holds(b.s,
		"<li><a class=\"chip\" href=\"./\"><span class=\"unseen\">Without "
		"</span>state drifted ");
	/* The numbers are of all that another state would show. */
	check_holds(b.s, "1 in sync</a></li>");
	strbuf_clear(&b);
	write_page(&p, &g, NULL, &b);
	check_holds(b.s, "<p id=\"none\">No environment is what is asked for. "
			 "<a href=\"./\">Show all</a></p>");
	check_lacks(b.s, "scope=\"col\">State");
	strbuf_free(&b);
	strvec_free(&drifted);
	strvec_free(&nothing);
}

static void
test_labels(void **state)
{
	struct published p;
	char *page;

	(void)state;
	state_fill(&p);
	page = page_of(&p);
	check_lacks(page, "?label=");
	free(page);
	strvec_add(&state_environment(1)->labels, "stage=pr\u202eod&");
	strvec_add(&state_environment(1)->labels, "team=shop");
	page = page_of(&p);
	check_holds(page,
		"<p><a class=\"chip\" href=\"./?label=stage%3Dpr%E2%80%AEod%26\">"
		"stage=pr\\u202eod&amp;</a> <a class=\"chip\" "
		"href=\"./?label=team%3Dshop\">team=shop</a></p>");
	check_holds(page, "<option value=\"label:team\">label team</option>");
	/* What is offered is what it looks like. */
	check_holds(page, "<option value=\"team=shop\">");
	check_lacks(page, "\u202e");
	free(page);
	strvec_free(&state_environment(1)->labels);
	/* What others match as well leads nowhere. */
	strvec_add(&state_environment(1)->labels, "team=a*");
	page = page_of(&p);
	check_holds(page, "<p><span class=\"chip\">team=a*</span></p>");
	check_lacks(page, "?label=");
	free(page);
	strvec_free(&state_environment(1)->labels);
}

/* The value of a label leads to those that have it, whatever else is chosen of it; one
 * that is read as a glob does not. */
static void
test_groups_by_label(void **state)
{
	static char team[] = "team", plain[] = "a", glob[] = "b?";
	const struct published_environment *one[] = {state_environment(1)};
	struct group v[] = {{.key = plain, .members = one, .n = 1},
		{.key = glob, .members = one, .n = 1}, {.members = one, .n = 1}};
	struct groups groups = {.v = v, .n = COUNT_OF(v), .label = team};
	struct strvec labels = {0};
	const struct status_filter filter = {.labels = &labels};
	const struct choice c = {&filter, &groups, CHOICE_ROWS, 1};
	struct published p;
	struct strbuf b = {0};

	(void)state;
	state_fill(&p);
	strvec_split(&labels, "team=a|team=b|stage=x", '|');
	page_groups(&(struct page){&p, p.at_ms, "./"}, &c, 0, COUNT_OF(v), &b);
	check_holds(
		b.s, "<a href=\"./?label=stage%3Dx&amp;label=team%3Da\">a</a></th>");
	check_holds(b.s, "<th scope=\"row\" class=\"name\">b?</th>");
	check_holds(
		b.s, "<a href=\"./?label=stage%3Dx&amp;label=team%3D\">without</a>");
	strvec_free(&labels);
	strbuf_free(&b);
}

/* Names that are not what they look like, in every place. */
static void
test_hostile_names(void **state)
{
	static char name[] = "\u202ename\n", ref[] = "\u202eref\n",
		    error[] = "\u202eerror\x1b", recorded[] = "\u202erecorded\n",
		    hint[] = "\u202ehint", version[] = "\u202eversion\n";
	static char *ids[] = {recorded};
	struct published_environment *e;
	struct published p;
	char *page;

	(void)state;
	state_fill(&p);
	e = state_environment(2);
	e->name = name;
	e->reference = ref;
	e->error = error;
	e->hint = hint;
	e->server_version = version;
	e->revision.recorded = (struct strvec){ids, 1, 1};
	page = page_of(&p);
	check_lacks(page, "\u202e");
	check_lacks(page, "\x1b");
	check_holds(page, "\">\\u202ename\\n</a>");
	check_holds(page, "Against \\u202eref\\n. ");
	check_holds(page, "\\u202eerror\\x1b");
	check_holds(page, "<code>\\u202erecorded\\n</code>, expected ");
	check_holds(page, "\\u202ehint");
	check_holds(page, "PostgreSQL \\u202eversion\\n");
	free(page);
}

static void
test_worst_first(void **state)
{
	static const char *const order[] = {"./environments/a%2Fb%20%C3%A9\"",
		"./environments/prod\"", "./environments/staging\"",
		"./environments/dev\""};
	struct published p;
	char *page;
	const char *at;

	(void)state;
	state_fill(&p);
	at = page = page_of(&p);
	for (size_t i = 0; i < COUNT_OF(order); i++) {
		at = strstr(at, order[i]);
		assert_non_null(at);
	}
	free(page);
}

static void
test_escaped(void **state)
{
	static char evil[] = "\"><script>alert(1)</script>";
	struct published p;
	char *page;

	(void)state;
	state_fill(&p);
	state_environment(0)->name = evil;
	state_environment(0)->hint = evil;
	state_environment(0)->error = evil;
	state_environment(0)->reference = evil;
	state_environment(0)->server_version = evil;
	page = page_of(&p);
	check_lacks(page, "<script>");
	check_lacks(page, "<b>mail");
	check_lacks(page, "<empty>");
	check_lacks(page, "<&>");
	check_lacks(page, "\"><script");
	check_holds(page, "/environments/%22%3E%3Cscript%3E");
	check_holds(page, "the file is &lt;empty&gt;");
	free(page);
}

/* Many findings: the first ones, and where the rest is. */
static void
test_long_lists_are_cut(void **state)
{
	struct finding many[25];
	struct diff d = {.status = DIFF_DRIFTED, .findings = many, .n_findings = 25};
	struct published p;
	char *page, *at;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(many); i++)
		many[i] = (struct finding){.kind = KIND_TABLE,
			.on = KIND_NONE,
			.name = "public.t",
			.change = CHANGE_MISSING};
	state_fill(&p);
	state_environment(2)->diff = &d;
	page = page_of(&p);
	for (at = page; (at = strstr(at, "<code>public.t</code>")); at++)
		n++;
	assert_int_equal(n, 3);
	check_holds(page, ">all 25</a>");
	check_holds(page, "<details id=\"more-staging\" open>");
	free(page);
	/* What a pending migration explains is no drift, and not put forward. */
	state_environment(2)->schema = SCHEMA_OTHER_REVISION;
	page = page_of(&p);
	check_lacks(page, "\" open>");
	check_holds(page, "<summary>25 differences, other revision <span");
	free(page);
	state_environment(2)->schema = SCHEMA_DRIFTED;
	for (size_t i = 0; i < 4; i++) {
		state_environment(i)->diff = &d;
		state_environment(i)->schema = SCHEMA_DRIFTED;
	}
	page = page_of(&p);
	check_lacks(page, "\" open>");
	check_holds(page, "<summary>25 differences");
	free(page);
}

static void
test_nothing_configured(void **state)
{
	struct published p;
	char *page;

	(void)state;
	state_fill(&p);
	p.n_environments = 0;
	p.n_migrations = 0;
	p.reload_ok = false;
	page = page_of(&p);
	check_holds(page, "No environment is configured.");
	check_holds(page, "The last reload was refused");
	check_lacks(page, "<table");
	check_lacks(page, "<form");
	free(page);
}

/* By catalogs: who has each, and what sets it apart; all of it escaped. */
static void
test_groups(void **state)
{
	struct published p;
	struct published_environment *e;
	struct finding finding = {.kind = KIND_TABLE,
		.on = KIND_NONE,
		.name = "public.\"<b>\"",
		.change = CHANGE_MISSING};
	struct diff differs = {.status = DIFF_DRIFTED,
		.findings = &finding,
		.n_findings = 1,
		.n_change = {[CHANGE_MISSING] = 1}};
	struct groups g = {0};
	const struct groups_wish wish = {0};
	char other[] = "0123456789abcdef", *fingerprint;
	struct strbuf b = {0};

	(void)state;
	state_fill(&p);
	e = state_environment(2);
	fingerprint = e->fingerprint;
	e->fingerprint = other;
	groups_make(&p, &wish, &g);
	assert_int_equal(g.n, 3);
	g.v[1].differs = &differs;
	write_page(&p, NULL, &g, &b);
	check_holds(b.s, "<h1>Environments</h1>");
	check_holds(b.s, "2 environments<br>");
	check_holds(b.s, "<code>0123456789ab");
	check_holds(b.s, "1 difference from the largest: 1 missing, 0 unexpected");
	check_holds(b.s, "public.&quot;&lt;b&gt;&quot;");
	check_holds(b.s, "not read");
	check_lacks(b.s, "<b>");
	check_lacks(b.s, "<script>");
	g.v[1].differs = NULL;
	g.v[1].pending = true;
	strbuf_clear(&b);
	write_page(&p, NULL, &g, &b);
	check_holds(b.s, "It is being compared with the largest.");
	strbuf_free(&b);
	groups_free(&g);
	e->fingerprint = fingerprint;
}

/* However many there are, and however much there is to say of each. */
static void
test_many(void **state)
{
	enum { MOST = 10000 };
	struct published_environment *all = xcalloc(MOST, sizeof *all);
	struct published_environment **list = xcalloc(MOST, sizeof *list);
	struct choice c = {&(struct status_filter){0}, NULL, CHOICE_ROWS, 1};
	struct published p;
	struct strbuf b = {0};

	(void)state;
	state_fill(&p);
	for (size_t i = 0; i < MOST; i++) {
		all[i] = *state_environment(i < 9900 ? 2 : 0);
		all[i].name = xasprintf("environment-%05zu", i);
		list[i] = &all[i];
	}
	p.environments = list;
	p.n_environments = MOST;
	page_overview(&(struct page){&p, p.at_ms, "./"}, &c, &b);
	assert_in_range(b.len, 150 * 1000, 300 * 1000);
	check_holds(b.s, "1–200 of 10,000</span><a href=\"./?page=2\">Next</a>"
			 "<a href=\"./?page=50\">Last</a></nav>");
	check_holds(b.s, "id=\"env-environment-00199\"");
	check_lacks(b.s, "id=\"env-environment-00200\"");
	/* The last part, also by a number that there was once. */
	c.number = 99;
	strbuf_clear(&b);
	page_overview(&(struct page){&p, p.at_ms, "./"}, &c, &b);
	check_holds(b.s, "9,801–10,000 of 10,000</span><a href=\"./\">First</a>"
			 "<a href=\"./?page=49\">Previous</a></nav>");
	check_holds(b.s, "id=\"env-environment-09899\"");
	check_holds(b.s, "id=\"env-environment-09999\"");
	strbuf_free(&b);
	for (size_t i = 0; i < MOST; i++)
		free(all[i].name);
	free(all);
	free(list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_what_it_says),
		cmocka_unit_test(test_sightings),
		cmocka_unit_test(test_worst_first),
		cmocka_unit_test(test_filtered),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_groups_by_label),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_escaped),
		cmocka_unit_test(test_long_lists_are_cut),
		cmocka_unit_test(test_nothing_configured),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
