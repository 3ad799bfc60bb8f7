/* An answer made ready to be sent any number of times: libmicrohttpd's responses in
 * both encodings, and their ETags. */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include <microhttpd.h>

#include "http/answer.h"
#include "http/held.h"

struct reply;

/* Takes over what `a` holds and empties it; the body counts in `held`. */
struct reply *reply_new(struct held *held, struct answer *a, bool validated);
/* What is being sent is not touched. */
void reply_free(struct reply *r);
size_t reply_size(const struct reply *r);
/* Send it as the request's headers ask.  `*code` becomes the status that was sent. */
enum MHD_Result
reply_queue(struct reply *r, struct MHD_Connection *connection, int *code);

#endif
