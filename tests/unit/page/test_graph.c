/* The page of a graph, of files and of environments made by hand. */
#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "page/graph.h"
#include "web/web.h"

enum { SOME = 40 };

/* A block of what is in the directory, and environments that use it. */
struct block {
	struct migrations *h;
	struct published_migrations m;
	struct published_environment e[SOME];
	struct published_environment *list[SOME];
	struct published p;
};

static char app[] = "app";

static void
block_read(struct block *b, const char *dir, const char *lines)
{
	*b = (struct block){0};
	b->h = lines ? fixture_graph(dir, lines) : fixture_read(dir, "");
	b->m = (struct published_migrations){.name = app,
		.graph = b->h,
		.notices = b->h->notices,
		.n_notices = b->h->n_notices};
	b->p = (struct published){.environments = b->list,
		.migrations = &b->m,
		.n_migrations = 1,
		.at_ms = 1,
		.reload_ok = true};
}

static void
block_add(struct block *b, const char *name, enum state state, const char *recorded,
	const char *pending)
{
	struct published_environment *e = &b->e[b->p.n_environments];

	b->list[b->p.n_environments++] = e;
	*e = (struct published_environment){.name = xstrdup(name),
		.migrations = app,
		.state = state,
		.revision = {.recorded = fixture_words(recorded),
			.pending = fixture_words(pending)}};
}

static void
block_done(struct block *b)
{
	for (size_t i = 0; i < b->p.n_environments; i++) {
		free(b->e[i].name);
		strvec_free(&b->e[i].revision.recorded);
		strvec_free(&b->e[i].revision.pending);
	}
	migrations_free(b->h);
}

static char *
page_of(const struct block *b, const struct page_graph_wish *wish)
{
	const struct page page = {&b->p, 1, "../"};
	struct strbuf out = {0};

	page_graph(&page, &b->m, wish, &out);
	return strbuf_take(&out);
}

static size_t
count(const char *page, const char *part)
{
	size_t n = 0;

	for (const char *at = page; (at = strstr(at, part)) != NULL; at++)
		n++;
	return n;
}

static void
check(const char *page, size_t n, const char *part)
{
	if (count(page, part) != n)
		fail_msg("%zu times, not %zu: %s\nin\n%s", count(page, part), n, part,
			page);
}

/* ---- The picture and its table ---- */

static void
test_graph(void **state)
{
	struct block b;
	char *page;

	block_read(&b, *state, "m: b c > z\nb: a\nc: a #side\na:\nz:\n");
	block_add(&b, "prod", STATE_REVISION_MISMATCH, "b", "c m");
	block_add(&b, "dev", STATE_IN_SYNC, "m", "");
	page = page_of(&b, &(struct page_graph_wish){0});
	check(page, 1, "<h1>Migrations app</h1>");
	check(page, 1, "<title>Migrations app · pgdriftd</title>");
	check(page, 1,
		"<p>5 revisions, 2 bases, 2 heads (m, z), 1 branch point, 1 merge, ");
	/* The picture is a part of the page, in a frame that keys can move. */
	check(page, 1, "<svg ");
	check(page, 1,
		"id=\"graph-scroll\" role=\"region\" "
		"aria-label=\"Picture of the graph\" tabindex=\"0\">");
	check(page, 1, "<g class=\"node head merges problem pending\">");
	check(page, 1,
		"<a href=\"../environments/prod\"><title>prod: revision mismatch");
	/* Each row is in the table as well, with the same words. */
	check(page, 5, "<tr id=\"r-");
	check(page, 1,
		"<tr id=\"r-m\"><th scope=\"row\">"
		"<a href=\"?revision=m#revision\"><code>m</code></a></th>");
	check(page, 1, "data-label=\"Is\">head, merge, ");
	check(page, 1, "data-label=\"Is\">base, branch point, ");
	check(page, 1, "label <code>side</code>");
	check(page, 1, "depends on</span> <a href=\"?revision=z#revision\">");
	check(page, 2, "<span class=\"warn\">pending in 1</span>");
	check(page, 1,
		"<a href=\"../environments/dev\">dev</a> <span class=\"badge "
		"insync\">");
	/* Nothing of the policy of pages is broken. */
	check(page, 0, " style=");
	check(page, 0, "<style");
	check(page, 0, " onclick");
	check(page, 0, "href=\"/");
	free(page);
	block_done(&b);
}

/* Every class of the picture has its rule in the style of the pages. */
static void
test_style(void **state)
{
	static const char *const classes[] = {"graph path", "graph .depends",
		"graph .climbs", "graph circle", "graph .fold", "graph .head circle",
		"graph .id", "graph .label", "graph .role", "graph .warning",
		"graph .date", "graph .note", "graph .archived", "graph .nofile",
		"graph .problem", "graph .loose", "graph .destructive", "graph .waits",
		"graph .selected", "graph .box rect", "graph .box text"};
	const char *css = web_find("graph.css")->data;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(classes); i++)
		if (!strstr(css, classes[i]))
			fail_msg("no rule for .%s", classes[i]);
}

