/* Collecting problems. */
#ifndef MIGRATIONS_PROBLEM_H
#define MIGRATIONS_PROBLEM_H

#include "migrations/migrations.h"

struct problems {
	struct problem *v;
	size_t n, cap;
};

/* Where a problem is. */
struct place {
	const char *file;
	unsigned line;
	const char *revision; /* NULL: none known */
};

void problem_add(struct problems *p, enum problem_code code, struct place at,
	const char *fmt, ...) PRINTF_LIKE(4, 5);
/* The problem that was added last stops Alembic, which says this. */
void problem_stops(struct problems *p, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* … and this is to be done about it. */
void problem_advise(struct problems *p, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The step at which Alembic comes to such problems, from 1. */
unsigned problem_step(enum problem_code code);
/* True if it may keep a head from being computed. */
bool problem_hides(enum problem_code code);
/* By code word, file, line, revision, detail. */
int problem_compare(const struct problem *a, const struct problem *b);
void problem_sort(struct problems *p);
void problem_free(struct problem *p); /* its members */

#endif
