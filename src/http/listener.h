/* Connections that have been accepted, served by libmicrohttpd inside the loop, without
 * a thread. */
#ifndef HTTP_LISTENER_H
#define HTTP_LISTENER_H

#include <microhttpd.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"
#include "http/places.h"
#include "http/tls.h"
#include "loop/loop.h"

struct listener;

/* A request whose headers, and body if it is a small one, have arrived. */
struct call {
	struct listener *listener;
	struct MHD_Connection *connection;
	const char *method;
	const char *target; /* as written, neither decoded nor cut */
	bool too_large;     /* it announces a body that is not going to be read */
	const char *fault;  /* why it is to be refused with 400; NULL: well-formed */
	bool is_last; /* the connection ends with the answer, which has to say so */
};

/* Queue an answer; what it returns goes to libmicrohttpd. */
typedef enum MHD_Result listener_fn(void *arg, const struct call *call);

/* From where somebody comes. */
struct peer_at {
	struct sockaddr_storage at;
	socklen_t len;
};

struct listener_options {
	struct loop *loop;
	const struct tls *tls; /* is copied */
	struct places *places; /* each connection takes one */
	int64_t idle_timeout_ms;
	listener_fn *answer;
	/* Of a client whose certificate was refused, and where it is connected to. */
	void (*refused)(void *arg, int fd, const char *why, const char *subject);
	void *arg;
};

/* NULL on error. */
struct listener *listener_new(const struct listener_options *o, struct err *e);
void listener_free(struct listener *l); /* closes all; NULL is fine */
/* Serve a connection, whose descriptor is taken over whatever happens; never called
 * from within an answer. */
void listener_serve(struct listener *l, int fd, const struct peer_at *from);
/* How many there are. */
unsigned listener_connections(const struct listener *l);
/* True if it was made with the same. */
bool listener_has_tls(const struct listener *l, const struct tls *t);
/* Let the answers that are under way arrive.  Each connection ends then; one that was
 * answered and only waits for another request ends soon, one that has asked for nothing
 * yet is waited for. */
void listener_drain(struct listener *l);
/* True once all of those have ended: it may be freed. */
bool listener_is_drained(const struct listener *l);
/* Go on with a request whose answer was put off (MHD_suspend_connection()): it is asked
 * for again in a later turn. */
void listener_resume(struct listener *l, struct MHD_Connection *connection);
/* The subject of the certificate that the client of a request has shown; the caller
 * frees. NULL: none. */
char *listener_client(const struct call *call);

#endif
