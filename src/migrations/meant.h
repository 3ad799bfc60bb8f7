/* What a reference that leads nowhere most likely means. */
#ifndef MIGRATIONS_MEANT_H
#define MIGRATIONS_MEANT_H

#include "migrations/migrations.h"

struct meant {
	const struct revision *revision;
	const char *how; /* "the name of the file" of that revision */
	bool archived;   /* it is in an archive, by this very id */
};

/* False if nothing comes near, or more than one thing does. */
bool meant_find(const struct migrations *h, const char *name, struct meant *out);

#endif
