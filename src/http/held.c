/* Libmicrohttpd says when nobody holds a response any more by freeing its body. */
#include "http/held.h"

#include <stdlib.h>

#include "base/mem.h"

enum { USUAL_MAX = 128 << 20 };

struct body {
	struct held *held;
	char *text;
	size_t size;
};

bool
held_is_full(const struct held *h)
{
	return h->bytes >= (h->max ? h->max : USUAL_MAX);
}

static void
free_body(void *arg)
{
	struct body *b = arg;

	b->held->bytes -= b->size;
	free(b->text);
	free(b);
}

struct MHD_Response *
held_response(struct held *h, char *body, size_t size)
{
	struct body *b = xmalloc(sizeof *b);

	*b = (struct body){h, body, size};
	h->bytes += size;
	return must(MHD_create_response_from_buffer_with_free_callback_cls(
		size, body, free_body, b));
}

/* ---- Of pieces ---- */

struct pieces {
	struct rope rope;
	struct rope_gzip gzip;
};

static void
free_pieces(void *arg)
{
	struct pieces *p = arg;

	rope_free(&p->rope);
	free(p);
}

static struct pieces *
share_pieces(const struct rope *body)
{
	struct pieces *p = xcalloc(1, sizeof *p);

	for (size_t i = 0; i < body->n; i++)
		rope_share(&p->rope, body->v[i]);
	return p;
}

static struct MHD_Response *
respond(struct MHD_IoVec *parts, size_t n, struct pieces *owner)
{
	struct MHD_Response *r = must(
		MHD_create_response_from_iovec(parts, (unsigned)n, free_pieces, owner));

	free(parts);
	return r;
}

struct MHD_Response *
held_response_of(const struct rope *body)
{
	struct MHD_IoVec *parts = xcalloc(body->n + 1, sizeof *parts);
	struct pieces *owner = share_pieces(body);

	for (size_t i = 0; i < body->n; i++)
		parts[i] = (struct MHD_IoVec){
			piece_text(body->v[i]), piece_size(body->v[i])};
	return respond(parts, body->n, owner);
}

struct MHD_Response *
held_response_packed(const struct rope *body)
{
	struct MHD_IoVec *parts = xcalloc(body->n + 2, sizeof *parts);
	struct pieces *owner = share_pieces(body);

	rope_pack(body, &owner->gzip);
	parts[0] = (struct MHD_IoVec){owner->gzip.head, ROPE_GZIP_HEAD};
	for (size_t i = 0; i < body->n; i++)
		parts[i + 1].iov_base = piece_packed(body->v[i], &parts[i + 1].iov_len);
	parts[body->n + 1] = (struct MHD_IoVec){owner->gzip.tail, ROPE_GZIP_TAIL};
	return respond(parts, body->n + 2, owner);
}
