/* What the monitor tells, as lines of the log. */
#include "daemon/events.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "report/journal.h"

static void
on_event(void *arg, enum monitor_event what, const struct published_environment *before,
	const struct published_environment *now)
{
	switch (what) {
	case EVENT_STATE:
		journal_state(now, now->previous, false);
		break;
	case EVENT_STANDING:
		journal_state(now, now->previous, true);
		break;
	case EVENT_FINDINGS:
		journal_findings_changed(
			now, before->diff ? before->diff->n_findings : 0);
		break;
	case EVENT_CHECK_FAILED:
		journal_check_failed(now);
		break;
	case EVENT_CHECK_PASSES:
		journal_check_passes(now);
		break;
	}
	if (what != EVENT_STANDING)
		receivers_see(arg, now);
}

static void
on_rule(void *arg, const struct published_environment *now, const char *rule,
	bool expired)
{
	(void)arg;
	if (expired)
		journal_rule_expired(now->name, rule);
	else
		journal_rule_expires(now->name, rule);
}

static void
on_role(void *arg, const struct published_environment *now)
{
	(void)arg;
	journal_role(now);
}

static void
on_happened(
	void *arg, const struct published_environment *now, const struct happened *h)
{
	(void)arg;
	journal_happened(now, h);
}

/* A directory may have thousands of problems; /migrations lists them all. */
enum { MAX_PROBLEM_LINES = 20 };

static void
on_migrations(void *arg, const struct published_migrations *m)
{
	size_t n = m->graph ? m->graph->n_problems : 0;

	(void)arg;
	if (m->error)
		log_msg(LEVEL_ERROR, "migrations %s cannot be read: %s", m->name,
			m->error);
	for (size_t i = 0; i < n && i < MAX_PROBLEM_LINES; i++)
		journal_migrations_problem(m->name, &m->graph->problems[i]);
	if (n > MAX_PROBLEM_LINES)
		log_msg(LEVEL_WARN, "migrations %s have %zu problems in all", m->name,
			n);
	for (size_t i = 0; m->graph && i < m->graph->unused_allow.n; i++)
		log_msg(LEVEL_WARN, "migrations %s: allow \"%s\" matches no problem",
			m->name, m->graph->unused_allow.v[i]);
}

static void
on_notices(void *arg, const char *name, const struct problem *const *notices, size_t n)
{
	(void)arg;
	for (size_t i = 0; i < n && i < MAX_PROBLEM_LINES; i++)
		journal_migrations_problem(name, notices[i]);
	if (n > MAX_PROBLEM_LINES)
		log_msg(LEVEL_INFO, "migrations %s have %zu new notices in all", name,
			n);
}

static void
on_discovered(void *arg, const struct discovery_news *news)
{
	journal_discovered(news);
	receivers_look(arg);
}

void
events_tell(struct monitor_options *o, struct receivers *receivers)
{
	o->arg = receivers;
	o->event = on_event;
	o->rule = on_rule;
	o->role = on_role;
	o->happened = on_happened;
	o->migrations = on_migrations;
	o->discovered = on_discovered;
	o->notices = on_notices;
}

char *
events_counts(const struct published *p)
{
	size_t count[STATE_COUNT] = {0};
	struct strbuf text = {0};

	for (size_t i = 0; i < p->n_environments; i++)
		count[p->environments[i]->state]++;
	if (!p->n_environments)
		strbuf_add(&text, "nothing is watched");
	else
		strbuf_printf(&text, "%zu environments", p->n_environments);
	for (int s = STATE_COUNT - 1; s >= 0; s--)
		if (count[s])
			strbuf_printf(
				&text, ", %zu %s", count[s], state_word((enum state)s));
	return strbuf_take(&text);
}

static void
log_environment(const struct published_environment *e)
{
	char since[CLOCK_RFC3339_LEN] = "";
	const struct log_field fields[] = {
		{"environment", e->name},
		{"state", state_word(e->state)},
		{"since", e->since_ms ? clock_rfc3339(e->since_ms, since) : NULL},
		{"error", e->check == CHECK_OK ? NULL : e->error},
	};
	char *msg = xasprintf("%s is %s", e->name, state_word(e->state));

	log_write(&(struct log_record){.level = LEVEL_INFO,
		.msg = msg,
		.fields = fields,
		.n_fields = COUNT_OF(fields)});
	free(msg);
}

void
events_summary(const struct published *p)
{
	char *counts = events_counts(p);

	log_msg(LEVEL_INFO, "%s", counts);
	for (size_t i = 0; i < p->n_environments; i++)
		log_environment(p->environments[i]);
	free(counts);
}
