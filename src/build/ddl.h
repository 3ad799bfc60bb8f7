/* A schema as a file of SQL, or a dump. */
#ifndef BUILD_DDL_H
#define BUILD_DDL_H

#include "base/err.h"
#include "base/hash.h"

struct ddl {
	char digest[HASH_HEX_LEN]; /* of its bytes */
	bool archive;              /* pg_restore reads it; else psql */
};

/* Waits for the disk: to be called in a thread.  ERR_IO with the path; a directory is
 * none.  ERR_FORMAT for SQL that includes other files: what it makes is not known by
 * its bytes. */
bool ddl_read(const char *path, struct ddl *out, struct err *e) MUST_CHECK;

#endif
