/* A Unix socket to listen on: who may connect is said by the file's mode and group. */
#ifndef HTTP_UNIX_SOCKET_H
#define HTTP_UNIX_SOCKET_H

#include <sys/stat.h>
#include <sys/un.h>

#include "base/err.h"

struct unix_access {
	mode_t mode;
	const char *group; /* a name or a number; NULL: as a new file has it */
};

/* The same, found and tried. */
struct unix_grant {
	mode_t mode;
	gid_t gid;
	bool named; /* by unix_access.group */
};

/* The file of a socket, to know it again. */
struct unix_file {
	dev_t dev;
	ino_t ino;
};

/* A bound, listening, non-blocking socket; -1 on error.  What a daemon that has died
 * left there is replaced; what somebody listens on, and what is no socket, is not. */
int unix_socket_open(
	const struct sockaddr_un *at, const struct unix_access *a, struct err *e);
/* What that is for a socket at `path`, and whether there is such a group that a socket
 * of ours may be given to; no file is touched. */
bool unix_socket_grant(const char *path, const struct unix_access *a,
	struct unix_grant *out, struct err *e) MUST_CHECK;
/* Give the file at `path` its group and mode. */
bool unix_socket_allow(
	const char *path, const struct unix_grant *g, struct err *e) MUST_CHECK;
/* The group and mode that the file at `path` has. */
bool unix_socket_granted(const char *path, struct unix_grant *out);
/* What file a socket has at `path`; false if there is none. */
bool unix_socket_file(const char *path, struct unix_file *out);
/* Remove it if it is still that one. */
void unix_socket_remove(const char *path, const struct unix_file *known);

#endif
