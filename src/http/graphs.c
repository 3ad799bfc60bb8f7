/* What the routes of migrations answer: a document for programs, a picture, or a page,
 * as is asked for by name or by Accept. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "http/handlers.h"
#include "http/wanted.h"
#include "report/graph_dot.h"
#include "report/graph_style.h"
#include "report/graph_svg.h"
#include "report/placed.h"
#include "report/status.h"

/* A picture of more is cut: no program that shows one has use for it, and while it is
 * made nothing else is. */
enum { ROWS_DRAWN = 1000 };

/* What is asked for. */
struct graph_request {
	const struct request *r;
	const struct published_migrations *m;
	struct strvec open;
	bool whole;
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

static void
answer_graph_svg(const struct graph_request *g, struct answer *out)
{
	const struct placed_wish wish = {g->whole, &g->open};
	const struct graph_svg_options o = {.alone = true, .rows = ROWS_DRAWN};
	struct placed placed;
	char *policy = svg_policy();

	placed_make(g->r->published, g->m, &wish, &placed);
	graph_svg(&placed.picture, &o, &out->body);
	placed_free(&placed);
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

/* The first is that of programs. */
static const struct format {
	const char *word;
	void (*answer)(const struct graph_request *g, struct answer *out);
	bool drawn; /* it needs a graph */
} formats[] = {
	{"json", answer_graph_json, false},
	{"svg", answer_graph_svg, true},
	{"dot", answer_graph_dot, true},
};

/* NULL, and answered, if there is no such one. */
static const struct format *
find_format(const struct request *r, struct answer *out)
{
	const char *word = target_value(r->target, "format");

	for (size_t i = 0; i < COUNT_OF(formats); i++)
		if (!word || !strcmp(word, formats[i].word))
			return &formats[i];
	answer_problem(out, 400, r->instance,
		"no format \"%s\"; there are \"json\", \"svg\" and \"dot\"", word);
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

static void
answer_graph(const struct request *r, const struct published_migrations *m,
	struct answer *out)
{
	struct graph_request g = {.r = r, .m = m};
	const struct format *format = find_format(r, out);

	if (!format || !read_fold(r, &g.whole, out))
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
	answer_json(out, 200, status_migrations_document(r->published));
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
