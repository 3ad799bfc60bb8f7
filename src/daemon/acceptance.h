/* What becomes the accepted baseline of an environment, and what it replaces. */
#ifndef DAEMON_ACCEPTANCE_H
#define DAEMON_ACCEPTANCE_H

#include "conf/conf.h"
#include "diff/diff.h"
#include "store/store.h"

struct acceptance {
	/* Asked for: */
	const char *name;
	bool force, undo, dry_run;
	const char *from;   /* take over the baseline of that name; or NULL */
	const char *reason; /* or NULL */
	/* Found: */
	const struct conf_environment *environment;
	struct store_baseline taken;
	struct store_baseline replaced; /* without snapshot: there was none */
	int64_t version;                /* of the replaced one; 0: none */
	struct diff *changes;           /* from that to this; NULL: none to compare */
};

/* Find what is asked for; nothing is written.  False where there is nothing to accept
 * or it needs `force`. */
bool acceptance_find(struct acceptance *a, struct conf *conf, struct err *e) MUST_CHECK;
/* Store it, and that it was accepted. */
bool acceptance_keep(
	struct acceptance *a, const struct conf *conf, struct err *e) MUST_CHECK;
void acceptance_fini(struct acceptance *a);

#endif
