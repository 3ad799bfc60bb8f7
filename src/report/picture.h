/* The picture of a block of migrations: its graph as it is drawn, and who stands where
 * in it. */
#ifndef REPORT_PICTURE_H
#define REPORT_PICTURE_H

#include "migrations/drawing.h"
#include "verdict/verdict.h"

/* An environment. */
struct picture_marker {
	const char *environment;
	enum state state;
	const struct strvec *revisions; /* that it records */
	const struct strvec *pending;   /* that an upgrade would run there, or NULL */
};

/* All borrowed. */
struct picture {
	const char *name; /* of the block */
	const struct drawing *drawing;
	const struct picture_marker *markers; /* in the order in which they are shown */
	size_t n_markers;
};

/* The markers at node i of the drawing: markers[at[i]] … markers[at[i + 1] - 1]; one
 * that records several revisions is at each of them, once. */
struct picture_places {
	size_t *at;
	const struct picture_marker **markers;
};
void picture_places(const struct picture *p, struct picture_places *out);
void picture_places_free(struct picture_places *places);

/* In how many environments an upgrade would run something of each node; an array that
 * the caller frees. */
size_t *picture_pending(const struct picture *p);

/* How many of the node's revisions have an operation that destroys something, or do
 * something to every row of a table. */
size_t picture_destructive(const struct drawing_node *node);

/* Append all that is known of the node, a line each, the last without a line end:
 * message, when it was made, its file, labels, destructive operations, problems.
 * Not escaped, but fit to show; of a long list the first. */
void picture_facts(struct strbuf *out, const struct drawing_node *node);

/* Append what the picture shows in one sentence: "12 revisions, 2 heads (a, b), …". */
void picture_sentence(struct strbuf *out, const struct picture *p);

#endif
