/* Every line about the domain is made here, so that its words, its level and its fields
 * are the same wherever the event was seen. */
#include "report/journal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "report/journal_ids.h"
#include "verdict/phrase.h"

enum { MAX_TEXT = 500, MAX_IDS = 300, MAX_FIELDS = 16, FEW_NAMES = 5, MAX_USER = 64 };

struct event {
	enum log_level level;
	const char *msg, *id;
};

static const struct event state_events[STATE_COUNT] = {
	[STATE_UNSTAMPED] = {LEVEL_ERROR, "database is not stamped",
		JOURNAL_ID_UNSTAMPED},
	[STATE_REVISION_MISMATCH] = {LEVEL_WARN,
		"recorded revision is not the expected one",
		JOURNAL_ID_REVISION_MISMATCH},
	[STATE_DRIFTED] = {LEVEL_WARN, "schema has drifted", JOURNAL_ID_DRIFTED},
	[STATE_UNKNOWN] = {LEVEL_ERROR, "state is unknown", JOURNAL_ID_UNKNOWN},
	[STATE_UNCONFIRMED] = {LEVEL_INFO, "finding is not confirmed yet",
		JOURNAL_ID_UNCONFIRMED},
	[STATE_MIGRATING] = {LEVEL_INFO, "migration is running", JOURNAL_ID_MIGRATING},
	[STATE_IN_SYNC] = {LEVEL_INFO, "database is in sync", JOURNAL_ID_IN_SYNC},
};

/* The worst there is, whatever state that is. */
static const struct event emptied = {
	LEVEL_ERROR, "database is empty", JOURNAL_ID_EMPTIED};

static const struct event findings_changed = {
	LEVEL_WARN, "findings have changed", JOURNAL_ID_FINDINGS_CHANGED};
static const struct event check_failed = {
	LEVEL_ERROR, "check failed", JOURNAL_ID_CHECK_FAILED};
static const struct event check_passes = {
	LEVEL_INFO, "check succeeds again", JOURNAL_ID_CHECK_FAILED};
static const struct event reloaded = {
	LEVEL_INFO, "configuration is loaded", JOURNAL_ID_RELOADED};
static const struct event reload_refused = {LEVEL_ERROR,
	"configuration is refused, the old one stays", JOURNAL_ID_RELOAD_REFUSED};
static const struct event rule_expired = {
	LEVEL_WARN, "ignore rule has expired", JOURNAL_ID_RULE_EXPIRED};
static const struct event rule_expires = {
	LEVEL_WARN, "ignore rule is about to expire", JOURNAL_ID_RULE_EXPIRES};
static const struct event role_rights = {
	LEVEL_WARN, "role may do more than a check needs", JOURNAL_ID_ROLE};
static const struct event migrations_problem = {
	LEVEL_WARN, "migrations have a problem", JOURNAL_ID_MIGRATIONS_PROBLEM};

static const struct event discovered = {
	LEVEL_INFO, "environments come or go", JOURNAL_ID_DISCOVERED};
static const struct event not_discovered = {LEVEL_ERROR,
	"it cannot be told which environments there are, those known stay",
	JOURNAL_ID_NOT_DISCOVERED};

static const struct event login_failed = {
	LEVEL_WARN, "login failed", JOURNAL_ID_LOGIN_FAILED};
static const struct event logins_failed = {
	LEVEL_WARN, "more logins failed", JOURNAL_ID_LOGIN_FAILED};

static const struct event happenings[HAPPENING_COUNT] = {
	[HAPPENING_REVISION] = {LEVEL_INFO, "recorded revision has changed",
		JOURNAL_ID_REVISION},
	[HAPPENING_DATABASE] = {LEVEL_WARN, "is now another database",
		JOURNAL_ID_DATABASE},
	[HAPPENING_RENAMED] = {LEVEL_INFO, "has another name", JOURNAL_ID_RENAMED},
	[HAPPENING_ACCEPTED] = {LEVEL_INFO, "baseline is another one",
		JOURNAL_ID_ACCEPTED},
	[HAPPENING_CATALOG] = {LEVEL_WARN, "catalog has changed without its revision",
		JOURNAL_ID_CATALOG},
	[HAPPENING_SCHEMA] = {LEVEL_INFO, "schema has changed", JOURNAL_ID_SCHEMA},
	[HAPPENING_FLAPPING] = {LEVEL_WARN, "findings come and go",
		JOURNAL_ID_FLAPPING},
	[HAPPENING_STEADY] = {LEVEL_INFO, "findings no longer come and go",
		JOURNAL_ID_STEADY},
	[HAPPENING_STARTED] = {LEVEL_INFO, "daemon has started", JOURNAL_ID_STARTED},
	[HAPPENING_STOPPED] = {LEVEL_INFO, "daemon stops", JOURNAL_ID_STOPPED},
	[HAPPENING_GAP] = {LEVEL_WARN, "nobody watched", JOURNAL_ID_GAP},
	[HAPPENING_CLOCK] = {LEVEL_WARN, "the clock was set", JOURNAL_ID_CLOCK},
	[HAPPENING_LOST] = {LEVEL_WARN, "history was lost", JOURNAL_ID_LOST},
};

