/* libmicrohttpd takes texts, and says little about what is wrong with them: they are
 * tried with GnuTLS first. */
#include "http/tls.h"

#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

static bool
read_pem(const char *path, char **out, struct err *e)
{
	struct strbuf text = {0};

	if (!file_read(path, FILE_MAX_PEM, &text, e))
		return false;
	*out = strbuf_take(&text);
	return true;
}

static bool
try_pair(
	const struct tls *t, const char *cert_file, const char *key_file, struct err *e)
{
	gnutls_datum_t cert = {(unsigned char *)t->cert, (unsigned)strlen(t->cert)};
	gnutls_datum_t key = {(unsigned char *)t->key, (unsigned)strlen(t->key)};
	gnutls_certificate_credentials_t c;
	int rc;

	if (gnutls_certificate_allocate_credentials(&c) != 0)
		mem_fatal();
	rc = gnutls_certificate_set_x509_key_mem(c, &cert, &key, GNUTLS_X509_FMT_PEM);
	gnutls_certificate_free_credentials(c);
	return rc >= 0 || err_set(e, ERR_CONFIG, "cert_file %s with key_file %s: %s",
				  cert_file, key_file, gnutls_strerror(rc));
}

/* Who connects checks all of the chain, so the first that expires ends it. */
static int64_t
first_expiry_ms(const char *pem)
{
	gnutls_datum_t text = {(unsigned char *)(uintptr_t)pem, (unsigned)strlen(pem)};
	gnutls_x509_crt_t *chain;
	unsigned n;
	int64_t first = 0;

	if (gnutls_x509_crt_list_import2(&chain, &n, &text, GNUTLS_X509_FMT_PEM, 0) < 0)
		return 0;
	for (unsigned i = 0; i < n; i++) {
		int64_t ms =
			(int64_t)gnutls_x509_crt_get_expiration_time(chain[i]) * 1000;

		if (!i || ms < first)
			first = ms;
		gnutls_x509_crt_deinit(chain[i]);
	}
	gnutls_free(chain);
	return first;
}

static bool
try_authorities(const struct tls *t, const char *path, struct err *e)
{
	gnutls_datum_t ca = {
		(unsigned char *)t->client_ca, (unsigned)strlen(t->client_ca)};
	gnutls_certificate_credentials_t c;
	int n;

	if (gnutls_certificate_allocate_credentials(&c) != 0)
		mem_fatal();
	n = gnutls_certificate_set_x509_trust_mem(c, &ca, GNUTLS_X509_FMT_PEM);
	gnutls_certificate_free_credentials(c);
	return n > 0 || err_set(e, ERR_CONFIG, "client_ca_file %s: %s", path,
				n < 0 ? gnutls_strerror(n) : "no certificate in it");
}

bool
tls_load(const struct tls_files *f, struct tls *out, struct err *e)
{
	*out = (struct tls){0};
	if (!f->cert && !f->key && !f->client_ca)
		return true;
	if (!f->cert || !f->key)
		return err_set(e, ERR_CONFIG,
			"cert_file and key_file go together: one of them is missing");
	if (read_pem(f->cert, &out->cert, e) && read_pem(f->key, &out->key, e) &&
		try_pair(out, f->cert, f->key, e) &&
		(!f->client_ca || (read_pem(f->client_ca, &out->client_ca, e) &&
					  try_authorities(out, f->client_ca, e)))) {
		out->expiry_ms = first_expiry_ms(out->cert);
		if (f->client_names)
			strvec_copy(&out->client_names, f->client_names);
		return true;
	}
	tls_fini(out);
	return false;
}

/* The first certificate of a chain; NULL: there is none. */
static gnutls_x509_crt_t
first_certificate(const char *pem)
{
	gnutls_datum_t text = {(unsigned char *)(uintptr_t)pem, (unsigned)strlen(pem)};
	gnutls_x509_crt_t crt;

	if (gnutls_x509_crt_init(&crt) != 0)
		mem_fatal();
	if (gnutls_x509_crt_import(crt, &text, GNUTLS_X509_FMT_PEM) == 0)
		return crt;
	gnutls_x509_crt_deinit(crt);
	return NULL;
}

char *
tls_caution(const struct tls *t, int64_t now_ms)
{
	gnutls_x509_crt_t crt = t->cert ? first_certificate(t->cert) : NULL;
	char when[CLOCK_RFC3339_LEN];
	int64_t from_ms, to_ms;
	char *text = NULL;

	if (!crt)
		return NULL;
	from_ms = (int64_t)gnutls_x509_crt_get_activation_time(crt) * 1000;
	to_ms = t->expiry_ms;
	if (to_ms <= now_ms)
		text = xasprintf("it has expired at %s, so clients refuse it: renew it",
			clock_rfc3339(to_ms, when));
	else if (from_ms > now_ms)
		text = xasprintf("it is not valid before %s, so clients refuse it",
			clock_rfc3339(from_ms, when));
	gnutls_x509_crt_deinit(crt);
	return text;
}

bool
tls_equal(const struct tls *a, const struct tls *b)
{
	return text_same(a->cert, b->cert) && text_same(a->key, b->key) &&
	       text_same(a->client_ca, b->client_ca) &&
	       strvec_equal(&a->client_names, &b->client_names);
}

