#include "tests/unit/report/drawn.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/graph_svg.h"

static const struct graph_svg_options in_page = {.revision = {"#r-", NULL},
	.stretch = {"?open=", "#graph"},
	.environment = {"/status/", NULL},
	.crowd = {"#at-", NULL}};
static const struct graph_svg_options alone = {.alone = true};

/* As a part of a page, and alone: both are sound, and have no style or script inline.
 */
static char *
svg_of(const struct drawn_picture *d, const struct graph_svg_options *o)
{
	struct strbuf b = {0};

	graph_svg(&d->p, o, &b);
	drawn_check_xml(b.s);
	drawn_check_count(b.s, " style=", 0);
	drawn_check_count(b.s, "<script", 0);
	drawn_check_count(b.s, " onload=\"", 0);
	drawn_check_count(b.s, "<style>", o->alone);
	return strbuf_take(&b);
}

static void
test_line(void **state)
{
	struct drawn_picture d;
	char *svg;

	drawn_read(&d, *state, "e: d\nd: c\nc: b\nb: a\na:\n", NULL, 0);
	svg = svg_of(&d, &in_page);
	drawn_check_count(svg, "<g class=\"node", 5);
	drawn_check_count(svg, "<g class=\"node head\">", 1);
	drawn_check_count(svg, "<g class=\"node base\">", 1);
	drawn_check_count(svg, "<path class=\"down\" d=\"M16 16V46\"/>", 1);
	drawn_check_count(svg, "<path ", 4);
	drawn_check_count(svg, "<a href=\"#r-", 5);
	drawn_check_count(svg, "<a href=\"#r-c\"><title>revision c\n", 1);
	drawn_check_count(svg, ">e</tspan>", 1);
	drawn_check_count(svg, " role=\"group\" aria-labelledby=", 1);
	drawn_check_count(svg, "<title id=\"graph-title\">Migrations app</title>", 1);
	drawn_check_count(svg, "<desc id=\"graph-desc\">5 revisions, 1 base,", 1);
	free(svg);
	svg = svg_of(&d, &alone);
	drawn_check_count(svg, "<a ", 0);
	drawn_check_count(svg, " role=\"img\" ", 1);
	drawn_check_count(svg, "<?xml version=", 1);
	drawn_check_count(svg, "<rect class=\"ground\"", 1);
	drawn_check_count(svg, "@media(prefers-color-scheme:dark)", 1);
	free(svg);
	drawn_done(&d);
}

/* Each thing has a class of its own. */
static void
test_classes(void **state)
{
	struct drawn_picture d;
	char *svg;

	drawn_read(&d, *state,
		"m: b c > z #side\nb: a\nc: a\na: gone\nz:\ny: x\nx: y\n", NULL, 0);
	svg = svg_of(&d, &in_page);
	drawn_check_count(svg, "<g class=\"node head merges", 1);
	drawn_check_count(svg, "<g class=\"node branches problem\">", 1);
	drawn_check_count(svg, "<g class=\"node nofile\">", 1);
	drawn_check_count(svg, "<tspan class=\"label\" dx=\"8\">side</tspan>", 1);
	drawn_check_count(svg, "<path class=\"depends\"", 1);
	drawn_check_count(svg, "<path class=\"down climbs\"", 1);
	drawn_check_count(svg, ">⚠ missing parent</tspan>", 1);
	drawn_check_count(svg, ">⚠ cycle</tspan>", 2);
	drawn_check_count(svg, ">no file has it</tspan>", 1);
	free(svg);
	drawn_done(&d);
}

static void
test_environments(void **state)
{
	struct strvec at[] = {
		fixture_words("b"), fixture_words("a b"), fixture_words("lost")};
	const struct picture_marker markers[] = {{"prod", STATE_DRIFTED, &at[0], NULL},
		{"dev", STATE_IN_SYNC, &at[1], NULL},
		{"old", STATE_REVISION_MISMATCH, &at[2], NULL}};
	struct drawn_picture d;
	char *svg;

	drawn_read(&d, *state, "b: a\na:\n", markers, 3);
	svg = svg_of(&d, &in_page);
	drawn_check_count(svg,
		"<g class=\"box drifted\"><a href=\"/status/prod\">"
		"<title>prod: drifted</title>",
		1);
	drawn_check_count(svg, "<title>dev: in sync</title>", 2);
	drawn_check_count(svg, ">⇄ old</text>", 1);
	/* Rows with environments are higher. */
	drawn_check_count(svg, "<path class=\"down\" d=\"M16 70V94V124\"/>", 1);
	free(svg);
	drawn_done(&d);
	for (size_t i = 0; i < COUNT_OF(at); i++)
		strvec_free(&at[i]);
}

