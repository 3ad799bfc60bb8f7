/* A thin layer over libcurl: TLS, proxies and authentication are its business. */
#include "daemon/client.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "conf/address.h"
#include "daemon/client_fault.h"

enum { TIMEOUT_MS = 10000, MOST_BYTES = 256 * 1024 * 1024 };

static size_t
take_bytes(char *data, size_t size, size_t n, void *arg)
{
	struct strbuf *body = arg;

	if (body->len + size * n > MOST_BYTES)
		return 0;
	strbuf_addn(body, data, size * n);
	return size * n;
}

/* What one transfer fills. */
struct received {
	struct strbuf body;
	char said[CURL_ERROR_SIZE];
};

static void
set_options(CURL *h, const struct client *c, const char *url, struct received *to)
{
	*to = (struct received){0};
	curl_easy_setopt(h, CURLOPT_ERRORBUFFER, to->said);
	curl_easy_setopt(h, CURLOPT_URL, url);
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
	/* Dots in a name lead nowhere else. */
	curl_easy_setopt(h, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(h, CURLOPT_TIMEOUT_MS,
		c->timeout_ms ? (long)c->timeout_ms : (long)TIMEOUT_MS);
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take_bytes);
	curl_easy_setopt(h, CURLOPT_WRITEDATA, &to->body);
	curl_easy_setopt(h, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(h, CURLOPT_USERAGENT, "pgdriftd/" PACKAGE_VERSION);
	if (c->cacert)
		curl_easy_setopt(h, CURLOPT_CAINFO, c->cacert);
	if (c->cert)
		curl_easy_setopt(h, CURLOPT_SSLCERT, c->cert);
	if (c->cert)
		curl_easy_setopt(h, CURLOPT_SSLKEY, c->key ? c->key : c->cert);
	if (c->socket)
		curl_easy_setopt(h, CURLOPT_UNIX_SOCKET_PATH, c->socket);
	if (c->user)
		curl_easy_setopt(h, CURLOPT_USERNAME, c->user);
	else
		curl_easy_setopt(h, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
	if (c->password)
		curl_easy_setopt(h, CURLOPT_PASSWORD, c->password);
}

static char *
full_url(const char *base, const char *path)
{
	size_t n = strlen(base);

	while (n && base[n - 1] == '/')
		n--;
	return xasprintf("%.*s%s", (int)n, base, path);
}

/* One document of a version that this program knows, and nothing behind it.  (The body
 * is no string: a NUL in it is garbage as well.) */
static cJSON *
parse(const struct strbuf *body, struct err *e)
{
	const char *end = NULL, *last = body->s + body->len;
	cJSON *o =
		cJSON_ParseWithLengthOpts(body->s ? body->s : "", body->len, &end, 0);
	const cJSON *version = cJSON_GetObjectItemCaseSensitive(o, "schema_version");

	while (o && end < last && strchr(" \t\r\n", *end) && *end)
		end++;
	if (o && end == last && cJSON_IsNumber(version) && version->valuedouble == 1)
		return o;
	if (o && end == last && cJSON_IsNumber(version))
		err_set(e, ERR_FORMAT,
			"the answer is of schema_version %g, which this pgdriftd does "
			"not know",
			version->valuedouble);
	else
		err_set(e, ERR_FORMAT,
			"the answer is no JSON document of pgdriftd: is this its "
			"address?");
	cJSON_Delete(o);
	return NULL;
}

static void
explain(CURL *h, const struct client *c, CURLcode code, const struct received *r,
	struct err *e)
{
	struct client_fault f = {.code = (int)code, .said = r->said};

	curl_easy_getinfo(h, CURLINFO_OS_ERRNO, &f.os_errno);
	client_explain(c, &f, e);
}

static int64_t
date_of(CURL *h)
{
	struct curl_header *date;
	time_t at = -1;

	if (curl_easy_header(h, "Date", 0, CURLH_HEADER, -1, &date) == CURLHE_OK)
		at = curl_getdate(date->value, NULL);
	return at > 0 ? (int64_t)at * 1000 : 0;
}

static cJSON *
ask(const struct client *c, const char *path, bool post, struct client_answer *a,
	struct err *e)
{
	CURL *h = must(curl_easy_init());
	char *url = full_url(c->base, path);
	struct received got;
	cJSON *o = NULL;
	CURLcode code;

	*a = (struct client_answer){0};
	set_options(h, c, url, &got);
	if (post) {
		curl_easy_setopt(h, CURLOPT_POST, 1L);
		curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE, 0L);
	}
	code = curl_easy_perform(h);
	if (code == CURLE_OK) {
		curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &a->status);
		a->date_ms = date_of(h);
		o = parse(&got.body, e);
		if (!o)
			err_prefix(e, "HTTP %ld", a->status);
	} else {
		explain(h, c, code, &got, e);
	}
	strbuf_free(&got.body);
	free(url);
	curl_easy_cleanup(h);
	return o;
}

