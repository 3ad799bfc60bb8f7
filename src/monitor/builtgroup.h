/* The catalogs of one migrations block, or the one of a file of SQL, as they are with
 * one version table: which are wanted, and what is known of each.  For built.c alone.
 */
#ifndef MONITOR_BUILTGROUP_H
#define MONITOR_BUILTGROUP_H

#include "monitor/built.h"

enum built_stage {
	STAGE_WAITS,  /* to be built */
	STAGE_RUNS,   /* it is */
	STAGE_STORED, /* the store has it */
	STAGE_THERE,
	STAGE_FAILED
};

/* Who has a higher one is built before. */
enum built_rank { RANK_ANY, RANK_HEAD, RANK_RECORDED };

struct built_catalog {
	struct strvec revision; /* none: that of the file */
	char key[HASH_HEX_LEN]; /* "": there is no way to build it, `error` says why */
	enum built_stage stage;
	enum built_rank rank;
	struct snapshot *snapshot; /* of STAGE_THERE */
	struct snapshot *former;   /* of this revision, before its files were others */
	struct err error;          /* of STAGE_FAILED … */
	unsigned tries;
	int64_t retry_ms; /* … when it is tried again, of clock_mono_ms() */
};

struct built_group {
	char *name; /* in the store */
	/* Of migrations their block; or NULL, and of the file its path, and the
	 * settings of the service. */
	const struct conf_migrations *conf;
	char *ddl_path;
	const struct conf_service *service;
	char *version_schema, *version_table;
	int64_t max_bytes;
	/* What it is made of; neither: that is another, and nobody has asked since. */
	const struct migrations *graph;
	struct lineage *lineage;  /* of that graph, or of the one before */
	struct ddl ddl;           /* no digest: none */
	struct built_catalog **v; /* by revision */
	size_t n, cap;
	bool may;   /* for built.c: something of it may begin */
	bool again; /* … and what runs was begun anew: its files had moved */
};

/* Where what is built is kept. */
struct built_shelf {
	struct store *store;
	bool writes;
	struct library *kept_in;
};

/* What `of` is held against, of that configuration. */
struct built_group *
built_group_new(const struct conf *conf, const struct conf_environment *of);
/* Go over to `conf`, in which it is as well: what it is made of is to be said anew. */
void built_group_move(struct built_group *g, const struct conf *conf);
void built_group_free(struct built_group *g);
/* True if what `of` asks for is in there. */
bool built_group_is_of(const struct built_group *g, const struct conf_environment *of);
struct build_settings built_group_settings(const struct built_group *g);
/* Append "migrations app", or "ddl:FILE". */
void built_group_title(const struct built_group *g, struct strbuf *out);
/* True if it may have each revision built. */
bool built_group_is_of_all(const struct built_group *g);

/* True if what it is made of is what `q` says. */
bool built_group_has(const struct built_group *g, const struct built_question *q);
/* Go over to that: what is made by other files now is to be built again. */
void built_group_take(struct built_group *g, const struct built_question *q,
	const struct built_shelf *shelf);
/* True if it is known what it is made of. */
bool built_group_is_ready(const struct built_group *g);
/* How `c` is made, where that is known. */
bool built_group_recipe(const struct built_group *g, const struct built_catalog *c,
	struct recipe *out, struct err *e) MUST_CHECK;
/* The one of those revisions, which is asked for from now on. */
struct built_catalog *built_group_ask(struct built_group *g,
	const struct strvec *revision, const struct built_shelf *shelf);
/* Its snapshot, read from the store if it is there; NULL: it is not there any more, and
 * is to be built. */
struct snapshot *built_group_open(struct built_group *g, struct built_catalog *c,
	const struct built_shelf *shelf);
/* It was built: takes over `s`, which is kept in the library, and is as it is stored in
 * `packed`. */
void built_group_put(struct built_group *g, struct built_catalog *c, struct snapshot *s,
	const struct store_packed *packed, const struct built_shelf *shelf);
/* It was not: say so where it is new, and when it is tried again. */
void built_group_fail(const struct built_group *g, struct built_catalog *c,
	const struct build_result *r);
struct built_catalog *built_group_by_key(const struct built_group *g, const char *key);
/* True if somebody records it, or it is configured to be built. */
bool built_group_is_wanted(const struct built_group *g, const struct built_catalog *c);
/* True if it is, and is to be built, now or later. */
bool built_group_wants(const struct built_group *g, const struct built_catalog *c);

#endif
