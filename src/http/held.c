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