static void
test_folds(void **state)
{
	char first[] = "r38";
	struct strvec open = {0};
	struct strbuf lines = {0};
	struct page_graph_wish wish = {.open = &open};
	struct block b;
	char *page;

	for (size_t i = 0; i < 40; i++)
		strbuf_printf(&lines, i ? "r%02zu: r%02zu\n" : "r%02zu:\n", i, i - 1);
	block_read(&b, *state, lines.s);
	page = page_of(&b, &wish);
	check(page, 3, "<tr id=\"r-");
	check(page, 1, "<a href=\"?open=r38#r-r38\">38 revisions</a>");
	check(page, 1, "<a href=\"?open=r38#graph\">");
	check(page, 1, "<a href=\"?fold=0#graph\">Show every revision</a>");
	check(page, 0, "Fold straight stretches");
	free(page);
	strvec_add(&open, first);
	page = page_of(&b, &wish);
	check(page, 40, "<tr id=\"r-");
	/* What is open stays open behind its links. */
	check(page, 0, "\"?revision=");
	check(page, 1,
		"<tr id=\"r-r07\"><th scope=\"row\">"
		"<a href=\"?open=r38&amp;revision=r07#revision\">");
	check(page, 1, "<a href=\"?#graph\">Fold straight stretches</a>");
	free(page);
	wish = (struct page_graph_wish){.whole = true};
	page = page_of(&b, &wish);
	check(page, 40, "<tr id=\"r-");
	check(page, 0, "Show every revision");
	check(page, 40, "<th scope=\"row\"><a href=\"?fold=0&amp;revision=");
	free(page);
	block_done(&b);
	strvec_free(&open);
	strbuf_free(&lines);
}

/* Whatever an address says is open, links keep what there is, once, and no more than is
 * bounded. */
static void
test_open_many(void **state)
{
	struct strvec open = {0};
	struct strbuf lines = {0}, kept = {0};
	const struct page_graph_wish wish = {.open = &open};
	struct block b;
	char *page;

	for (size_t i = 0; i < 40; i++) {
		char *id = xasprintf("r%02zu", i);

		strbuf_printf(&lines, i ? "r%02zu: r%02zu\n" : "r%02zu:\n", i, i - 1);
		strvec_add(&open, "nowhere");
		strvec_add(&open, id);
		strvec_add(&open, id);
		if (i >= 8)
			strbuf_printf(&kept, "open=%s&amp;", id);
		free(id);
	}
	block_read(&b, *state, lines.s);
	page = page_of(&b, &wish);
	check(page, 0, "nowhere");
	check(page, 0, "open=r07");
	strbuf_add(&kept, "revision=r07#revision\"");
	assert_non_null(strstr(page, kept.s));
	check(page, 40, "<tr id=\"r-");
	free(page);
	block_done(&b);
	strvec_free(&open);
	strbuf_free(&lines);
	strbuf_free(&kept);
}

/* As many rows as are seen at once, those that are asked for. */
static void
test_parts(void **state)
{
	struct strbuf lines = {0};
	struct page_graph_wish wish = {.whole = true};
	struct block b;
	char *page;

	for (size_t i = 0; i < 700; i++)
		strbuf_printf(&lines, i ? "r%03zu: r%03zu\n" : "r%03zu:\n", i, i - 1);
	block_read(&b, *state, lines.s);
	page = page_of(&b, &wish);
	check(page, 200, "<tr id=\"r-");
	check(page, 200, "<g class=\"node");
	check(page, 2, "Rows 1 to 200 of 700, newest first");
	check(page, 0, ">Newer</a>");
	check(page, 2, "<a href=\"?fold=0&amp;page=2#graph\">Older</a>");
	free(page);
	wish.part = 4;
	page = page_of(&b, &wish);
	check(page, 100, "<tr id=\"r-");
	check(page, 2, "Rows 601 to 700 of 700");
	check(page, 2, "<a href=\"?fold=0&amp;page=3#graph\">Newer</a>");
	check(page, 0, ">Older</a>");
	check(page, 1, "<tr id=\"r-r000\">");
	free(page);
	wish.part = 99;
	page = page_of(&b, &wish);
	check(page, 2, "Rows 601 to 700 of 700");
	free(page);
	/* A revision is in the part that is shown with it. */
	wish = (struct page_graph_wish){.whole = true, .revision = "r150"};
	page = page_of(&b, &wish);
	check(page, 2, "Rows 401 to 600 of 700");
	check(page, 1, "<tr id=\"r-r150\">");
	free(page);
	block_done(&b);
	strbuf_free(&lines);
}

