/* A document is printed, hashed and compressed once; a request for it costs a look at
 * two headers. */
#include "http/reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "http/gzip.h"
#include "http/negotiate.h"
#include "http/refusals.h"

enum { GZIP_ABOVE = 200, ETAG_DIGITS = 32 };

enum encoding { ENCODING_IDENTITY, ENCODING_GZIP, ENCODING_COUNT };

struct variant {
	struct MHD_Response *response;
	char etag[ETAG_DIGITS + 8]; /* quoted; "" without */
};

struct reply {
	struct held *held;
	struct answer about; /* all but a body that is text */
	const char *body;    /* the identity response owns it; NULL: it is pieces */
	size_t size;
	bool validated;
	bool gzip_made; /* or found not to be worth it */
	struct variant variants[ENCODING_COUNT];
};

static void
add_header(struct MHD_Response *response, const char *name, const char *value)
{
	if (MHD_add_response_header(response, name, value) != MHD_YES)
		mem_fatal();
}

static void
set_etag(struct reply *r, enum encoding encoding)
{
	struct variant *v = &r->variants[encoding];
	char hex[HASH_HEX_LEN];

	if (!r->validated)
		return;
	if (r->about.validator) {
		hash_of(r->about.validator, strlen(r->about.validator), hex);
		snprintf(v->etag, sizeof v->etag, "W/\"%.*s\"", ETAG_DIGITS, hex);
		return;
	}
	if (encoding == ENCODING_GZIP) {
		snprintf(v->etag, sizeof v->etag, "\"%.*s-gz\"", ETAG_DIGITS,
			r->variants[ENCODING_IDENTITY].etag + 1);
		return;
	}
	if (r->body)
		hash_of(r->body, r->size, hex);
	else
		rope_digest(&r->about.pieces, hex);
	snprintf(v->etag, sizeof v->etag, "\"%.*s\"", ETAG_DIGITS, hex);
}

static void
make_variant(struct reply *r, enum encoding encoding, struct MHD_Response *response)
{
	struct variant *v = &r->variants[encoding];

	set_etag(r, encoding);
	v->response = response;
	add_header(v->response, MHD_HTTP_HEADER_CONTENT_TYPE, r->about.type);
	add_header(v->response, MHD_HTTP_HEADER_CACHE_CONTROL,
		r->about.cache ? r->about.cache : "no-cache");
	add_header(v->response, MHD_HTTP_HEADER_VARY,
		r->about.by_accept ? "Accept, Accept-Encoding" : "Accept-Encoding");
	add_header(v->response, "X-Content-Type-Options", "nosniff");
	if (*v->etag)
		add_header(v->response, MHD_HTTP_HEADER_ETAG, v->etag);
	if (encoding == ENCODING_GZIP)
		add_header(v->response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
	if (r->about.policy)
		add_header(v->response, "Content-Security-Policy", r->about.policy);
	if (r->about.closes)
		add_header(v->response, MHD_HTTP_HEADER_CONNECTION, "close");
	if (r->about.header)
		add_header(v->response, r->about.header, r->about.header_value);
}

struct reply *
reply_new(struct held *held, struct answer *a, bool validated)
{
	struct reply *r = xcalloc(1, sizeof *r);
	bool whole = a->pieces.n == 0;
	size_t len = a->body.len;
	char *body = whole ? strbuf_take(&a->body) : NULL;

	r->held = held;
	r->validated = validated && a->status == 200;
	r->body = body;
	r->about = *a;
	*a = (struct answer){0};
	r->size = whole ? len : r->about.pieces.size;
	make_variant(r, ENCODING_IDENTITY,
		whole ? held_response(held, body, r->size)
		      : held_response_of(&r->about.pieces));
	return r;
}

void
reply_free(struct reply *r)
{
	if (!r)
		return;
	for (int i = 0; i < ENCODING_COUNT; i++)
		if (r->variants[i].response)
			MHD_destroy_response(r->variants[i].response);
	answer_fini(&r->about);
	free(r);
}

size_t
reply_size(const struct reply *r)
{
	return r->size;
}

/* NULL if it would not be smaller. */
static struct MHD_Response *
gzip_response(const struct reply *r)
{
	char *packed;
	size_t n;

	if (!r->body)
		return held_response_packed(&r->about.pieces);
	packed = gzip_of(r->body, r->size, &n);
	return packed ? held_response(r->held, packed, n) : NULL;
}

static struct variant *
choose_variant(struct reply *r, struct MHD_Connection *connection)
{
	struct variant *gzip = &r->variants[ENCODING_GZIP];
	struct MHD_Response *packed;

	if (r->size <= GZIP_ABOVE ||
		!negotiate_gzip(MHD_lookup_connection_value(
			connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT_ENCODING)))
		return &r->variants[ENCODING_IDENTITY];
	if (!r->gzip_made) {
		r->gzip_made = true;
		packed = gzip_response(r);
		if (packed)
			make_variant(r, ENCODING_GZIP, packed);
	}
	return gzip->response ? gzip : &r->variants[ENCODING_IDENTITY];
}

/* A 304 is the very response without its body, and so repeats what RFC 9110, 15.4.5
 * asks for. */
enum MHD_Result
reply_queue(struct reply *r, struct MHD_Connection *connection, int *code)
{
	struct variant *v = choose_variant(r, connection);
	const char *known = MHD_lookup_connection_value(
		connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_IF_NONE_MATCH);

	*code = r->about.status;
	if (*v->etag && known && negotiate_etag(known, v->etag))
		*code = MHD_HTTP_NOT_MODIFIED;
	return refusals_queue(connection, (unsigned)*code, v->response);
}
