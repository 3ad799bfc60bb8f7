/* A client that speaks TLS, in the same loop as the server under test, and what the
 * server shows to it. */
#ifndef TESTS_UNIT_HTTP_TLS_CLIENT_H
#define TESTS_UNIT_HTTP_TLS_CLIENT_H

#include <gnutls/gnutls.h>
#include <time.h>

#include "tests/unit/http/client.h"

void tls_write_file(const char *path, const void *data, size_t n);
/* A key and, unless `cert` is NULL, a certificate that it signs itself. */
void tls_write_pair(const char *cert, const char *key_file, time_t expires);

struct tls_client {
	struct site *site;
	struct watch *watch;
	gnutls_session_t session;
	struct client plain;
	gnutls_certificate_credentials_t credentials;
	const char *target, *raw; /* raw: all of the request, or NULL */
	int fd;
	bool shaken, closed;
	size_t pause_at; /* stop the loop with so many bytes; 0: at the end */
	struct strbuf got;
};

/* To ask for `target`, or what is set as raw afterwards. */
void
tls_open(struct tls_client *c, struct site *s, const char *target, size_t pause_at);
/* Until the server closes, or what tls_open() says. */
void tls_run(struct tls_client *c);
void tls_close(struct tls_client *c);

#endif
