/* The picture of a migrations graph as SVG: newest at the top, lines and branches as
 * `git log --graph` has them, every environment where it stands.  Without script and
 * without inline style. */
#ifndef REPORT_GRAPH_SVG_H
#define REPORT_GRAPH_SVG_H

#include "base/strbuf.h"
#include "report/picture.h"

struct graph_svg_options {
	/* A document of its own, with a ground and with its style in it; else a part of
	 * a page whose style has graph_svg_style(). */
	bool alone;
	/* What a link begins with, before the id or the name of an environment, which
	 * is percent-encoded; NULL: no links. */
	const char *revision_href, *environment_href;
};

void graph_svg(
	const struct picture *p, const struct graph_svg_options *o, struct strbuf *out);

/* The rules for it, all of `.graph`, in light and dark. */
void graph_svg_style(struct strbuf *out);

#endif
