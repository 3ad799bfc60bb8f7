/* The JSON documents of contract 3, from published state.  The caller deletes them. */
#ifndef REPORT_STATUS_H
#define REPORT_STATUS_H

#include "base/json.h"
#include "monitor/published.h"
#include "report/receiving.h"

/* An environment is in a document if each list wants it, which one that is NULL or
 * empty does of all; summary and state are those of the environments in it. */
struct status_filter {
	const struct strvec *environments; /* names or globs, one of them */
	const struct strvec *states;       /* words, one of them */
	/* "NAME=GLOB" over the value, which is "" of a label that is not there: of each
	 * name one of them.  Those of one name stand together, as sorted ones do. */
	const struct strvec *labels;
	const struct strvec *migrations; /* names of blocks, one of them */
	const struct strvec *servers;    /* status_is_server(), one of them */
	/* Each is found, in letters of either case, in its name, server, migrations,
	 * the value of a label or a recorded revision. */
	const struct strvec *texts;
};

/* True of what may be HOST or HOST:PORT of an address as it is in a document:
 * "10.0.0.7:5432", "[fd00::1]:5432". */
bool status_is_server(const char *s);

/* NULL wants all. */
bool status_wants(const struct status_filter *f, const struct published_environment *e);

/* How many there are of each state; zeroed at the begin. */
struct status_count {
	size_t n, of[STATE_COUNT];
	bool some; /* some were asked for: of others nothing is said */
};
/* A filter that leaves any out, or may. */
bool status_is_filter(const struct status_filter *f);
void status_count(struct status_count *c, const struct published_environment *e);
/* The state of all that were counted. */
enum state status_worst(const struct published *p, const struct status_count *c);

/* `/status` in parts: all but its environments, and one of these. */
cJSON *status_head(const struct published *p, const struct status_count *c);
cJSON *status_member(const struct published_environment *e);
/* How notifications fare, as a member of `/status`. */
void status_receivers(cJSON *o, const struct receiving *v, size_t n);
/* The whole; with `items`, each environment carries schema.items too.  `f` NULL: all
 * environments. */
cJSON *
status_document(const struct published *p, const struct status_filter *f, bool items);
/* `/status/NAME`. */
cJSON *status_environment_document(
	const struct published *p, const struct published_environment *e);
/* Of a check that was asked for: that whose check.started_at is `began_at` or later. */
cJSON *status_asked_document(const struct published_environment *e, int64_t began_ms);
/* `/status/NAME/diff?format=json`: the document of contract 2 with schema.status as its
 * status; where nothing was compared, its summary is null. */
cJSON *status_diff_document(const struct published_environment *e);
/* `/migrations` and `/migrations/NAME`: the graph, its problems, who stands where. */
cJSON *status_migrations_document(const struct published *p);
cJSON *status_migration_document(
	const struct published *p, const struct published_migrations *m);
/* `/version`, without the versions of libraries that this room does not know. */
/* `restart`: settings that wait for a restart; NULL: none. */
cJSON *status_version_document(const char *libpq_version, const struct strvec *restart);

/* The environments of a `/status` document as a table for people: NAME STATE REVISION
 * EXPECTED SCHEMA SINCE, and under each that is not in sync its hint.  The document may
 * come from another process: what it lacks is shown as "-", and control characters as
 * "?". */
void status_table(const cJSON *document, bool color, struct strbuf *out);

#endif
