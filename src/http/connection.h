/* What libmicrohttpd knows of a connection. */
#ifndef HTTP_CONNECTION_H
#define HTTP_CONNECTION_H

#include <gnutls/gnutls.h>
#include <microhttpd.h>

/* NULL: it is without TLS. */
gnutls_session_t connection_session(struct MHD_Connection *connection);
int connection_socket(struct MHD_Connection *connection);

#endif
