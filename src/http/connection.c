/* What MHD_get_connection_info() points to holds until it is called again (1.0): so it
 * is looked at here, and a value is given. */
#include "http/connection.h"

gnutls_session_t
connection_session(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);

	return info ? info->tls_session : NULL;
}

int
connection_socket(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	return info->connect_fd;
}
