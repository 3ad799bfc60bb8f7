/* The HTTP interface (contract 3): libmicrohttpd inside the loop, no thread.  Reads
 * published state, and can ask for a check; the only room that knows libmicrohttpd. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "base/err.h"
#include "base/strbuf.h"
#include "http/tls.h"
#include "http/unix_socket.h"
#include "loop/loop.h"
#include "monitor/points.h"
#include "monitor/published.h"
#include "report/changes.h"
#include "report/groups.h"
#include "report/story.h"

struct http_server;

/* The first six a reload may change. */
struct http_options {
	/* "127.0.0.1:10432", "[::1]:10432", "*:10432", "unix:/run/pgdriftd/http.sock"
	 */
	const struct strvec *listen;
	struct unix_access access; /* of Unix sockets */
	struct tls_files tls;
	const char *users_file;   /* NULL: none */
	const char *external_url; /* as conf/external.h takes it; NULL: none */
	const int *listen_fds;    /* handed over by systemd; NULL: none */
	size_t n_listen_fds;
	int max_connections;
	size_t max_held; /* bytes that answers take (held.h); 0: as is usual */
	int64_t idle_timeout_ms;
	int64_t loop_stall_ms; /* /healthz fails once the loop has not turned for this
				*/
};

/* State changes newest first as JSON, for /history; NULL: they cannot be read: 503.
 * The caller frees. */
typedef char *
http_history_fn(void *arg, const char *environment, int64_t since_ms, size_t limit);

/* What changed (report/changes.h); NULL: it cannot be read: 503.  The caller
 * deletes it. */
typedef cJSON *http_changes_fn(void *arg, const struct changes_wish *w);

/* What became of it (report/story.h); NULL: nothing is kept or, with `*failed`, it
 * cannot be read.  The caller deletes it. */
typedef cJSON *http_story_fn(void *arg, const struct story_wish *w, bool *failed);

/* What it had at two points of time (monitor/points.h); fills a zeroed answer. */
typedef void
http_points_fn(void *arg, const struct points_wish *w, struct points_answer *out);

/* True if there is any history of `environment`, by that name now or before. */
typedef bool http_has_history_fn(void *arg, const char *environment);

/* Have a check of an environment made that begins at `*began_ms` (wall clock) or later;
 * false if that cannot be. */
typedef bool http_check_fn(void *arg, const char *environment, int64_t *began_ms);

struct http_source {
	const struct published *(*published)(void *arg);
	http_history_fn *history;         /* NULL: no history is kept */
	http_changes_fn *changes;         /* NULL: the same */
	http_story_fn *story;             /* NULL: the same */
	http_points_fn *points;           /* NULL: the same */
	http_has_history_fn *has_history; /* NULL: of what is watched only */
	http_check_fn *check;             /* NULL: none is made on demand */
	shape_fn *shape;                  /* NULL: groups are by fingerprint alone */
	variant_fn *variant;              /* NULL: groups are not compared */
	/* How notifications fare; NULL: nobody is told of anything. */
	const struct receiving *(*receiving)(void *arg, size_t *n);
	const char *libpq_version;           /* NULL: not told */
	const struct strvec *restart_needed; /* keys; NULL: none */
	void *arg;
};

/* Bind every address and serve; with sockets handed over, serve those instead.  NULL on
 * error: nothing that was opened here is left open, and those handed over may be. */
struct http_server *http_server_new(struct loop *l, const struct http_options *o,
	const struct http_source *source, struct err *e);
void http_server_free(struct http_server *s);
/* Let nobody in any more; who has been let in is answered, and sent away. */
void http_server_end(struct http_server *s);
bool http_server_has_ended(struct http_server *s);
/* What is going to take the place of sockets, certificates and users: read, tried,
 * opened, and ready to serve.  NULL on error, and all is as it was. */
struct http_change;
struct http_change *
http_change_new(struct http_server *s, const struct http_options *o, struct err *e);
/* It is not taken. */
void http_change_free(const struct http_server *s, struct http_change *c);
/* Take it, and free it.  It fails only where the file of a Unix socket has been changed
 * by others meanwhile, and all is as it was then.  An address that goes, and other
 * certificates, end the connections that are open there, each once its answer has
 * arrived; what is served as before keeps them. */
bool http_server_take(
	struct http_server *s, struct http_change *c, struct err *e) MUST_CHECK;
/* The addresses that are listened on, as numbers where they were handed over. */
void http_server_addresses(const struct http_server *s, struct strvec *out);
/* Another URL under which it is reached, which conf/external.h takes; NULL: none. */
void http_server_set_external(struct http_server *s, const char *url);
/* The port of the i-th listener (for listen port 0 in tests); 0 if there is none. */
unsigned http_server_port(const struct http_server *s, size_t i);

#endif
