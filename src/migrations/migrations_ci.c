/* Where a build shows problems beside the lines that have them. */
#include "migrations/migrations_ci.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"

/* Alembic works in spite of these. */
static bool
is_advice(enum problem_code code)
{
	return code == PROBLEM_SEVERAL_BASES || code == PROBLEM_SEVERAL_HEADS ||
	       code == PROBLEM_REVISION_TOO_LONG;
}

static const char *
level_of_code(enum problem_code code)
{
	if (problem_is_notice(code))
		return "notice";
	return is_advice(code) ? "warning" : "error";
}

static const char *
level_of(const struct problem *p)
{
	return p->allowed ? "notice" : level_of_code(p->code);
}

static const char *
relative(const struct migrations_report *r, const char *path)
{
	size_t n = strlen(r->dir);

	if (!strncmp(path, r->dir, n) && path[n] == '/')
		return path + n + 1;
	while (!strncmp(path, "./", 2))
		path += 2;
	return path;
}

static bool
is_found(const struct judgement *j)
{
	return j && j->status != REVISION_AT_HEAD;
}

/* By which a service knows a problem again that it was told before: not by its line,
 * for what is put in above it changes nothing. */
static void
fingerprint(const struct migrations_report *r, const struct problem *p, char *hex)
{
	struct hash *h = hash_new();

	hash_add_text(h, problem_word(p->code));
	hash_add_text(h, relative(r, p->file));
	hash_add_text(h, p->revision);
	hash_add_text(h, p->detail);
	hash_finish(h, hex);
}

/* ---- GitHub Actions ---- */

/* `also` are the characters that end a value where it stands. */
static void
add_escaped(struct strbuf *out, const char *s, const char *also)
{
	struct strbuf clean = {0};

	text_visible(&clean, s, 0, "\t\r\n");
	for (const char *c = clean.s; *c; c++)
		if (*c == '%' || *c == '\r' || *c == '\n' || strchr(also, *c))
			strbuf_printf(out, "%%%02X", (unsigned char)*c);
		else
			strbuf_addc(out, *c);
	strbuf_free(&clean);
}

static void
add_property(struct strbuf *out, const char *before, const char *value)
{
	strbuf_add(out, before);
	add_escaped(out, value, ":,");
}

static void
add_command(
	struct strbuf *out, const struct migrations_report *r, const struct problem *p)
{
	strbuf_printf(out, "::%s", level_of(p));
	add_property(out, " file=", relative(r, p->file));
	if (p->line)
		strbuf_printf(out, ",line=%u", p->line);
	add_property(out, ",title=", problem_word(p->code));
	strbuf_add(out, "::");
	add_escaped(out, p->detail, "");
	strbuf_add(out, "; ");
	add_escaped(out, problem_advice(p), "");
	strbuf_addc(out, '\n');
}

void
migrations_github(const struct migrations_report *r, struct strbuf *out)
{
	const struct migrations *h = r->graph;

	strbuf_add(out, "");
	for (size_t i = 0; i < h->n_problems + h->n_allowed; i++)
		add_command(out, r, &h->problems[i]);
	for (size_t i = 0; i < h->n_notices; i++)
		add_command(out, r, &h->notices[i]);
	if (!r->judgement)
		return;
	strbuf_printf(out,
		"::%s title=%s::", is_found(r->judgement) ? "error" : "notice",
		revision_status_word(r->judgement->status));
	add_escaped(out, r->hint, "");
	strbuf_addc(out, '\n');
}

/* ---- SARIF ---- */

static void
add_text(cJSON *o, const char *key, const char *text)
{
	json_add_str(json_add_object(o, key), "text", text);
}

/* RFC 3986: a path as a relative reference, or as a file: URI. */
static char *
uri_of(const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
	struct strbuf out = {0};

	strbuf_add(&out, *path == '/' ? "file://" : "");
	for (; *path; path++)
		if (strchr(plain, *path))
			strbuf_addc(&out, *path);
		else
			strbuf_printf(&out, "%%%02X", (unsigned char)*path);
	return strbuf_take(&out);
}

/* What relative paths begin at: the top of the checkout, as GitHub calls it. */
static const char root[] = "%SRCROOT%";

static void
add_location(cJSON *result, const char *path, unsigned line)
{
	cJSON *location = json_object(), *place, *artifact;
	char *uri = uri_of(path);

	json_push(json_add_array(result, "locations"), location);
	place = json_add_object(location, "physicalLocation");
	artifact = json_add_object(place, "artifactLocation");
	json_add_str(artifact, "uri", uri);
	if (*path != '/')
		json_add_str(artifact, "uriBaseId", root);
	json_add_num(json_add_object(place, "region"), "startLine", line ? line : 1);
	free(uri);
}

/* SARIF knows "note" where GitHub says "notice". */
static void
add_level(cJSON *o, const char *level)
{
	json_add_str(o, "level", strcmp(level, "notice") ? level : "note");
}

