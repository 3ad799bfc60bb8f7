/* Every route and every refusal, through a real server and a raw client. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "page/frame.h"
#include "tests/unit/http/client.h"
#include "tests/unit/http/state.h"
#include "web/web.h"

static void
check_header(const struct reading *r, const char *name, const char *expected)
{
	const char *value = reading_header(r, name);

	if (!value)
		fail_msg("no %s in: %s", name, r->head);
	assert_string_equal(value, expected);
}

static void
check_get(struct site *s, const char *target, int status, const char *type,
	const char *holds)
{
	struct reading r = site_get(s, target, "");

	if (r.status != status || !strstr(r.body, holds))
		fail_msg("%s: expected %d with %s, got %d: %s", target, status, holds,
			r.status, r.body);
	check_header(&r, "Content-Type", type);
	check_header(&r, "Cache-Control", "no-cache");
	check_header(&r, "X-Content-Type-Options", "nosniff");
	reading_free(&r);
}

static const char json[] = "application/json", text[] = "text/plain; charset=utf-8",
		  problem[] = "application/problem+json";

static void
test_documents(void **state)
{
	check_get(*state, "/status", 200, json, "\"name\":\"prod\"");
	check_get(*state, "/status/prod", 200, json, "\"name\":\"prod\"");
	check_get(*state, "/status/a%2Fb%20%C3%A9", 200, json, "a/b é");
	check_get(*state, "/status/staging/diff", 200, json, "\"drifted\"");
	check_get(*state, "/status/staging/diff?format=json", 200, json, "\"drifted\"");
	check_get(*state, "/status/staging/diff?format=text", 200, text,
		"public.orders_status_idx");
	check_get(*state, "/history", 200, json, "{\"changes\":[]}\n");
	check_get(*state, "/migrations", 200, json, "\"app\"");
	check_get(*state, "/migrations/app", 200, json, "ab2c1f16b0b3");
	check_get(*state, "/version", 200, json, "version");
	check_get(*state, "/", 200, "text/html; charset=utf-8", "<!DOCTYPE html>");
	check_get(*state, "http://any.host/status/dev", 200, json, "\"dev\"");
}

/* The page of one environment, and what it refuses. */
static void
test_environment_page(void **state)
{
	static const char html[] = "text/html; charset=utf-8";

	check_get(*state, "/environments/staging", 200, html, "<h1>staging</h1>");
	check_get(*state, "/environments/a%2Fb%20%C3%A9", 200, html,
		"href=\"../status/a%2Fb%20%C3%A9\"");
	check_get(*state,
		"/environments/staging?severity=breaking&kind=column&change=changed",
		200, html, "<h3 class=\"breaking\">breaking · column</h3>");
	check_get(*state, "/environments/staging?after=2", 200, html, "3 to 3 of 3");
	check_get(*state, "/environments/staging?after=9999", 200, html,
		"<h3 class=\"breaking\">");
	check_get(*state, "/environments/prdo", 404, problem,
		"did you mean \\\"prod\\\"?");
	check_get(*state, "/environments/prod?severity=braking", 400, problem,
		"did you mean \\\"breaking\\\"?");
	check_get(*state, "/environments/prod?kind=tabel", 400, problem,
		"did you mean \\\"table\\\"?");
	check_get(*state, "/environments/prod?change=x", 400, problem, "no change");
	check_get(*state, "/environments/prod?after=-1", 400, problem, "leave it out");
	check_get(*state, "/environments/prod?before=noon", 400, problem,
		"neither a time");
	check_get(
		*state, "/environments/prod?from=1h", 400, problem, "both from and to");
	check_get(*state, "/environments/prod?from=2h&to=1h", 200, html,
		"No history is kept.");
	check_get(*state, "/environments/prod?form=1h", 400, problem,
		"did you mean \\\"from\\\"?");
}

/* What cannot be read is not what is not there. */
static void
test_story_fails(void **state)
{
	static const char html[] = "text/html; charset=utf-8";
	struct site *s = *state;

	check_get(s, "/environments/prod", 200, html,
		"No history is kept: set <code>service.state_dir</code>.");
	s->story_fails = true;
	check_get(s, "/environments/prod", 200, html,
		"What it went through cannot be read now.");
}

