/* The configuration: plain data, validated as a whole, immutable once loaded. */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "base/strmap.h"

enum { CONF_MAX_ERRORS = 20 };

struct conf_service {
	int64_t interval_ms;
	double jitter; /* fraction: "10%" is 0.1 */
	int max_concurrent_checks, max_checks_per_server;
	bool keep_connection;
	int workers; /* 0: as many as fit the machine */
	int confirm;
	char *state_dir;  /* absolute; "": nothing is kept */
	char *log_format; /* auto, journal, logfmt, json */
	char *log_level;
	char *environments; /* "listed" or "none" */
	int max_findings;
	struct strvec metric_labels; /* names */
	int64_t repeat_ms;
	int64_t migrating_max_ms;
	int64_t history_keep_ms;
	int64_t history_max_size; /* bytes */
	char *scratch_dsn;        /* NULL: none */
	bool scratch_shared;
	char *build_user; /* NULL: whoever we are */
	int64_t build_timeout_ms;
};

struct conf_http {
	struct strvec listen;
	int socket_mode;    /* of Unix sockets, as chmod(2) takes it */
	char *socket_group; /* a name or a number; NULL: the daemon's own */
	char *cert_file, *key_file, *client_ca_file, *users_file; /* NULL: not set */
	struct strvec client_names; /* of certificates of clients; empty: any */
	struct strvec allow;        /* what is no caution: cautions.h */
	char *external_url;         /* external.h; NULL: not set */
	int max_connections;
	int64_t idle_timeout_ms;
};

struct conf_migrations {
	char *name;
	char *tool;
	/* Absolute.  The first is what the user meant; the rest further ones. */
	struct strvec path;
	struct strvec archives; /* absolute */
	char *section;          /* of the alembic.ini; NULL: the usual one */
	struct strvec allow;    /* problems that do not count */
	bool recursive;
	/* Where its catalogs are built (NULL: nowhere), and by which command: none is
	 * the tool's own, one is split into words, several are the words. */
	char *scratch_dsn;
	struct strvec build;
	char *build_user; /* NULL: whoever we are */
	int64_t build_timeout_ms;
	bool build_all, scratch_shared;
	char *place;    /* "FILE:LINE" where its block begins, for messages */
	uint64_t given; /* which keys were set: private to conf/ */
};

enum expect_kind {
	EXPECT_NONE,
	EXPECT_ENVIRONMENT,
	EXPECT_SNAPSHOT,  /* a file */
	EXPECT_SNAPSHOTS, /* a directory, by recorded revision */
	EXPECT_BASELINE,
	EXPECT_MIGRATIONS, /* built, of the recorded revision */
	EXPECT_DDL         /* built, of a file of SQL or a dump */
};

struct conf_environment {
	char *name;
	char *was; /* its name before, or NULL */
	char *dsn;
	char *discover; /* "databases", "schemas": a template (discovered.h); NULL: none
			 */
	struct strvec discover_match;
	int discover_limit;
	int64_t discover_interval_ms;
	char *of_schema; /* it is of that schema alone, by a template; or NULL */
	char *password_file, *password_command; /* file: made absolute */
	char *migrations;                       /* NULL: none */
	struct strvec head;     /* ids or labels; empty: from the migrations */
	char *head_environment; /* head = { "environment:dev" } */
	char *version_schema, *version_table; /* split from version_table, raw */
	enum expect_kind expect;
	char *expect_target; /* environment's name, or an absolute path; else NULL */
	char *capture; /* the directory of capture = "snapshots:DIR", absolute; or NULL
			*/
	struct strvec schemas;
	/* "NAME=NAME": here, and as expected. */
	struct strvec roles, schema_names;
	struct strvec ignore, ignore_presets;
	struct strvec labels; /* labels.h */
	char *ignore_file;    /* absolute, or NULL */
	int64_t interval_ms;
	int64_t migrating_max_ms;
	int64_t connect_timeout_ms, check_timeout_ms, statement_timeout_ms,
		lock_timeout_ms;
	int64_t max_catalog_size; /* bytes */
	int confirm;
	bool column_order, owners, grants, comments, generated_names, body_whitespace,
		locale;
	char *partitions; /* parent, count, compare */
	bool keep_connection;
	bool allow_empty;
	bool baseline_follows_revision;
	bool enabled;
	char *place;    /* "FILE:LINE" where its block begins, for messages */
	uint64_t given; /* which keys were set: private to conf/ */
};