static void
test_many_environments(void **state)
{
	struct block b;
	char *page;

	block_read(&b, *state, "b: a\na:\n");
	for (size_t i = 0; i < 27; i++) {
		char *name = xasprintf("tenant%zu", i);

		block_add(&b, name, i ? STATE_IN_SYNC : STATE_DRIFTED, "b", "");
		free(name);
	}
	page = page_of(&b, &(struct page_graph_wish){0});
	check(page, 1,
		"<details id=\"at-b\"><summary>27 environments: 1 drifted, 26 in "
		"sync</summary>");
	check(page, 2, "<a href=\"#at-b\"><title>");
	check(page, 27, "<li><a href=\"../environments/tenant");
	check(page, 1, ">✓ 26 environments</text>");
	free(page);
	block_done(&b);
}

/* ---- One revision ---- */

static void
test_facts(void **state)
{
	struct block b;
	struct page_graph_wish wish = {.revision = "b"};
	char *page, *dir = *state;

	fixture_revision(dir, "a", NULL, NULL);
	fixture_write(dir, "b.py",
		"'''drop <what>\n\nCreate Date: 2024-05-01 12:30\n'''\n"
		"revision = 'b'\ndown_revision = 'a'\nbranch_labels = ('x',)\n"
		"def upgrade():\n    op.drop_index('i', 't')\n    op.drop_table('t')\n"
		"def downgrade():\n    op.back()\n");
	fixture_revision(dir, "c", "'b'", NULL);
	block_read(&b, dir, NULL);
	block_add(&b, "prod", STATE_REVISION_MISMATCH, "a", "b c");
	block_add(&b, "dev", STATE_IN_SYNC, "b", "");
	page = page_of(&b, &wish);
	check(page, 1, "<h2>Revision <code>b</code></h2>");
	check(page, 1, "<dt>Says</dt><dd>drop &lt;what&gt;</dd>");
	check(page, 1, "<dt>Created</dt><dd><code>2024-05-01 12:30</code></dd>");
	check(page, 1, "/b.py</code>, line 5</dd>");
	check(page, 1, "<dt>Branch label</dt><dd><code>x</code>, line 7</dd>");
	check(page, 1, "<dt>Comes after</dt><dd><a href=\"?revision=a#revision\">");
	check(page, 1, "<dt>Before</dt><dd><a href=\"?revision=c#revision\">");
	check(page, 1, "<li>drop index <code>i</code>, line 9</li>");
	check(page, 1,
		"<li>drop table <code>t</code>, line 10 "
		"<b class=\"bad\">destructive</b></li>");
	check(page, 1, "<dt>Recorded by</dt><dd><a href=\"../environments/dev\">");
	check(page, 1, "<dt>Pending in</dt><dd><a href=\"../environments/prod\">");
	check(page, 1, " selected\">");
	free(page);
	wish.revision = "gone<";
	page = page_of(&b, &wish);
	check(page, 1, "<h2>Revision <code>gone&lt;</code></h2>");
	check(page, 1, "No file has it, and no environment records it.");
	free(page);
	block_done(&b);
}

/* ---- What is wrong ---- */

/* What can be drawn is, and each problem has its place and its remedy. */
static void
test_problems(void **state)
{
	struct block b;
	char *page, *dir = *state, *where;

	fixture_write(dir, "empty.py", "");
	fixture_write(dir, "noid.py", "x = 1\n" FIXTURE_FUNCTIONS);
	fixture_revision(dir, "y", "'x'", NULL);
	fixture_revision(dir, "x", "'y'", NULL);
	fixture_write(dir, "z1.py",
		"revision = 'z'\ndown_revision = 'lost'\n" FIXTURE_FUNCTIONS);
	fixture_write(dir, "z2.py",
		"revision = 'z'\ndown_revision = 'lost'\n" FIXTURE_FUNCTIONS);
	fixture_revision(dir, "w", NULL, NULL);
	block_read(&b, dir, NULL);
	assert_true(b.h->n_problems >= 5);
	page = page_of(&b, &(struct page_graph_wish){0});
	for (size_t i = 0; i < b.h->n_problems; i++) {
		const struct problem *p = &b.h->problems[i];

		if (!strstr(page, p->file))
			fail_msg("%s is not there", p->file);
	}
	check(page, 1, "<section id=\"problems\">");
	where = xasprintf("%s/z2.py", dir);
	assert_true(count(page, where) >= 1);
	free(where);
	check(page, 1, "<b class=\"bad\">cycle</b>");
	assert_true(count(page, "<b class=\"bad\">missing parent</b>") >= 1);
	check(page, 1, "<b class=\"bad\">duplicate revision</b>");
	check(page, 1, "<tr id=\"r-x\">");
	check(page, 1, "<tr id=\"r-lost\">");
	check(page, 1, ">no file has it</td>");
	assert_true(count(page, problem_remedy(PROBLEM_CYCLE)) >= 1);
	check(page, 1, "icon-mismatch.svg");
	free(page);
	block_done(&b);
}

