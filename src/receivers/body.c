/* A table of kinds; each writes the same notices, so that all say the same. */
#include "receivers/body.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"

enum { LINES_MOST = 20, LINE_MOST = 400, ALERT_LASTS_MS = 5 * 60 * 1000 };

void
message_identify(struct message *m)
{
	struct hash *h = hash_new();
	char hex[HASH_HEX_LEN];

	hash_add_text(h, m->receiver);
	for (size_t i = 0; i < m->n; i++)
		hash_add_text(h, m->v[i].notice->id);
	hash_finish(h, hex);
	snprintf(m->id, sizeof m->id, "%.32s", hex);
}

/* The page of an environment, or NULL: nobody knows its address. */
static char *
link_of(const struct message *m, const struct notice *n)
{
	struct strbuf b = {0};

	if (!m->external_url)
		return NULL;
	strbuf_printf(&b, "%s/", m->external_url);
	if (n->state && n->status != NOTICE_TEST) {
		strbuf_add(&b, "environments/");
		text_url(&b, n->environment);
	}
	return strbuf_take(&b);
}

static size_t
count_of(const struct message *m, enum notice_status s)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += m->v[i].notice->status == s;
	return n;
}

/* "prod: schema has drifted (…)", or how many of each there are. */
static void
add_summary(struct strbuf *out, const struct message *m)
{
	size_t problems = count_of(m, NOTICE_PROBLEM), ends = m->n - problems;
	const struct notice *first = m->v[0].notice;

	if (m->n == 1)
		strbuf_printf(out, "%s%s",
			first->status == NOTICE_RESOLVED ? "resolved: " : "",
			first->text);
	else if (problems && ends)
		strbuf_printf(out, "%zu environments have a problem, %zu are resolved",
			problems, ends);
	else if (problems)
		strbuf_printf(out, "%zu environments have a problem", problems);
	else
		strbuf_printf(out, "%zu environments are resolved", ends);
}

static void
print_json(cJSON *o, struct strbuf *out)
{
	char *text = json_print(o);

	strbuf_add(out, text);
	free(text);
	cJSON_Delete(o);
}

/* ---- json ---- */

static void
write_json(const struct message *m, struct strbuf *out)
{
	cJSON *o = json_object(), *list;
	struct strbuf summary = {0};

	add_summary(&summary, m);
	json_add_num(o, "schema_version", 1);
	json_add_str(o, "id", m->id);
	json_add_str(o, "receiver", m->receiver);
	json_add_str(o, "summary", summary.s);
	json_add_str(o, "external_url", m->external_url);
	list = json_add_array(o, "notifications");
	for (size_t i = 0; i < m->n; i++) {
		cJSON *part = json_object();
		char *link = link_of(m, m->v[i].notice);

		notice_json(m->v[i].notice, part);
		json_add_str(part, "url", link);
		json_push(list, part);
		free(link);
	}
	print_json(o, out);
	strbuf_free(&summary);
}

/* ---- slack ---- */

/* What chats make a mention or a link of, though nothing marks it as one: behind the
 * first bytes of it comes a space without any width, so that it reads as before. */
static const struct {
	const char *text;
	size_t first;
	bool of_its_own; /* only where no letter or digit is before it */
} alive[] = {
	{"@", 1, true}, {"://", 1, false}, {"www.", 4, true},
	{"](", 1, false}, /* [text](address) */
};

/* How many bytes of `s` come before that space; 0: it needs none.  `before`: the byte
 * before it, 0 at the begin. */
static size_t
alive_at(const char *s, char before)
{
	for (size_t i = 0; i < COUNT_OF(alive); i++)
		if (!strncasecmp(s, alive[i].text, strlen(alive[i].text)) &&
			!(alive[i].of_its_own && isalnum((unsigned char)before)))
			return alive[i].first;
	return 0;
}

static void
add_escaped_byte(struct strbuf *out, char c)
{
	if (c == '&')
		strbuf_add(out, "&amp;");
	else if (c == '<')
		strbuf_add(out, "&lt;");
	else if (c == '>')
		strbuf_add(out, "&gt;");
	else
		strbuf_addc(out, c);
}

/* Nothing in a name is markup, a mention or a link. */
static void
add_escaped(struct strbuf *out, const char *s, size_t max)
{
	char *line = text_line(s, max);
	size_t until = 0;

	for (size_t i = 0; line[i]; i++) {
		if (!until)
			until = alive_at(line + i, i ? line[i - 1] : '\0');
		add_escaped_byte(out, line[i]);
		if (until && !--until)
			strbuf_add(out, "\xe2\x80\x8b");
	}
	free(line);
}

/* The name at the begin of a text leads to its page. */
static void
add_slack_line(struct strbuf *out, const struct message *m, const struct notice *n)
{
	char *link = link_of(m, n);
	size_t length = strlen(n->environment);
	bool named = link && !strncmp(n->text, n->environment, length) &&
		     n->text[length] == ':';

	if (out->len)
		strbuf_addc(out, '\n');
	if (n->status == NOTICE_RESOLVED)
		strbuf_add(out, "resolved: ");
	if (named) {
		strbuf_printf(out, "<%s|", link);
		add_escaped(out, n->environment, LINE_MOST);
		strbuf_addc(out, '>');
	}
	add_escaped(out, named ? n->text + length : n->text, LINE_MOST);
	free(link);
}

