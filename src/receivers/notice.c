/* A notice is made when a change is seen and may be sent much later, by another
 * process: so it holds all it says, as the log said it. */
#include "receivers/notice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "report/journal.h"

static const char *const words[NOTICE_STATUS_COUNT] = {
	[NOTICE_PROBLEM] = "problem",
	[NOTICE_RESOLVED] = "resolved",
	[NOTICE_TEST] = "test",
};

static const char *const urgencies[URGENCY_COUNT] = {
	[URGENCY_INFO] = "info",
	[URGENCY_WARNING] = "warning",
	[URGENCY_CRITICAL] = "critical",
};

const char *
notice_urgency_word(enum notice_urgency u)
{
	return urgencies[u];
}

const char *
notice_status_word(enum notice_status s)
{
	return words[s];
}

static void
set_id(struct notice *n)
{
	struct hash *h = hash_new();
	char hex[HASH_HEX_LEN];

	hash_add_text(h, n->environment);
	hash_add_text(h, words[n->status]);
	hash_add_text(h, n->state);
	hash_add_number(h, (size_t)n->since_ms);
	hash_add_number(h, (size_t)n->at_ms);
	hash_finish(h, hex);
	snprintf(n->id, sizeof n->id, "%.32s", hex);
}

const char *
notice_severity(const struct published_environment *e)
{
	enum severity worst = SEVERITY_COSMETIC;
	bool any = false;

	for (size_t i = 0; e->diff && i < e->diff->n_findings; i++) {
		if (!published_confirmed(e, i))
			continue;
		any = true;
		if (e->diff->findings[i].severity < worst)
			worst = e->diff->findings[i].severity;
	}
	return any ? severity_word(worst) : NULL;
}

/* Of a drift: by the worst of what is confirmed of it. */
static enum notice_urgency
urgency_of_findings(const char *severity)
{
	if (!severity || !strcmp(severity, severity_word(SEVERITY_ADDITIVE)))
		return URGENCY_WARNING;
	return strcmp(severity, severity_word(SEVERITY_BREAKING)) ? URGENCY_INFO
								  : URGENCY_CRITICAL;
}

/* That a check fails calls nobody: it is not known that anything is wrong.  Where the
 * revision is another one, a drift may stand beside it. */
static enum notice_urgency
urgency_of(const struct published_environment *e, const char *severity)
{
	enum revision_status revision = e->revision.status;
	bool lost = revision == REVISION_UNKNOWN_REVISION ||
		    revision == REVISION_EMPTY_DATABASE;

	if (e->state == STATE_DRIFTED)
		return urgency_of_findings(severity);
	if (e->state == STATE_UNSTAMPED ||
		(e->state == STATE_REVISION_MISMATCH && lost))
		return URGENCY_CRITICAL;
	if (e->state == STATE_REVISION_MISMATCH && e->schema == SCHEMA_DRIFTED &&
		urgency_of_findings(severity) == URGENCY_CRITICAL)
		return URGENCY_CRITICAL;
	return URGENCY_WARNING;
}

static void
copy_set_labels(struct strvec *to, const struct strvec *from)
{
	for (size_t i = 0; i < from->n; i++)
		if (*from->v[i])
			strvec_add(to, from->v[i]);
}

struct notice *
notice_of(const struct published_environment *e, enum notice_status status,
	int64_t now_ms)
{
	struct notice *n = xcalloc(1, sizeof *n);

	n->status = status;
	n->environment = xstrdup(e->name);
	n->state = xstrdup(state_word(e->state));
	n->severity = xstrdup_null(notice_severity(e));
	n->is_error = journal_state_level(e) == LEVEL_ERROR;
	n->urgency = urgency_of(e, n->severity);
	n->since_ms = e->since_ms ? e->since_ms : now_ms;
	n->at_ms = now_ms;
	n->text = status == NOTICE_RESOLVED && e->state == STATE_UNKNOWN
			  ? xasprintf("%s: check succeeds again", e->name)
			  : journal_state_text(e);
	n->hint = xstrdup_null(e->hint);
	n->findings = e->diff ? e->diff->n_findings : 0;
	strvec_copy(&n->revision, &e->revision.recorded);
	strvec_copy(&n->expected, &e->revision.expected);
	strvec_copy(&n->labels, &e->labels);
	copy_set_labels(&n->metric_labels, &e->metric_labels);
	set_id(n);
	return n;
}

struct notice *
notice_gone(const struct notice *told, int64_t now_ms)
{
	struct notice *n = xcalloc(1, sizeof *n);

	n->status = NOTICE_RESOLVED;
	n->environment = xstrdup(told->environment);
	n->since_ms = n->at_ms = now_ms;
	n->text = xasprintf("%s: is not watched any more", told->environment);
	strvec_copy(&n->labels, &told->labels);
	strvec_copy(&n->metric_labels, &told->metric_labels);
	set_id(n);
	return n;
}

