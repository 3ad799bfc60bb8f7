/* Which environments there are by a configuration: those that a reload leaves are the
 * same objects as before it, whatever it changes of them. */
#ifndef MONITOR_ROSTER_H
#define MONITOR_ROSTER_H

#include "monitor/queue.h"

/* Zeroed: none. */
struct roster {
	struct environment **v; /* as configured */
	size_t n;
	struct strmap *names;
	/* A list of each migrations block, and of each file of SQL that they are held
	 * against. */
	struct strmap *of, *of_ddl;
};

/* Makes one that was not there before; NULL with the reason if it is configured wrong.
 */
struct roster_maker {
	bool same_files; /* nobody has asked to read those of the environments again */
	struct environment *(*make)(
		void *arg, const struct conf_environment *c, struct err *e);
	void *arg;
};

/* Those of `conf` that are enabled: of `before`, made ready for
 * environment_take_conf(), and new ones.  False with the reason if one of them is
 * configured wrong; then nothing is left over. */
bool roster_read(struct roster *now, const struct roster *before,
	const struct conf *conf, const struct roster_maker *m,
	struct err *e) MUST_CHECK;
/* Free the list; the environments stay. */
void roster_fini(struct roster *r);
/* Those of the migrations block `name`. */
struct environment *const *
roster_of(const struct roster *r, const char *name, size_t *n);
/* Those with expect = "ddl:PATH". */
struct environment *const *
roster_of_ddl(const struct roster *r, const char *path, size_t *n);
/* NULL: there is none of that name; `name` may be NULL. */
struct environment *roster_find(const struct roster *r, const char *name);
/* Free those that roster_read() did not take over, whatever is under way of them, and
 * the list. */
void roster_drop_gone(struct roster *before, struct queue *q);
/* Those of `only` (NULL or empty: all), or that come of a template in it, are wanted,
 * and what they refer to. */
void roster_want(const struct roster *r, const struct strvec *only);

#endif
