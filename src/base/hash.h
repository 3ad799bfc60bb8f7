/* SHA-256 by GnuTLS, as lower-case hex. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

enum { HASH_HEX_LEN = 65, HASH_BASE64_LEN = 45 };

struct hash;

struct hash *hash_new(void);
void hash_add(struct hash *h, const void *data, size_t n);
/* With its end, so that no two lists of texts run into one another; NULL is not "". */
void hash_add_text(struct hash *h, const char *s);
void hash_add_number(struct hash *h, size_t n);
/* Write the digest to `hex` (HASH_HEX_LEN bytes) and free `h`. */
void hash_finish(struct hash *h, char *hex);
/* Its first 64 bits, where those are enough; frees `h`. */
uint64_t hash_finish64(struct hash *h);
void hash_of(const void *data, size_t n, char *hex);
/* The same as base64, as a Content-Security-Policy has it: HASH_BASE64_LEN bytes. */
void hash_base64(const void *data, size_t n, char *base64);

#endif
