/* A request line that is none, headers over the limit, an unknown version, a body in
 * broken chunks: libmicrohttpd answers those without asking, and has no option for what
 * it says (up to 1.0).  It does so by its own public MHD_queue_response(), which the
 * dynamic linker lets a program define for it, as it lets malloc().  Where it does not
 * (a library that was linked with -Bsymbolic-functions) the pages stay as they are. */
#include "http/refusals.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "http/answer.h"

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

static struct MHD_Response *
document_of(unsigned status)
{
	static const char *const headers[][2] = {
		{MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache"},
		{"X-Content-Type-Options", "nosniff"},
		{MHD_HTTP_HEADER_CONNECTION, "close"}};
	struct answer a = {0};
	struct MHD_Response *r;
	size_t n;

	answer_problem(&a, (int)status, NULL, "%s", detail_of(status));
	n = a.body.len;
	r = must(MHD_create_response_from_buffer(
		n, strbuf_take(&a.body), MHD_RESPMEM_MUST_FREE));
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, a.type);
	for (size_t i = 0; i < COUNT_OF(headers); i++)
		MHD_add_response_header(r, headers[i][0], headers[i][1]);
	answer_fini(&a);
	return r;
}

/* In place of the library's, for the library. */
__attribute__((visibility("default"))) enum MHD_Result
MHD_queue_response(struct MHD_Connection *connection, unsigned status,
	struct MHD_Response *response)
{
	struct MHD_Response *document = document_of(status);
	enum MHD_Result result = refusals_queue(connection, status, document);

	(void)response;
	MHD_destroy_response(document);
	return result;
}
