/* Who may ask: a file of "user:hash" lines, the hash as of crypt(3) (`htpasswd -nB`,
 * `mkpasswd`), "#" comments. */
#ifndef HTTP_USERS_H
#define HTTP_USERS_H

#include <stdint.h>

#include "base/err.h"

struct users;

enum users_answer {
	USERS_YES,
	USERS_NO,
	USERS_LATER /* too many passwords were tried just now */
};

/* NULL on error: unreadable, a line that is neither, or no user at all. */
struct users *users_load(const char *path, struct err *e);
void users_free(struct users *u); /* NULL is fine */
/* A hash is slow on purpose: answers are remembered, and the rest is rationed. */
enum users_answer
users_check(struct users *u, const char *name, const char *password, int64_t now_ms);

#endif
