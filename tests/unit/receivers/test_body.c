#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "receivers/body.h"

#define ZWSP "\xe2\x80\x8b"

static const int64_t now = INT64_C(1789898400000); /* 2026-09-20T10:00:00Z */

static struct notice *
problem(const char *environment, const char *state)
{
	struct notice *n = xcalloc(1, sizeof *n);

	n->status = NOTICE_PROBLEM;
	n->environment = xstrdup(environment);
	n->state = xstrdup(state);
	n->severity = xstrdup("breaking");
	n->urgency = URGENCY_WARNING;
	n->since_ms = now - 60000;
	n->at_ms = now - 1000;
	n->text = xasprintf(
		"%s: schema has drifted (1 difference; first: a < b & c)", environment);
	n->hint = xstrdup("look at <it>");
	n->findings = 1;
	strvec_add(&n->expected, "ab2c1f16b0b3");
	strvec_add(&n->labels, "team=shop");
	strvec_add(&n->metric_labels, "team=shop");
	snprintf(n->id, sizeof n->id, "id-of-%s", environment);
	return n;
}

static char *
write_body(const char *kind, struct message *m)
{
	struct strbuf b = {0};

	m->receiver = "ops";
	m->now_ms = now;
	message_identify(m);
	body_kind(kind)->write(m, &b);
	return strbuf_take(&b);
}

static void
test_json(void **state)
{
	struct notice *n = problem("prod", "drifted");
	const struct message_part part = {n, NULL};
	struct message m = {
		.v = &part, .n = 1, .external_url = "https://ops.example.org/drift"};
	char *body = write_body("json", &m), *again = write_body("json", &m);
	char *expected = xasprintf(
		"{\"schema_version\":1,\"id\":\"%s\",\"receiver\":\"ops\",\"summary\":"
		"\"prod: schema has drifted (1 difference; first: a < b & c)\","
		"\"external_url\":\"https://ops.example.org/drift\",\"notifications\":"
		"[{\"id\":\"id-of-prod\",\"status\":\"problem\",\"environment\":"
		"\"prod\",\"state\":\"drifted\",\"previous_state\":null,\"severity\":"
		"\"breaking\",\"since\":\"2026-09-20T09:59:00Z\",\"at\":"
		"\"2026-09-20T09:59:59Z\",\"text\":\"prod: schema has drifted (1 "
		"difference; first: a < b & c)\",\"hint\":\"look at <it>\","
		"\"findings\":1,\"revision\":[],\"expected\":[\"ab2c1f16b0b3\"],"
		"\"labels\":{\"team\":\"shop\"},\"unsaid\":0,\"url\":"
		"\"https://ops.example.org/drift/environments/prod\"}]}",
		m.id);

	(void)state;
	assert_string_equal(body, expected);
	/* However often it is sent, it is the same. */
	assert_string_equal(body, again);
	assert_int_equal(strlen(m.id), 32);
	free(body);
	free(again);
	free(expected);
	notice_free(n);
}

static void
test_slack(void **state)
{
	struct notice *n = problem("prod", "drifted");
	const struct message_part part = {n, NULL};
	struct message m = {.v = &part, .n = 1, .external_url = "http://h"};
	char *body = write_body("slack", &m);

	(void)state;
	assert_string_equal(body,
		"{\"text\":\"prod: schema has drifted (1 difference; first: a &lt; b "
		"&amp; c)\",\"attachments\":[{\"color\":\"warning\",\"fallback\":"
		"\"prod: schema has drifted (1 difference; first: a &lt; b &amp; c)\","
		"\"text\":\"<http://h/environments/prod|prod>: schema has drifted (1 "
		"difference; first: a &lt; b &amp; c)\\nlook at &lt;it&gt;\"}]}");
	free(body);
	m.external_url = NULL;
	n->status = NOTICE_RESOLVED;
	body = write_body("slack", &m);
	assert_non_null(strstr(body, "\"color\":\"good\""));
	assert_non_null(strstr(body, "\"text\":\"resolved: prod: schema"));
	assert_null(strstr(body, "look at"));
	free(body);
	notice_free(n);
}

