/* libmicrohttpd takes texts, and says little about what is wrong with them: they are
 * tried with GnuTLS first. */
#include "http/tls.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>

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

bool
tls_load(const char *cert_file, const char *key_file, struct tls *out, struct err *e)
{
	*out = (struct tls){0};
	if (!cert_file && !key_file)
		return true;
	if (!cert_file || !key_file)
		return err_set(e, ERR_CONFIG,
			"cert_file and key_file go together: one of them is missing");
	if (read_pem(cert_file, &out->cert, e) && read_pem(key_file, &out->key, e) &&
		try_pair(out, cert_file, key_file, e)) {
		out->expiry_ms = first_expiry_ms(out->cert);
		return true;
	}
	tls_fini(out);
	return false;
}

bool
tls_equal(const struct tls *a, const struct tls *b)
{
	return text_same(a->cert, b->cert) && text_same(a->key, b->key);
}

struct tls
tls_copy(const struct tls *t)
{
	return (struct tls){xstrdup_null(t->cert), xstrdup_null(t->key), t->expiry_ms};
}

void
tls_fini(struct tls *t)
{
	if (t->key)
		explicit_bzero(t->key, strlen(t->key));
	free(t->cert);
	free(t->key);
	*t = (struct tls){0};
}
