/* Which revisions a database was seen with, and what their files did then.  The version
 * table holds only the tips: what is put in below them later, or changed, was never
 * run there, and no upgrade will ever run it. */
#ifndef MIGRATIONS_APPLIED_H
#define MIGRATIONS_APPLIED_H

#include "migrations/migrations.h"

struct applied {
	struct applied_revision {
		char *id;
		uint64_t digest; /* of struct revision */
	} * v;
	size_t n, cap;
};

void applied_add(struct applied *a, const char *id, uint64_t digest);
void applied_free(struct applied *a);

struct applied_news {
	struct strvec inserted; /* counts as applied, and was not run; sorted */
	struct strvec changed;  /* was run, and its file does something else now */
};
void applied_news_free(struct applied_news *n);

/* Hold what is known against the rows that are recorded now.  What they newly include
 * is added, what they do not include any more is forgotten; nothing is where the graph
 * has gaps.  Where revisions have gone from the files, history was rewritten on
 * purpose, and what stands in their place is not news; nor is what `h` allows.  Fills
 * `news`; true if `a` has changed. */
bool applied_see(struct applied *a, const struct migrations *h,
	const struct strvec *recorded, struct applied_news *news);

#endif