/* A message is read by people: of many the first are named. */
static void
test_slack_many(void **state)
{
	enum { MANY = 148, ENDS = 3 };
	struct message_part parts[MANY] = {{0}};
	struct message m = {.v = parts, .n = MANY};
	struct notice *all[MANY];
	char *body, name[32];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof name, "tenants/t%03d", i);
		all[i] = problem(name, "drifted");
		all[i]->is_error = i == 5;
		all[i]->status = i < ENDS ? NOTICE_RESOLVED : NOTICE_PROBLEM;
		parts[i].notice = all[i];
	}
	body = write_body("slack", &m);
	assert_non_null(strstr(body, "\"text\":\"145 environments have a problem, 3 "
				     "are resolved\""));
	assert_non_null(strstr(body, "tenants/t019"));
	assert_null(strstr(body, "tenants/t020"));
	assert_non_null(strstr(body, "\\nand 128 more\""));
	assert_non_null(strstr(body, "\"color\":\"danger\""));
	for (int i = 0; i < MANY; i++)
		notice_free(all[i]);
	free(body);
}

#define LABELS(state, severity)                                           \
	"\"labels\":{\"alertname\":\"PgdriftdState\",\"environment\":"    \
	"\"prod\",\"severity\":\"" severity "\",\"state\":\"" state "\"," \
	"\"team\":\"shop\"}"
#define ANNOTATIONS                                                   \
	"\"annotations\":{\"summary\":\"prod: schema has drifted (1 " \
	"difference; first: a < b & c)\",\"description\":\"look at <it>\"}"

static void
test_alertmanager(void **state)
{
	struct notice *n = problem("prod", "drifted");
	const struct message_part part = {n, NULL};
	struct message m = {.v = &part, .n = 1};
	char *body = write_body("alertmanager", &m);

	(void)state;
	assert_string_equal(body,
		"[{" LABELS("drifted", "warning") "," ANNOTATIONS
						  ",\"startsAt\":\"2026-09-20T09:59:00."
						  "000Z\",\"endsAt\":"
						  "\"2026-09-20T10:05:00.000Z\"}]");
	free(body);
	notice_free(n);
}

/* One state ends as the next begins; and an end has the labels of its begin. */
static void
test_alertmanager_next(void **state)
{
	struct notice *told = problem("prod", "drifted");
	struct notice *n = problem("prod", "unstamped");
	const struct message_part part = {n, told};
	struct message m = {.v = &part, .n = 1};
	char *body;

	(void)state;
	n->urgency = URGENCY_CRITICAL;
	body = write_body("alertmanager", &m);
	assert_string_equal(body,
		"[{" LABELS("drifted",
			"warning") "," ANNOTATIONS ",\"startsAt\":\"2026-09-20T09:59:"
				   "00.000Z\",\"endsAt\":"
				   "\"2026-09-20T09:59:59.000Z\"},{" LABELS("unstamped",
					   "critical") "," ANNOTATIONS
						       ",\"startsAt\":\"2026-09-20T09:"
						       "59:00.000Z\",\"endsAt\":"
						       "\"2026-09-20T10:05:00.000Z\"}"
						       "]");
	free(body);
	n->status = NOTICE_RESOLVED;
	n->at_ms = told->since_ms;
	body = write_body("alertmanager", &m);
	assert_string_equal(body,
		"[{" LABELS("drifted", "warning") "," ANNOTATIONS
						  ",\"startsAt\":\"2026-09-20T09:59:00."
						  "000Z\",\"endsAt\":"
						  "\"2026-09-20T09:59:00.001Z\"}]");
	free(body);
	notice_free(n);
	notice_free(told);
}

/* How loud the line of the log is says nothing of who is to be called. */
static void
test_alertmanager_severity(void **state)
{
	static const struct {
		const char *state;
		enum notice_urgency urgency;
		bool is_error;
		const char *expected;
	} cases[] = {
		{"drifted", URGENCY_CRITICAL, false, LABELS("drifted", "critical")},
		{"drifted", URGENCY_WARNING, false, LABELS("drifted", "warning")},
		{"drifted", URGENCY_INFO, false, LABELS("drifted", "info")},
		{"unknown", URGENCY_WARNING, true, LABELS("unknown", "warning")},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct notice *n = problem("prod", cases[i].state);
		const struct message_part part = {n, NULL};
		struct message m = {.v = &part, .n = 1};
		char *body;

		n->urgency = cases[i].urgency;
		n->is_error = cases[i].is_error;
		body = write_body("alertmanager", &m);
		assert_non_null(strstr(body, cases[i].expected));
		free(body);
		notice_free(n);
	}
}

