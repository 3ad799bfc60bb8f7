/* One merge of two sorted lists gives the findings.  Pure: no clock, no I/O. */
#ifndef DIFF_DIFF_H
#define DIFF_DIFF_H

#include <stdint.h>

#include "base/json.h"
#include "catalog/ignore.h"
#include "catalog/snapshot.h"

enum change { CHANGE_MISSING, CHANGE_UNEXPECTED, CHANGE_CHANGED, CHANGE_COUNT };

enum partitions { PARTITIONS_PARENT, PARTITIONS_COUNT, PARTITIONS_COMPARE };

struct compare_options {
	bool column_order, owners, grants, comments, generated_names, all;
	enum partitions partitions;
	const struct strvec *schemas;      /* globs; NULL or empty: every schema */
	const struct ignore_rules *ignore; /* NULL: none */
	/* Names of roles of the found side and those to put in their place, see
	 * roles_map(); NULL or empty: none. */
	const struct strvec *role_map;
	int64_t now_ms; /* for rules that expire */
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
	/* The name that a missing object goes by now, or an unexpected one went by
	 * before, as far as can be told; else NULL. */
	const char *renamed;
};

enum diff_status { DIFF_IN_SYNC, DIFF_DRIFTED, DIFF_NOT_COMPARABLE };

struct diff {
	unsigned refs;
	struct arena *arena; /* owns all texts: outlives both snapshots */
	enum diff_status status;
	const char
		*reason; /* of not_comparable, or what could not be compared; or NULL */
	struct finding *findings; /* sorted by kind, name, property */
	size_t n_findings;
	size_t n_change[CHANGE_COUNT];
	size_t n_ignored;
	size_t by_kind[KIND_COUNT][CHANGE_COUNT];
	size_t objects[KIND_COUNT]; /* compared objects of the found side */
	size_t n_objects;
	struct strvec unused_rules; /* texts of ignore rules that matched nothing */
	struct strvec expired_rules;
};

struct diff *diff_compare(const struct snapshot *expected, const struct snapshot *found,
	const struct compare_options *o);
struct diff *diff_ref(struct diff *d);
void diff_unref(struct diff *d);

/* True if both say the same findings (for confirmation). */
bool diff_equal(const struct diff *a, const struct diff *b);

const char *change_word(enum change c);
const char *severity_word(enum severity s);
const char *diff_status_word(enum diff_status s); /* in_sync, drifted, … */

/* The document of contract 2; at most `max` findings (0: all), the summary always
 * the true counts. */
cJSON *diff_json(const struct diff *d, size_t max);
cJSON *finding_json(const struct finding *f);
/* For people: kind, qualified name, what changed, expected and found; `color`
 * with ANSI colours. */
void diff_text(const struct diff *d, bool color, struct strbuf *out);

/* Append ignore rules, one a line, with which the same comparison finds nothing. */
void diff_rules(const struct diff *d, struct strbuf *out);

#endif