/* The same without a fault. */
static const struct event migrations_notice = {
	LEVEL_INFO, "migrations have a notice", JOURNAL_ID_MIGRATIONS_NOTICE};

/* ---- A record is built field by field, and owns their texts ---- */

struct record {
	struct log_field fields[MAX_FIELDS];
	char *owned[MAX_FIELDS];
	size_t n;
	struct strbuf text; /* of the whole line, for where fields are not seen */
};

/* Take over `value`; NULL or empty: the field is left out. */
static void
add_owned(struct record *r, const char *key, char *value)
{
	if (!value || !*value) {
		free(value);
		return;
	}
	r->fields[r->n] = (struct log_field){key, value};
	r->owned[r->n++] = value;
}

static void
add(struct record *r, const char *key, const char *value)
{
	add_owned(r, key, value ? text_cleaned(value, MAX_TEXT) : NULL);
}

static void
add_number(struct record *r, const char *key, uint64_t n)
{
	add_owned(r, key, xasprintf("%" PRIu64, n));
	r->fields[r->n - 1].is_number = true;
}

static void
add_seconds(struct record *r, const char *key, int64_t ms)
{
	uint64_t size = ms < 0 ? (uint64_t)-ms : (uint64_t)ms;

	add_owned(r, key,
		xasprintf("%s%" PRIu64 ".%03d", ms < 0 ? "-" : "", size / 1000,
			(int)(size % 1000)));
	r->fields[r->n - 1].is_number = true;
}

static void
add_ids(struct record *r, const char *key, const struct strvec *ids)
{
	struct strbuf joined = {0};

	strvec_join(ids, ",", &joined);
	if (joined.len)
		add_owned(r, key, text_line(joined.s, MAX_IDS));
	strbuf_free(&joined);
}

static void
write_event(struct record *r, const struct event *event)
{
	log_write(&(struct log_record){.level = event->level,
		.msg = event->msg,
		.text = r->text.s,
		.message_id = event->id,
		.fields = r->fields,
		.n_fields = r->n});
	for (size_t i = 0; i < r->n; i++)
		free(r->owned[i]);
	strbuf_free(&r->text);
}

/* The fields of contract 6, in its order. */
static void
add_environment(struct record *r, const struct published_environment *e,
	const char *previous_state)
{
	add(r, "environment", e->name);
	add(r, "state", state_word(e->state));
	add(r, "previous_state", previous_state);
	add_ids(r, "revision", &e->revision.recorded);
	add_ids(r, "expected", &e->revision.expected);
	if (e->diff)
		add_number(r, "findings", e->diff->n_findings);
	if (e->last_at_ms)
		add_seconds(r, "duration_seconds", e->duration_ms);
	add(r, "sqlstate", e->sqlstate);
	add(r, "error", e->error);
}

/* ---- The line as a whole: "prod: schema has drifted (3 differences; first: …)" ----
 */

static void
begin_text(struct record *r, const char *about, const struct event *event)
{
	if (about) {
		phrase_text(&r->text, about, PHRASE_NAME);
		strbuf_add(&r->text, ": ");
	}
	strbuf_add(&r->text, event->msg);
}

static void
add_text(struct record *r, const char *before, const char *s)
{
	strbuf_add(&r->text, before);
	phrase_text(&r->text, s, MAX_TEXT);
}

static void
add_revisions(struct record *r, const struct judgement *j)
{
	strbuf_add(&r->text, " (recorded ");
	if (j->recorded.n)
		phrase_ids(&r->text, &j->recorded);
	else
		strbuf_add(&r->text, "none");
	if (j->expected.n) {
		strbuf_add(&r->text, ", expected ");
		phrase_ids(&r->text, &j->expected);
	}
	strbuf_addc(&r->text, ')');
}

