/* libmicrohttpd 0.9.75 is lenient: it joins folded lines, ends a line at a bare LF and
 * a text at a NUL, takes blanks into names, and looks at the first of two
 * Content-Length. Its texts lie in the order of their arrival in the buffer that was
 * read, so whatever it skipped or moved shows as a gap between them.  (A NUL just
 * before a bare LF does not: those two are overwritten as CR LF are.)  From 1.0 on it
 * places them otherwise and can be told to refuse all of this by itself. */
#include "http/framing.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

enum { LINE_END = 2 };

static const char unclear[] = "the request line or a header line is malformed";

/* What is read once only: of two, whoever stands between may take the other. */
enum single { HOST, LENGTH, ENCODING, AUTHORIZATION, SINGLE_COUNT };
static const struct {
	const char *name, *fault;
} singles[] = {
	[HOST] = {MHD_HTTP_HEADER_HOST, "two Host headers"},
	[LENGTH] = {MHD_HTTP_HEADER_CONTENT_LENGTH, "two Content-Length headers"},
	[ENCODING] = {MHD_HTTP_HEADER_TRANSFER_ENCODING,
		"two Transfer-Encoding headers"},
	[AUTHORIZATION] = {MHD_HTTP_HEADER_AUTHORIZATION, "two Authorization headers"},
};

bool
framing_is_strict(const char *version)
{
	return strncmp(version, "0.", 2) != 0;
}

struct lines {
	bool gapless;     /* what stands where can be judged */
	const char *next; /* where the line begins that is expected next */
	const char *fault;
	unsigned seen[SINGLE_COUNT];
};

/* A token of RFC 9110, 5.6.2. */
static bool
is_token(const char *s)
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'*+-.^_`|~";

	return *s && !s[strspn(s, letters)];
}

static bool
has_control(const char *s)
{
	for (; *s; s++)
		if (((unsigned char)*s < ' ' && *s != '\t') || *s == 0x7f)
			return true;
	return false;
}

/* What stands in a URL as host and port (RFC 3986, 3.2); "" where that has none. */
static bool
is_host(const char *s)
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ-._~%!$&'()*+,;=:[]";

	return !s[strspn(s, letters)];
}

static void
count(struct lines *l, const char *name)
{
	for (size_t i = 0; i < SINGLE_COUNT; i++)
		if (!strcasecmp(name, singles[i].name) && l->seen[i]++)
			l->fault = singles[i].fault;
}

static enum MHD_Result
on_header(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct lines *l = arg;

	(void)kind;
	if (!value || !is_token(name) || has_control(value) ||
		(l->gapless && (name != l->next || value <= name + strlen(name))))
		l->fault = unclear;
	else if (!strcasecmp(name, MHD_HTTP_HEADER_HOST) && !is_host(value))
		l->fault = "the Host header is neither a name nor an address";
	else
		count(l, name);
	if (value)
		l->next = value + strlen(value) + LINE_END;
	return l->fault ? MHD_NO : MHD_YES;
}

static bool
is_clear_line(const struct framing *f)
{
	return f->target_at && is_token(f->method) && !has_control(f->target) &&
	       !strchr(f->target, ' ');
}

/* True if nothing but one blank stands between the three parts. */
static bool
is_gapless_line(const struct framing *f)
{
	return f->target_at == f->method + strlen(f->method) + 1 &&
	       f->version == f->target_at + strlen(f->target) + 1;
}

/* What is there, once at most, and must not be, or the other way. */
static const char *
set_fault(const struct lines *l, const char *version)
{
	bool old = !strcmp(version, MHD_HTTP_VERSION_1_0);

	if (l->seen[ENCODING] && l->seen[LENGTH])
		return "Content-Length and Transfer-Encoding exclude each other";
	if (l->seen[ENCODING] && old)
		return "HTTP/1.0 knows no Transfer-Encoding";
	if (!l->seen[HOST] && !old)
		return "a Host header is missing";
	return NULL;
}

const char *
framing_fault(struct MHD_Connection *connection, const struct framing *f)
{
	const union MHD_ConnectionInfo *size = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	struct lines l = {.gapless = !framing_is_strict(MHD_get_version())};

	if (!size || !is_clear_line(f) || (l.gapless && !is_gapless_line(f)))
		return unclear;
	l.next = f->version + strlen(f->version) + LINE_END;
	MHD_get_connection_values(connection, MHD_HEADER_KIND, on_header, &l);
	if (l.fault)
		return l.fault;
	if (l.gapless && l.next + LINE_END != f->method + size->header_size)
		return unclear;
	return set_fault(&l, f->version);
}
