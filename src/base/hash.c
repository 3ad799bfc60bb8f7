/* SHA-256; a failing hash function is a bug or no memory, never a result. */
#include "base/hash.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>

#include "base/mem.h"

struct hash {
	gnutls_hash_hd_t handle;
};

struct hash *
hash_new(void)
{
	struct hash *h = xmalloc(sizeof *h);

	if (gnutls_hash_init(&h->handle, GNUTLS_DIG_SHA256) != 0)
		mem_fatal();
	return h;
}

void
hash_add(struct hash *h, const void *data, size_t n)
{
	if (n && gnutls_hash(h->handle, data, n) != 0)
		mem_fatal();
}

void
hash_finish(struct hash *h, char *hex)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[32];

	gnutls_hash_deinit(h->handle, digest);
	for (size_t i = 0; i < sizeof digest; i++) {
		*hex++ = digits[digest[i] >> 4];
		*hex++ = digits[digest[i] & 15];
	}
	*hex = '\0';
	free(h);
}

void
hash_of(const void *data, size_t n, char *hex)
{
	struct hash *h = hash_new();

	hash_add(h, data, n);
	hash_finish(h, hex);
}