/* What comes and goes is not what a line is about. */
static const struct finding *
first_confirmed(const struct published_environment *e)
{
	for (size_t i = 0; i < e->diff->n_findings; i++)
		if (published_confirmed(e, i))
			return &e->diff->findings[i];
	return &e->diff->findings[0];
}

static void
add_differences(struct record *r, const struct published_environment *e)
{
	const struct diff *d = e->diff;

	if (!d || !d->n_findings)
		return;
	strbuf_add(&r->text, " (");
	phrase_differences(&r->text, d, first_confirmed(e));
	strbuf_addc(&r->text, ')');
}

static const struct event *
event_of(const struct published_environment *e)
{
	if (e->state == STATE_REVISION_MISMATCH && published_was_emptied(e))
		return &emptied;
	return &state_events[e->state];
}

static void
add_emptied(struct record *r, const struct published_environment *e)
{
	char at[CLOCK_RFC3339_LEN];

	if (!e->had_objects || !e->had_ms)
		return;
	strbuf_add(&r->text, " (it had ");
	phrase_count(&r->text, e->had_objects, "object");
	strbuf_printf(&r->text, " at %s)", clock_rfc3339(e->had_ms, at));
}

static void
add_state_text(struct record *r, const struct published_environment *e)
{
	begin_text(r, e->name, event_of(e));
	if (event_of(e) == &emptied)
		add_emptied(r, e);
	switch (e->state) {
	case STATE_UNSTAMPED:
	case STATE_REVISION_MISMATCH:
	case STATE_IN_SYNC:
		if (e->revision.status != REVISION_NOT_CHECKED)
			add_revisions(r, &e->revision);
		break;
	case STATE_DRIFTED:
	case STATE_UNCONFIRMED:
		add_differences(r, e);
		break;
	default:
		if (e->error || e->schema_reason)
			add_text(r, ": ", e->error ? e->error : e->schema_reason);
		break;
	}
}

/* ---- Events ---- */

void
journal_state(const struct published_environment *e, enum state previous, bool standing)
{
	struct record r = {0};
	char since[CLOCK_RFC3339_LEN], from[CLOCK_RFC3339_LEN], to[CLOCK_RFC3339_LEN];

	add_environment(&r, e, standing ? NULL : state_word(previous));
	add_state_text(&r, e);
	if (standing) {
		add(&r, "since", clock_rfc3339(published_standing_since(e), since));
		add_text(&r, ", since ", since);
	}
	if (standing && published_has_gap(e)) {
		add(&r, "unwatched_from", clock_rfc3339(e->unwatched_from_ms, from));
		add(&r, "unwatched_to", clock_rfc3339(e->unwatched_to_ms, to));
		strbuf_printf(&r.text, ", not watched from %s to %s", from, to);
	}
	add(&r, "hint", e->hint);
	write_event(&r, event_of(e));
}

char *
journal_state_text(const struct published_environment *e)
{
	struct record r = {0};

	add_state_text(&r, e);
	return strbuf_take(&r.text);
}

enum log_level
journal_state_level(const struct published_environment *e)
{
	return event_of(e)->level;
}

void
journal_findings_changed(const struct published_environment *e, size_t before)
{
	struct record r = {0};

	add_environment(&r, e, NULL);
	add_number(&r, "previous_findings", before);
	begin_text(&r, e->name, &findings_changed);
	if (e->diff && e->diff->n_findings)
		add_differences(&r, e);
	else
		strbuf_add(&r.text, " (there are none any more)");
	add(&r, "hint", e->hint);
	write_event(&r, &findings_changed);
}

void
journal_check_failed(const struct published_environment *e)
{
	struct record r = {0};

	add_environment(&r, e, NULL);
	add(&r, "reason", e->error ? err_reason(e->error_code) : NULL);
	begin_text(&r, e->name, &check_failed);
	if (e->error)
		add_text(&r, ": ", e->error);
	add(&r, "hint", e->hint);
	write_event(&r, &check_failed);
}

void
journal_check_passes(const struct published_environment *e)
{
	struct record r = {0};

	add_environment(&r, e, NULL);
	begin_text(&r, e->name, &check_passes);
	write_event(&r, &check_passes);
}

void
journal_happened(const struct published_environment *e, const struct happened *h)
{
	const struct event *event = &happenings[h->what];
	struct record r = {0};

	if (e)
		add_environment(&r, e, NULL);
	add(&r, "event", happening_word(h->what));
	add(&r, "detail", h->detail);
	begin_text(&r, e ? e->name : NULL, event);
	if (h->detail)
		add_text(&r, ": ", h->detail);
	write_event(&r, event);
}