static char *
etag_of(struct site *s, const char *target)
{
	struct reading r = site_get(s, target, "");
	char *etag = xstrdup(reading_header(&r, "ETag"));

	assert_int_equal(r.status, 200);
	reading_free(&r);
	return etag;
}

/* A point is its whole second, and the first of all is one. */
static void
test_points(void **state)
{
	static const char *const targets[] = {
		"/environments/"
		"prod?from=1970-01-01T00:00:00Z&to=1970-01-01T00:00:01.5Z",
		"/environments/prod?from=1970-01-01T00:00:00Z&to=1970-01-01T00:00:02Z"};
	struct site s;
	char *etags[2];

	(void)state;
	site_init(&s);
	s.has_points = true;
	site_start(&s);
	check_get(&s, targets[0], 200, "text/html; charset=utf-8",
		"Both are being compared");
	assert_int_equal(s.points_asked.from_ms, 999);
	assert_int_equal(s.points_asked.to_ms, 1999);
	for (size_t i = 0; i < 2; i++)
		etags[i] = etag_of(&s, targets[i]);
	assert_int_equal(s.points_asked.to_ms, 2999);
	assert_string_not_equal(etags[0], etags[1]);
	free(etags[0]);
	free(etags[1]);
	site_fini(&s);
}

/* The files of the pages are kept by those who have them, for as long as they are
 * named by what is in them. */
static void
test_files_of_pages(void **state)
{
	const struct web_file *f = web_find("pgdriftd.css");
	char *known = xasprintf("/web/pgdriftd.css?v=%s", f->hash);
	struct reading r = site_get(*state, known, "");

	assert_int_equal(r.status, 200);
	assert_int_equal(r.body_n, f->size);
	assert_memory_equal(r.body, f->data, f->size);
	check_header(&r, "Content-Type", "text/css; charset=utf-8");
	check_header(&r, "Cache-Control", "private, max-age=31536000, immutable");
	reading_free(&r);
	check_get(*state, "/web/pgdriftd.css?v=0", 200, "text/css; charset=utf-8",
		":root");
	check_get(*state, "/web/pgdriftd.js", 200, "text/javascript; charset=utf-8",
		"use strict");
	check_get(*state, "/web/icon-drifted.svg", 200, "image/svg+xml", "<svg");
	check_get(*state, "/web/none.css", 404, problem, "no file named");
	check_get(*state, "/web", 404, problem, "no such path");
	free(known);
}

/* How long ago something was changes all the time, and is no other page. */
static void
check_known(struct site *s, const char *target)
{
	struct reading r = site_get(s, target, "");
	char *headers = xasprintf("If-None-Match: %s\r\n", reading_header(&r, "ETag"));

	assert_non_null(strstr(headers, ": W/\""));
	check_header(&r, "Content-Security-Policy", page_content_security_policy);
	reading_free(&r);
	r = site_get(s, target, headers);
	assert_int_equal(r.status, 304);
	reading_free(&r);
	free(headers);
}

