/* Who may ask, without waiting in the loop for a password's hash: it is made in a
 * thread, while the request that needs it is set aside. */
#ifndef HTTP_AUTH_H
#define HTTP_AUTH_H

#include "http/listener.h"
#include "http/logins.h"
#include "http/users.h"

struct auth;

enum auth_answer {
	AUTH_YES,
	AUTH_NO,
	AUTH_LATER, /* too many were tried: `*retry_s` says when to come again */
	AUTH_WAITS  /* the request is set aside, and is going to be asked about again */
};

/* What fails is told to `k`. */
struct auth *auth_new(struct loop *l, struct logins *k);
/* Before the listeners: what was set aside is given back to them. */
void auth_free(struct auth *a); /* NULL is fine */
/* Of the users that auth_replace() gave last. */
enum auth_answer auth_ask(struct auth *a, const struct call *call, int *retry_s);
/* True if it is remembered that they may: then auth_ask() says so as well. */
bool auth_knows(const struct auth *a, const struct call *call);
/* `u` is kept by the caller as long as it is asked for. */
void auth_replace(struct auth *a, struct users *u);

#endif