/* A few by their names. */
static void
add_names(
	struct record *r, const char *key, const char *what, const struct strvec *names)
{
	struct strbuf text = {0};

	if (!names->n)
		return;
	if (names->n <= FEW_NAMES)
		phrase_ids(&text, names);
	else
		strbuf_printf(&text, "%zu", names->n);
	strbuf_printf(&r->text, "%s %s", what, text.s);
	add_owned(r, key, strbuf_take(&text));
}

void
journal_discovered(const struct discovery_news *news)
{
	const struct published_discovery *now = news->now;
	const struct event *event = news->failed ? &not_discovered : &discovered;
	struct record r = {0};

	add(&r, "discover", now->name);
	add_number(&r, "environments", now->n);
	add(&r, "error", now->error);
	begin_text(&r, now->name, event);
	if (news->failed)
		add_text(&r, ": ", now->error);
	add_names(&r, "came", "; new:", &news->came);
	add_names(&r, "gone", "; gone:", &news->gone);
	strbuf_printf(&r.text, "; %zu in all", now->n);
	write_event(&r, event);
}

void
journal_reloaded(size_t environments)
{
	struct record r = {0};

	add_number(&r, "environments", environments);
	begin_text(&r, NULL, &reloaded);
	strbuf_add(&r.text, " (");
	phrase_count(&r.text, environments, "environment");
	strbuf_addc(&r.text, ')');
	write_event(&r, &reloaded);
}

void
journal_reload_refused(const char *message)
{
	struct record r = {0};

	add(&r, "error", message);
	begin_text(&r, NULL, &reload_refused);
	add_text(&r, ": ", message);
	write_event(&r, &reload_refused);
}

static void
tell_rule(const struct event *what, const char *environment, const char *rule)
{
	struct record r = {0};

	add(&r, "environment", environment);
	add(&r, "rule", rule);
	begin_text(&r, environment, what);
	add_text(&r, ": ", rule);
	write_event(&r, what);
}

void
journal_rule_expired(const char *environment, const char *rule)
{
	tell_rule(&rule_expired, environment, rule);
}

void
journal_rule_expires(const char *environment, const char *rule)
{
	tell_rule(&rule_expires, environment, rule);
}

void
journal_role(const struct published_environment *e)
{
	struct record r = {0};

	add(&r, "environment", e->name);
	add(&r, "detail", e->role_notice);
	begin_text(&r, e->name, &role_rights);
	add_text(&r, ": ", e->role_notice);
	write_event(&r, &role_rights);
}

void
journal_migrations_problem(const char *migrations, const struct problem *p)
{
	struct record r = {0};

	add(&r, "revision", p->revision);
	add(&r, "error", p->detail);
	add(&r, "migrations", migrations);
	add(&r, "code", problem_word(p->code));
	add(&r, "file", p->file);
	if (p->line)
		add_number(&r, "line", p->line);
	strbuf_add(&r.text, "migrations ");
	phrase_text(&r.text, migrations, PHRASE_NAME);
	strbuf_printf(&r.text, ": %s", problem_word(p->code));
	if (p->file)
		add_text(&r, " in ", p->file);
	if (p->line)
		strbuf_printf(&r.text, ":%u", p->line);
	if (p->detail)
		add_text(&r, ": ", p->detail);
	write_event(&r,
		problem_is_notice(p->code) ? &migrations_notice : &migrations_problem);
}

/* The user's name is whatever somebody typed, and cut; what was typed for a password is
 * nowhere. */
void
journal_login_failed(const struct login_failure *f)
{
	struct record r = {0};

	add_owned(&r, "user", f->user ? text_line(f->user, MAX_USER) : NULL);
	add(&r, "client", f->client);
	add(&r, "reason", f->reason);
	add(&r, "certificate", f->certificate);
	begin_text(&r, NULL, &login_failed);
	if (f->user) {
		strbuf_add(&r.text, ": user \"");
		phrase_text(&r.text, f->user, MAX_USER);
		strbuf_addc(&r.text, '"');
	}
	strbuf_printf(
		&r.text, "%s from %s: %s", f->user ? "" : ":", f->client, f->reason);
	if (f->certificate) {
		add_text(&r, " (", f->certificate);
		strbuf_addc(&r.text, ')');
	}
	write_event(&r, &login_failed);
}

void
journal_logins_failed(uint64_t n)
{
	struct record r = {0};

	add_number(&r, "logins", n);
	begin_text(&r, NULL, &logins_failed);
	strbuf_printf(&r.text, ": %" PRIu64 ", which are told together", n);
	write_event(&r, &logins_failed);
}
