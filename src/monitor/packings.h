/* What was built, on its way to where it is kept: a large catalog is packed in a thread
 * (loop/work.h), so that the loop goes on meanwhile. */
#ifndef MONITOR_PACKINGS_H
#define MONITOR_PACKINGS_H

#include "catalog/library.h"
#include "loop/loop.h"
#include "store/store.h"

struct packings {
	struct loop *loop;
	struct library *kept_in;
	/* `s` is kept in the library, and a reference for who is called; `packed` is
	 * how it is stored, valid in this call. */
	void (*packed)(void *arg, const char *key, struct snapshot *s,
		const struct store_packed *packed);
	void *arg;
	struct packing *first; /* under way; NULL: none */
};

/* Have `s`, which `key` is of and which nobody changes, kept and packed; takes it over:
 * small ones are told of before this returns, others in a turn of the loop. */
void packings_add(struct packings *p, const char *key, struct snapshot *s);
/* Nobody is told any more. */
void packings_clear(struct packings *p);

#endif
