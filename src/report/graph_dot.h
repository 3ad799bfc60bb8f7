/* The picture of a migrations graph for Graphviz, in the DOT language. */
#ifndef REPORT_GRAPH_DOT_H
#define REPORT_GRAPH_DOT_H

#include "base/strbuf.h"
#include "report/picture.h"

/* Every name is quoted.  Nodes are "r:ID", environments "e:NAME". */
void graph_dot(const struct picture *p, struct strbuf *out);

#endif
