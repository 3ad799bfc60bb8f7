/* Where the nodes and edges of a graph go in a drawing: a row for each node, what comes
 * later above what it comes from, and lanes in which edges run down between the rows.
 * Of numbers alone. */
#ifndef MIGRATIONS_LANES_H
#define MIGRATIONS_LANES_H

#include <stdbool.h>
#include <stddef.h>

struct lanes_node {
	/* Given: where nothing else decides, lower groups come first, then who has more
	 * weight below it, then who stands before the other in the array. */
	unsigned group;
	size_t weight;

	size_t row, lane;
	/* The last lane that anything is in between this row and the next: what is
	 * written beside the node goes to the right of it. */
	size_t extent;
};

struct lanes_edge {
	/* Given, sorted by `from`; the first edge of a node goes on in its lane.  No
	 * edge leads to its own node, and no two from one node to another. */
	size_t from, to;
	bool dotted; /* shares no lane with those that are not */

	/* It leaves `from` towards this lane, runs down there, and ends in `to`. */
	size_t lane;
	/* The lane is there already, since another edge runs down to the same end: this
	 * one is over once it has reached it. */
	bool joins;
	bool climbs; /* `to` is not below `from`: they are on a cycle */
};

struct lanes {
	struct lanes_node *nodes;
	size_t n_nodes;
	struct lanes_edge *edges;
	size_t n_edges;
	size_t *order; /* of each row its node; n_nodes, given as memory only */
	size_t width;  /* lanes in all */
};

/* Fill what is not given.  Equal graphs are laid equally.  Every edge leads down but
 * those that `climb`, of which there are none without a cycle; each node is drawn
 * whatever the edges are. */
void lanes_lay(struct lanes *l);

#endif
