/* What each environment was seen to have applied, kept over a restart. */
#ifndef MONITOR_MEMORY_H
#define MONITOR_MEMORY_H

#include "monitor/environment.h"
#include "monitor/monitor.h"
#include "monitor/roster.h"
#include "store/store.h"

/* Take along what the store (NULL: none) has of those environments that had another
 * name.  What was found is told with the next state of each. */
void memory_rename(const struct conf *conf, const struct roster *r, struct store *s);
/* What of an environment is another in memory, which has the truth, than in the store.
 */
enum unsaved {
	UNSAVED_LAST = 1,
	UNSAVED_KNOWN = 2,
	UNSAVED_APPLIED = 4,
	UNSAVED_AWAY = 8, /* and whatever else is of the database */
	UNSAVED_INTERVAL = 16,
	UNSAVED_ALL = 31
};

/* Take up what the store has of it; `s` may be NULL.  Where that cannot be read now,
 * env->unloaded is set, and it can be called again. */
void memory_load(struct environment *env, struct store *s);
/* Take up what was known of it, as known_write() makes it, at that time; takes over
 * `text`. */
void memory_take_known(struct environment *env, char *text, int64_t success_ms);
/* It was judged: what the store knew at the start counts until there is news, which it
 * is after a `sighting`. */
void memory_forget(struct environment *env, bool sighting);
/* What is published of it is known, if that is confirmed. */
void memory_keep(struct environment *env);
/* Hold what its facts record against the files: sets env->news.  True if that is other
 * news. */
bool memory_see(struct environment *env, const struct expectation *x);

/* Add the change from what is published of it to `now` to the history. */
void memory_changed(struct store *s, struct environment *env,
	const struct published_environment *now);
/* Write what is unsaved of it, with the history that waits: all of it is there at once
 * or not at all, so that one that is killed neither tells a change again nor forgets
 * it.  What cannot be written stays unsaved. */
void memory_save(struct environment *env, struct store *s);
/* The same of all at once. */
void memory_save_all(struct environment *const *list, size_t n, struct store *s);
/* Load what the store could not say before; such an environment is `late`.  True if
 * that is all: it is read before anything is written. */
bool
memory_load_missing(struct environment *const *environments, size_t n, struct store *s);
/* Tell what happened to `env` on the way to `now`, which is published then: the log by
 * `o`, and the history. */
void memory_tell(struct environment *env, const struct published_environment *now,
	const struct monitor_options *o);
/* Keep when each was last checked, where that is all there is to keep. */
void memory_keep_success(const struct roster *r, struct store *s);
/* The store has another file, which has nothing of them. */
void memory_lost(const struct roster *r);

#endif
