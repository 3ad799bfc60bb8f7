/* What the routes of migrations answer: a document for programs, a picture, or a page,
 * as is asked for by name or by Accept. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "http/handlers.h"
#include "http/negotiate.h"
#include "http/pages.h"
#include "http/wanted.h"
#include "page/graph.h"
#include "report/graph_dot.h"
#include "report/graph_style.h"
#include "report/graph_svg.h"
#include "report/placed.h"
#include "report/status.h"

/* A picture of more is cut: no program that shows one has use for it, and while it is
 * made nothing else is. */
enum { ROWS_DRAWN = 500 };

/* What is asked for. */
struct graph_request {
	const struct request *r;
	const struct published_migrations *m;
	struct strvec open;
	bool whole;
	size_t part; /* 0: not said */
};

static void
answer_graph_json(const struct graph_request *g, struct answer *out)
{
	answer_json(out, 200, status_migration_document(g->r->published, g->m));
}

/* Its style is in it, and allowed by its hash alone; no script, nothing from elsewhere.
 * Whoever wants to may show it in a frame: nothing can be done in it. */
static char *
svg_policy(void)
{
	struct strbuf style = {0};
	char base64[HASH_BASE64_LEN], *policy;

	graph_style(&style);
	hash_base64(style.s, style.len, base64);
	strbuf_free(&style);
	policy = xasprintf("default-src 'none'; style-src 'sha256-%s'", base64);
	return policy;
}

/* The links of a picture that is shown elsewhere lead to the daemon's own pages, where
 * it is known under which address those are.  Filled in, and freed by the caller. */
struct addresses {
	char *revision, *stretch, *environment;
};

static void
make_addresses(const struct graph_request *g, struct addresses *out)
{
	const char *url = g->r->external->url;
	struct strbuf name = {0};

	*out = (struct addresses){0};
	if (!url)
		return;
	text_url(&name, g->m->name);
	out->revision = xasprintf("%s/migrations/%s?revision=", url, name.s);
	out->stretch = xasprintf("%s/migrations/%s?open=", url, name.s);
	out->environment = xasprintf("%s/" PAGE_ENVIRONMENTS "/", url);
	strbuf_free(&name);
}

static void
draw_svg(const struct graph_request *g, struct strbuf *out)
{
	const struct placed_wish wish = {g->whole, &g->open};
	struct addresses to;
	struct placed placed;

	make_addresses(g, &to);
	placed_make(g->r->published, g->m, &wish, &placed);
	graph_svg(&placed.picture,
		&(struct graph_svg_options){.alone = true,
			.rows = ROWS_DRAWN,
			.revision = {to.revision, "#revision"},
			.stretch = {to.stretch, "#graph"},
			.environment = {to.environment, NULL}},
		out);
	placed_free(&placed);
	free(to.revision);
	free(to.stretch);
	free(to.environment);
}

static void
answer_graph_svg(const struct graph_request *g, struct answer *out)
{
	char *policy = svg_policy();

	draw_svg(g, &out->body);
	out->status = 200;
	out->type = "image/svg+xml";
	answer_header(out, "Content-Security-Policy", policy);
	free(policy);
}

static void
answer_graph_dot(const struct graph_request *g, struct answer *out)
{
	const struct placed_wish wish = {g->whole, &g->open};
	struct placed placed;

	placed_make(g->r->published, g->m, &wish, &placed);
	graph_dot(&placed.picture, &out->body);
	placed_free(&placed);
	out->status = 200;
	out->type = "text/vnd.graphviz; charset=utf-8";
}

static void
answer_graph_html(const struct graph_request *g, struct answer *out)
{
	const struct page page = pages_begin(g->r);
	const struct page_graph_wish wish = {
		g->whole, &g->open, target_value(g->r->target, "revision"), g->part};

	if (!pages_take_query(g->r, out))
		return;
	page_graph(&page, g->m, &wish, &out->body);
	pages_end(g->r, out);
}

