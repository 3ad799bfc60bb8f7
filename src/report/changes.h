/* What changed between the catalogs and revisions that an environment had. */
#ifndef REPORT_CHANGES_H
#define REPORT_CHANGES_H

#include "base/json.h"
#include "store/store.h"

struct changes_wish {
	const char *environment;
	int64_t since_ms; /* first seen with what it became then or later */
	size_t limit;
	int64_t until_ms; /* … then or before; 0: whenever */
};

/* A page of them is made while the daemon does nothing else. */
enum { CHANGES_LIMIT = 20, CHANGES_LIMIT_MAX = 200 };

/* The document of /status/NAME/changes, newest first: {"schema_version": 1,
 * "environment", "changes": [{from, to, revision_before, revision_after,
 * catalog_changed, outside_migrations, database_changed, summary, findings}],
 * "truncated"}; `from`
 * is when it was last seen without, `to` when it was first seen with the change.  Both
 * last members are those of `diff` with what was before as expected, and null where the
 * catalog is the same or nothing is known of that.  `truncated`: there are more, which
 * would make it longer than some megabytes.  The caller deletes it; NULL on error. */
cJSON *changes_document(struct store *s, const struct changes_wish *w, struct err *e);
/* That document for people, also one of another process. */
void changes_text(const cJSON *document, bool summary, struct strbuf *out);

#endif
