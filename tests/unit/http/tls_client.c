/* See tls_client.h. */
#include "tests/unit/http/tls_client.h"

#include <fcntl.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/unit.h"

void
tls_write_file(const char *path, const void *data, size_t n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, n, f), n);
	fclose(f);
}

static void
write_key(gnutls_x509_privkey_t key, const char *path)
{
	gnutls_datum_t pem;

	assert_int_equal(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
				 GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
		0);
	assert_int_equal(
		gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem), 0);
	tls_write_file(path, pem.data, pem.size);
	gnutls_free(pem.data);
}

void
tls_write_pair(const char *cert, const char *key_file, time_t expires)
{
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t crt;
	gnutls_datum_t pem;

	gnutls_x509_privkey_init(&key);
	write_key(key, key_file);
	if (cert) {
		gnutls_x509_crt_init(&crt);
		gnutls_x509_crt_set_version(crt, 3);
		gnutls_x509_crt_set_serial(crt, "\1", 1);
		gnutls_x509_crt_set_activation_time(crt, time(NULL) - 60);
		gnutls_x509_crt_set_expiration_time(crt, expires);
		gnutls_x509_crt_set_dn_by_oid(
			crt, GNUTLS_OID_X520_COMMON_NAME, 0, "test", 4);
		gnutls_x509_crt_set_key(crt, key);
		assert_int_equal(
			gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0), 0);
		assert_int_equal(
			gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &pem), 0);
		tls_write_file(cert, pem.data, pem.size);
		gnutls_free(pem.data);
		gnutls_x509_crt_deinit(crt);
	}
	gnutls_x509_privkey_deinit(key);
}

static void
tls_send(struct tls_client *c)
{
	char *request =
		c->raw ? xstrdup(c->raw)
		       : xasprintf("GET %s HTTP/1.1\r\nHost: t\r\n%s\r\n", c->target,
				 c->pause_at ? "" : "Connection: close\r\n");

	assert_int_equal(gnutls_record_send(c->session, request, strlen(request)),
		strlen(request));
	free(request);
}

static void
tls_step(struct tls_client *c)
{
	char bytes[4096];
	ssize_t n = GNUTLS_E_AGAIN;

	if (!c->shaken) {
		n = gnutls_handshake(c->session);
		if (n == GNUTLS_E_AGAIN)
			return;
		if (n != 0)
			fail_msg("handshake: %s", gnutls_strerror((int)n));
		c->shaken = true;
		tls_send(c);
	}
	while ((!c->pause_at || c->got.len < c->pause_at) &&
		(n = gnutls_record_recv(c->session, bytes, sizeof bytes)) > 0)
		strbuf_addn(&c->got, bytes, (size_t)n);
	c->closed = n != GNUTLS_E_AGAIN && n <= 0;
	if (c->closed || (c->pause_at && c->got.len >= c->pause_at)) {
		watch_clear(c->watch);
		loop_stop(c->site->loop);
	}
}

static void
on_tls(void *arg, int what)
{
	struct tls_client *c = arg;

	if (what & WATCH_TIMEOUT)
		fail_msg("no answer over TLS");
	watch_set(c->watch, c->fd, WATCH_READ, CLIENT_PATIENCE_MS);
	tls_step(c);
}

void
tls_open(struct tls_client *c, struct site *s, const char *target, size_t pause_at)
{
	*c = (struct tls_client){.site = s, .target = target, .pause_at = pause_at};
	client_open(&c->plain, s);
	c->fd = c->plain.fd;
	gnutls_certificate_allocate_credentials(&c->credentials);
	gnutls_init(&c->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK);
	gnutls_set_default_priority(c->session);
	gnutls_credentials_set(c->session, GNUTLS_CRD_CERTIFICATE, c->credentials);
	fcntl(c->fd, F_SETFL, O_NONBLOCK);
	gnutls_transport_set_int(c->session, c->fd);
	c->watch = watch_new(s->loop, on_tls, c);
}

void
tls_run(struct tls_client *c)
{
	watch_set(c->watch, c->fd, WATCH_READ, CLIENT_PATIENCE_MS);
	tls_step(c);
	if (!c->closed)
		loop_run(c->site->loop);
}

void
tls_close(struct tls_client *c)
{
	strbuf_free(&c->got);
	watch_free(c->watch);
	gnutls_deinit(c->session);
	gnutls_certificate_free_credentials(c->credentials);
	client_close(&c->plain);
}
