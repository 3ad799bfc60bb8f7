/* A hash map from strings to pointers. */
#ifndef BASE_STRMAP_H
#define BASE_STRMAP_H

#include <stdbool.h>
#include <stddef.h>

struct strmap;

struct strmap *strmap_new(void);
void strmap_free(struct strmap *m); /* not the values; NULL is fine */
/* Each value as well, by that function. */
void strmap_free_all(struct strmap *m, void (*free_value)(void *value));

/* Keys are copied.  Returns the value that was there before, or NULL. */
void *strmap_put(struct strmap *m, const char *key, void *value);
void *strmap_get(const struct strmap *m, const char *key); /* NULL: not there */
/* The value that was there, which is the caller's now, or NULL. */
void *strmap_remove(struct strmap *m, const char *key);
bool strmap_has(const struct strmap *m, const char *key);
size_t strmap_count(const struct strmap *m);

/* Walk in no particular order: start with *at = 0; false at the end. */
bool strmap_next(const struct strmap *m, size_t *at, const char **key, void **value);

#endif
