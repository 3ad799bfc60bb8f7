/* A path is held to what needs no encoding, so that it is the same text wherever it is
 * compared, and whatever a proxy made of it. */
#include "conf/external.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

enum { EXTERNAL_MAX = 1024 };

static const char example[] = "\"https://drift.example.org\" or "
			      "\"https://ops.example.org/drift\"";

/* How the daemon's own paths begin: behind such a prefix nobody could tell whether it
 * is still there. */
static const char *const own[] = {"status", "environments", "check", "history",
	"migrations", "metrics", "healthz", "readyz", "version", "web", "-"};

/* Where the host begins; NULL: it is no URL of a scheme that is served. */
static const char *
behind_scheme(const char *s, bool *secure)
{
	*secure = !strncasecmp(s, "https://", 8);
	if (*secure)
		return s + 8;
	return strncasecmp(s, "http://", 7) ? NULL : s + 7;
}

/* A name, an address, or one of IPv6 in brackets. */
static bool
is_host(const char *s, size_t n)
{
	if (n > 2 && *s == '[')
		return s[n - 1] == ']' &&
		       strspn(s + 1, "0123456789abcdefABCDEF:.") == n - 2;
	return n && n <= 255 && strspn(s, LETTERS "-._") >= n && *s != '.';
}

/* ":8443", or nothing; `*port` is 0 then. */
static bool
is_port(const char *s, size_t n, long *port)
{
	size_t digits = n ? strspn(s + 1, "0123456789") : 0;

	*port = digits ? strtol(s + 1, NULL, 10) : 0;
	return !n || (digits && digits <= 5 && digits == n - 1 && *port > 0 &&
			     *port <= 65535);
}

static bool
is_own(const char *segment)
{
	for (size_t i = 0; i < COUNT_OF(own); i++)
		if (!strcmp(segment, own[i]))
			return true;
	return false;
}

static bool
parse_path(const char *s, struct external *out, struct err *e)
{
	while (*s) {
		size_t n = strspn(s + 1, LETTERS "-._~");
		char *segment = xstrndup(s + 1, n);

		strvec_take(&out->segments, segment);
		if (s[1 + n] && s[1 + n] != '/')
			return err_set(e, ERR_CONFIG,
				"its path may hold letters, digits and \"-._~\" alone");
		if (!n || !strcmp(segment, ".") || !strcmp(segment, ".."))
			return err_set(e, ERR_CONFIG,
				"its path holds a part that is empty, \".\" or \"..\": "
				"leave that out");
		if (out->segments.n == 1 && is_own(segment))
			return err_set(e, ERR_CONFIG,
				"its path begins with /%s, as paths of pgdriftd do: "
				"have the proxy serve it below another, as /drift",
				segment);
		s += 1 + n;
	}
	return true;
}

static bool
parse_authority(
	const char *host, size_t n, bool secure, struct external *out, struct err *e)
{
	const char *bracket = *host == '[' ? memchr(host, ']', n) : NULL;
	const char *from = bracket ? bracket : host;
	const char *colon = memchr(from, ':', n - (size_t)(from - host));
	size_t length = colon ? (size_t)(colon - host) : n;
	long port;

	if (memchr(host, '@', n))
		return err_set(e, ERR_CONFIG,
			"it holds a user: leave that out, as people log in by "
			"themselves");
	if (!is_host(host, length))
		return err_set(
			e, ERR_CONFIG, "it names no host; write it as %s", example);
	if (!is_port(host + length, n - length, &port))
		return err_set(e, ERR_CONFIG,
			"what follows its host is no port from 1 to 65535");
	out->origin =
		xasprintf("%s://%.*s", secure ? "https" : "http", (int)length, host);
	if (port && port != (secure ? 443 : 80)) {
		char *with = xasprintf("%s:%ld", out->origin, port);

		free(out->origin);
		out->origin = with;
	}
	for (char *c = out->origin; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return true;
}

static bool
parse(const char *text, struct external *out, struct err *e)
{
	bool secure;
	const char *host = behind_scheme(text, &secure);
	size_t n = host ? strcspn(host, "/?#") : 0;
	size_t end = strlen(text);

	if (!host)
		return err_set(e, ERR_CONFIG, "it is no URL such as %s", example);
	if (end > EXTERNAL_MAX)
		return err_set(
			e, ERR_CONFIG, "it is longer than %d bytes", EXTERNAL_MAX);
	if (strpbrk(text, "?#"))
		return err_set(e, ERR_CONFIG,
			"it holds a query or a fragment: leave out what begins at "
			"\"?\" or \"#\"");
	if (!parse_authority(host, n, secure, out, e))
		return false;
	end -= end > (size_t)(host + n - text) && text[end - 1] == '/';
	out->url = xstrndup(text, end);
	out->path = xstrdup(out->url + (host + n - text));
	return parse_path(out->path, out, e);
}

bool
external_parse(const char *text, struct external *out, struct err *e)
{
	*out = (struct external){0};
	if (parse(text, out, e))
		return true;
	external_fini(out);
	return false;
}

void
external_fini(struct external *x)
{
	free(x->url);
	free(x->origin);
	free(x->path);
	strvec_free(&x->segments);
	*x = (struct external){0};
}
