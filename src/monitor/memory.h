/* What each environment was seen to have applied, kept over a restart. */
#ifndef MONITOR_MEMORY_H
#define MONITOR_MEMORY_H

#include "monitor/environment.h"
#include "monitor/monitor.h"
#include "store/store.h"

/* Take along what the store (NULL: none) has of those environments that had another
 * name.  What was found is told with the next state of each. */
void memory_rename(const struct conf *conf, struct environment *const *list, size_t n,
	struct store *s);
/* Take up what the store has of it; `s` may be NULL. */
void memory_load(struct environment *env, struct store *s);
/* Take up what was known of it, as known_write() makes it, at that time; takes over
 * `text`. */
void memory_take_known(struct environment *env, char *text, int64_t success_ms);
/* Keep what is published of it, if that is confirmed and has changed. */
void memory_keep(struct environment *env, struct store *s);
/* Hold what its facts record against the files: sets env->news. */
void memory_see(struct environment *env, const struct expectation *x, struct store *s);

/* Add the change from what is published of it to `now` to the history. */
void memory_changed(struct store *s, const struct environment *env,
	const struct published_environment *now);
/* What is written between these about one judgement is there at once or not at all, so
 * that one that is killed neither tells a change again nor forgets it. */
bool memory_begin(struct store *s);
void memory_end(struct environment *env, struct store *s, bool begun);
/* Tell what happened to `env` on the way to `now`, which is published then: the log by
 * `o`, and the history. */
void memory_tell(struct environment *env, const struct published_environment *now,
	const struct monitor_options *o);
/* Keep when it was last checked, where that is all there is to keep. */
void memory_keep_success(struct environment *env, struct store *s);

#endif
