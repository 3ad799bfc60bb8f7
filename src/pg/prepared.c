/* See prepared.h.  A name is that of a text, so that one that is there already, whoever
 * made it, would say the same. */
#include "pg/prepared.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

const char prepared_question[] = "SELECT pg_catalog.pg_backend_pid()";

/* A pooler gives its clients numbers of its own. */
void
prepared_answer(struct prepared *p, const char *pid, int backend_pid)
{
	bool is_own = pid && strtol(pid, NULL, 10) == backend_pid;

	p->how = is_own ? PREPARED_MAY : PREPARED_NEVER;
}

void
prepared_begin(struct prepared *p)
{
	p->used = p->failed = false;
}

static bool
is_known(const struct prepared *p, uint64_t name)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->known[i] == name)
			return true;
	return false;
}

uint64_t
prepared_name(struct prepared *p, const char *sql, bool *news)
{
	struct hash *h;
	uint64_t name;

	*news = false;
	if (p->how != PREPARED_MAY)
		return 0;
	h = hash_new();
	hash_add_text(h, sql);
	name = hash_finish64(h) | 1;
	if (!is_known(p, name)) {
		if (p->n == PREPARED_MOST)
			return 0;
		p->known[p->n++] = name;
		*news = true;
	}
	p->used = true;
	return name;
}

/* It has gone (26000: DISCARD ALL, or a pooler after all), it was there (42P05), or the
 * plan is no good any more (0A000). */
void
prepared_fail(struct prepared *p, const struct err *e)
{
	static const char *const own[] = {"26000", "42P05", "0A000"};

	if (!p->used)
		return;
	p->how = PREPARED_NEVER;
	for (size_t i = 0; i < COUNT_OF(own); i++)
		p->failed |= !strcmp(e->sqlstate, own[i]);
}
