/* Pieces of text of the picture (report/graph_svg.h), and how wide they may be: that
 * only the reader's fonts know, so it is a little more than most need. */
#ifndef REPORT_GRAPH_TEXT_H
#define REPORT_GRAPH_TEXT_H

#include "base/strbuf.h"

enum { GRAPH_LETTER = 8 }; /* pixels that one takes at most */

/* What an address is around the name that it leads to, which is percent-encoded;
 * `before` NULL: there is no link. */
struct graph_link {
	const char *before, *behind; /* `behind` may be NULL */
};

/* Append text of any origin, at most `max` bytes (0: all), on one line. */
void graph_add_text(struct strbuf *out, const char *s, size_t max);
/* How wide that is at most, in pixels. */
size_t graph_text_width(const char *s, size_t max);
/* Append a piece of a longer text, of that class, if there is any; how wide it is. */
size_t graph_add_span(struct strbuf *out, const char *class, const char *s, size_t max);
void
graph_begin_link(struct strbuf *out, const struct graph_link *link, const char *name);
void graph_end_link(struct strbuf *out, const struct graph_link *link);

#endif
