/* The edges of receivers/ in tests, in place of those of loop/loop.h, base/clock.h and
 * receivers/sender.h: clocks that stand still until they are put forward, timers that
 * go by them, and a transport that keeps what is posted and answers when it is told to.
 */
#ifndef TESTS_UNIT_RECEIVERS_EDGES_H
#define TESTS_UNIT_RECEIVERS_EDGES_H

#include "receivers/receivers.h"
#include "receivers/sender.h"
#include "tests/unit/report/fixture.h"

struct posted {
	char *url, *authorization, *id, *body;
	int64_t at_ms; /* monotonic */
};

struct edges {
	int64_t mono_ms, wall_ms;
	struct posted *v; /* all that was posted, in order */
	size_t n, cap;
	size_t broken_off;  /* deliveries that were cancelled */
	struct strvec said; /* lines of the log, with their level */
};
extern struct edges edges;

void edges_begin(void);
void edges_end(void);
/* Put both clocks forward, and do what is due until then, in its order. */
void edges_pass(int64_t ms);
/* How many messages are on their way. */
size_t edges_under_way(void);
/* The oldest of those, of which there is one, is answered by that status; 0: by
 * nobody.  What is due then is done. */
void edges_answer(long status);
void edges_answer_with(const struct answer *a);
/* How many lines of the log hold that. */
size_t edges_said(const char *words);
/* How many notifications, or alerts, the i-th message holds. */
size_t edges_parts(size_t i);
/* True if the i-th message names that environment. */
bool edges_tells(size_t i, const char *environment);

/* ---- Who is told by them, and of what ---- */

enum { HOUSE_RECEIVERS = 2 };

struct house {
	struct fixture fixture; /* prod, which is unstamped, and three others */
	struct conf_receiver list[HOUSE_RECEIVERS];
	struct conf conf;
	struct receivers *receivers;
	struct published published;
};

/* One receiver, "ops", of all that happens; `kind` is that of both.  The second is
 * "more", once conf.n_receivers says so.  They come to be by house_configure(). */
void house_set(struct house *h, struct store *s, const char *kind);
void house_fini(struct house *h);
/* Go over to h->conf, and look at all that are published: whoever is not is gone. */
void house_configure(struct house *h);
/* An environment has that state from now on. */
void house_see(struct house *h, struct published_environment *e, enum state s);
/* `n` environments in that state, named PREFIX/1 and so on. */
void house_see_many(struct house *h, const char *prefix, size_t n, enum state s);
/* Somebody sets the clock, which is seen a second later. */
void edges_set_clock(struct house *h, int64_t by_ms);
/* What the first receiver has to do and has done. */
const struct receiving *house_facts(struct house *h);
uint64_t house_result(struct house *h, const char *word);

#endif
