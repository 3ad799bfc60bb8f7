/* Building: catalogs made by running migrations in throwaway databases, one after the
 * other, each in a child that the loop waits for. */
#ifndef BUILD_BUILDS_H
#define BUILD_BUILDS_H

#include "build/recipe.h"
#include "catalog/snapshot.h"
#include "loop/loop.h"
#include "pg/session.h"

struct builds;

/* What came of a step.  Valid while it is told. */
struct build_result {
	const struct recipe_step *step;
	/* What was built, `revision` set to the step's (of a file of SQL: to what it
	 * records), without the object that stands for the database itself, which
	 * belongs to the scratch server.  NULL: nothing was, `error` says why.
	 * Borrowed: snapshot_ref() it. */
	struct snapshot *snapshot;
	/* ERR_FORMAT: the migrations are to blame, `revision` is what failed and
	 * `output` the last lines that were said.  All else: they are not (the scratch
	 * server is not there, is refused, the command is none): worth another try
	 * later. */
	struct err error;
	const char *revision; /* or NULL */
	const char *output; /* visible text, lines with '\n' between, no password; "" */
};

/* Called once for each step of a recipe, in order, never from inside builds_want();
 * where one fails, the rest do with it. */
typedef void build_fn(void *arg, const struct build_result *r);

/* Who asks. */
struct build_host {
	/* Append the system identifiers of all servers that are watched, as far as they
	 * are known; asked once a build.  NULL: none is. */
	void (*watched)(void *arg, struct strvec *out);
	void *arg;
	struct pg_servers *servers; /* as of struct pg_target; or NULL */
	const char *application_name;
};

struct builds *builds_new(struct loop *l, const struct build_host *host);
/* Kill what runs; nobody is told any more.  Its database is left behind, for the next
 * builds_sweep(). */
void builds_free(struct builds *b);

/* Nobody is told any more, what runs is killed, and nothing else begins: what is to be
 * waited for is that builds_leaves() nothing. */
void builds_end(struct builds *b);
/* True as long as a database is there that builds_free() would leave behind. */
bool builds_leaves(const struct builds *b);

/* Takes over what `r` holds. */
void builds_want(struct builds *b, struct recipe *r, build_fn *fn, void *arg);
/* Nobody with that argument is told any more; what runs for him is killed. */
void builds_cancel(struct builds *b, void *arg);
/* True as long as something of that argument waits or runs; NULL: of anybody's. */
bool builds_has(const struct builds *b, const void *arg);
/* Drop the databases that were left behind on that server by a program that is gone.
 * Each build does so first. */
void builds_sweep(struct builds *b, const struct build_settings *s);

#endif
