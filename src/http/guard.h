/* Who may have something done, by POST.  What is only read is open to more. */
#ifndef HTTP_GUARD_H
#define HTTP_GUARD_H

#include <stdbool.h>
#include <stdint.h>

enum guard_peer { PEER_REMOTE, PEER_LOOPBACK, PEER_UNIX };

/* What is known of a request; headers are NULL where it has none. */
struct guard_request {
	bool authenticated; /* as one of users_file, or by a certificate */
	enum guard_peer peer;
	const char *host, *origin, *fetch_site;
	bool forwarded;       /* by a proxy, which may be on this machine for others */
	const char *external; /* the origin of http.external_url; NULL: not set */
	bool certificates;    /* client_ca_file asks for them where TLS is spoken */
};

/* NULL if it may; else why not, a literal.  A page of another origin may not, whoever
 * looks at it (Fetch standard, Origin and Sec-Fetch-Site); nor one whose own name was
 * made to point at this machine. */
const char *guard_refusal(const struct guard_request *r);

/* A bucket of `burst` tokens that fills by `per_s` a second. */
struct guard_bucket {
	double tokens;
	int64_t at_ms; /* monotonic; 0: full */
};
/* Take a token; false if there is none. */
bool guard_take(struct guard_bucket *b, double per_s, double burst, int64_t now_ms);

#endif