/* A few are a box each; of many there is one for each state. */
static void
test_many_environments(void **state)
{
	enum { MANY = 200, FEW = 8 };
	struct strvec at = fixture_words("a");
	struct picture_marker markers[MANY];
	char *names[MANY], *svg;
	struct drawn_picture d;

	for (size_t i = 0; i < MANY; i++) {
		names[i] = xasprintf("environment-%zu", i);
		markers[i] = (struct picture_marker){
			names[i], i < 3 ? STATE_DRIFTED : STATE_IN_SYNC, &at, NULL};
	}
	drawn_read(&d, *state, "a:\n", markers, FEW);
	svg = svg_of(&d, &in_page);
	drawn_check_count(svg, "<g class=\"box insync\">", FEW - 3);
	free(svg);
	d.p.n_markers = MANY;
	svg = svg_of(&d, &in_page);
	drawn_check_count(svg, "<g class=\"box ", 2);
	drawn_check_count(svg,
		"<a href=\"#at-a\"><title>drifted: environment-0, environment-1, "
		"environment-2</title>",
		1);
	drawn_check_count(svg, ">≠ 3 environments</text>", 1);
	drawn_check_count(svg, ">✓ 197 environments</text>", 1);
	drawn_check_count(svg, ", environment-22 and 177 more</title>", 1);
	free(svg);
	drawn_done(&d);
	strvec_free(&at);
	for (size_t i = 0; i < MANY; i++)
		free(names[i]);
}

/* What an upgrade would run somewhere says so. */
static void
test_pending(void **state)
{
	struct strvec at = fixture_words("a"), next = fixture_words("b c");
	const struct picture_marker markers[] = {
		{"prod", STATE_REVISION_MISMATCH, &at, &next},
		{"dev", STATE_REVISION_MISMATCH, &at, &next}};
	struct drawn_picture d;
	char *svg;

	drawn_read(&d, *state, "c: b\nb: a\na:\n", markers, 2);
	svg = svg_of(&d, &in_page);
	drawn_check_count(svg, "<g class=\"node head pending\">", 1);
	drawn_check_count(svg, "<g class=\"node pending\">", 1);
	drawn_check_count(svg, ">pending in 2</tspan>", 2);
	free(svg);
	drawn_done(&d);
	strvec_free(&at);
	strvec_free(&next);
}

/* Of a part the lines to what is above and below it go on to its edges. */
static void
test_part(void **state)
{
	struct graph_svg_options o = in_page;
	struct drawn_picture d;
	char *svg;

	drawn_read(&d, *state, "e: d\nd: c\nc: b\nb: a\na:\n", NULL, 0);
	o.from = 1;
	o.rows = 2;
	o.selected = "c";
	svg = svg_of(&d, &o);
	drawn_check_count(svg, "<g class=\"node", 2);
	drawn_check_count(svg, "<a href=\"#r-d\">", 1);
	drawn_check_count(svg, "<g class=\"node selected\">", 1);
	drawn_check_count(svg, "<a href=\"#r-c\">", 1);
	drawn_check_count(svg, "<path ", 3);
	drawn_check_count(svg, "d=\"M16 -60V-14V16\"", 1);
	drawn_check_count(svg, "d=\"M16 16V46\"", 1);
	drawn_check_count(svg, "d=\"M16 46V106V136\"", 1);
	drawn_check_count(svg, "height=\"92\"", 1);
	free(svg);
	o.from = 5;
	svg = svg_of(&d, &o);
	drawn_check_count(svg, "<g class=\"node", 0);
	drawn_check_count(svg, "<path ", 0);
	free(svg);
	drawn_done(&d);
}