cJSON *
client_get(const struct client *c, const char *path, struct client_answer *a,
	struct err *e)
{
	return ask(c, path, false, a, e);
}

cJSON *
client_post(const struct client *c, const char *path, struct client_answer *a,
	struct err *e)
{
	return ask(c, path, true, a, e);
}

int
client_unexpected(const struct client *c, const struct client_answer *a, const cJSON *o)
{
	const char *detail = o ? json_str(o, "detail") : NULL;
	const char *next = a->status != 401 ? ""
			   : c->user ? ": --user or its password is none of users_file"
				     : ": say --user and --password-file";

	return command_fail(EXIT_UNDECIDED, "the daemon answers HTTP %ld%s%s%s",
		a->status, detail ? ": " : "", detail ? detail : "", next);
}

char *
client_escaped(const char *name)
{
	struct strbuf b = {0};
	char *escaped;

	if (!strcmp(name, ".") || !strcmp(name, "..")) {
		for (; *name; name++)
			strbuf_add(&b, "%2E");
		return strbuf_take(&b);
	}
	escaped = must(curl_easy_escape(NULL, name, 0));
	strbuf_add(&b, escaped);
	curl_free(escaped);
	return strbuf_take(&b);
}

const char *
client_where(const struct client *c)
{
	const char *host = strstr(c->base, "://");
	const char *at;

	if (c->socket)
		return c->socket;
	host = host ? host + 3 : c->base;
	at = strrchr(host, '@');
	return at ? at + 1 : host;
}

/* The first address of http.listen as a URL; the caller frees. */
static char *
url_of(const struct conf *conf)
{
	const char *scheme = conf->http.cert_file ? "https" : "http";
	const char *listen = conf->http.listen.n ? conf->http.listen.v[0] : "";

	if (address_is_unix(listen))
		return xstrdup(listen);
	/* An address for all interfaces is reached on this machine by loopback, and
	 * "[::]" is that of IPv6 alone. */
	if (!strncmp(listen, "[::]", 4))
		return xasprintf("%s://[::1]%s", scheme, listen + 4);
	if (listen[0] == '*' || listen[0] == ':' || !strncmp(listen, "0.0.0.0", 7))
		return xasprintf("%s://127.0.0.1%s", scheme,
			strrchr(listen, ':') ? strrchr(listen, ':') : "");
	return xasprintf("%s://%s", scheme, listen);
}

bool
client_option(struct client *c, int opt, const char *value)
{
	switch (opt) {
	case CLIENT_URL:
		c->url = value;
		return true;
	case CLIENT_CACERT:
		c->cacert = value;
		return true;
	case CLIENT_CERT:
		c->cert = value;
		return true;
	case CLIENT_KEY:
		c->key = value;
		return true;
	case CLIENT_USER:
		c->user = value;
		return true;
	case CLIENT_PASSWORD_FILE:
		c->password_file = value;
		return true;
	default:
		return false;
	}
}

/* The first line of the file; NULL after saying why there is none. */
static char *
read_password(const char *path)
{
	struct strbuf text = {0};
	char *line = NULL;
	struct err e;

	if (!file_read_given(path, FILE_MAX_PASSWORD, &text, &e))
		command_fail(0, "%s", e.text);
	else if (!text.len)
		command_fail(0, "%s: the file is empty", path);
	else
		line = xstrndup(text.s, strcspn(text.s, "\r\n"));
	if (text.s)
		explicit_bzero(text.s, text.cap);
	strbuf_free(&text);
	return line;
}

/* Of "unix:PATH" it is the socket that is connected to; the URL is of no matter then.
 */