struct notice *
notice_test(const char *receiver, int64_t now_ms)
{
	struct notice *n = xcalloc(1, sizeof *n);

	n->status = NOTICE_TEST;
	n->environment = xstrdup("test");
	n->state = xstrdup(state_word(STATE_IN_SYNC));
	n->since_ms = n->at_ms = now_ms;
	n->text = xasprintf("a test of pgdriftd: receiver %s is reached", receiver);
	set_id(n);
	return n;
}

void
notice_free(struct notice *n)
{
	if (!n)
		return;
	free(n->environment);
	free(n->state);
	free(n->previous);
	free(n->severity);
	free(n->text);
	free(n->hint);
	strvec_free(&n->revision);
	strvec_free(&n->expected);
	strvec_free(&n->labels);
	strvec_free(&n->metric_labels);
	free(n);
}

/* ---- As JSON ---- */

static void
add_labels(cJSON *o, const struct strvec *labels)
{
	cJSON *object = json_add_object(o, "labels");

	for (size_t i = 0; i < labels->n; i++) {
		size_t length = strcspn(labels->v[i], "=");
		char *name = xstrndup(labels->v[i], length);

		if (labels->v[i][length])
			json_add_str(object, name, labels->v[i] + length + 1);
		free(name);
	}
}

void
notice_json(const struct notice *n, cJSON *o)
{
	json_add_str(o, "id", n->id);
	json_add_str(o, "status", words[n->status]);
	json_add_str(o, "environment", n->environment);
	json_add_str(o, "state", n->state);
	json_add_str(o, "previous_state", n->previous);
	json_add_str(o, "severity", n->severity);
	json_add_time(o, "since", n->since_ms);
	json_add_time(o, "at", n->at_ms);
	json_add_str(o, "text", n->text);
	json_add_str(o, "hint", n->hint);
	json_add_num(o, "findings", (double)n->findings);
	json_add_list(o, "revision", &n->revision);
	json_add_list(o, "expected", &n->expected);
	add_labels(o, &n->labels);
	json_add_num(o, "unsaid", (double)n->unsaid);
}

char *
notice_print(const struct notice *n)
{
	cJSON *o = json_object();
	char *text;

	notice_json(n, o);
	/* What the document for people has in another form, or not at all. */
	json_add_bool(o, "is_error", n->is_error);
	json_add_str(o, "urgency", urgencies[n->urgency]);
	json_add_num(o, "since_ms", (double)n->since_ms);
	json_add_num(o, "at_ms", (double)n->at_ms);
	json_add_list(o, "label_list", &n->labels);
	json_add_list(o, "metric_labels", &n->metric_labels);
	text = json_print(o);
	cJSON_Delete(o);
	return text;
}

static char *
read_text(const cJSON *o, const char *key)
{
	return xstrdup_null(json_str(o, key));
}

static bool
read_status(const cJSON *o, enum notice_status *out)
{
	const char *word = json_str(o, "status");

	for (int s = 0; word && s < NOTICE_STATUS_COUNT; s++)
		if (!strcmp(words[s], word)) {
			*out = (enum notice_status)s;
			return true;
		}
	return false;
}

/* Who wrote none told of errors as critical: those end as they began. */
static void
read_urgency(const cJSON *o, struct notice *n)
{
	const char *word = json_str(o, "urgency");

	n->urgency = n->is_error ? URGENCY_CRITICAL : URGENCY_WARNING;
	for (int u = 0; word && u < URGENCY_COUNT; u++)
		if (!strcmp(urgencies[u], word))
			n->urgency = (enum notice_urgency)u;
}

static void
read_rest(const cJSON *o, struct notice *n)
{
	int64_t findings = 0;

	n->state = read_text(o, "state");
	n->previous = read_text(o, "previous_state");
	n->severity = read_text(o, "severity");
	n->hint = read_text(o, "hint");
	n->is_error = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(o, "is_error"));
	read_urgency(o, n);
	(void)json_whole(o, "findings", &findings);
	(void)json_whole(o, "unsaid", &n->unsaid);
	n->findings = (size_t)findings;
	snprintf(n->id, sizeof n->id, "%s", json_str(o, "id"));
	json_strings(o, "revision", &n->revision);
	json_strings(o, "expected", &n->expected);
	json_strings(o, "label_list", &n->labels);
	json_strings(o, "metric_labels", &n->metric_labels);
}

struct notice *
notice_parse(const char *text)
{
	cJSON *o = cJSON_Parse(text);
	struct notice *n = xcalloc(1, sizeof *n);

	n->environment = read_text(o, "environment");
	n->text = read_text(o, "text");
	if (n->environment && n->text && json_str(o, "id") &&
		read_status(o, &n->status) &&
		(n->status == NOTICE_RESOLVED || json_str(o, "state")) &&
		json_whole(o, "since_ms", &n->since_ms) &&
		json_whole(o, "at_ms", &n->at_ms)) {
		read_rest(o, n);
	} else {
		notice_free(n);
		n = NULL;
	}
	cJSON_Delete(o);
	return n;
}