struct tls
tls_copy(const struct tls *t)
{
	struct tls copy = {.cert = xstrdup_null(t->cert),
		.key = xstrdup_null(t->key),
		.expiry_ms = t->expiry_ms,
		.client_ca = xstrdup_null(t->client_ca)};

	strvec_copy(&copy.client_names, &t->client_names);
	return copy;
}

void
tls_fini(struct tls *t)
{
	if (t->key)
		explicit_bzero(t->key, strlen(t->key));
	free(t->cert);
	free(t->key);
	free(t->client_ca);
	strvec_free(&t->client_names);
	*t = (struct tls){0};
}

/* ---- Clients ---- */

/* What the client has shown; NULL: nothing. */
static gnutls_x509_crt_t
shown_certificate(gnutls_session_t session)
{
	unsigned n = 0;
	const gnutls_datum_t *list = gnutls_certificate_get_peers(session, &n);
	gnutls_x509_crt_t crt;

	if (!list || !n)
		return NULL;
	if (gnutls_x509_crt_init(&crt) != 0)
		mem_fatal();
	if (gnutls_x509_crt_import(crt, &list[0], GNUTLS_X509_FMT_DER) == 0)
		return crt;
	gnutls_x509_crt_deinit(crt);
	return NULL;
}

static char *
subject_of(gnutls_x509_crt_t crt)
{
	gnutls_datum_t dn = {0};
	char *text = NULL;

	if (gnutls_x509_crt_get_dn3(crt, &dn, 0) == 0)
		text = xstrndup((const char *)dn.data, dn.size);
	gnutls_free(dn.data);
	return text;
}

char *
tls_client_subject(gnutls_session_t session)
{
	gnutls_x509_crt_t crt = shown_certificate(session);
	char *text = crt ? subject_of(crt) : NULL;

	if (crt)
		gnutls_x509_crt_deinit(crt);
	return text;
}

/* Other kinds, such as an address, are bytes that may look like a name. */
static bool
is_text(int san)
{
	return san == GNUTLS_SAN_DNSNAME || san == GNUTLS_SAN_RFC822NAME ||
	       san == GNUTLS_SAN_URI;
}

/* The `i`-th alternative name, or the common name for -1; "": one that is not fit to be
 * compared, as it is long, no text, or has a NUL in it.  False: there is none. */
static bool
name_of(gnutls_x509_crt_t crt, int i, char *name, size_t size)
{
	size_t n = size - 1;
	int rc = i < 0 ? gnutls_x509_crt_get_dn_by_oid(
				 crt, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &n)
		       : gnutls_x509_crt_get_subject_alt_name(
				 crt, (unsigned)i, name, &n, NULL);
	bool fits = rc >= 0 && (i < 0 || is_text(rc));

	name[fits ? n : 0] = '\0';
	if (strlen(name) != n)
		*name = '\0';
	return rc >= 0 || rc == GNUTLS_E_SHORT_MEMORY_BUFFER;
}

static bool
is_named(gnutls_x509_crt_t crt, const struct strvec *names)
{
	enum { NAME_MAX_BYTES = 512 };
	char name[NAME_MAX_BYTES];

	for (int i = -1; name_of(crt, i, name, sizeof name) || i < 0; i++)
		for (size_t k = 0; *name && k < names->n; k++)
			if (!strcasecmp(names->v[k], name))
				return true;
	return false;
}

/* NULL: it is good. */
static const char *
why_refused(gnutls_session_t session, const struct tls *t, gnutls_x509_crt_t crt)
{
	gnutls_typed_vdata_st purpose = {.type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_CLIENT};
	unsigned status = 0;

	if (!crt)
		return "no certificate";
	if (gnutls_certificate_verify_peers(session, &purpose, 1, &status) < 0)
		return "certificate that cannot be verified";
	if (status & (GNUTLS_CERT_EXPIRED | GNUTLS_CERT_NOT_ACTIVATED))
		return "certificate that is not valid now";
	if (status & GNUTLS_CERT_PURPOSE_MISMATCH)
		return "certificate that is not for clients";
	if (status)
		return "certificate of an unknown authority";
	if (t->client_names.n && !is_named(crt, &t->client_names))
		return "certificate of none of client_names";
	return NULL;
}

static int
verify(gnutls_session_t session)
{
	const struct tls_clients *c = gnutls_db_get_ptr(session);
	gnutls_x509_crt_t crt = shown_certificate(session);
	const char *why = why_refused(session, c->tls, crt);
	int rc = !why  ? 0
		 : crt ? GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR
		       : GNUTLS_E_CERTIFICATE_REQUIRED;
	char *subject = why && crt ? subject_of(crt) : NULL;

	if (why) {
		c->refused(c->arg, session, why, subject);
		gnutls_alert_send_appropriate(session, rc);
	}
	free(subject);
	if (crt)
		gnutls_x509_crt_deinit(crt);
	return rc;
}

/* libmicrohttpd has use of the session's own pointer; that of a cache of sessions,
 * which it has none of, is free. */
void
tls_ask_client(gnutls_session_t session, const struct tls_clients *c)
{
	gnutls_db_set_ptr(session, (void *)(uintptr_t)c);
	gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUEST);
	gnutls_session_set_verify_function(session, verify);
}
