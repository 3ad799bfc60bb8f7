/* Which environments a request asks for.  What is none is answered with the reason. */
#ifndef HTTP_WANTED_H
#define HTTP_WANTED_H

#include "http/route.h"
#include "report/groups.h"

enum { WANTED_MOST = 16 }; /* values of `label`, and of `q` */

/* Zero-initialise. */
struct wanted {
	/* Of a form: a field that was left empty says nothing.  Set before reading. */
	bool form;
	struct strvec environments, states, labels, migrations, servers, texts;
	bool grouped;
	const char *group_label; /* NULL: by catalog; borrows from the request */
};

/* Take what the query says of the environments: `environment`, `state`, `label`,
 * `migrations`, `server`, `q`, of each every value once; and `group`.  False: it is
 * answered. */
bool wanted_read(const struct request *r, struct wanted *w, struct answer *out);
struct status_filter wanted_filter(const struct wanted *w); /* borrows */
void wanted_free(struct wanted *w);

/* The parameter `key`, from 1 to `most`; `*n` stays as it is where none is given.
 * False: it is answered. */
bool wanted_number(const struct request *r, const char *key, size_t most, size_t *n,
	struct answer *out);

/* NULL: there is none of that name, and it is answered. */
const struct published_environment *
wanted_environment(const struct request *r, const char *name, struct answer *out);
/* False, and answered, unless all are words of states. */
bool
wanted_states(const struct request *r, const struct strvec *words, struct answer *out);
/* 400: `no state "drfted"; did you mean "drifted"?`; `near` NULL: none is. */
void wanted_refuse(const struct request *r, const char *what, const char *value,
	const char *near, struct answer *out);
/* `no environment named "prdo"; did you mean "prod"?`; `near` NULL: none is. */
void wanted_unknown(const struct request *r, const char *what, const char *name,
	const char *near, struct answer *out);

/* The groups that are asked for; the caller frees with groups_free(). */
void
wanted_make_groups(const struct request *r, const struct wanted *w, struct groups *out);

#endif