/* The clock was put back since: nothing begins, or is over, later than it is now. */
static void
test_alertmanager_future(void **state)
{
	struct notice *told = problem("prod", "drifted");
	struct notice *n = problem("prod", "drifted");
	const struct message_part stands = {told, told}, over = {n, told};
	struct message m = {.v = &stands, .n = 1};
	char *body;

	(void)state;
	told->since_ms = now + 3600000;
	body = write_body("alertmanager", &m);
	assert_non_null(strstr(body, "\"startsAt\":\"2026-09-20T10:00:00.000Z\","
				     "\"endsAt\":\"2026-09-20T10:05:00.000Z\""));
	free(body);
	m.v = &over;
	n->status = NOTICE_RESOLVED;
	n->at_ms = now + 7200000;
	body = write_body("alertmanager", &m);
	assert_non_null(strstr(body, "\"startsAt\":\"2026-09-20T10:00:00.000Z\","
				     "\"endsAt\":\"2026-09-20T10:00:00.001Z\""));
	free(body);
	notice_free(n);
	notice_free(told);
}

/* What a name holds mentions nobody and leads nowhere, in any chat that takes these:
 * Slack, Mattermost, Rocket.Chat. */
static void
test_slack_harmless(void **state)
{
	static const struct {
		const char *text, *shown;
	} cases[] = {
		{"<!channel> <@U1>", "&lt;!channel&gt; &lt;@" ZWSP "U1&gt;"},
		{"@channel", "@" ZWSP "channel"},
		{"a @here, (@all)", "a @" ZWSP "here, (@" ZWSP "all)"},
		{"a_@all", "a_@" ZWSP "all"},
		{"@@here", "@" ZWSP "@" ZWSP "here"},
		{"\xe2\x80\x94@here", "\xe2\x80\x94@" ZWSP "here"},
		{"https://evil.example/x", "https:" ZWSP "//evil.example/x"},
		{"HTTP://e", "HTTP:" ZWSP "//e"},
		{"x://y://z", "x:" ZWSP "//y:" ZWSP "//z"},
		{"www.evil.example", "www." ZWSP "evil.example"},
		{"a WWW.evil", "a WWW." ZWSP "evil"},
		{"[a](evil.example)", "[a]" ZWSP "(evil.example)"},
		/* What no chat reads is as it was. */
		{"int4[] = '{1}'::int4[] (x)", "int4[] = '{1}'::int4[] (x)"},
		{"a: b/c, 12:30, awww.b", "a: b/c, 12:30, awww.b"},
		{"`alembic upgrade shop@head`", "`alembic upgrade shop@head`"},
	};
	struct notice *n = problem("prod", "drifted");
	const struct message_part part = {n, NULL};
	struct message m = {.v = &part, .n = 1};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const cJSON *attachment;
		cJSON *o;
		char *body, *shown;

		free(n->text);
		free(n->hint);
		n->text = xstrdup(cases[i].text);
		n->hint = xstrdup(cases[i].text);
		body = write_body("slack", &m);
		o = cJSON_Parse(body);
		attachment = cJSON_GetArrayItem(
			cJSON_GetObjectItemCaseSensitive(o, "attachments"), 0);
		shown = xasprintf("%s\n%s", cases[i].shown, cases[i].shown);
		assert_string_equal(json_str(o, "text"), cases[i].shown);
		assert_string_equal(json_str(attachment, "fallback"), cases[i].shown);
		assert_string_equal(json_str(attachment, "text"), shown);
		free(shown);
		free(body);
		cJSON_Delete(o);
	}
	notice_free(n);
}

static void
test_url(void **state)
{
	static const struct {
		const char *kind, *url, *posted;
	} cases[] = {
		{"json", "https://h/a/", "https://h/a/"},
		{"slack", "https://h/services/x", "https://h/services/x"},
		{"alertmanager", "http://h:9093", "http://h:9093/api/v2/alerts"},
		{"alertmanager", "http://h/am/", "http://h/am/api/v2/alerts"},
		{"alertmanager", "http://h/api/v2/alerts", "http://h/api/v2/alerts"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *url = body_url(body_kind(cases[i].kind), cases[i].url);

		assert_string_equal(url, cases[i].posted);
		free(url);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_slack),
		cmocka_unit_test(test_slack_many),
		cmocka_unit_test(test_slack_harmless),
		cmocka_unit_test(test_alertmanager),
		cmocka_unit_test(test_alertmanager_next),
		cmocka_unit_test(test_alertmanager_severity),
		cmocka_unit_test(test_alertmanager_future),
		cmocka_unit_test(test_url),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
