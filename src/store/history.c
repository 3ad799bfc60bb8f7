/* The history: rows are written together with what they are about, by store_end(); as
 * long as they cannot be, they wait in memory, and are answered from there. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/sql.h"
#include "store/store.h"

void
store_add_change(struct store *s, const struct store_change *c)
{
	pending_add(&s->pending, c);
}

size_t
store_waiting(const struct store *s)
{
	return s->pending.n + s->pending.lost;
}

void
store_follow(struct store *s, const char *environment, const struct store_last *last)
{
	pending_follow(&s->pending, environment, last);
}

void
store_clock_set(struct store *s, const struct clock_step *step)
{
	pending_step(&s->pending, step);
	steps_add(&s->steps, step);
}

bool
store_waits_for(const struct store *s, const char *environment)
{
	return pending_has_state(&s->pending, environment);
}

/* ---- Writing ---- */

static bool
write_row(struct store *s, const struct store_change *c, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_ADD_CHANGE, e);

	if (!q)
		return false;
	sql_bind_int(q, 1, c->at_ms);
	sql_bind_text(q, 2, c->environment);
	sql_bind_text(q, 3, c->state);
	sql_bind_text(q, 4, c->previous_state);
	sql_bind_text(q, 5, c->revision);
	sql_bind_text(q, 6, c->expected);
	sql_bind_text(q, 7, c->fingerprint);
	sql_bind_int(q, 8, c->findings);
	sql_bind_text(q, 9, c->detail);
	sql_bind_text(q, 10, c->event);
	sql_add_history(s, CHANGE_BYTES);
	return sql_run(s, q, e);
}

static bool
write_loss(struct store *s, struct err *e)
{
	char *detail = pending_loss(&s->pending);
	const struct store_change c = {.at_ms = s->pending.lost_to_ms,
		.event = STORE_EVENT_LOST,
		.environment = "",
		.state = "",
		.detail = detail};
	bool ok = !detail || write_row(s, &c, e);

	free(detail);
	return ok;
}

static bool
write_pending(struct store *s, struct err *e)
{
	if (!write_loss(s, e))
		return false;
	for (size_t i = 0; i < s->pending.n; i++)
		if (!write_row(s, &s->pending.v[i], e))
			return false;
	return true;
}

static bool
begin(struct store *s, const char *sql, struct err *e)
{
	if (!sql_may_write(s, e) || !sql_exec(s, sql, e))
		return false;
	if (steps_write(&s->steps, s, e))
		return true;
	(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

bool
store_begin(struct store *s, struct err *e)
{
	return begin(s, "BEGIN IMMEDIATE", e);
}

bool
store_begin_write(struct store *s, struct err *e)
{
	return begin(s, "BEGIN", e);
}

bool
store_end(struct store *s, bool ok, struct err *e)
{
	if (ok && sql_may_write(s, e) && write_pending(s, e) &&
		sql_exec(s, "COMMIT", e)) {
		pending_clear(&s->pending);
		steps_clear(&s->steps);
		return true;
	}
	(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

/* ---- Reading ---- */

/* What is of the daemon has neither environment nor state. */
static const char *
text_or_null(const char *text)
{
	return text && *text ? text : NULL;
}

static cJSON *
change_json(const struct store_change *c)
{
	cJSON *o = json_object();

	json_add_time(o, "at", c->at_ms);
	json_add_str(o, "event", c->event ? c->event : "state");
	json_add_str(o, "environment", text_or_null(c->environment));
	json_add_str(o, "state", text_or_null(c->state));
	json_add_str(o, "previous_state", c->previous_state);
	json_add_str(o, "revision", c->revision);
	json_add_str(o, "expected", c->expected);
	json_add_str(o, "fingerprint", c->fingerprint);
	json_add_num(o, "findings", (double)c->findings);
	json_add_str(o, "detail", c->detail);
	return o;
}

static struct store_change
row_of(sqlite3_stmt *q)
{
	return (struct store_change){
		.at_ms = sqlite3_column_int64(q, 0),
		.environment = sql_text(q, 1),
		.state = sql_text(q, 2),
		.previous_state = sql_text(q, 3),
		.revision = sql_text(q, 4),
		.expected = sql_text(q, 5),
		.fingerprint = sql_text(q, 6),
		.findings = (long)sqlite3_column_int64(q, 7),
		.detail = sql_text(q, 8),
		.event = sql_text(q, 9),
	};
}

/* What is not stored yet is the newest.  How many were added. */
static size_t
add_pending(cJSON *list, const struct pending *p, const char *environment,
	const struct store_span *span)
{
	size_t n = 0;

	for (size_t i = p->n; i > 0 && n < span->limit; i--) {
		const struct store_change *c = &p->v[i - 1];

		if (c->at_ms < span->since_ms || c->at_ms > span->until_ms ||
			(environment && strcmp(c->environment, environment) != 0))
			continue;
		json_push(list, change_json(c));
		n++;
	}
	return n;
}

static bool
add_stored(cJSON *list, sqlite3_stmt *q, struct store *s, struct err *e)
{
	int rc;

	while ((rc = sql_next(s, q, e)) > 0) {
		const struct store_change c = row_of(q);

		json_push(list, change_json(&c));
	}
	return rc == 0;
}

static cJSON *
document(struct store *s, const char *called, const struct store_span *span,
	struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_HISTORY, e);
	size_t limit = span->limit;
	cJSON *o, *changes;

	if (!q)
		return NULL;
	o = json_object();
	json_add_num(o, "schema_version", 1);
	changes = json_add_array(o, "changes");
	limit -= add_pending(changes, &s->pending, called, span);
	sql_bind_int(q, 1, span->since_ms);
	sql_bind_text(q, 2, called);
	sql_bind_int(q, 3, limit < INT32_MAX ? (int64_t)limit : INT32_MAX);
	sql_bind_int(q, 4, span->until_ms);
	if (!add_stored(changes, q, s, e)) {
		cJSON_Delete(o);
		o = NULL;
	}
	sql_end(q);
	return o;
}

cJSON *
store_history_of(struct store *s, const struct store_span *span, struct err *e)
{
	char *called = span->environment ? store_called(s, span->environment, e) : NULL;
	cJSON *o = NULL;

	if (called || !span->environment)
		o = document(s, called, span, e);
	free(called);
	return o;
}

cJSON *
store_history(struct store *s, const char *environment, int64_t since_ms, size_t limit,
	struct err *e)
{
	const struct store_span span = {environment, since_ms, INT64_MAX, limit};

	return store_history_of(s, &span, e);
}