static void
add_rule(cJSON *rules, const char *id, const char *level, const char *help)
{
	cJSON *rule = json_object();
	char *words = xstrdup(id), *full;

	text_replace(words, '_', ' ');
	full = xasprintf("%s: %s", words, help);
	json_add_str(rule, "id", id);
	add_text(rule, "shortDescription", words);
	add_text(rule, "fullDescription", full);
	add_text(rule, "help", help);
	add_level(json_add_object(rule, "defaultConfiguration"), level);
	json_push(rules, rule);
	free(full);
	free(words);
}

static cJSON *
add_result(cJSON *results, const char *rule, const char *level, const char *text)
{
	cJSON *result = json_object();

	json_add_str(result, "ruleId", rule);
	add_level(result, level);
	add_text(result, "message", text);
	json_push(results, result);
	return result;
}

static void
add_problem(cJSON *results, const struct migrations_report *r, const struct problem *p)
{
	cJSON *result =
		add_result(results, problem_word(p->code), level_of(p), p->detail);
	char hex[HASH_HEX_LEN], *known;

	fingerprint(r, p, hex);
	known = xasprintf("%.16s:1", hex);
	json_add_num(result, "ruleIndex", p->code);
	add_location(result, relative(r, p->file), p->line);
	json_add_str(json_add_object(result, "partialFingerprints"),
		"primaryLocationLineHash", known);
	free(known);
	if (p->allowed) {
		cJSON *suppression = json_object();

		json_add_str(suppression, "kind", "external");
		if (p->reason)
			json_add_str(suppression, "justification", p->reason);
		json_push(json_add_array(result, "suppressions"), suppression);
	}
}

static void
add_judgement(cJSON *rules, cJSON *results, const struct migrations_report *r)
{
	const char *word = revision_status_word(r->judgement->status);
	cJSON *result = add_result(results, word, "error", r->hint);

	add_rule(rules, word, "error",
		"bring the version table and the migrations together");
	json_add_num(result, "ruleIndex", PROBLEM_COUNT);
	add_location(result, relative(r, r->graph->path), 0);
}

cJSON *
migrations_sarif(const struct migrations_report *r)
{
	cJSON *doc = json_object(), *run = json_object(), *driver, *rules, *results;

	json_add_str(doc, "$schema",
		"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
		"sarif-schema-2.1.0.json");
	json_add_str(doc, "version", "2.1.0");
	json_push(json_add_array(doc, "runs"), run);
	driver = json_add_object(json_add_object(run, "tool"), "driver");
	json_add_str(driver, "name", "pgdriftd");
	json_add_str(driver, "version", r->version);
	rules = json_add_array(driver, "rules");
	for (size_t i = 0; i < PROBLEM_COUNT; i++)
		add_rule(rules, problem_word((enum problem_code)i),
			level_of_code((enum problem_code)i),
			problem_remedy((enum problem_code)i));
	add_text(json_add_object(json_add_object(run, "originalUriBaseIds"), root),
		"description", "where pgdriftd was run: the top of the checkout");
	results = json_add_array(run, "results");
	for (size_t i = 0; i < r->graph->n_problems + r->graph->n_allowed; i++)
		add_problem(results, r, &r->graph->problems[i]);
	for (size_t i = 0; i < r->graph->n_notices; i++)
		add_problem(results, r, &r->graph->notices[i]);
	if (is_found(r->judgement))
		add_judgement(rules, results, r);
	return doc;
}

/* ---- GitLab ---- */

static cJSON *
add_issue(cJSON *list, const char *code, const char *severity, const char *text)
{
	cJSON *issue = json_object();

	json_push(list, issue);
	json_add_str(issue, "check_name", code);
	json_add_str(issue, "description", text);
	json_add_str(issue, "severity", severity);
	return issue;
}

static void
add_issue_place(cJSON *issue, const char *known, const char *path, unsigned line)
{
	cJSON *place = json_add_object(issue, "location");

	json_add_str(issue, "fingerprint", known);
	json_add_str(place, "path", path);
	json_add_num(json_add_object(place, "lines"), "begin", line ? line : 1);
}

static void
add_issue_of(cJSON *list, const struct migrations_report *r, const struct problem *p)
{
	const char *level = level_of(p), *severity = "info";
	char *text, hex[HASH_HEX_LEN];

	if (!strcmp(level, "error"))
		severity = "critical";
	else if (!strcmp(level, "warning"))
		severity = "minor";
	text = xasprintf("%s; %s", p->detail, problem_advice(p));
	fingerprint(r, p, hex);
	add_issue_place(add_issue(list, problem_word(p->code), severity, text), hex,
		relative(r, p->file), p->line);
	free(text);
}

cJSON *
migrations_gitlab(const struct migrations_report *r)
{
	const struct migrations *h = r->graph;
	cJSON *list = json_array();

	for (size_t i = 0; i < h->n_problems; i++)
		add_issue_of(list, r, &h->problems[i]);
	for (size_t i = 0; i < h->n_notices; i++)
		if (!h->notices[i].allowed)
			add_issue_of(list, r, &h->notices[i]);
	if (is_found(r->judgement)) {
		const char *word = revision_status_word(r->judgement->status);
		char hex[HASH_HEX_LEN];

		hash_of(word, strlen(word), hex);
		add_issue_place(add_issue(list, word, "critical", r->hint), hex,
			relative(r, h->path), 0);
	}
	return list;
}
