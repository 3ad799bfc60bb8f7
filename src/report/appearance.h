/* How a state looks, wherever it is seen, and words for programs as people read them.
 */
#ifndef REPORT_APPEARANCE_H
#define REPORT_APPEARANCE_H

#include "base/strbuf.h"
#include "verdict/verdict.h"

struct appearance {
	const char *style;  /* CSS class */
	const char *sign;   /* one character, for those who see no colours */
	const char *colour; /* six hexadecimal digits, on a light ground */
	const char *dark;   /* … and on a dark one */
};

const struct appearance *appearance_of(enum state s);
/* Append "revision_mismatch" as "revision mismatch". */
void appearance_words(struct strbuf *out, const char *word);

#endif
