/* How many of each kind differ, and in what. */
#ifndef DIFF_SUMMARY_H
#define DIFF_SUMMARY_H

#include "diff/finding.h"

/* Append a line for each kind that differs: "40 columns missing, 18 changed (type 12,
 * default 8)", which counts objects, and of each property the findings if not one. */
void summary_text(const struct diff *d, struct strbuf *out);

#endif