static void
test_facts(void **state)
{
	struct drawn_picture d;
	char *svg, *dir = *state;

	fixture_write(dir, "a.py",
		"'''drop <what> & \"all\"\n\nCreate Date: 2024-05-01 12:30\n'''\n"
		"revision = 'a'\ndown_revision = None\n"
		"def upgrade():\n    op.drop_table('t')\ndef downgrade():\n    x()\n");
	fixture_write(dir, "b.py", "");
	drawn_read(&d, dir, NULL, NULL, 0);
	svg = svg_of(&d, &in_page);
	drawn_check_count(svg,
		"<tspan class=\"message\" dx=\"8\">drop &lt;what&gt; &amp; "
		"&quot;all&quot;</tspan>",
		1);
	drawn_check_count(svg, "<tspan class=\"date\" dx=\"8\">2024-05-01</tspan>", 1);
	drawn_check_count(svg, ">destructive</tspan>", 1);
	drawn_check_count(svg, "\ndestructive: drop table t, line 8\n", 1);
	drawn_check_count(svg, "<text class=\"loose\"", 1);
	free(svg);
	drawn_done(&d);
}

static void
test_long(void **state)
{
	struct strbuf lines = {0};
	struct drawn_picture d;
	char *svg;

	for (size_t i = 0; i < 400; i++)
		strbuf_printf(&lines, i ? "r%03zu: r%03zu\n" : "r%03zu:\n", i, i - 1);
	drawn_read(&d, *state, lines.s, NULL, 0);
	svg = svg_of(&d, &in_page);
	drawn_check_count(svg, "<g class=\"node", 3);
	drawn_check_count(svg, "<g class=\"node stretch\">", 1);
	drawn_check_count(svg, ">398 revisions</tspan>", 1);
	drawn_check_count(svg, "<a href=\"?open=r398#graph\">", 1);
	drawn_check_count(svg, "height=\"122\"", 1);
	free(svg);
	strbuf_free(&lines);
	drawn_done(&d);
}

static void
test_hostile(void **state)
{
	static const char evil[] = "\"><script>alert('1')</script>&#1;\x01\xff\\\n"
				   "\xef\xbf\xbf\xe2\x80\xae";
	struct strvec at = {0};
	const struct picture_marker markers[] = {{evil, STATE_UNKNOWN, &at, NULL}};
	struct drawn_picture d;
	char *svg, *dir = *state;

	strvec_add(&at, evil);
	fixture_write(dir, "a.py",
		"'''</text></svg><script>\x7f]]>'''\nrevision = 'a\"<&>b'\n"
		"down_revision = '<script>'\nbranch_labels = '<b onload=\"x\">'\n");
	drawn_read(&d, dir, NULL, markers, 1);
	d.p.name = evil;
	svg = svg_of(&d, &in_page);
	drawn_check_count(svg, "href=\"/status/%22%3E%3Cscript%3E", 1);
	drawn_check_count(svg, "href=\"#r-a%22%3C%26%3Eb\"", 1);
	drawn_check_count(svg, "<b ", 0);
	free(svg);
	svg = svg_of(&d, &alone);
	free(svg);
	drawn_done(&d);
	strvec_free(&at);
}

static void
test_empty(void **state)
{
	struct drawn_picture d;
	char *svg;

	fixture_write(*state, "x.txt", "");
	drawn_read(&d, *state, NULL, NULL, 0);
	svg = svg_of(&d, &alone);
	drawn_check_count(svg, "<g class=\"node", 0);
	drawn_check_count(svg, "0 revisions, 0 bases, 0 heads,", 1);
	free(svg);
	drawn_done(&d);
}

#define IN_DIRECTORY(test) \
	cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIRECTORY(test_line),
		IN_DIRECTORY(test_classes),
		IN_DIRECTORY(test_environments),
		IN_DIRECTORY(test_many_environments),
		IN_DIRECTORY(test_pending),
		IN_DIRECTORY(test_part),
		IN_DIRECTORY(test_facts),
		IN_DIRECTORY(test_long),
		IN_DIRECTORY(test_hostile),
		IN_DIRECTORY(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
