/* The environments by their catalogs: who has the same one, and what sets the others
 * apart from the one that most have.  Or by the value of a label. */
#ifndef REPORT_GROUPS_H
#define REPORT_GROUPS_H

#include "report/status.h"

/* How many groups are compared with the largest, and how many findings of each are
 * told. */
enum { GROUPS_COMPARED = 20, GROUPS_FINDINGS = 10 };

struct group {
	/* The fingerprint, or the value of the label.  NULL: of those that were not
	 * read, or that have no such label. */
	char *key;
	const struct published_environment **members; /* as they are published */
	size_t n, cap;
	size_t first; /* the place of its first member */
	struct status_count count;
	struct diff *differs; /* from the largest, which is expected; NULL: not known */
	bool pending;         /* … yet: it is being compared */
};

struct groups {
	/* By catalog: the largest first, and last those that were not read.  By label:
	 * the worst first, of one state by value, and last those without. */
	struct group *v;
	size_t n, cap;
	char *label;        /* NULL: by catalog */
	size_t n_pending;   /* of all that is compared or named anew */
	size_t n_undecided; /* environments: published_undecided() */
	struct status_count count;
};

/* What sets the catalog of `found` apart from that of `expected`, by the default
 * options and by the names that schemas have in each; a reference.  NULL: it cannot be
 * told, or `*pending`, not yet. */
typedef struct diff *variant_fn(void *arg, const struct published_environment *expected,
	const struct published_environment *found, bool *pending);
/* The fingerprint that its catalog has by the names that schemas have where they are
 * compared with; only of one whose catalog was read.  `*pending`: it is not known yet,
 * and this one is by its own names. */
typedef void shape_fn(void *arg, const struct published_environment *e,
	char shape[static HASH_HEX_LEN], bool *pending);

/* Of those that `filter` wants (NULL: all), by `shape` (NULL: by the fingerprint as it
 * is), and with `variant` for the first GROUPS_COMPARED behind the largest; `variant`
 * NULL: nothing is compared.  With `label` by its value, and nothing is compared; an
 * empty one is as if it was not there.  Borrows from `p`; fills zeroed groups. */
struct groups_wish {
	const struct status_filter *filter;
	const char *label; /* NULL: by catalog */
	shape_fn *shape;
	variant_fn *variant;
	void *arg;
};
void groups_make(
	const struct published *p, const struct groups_wish *wish, struct groups *out);
void groups_free(struct groups *g);

/* The worst of its members. */
enum state group_state(const struct group *g);
/* Append the recorded revisions of its members, each once, "a, b" of one that has two.
 */
void group_revisions(const struct group *g, struct strvec *out);
/* "tenant_001 … tenant_140", all of a few; the caller frees. */
char *group_names(const struct group *g);

/* `/status?group=fingerprint` and `/status?group=label:NAME`. */
cJSON *groups_document(const struct published *p, const struct groups *g);
/* Such a document, perhaps of another process, as a table for people. */
void groups_table(const cJSON *document, struct strbuf *out);

#endif
