/* Messages on their way, any number at once: libcurl's multi interface on the loop. Its
 * only includer here. */
#ifndef RECEIVERS_SENDER_H
#define RECEIVERS_SENDER_H

#include "loop/loop.h"
#include "receivers/outcome.h"

struct sender;
struct delivery;

/* What is posted; all of it is copied. */
struct parcel {
	const char *url;
	const char *authorization; /* value of the header; or NULL */
	const char *ca_file;       /* or NULL: the system's */
	const char *id;            /* of the header Idempotency-Key */
	const char *body;          /* JSON */
	int64_t timeout_ms;        /* for all of it */
};

struct sender *sender_new(struct loop *l);
/* What is on its way is broken off, and nobody is told. */
void sender_free(struct sender *s);
/* Post it.  Redirects are not followed, no other protocol than http and https is
 * spoken, certificates are verified, and of the answer no more than its status,
 * Retry-After and 64 KiB of its body are taken.  Proxies are those of the environment
 * (http_proxy, …). Calls `done` exactly once, in a turn of its own. */
struct delivery *sender_post(struct sender *s, const struct parcel *p,
	void (*done)(void *arg, const struct answer *a), void *arg);
/* Break it off; before the callback only. */
void delivery_cancel(struct delivery *d);
/* False if this libcurl resolves names by blocking whoever asks. */
bool sender_resolves_aside(void);

#endif
