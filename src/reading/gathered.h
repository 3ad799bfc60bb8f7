/* What the answers of one reading bring of the catalog: the rows of each kind, then
 * what had to be deparsed, then a snapshot; or last time's, where nothing has changed.
 * Rows are taken statement by statement and freed, so that they are never all there at
 * once; large answers in a thread (loop/work.h), so that the loop goes on meanwhile. */
#ifndef READING_GATHERED_H
#define READING_GATHERED_H

#include "base/arena.h"
#include "catalog/library.h"
#include "pg/session.h"
#include "reading/facts.h"
#include "verdict/version.h"

struct gathered;

/* Called once, perhaps at once; e NULL for success, ERR_MOVED if the catalog changed
 * while it was read. */
typedef void gathered_fn(void *arg, const struct err *e);

/* `setup` is what each transaction begins with, and borrowed; `last` what was read last
 * time, or NULL. */
struct gathered *
gathered_new(struct loop *l, const char *setup, const struct facts *last);
/* The snapshot is to be kept in there (NULL: in none). */
void gathered_keep_in(struct gathered *g, struct library *library);
/* What is in another schema than this one is not read, now or last time. */
void gathered_keep_to(struct gathered *g, const char *schema);
/* Also while an answer is taken, and from inside the callback: then nothing is called
 * back any more.  NULL is fine. */
void gathered_free(struct gathered *g);

/* The statement that asks for the change probe. */
void gathered_set_probe(struct gathered *g, const struct pg_statement *probe);
/* True if last time's snapshot still says what the catalog of `f` is. */
bool gathered_is_unchanged(const struct gathered *g, const struct facts *f);
/* Hand it out again. */
void gathered_reuse(const struct gathered *g, struct facts *f);

/* Ask what was added since last time, which may be all that has changed; false: there
 * is nothing to be asked. */
bool gathered_ask_added(struct gathered *g, const struct facts *f, struct arena *a,
	struct pg_statement *st);
/* Ask for the rows of every kind, or of those that something was added to, and for the
 * probe in the same snapshot; of an unchanged catalog for the probe alone.  All else of
 * `f` is known by now; `name` is the version table.  Sets `list`, which has room for
 * KIND_COUNT + 1, and returns how many there are. */
size_t gathered_ask_rows(struct gathered *g, const struct facts *f,
	const struct version_name *name, struct pg_statement *list);
/* Rows of a statement that was asked for last, by its number: taken over. */
void gathered_take(struct gathered *g, size_t number, struct pg_results *part);
/* All are there. */
void gathered_end(struct gathered *g, gathered_fn *fn, void *arg);
/* True if there were rows to be taken: details are to be asked for. */
bool gathered_has_rows(const struct gathered *g);

/* Ask for what has to be deparsed, and for the probe again; lives in `a`. */
struct pg_script gathered_ask_details(struct gathered *g, struct arena *a);
/* Once they are taken, what was read. */
struct snapshot *gathered_snapshot(struct gathered *g);
/* True if a part of it is what was read last time. */
bool gathered_is_in_part(const struct gathered *g);

#endif
