/* How the picture of a migrations graph looks (report/graph_svg.h). */
#ifndef REPORT_GRAPH_STYLE_H
#define REPORT_GRAPH_STYLE_H

#include "base/strbuf.h"

/* Append the rules for it, all of `.graph`, in light and dark. */
void graph_style(struct strbuf *out);

#endif
