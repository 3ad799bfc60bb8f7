/* How the scripts of a reading are put together. */
#ifndef READING_SCRIPTS_H
#define READING_SCRIPTS_H

#include "base/arena.h"
#include "catalog/snapshot.h"
#include "pg/session.h"
#include "reading/facts.h"

/* The change probe. */
struct pg_statement scripts_probe(int server_version_num);
/* … for later looks than that of `f`, when checksql_still said `still`; lives in `a`.
 */
struct pg_statement
scripts_probe_unless(struct arena *a, const struct facts *f, const char *still);

/* A script of a short transaction for each of the `n` batches, as what they open stays
 * locked to its end, and one for `last`.  Lives in `a`; its timeout is the caller's. */
struct pg_script scripts_details(struct arena *a, const char *setup,
	const struct detail_batch *details, size_t n, const struct pg_statement *last);

#endif
