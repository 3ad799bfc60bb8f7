/* Names of ICU locales. */
#ifndef DIFF_LOCALE_H
#define DIFF_LOCALE_H

#include <stdbool.h>

/* True if both name one locale: `de@collation=phonebook` is `de-u-co-phonebk`.
 * PostgreSQL 16 and later keep the second form (BCP 47), earlier ones what was
 * written.  Keys: Unicode Technical Standard 35, "Collation Settings". */
bool locale_same(const char *a, const char *b);

#endif