/* The graph as a document, and as pictures for a browser and for Graphviz. */
static void
test_graphs(void **state)
{
	struct site *s = *state;
	struct reading r;

	check_get(s, "/migrations/app?format=json", 200, json, "\"message\":null");
	check_get(s, "/migrations/app?format=dot", 200,
		"text/vnd.graphviz; charset=utf-8", "\"r:ab2c1f16b0b3\" -> ");
	check_get(s, "/migrations/app?format=svg&fold=0&open=x", 200, "image/svg+xml",
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg ");
	check_get(s, "/migrations/app?format=png", 400, problem, "no format");
	check_get(s, "/migrations/app?fold=no", 400, problem, "fold=");
	check_get(s, "/migrations/app?formt=svg", 400, problem,
		"did you mean \\\"format\\\"?");
	check_get(s, "/migrations/app?page=0", 400, problem, "page=");
	check_get(s, "/migrations?format=svg", 400, problem, "no format");
	r = site_get(s, "/migrations/app?format=svg", "");
	assert_null(strstr(r.body, "<a href="));
	assert_non_null(strstr(reading_header(&r, "Content-Security-Policy"),
		"default-src 'none'; style-src 'sha256-"));
	reading_free(&r);
	/* Links lead out of another page only if it is known where to. */
	http_server_set_external(s->server, "https://ops.example.org/drift");
	check_get(s, "/migrations/app?format=svg&fold=0", 200, "image/svg+xml",
		"<a href=\"https://ops.example.org/drift/migrations/app?revision="
		"ab2c1f16b0b3#revision\">");
}

/* A page for who prefers one; what is kept for one is nothing for the other. */
static void
test_pages_by_accept(void **state)
{
	static const char *const paths[] = {"/migrations", "/migrations/app"};
	static const struct {
		const char *headers, *type;
	} cases[] = {
		{"", json},
		{"Accept: text/html,*/*;q=0.8\r\n", "text/html; charset=utf-8"},
		{"Accept: */*\r\n", json},
		{"Accept: text/html;q=0.1,application/json\r\n", json},
		{"Accept: text/html\r\n", "text/html; charset=utf-8"},
	};

	for (size_t i = 0; i < COUNT_OF(paths) * COUNT_OF(cases) * 2; i++) {
		size_t k = i % COUNT_OF(cases);
		struct reading r = site_get(*state,
			paths[i / COUNT_OF(cases) % COUNT_OF(paths)], cases[k].headers);

		assert_int_equal(r.status, 200);
		check_header(&r, "Content-Type", cases[k].type);
		check_header(&r, "Vary", "Accept, Accept-Encoding");
		reading_free(&r);
	}
	check_get(*state, "/migrations/app?format=html", 200,
		"text/html; charset=utf-8", "<h1>Migrations app</h1>");
	check_get(*state, "/migrations?format=html", 200, "text/html; charset=utf-8",
		"<h1>Migrations</h1>");
}

static void
test_a_page_is_known_by_its_state(void **state)
{
	check_known(*state, "/");
	check_known(*state, "/environments/staging");
}

static void
test_probes(void **state)
{
	struct site *s = *state;

	check_get(s, "/healthz", 200, text, "ok\n");
	check_get(s, "/-/healthy", 200, text, "ok\n");
	check_get(s, "/readyz", 200, text, "ok\n");
	check_get(s, "/-/ready?anything=1", 200, text, "ok\n");
	s->state.ready = false;
	check_get(s, "/readyz", 503, problem, "not every environment");
	check_get(s, "/healthz", 200, text, "ok\n");
	s->nothing = true;
	check_get(s, "/healthz", 200, text, "ok\n");
	check_get(s, "/readyz", 503, problem, "not every environment");
	check_get(s, "/status", 503, problem, "nothing has been checked yet");
	check_get(s, "/metrics", 503, problem, "nothing has been checked yet");
	check_get(s, "/version", 200, json, "version");
}

static void
test_metrics(void **state)
{
	struct site *s = *state;
	struct reading r;

	check_get(s, "/status", 200, json, "");
	check_get(s, "/status/nope", 404, problem, "");
	check_get(s, "/metrics", 200, "text/plain; version=0.0.4; charset=utf-8",
		"pgdriftd_http_requests_total{handler=\"status\",code=\"200\"} 1\n");
	check_get(s, "/metrics", 200, "text/plain; version=0.0.4; charset=utf-8",
		"pgdriftd_http_requests_total{handler=\"environment\",code=\"404\"} "
		"1\n");
	r = site_get(s, "/metrics", "Accept: application/openmetrics-text\r\n");
	check_header(&r, "Content-Type",
		"application/openmetrics-text; version=1.0.0; charset=utf-8");
	check_header(&r, "Vary", "Accept, Accept-Encoding");
	assert_null(reading_header(&r, "ETag"));
	assert_non_null(strstr(r.body, "# EOF\n"));
	reading_free(&r);
}

static void
test_fail_on(void **state)
{
	check_get(*state, "/status/prod?fail_on=unstamped", 503, json, "\"prod\"");
	check_get(*state, "/status/prod?fail_on=drifted,unstamped", 503, json, "prod");
	check_get(*state, "/status/prod?fail_on=drifted&fail_on=unstamped", 503, json,
		"prod");
	check_get(*state, "/status/prod?fail_on=drifted", 200, json, "\"prod\"");
	check_get(*state, "/status/prod?fail_on=drifed", 400, problem,
		"did you mean \\\"drifted\\\"?");
	check_get(*state, "/status/prod?fail_on=", 400, problem, "no state");
	check_get(*state, "/status/prod?failon=drifted", 400, problem,
		"did you mean \\\"fail_on\\\"?");
}

/* Nothing is compared here. */
static void
test_groups(void **state)
{
	check_get(*state, "/status?group=fingerprint", 200, json,
		"\"groups\":[{\"fingerprint\":\"b7d4e1f0\",\"count\":3,"
		"\"environments\":[");
	check_get(*state, "/status?group=fingerprint&state=drifted", 200, json,
		"\"count\":1,\"environments\":[\"staging\"]");
	check_get(*state, "/status?group=state", 400, problem,
		"no group \\\"state\\\"; there are \\\"fingerprint\\\" and "
		"\\\"label:NAME\\\"");
	check_get(*state, "/status?group=fingerprint&limit=1", 400, problem, "limit");
	check_get(*state, "/?group=fingerprint", 200, "text/html; charset=utf-8",
		"3 environments");
	check_get(*state, "/?group=x", 400, problem, "no group");
}

static void
test_filters(void **state)
{
	struct reading r =
		site_get(*state, "/status?environment=dev&environment=prod", "");

	assert_int_equal(r.status, 200);
	assert_non_null(strstr(r.body, "\"name\":\"dev\""));
	assert_non_null(strstr(r.body, "\"name\":\"prod\""));
	assert_null(strstr(r.body, "\"name\":\"staging\""));
	reading_free(&r);
	r = site_get(*state, "/status?environment=*g&environment=d*", "");
	assert_int_equal(r.status, 200);
	assert_non_null(strstr(r.body, "\"name\":\"dev\""));
	assert_non_null(strstr(r.body, "\"name\":\"staging\""));
	assert_null(strstr(r.body, "\"name\":\"prod\""));
	reading_free(&r);
	check_get(*state, "/status?environment=x*", 404, problem, "no environment");
	r = site_get(*state, "/status?state=drifted,in_sync", "");
	assert_int_equal(r.status, 200);
	assert_non_null(strstr(r.body, "\"name\":\"dev\""));
	assert_null(strstr(r.body, "\"name\":\"prod\""));
	assert_non_null(strstr(r.body, "\"name\":\"staging\""));
	reading_free(&r);
	check_get(*state, "/status?state=in_sinc", 400, problem, "\\\"in_sync\\\"?");
	check_get(*state, "/status?environment=prdo", 404, problem, "\\\"prod\\\"?");
	check_get(*state, "/status?foo=1", 400, problem, "no parameter \\\"foo\\\"");
}

static const char html[] = "text/html; charset=utf-8";

/* Of each of these the page says as much as the document. */
static void
check_wanted(struct site *s, const char *query, const char *summary, const char *page)
{
	char *status = xasprintf("/status?%s", query), *root = xasprintf("/?%s", query);

	check_get(s, status, 200, json, summary);
	check_get(s, root, 200, html, page);
	free(status);
	free(root);
}

static void
check_refused(struct site *s, const char *query, const char *why)
{
	char *status = xasprintf("/status?%s", query), *root = xasprintf("/?%s", query);

	check_get(s, status, 400, problem, why);
	check_get(s, root, 400, problem, why);
	free(status);
	free(root);
}

static void
test_other_filters(void **state)
{
	static char address[] = "10.0.0.7:5432", team[] = "team=shop \xe2\x82\xac";
	static char *labels[] = {team};
	struct site *s = *state;

	state_environment(1)->labels = (struct strvec){labels, 1, 1};
	state_environment(2)->address = address;
	check_wanted(s, "label=team%3Dshop+%E2%82%AC",
		"\"summary\":{\"environments\":1,", "\"count\">1 environment of ");
	check_wanted(s, "label=team=", "\"environments\":3,",
		"\"count\">3 environments of ");
	check_wanted(s, "label=team=&label=team=shop*", "\"environments\":4,",
		"\"count\">4 environments of ");
	check_wanted(s, "server=10.0.0.7&migrations=app", "\"name\":\"staging\"",
		"\"count\">1 environment of ");
	check_wanted(s, "q=SHOP", "\"labels\":{\"team\":\"shop €\"}",
		"\"count\">1 environment of ");
	check_wanted(s, "q=nothing-like-it", "\"environments\":0,",
		"No environment is what is asked for.");
	check_wanted(s, "state=drifted&group=fingerprint", "\"count\":1,",
		"\"count\">1 environment of ");
	check_wanted(s, "group=label:team",
		"\"label\":\"team\",\"groups\":[{\"value\":null,\"count\":3,\"state\":"
		"\"unknown\",",
		"href=\"./?label=team%3Dshop%20%E2%82%AC\">shop €</a></th>");
	check_wanted(s, "group=label:team&state=unstamped", "\"value\":\"shop €\"",
		"\"count\">1 environment of ");
	check_refused(s, "group=label:tema", "did you mean \\\"team\\\"?");
	check_refused(s, "group=label:", "no environment has a label \\\"\\\"");
	check_get(s, "/status?group=label:team&limit=1", 400, problem, "limit");
	check_get(s, "/status?q=p&limit=1", 200, json, "/status?q=p&limit=1&after=");
	check_refused(s, "label=team", "label=\\\"team\\\" is not written NAME=VALUE");
	check_refused(s, "label=tema=x",
		"no environment has a label \\\"tema\\\"; did you mean \\\"team\\\"?");
	check_refused(s, "label==x", "no environment has a label \\\"\\\"");
	check_refused(s, "migrations=ap",
		"no migrations \\\"ap\\\"; did you mean \\\"app\\\"?");
	check_refused(s, "server=::1", "is neither HOST nor HOST:PORT");
	/* A form sends fields that were left empty as well. */
	check_get(s, "/status?q=", 400, problem, "q is empty");
	check_get(s, "/?q=&label=&state=&server=&migrations=&group=", 200, html,
		"\"count\">4 environments, ");
	check_get(s, "/?limit=0", 400, problem, "limit=\\\"0\\\" is no number from 1");
	check_get(s, "/?page=x", 400, problem, "page=\\\"x\\\" is no number from 1");
	check_get(s, "/?limit=1&page=4", 200, html, "4–4 of 4</span>");
	check_refused(s, "state=in_sinc", "\\\"in_sync\\\"?");
	check_get(s, "/?environment=prdo", 404, problem, "\\\"prod\\\"?");
	check_refused(s, "lable=a=b", "did you mean \\\"label\\\"?");
	state_environment(1)->labels = (struct strvec){0};
}

/* `part` with its %zu from 1 to `n`, one behind the other; the caller frees. */
static char *
repeated(const char *part, size_t n)
{
	struct strbuf b = {0};

	for (size_t i = 1; i <= n; i++)
		strbuf_printf(&b, "%s%s%zu", i > 1 ? "&" : "", part, i);
	return strbuf_take(&b);
}

static void
check_repeated(struct site *s, const char *part, size_t n, const char *why)
{
	char *query = repeated(part, n);

	if (why)
		check_refused(s, query, why);
	else
		check_wanted(s, query, "\"environments\":0,", "No environment is what");
	free(query);
}

/* However much one request says, others are not kept waiting for it. */
static void
test_filters_are_bounded(void **state)
{
	static char team[] = "team=shop";
	static char *labels[] = {team};
	struct strbuf same = {0};
	struct site *s = *state;

	state_environment(1)->labels = (struct strvec){labels, 1, 1};
	check_repeated(s, "label=team=x", 16, NULL);
	check_repeated(s, "label=team=x", 17, "label has more than 16 values");
	check_repeated(s, "q=x", 16, NULL);
	check_repeated(s, "q=x", 17, "q has more than 16 values");
	/* Once more is not another. */
	for (size_t i = 0; i < 100; i++)
		strbuf_add(&same, "q=P&label=team=shop&");
	strbuf_add(&same, "state=unstamped");
	check_wanted(s, same.s, "\"environments\":1,",
		"href=\"./?q=P&amp;label=team%3Dshop\"><span class=\"unseen\">");
	strbuf_free(&same);
	state_environment(1)->labels = (struct strvec){0};
}

/* What a page is asked for stands behind each of its links. */
static void
test_long_queries(void **state)
{
	static const struct {
		const char *path, *key;
		int status;
	} pages[] = {
		{"/", "q", 400},
		{"/environments/prod", "kind", 400},
		{"/migrations/app", "format=html&open", 400},
		{"/migrations/app", "format=json&open", 200},
		{"/status", "q", 200},
	};

	for (size_t i = 0; i < COUNT_OF(pages); i++) {
		size_t n = 2049 - strlen(pages[i].key) - 1;
		char *target =
			xasprintf("%s?%s=%0*d", pages[i].path, pages[i].key, (int)n, 0);
		struct reading r = site_get(*state, target, "");

		assert_int_equal(r.status, pages[i].status);
		if (r.status == 400)
			assert_non_null(strstr(r.body,
				"the query has 2049 bytes, and one of a page may "
				"have 2048: ask for less at once"));
		reading_free(&r);
		/* One less is taken. */
		target[strlen(target) - 1] = '\0';
		r = site_get(*state, target, "");
		assert_null(strstr(r.body, "the query has"));
		reading_free(&r);
		free(target);
	}
}

/* Ask; check the names, in their order, and how one goes on (NULL: not); the caller
 * frees the document. */
static cJSON *
check_page(struct site *s, const char *target, const char *names, const char *next)
{
	struct reading r = site_get(s, target, "");
	cJSON *o = cJSON_Parse(r.body);
	const cJSON *e, *links = cJSON_GetObjectItem(o, "links");
	const char *header = reading_header(&r, "Link");
	struct strbuf got = {0};

	assert_int_equal(r.status, 200);
	cJSON_ArrayForEach(e, cJSON_GetObjectItem(o, "environments"))
		strbuf_printf(&got, "%s ", json_str(e, "name"));
	assert_string_equal(got.s ? got.s : "", names);
	if (next) {
		char *link = xasprintf("<%s>; rel=\"next\"", next);

		assert_string_equal(json_str(links, "next"), next);
		assert_string_equal(header, link);
		free(link);
	} else {
		assert_null(header);
		assert_null(json_str(links, "next"));
	}
	strbuf_free(&got);
	reading_free(&r);
	return o;
}

static void
test_pages(void **state)
{
	static const struct {
		const char *target, *names, *next;
	} pages[] = {
		{"/status?limit=3", "dev prod staging ",
			"/status?limit=3&after=staging"},
		{"/status?limit=3&after=staging", "a/b é ", NULL},
		{"/status?limit=4", "dev prod staging a/b é ", NULL},
		{"/status?after=prod", "staging a/b é ", NULL},
		{"/status?after=a/b%20%C3%A9", "", NULL},
		{"/status?after=dev&limit=1&state=drifted,unknown", "staging ",
			"/status?limit=1&state=drifted%2Cunknown&after=staging"},
		{"/status?limit=1&state=drifted%2Cunknown&after=staging", "a/b é ",
			NULL},
		{"/status?limit=1&environment=a/b%20%C3%A9&environment=staging",
			"staging ",
			"/status?limit=1&environment=a%2Fb%20%C3%A9&environment=staging"
			"&after=staging"},
		{"/status?limit=2&state=migrating", "", NULL},
	};
	struct site *s = *state;
	cJSON *o;

	for (size_t i = 0; i < COUNT_OF(pages); i++)
		cJSON_Delete(
			check_page(s, pages[i].target, pages[i].names, pages[i].next));
	/* What is summed up is all that the filters leave. */
	o = check_page(s, "/status?limit=1", "dev ", "/status?limit=1&after=dev");
	assert_string_equal(json_str(o, "state"), "unknown");
	assert_int_equal(cJSON_GetNumberValue(cJSON_GetObjectItem(
				 cJSON_GetObjectItem(o, "summary"), "environments")),
		4);
	cJSON_Delete(o);
	o = check_page(s, "/status?limit=9", "dev prod staging a/b é ", NULL);
	assert_true(cJSON_IsNull(
		cJSON_GetObjectItem(cJSON_GetObjectItem(o, "links"), "next")));
	cJSON_Delete(o);
	o = check_page(s, "/status", "dev prod staging a/b é ", NULL);
	assert_null(cJSON_GetObjectItem(o, "links"));
	cJSON_Delete(o);
	check_get(s, "/status?limit=0", 400, problem, "from 1 to 10000");
	check_get(s, "/status?limit=10001", 400, problem, "from 1 to 10000");
	check_get(s, "/status?limit=", 400, problem, "from 1 to 10000");
	check_get(s, "/status/dev/changes?limit=201", 400, problem, "from 1 to 200");
	check_get(s, "/status?limit=1.5", 400, problem, "from 1 to 10000");
	check_get(s, "/status?limit=1&after=gone", 400, problem,
		"after=\\\"gone\\\" names no environment");
	check_get(s, "/status?after=", 400, problem, "names no environment");
}

static void
test_not_found(void **state)
{
	check_get(*state, "/status/prdo", 404, problem,
		"\"detail\":\"no environment named \\\"prdo\\\"; did you mean "
		"\\\"prod\\\"?\",\"instance\":\"/status/prdo\"}");
	check_get(*state, "/status/zzzzzz", 404, problem,
		"\"detail\":\"no environment named \\\"zzzzzz\\\"\"");
	check_get(*state, "/status//", 404, problem, "no environment named \\\"\\\"");
	check_get(*state, "/status/prdo/diff", 404, problem, "\\\"prod\\\"?");
	check_get(*state, "/migrations/ap", 404, problem, "\\\"app\\\"?");
	check_get(*state, "/metric", 404, problem,
		"\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
		"\"detail\":\"no such path; did you mean /metrics?\"");
	check_get(*state, "/some/thing/entirely/different", 404, problem,
		"\"detail\":\"no such path\"");
}

static void
check_seen(struct site *s, const char *target, int status, const char *holds)
{
	struct reading r = site_get(
		s, target, "Accept: text/html,application/xml;q=0.9,*/*;q=0.8\r\n");

	if (r.status != status || !strstr(r.body, holds))
		fail_msg("%s: expected %d with %s, got %d: %s", target, status, holds,
			r.status, r.body);
	check_header(&r, "Content-Type", html);
	check_header(&r, "Vary", "Accept, Accept-Encoding");
	assert_non_null(reading_header(&r, "Content-Security-Policy"));
	reading_free(&r);
}

/* What a program is told as JSON a person reads as a page. */
static void
test_problems_in_a_browser(void **state)
{
	struct site *s = *state;

	check_seen(s, "/status/prdo", 404, " href=\"../status/prod\">prod</a>");
	check_seen(s, "/status/prdo/diff", 404,
		" href=\"../../status/prod/diff\">prod</a>");
	check_seen(s, "/migrations/ap", 404, " href=\"../migrations/app\">app</a>");
	check_seen(s, "/metric", 404, " href=\"./metrics\">metrics</a>");
	check_seen(s, "/some/thing/else", 404, " href=\"../../\">All environments</a>");
	check_seen(s, "/status/%3Cscript%3E", 404, "named &quot;&lt;script&gt;&quot;");
	check_seen(s, "/status/%E2%80%AEx", 404, "named &quot;\\u202ex&quot;");
	check_seen(s, "/status/%zz", 400, "two hex digits");
	check_seen(s, "/?state=drftd", 400, "did you mean &quot;drifted&quot;");
	check_seen(s, "/status/dev/diff", 409, "nothing is expected");
	s->nothing = true;
	check_seen(s, "/", 503, "nothing has been checked yet");
	s->nothing = false;
	check_get(s, "/status/prdo", 404, problem, "\"instance\"");
}

static void
test_bad_requests(void **state)
{
	check_get(*state, "/status/a%00b", 400, problem, "NUL");
	check_get(*state, "/status/%ff", 400, problem, "not valid UTF-8");
	check_get(*state, "/status/\xff", 400, problem, "not valid UTF-8");
	check_get(*state, "/status/%zz", 400, problem, "two hex digits");
	check_get(*state, "/status/staging/diff?format=xml", 400, problem,
		"no format \\\"xml\\\"");
	check_get(*state, "/status/dev/diff", 409, problem,
		"nothing is expected of the catalog of \\\"dev\\\": set `expect`");
	check_get(*state, "/status/dev/diff?format=text", 409, problem, "nothing is");
}

static void
test_history(void **state)
{
	struct site *s = *state;

	check_get(s, "/history", 200, json, "changes");
	assert_string_equal(s->history_asked, "(all) 0 100");
	check_get(s, "/history?environment=prod&since=2026-09-20T10:15:30Z&limit=5",
		200, json, "changes");
	assert_string_equal(s->history_asked, "prod 1789899330000 5");
	check_get(s, "/history?since=24h", 200, json, "changes");
	check_get(s, "/history?since=yesterday", 400, problem, "neither a time");
	check_get(s, "/history?limit=0", 400, problem, "from 1 to 10000");
	check_get(s, "/history?limit=10001", 400, problem, "from 1 to 10000");
	check_get(s, "/history?limit=5x", 400, problem, "from 1 to 10000");
	check_get(s, "/history?limit=-1", 400, problem, "from 1 to 10000");
	check_get(s, "/history?environment=former&limit=3", 200, json, "changes");
	assert_string_equal(s->history_asked, "former 0 3");
	check_get(s, "/history?environment=prdo", 404, problem, "\\\"prod\\\"?");
	s->history_answer = NULL;
	/* What cannot be read is there all the same. */
	check_get(s, "/history", 503, problem, "history cannot be read now");
	check_get(s, "/status/prod/changes", 404, problem, "no history is kept");
}

static void
test_methods(void **state)
{
	static const char *const methods[] = {
		"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"};

	for (size_t i = 0; i < COUNT_OF(methods); i++) {
		struct reading r = site_ask(*state, methods[i], "/status", "");

		assert_int_equal(r.status, 405);
		check_header(&r, "Allow", "GET, HEAD");
		check_header(&r, "Content-Type", problem);
		reading_free(&r);
	}
}

static void
test_head(void **state)
{
	static const char *const targets[] = {
		"/", "/status", "/status/nope", "/healthz", "/status/staging/diff"};

	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		struct reading get = site_get(*state, targets[i], "");
		struct reading head = site_ask(*state, "HEAD", targets[i], "");
		char *length = xstrdup(reading_header(&get, "Content-Length"));

		assert_int_equal(head.status, get.status);
		check_header(&head, "Content-Length", length);
		assert_int_equal(strtoul(length, NULL, 10), get.body_n);
		free(length);
		reading_free(&get);
		reading_free(&head);
	}
}

