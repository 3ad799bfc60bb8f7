/* What a comparison is asked for and what it answers.  Plain data. */
#ifndef DIFF_FINDING_H
#define DIFF_FINDING_H

#include <stdatomic.h>
#include <stdint.h>

#include "catalog/ignore.h"
#include "catalog/instance.h"
#include "catalog/snapshot.h"

enum change { CHANGE_MISSING, CHANGE_UNEXPECTED, CHANGE_CHANGED, CHANGE_COUNT };

/* So long before it an ignore rule is about to expire: a week. */
enum { EXPIRING_MS = 7 * 86400 * 1000 };

enum partitions { PARTITIONS_PARENT, PARTITIONS_COUNT, PARTITIONS_COMPARE };

struct compare_options {
	bool column_order, owners, grants, comments, generated_names, locale, all;
	bool loose_bodies; /* white space in bodies does not count, see whitespace.h */
	enum partitions partitions;
	const struct strvec *schemas; /* globs; NULL or empty: every schema */
	/* Those that the expected side is configured with; NULL or empty: every one. */
	const struct strvec *expected_schemas;
	/* What expected and found were read from; NULL: a file, or of no matter. */
	const struct instance *instance[2];
	const struct ignore_rules *ignore; /* NULL: none */
	/* Names of roles of the found side and those to put in their place, see
	 * roles_map(); NULL or empty: none. */
	const struct strvec *role_map;
	/* Schemas of the found side and those of the expected side that they are
	 * compared with, see schemas_map(); NULL or empty: none. */
	const struct strvec *schema_map;
	int64_t now_ms;   /* for rules that expire */
	size_t max_texts; /* bytes of texts that findings hold, see kept.h; 0: any */
	/* Left out on both sides: the table that holds the recorded revision. */
	const char *version_schema, *version_table;
};

/* The defaults of contract 4. */
#define COMPARE_DEFAULTS ((struct compare_options){.comments = true})

struct finding {
	enum kind kind;
	enum kind on;     /* comment, grant: the kind it is on; else KIND_NONE */
	const char *name; /* qualified and quoted */
	enum change change;
	const char *property; /* of a changed one; else NULL */
	enum severity severity;
	const char *expected, *found; /* NULL: not there, or not set */
	/* Of changed privileges: what either side has alone, by grantee; NULL: nothing.
	 */
	const char *missing, *unexpected;
	/* The name that a missing object goes by now, or an unexpected one went by
	 * before, as far as can be told; else NULL. */
	const char *renamed;
	/* What it goes with, as a column does with its table: kind and name as above;
	 * NULL: it stands for itself. */
	enum kind within_kind;
	const char *within;
	const char *note; /* what else is to be known of it, one sentence; or NULL */
	uint64_t key;     /* finding_key(), once it was asked for; 0: it was not */
};

/* What an ignore rule hides, without its texts. */
struct ignored {
	struct finding finding;
	size_t rule; /* of diff.rules */
};
struct diff_rule {
	const char *text, *reason; /* reason NULL: none is given */
	int64_t until_ms;          /* 0: for ever */
};
/* So many of those that are ignored are kept. */
enum { DIFF_IGNORED_KEPT = 200 };

enum diff_status { DIFF_IN_SYNC, DIFF_DRIFTED, DIFF_NOT_COMPARABLE };

/* Immutable once it is made, so that threads may share it. */
struct diff {
	atomic_uint refs;
	struct arena *arena; /* owns all texts: outlives both snapshots */
	enum diff_status status;
	const char
		*reason; /* of not_comparable, or what could not be compared; or NULL */
	struct finding *findings; /* sorted by kind, name, property */
	size_t n_findings;
	/* Of two major versions, and nobody can tell whether they differ: changed,
	 * sorted the same.  Without any finding the status is not_comparable then. */
	struct finding *undecided;
	size_t n_undecided;
	size_t n_change[CHANGE_COUNT];
	size_t n_ignored;
	/* The first of them, and the rules that hide any, as they are configured; of a
	 * diff that was read from somewhere nothing is known of them. */
	struct ignored *ignored;
	size_t n_ignored_kept;
	struct diff_rule *rules;
	size_t n_rules;
	size_t by_kind[KIND_COUNT][CHANGE_COUNT];
	size_t objects[KIND_COUNT]; /* compared objects of the found side */
	struct strvec unused_rules; /* texts of ignore rules that matched nothing */
	struct strvec expired_rules;
	struct strvec expiring_rules; /* within EXPIRING_MS */
	int64_t next_expiry_ms;       /* of a rule, the first to come; 0: none */
	struct strvec unused_schemas; /* of options.schemas: matched nothing */
};

/* Tells it from the other findings of a database: 64 bits of a SHA-256 over all but
 * what is said of it besides. */
uint64_t finding_key(const struct finding *f);
const char *change_word(enum change c);
const char *severity_word(enum severity s);
const char *diff_status_word(enum diff_status s); /* in_sync, drifted, … */

#endif
