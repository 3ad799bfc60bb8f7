/* What a diff keeps of the texts of its findings once the comparison is over. */
#ifndef DIFF_KEPT_H
#define DIFF_KEPT_H

#include "diff/finding.h"

/* Give all findings of `d`, which are sorted, texts that `d` owns.  Those of the first
 * ones are whole, up to `max` bytes (0: all are); of what is long beyond that the
 * length, SHA-256 and beginning stand for it, as for what stays on the server
 * (kinds_sql.h): so different texts stay different. */
void kept_take(struct diff *d, size_t max);

/* What would stand for `text`, which the caller frees; NULL: nothing, as it is short,
 * or stands for another one already. */
char *kept_instead(const char *text);

#endif