struct conf_receiver {
	char *name;
	char *kind;                          /* json, slack, alertmanager */
	char *url;                           /* a secret; or NULL */
	char *url_file, *authorization_file; /* absolute, or NULL */
	char *ca_file;                       /* absolute, or NULL: the system's */
	struct strvec states;                /* words; empty: the usual ones */
	char *severity;                      /* breaking, additive, cosmetic */
	struct strvec environments;          /* globs; empty: all */
	struct strvec labels;                /* labels.h, the values globs */
	bool send_resolved;
	int64_t batch_wait_ms, timeout_ms, retry_for_ms;
	int max_queue;
	char *place;    /* "FILE:LINE" where its block begins, for messages */
	uint64_t given; /* which keys were set: private to conf/ */
};

struct conf {
	struct conf_service service;
	struct conf_http http;
	struct conf_migrations *migrations;
	size_t n_migrations;
	struct conf_environment *environments;
	size_t n_environments;
	struct conf_receiver *receivers;
	size_t n_receivers;
	/* Where each stands by its name; NULL: they are looked through. */
	struct strmap *migrations_by_name, *environments_by_name;
	struct strvec files; /* read, in order */
};

/* What a load has to say, one message each: "FILE:LINE: what is wrong; remedy".  A
 * warning never makes a load fail.  Zero-initialise. */
struct conf_errors {
	struct strvec messages; /* at most CONF_MAX_ERRORS */
	struct strvec warnings;
};

/* Read `path` and, beside it, the *.conf of conf.d in name order; apply PGDRIFTD_… from
 * the process's environment over it; validate all.  NULL if anything is wrong, with
 * every message in `errors`.  `path` NULL: the default file.  Relative paths of a file
 * are relative to its directory, password_file to $CREDENTIALS_DIRECTORY if that is
 * set, the files of http to that if it has them; those of a variable or an override to
 * the working directory. */
struct conf *conf_load(const char *path, struct conf_errors *errors);
/* Whose files are looked for: what a command leaves to the daemon need not be there,
 * nor be readable by who runs it. */
enum conf_use {
	CONF_SERVED,   /* all, as conf_load() does */
	CONF_VERIFIED, /* all; where who runs it may not read one, how to is said */
	CONF_WORKED,   /* all but those of http */
	CONF_ASKED     /* none: it is asked where the daemon is, and for names */
};
struct conf *
conf_load_as(enum conf_use use, const char *path, struct conf_errors *errors);
/* True if it says that nothing is to be watched. */
bool conf_wants_none(const struct conf *c);
void conf_free(struct conf *c);
void conf_errors_free(struct conf_errors *e);
/* SYSCONFDIR/pgdriftd/pgdriftd.conf. */
const char *conf_default_file(void);

/* Set a key of service or http ("service.interval", "http.listen") over what was
 * loaded; a list's values are separated by commas.  False with a message that begins
 * with "KEY: " if it is no key or no value for it; `c` is as before then. */
bool conf_override(struct conf *c, const char *key, const char *value,
	struct conf_errors *errors) MUST_CHECK;

/* NULL: there is none of that name. */
const struct conf_environment *conf_environment(const struct conf *c, const char *name);
const struct conf_migrations *conf_migrations(const struct conf *c, const char *name);
const struct conf_receiver *conf_receiver(const struct conf *c, const char *name);
/* The environment whose name is nearest, for "did you mean"; NULL: none is near. */
const char *conf_environment_near(const struct conf *c, const char *name);

/* True if nothing of it has changed. */
bool conf_environment_equal(
	const struct conf_environment *a, const struct conf_environment *b);
/* True if nothing has changed that a check depends on. */
bool conf_environment_checked_equal(
	const struct conf_environment *a, const struct conf_environment *b);
bool
conf_migrations_equal(const struct conf_migrations *a, const struct conf_migrations *b);
/* True if nothing of it has changed. */
bool conf_receiver_equal(const struct conf_receiver *a, const struct conf_receiver *b);
/* True if every key of every block is the same. */
bool conf_equal(const struct conf *a, const struct conf *b);
/* Append the keys ("service.state_dir") that differ and that a reload cannot change. */
void conf_needs_restart(
	const struct conf *running, const struct conf *loaded, struct strvec *keys);

/* The effective configuration as a file that conf_load() would take, with secrets as
 * <secret>: key by key from the table. */
void conf_show(const struct conf *c, struct strbuf *out);
/* The same as a document; the caller deletes it. */
cJSON *conf_show_json(const struct conf *c);
/* The sample of etc/, each key with its help and default, from the same table. */
void conf_sample(struct strbuf *out);

/* True if `path` is a credential that only the service's main process can see: systemd
 * shows $CREDENTIALS_DIRECTORY to that alone, not to a reload command. */
bool conf_out_of_reach(const char *path);
/* True if `path` is in $CREDENTIALS_DIRECTORY; NULL is not. */
bool conf_is_credential(const char *path);
/* The unit whose credential `path` is, as systemctl takes it ("pgdriftd"); NULL: it is
 * none of systemd.  The caller frees. */
char *conf_credential_unit(const char *path);

#endif
