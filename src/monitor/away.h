/* What is known of the databases that an environment was before: a dsn that leads back
 * to one of them finds it as it was. */
#ifndef MONITOR_AWAY_H
#define MONITOR_AWAY_H

#include "catalog/instance.h"
#include "migrations/applied.h"
#include "monitor/earlier.h"
#include "store/store.h"

struct environment;

enum { AWAY_KEPT = 3 };

/* Of one database. */
struct away_database {
	struct instance_id id;
	char *known; /* as known_write() makes it, or NULL */
	int64_t success_ms;
	struct store_last last; /* without state: none */
	struct applied applied;
	struct earlier_catalog first;
};

/* The latest first.  Zeroed: none. */
struct away {
	struct away_database v[AWAY_KEPT];
	size_t n;
};

/* What is known of `env` is of `was`, and it is `now`: put the one away, bring the
 * other back, here and in the store (NULL: none), which keeps as many.  True if
 * something was known of `now`. */
bool away_exchange(struct environment *env, const struct instance_id *was,
	const struct instance_id *now, struct store *s);
/* Within a transaction: store what is put away, where that failed. */
bool
away_write(const struct environment *env, struct store *s, struct err *e) MUST_CHECK;
void away_free(struct away *a);

#endif
