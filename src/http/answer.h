/* An answer before it is sent: status, type, body, a policy, and at most one header
 * more. Knows nothing of libmicrohttpd, so that handlers are tested without a socket.
 */
#ifndef HTTP_ANSWER_H
#define HTTP_ANSWER_H

#include <stdint.h>

#include "base/json.h"
#include "base/strbuf.h"
#include "http/piece.h"

struct answer {
	int status;
	const char *type; /* a literal */
	struct strbuf body;
	struct rope pieces; /* the body, where it has any */
	bool by_accept;     /* another Accept could have had another type */
	/* What decides over the body, where that is less than the body itself: then the
	 * ETag is weak (RFC 9110, 8.8.1).  NULL: the body. */
	char *validator;
	const char *cache;  /* Cache-Control; a literal, NULL: ask again each time */
	const char *policy; /* Content-Security-Policy; a literal, NULL: none */
	/* Of a problem: what its document says, and the name that was most likely
	 * meant, or NULL. */
	char *detail, *near;
	const char *header; /* a literal, NULL: none */
	char *header_value;
	bool closes; /* the connection ends with it */
};

extern const char answer_type_json[], answer_type_text[];

/* Each fills a zeroed answer. */

/* Print and free `document`. */
void answer_json(struct answer *a, int status, cJSON *document);
void answer_text(struct answer *a, int status, const char *text);
/* RFC 9457, with `instance` the path as the client wrote it; NULL: it is not known. */
void answer_problem(struct answer *a, int status, const char *instance,
	const char *detail, ...) PRINTF_LIKE(4, 5);
/* Of a problem: the name that was most likely meant; NULL: none is near. */
void answer_near(struct answer *a, const char *name);
/* For good, by the same method. */
void answer_redirect(struct answer *a, const char *location);
void answer_header(struct answer *a, const char *name, const char *value);
void answer_fini(struct answer *a);

/* "Not Found" of 404; for the statuses that this program sends. */
const char *answer_phrase(int status);

#endif
