/* Texts that are lists: labels of an enum, columns of a type, options. */
#ifndef DIFF_ITEMS_H
#define DIFF_ITEMS_H

#include <stdbool.h>

#include "base/strbuf.h"

/* True of a property whose values are such lists. */
bool items_is_list(const char *property);

/* Append the items of "a, b(c, d), 'e, f'" to `out`: cut at commas outside quotes
 * and parentheses, without the blanks around. */
void items_split(const char *text, struct strvec *out);

struct items_difference {
	struct strvec missing, unexpected; /* in the order of their list */
	bool reordered;                    /* the same items in another order */
};

void
items_compare(const char *expected, const char *found, struct items_difference *out);
void items_free(struct items_difference *d);

#endif
