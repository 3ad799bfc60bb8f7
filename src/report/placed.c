/* See placed.h. */
#include "report/placed.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool
placed_uses(const struct published_environment *e, const struct published_migrations *m)
{
	return e->migrations && !strcmp(e->migrations, m->name);
}

/* In state `s`. */
static void
add_markers(const struct published *p, const struct published_migrations *m,
	enum state s, struct placed *out)
{
	for (size_t i = 0; i < p->n_environments; i++) {
		const struct published_environment *e = p->environments[i];
		size_t n = out->picture.n_markers;

		if (e->state != s || !placed_uses(e, m))
			continue;
		out->environments[n] = e;
		out->markers[n] = (struct picture_marker){.environment = e->name,
			.state = e->state,
			.revisions = &e->revision.recorded,
			.pending = &e->revision.pending};
		out->picture.n_markers++;
		strvec_copy(&out->standing, &e->revision.recorded);
	}
}

void
placed_make(const struct published *p, const struct published_migrations *m,
	const struct placed_wish *wish, struct placed *out)
{
	struct drawing_wish w = {.standing = &out->standing,
		.open = wish->open,
		.problems = out->problems,
		.n_problems = COUNT_OF(out->problems),
		.fold = wish->whole ? SIZE_MAX : DRAWING_FOLD};

	*out = (struct placed){
		.problems = {{m->graph->problems, m->graph->n_problems},
			{m->failed, m->n_failed}, {m->notices, m->n_notices}},
		.environments =
			xcalloc(p->n_environments + 1, sizeof(*out->environments)),
		.markers = xcalloc(p->n_environments + 1, sizeof *out->markers)};
	for (int s = 0; s < STATE_COUNT; s++)
		add_markers(p, m, (enum state)s, out);
	strvec_sort(&out->standing);
	strvec_uniq(&out->standing);
	out->drawing = drawing_new(m->graph, &w);
	out->picture.name = m->name;
	out->picture.drawing = out->drawing;
	out->picture.markers = out->markers;
}

void
placed_free(struct placed *placed)
{
	drawing_free(placed->drawing);
	strvec_free(&placed->standing);
	free(placed->environments);
	free(placed->markers);
}
