/* What a picture of the revision graph shows, and where: one node for each revision, or
 * for a straight stretch of them of which nothing is to be said. */
#ifndef MIGRATIONS_DRAWING_H
#define MIGRATIONS_DRAWING_H

#include "migrations/lanes.h"
#include "migrations/migrations.h"

/* Stretches shorter than this stay as they are. */
enum { DRAWING_STRETCH_MIN = 3 };
/* What to fold above: up to so many revisions are seen at a glance. */
enum { DRAWING_FOLD = 30 };

enum drawn {
	DRAWN_REVISION,
	DRAWN_STRETCH, /* several, each the only child of the next */
	DRAWN_UNKNOWN  /* a file names it, or somebody records it; no file has it */
};

/* Everything in it is the drawing's, or that of the migrations. */
struct drawing_node {
	enum drawn what;
	bool archived; /* only an archive has it */
	bool is_head, is_base, branches, merges;
	bool in_cycle;
	const char *id;                          /* of the newest */
	const struct revision *const *revisions; /* newest first; unknown: none */
	size_t n_revisions;
	/* Of any of them, problems first; those that are allowed are left out.  A
	 * stretch has notices only. */
	const struct problem *const *problems;
	size_t n_problems;
	size_t n_notices;    /* of n_problems, at the end */
	size_t lane, extent; /* see lanes.h */
};

/* Between rows: sorted by `from`. */
struct drawing_edge {
	size_t from, to; /* `to` comes before `from` */
	bool dependency; /* of depends_on, not of down_revision */
	size_t lane;
	bool joins, climbs; /* see lanes.h */
};

struct drawing {
	struct drawing_node *nodes; /* a row each, top first: newest first */
	size_t n_nodes;
	struct drawing_edge *edges;
	size_t n_edges;
	size_t width;       /* lanes in all */
	size_t n_revisions; /* in all, without archived ones */
	size_t n_problems;  /* that count, without notices */
	/* Problems of no node, without notices: of files without an id, and of the
	 * whole. */
	const struct problem *const *loose;
	size_t n_loose;
	struct drawing_private *private;
};

struct drawing_problems {
	const struct problem *v;
	size_t n;
};

struct drawing_wish {
	/* Ids that are recorded somewhere, each shown by itself, or NULL. */
	const struct strvec *standing;
	/* Ids of revisions whose stretch is not folded, or NULL. */
	const struct strvec *open;
	/* Problems and notices; NULL: those of the migrations. */
	const struct drawing_problems *problems;
	size_t n_problems;
	/* With more revisions than this stretches are folded.  Never: SIZE_MAX. */
	size_t fold;
};

/* Of `h`, which has to outlive it, as have the problems and what is standing; archives
 * are drawn as well, below.  What the files say of a cycle, or of parents that are not
 * there, is drawn as they say it.  Equal migrations are drawn equally.  drawing_free()
 * it. */
struct drawing *drawing_new(const struct migrations *h, const struct drawing_wish *w);
void drawing_free(struct drawing *d);

/* The row of the revision of that id, be it in a stretch, or d->n_nodes. */
size_t drawing_find(const struct drawing *d, const char *id);

#endif
