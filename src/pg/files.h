/* The files that libpq opens by itself, in the middle of the loop: one that is a FIFO
 * or a device would hold it for ever. */
#ifndef PG_FILES_H
#define PG_FILES_H

#include <libpq-fe.h>

#include "base/err.h"

/* Those of services (PGSERVICEFILE, .pg_service.conf, …), before libpq reads a string.
 * False, ERR_CONNECT with the path, if one would not do. */
bool files_check_services(struct err *e) MUST_CHECK;
/* Certificates, keys and lists of revocations, as named in `list` or by default, and
 * the lists of a directory of such.  Of
 * the file of passwords, of which libpq itself opens none that is not plain, the size.
 */
bool files_check_options(const PQconninfoOption *list, struct err *e) MUST_CHECK;

#endif