static void
test_unreadable(void **state)
{
	static char error[] = "/srv/<x>: no such directory";
	struct published_migrations m = {.name = app, .error = error};
	const struct published p = {
		.migrations = &m, .n_migrations = 1, .reload_ok = true};
	const struct page page = {&p, 1, "../"};
	struct strbuf out = {0};

	(void)state;
	page_graph(&page, &m, &(struct page_graph_wish){.revision = "a"}, &out);
	check(out.s, 1, "They cannot be read: /srv/&lt;x&gt;: no such directory.");
	check(out.s, 1, "there is no graph to show");
	check(out.s, 0, "<svg");
	strbuf_free(&out);
	m.error = NULL;
	page_graph(&page, &m, &(struct page_graph_wish){0}, &out);
	check(out.s, 1, "They were not looked at yet.");
	check(out.s, 1, "/icon-unknown.svg");
	strbuf_clear(&out);
	page_migrations(&page, &out);
	check(out.s, 1, "<tbody class=\"unknown\">");
	check(out.s, 1, "<td data-label=\"Problems\">not looked at yet</td>");
	check(out.s, 1, "/icon-unknown.svg");
	strbuf_free(&out);
}

static void
test_hostile(void **state)
{
	static const char evil[] = "\"><script>alert(1)</script>&amp;\xe2\x80\xae\n";
	struct block b;
	struct strvec open = {0};
	char *page, *dir = *state;

	fixture_write(dir, "a.py",
		"'''</svg><script>x</script>'''\nrevision = 'a\"<script>'\n"
		"down_revision = '<script>'\nbranch_labels = "
		"'<script>'\n" FIXTURE_FUNCTIONS);
	block_read(&b, dir, NULL);
	block_add(&b, evil, STATE_UNKNOWN, "", "");
	strvec_add(&b.e[0].revision.recorded, evil);
	strvec_add(&open, evil);
	page = page_of(&b, &(struct page_graph_wish){.open = &open, .revision = evil});
	check(page, 1, "<script");
	check(page, 0, "\xe2\x80\xae");
	check(page, 1, "<tr id=\"r-%22%3E%3Cscript%3E");
	free(page);
	block_done(&b);
	strvec_free(&open);
}

/* ---- All blocks ---- */

static void
test_list(void **state)
{
	static char other[] = "other", error[] = "no <such> directory";
	struct block b;
	struct published_migrations blocks[2];
	const struct page page = {&b.p, 1, "./"};
	struct strbuf out = {0};

	block_read(&b, *state, "b: a\na: gone\n");
	block_add(&b, "prod", STATE_DRIFTED, "b", "");
	block_add(&b, "dev", STATE_IN_SYNC, "b", "");
	block_add(&b, "qa", STATE_IN_SYNC, "b", "");
	blocks[0] = b.m;
	blocks[1] = (struct published_migrations){.name = other, .error = error};
	b.p.migrations = blocks;
	b.p.n_migrations = 2;
	page_migrations(&page, &out);
	check(out.s, 1, "<h1>Migrations</h1>");
	check(out.s, 1, "<a href=\"./migrations/app\">app</a>");
	check(out.s, 1, "data-label=\"Heads\"><code>b</code></td>");
	check(out.s, 1, "<a href=\"./migrations/app#problems\">");
	check(out.s, 1, "cannot be read: no &lt;such&gt; directory");
	check(out.s, 1, "1 <span class=\"badge drifted\">");
	check(out.s, 1, "2 <span class=\"badge insync\">");
	strbuf_free(&out);
	b.p.n_migrations = 0;
	page_migrations(&page, &out);
	check(out.s, 1, "No block <code>migrations</code> is configured");
	strbuf_free(&out);
	block_done(&b);
}

#define IN_DIRECTORY(test) \
	cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIRECTORY(test_graph),
		cmocka_unit_test(test_style),
		IN_DIRECTORY(test_folds),
		IN_DIRECTORY(test_open_many),
		IN_DIRECTORY(test_parts),
		IN_DIRECTORY(test_many_environments),
		IN_DIRECTORY(test_facts),
		IN_DIRECTORY(test_problems),
		cmocka_unit_test(test_unreadable),
		IN_DIRECTORY(test_hostile),
		IN_DIRECTORY(test_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
