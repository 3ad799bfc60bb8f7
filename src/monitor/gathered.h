/* What the answers of one reading bring of the catalog: the rows of each kind, then
 * what had to be deparsed, then a snapshot; or last time's, where nothing has changed.
 */
#ifndef MONITOR_GATHERED_H
#define MONITOR_GATHERED_H

#include "base/arena.h"
#include "monitor/facts.h"
#include "pg/session.h"
#include "verdict/version.h"

struct gathered {
	const char *setup; /* what is sent first in each transaction; borrowed */
	struct pg_statement probe;
	char *last_probe; /* of last time; NULL: none */
	struct snapshot *last_snapshot;
	struct builder *builder; /* NULL: there are no rows yet */
	const struct detail_batch *details;
	size_t n_details;
};

/* Begin with what was read `last` time, or NULL. */
void gathered_init(struct gathered *g, const struct facts *last);
void gathered_fini(struct gathered *g);
/* True if last time's snapshot still says what the catalog of `f` is. */
bool gathered_is_unchanged(const struct gathered *g, const struct facts *f);

/* Hand it out again. */
void gathered_reuse(const struct gathered *g, struct facts *f);

/* The rows of every kind; of an unchanged catalog the probe again.  Asking sets
 * `list` and returns how many there are. */
size_t gathered_ask_rows(
	const struct gathered *g, const struct facts *f, struct pg_statement *list);
/* ERR_MOVED: it has changed meanwhile. */
bool gathered_take_rows(struct gathered *g, const struct facts *f,
	const struct pg_results *res, struct err *e) MUST_CHECK;

/* What those have to be deparsed for, and the probe again; lives in `a`. */
struct pg_script gathered_ask_details(struct gathered *g, struct arena *a);
/* Set f->snapshot, of which `name` is the version table. */
bool gathered_take_details(struct gathered *g, struct facts *f,
	const struct version_name *name, const struct pg_results *res,
	struct err *e) MUST_CHECK;

#endif
