/* What migrations, or a file of SQL, make of an empty database: the catalogs that
 * environments with expect = "migrations" or "ddl:FILE" are held against.  Each is
 * known by the key of all that it is made by (build/recipe.h), kept in the store, and
 * built, one after the other, where it is not there. */
#ifndef MONITOR_BUILT_H
#define MONITOR_BUILT_H

#include "build/builds.h"
#include "catalog/library.h"
#include "conf/conf.h"
#include "migrations/problem.h"
#include "monitor/expected.h"
#include "monitor/published.h"
#include "monitor/tallies.h"
#include "store/store.h"

struct built;

/* Whether databases may be made on a scratch server: it is none that is watched. */
enum built_may { BUILT_MAY, BUILT_MAY_NOT_YET, BUILT_MAY_NOT };

struct built_owner {
	struct loop *loop;
	struct store *store; /* NULL: nothing is kept */
	/* A single round: what is built leaves no trace in the store, and is what
	 * somebody waits for alone. */
	bool once;
	struct library *kept_in;
	struct build_host host;
	/* As far as that is known; `why` of BUILT_MAY_NOT.  After BUILT_MAY_NOT_YET
	 * built_go_on() is to be called.  NULL: they may. */
	enum built_may (*may)(
		void *arg, const struct build_settings *s, struct err *why);
	/* Have their files looked at after this call; the number of that look.  NULL:
	 * they are what was said of them. */
	uint64_t (*look)(void *arg, const struct built_origin *of);
	/* True once a look of that number (0: any) was taken, and as long as what was
	 * said of the files is what they are: nobody writes them.  When that may have
	 * come to be so built_looked() is to be called. */
	bool (*rest)(void *arg, const struct built_origin *of, uint64_t number);
	/* How often their files were found to be others, if only in their times.  NULL:
	 * they never are. */
	uint64_t (*moves)(void *arg, const struct built_origin *of);
	/* In a turn of the loop: what is known of those has changed. */
	void (*changed)(void *arg, const struct built_origin *of);
	void *arg;
};

/* False if a `build` of any block is no command; `e` says where. */
bool built_check(const struct conf *conf, struct err *e) MUST_CHECK;

struct built *built_new(const struct built_owner *o);
/* What is being built is broken off. */
void built_free(struct built *b);
/* Go over to `conf`, which has to stay until the next call.  What is not expected any
 * more is forgotten; what has failed is tried again. */
void built_take(struct built *b, const struct conf *conf);
/* The files of block `name` are others; its graph is not touched any more. */
void built_stale(struct built *b, const char *name);
/* The file `path` is that; NULL: it cannot be read.  What was asked of another is not
 * begun, nor kept, until somebody asks again. */
void built_file_is(struct built *b, const char *path, const struct ddl *ddl);

/* Of which catalogs: those of the migrations of `conf`, whose graph is there; or that
 * of its file. */
struct built_question {
	const struct conf_environment *conf;
	const struct migrations *graph; /* stays until built_stale(); or NULL */
	const struct ddl *ddl;          /* the file as it was read; or NULL */
};

enum built_is { BUILT_THERE, BUILT_AWAITED, BUILT_FAILED };
struct built_answer {
	enum built_is is;
	/* It; or what was built of that revision before its files were others, where it
	 * is awaited; or NULL.  Valid in this turn of the loop. */
	struct snapshot *snapshot;
	/* Where it has failed: why.  ERR_FORMAT: the files are to blame. */
	struct err error;
};

/* Have the head built, or whatever is configured to be, or what the file makes; what
 * else is, others ask for. */
void built_want(struct built *b, const struct built_question *q);
/* The catalog of those revisions (sorted, at least one; of a file: none, it says itself
 * which it is at), which is built if it has to be. */
void built_of(struct built *b, const struct built_question *q,
	const struct strvec *revision, struct built_answer *out);
/* What is not among all. */
struct built_missing {
	size_t awaited; /* so many are being built, or will be */
	/* Why one cannot be built now, through no fault of the files; or ERR_NONE. */
	struct err why;
	size_t failed; /* so many cannot be built at all */
};
/* All that is there, in the order of its revisions; empty as long as some of it is
 * awaited, or cannot be built now. */
void built_all(struct built *b, const struct built_question *q,
	struct expected_list *out, struct built_missing *missing);

/* True as long as something is being built, or dropped afterwards; `changed` is called
 * when that is over, in a single round. */
bool built_is_busy(const struct built *b);

/* Files of somebody were looked at, and who is held against them has asked. */
void built_looked(struct built *b);
/* What was not to be begun yet may be now. */
void built_go_on(struct built *b);
/* Nothing is built any more; what is being built is broken off. */
void built_end(struct built *b);
/* True as long as that leaves a database behind. */
bool built_leaves(const struct built *b);

/* Append what could not be built of block `name`, where the migrations are to blame. */
void built_problems(const struct built *b, const char *name, struct problems *out);
/* How often any was. */
const struct tallies *built_tallies(const struct built *b);
/* Within a transaction of the store: tell it once a day that all this is wanted. */
void built_keep(struct built *b);

#endif
