/* See client_fault.h.  What libcurl says of TLS is of the library that it was built
 * with, GnuTLS or OpenSSL; both call an alert an alert. */
#include "daemon/client_fault.h"

#include <curl/curl.h>
#include <string.h>

#include "base/mem.h"

static const char *
detail_of(const struct client_fault *f)
{
	return *f->said ? f->said : curl_easy_strerror((CURLcode)f->code);
}

static bool
has_any(const char *said, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(said, words[i]))
			return true;
	return false;
}

static void
explain_trust(const struct client *c, const struct client_fault *f, struct err *e)
{
	if (c->cacert)
		err_set(e, ERR_AUTH,
			"its certificate is not trusted: %s: is it of an authority in "
			"%s, valid now, and for the name in the URL?",
			detail_of(f), c->cacert);
	else
		err_set(e, ERR_AUTH,
			"its certificate is not trusted: %s: say --cacert FILE, with "
			"the authority that it is of",
			detail_of(f));
}

/* The daemon ends the handshake with an alert, or the connection before that could be
 * read. */
static void
explain_refusal(const struct client *c, const struct client_fault *f, struct err *e)
{
	bool told = strstr(f->said, " alert") != NULL;
	enum err_code code = told ? ERR_AUTH : ERR_CONNECT;

	if (!told && c->cert)
		err_set(e, code,
			"it has closed the connection (%s): its log says why, if it "
			"refuses the certificate %s (\"login failed\")",
			detail_of(f), c->cert);
	else if (!told)
		err_set(e, code,
			"it has closed the connection (%s): if it asks for a "
			"certificate (client_ca_file), say --cert FILE and --key FILE",
			detail_of(f));
	else if (c->cert)
		err_set(e, code,
			"it refuses the certificate %s (%s): its log says why (\"login "
			"failed\")",
			c->cert, detail_of(f));
	else
		err_set(e, code,
			"it refuses who shows no certificate (%s): say --cert FILE and "
			"--key FILE, with one that its client_ca_file takes",
			detail_of(f));
}

static bool
is_tls(const struct client *c)
{
	return !strncmp(c->base, "https:", 6);
}

static void
explain_handshake(const struct client *c, const struct client_fault *f, struct err *e)
{
	static const char *const files[] = {"certificate file", "key file", "PEM"};

	if (strstr(f->said, " alert"))
		explain_refusal(c, f, e);
	else if (c->cert && (f->code == CURLE_SSL_CERTPROBLEM ||
				    has_any(f->said, files, COUNT_OF(files))))
		err_set(e, ERR_CONFIG, "--cert %s with --key %s: %s", c->cert,
			c->key ? c->key : c->cert, detail_of(f));
	else
		err_set(e, ERR_CONNECT,
			"the TLS handshake fails (%s): is it http://%s?", detail_of(f),
			client_where(c));
}

void
client_explain(const struct client *c, const struct client_fault *f, struct err *e)
{
	switch (f->code) {
	case CURLE_PEER_FAILED_VERIFICATION:
		explain_trust(c, f, e);
		break;
	case CURLE_SSL_CACERT_BADFILE:
		if (c->cacert)
			err_set(e, ERR_CONFIG, "--cacert %s: %s", c->cacert,
				detail_of(f));
		else
			err_set(e, ERR_CONFIG,
				"the certificates that this machine trusts cannot be "
				"read: %s: say --cacert FILE",
				detail_of(f));
		break;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
		explain_handshake(c, f, e);
		break;
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_GOT_NOTHING:
		if (is_tls(c))
			explain_refusal(c, f, e);
		else if (c->socket)
			err_set(e, ERR_CONNECT, "it has closed the connection: %s",
				detail_of(f));
		else
			err_set(e, ERR_CONNECT,
				"it has closed the connection: is it https://%s?",
				client_where(c));
		break;
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_URL_MALFORMAT:
		err_set(e, ERR_CONFIG,
			"--url takes http://HOST:PORT, https://HOST:PORT or unix:PATH");
		break;
	default:
		err_set(e, ERR_CONNECT, "%s%s%s", curl_easy_strerror((CURLcode)f->code),
			f->os_errno ? ": " : "",
			f->os_errno ? strerror((int)f->os_errno) : "");
	}
}
