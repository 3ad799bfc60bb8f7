/* What libmicrohttpd refuses by itself, before anybody is asked: a problem document in
 * place of its page of HTML. */
#ifndef HTTP_REFUSALS_H
#define HTTP_REFUSALS_H

#include <microhttpd.h>

/* MHD_queue_response() for answers of our own: everything else that is queued is one of
 * the library's. */
enum MHD_Result refusals_queue(struct MHD_Connection *connection, unsigned status,
	struct MHD_Response *response);

#endif
