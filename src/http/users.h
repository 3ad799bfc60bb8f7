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
	USERS_UNKNOWN /* its hash has to be made */
};

/* NULL on error: unreadable, a line that is neither, or no user at all. */
struct users *users_load(const char *path, struct err *e);
void users_free(struct users *u); /* NULL is fine */
/* Before anything is asked of `u`, which takes the place of `old`: the good answers of
 * those whose hash is the same stay known.  Either may be NULL. */
void users_inherit(struct users *u, const struct users *old);
/* True if there is a user of that name. */
bool users_has(const struct users *u, const char *name);
/* What is remembered of earlier answers.  `digest` (HASH_HEX_LEN) names the question.
 */
enum users_answer users_known(
	const struct users *u, const char *name, const char *password, char *digest);
/* The hash to hold the password against: an unknown name costs what a known one does.
 */
const char *users_hash(const struct users *u, const char *name);
/* Slow on purpose, and for any thread: pure. */
bool users_matches(const char *password, const char *hash);
/* Remember what came of it.  True: the user may ask. */
bool users_learn(struct users *u, const char *name, const char *hash,
	const char *digest, bool matches);
/* The first user whose hash takes long, by its parameters; NULL: none. */
const char *users_costly(const struct users *u);

#endif
