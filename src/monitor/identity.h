/* Is what answers still the database that it was?  What is known of an environment does
 * not count for another one that its dsn leads to now. */
#ifndef MONITOR_IDENTITY_H
#define MONITOR_IDENTITY_H

#include "monitor/environment.h"

/* To be called before `facts` of a reading are taken over.  Where they are of another
 * database, what is known of the one before is put away, what was put away of this one
 * is brought back, and that is told with what is published next.  `s` may be NULL. */
void identity_see(struct environment *env, const struct facts *facts, struct store *s);

#endif
