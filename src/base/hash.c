/* SHA-256; a failing hash function is a bug or no memory, never a result. */
#include "base/hash.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

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
hash_add_text(struct hash *h, const char *s)
{
	hash_add(h, s ? "+" : "-", 1);
	if (s)
		hash_add(h, s, strlen(s) + 1);
}

void
hash_add_number(struct hash *h, size_t n)
{
	hash_add(h, &n, sizeof n);
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

uint64_t
hash_finish64(struct hash *h)
{
	char hex[HASH_HEX_LEN];

	hash_finish(h, hex);
	hex[16] = '\0';
	return strtoull(hex, NULL, 16);
}

void
hash_of(const void *data, size_t n, char *hex)
{
	struct hash *h = hash_new();

	hash_add(h, data, n);
	hash_finish(h, hex);
}

void
hash_base64(const void *data, size_t n, char *base64)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	char hex[HASH_HEX_LEN];
	unsigned bits = 0, n_bits = 0;

	hash_of(data, n, hex);
	for (const char *h = hex; *h; h++) {
		bits = bits << 4 | (unsigned)(*h <= '9' ? *h - '0' : *h - 'a' + 10);
		for (n_bits += 4; n_bits >= 6; n_bits -= 6)
			*base64++ = digits[bits >> (n_bits - 6) & 63];
	}
	/* 256 bits leave four over. */
	*base64++ = digits[bits << 2 & 63];
	*base64++ = '=';
	*base64 = '\0';
}
