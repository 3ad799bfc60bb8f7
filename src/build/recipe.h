/* What is run to make the catalog of a revision, and by which key that is known.  Pure:
 * migrations and settings go in, no file is read. */
#ifndef BUILD_RECIPE_H
#define BUILD_RECIPE_H

#include "base/hash.h"
#include "build/ddl.h"
#include "migrations/migrations.h"

/* What the keys of all revisions of a graph are made of: to be made once for many. */
struct lineage;
struct lineage *lineage_new(const struct migrations *h);
void lineage_free(struct lineage *l); /* NULL is fine */

/* As the configuration or a command line says; borrowed. */
struct build_settings {
	const char *scratch_dsn; /* URI or keyword string */
	/* None: the default of the tool.  One: it is split into words (argv.h).
	 * Several: they are the words. */
	const struct strvec *command; /* or NULL */
	const char *user;   /* whom to run it as, where we are root; or NULL */
	bool even_root;     /* … as root, where `user` says nobody */
	bool shared;        /* the scratch server may be that of an environment */
	int64_t timeout_ms; /* for one run of the command */
	const char *version_schema, *version_table;
	int64_t max_bytes; /* that a catalog may take */
	/* Of the graph that is asked about; NULL: it is made for each recipe. */
	const struct lineage *lineage;
};

/* One catalog: what the database holds when the command has run for each of these, in
 * this order. */
struct recipe_step {
	struct strvec revision; /* sorted */
	/* SHA-256 of all that it is made by: the files of the revisions and of what
	 * comes before them, comments and white space aside; alembic.ini,
	 * pyproject.toml and env.py; command and settings; this program.  Equal keys:
	 * equal catalogs. */
	char key[HASH_HEX_LEN];
};

/* Of a database that is built, from empty, step by step.  Owns all of it. */
struct recipe {
	struct recipe_step *steps; /* at least one */
	size_t n_steps, cap_steps;
	struct strvec words; /* of the command, with {revision} and the like in them */
	bool usual;          /* nobody has said which command */
	char *home;          /* to run it in */
	char *ini, *section; /* or NULL */
	char *script;        /* the directory of env.py, or NULL */
	char *ddl; /* a file of SQL, or a dump, instead of migrations; or NULL */
	/* Of the settings. */
	char *scratch_dsn, *user, *version_schema, *version_table;
	bool even_root, shared;
	int64_t timeout_ms, max_bytes;
};

/* What can be said of settings before anything is built: false (ERR_CONFIG, with the
 * key in front) for a string of a scratch server that is none, or a command. */
bool recipe_check(const struct build_settings *s, struct err *e) MUST_CHECK;

/* Of what a database has that records these (sorted, at least one).  False (ERR_CONFIG)
 * for a command that is none, ERR_FORMAT for a revision that is not there, for two of
 * which one comes before the other, and where the tool itself would stop. */
bool recipe_of_revision(const struct migrations *h, const struct build_settings *s,
	const struct strvec *revision, struct recipe *out, struct err *e) MUST_CHECK;

/* Which catalogs are there already. */
struct recipe_known {
	bool (*has)(void *arg, const char *key);
	void *arg;
};
struct recipes {
	struct recipe *v;
	size_t n, cap;
};
/* Of each revision by itself (build_all) that is not known (NULL: none is): as few
 * databases as a revision's being built upon another allows, in the order of an
 * upgrade. Errors are those of recipe_of_revision(). */
bool recipes_of_all(const struct migrations *h, const struct build_settings *s,
	const struct recipe_known *known, struct recipes *out,
	struct err *e) MUST_CHECK;
void recipes_free(struct recipes *r);

/* Of a file of SQL or a dump, which was read.  Its step has no revision: what is
 * recorded is what the file says. */
bool recipe_of_ddl(const char *path, const struct ddl *ddl,
	const struct build_settings *s, struct recipe *out, struct err *e) MUST_CHECK;

/* Without a step: what builds_sweep() needs. */
void recipe_of_nothing(const struct build_settings *s, struct recipe *out);
/* All of it but the steps, for another thread. */
void recipe_copy(const struct recipe *r, struct recipe *out);
void recipe_free(struct recipe *r); /* what it holds */

#endif
