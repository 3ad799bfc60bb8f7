/* Asks a running pgdriftd over HTTP, for the commands `status` and `wait`.  The only
 * includer of libcurl. */
#ifndef DAEMON_CLIENT_H
#define DAEMON_CLIENT_H

#include "base/err.h"
#include "base/json.h"
#include "conf/conf.h"

struct client {
	const char *url;    /* "http://127.0.0.1:10432"; may hold user and password */
	const char *cacert; /* file, or NULL: the system's */
};

/* GET `path` and parse the JSON body; the caller deletes it.  NULL if there was no
 * answer or the answer is no JSON.  `*status` is the HTTP status, 0: no answer. */
cJSON *
client_get(const struct client *c, const char *path, long *status, struct err *e);

/* The URL from its host on, without user and password: fit to be shown. */
const char *client_where(const struct client *c);

/* The first address of http.listen as a URL; the caller frees. */
char *client_url_of(const struct conf *conf);

#endif
