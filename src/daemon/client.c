/* A thin layer over libcurl: TLS, proxies and authentication are its business. */
#include "daemon/client.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { TIMEOUT_S = 10, MOST_BYTES = 256 * 1024 * 1024 };

static size_t
take_bytes(char *data, size_t size, size_t n, void *arg)
{
	struct strbuf *body = arg;

	if (body->len + size * n > MOST_BYTES)
		return 0;
	strbuf_addn(body, data, size * n);
	return size * n;
}

static void
set_options(CURL *h, const struct client *c, const char *url, struct strbuf *body)
{
	curl_easy_setopt(h, CURLOPT_URL, url);
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(h, CURLOPT_TIMEOUT, (long)TIMEOUT_S);
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take_bytes);
	curl_easy_setopt(h, CURLOPT_WRITEDATA, body);
	curl_easy_setopt(h, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(h, CURLOPT_USERAGENT, "pgdriftd/" PACKAGE_VERSION);
	if (c->cacert)
		curl_easy_setopt(h, CURLOPT_CAINFO, c->cacert);
}

static char *
full_url(const char *base, const char *path)
{
	size_t n = strlen(base);

	while (n && base[n - 1] == '/')
		n--;
	return xasprintf("%.*s%s", (int)n, base, path);
}

cJSON *
client_get(const struct client *c, const char *path, long *status, struct err *e)
{
	CURL *h = must(curl_easy_init());
	char *url = full_url(c->url, path);
	struct strbuf body = {0};
	cJSON *o = NULL;
	CURLcode code;

	*status = 0;
	set_options(h, c, url, &body);
	code = curl_easy_perform(h);
	if (code == CURLE_OK) {
		curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, status);
		o = cJSON_ParseWithLength(body.s ? body.s : "", body.len);
		if (!o)
			err_set(e, ERR_FORMAT,
				"HTTP %ld, and no JSON: is this pgdriftd?", *status);
	} else {
		err_set(e, ERR_CONNECT, "%s", curl_easy_strerror(code));
	}
	strbuf_free(&body);
	free(url);
	curl_easy_cleanup(h);
	return o;
}

const char *
client_where(const struct client *c)
{
	const char *host = strstr(c->url, "://");
	const char *at;

	host = host ? host + 3 : c->url;
	at = strrchr(host, '@');
	return at ? at + 1 : host;
}

char *
client_url_of(const struct conf *conf)
{
	const char *scheme = conf->http.cert_file ? "https" : "http";
	const char *listen = conf->http.listen.n ? conf->http.listen.v[0] : "";

	/* An address for all interfaces is reached on this machine by loopback. */
	if (listen[0] == '*' || !strncmp(listen, "0.0.0.0", 7) ||
		!strncmp(listen, "[::]", 4))
		return xasprintf("%s://127.0.0.1%s", scheme,
			strrchr(listen, ':') ? strrchr(listen, ':') : "");
	return xasprintf("%s://%s", scheme, listen);
}
