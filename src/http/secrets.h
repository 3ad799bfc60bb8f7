/* What the files hold that a reload reads again. */
#ifndef HTTP_SECRETS_H
#define HTTP_SECRETS_H

#include "base/err.h"
#include "http/tls.h"
#include "http/users.h"

struct secret_files {
	struct tls_files tls;
	const char *users; /* NULL: none */
};

struct secrets {
	struct tls tls;
	struct users *users; /* NULL: everybody may ask */
};

/* All of them, or none: then there is nothing to free. */
bool secrets_load(
	const struct secret_files *f, struct secrets *out, struct err *e) MUST_CHECK;
void secrets_fini(struct secrets *k);

#endif
