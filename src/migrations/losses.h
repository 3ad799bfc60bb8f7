/* What an upgrade would destroy: the effects of its pending revisions on what is there
 * before it begins. */
#ifndef MIGRATIONS_LOSSES_H
#define MIGRATIONS_LOSSES_H

#include "catalog/ignore.h"
#include "migrations/effect.h"
#include "migrations/migrations.h"

/* Which rules cover what was last looked for, and whose schema that turned out to be.
 * Zeroed: nothing was. */
struct losses_known {
	char key[HASH_HEX_LEN]; /* of all that it depends on */
	struct losses_covered {
		char *schema, *rule; /* or NULL */
	} * v;
	size_t n;
};
void losses_known_fini(struct losses_known *k);

/* What is known of the database; all may be NULL. */
struct losses_scope {
	const struct ignore_rules *ignore;
	const struct snapshot *found; /* tells which schema a bare name may mean */
	int64_t now_ms;               /* rules that have expired cover nothing */
	struct losses_known *known;   /* spares looking for the same once more */
};

struct loss {
	char *revision;
	struct effect effect;
	char *rule; /* the ignore rule that covers it, or NULL */
};

struct losses {
	struct loss *v; /* in the order of the upgrade */
	size_t n, cap;
	size_t n_ignored; /* of them covered by a rule */
};

/* The losses of `pending`, in the order in which an upgrade runs them.  What one of
 * them made itself is none, nor is a view or function that is made again.  Fills `out`,
 * which losses_free() empties. */
void losses_find(const struct migrations *h, const struct strvec *pending,
	const struct losses_scope *scope, struct losses *out);
void losses_free(struct losses *l);

/* Append "the pending r2 drops 9 tables, 49 columns (first: public.orders)", or, where
 * a rule covers something, "the pending r2 drops public.docs, which the rule … ignores
 * as managed elsewhere".  Nothing without losses. */
void losses_say(struct strbuf *out, const struct losses *l);
/* Append "drops 9 tables, 49 columns (first: public.orders)". */
void losses_list(struct strbuf *out, const struct losses *l);
/* What losses_say() appends, followed by what to do: "…: save what is still needed of
 * that, then ", behind which the command may stand (true); or, where a rule covers
 * something, "…: take that out of it or lift the rule before it is run" (false: no
 * command may follow).  Without losses nothing is added, and the command may stand. */
bool losses_advise(struct strbuf *out, const struct losses *l) MUST_CHECK;

#endif