/* A page for who prefers one, and what programs read for all others. */
static const struct format {
	const char *word;
	void (*answer)(const struct graph_request *g, struct answer *out);
	bool drawn; /* it needs a graph */
} formats[] = {
	{"json", answer_graph_json, false},
	{"html", answer_graph_html, false},
	{"svg", answer_graph_svg, true},
	{"dot", answer_graph_dot, true},
};

/* The word of what is asked for, by the query or by Accept, which is noted. */
static const char *
wanted_format(const struct request *r, struct answer *out)
{
	const char *word = target_value(r->target, "format");

	out->by_accept = !word;
	if (word)
		return word;
	return negotiate_html(r->accept) ? "html" : "json";
}

static void
refuse_format(const struct request *r, const char *word, const char *there,
	struct answer *out)
{
	answer_problem(
		out, 400, r->instance, "no format \"%s\"; there are %s", word, there);
}

/* NULL, and answered, if there is no such one. */
static const struct format *
find_format(const struct request *r, struct answer *out)
{
	const char *word = wanted_format(r, out);

	for (size_t i = 0; i < COUNT_OF(formats); i++)
		if (!strcmp(word, formats[i].word))
			return &formats[i];
	refuse_format(r, word, "\"json\", \"html\", \"svg\" and \"dot\"", out);
	return NULL;
}

/* `fold=0` has each revision drawn. */
static bool
read_fold(const struct request *r, bool *whole, struct answer *out)
{
	const char *fold = target_value(r->target, "fold");

	*whole = fold && !strcmp(fold, "0");
	if (!fold || *whole || !strcmp(fold, "1"))
		return true;
	answer_problem(out, 400, r->instance,
		"fold=\"%s\" is neither 0, which has each revision drawn, nor 1", fold);
	return false;
}

/* `page=3` is the third part of many rows. */
static bool
read_part(const struct request *r, size_t *part, struct answer *out)
{
	const char *text = target_value(r->target, "page");
	size_t digits = text ? strspn(text, "0123456789") : 0;

	if (!text)
		return true;
	*part = digits < 7 && !text[digits] ? strtoul(text, NULL, 10) : 0;
	if (!*part)
		answer_problem(out, 400, r->instance,
			"page=\"%s\" is no number of a part, from 1", text);
	return *part;
}

static void
answer_graph(const struct request *r, const struct published_migrations *m,
	struct answer *out)
{
	struct graph_request g = {.r = r, .m = m};
	const struct format *format = find_format(r, out);

	if (!format || !read_fold(r, &g.whole, out) || !read_part(r, &g.part, out))
		return;
	if (format->drawn && !m->graph) {
		answer_problem(out, 409, r->instance,
			"the migrations \"%s\" cannot be read: %s", m->name,
			m->error ? m->error : "they were not looked at yet");
		return;
	}
	target_values(r->target, "open", false, &g.open);
	format->answer(&g, out);
	strvec_free(&g.open);
}

void
handle_migrations(const struct request *r, struct answer *out)
{
	const char *word = wanted_format(r, out);
	const struct page page = pages_begin(r);

	if (!strcmp(word, "json")) {
		answer_json(out, 200, status_migrations_document(r->published));
	} else if (!strcmp(word, "html")) {
		page_migrations(&page, &out->body);
		pages_end(r, out);
	} else {
		refuse_format(r, word, "\"json\" and \"html\"", out);
	}
}

void
handle_migration(const struct request *r, struct answer *out)
{
	const struct published *p = r->published;
	const char **names = xcalloc(p->n_migrations + 1, sizeof *names);
	const struct published_migrations *found = NULL;

	for (size_t i = 0; i < p->n_migrations; i++) {
		names[i] = p->migrations[i].name;
		if (!strcmp(names[i], r->name))
			found = &p->migrations[i];
	}
	if (found)
		answer_graph(r, found, out);
	else
		wanted_unknown(r, "migrations", r->name,
			text_near(r->name, names, p->n_migrations), out);
	free(names);
}
