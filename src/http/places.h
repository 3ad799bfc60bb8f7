/* Places for connections: of all doors together, and of those that have come through
 * doors of before.  Each door has its share of them, so that a crowd at one keeps
 * nobody out at another. */
#ifndef HTTP_PLACES_H
#define HTTP_PLACES_H

#include <stdbool.h>

struct places {
	unsigned max, taken;
	unsigned doors;
	/* One is free again; called from inside libmicrohttpd. */
	void (*left)(void *arg);
	void *arg;
};

void places_take(struct places *p);
void places_leave(struct places *p);
/* True if one more may come through a door by which so many have come. */
bool places_are_free(const struct places *p, unsigned by_this_door);

#endif
