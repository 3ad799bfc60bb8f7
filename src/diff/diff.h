/* One merge of two sorted lists gives the findings.  Pure: no clock, no I/O. */
#ifndef DIFF_DIFF_H
#define DIFF_DIFF_H

#include "base/json.h"
#include "diff/finding.h"

struct diff *diff_compare(const struct snapshot *expected, const struct snapshot *found,
	const struct compare_options *o);
struct diff *diff_ref(struct diff *d);
void diff_unref(struct diff *d);

/* True if both say the same findings (for confirmation). */
bool diff_equal(const struct diff *a, const struct diff *b);

/* The document of contract 2, with `not_compared`, a list of names, where there are
 * any ("view public.v definition"); at most `max` findings (0: all), the summary always
 * the true counts. */
cJSON *diff_json(const struct diff *d, size_t max);
cJSON *finding_json(const struct finding *f);
/* For people: first how many of each kind, then what goes with one table together,
 * each with kind, qualified name, what changed, expected and found; `color` with ANSI
 * colours. */
void diff_text(const struct diff *d, bool color, struct strbuf *out);
/* The same of the first `max` of them (0: all), where only those are confirmed that
 * `confirmed` says so of, by their number (NULL: all): the others are marked. */
void diff_text_confirmed(const struct diff *d, const bool *confirmed, size_t max,
	bool color, struct strbuf *out);
/* The same without the findings themselves. */
void diff_summary(const struct diff *d, struct strbuf *out);

/* Append the names of what could not be told: "view public.v definition". */
void diff_undecided(const struct diff *d, struct strvec *out);
/* Append ignore rules, one a line, with which the same comparison finds nothing. */
void diff_rules(const struct diff *d, struct strbuf *out);

#endif
