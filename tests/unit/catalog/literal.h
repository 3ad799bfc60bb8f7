/* Catalogs as literals: one string an object,
 *
 *   "column public/t/a|type=integer|position=1"
 *   "extension /pgcrypto"                 no schema
 *   "function public/f(integer, text)|…"
 *   "index public/i|parent=t|…"           parent, parent_part
 *   "comment public/t/a|on=column|…"
 *
 * Properties that are not named are not set. */
#ifndef TESTS_UNIT_CATALOG_LITERAL_H
#define TESTS_UNIT_CATALOG_LITERAL_H

#include "catalog/snapshot.h"

/* Add the objects of a list that ends with NULL. */
void literal_add(struct builder *b, const char *const *objects);
/* A whole catalog of a server 15.18. */
struct snapshot *literal_catalog(const char *const *objects);

/* Of `n` tables of `schema`, t00001 and so on, the first of which begins with `first`.
 */
struct snapshot *literal_tables(const char *schema, const char *first, size_t n);

#define CATALOG(...) literal_catalog((const char *const[]){__VA_ARGS__, NULL})

#endif
