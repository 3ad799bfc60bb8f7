/* What the answer to a message means, and when to try again.  Pure. */
#ifndef RECEIVERS_OUTCOME_H
#define RECEIVERS_OUTCOME_H

#include <stdint.h>

/* Why there was no answer. */
enum trouble {
	TROUBLE_NONE,    /* there was one */
	TROUBLE_FILE,    /* a file that it needs cannot be read */
	TROUBLE_URL,     /* it is no URL that can be used */
	TROUBLE_RESOLVE, /* the name of its host has no address */
	TROUBLE_CONNECT, /* nobody listens there, or it is out of reach */
	TROUBLE_TLS,     /* no TLS, or a certificate that is not trusted */
	TROUBLE_TIMEOUT, /* it did not answer in time */
	TROUBLE_CUT,     /* it ended the connection before an answer */
	TROUBLE_GARBAGE, /* what it said is no HTTP */
	TROUBLE_OTHER,
	TROUBLE_COUNT
};

struct answer {
	enum trouble trouble;
	long status;            /* of HTTP; 0: none */
	int64_t retry_after_ms; /* as it asks for; 0: it does not */
};

enum outcome {
	OUTCOME_DELIVERED,
	OUTCOME_REFUSED,   /* it would be again: drop the message */
	OUTCOME_TOO_LARGE, /* a part of it may be taken */
	OUTCOME_RETRY
};

/* 2xx: delivered, whatever follows in its body.  A redirect is refused: the message and
 * its URL are for nobody else.  So is 4xx, but for 408, 425 and 429, and 413, which
 * says that there is too much of it. */
enum outcome outcome_of(const struct answer *a);
/* A word for metrics, of which there are few. */
const char *outcome_reason(const struct answer *a);
/* Why it was not delivered, in words that repeat nothing of what either side sent; the
 * caller frees. */
char *outcome_text(const struct answer *a);

/* How long to wait after so many failures in a row (1: the first): 2 s, doubled each
 * time, to 5 minutes; longer where the receiver asks for that, to an hour. */
int64_t outcome_backoff_ms(unsigned failures, const struct answer *a);

#endif
