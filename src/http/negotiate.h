/* What a client's headers prefer (RFC 9110, 12 and 13).  Pure; every header may be
 * NULL. */
#ifndef HTTP_NEGOTIATE_H
#define HTTP_NEGOTIATE_H

#include <stdbool.h>

/* True if Accept-Encoding takes gzip, and not less than the identity. */
bool negotiate_gzip(const char *accept_encoding);
/* True if Accept prefers OpenMetrics 1.0.0 to text 0.0.4; at a tie, if it is named
 * first.  Where neither is accepted the text format is the answer. */
bool negotiate_openmetrics(const char *accept);
/* True if Accept prefers a page to JSON, as that of a browser does: text/html is named;
 * at a tie, before what takes JSON. */
bool negotiate_html(const char *accept);
/* True if If-None-Match names `etag` (quotes included), by weak comparison. */
bool negotiate_etag(const char *if_none_match, const char *etag);

#endif
