/* A history and a judgement for people. */
#ifndef HISTORY_HISTORY_TEXT_H
#define HISTORY_HISTORY_TEXT_H

#include "history/history.h"

/* The graph, heads first, and the problems; lines end with '\n'.  Text from files is
 * made valid UTF-8. */
void history_text(const struct history *h, struct strbuf *out);
void judgement_text(const struct judgement *j, const char *hint, struct strbuf *out);

/* One sentence with the next step, from the files and the rows alone: no catalog was
 * compared, so stamping is never suggested.  The caller frees. */
char *history_hint(const struct history *h, const struct judgement *j);

#endif
