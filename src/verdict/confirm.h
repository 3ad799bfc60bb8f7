/* Confirmation: each axis and each finding is believed once it was seen often enough in
 * a row, whatever becomes of the others. */
#ifndef VERDICT_CONFIRM_H
#define VERDICT_CONFIRM_H

#include "verdict/verdict.h"

enum thing_kind { THING_REVISION, THING_SCHEMA, THING_FINDING };

/* An axis that differs, or one finding. */
struct thing {
	enum thing_kind kind;
	uint64_t key;   /* says what it is; see confirm_key_*() */
	unsigned seen;  /* sightings in a row, as far as they were counted */
	bool confirmed; /* and stays so while it is still found */
	/* Of a standby: confirmed although it had all that its primary, which is
	 * watched, was seen with. */
	bool settled;
	bool is_new; /* it was not found the time before */
	/* For those who ask how long it has been there: of no matter here, 0 at first.
	 */
	uint64_t since;
};

struct confirmation {
	struct thing *v; /* sorted by key */
	size_t n;
	struct thing *gone; /* what was found the time before, and is no more */
	size_t n_gone;
	bool same; /* the last step left all as it was */
	/* What that step was asked, and what it said, where that may be said again; the
	 * diff is referred to, NULL: it may not. */
	struct {
		struct diff *diff;
		uint64_t revision, schema; /* keys; 0: they do not differ */
		unsigned confirm;
		bool sighting, kept, revision_kept;
	} asked;
	bool *said; /* of each finding */
	bool said_revision, said_schema;
};

struct confirm_rules {
	unsigned
		confirm; /* sightings that it takes; 0 and 1: none, it counts at once */
	bool sighting;   /* what is found comes from a check that was completed */
	/* The findings do not: they are kept since what was expected cannot be had. */
	bool kept;
};

uint64_t
confirm_key_revision(enum revision_status status, const struct strvec *recorded);
uint64_t confirm_key_schema(enum schema_status status);
uint64_t confirm_key_finding(const struct finding *f);

/* Take over what `in` holds now: what is gone is gone at once.  Sets
 * in->revision_confirmed and in->schema_confirmed, and `keys` and `confirmed` for each
 * finding of in->diff (room for that many).  What a standby shows that lacks what its
 * primary was seen with is no sighting, but for what is settled. */
void confirmation_step(struct confirmation *c, struct verdict_input *in,
	const struct confirm_rules *r, uint64_t *keys, bool *confirmed);
/* NULL: nothing is known of it. */
struct thing *confirmation_find(const struct confirmation *c, uint64_t key);
/* For those that are read back: add them all, then sort, before anything else. */
void confirmation_add(struct confirmation *c, const struct thing *t);
void confirmation_sort(struct confirmation *c);
void confirmation_fini(struct confirmation *c);

#endif
