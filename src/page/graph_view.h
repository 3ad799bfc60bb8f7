/* What the sections of the page of a graph share (page/graph.h). */
#ifndef PAGE_GRAPH_VIEW_H
#define PAGE_GRAPH_VIEW_H

#include "page/graph.h"
#include "report/placed.h"

struct graph_view {
	const struct page *page;
	const struct published_migrations *m;
	const struct page_graph_wish *wish;
	struct placed placed;
	struct picture_places places;
	size_t *pending; /* of each row: picture_pending() */
	size_t from, to; /* the rows that are shown */
	size_t part, n_parts;
	char *query; /* what each link to this page begins with: "?fold=0&open=a&" */
};

/* Append a link to the facts of that revision, its id as text; of what is none, the
 * text alone. */
void
graph_revision_link(const struct graph_view *v, const char *id, struct strbuf *out);
/* Append names of environments as links, each with its state: all of few, else a list
 * that is opened, of at most so many as are of use.  `id`: of that list;
 * percent-encoded where it is of a name. */
void graph_environments(const struct graph_view *v,
	const struct picture_marker *const *markers, size_t n, const char *id,
	struct strbuf *out);

/* The sections. */
void graph_facts(const struct graph_view *v, struct strbuf *out);
void graph_table(const struct graph_view *v, struct strbuf *out);

#endif
