/* Whether what a client asks to be done, by POST, is done: by whom (guard.h), and how
 * often. */
#ifndef HTTP_ACTION_H
#define HTTP_ACTION_H

#include "http/listener.h"
#include "http/route.h"

struct actions;

struct actions *actions_new(void);
void actions_free(struct actions *a); /* NULL is fine */
/* Who asks. */
struct action_asker {
	bool authenticated; /* as one of users_file, or by a certificate */
	bool certificates;  /* those are asked for, where TLS is spoken */
};

/* True if it may be done; else `out` is the refusal. */
bool actions_allow(struct actions *a, const struct call *call, const struct request *r,
	const struct action_asker *who, struct answer *out);

#endif
