/* SHA-256 by GnuTLS, as lower-case hex. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>

enum { HASH_HEX_LEN = 65 };

struct hash;

struct hash *hash_new(void);
void hash_add(struct hash *h, const void *data, size_t n);
/* Write the digest to `hex` (HASH_HEX_LEN bytes) and free `h`. */
void hash_finish(struct hash *h, char *hex);
void hash_of(const void *data, size_t n, char *hex);

#endif
