/* What is chosen, as addresses and as a form. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "page/choice.h"
#include "tests/unit/http/state.h"

/* "drifted,unknown" of a list. */
struct lists {
	struct strvec texts, states, labels, environments;
	struct status_filter filter;
};

static void
choose(struct lists *l, const char *texts, const char *states, const char *labels,
	const char *environments)
{
	*l = (struct lists){0};
	strvec_split(&l->texts, texts, '|');
	strvec_split(&l->states, states, '|');
	strvec_split(&l->labels, labels, '|');
	strvec_split(&l->environments, environments, '|');
	l->filter = (struct status_filter){.texts = *texts ? &l->texts : NULL,
		.states = *states ? &l->states : NULL,
		.labels = *labels ? &l->labels : NULL,
		.environments = *environments ? &l->environments : NULL};
}

static void
forget(struct lists *l)
{
	strvec_free(&l->texts);
	strvec_free(&l->states);
	strvec_free(&l->labels);
	strvec_free(&l->environments);
}

static void
check_address(const struct choice *c, const struct choice_change *change,
	const char *expected)
{
	struct strbuf b = {0};

	choice_href(&(struct page){.root = "../"}, c, change, &b);
	assert_string_equal(b.s, expected);
	strbuf_free(&b);
}

static void
test_addresses(void **state)
{
	static char team[] = "team";
	struct groups groups = {.label = team};
	struct lists l;
	struct choice c = {&l.filter, NULL, CHOICE_ROWS, 3};

	(void)state;
	choose(&l, "eu&\"<|x", "drifted|unknown", "team=a b", "");
	check_address(&c, &(struct choice_change){0},
		" href=\"../?q=eu%26%22%3C&amp;q=x&amp;state=drifted&amp;state=unknown"
		"&amp;label=team%3Da%20b\"");
	check_address(&c, &(struct choice_change){"q", "x", NULL, false},
		" href=\"../?q=eu%26%22%3C&amp;state=drifted&amp;state=unknown"
		"&amp;label=team%3Da%20b\"");
	check_address(&c, &(struct choice_change){"state", NULL, "in_sync", false},
		" href=\"../?q=eu%26%22%3C&amp;q=x&amp;label=team%3Da%20b"
		"&amp;state=in_sync\"");
	forget(&l);
	choose(&l, "", "", "", "");
	check_address(&c, &(struct choice_change){0}, " href=\"../\"");
	check_address(&c, &(struct choice_change){"page", NULL, "2", false},
		" href=\"../?page=2\"");
	c.groups = &groups;
	c.rows = 7;
	check_address(&c, &(struct choice_change){0},
		" href=\"../?group=label%3Ateam&amp;limit=7\"");
	check_address(&c, &(struct choice_change){"label", NULL, "team=x", true},
		" href=\"../?limit=7&amp;label=team%3Dx\"");
	/* One of them in the place of all, beside other labels. */
	choose(&l, "", "", "team=a|team=b|teams=c|stage=d", "");
	check_address(&c, &(struct choice_change){"label", NULL, "team=a", true},
		" href=\"../?label=teams%3Dc&amp;label=stage%3Dd&amp;limit=7"
		"&amp;label=team%3Da\"");
	forget(&l);
	choose(&l, "", "", "", "");
	groups.label = NULL;
	check_address(&c, &(struct choice_change){0},
		" href=\"../?group=fingerprint&amp;limit=7\"");
}

static void
check_holds(const struct strbuf *b, const char *part)
{
	if (!strstr(b->s, part))
		fail_msg("not in it: %s", part);
}

