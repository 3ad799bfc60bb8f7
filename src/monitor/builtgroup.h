/* The catalogs of one migrations block, as they are with one version table: which are
 * wanted, and what is known of each.  For built.c alone. */
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
	struct strvec revision;
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
	const struct conf_migrations *conf;
	char *version_schema, *version_table;
	int64_t max_bytes;
	/* NULL: its files are others, and nobody has asked since. */
	const struct migrations *graph;
	struct built_catalog **v; /* by revision */
	size_t n, cap;
};

/* Where what is built is kept. */
struct built_shelf {
	struct store *store;
	bool writes;
	struct library *kept_in;
};

struct built_group *built_group_new(const struct conf_migrations *conf,
	const struct conf_environment *of, const struct built_shelf *shelf);
void built_group_free(struct built_group *g);
/* True if what `of` asks for is in there. */
bool built_group_is_of(const struct built_group *g, const struct conf_environment *of);
struct build_settings built_group_settings(const struct built_group *g);

/* Go over to that graph: what is made by other files now is to be built again. */
void built_group_take(struct built_group *g, const struct migrations *graph,
	const struct built_shelf *shelf);
/* The one of those revisions, which is asked for from now on. */
struct built_catalog *built_group_ask(struct built_group *g,
	const struct strvec *revision, const struct built_shelf *shelf);
/* Its snapshot, read from the store if it is there; NULL: it is not there any more, and
 * is to be built. */
struct snapshot *built_group_open(struct built_group *g, struct built_catalog *c,
	const struct built_shelf *shelf);
/* It was built: takes over `s`. */
void built_group_put(struct built_group *g, struct built_catalog *c, struct snapshot *s,
	const struct built_shelf *shelf);
struct built_catalog *built_group_by_key(const struct built_group *g, const char *key);
/* True if it is to be built, now or later. */
bool built_group_wants(const struct built_group *g, const struct built_catalog *c);

#endif