static void
test_stalled_loop(void **state)
{
	struct site s;

	(void)state;
	site_init(&s);
	s.options.loop_stall_ms = -1;
	site_start(&s);
	check_get(&s, "/healthz", 503, problem, "the event loop has not turned");
	check_get(&s, "/readyz", 200, text, "ok\n");
	site_fini(&s);
}

int
main(void)
{
#define WITH_SITE(f) cmocka_unit_test_setup_teardown(f, site_setup, site_teardown)
	const struct CMUnitTest tests[] = {
		WITH_SITE(test_documents),
		WITH_SITE(test_environment_page),
		WITH_SITE(test_story_fails),
		cmocka_unit_test(test_points),
		WITH_SITE(test_files_of_pages),
		WITH_SITE(test_a_page_is_known_by_its_state),
		WITH_SITE(test_graphs),
		WITH_SITE(test_pages_by_accept),
		WITH_SITE(test_probes),
		WITH_SITE(test_metrics),
		WITH_SITE(test_fail_on),
		WITH_SITE(test_filters),
		WITH_SITE(test_other_filters),
		WITH_SITE(test_filters_are_bounded),
		WITH_SITE(test_long_queries),
		WITH_SITE(test_groups),
		WITH_SITE(test_pages),
		WITH_SITE(test_not_found),
		WITH_SITE(test_problems_in_a_browser),
		WITH_SITE(test_bad_requests),
		WITH_SITE(test_history),
		WITH_SITE(test_methods),
		WITH_SITE(test_head),
		cmocka_unit_test(test_stalled_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
