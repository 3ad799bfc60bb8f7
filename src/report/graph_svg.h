/* The picture of a migrations graph as SVG: newest at the top, lines and branches as
 * `git log --graph` has them, every environment where it stands.  Without script and
 * without inline style. */
#ifndef REPORT_GRAPH_SVG_H
#define REPORT_GRAPH_SVG_H

#include "base/strbuf.h"
#include "report/graph_text.h"
#include "report/picture.h"

struct graph_svg_options {
	/* A document of its own, with a ground and with its style in it; else a part of
	 * a page whose style has graph_style(). */
	bool alone;
	/* To the facts of a revision; of a stretch, by its newest; of an environment;
	 * and to all that stand at a revision, where they are many. */
	struct graph_link revision, stretch, environment, crowd;
	/* Rows from this one on are drawn, so many of them; 0: all that follow. */
	size_t from, rows;
	const char *selected; /* id of the revision whose facts are shown; or NULL */
};

void graph_svg(
	const struct picture *p, const struct graph_svg_options *o, struct strbuf *out);

#endif
