/* The JSON documents of contract 3, from published state. */
#ifndef REPORT_STATUS_H
#define REPORT_STATUS_H

#include "base/json.h"
#include "monitor/published.h"

struct status_filter {
	const struct strvec *environments; /* NULL or empty: all */
	const struct strvec *states;
};

/* `/status`; with `items`, each environment carries schema.items too. */
cJSON *
status_document(const struct published *p, const struct status_filter *f, bool items);
/* `/status/NAME`. */
cJSON *status_environment_document(
	const struct published *p, const struct published_environment *e);
/* `/status/NAME/diff?format=json`. */
cJSON *status_diff_document(const struct published_environment *e);
/* `/migrations` and `/migrations/NAME`. */
cJSON *status_migrations_document(const struct published *p);
cJSON *status_migration_document(
	const struct published *p, const struct published_migrations *m);
/* The members of contract 2's `migrations --format json` (no judgement). */
void status_add_history(cJSON *o, const struct history *h);
void status_add_judgement(cJSON *o, const struct judgement *j, const char *hint);
cJSON *status_version_document(void);

/* The table for people, from a document of /status (one of ours, or what a daemon
 * answered: absent members are tolerated): NAME STATE REVISION EXPECTED SCHEMA SINCE,
 * hints. */
void status_table(const cJSON *document, bool color, struct strbuf *out);

#endif
