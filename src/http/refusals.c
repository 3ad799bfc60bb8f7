/* A request line that is none, headers over the limit, an unknown version, a body in
 * broken chunks: libmicrohttpd answers those without asking, and has no option for what
 * it says (up to 1.0).  It does so by its own public MHD_queue_response(), which the
 * dynamic linker lets a program define for it, as it lets malloc().  Where it does not
 * (a library that was linked with -Bsymbolic-functions) the pages stay as they are.
 *
 * The document is sent here, and the library told that there is none, so that it closes
 * the connection: some of its refusals it would go on with as if it had not refused,
 * and write their heads twice (0.9.75). */
#include "http/refusals.h"

#include <dlfcn.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/mem.h"
#include "http/answer.h"
#include "http/connection.h"

typedef enum MHD_Result
queue_fn(struct MHD_Connection *, unsigned, struct MHD_Response *);

static queue_fn *
library(void)
{
	void *found = must(dlsym(RTLD_NEXT, "MHD_queue_response"));
	queue_fn *f;

	memcpy(&f, &found, sizeof f);
	return f;
}

enum MHD_Result
refusals_queue(struct MHD_Connection *connection, unsigned status,
	struct MHD_Response *response)
{
	return library()(connection, status, response);
}

static const struct {
	unsigned status;
	const char *detail;
} details[] = {
	{MHD_HTTP_BAD_REQUEST, "the request is malformed"},
	{MHD_HTTP_CONTENT_TOO_LARGE, "a request carries no body here"},
	{MHD_HTTP_URI_TOO_LONG, "the request line is too long"},
	{MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE,
		"request line and header lines are too long together"},
	{MHD_HTTP_NOT_IMPLEMENTED, "the request asks for what is not implemented"},
	{MHD_HTTP_HTTP_VERSION_NOT_SUPPORTED, "HTTP/1.1 and HTTP/1.0 are spoken here"},
};

static const char *
detail_of(unsigned status)
{
	for (size_t i = 0; i < COUNT_OF(details); i++)
		if (details[i].status == status)
			return details[i].detail;
	return "the request cannot be answered";
}

/* As RFC 9110, 5.6.7, whatever the locale. */
static void
add_date(struct strbuf *out)
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
			  months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
				  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t now = time(NULL);
	struct tm t;

	gmtime_r(&now, &t);
	strbuf_printf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
		days[t.tm_wday], t.tm_mday, months[t.tm_mon], t.tm_year + 1900,
		t.tm_hour, t.tm_min, t.tm_sec);
}

/* Head and body. */
static void
add_answer(struct strbuf *out, unsigned status)
{
	struct answer a = {0};

	answer_problem(&a, (int)status, NULL, "%s", detail_of(status));
	strbuf_printf(out, "HTTP/1.1 %u %s\r\n", status, answer_phrase((int)status));
	add_date(out);
	strbuf_printf(out,
		"Connection: close\r\nContent-Type: %s\r\nCache-Control: no-cache\r\n"
		"X-Content-Type-Options: nosniff\r\nContent-Length: %zu\r\n\r\n",
		a.type, a.body.len);
	strbuf_addn(out, a.body.s, a.body.len);
	answer_fini(&a);
}

/* What is not read when the socket is closed would have the kernel throw away what was
 * sent. */
static void
discard_input(int fd)
{
	enum { MOST = 32 };
	char bytes[16384];

	for (int i = 0; i < MOST && recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0;
		i++)
		;
}

/* In place of the library's, for the library.  All that it has sent before has left it,
 * so there is room for this. */
__attribute__((visibility("default"))) enum MHD_Result
MHD_queue_response(struct MHD_Connection *connection, unsigned status,
	struct MHD_Response *response)
{
	gnutls_session_t session = connection_session(connection);
	int fd = connection_socket(connection);
	struct strbuf answer = {0};

	(void)response;
	add_answer(&answer, status);
	if (session)
		(void)!gnutls_record_send(session, answer.s, answer.len);
	else
		(void)!send(fd, answer.s, answer.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	discard_input(fd);
	strbuf_free(&answer);
	return MHD_NO;
}
