/* What is sent: a message in the words of each kind of receiver.  Pure. */
#ifndef RECEIVERS_BODY_H
#define RECEIVERS_BODY_H

#include "base/strbuf.h"
#include "receivers/notice.h"

/* One change, with what the receiver was told of that environment before; NULL:
 * nothing. */
struct message_part {
	const struct notice *notice, *told;
};

struct message {
	const char *receiver;         /* its name */
	char id[NOTICE_ID_LEN];       /* the same whenever it is tried */
	const struct message_part *v; /* at least one */
	size_t n;
	const char *external_url; /* of http, without a slash at its end; or NULL */
	int64_t now_ms;
};

struct body_kind {
	const char *word;
	const char *path; /* that is added to the URL, unless it ends so; or NULL */
	int64_t renew_ms; /* what stands is told again after that; 0: never */
	void (*write)(const struct message *m, struct strbuf *out);
};

/* That of a configuration's word, which is one of them. */
const struct body_kind *body_kind(const char *word);
/* Where it is posted to; the caller frees. */
char *body_url(const struct body_kind *k, const char *url);
/* Fill m->id from its parts. */
void message_identify(struct message *m);

#endif
