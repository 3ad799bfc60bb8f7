/* Where a request ends must be clear: whoever stands between (a proxy) must not see two
 * requests where this server sees one.  RFC 9112, 3 to 6. */
#ifndef HTTP_FRAMING_H
#define HTTP_FRAMING_H

#include <microhttpd.h>
#include <stdbool.h>

/* A request line as libmicrohttpd has read it. */
struct framing {
	const char *method, *version; /* as on_request() has them */
	const char
		*target_at; /* where the target was handed out; it is changed there */
	const char *target; /* a copy of it from before */
};

/* True if libmicrohttpd of that version (MHD_get_version()) refuses by itself, with
 * MHD_OPTION_STRICT_FOR_CLIENT, what may be read in two ways. */
bool framing_is_strict(const char *version);

/* Why a request whose headers have arrived is to be refused with 400 and its connection
 * closed; NULL: it is well-formed. */
const char *framing_fault(struct MHD_Connection *connection, const struct framing *f);

#endif
