/* The picture of a block of migrations as of now: the files that were read last, and
 * where its environments stand. */
#ifndef REPORT_PLACED_H
#define REPORT_PLACED_H

#include "monitor/published.h"
#include "report/picture.h"

/* What of it is folded (migrations/drawing.h). */
struct placed_wish {
	bool whole;                /* nothing is */
	const struct strvec *open; /* or NULL */
};

struct placed {
	struct picture picture;
	/* The environments of the markers, in the same order: the worst state first,
	 * else as configured. */
	const struct published_environment **environments;

	struct strvec standing;
	struct drawing_problems problems[3];
	struct drawing *drawing;
	struct picture_marker *markers;
};

/* True if the environment is held against that block. */
bool placed_uses(
	const struct published_environment *e, const struct published_migrations *m);
/* Of a block whose graph could be read; it has to outlive the picture.  placed_free()
 * it. */
void placed_make(const struct published *p, const struct published_migrations *m,
	const struct placed_wish *wish, struct placed *out);
void placed_free(struct placed *placed);

#endif
