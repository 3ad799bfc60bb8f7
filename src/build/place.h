/* How whoever builds is told which database it is to do so in. */
#ifndef BUILD_PLACE_H
#define BUILD_PLACE_H

#include "pg/parts.h"

/* The throwaway database. */
struct place {
	struct pg_parts parts; /* of the scratch server's string, with its name in it */
};

/* Databases that may be made and dropped are named PLACE_PREFIX and 16 hex digits. */
#define PLACE_PREFIX "pgdriftd_build_"
enum { PLACE_NAME_LEN = sizeof PLACE_PREFIX + 16 };
bool place_is_name(const char *name);
/* A name that nobody has had. */
void place_name(char name[PLACE_NAME_LEN]);

/* False (ERR_CONFIG) if that is no connection string, or names a service. */
bool place_of(const char *scratch_dsn, const char *name, struct place *out,
	struct err *e) MUST_CHECK;
/* The same, of what somebody has written down: not "" either, which is whatever server
 * libpq's defaults lead to. */
bool place_check(const char *scratch_dsn, struct err *e) MUST_CHECK;
void place_free(struct place *p);
/* Who has connected, where the string does not say so: it is not whoever runs the
 * command. */
void place_set_user(struct place *p, const char *user);

/* A URL as SQLAlchemy has it, "postgresql+DRIVER://…" (NULL or "": its default).  What
 * it has no word for that every driver takes, place_env() says.  The callers free. */
char *place_url(const struct place *p, const char *driver, bool with_password);
/* libpq's keyword string. */
char *place_dsn(const struct place *p);
/* Append NAME=VALUE: libpq's variables. */
void place_env(const struct place *p, struct strvec *out);

#endif
