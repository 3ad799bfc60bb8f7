/* The certificate and key of the HTTPS server, as text. */
#ifndef HTTP_TLS_H
#define HTTP_TLS_H

#include <stdint.h>

#include "base/err.h"

struct tls {
	char *cert, *key;  /* PEM; NULL: plain HTTP */
	int64_t expiry_ms; /* when the first of the chain expires; 0: plain HTTP */
};

/* Read both files and see that they belong together.  Both NULL: plain HTTP. */
bool tls_load(const char *cert_file, const char *key_file, struct tls *out,
	struct err *e) MUST_CHECK;
bool tls_equal(const struct tls *a, const struct tls *b);
struct tls tls_copy(const struct tls *t);
void tls_fini(struct tls *t);

#endif
