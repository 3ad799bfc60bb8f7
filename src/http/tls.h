/* The certificate and key of the HTTPS server, and whom it takes for a client, as text.
 */
#ifndef HTTP_TLS_H
#define HTTP_TLS_H

#include <gnutls/gnutls.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strbuf.h"

struct tls_files {
	const char *cert, *key;            /* NULL, both: plain HTTP */
	const char *client_ca;             /* NULL: clients show no certificate */
	const struct strvec *client_names; /* NULL or empty: any of theirs will do */
};

struct tls {
	char *cert, *key;  /* PEM; NULL: plain HTTP */
	int64_t expiry_ms; /* when the first of the chain expires; 0: plain HTTP */
	char *client_ca;   /* PEM, or NULL */
	struct strvec client_names;
};

/* Read the files and see that they belong together. */
bool tls_load(const struct tls_files *f, struct tls *out, struct err *e) MUST_CHECK;
/* What is no error, but is going to be one for clients: "it has expired …", of the
 * certificate; the caller frees.  NULL: nothing. */
char *tls_caution(const struct tls *t, int64_t now_ms);
bool tls_equal(const struct tls *a, const struct tls *b);
struct tls tls_copy(const struct tls *t);
void tls_fini(struct tls *t);

/* ---- Clients ---- */

/* What became of a client that had to show a certificate: why it was refused, a
 * literal, and the subject of what it showed (NULL: nothing). */
typedef void tls_refused_fn(
	void *arg, gnutls_session_t session, const char *why, const char *subject);

/* How sessions of a server ask for the certificates of clients. */
struct tls_clients {
	const struct tls *tls;
	tls_refused_fn *refused;
	void *arg;
};

/* Let this connection, whose handshake is to come, end with it unless the client shows
 * a certificate that is good.  `c` has to last as long as the session. */
void tls_ask_client(gnutls_session_t session, const struct tls_clients *c);
/* The subject of the certificate that the client has shown ("CN=prometheus,O=ops"); the
 * caller frees.  NULL: it has shown none. */
char *tls_client_subject(gnutls_session_t session);

#endif