static void
add_slack_hint(struct strbuf *out, const struct notice *n)
{
	if (!n->hint || n->status != NOTICE_PROBLEM)
		return;
	strbuf_addc(out, '\n');
	add_escaped(out, n->hint, LINE_MOST);
}

static const char *
slack_color(const struct message *m)
{
	bool problem = false;

	for (size_t i = 0; i < m->n; i++) {
		const struct notice *n = m->v[i].notice;

		problem |= n->status == NOTICE_PROBLEM;
		if (n->status == NOTICE_PROBLEM && n->is_error)
			return "danger";
	}
	return problem ? "warning" : "good";
}

static void
write_slack(const struct message *m, struct strbuf *out)
{
	cJSON *o = json_object(), *attachment = json_object(), *list;
	struct strbuf lines = {0}, summary = {0}, escaped = {0};

	add_summary(&summary, m);
	add_escaped(&escaped, summary.s, LINE_MOST);
	for (size_t i = 0; i < m->n && i < LINES_MOST; i++)
		add_slack_line(&lines, m, m->v[i].notice);
	if (m->n == 1)
		add_slack_hint(&lines, m->v[0].notice);
	if (m->n > LINES_MOST)
		strbuf_printf(&lines, "\nand %zu more", m->n - LINES_MOST);
	json_add_str(o, "text", escaped.s);
	json_add_str(attachment, "color", slack_color(m));
	json_add_str(attachment, "fallback", escaped.s);
	json_add_str(attachment, "text", lines.s);
	list = json_add_array(o, "attachments");
	json_push(list, attachment);
	print_json(o, out);
	strbuf_free(&lines);
	strbuf_free(&summary);
	strbuf_free(&escaped);
}

/* ---- alertmanager ---- */

static void
add_pairs(cJSON *labels, const struct strvec *pairs)
{
	for (size_t i = 0; i < pairs->n; i++) {
		size_t n = strcspn(pairs->v[i], "=");
		char *name = xstrndup(pairs->v[i], n);

		if (pairs->v[i][n] && strcmp(name, "alertname") != 0)
			json_add_str(labels, name, pairs->v[i] + n + 1);
		free(name);
	}
}

/* An alert is known by all of its labels: they are those of the problem, also when it
 * ends. */
static void
add_alert_labels(cJSON *alert, const struct notice *problem)
{
	cJSON *labels = json_add_object(alert, "labels");
	bool test = problem->status == NOTICE_TEST;

	json_add_str(labels, "alertname", test ? "PgdriftdTest" : "PgdriftdState");
	json_add_str(labels, "environment", problem->environment);
	json_add_str(labels, "severity", notice_urgency_word(problem->urgency));
	json_add_str(labels, "state", problem->state);
	add_pairs(labels, &problem->metric_labels);
}

static void
add_alert(cJSON *list, const struct message *m, const struct notice *problem,
	const struct notice *end)
{
	const struct notice *said = end ? end : problem;
	cJSON *alert = json_object(), *annotations;
	char *link = link_of(m, problem);
	/* The clock may have been put back since. */
	int64_t starts_ms =
		problem->since_ms < m->now_ms ? problem->since_ms : m->now_ms;
	int64_t over_ms = end && end->at_ms < m->now_ms ? end->at_ms : m->now_ms;
	int64_t ends_ms = end ? over_ms : m->now_ms + ALERT_LASTS_MS;

	add_alert_labels(alert, problem);
	annotations = json_add_object(alert, "annotations");
	json_add_str(annotations, "summary", said->text);
	if (said->hint)
		json_add_str(annotations, "description", said->hint);
	json_add_time_ms(alert, "startsAt", starts_ms);
	json_add_time_ms(
		alert, "endsAt", ends_ms > starts_ms ? ends_ms : starts_ms + 1);
	if (link)
		json_add_str(alert, "generatorURL", link);
	json_push(list, alert);
	free(link);
}

/* One state that follows another ends its alert. */
static void
write_alerts(const struct message *m, struct strbuf *out)
{
	cJSON *list = json_array();

	for (size_t i = 0; i < m->n; i++) {
		const struct notice *n = m->v[i].notice, *told = m->v[i].told;

		if (told && told != n)
			add_alert(list, m, told, n);
		if (n->status != NOTICE_RESOLVED)
			add_alert(list, m, n, NULL);
	}
	print_json(list, out);
}

/* ---- All kinds ---- */

static const struct body_kind kinds[] = {
	{.word = "json", .write = write_json},
	{.word = "slack", .write = write_slack},
	{.word = "alertmanager",
		.path = "/api/v2/alerts",
		.renew_ms = ALERT_LASTS_MS / 5,
		.write = write_alerts},
};

const struct body_kind *
body_kind(const char *word)
{
	size_t i = 0;

	while (i + 1 < COUNT_OF(kinds) && strcmp(kinds[i].word, word) != 0)
		i++;
	return &kinds[i];
}

char *
body_url(const struct body_kind *k, const char *url)
{
	size_t n = strlen(url), length = k->path ? strlen(k->path) : 0;

	if (!k->path || (n >= length && !strcmp(url + n - length, k->path)))
		return xstrdup(url);
	while (n && url[n - 1] == '/')
		n--;
	return xasprintf("%.*s%s", (int)n, url, k->path);
}