/* What has no field, or is more than a field holds, is sent again nevertheless. */
static void
test_form(void **state)
{
	const struct status_count all = {.n = 3, .of = {[STATE_DRIFTED] = 3}};
	struct published p;
	struct lists l;
	static char team[] = "team";
	const struct groups groups = {.label = team};
	struct choice c = {&l.filter, NULL, 7, 1};
	struct strbuf b = {0};

	(void)state;
	state_fill(&p);
	choose(&l, "\"a&|<b>", "in_sync", "", "x*|y");
	choice_form(&(struct page){&p, p.at_ms, "./"}, &c, &all, &b);
	check_holds(
		&b, "name=\"q\" id=\"q\" autocomplete=\"off\" value=\"&quot;a&amp;\"");
	check_holds(&b, "<input type=\"hidden\" name=\"q\" value=\"&lt;b>\">");
	check_holds(&b, "<input type=\"hidden\" name=\"environment\" value=\"x*\">"
			"<input type=\"hidden\" name=\"environment\" value=\"y\">");
	check_holds(&b, "<input type=\"hidden\" name=\"limit\" value=\"7\">");
	check_holds(&b, "value=\"in_sync\" checked> in sync <span class=\"soft\">0<");
	check_holds(&b, "value=\"drifted\"> drifted <span class=\"soft\">3<");
	check_holds(&b, "<option value=\"app\">app</option>");
	assert_null(strstr(b.s, "value=\"unknown\""));
	assert_null(strstr(b.s, "id=\"of-label\""));
	forget(&l);
	/* A label that nobody has any more is not lost either. */
	strbuf_clear(&b);
	choose(&l, "", "", "team=x", "");
	choice_form(&(struct page){&p, p.at_ms, "./"}, &c, &all, &b);
	check_holds(&b, "<input type=\"hidden\" name=\"label\" value=\"team=x\">");
	/* Nor is one that is no longer offered, by which they are grouped. */
	strbuf_clear(&b);
	c.groups = &groups;
	choice_form(&(struct page){&p, p.at_ms, "./"}, &c, &all, &b);
	check_holds(&b, "<option value=\"label:team\" selected>label team</option>");
	strbuf_free(&b);
	forget(&l);
}

/* Each value is offered once, in its order, unless it is another than it looks. */
static void
test_offers(void **state)
{
	static char zone[] = "zone=a", team[] = "team=shop", hidden[] = "team=x\u202e";
	static char *both[] = {zone, team}, *again[] = {hidden, team, hidden};
	struct published p;
	struct lists l;
	const struct choice c = {&l.filter, NULL, CHOICE_ROWS, 1};
	const struct status_count all = {.n = 3, .of = {[STATE_DRIFTED] = 3}};
	struct strbuf b = {0};

	(void)state;
	state_fill(&p);
	state_environment(0)->labels = (struct strvec){again, 3, 3};
	state_environment(1)->labels = (struct strvec){both, 2, 2};
	choose(&l, "", "", "", "");
	choice_form(&(struct page){&p, p.at_ms, "./"}, &c, &all, &b);
	check_holds(&b, "<datalist id=\"labels\"><option value=\"team=shop\"></option>"
			"<option value=\"zone=a\"></option></datalist>");
	check_holds(&b, "<option value=\"label:team\">label team</option>"
			"<option value=\"label:zone\">label zone</option></select>");
	state_environment(0)->labels = (struct strvec){0};
	state_environment(1)->labels = (struct strvec){0};
	strbuf_free(&b);
	forget(&l);
}

static void
test_active(void **state)
{
	struct lists l;
	const struct choice c = {&l.filter, NULL, CHOICE_ROWS, 1};
	struct strbuf b = {0};

	(void)state;
	choose(&l, "", "", "", "");
	choice_active(&(struct page){.root = "./"}, &c, &b);
	assert_int_equal(b.len, 0);
	choose(&l, "\u202e<", "revision_mismatch", "", "");
	choice_active(&(struct page){.root = "./"}, &c, &b);
	check_holds(&b,
		"href=\"./?state=revision_mismatch\"><span class=\"unseen\">Without "
		"</span>with <code>\\u202e&lt;</code>");
	check_holds(&b,
		"href=\"./?q=%E2%80%AE%3C\"><span class=\"unseen\">Without </span>"
		"state revision mismatch ");
	check_holds(&b, "<li><a href=\"./\">Show all</a></li></ul>");
	strbuf_free(&b);
	forget(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_offers),
		cmocka_unit_test(test_active),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
