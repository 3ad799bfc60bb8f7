/* Between a reading and its session, which is a new one or what the check before has
 * left: what may still be asked of it, how long and for how much. */
#ifndef READING_LINK_H
#define READING_LINK_H

#include "pg/session.h"
#include "reading/facts.h"

/* The session of an environment between two checks (keep_connection).  Zeroed: none.
 * While it is not asked for anything, whatever its server says closes it; so does a
 * time, since passwords, settings of the role, names and who is the primary are looked
 * at in the login alone. */
struct link_kept {
	struct pg_session *session; /* or NULL */
	char target[17];            /* what decided where it leads, as a hash */
};

/* NULL is fine. */
void link_kept_close(struct link_kept *kept);
/* Close it unless it leads to `t`; NULL: in any case. */
void link_kept_see(struct link_kept *kept, const struct pg_target *t);

struct link;

struct link_options {
	const struct pg_target *target;
	int64_t timeout_ms;     /* for everything, connecting included */
	int64_t max_bytes;      /* that all answers may take */
	struct link_kept *kept; /* outlives it; NULL: nothing is kept */
};

/* The time begins. */
struct link *link_new(struct loop *l, const struct link_options *o);
/* Closes what was not left; nothing is called back.  NULL is fine. */
void link_free(struct link *k);
/* True: it is open, as it was kept, and `fn` is not called.  Else it connects. */
bool link_open(struct link *k, pg_connected_fn *fn, void *arg);
struct pg_session *link_session(const struct link *k);
/* It stood, once. */
bool link_has_connected(const struct link *k);

/* Ask, with what is left of time and bytes. */
void
link_run(struct link *k, const struct pg_script *script, pg_done_fn *fn, void *arg);
/* Count and free what came (NULL: nothing did). */
void link_end_answer(struct link *k, struct pg_results *res);
/* True if nothing was ever answered, since what was kept had died: nobody's failure;
 * link_open() connects anew. */
bool link_was_dead(const struct link *k);

/* Milliseconds since it was asked last; -1: it never was. */
int64_t link_ran_ms(const struct link *k);
/* It has connected, and its time is over. */
bool link_is_late(const struct link *k);

/* All is well and answered, `f` is what was read: leave it to the next check, where
 * that is wanted and worth it; else close it. */
void link_leave(struct link *k, const struct facts *f);

#endif
