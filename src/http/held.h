/* How much memory the bodies of answers take, for as long as anybody has yet to be sent
 * one or it is kept: a client that does not read holds what it asked for.  Pieces that
 * are kept for whoever asks next (mosaic.h) do not count until others have taken their
 * place. */
#ifndef HTTP_HELD_H
#define HTTP_HELD_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

#include "http/piece.h"

/* Has to outlive every response that was made with it; zeroed at the begin. */
struct held {
	size_t bytes;
	size_t max; /* 0: the usual, of which what is kept takes half at most */
};

/* True if no large answer is to be made now.  One that is made before that may go over
 * it, whatever its size: so each can be had. */
bool held_is_full(const struct held *h);
/* A response with that body, which was allocated by malloc() and is taken over. */
struct MHD_Response *held_response(struct held *h, char *body, size_t size);
/* One of the pieces themselves, which are sent without being copied. */
struct MHD_Response *held_response_of(const struct rope *body);
/* The same as gzip; what is not compressed yet is. */
struct MHD_Response *held_response_packed(const struct rope *body);

#endif