static bool
take_socket(struct client *c, struct err *e)
{
	struct address a;

	if (!address_is_unix(c->base))
		return true;
	if (!address_parse(c->base, &a, e))
		return false;
	c->socket = xstrdup(c->base + 5);
	free(c->base);
	c->base = xstrdup("http://localhost");
	return true;
}

/* 0, or the exit status after saying which cannot be read.  libcurl calls each of these
 * an error of TLS. */
static int
try_files(const struct client *c)
{
	const char *const files[][2] = {
		{"cacert", c->cacert}, {"cert", c->cert}, {"key", c->key}};

	for (size_t i = 0; i < COUNT_OF(files); i++)
		if (files[i][1] && access(files[i][1], R_OK) != 0)
			return command_fail(EXIT_UNDECIDED, "--%s %s: %s", files[i][0],
				files[i][1], strerror(errno));
	return 0;
}

int
client_open(struct client *c, const struct cli *cli)
{
	struct err e;
	int status;

	if (c->password_file && !c->user)
		return command_fail(EXIT_USAGE, "--password-file needs --user");
	if (c->key && !c->cert)
		return command_fail(EXIT_USAGE, "--key needs --cert");
	if ((status = try_files(c)))
		return status;
	if (c->url) {
		c->base = xstrdup(c->url);
	} else {
		struct conf *conf = command_conf_as(CONF_ASKED, cli);

		if (!conf)
			return EXIT_CONFIG;
		if (conf->http.listen.n)
			c->base = url_of(conf);
		conf_free(conf);
	}
	if (!c->base)
		return command_fail(EXIT_CONFIG, "http.listen names no address of the "
						 "daemon: say --url");
	if (!take_socket(c, &e))
		return command_fail(EXIT_USAGE, "%s", e.text);
	if (c->password_file && !c->nameless &&
		!(c->password = read_password(c->password_file)))
		return EXIT_UNDECIDED;
	return 0;
}

void
client_close(struct client *c)
{
	if (c->password)
		explicit_bzero(c->password, strlen(c->password));
	free(c->password);
	free(c->socket);
	free(c->base);
}

int
client_open_default(struct client *c)
{
	const char *listen = getenv("PGDRIFTD_LISTEN");
	struct conf conf = {0};
	struct err e;

	listen = listen && *listen ? listen : "127.0.0.1:10432";
	listen += strspn(listen, " \t");
	strvec_take(&conf.http.listen, xstrndup(listen, strcspn(listen, ", \t")));
	c->base = url_of(&conf);
	strvec_free(&conf.http.listen);
	if (!take_socket(c, &e))
		return command_fail(EXIT_CONFIG, "PGDRIFTD_LISTEN: %s", e.text);
	return 0;
}

/* Whether it answers 200.  What it says besides is nobody's matter, and neither is who
 * signed its certificate: it is sent nothing but a path. */
static bool
answers_well(const struct client *c, const char *path, struct err *e)
{
	CURL *h = must(curl_easy_init());
	char *url = full_url(c->base, path);
	struct received got;
	long status = 0;
	CURLcode code;

	set_options(h, c, url, &got);
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	/* Neither those of the options nor those of the URL. */
	curl_easy_setopt(h, CURLOPT_HTTPAUTH, (long)CURLAUTH_NONE);
	if (!c->cacert) {
		curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	code = curl_easy_perform(h);
	if (code == CURLE_OK)
		curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
	if (code != CURLE_OK)
		explain(h, c, code, &got, e);
	else if (status != 200)
		err_set(e, ERR_CONNECT, "HTTP %ld", status);
	strbuf_free(&got.body);
	free(url);
	curl_easy_cleanup(h);
	return status == 200;
}

bool
client_is_well(struct client *c, const char *path, struct err *e)
{
	const char *rest = strstr(c->base, "://");
	struct err ignored;
	char *other;

	if (answers_well(c, path, e))
		return true;
	if (c->url || c->cacert || !rest)
		return false;
	/* The daemon may run by what the file said before: with TLS, or without. */
	other = xasprintf(
		"%s%s", strncmp(c->base, "https", 5) ? "https" : "http", rest);
	free(c->base);
	c->base = other;
	return answers_well(c, path, &ignored);
}
