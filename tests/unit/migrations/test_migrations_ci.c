#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "migrations/allow.h"
#include "migrations/migrations_ci.h"
#include "migrations/migrations_text.h"

static struct migrations_report
report_on(const struct migrations *h, const char *dir)
{
	return (struct migrations_report){.graph = h, .dir = dir, .version = "1.2"};
}

static void
allow(struct migrations *h, const char *rule)
{
	char *text = xstrdup(rule);
	const struct strvec texts = {&text, 1, 1};
	struct err e;

	assert_true(allow_apply(h, &texts, &e));
	free(text);
}

static void
check_github(const struct migrations_report *r, const char *expected)
{
	struct strbuf out = {0};

	migrations_github(r, &out);
	assert_string_equal(out.s, expected);
	strbuf_free(&out);
}

static void
test_github(void **state)
{
	struct migrations *h;
	struct migrations_report r;

	fixture_write(*state, "a,b:c%.py",
		"\nrevision = 'a'\ndown_revision = "
		"'x%\\ny\\u202e'\n" FIXTURE_FUNCTIONS);
	fixture_write(*state, "e.py", "");
	h = fixture_read(*state, "");
	r = report_on(h, *state);
	check_github(&r,
		"::error file=e.py,title=empty_file::there is no statement in it: "
		"Alembic stops at this file; remove the file, or restore what it held: "
		"Alembic stops at it\n"
		"::error file=a%2Cb%3Ac%25.py,line=3,title=missing_parent::"
		"down_revision is x%25%0Ay\\u202e, which no file has; restore the file "
		"of the "
		"missing revision, or point to one that exists\n");
	allow(h, "missing_parent");
	r.dir = "/elsewhere";
	{
		struct strbuf out = {0};

		migrations_github(&r, &out);
		assert_non_null(strstr(out.s, "\n::notice file=/"));
		strbuf_free(&out);
	}
	migrations_free(h);
}

static void
test_github_judgement(void **state)
{
	struct migrations *h = fixture_graph(*state, "a:\nb: a\nc: a\n");
	struct strvec rows = fixture_words("a"), heads = fixture_words("b c");
	struct migrations_report r = report_on(h, *state);
	struct judgement j;

	allow(h, "several_heads");
	r.judgement = &j;
	r.hint = "do\nit";
	migrations_judge(h, &rows, NULL, &j);
	check_github(&r, "::notice file=001.py,line=1,title=several_heads::there are 2 "
			 "heads: b, c; join them with `alembic merge heads`, unless "
			 "several are meant\n"
			 "::error title=behind::do%0Ait\n");
	judgement_fini(&j);
	migrations_judge(h, &heads, NULL, &j);
	migrations_free(h);
	h = fixture_read(*state, "");
	r.graph = h;
	check_github(&r,
		"::warning file=001.py,line=1,title=several_heads::there are 2 "
		"heads: b, c; join them with `alembic merge heads`, unless "
		"several are meant\n"
		"::notice title=at_head::do%0Ait\n");
	judgement_fini(&j);
	strvec_free(&rows);
	strvec_free(&heads);
	migrations_free(h);
}

static const cJSON *
path(const cJSON *at, const char *keys)
{
	struct strvec list = fixture_words(keys);

	for (size_t i = 0; i < list.n; i++) {
		const char *key = list.v[i];

		at = *key >= '0' && *key <= '9' ? cJSON_GetArrayItem(at, atoi(key))
						: cJSON_GetObjectItem(at, key);
		assert_non_null(at);
	}
	strvec_free(&list);
	return at;
}

static void
check_text(const cJSON *doc, const char *keys, const char *expected)
{
	assert_string_equal(cJSON_GetStringValue(path(doc, keys)), expected);
}

static void
test_sarif(void **state)
{
	struct migrations *h;
	struct strvec rows = fixture_words("a");
	struct migrations_report r;
	struct judgement j;
	cJSON *doc;

	fixture_write(*state, "a b\xc3\xa9.py",
		"revision = 'a'\ndown_revision = 'x'\n" FIXTURE_FUNCTIONS);
	fixture_write(*state, "e.py", "");
	h = fixture_read(*state, "");
	r = report_on(h, *state);
	allow(h, "empty_file reason=\"as planned\"");
	r.judgement = &j;
	migrations_judge(h, &rows, NULL, &j);
	j.status = REVISION_BEHIND;
	r.hint = "run it";
	doc = migrations_sarif(&r);
	check_text(doc, "version", "2.1.0");
	check_text(doc, "runs 0 tool driver name", "pgdriftd");
	check_text(doc, "runs 0 tool driver version", "1.2");
	check_text(doc, "runs 0 results 1 ruleId", "empty_file");
	check_text(doc, "runs 0 results 1 level", "note");
	check_text(doc, "runs 0 results 1 suppressions 0 kind", "external");
	check_text(doc, "runs 0 results 1 suppressions 0 justification", "as planned");
	assert_int_equal(
		path(doc, "runs 0 results 1 locations 0 physicalLocation region "
			  "startLine")
			->valueint,
		1);
	check_text(doc, "runs 0 results 0 ruleId", "missing_parent");
	check_text(doc, "runs 0 results 0 level", "error");
	check_text(doc, "runs 0 results 0 message text",
		"down_revision is x, which no file has");
	check_text(doc,
		"runs 0 results 0 locations 0 physicalLocation artifactLocation uri",
		"a%20b%C3%A9.py");
	assert_int_equal(
		path(doc, "runs 0 results 0 locations 0 physicalLocation region "
			  "startLine")
			->valueint,
		2);
	check_text(doc,
		"runs 0 results 0 locations 0 physicalLocation artifactLocation "
		"uriBaseId",
		"%SRCROOT%");
	check_text(doc, "runs 0 originalUriBaseIds %SRCROOT% description text",
		"where pgdriftd was run: the top of the checkout");
	check_text(doc, "runs 0 results 2 ruleId", "behind");
	check_text(doc, "runs 0 results 2 message text", "run it");
	for (int i = 0; i < 3; i++) {
		const cJSON *result =
			cJSON_GetArrayItem(path(doc, "runs 0 results"), i);
		int rule = path(result, "ruleIndex")->valueint;

		assert_string_equal(
			json_str(cJSON_GetArrayItem(
					 path(doc, "runs 0 tool driver rules"), rule),
				"id"),
			json_str(result, "ruleId"));
	}
	cJSON_Delete(doc);
	judgement_fini(&j);
	strvec_free(&rows);
	migrations_free(h);
}

/* Nothing wrong: a document all the same, and an absolute path is a URI. */
static void
test_sarif_sound(void **state)
{
	struct migrations *h = fixture_graph(*state, "a:\n");
	struct migrations_report r = report_on(h, "/elsewhere");
	struct strvec rows = {0};
	struct judgement j;
	cJSON *doc = migrations_sarif(&r);

	assert_int_equal(cJSON_GetArraySize(path(doc, "runs 0 results")), 0);
	assert_int_equal(cJSON_GetArraySize(path(doc, "runs 0 tool driver rules")),
		PROBLEM_COUNT);
	cJSON_Delete(doc);
	r.judgement = &j;
	r.hint = "";
	migrations_judge(h, &rows, NULL, &j);
	doc = migrations_sarif(&r);
	assert_int_equal(
		strncmp(cJSON_GetStringValue(path(doc,
				"runs 0 results 0 locations 0 physicalLocation "
				"artifactLocation uri")),
			"file:///", 8),
		0);
	cJSON_Delete(doc);
	judgement_fini(&j);
	migrations_free(h);
}

/* By which problem and where, and not by which line. */
static void
test_known_again(void **state)
{
	char known[3][2 * HASH_HEX_LEN];

	for (int i = 0; i < 3; i++) {
		struct migrations *h;
		struct migrations_report r;
		cJSON *doc;

		fixture_write(*state, "a.py",
			i == 1 ? "\nrevision = 'a'\ndown_revision = 'x'\n"
			       : "revision = 'a'\ndown_revision = 'x'\n");
		if (i == 2)
			fixture_write(*state, "a.py",
				"revision = 'a'\ndown_revision = 'y'\n");
		h = fixture_read(*state, "");
		r = report_on(h, *state);
		doc = migrations_sarif(&r);
		snprintf(known[i], sizeof known[i], "%s",
			cJSON_GetStringValue(path(doc, "runs 0 results 0 "
						       "partialFingerprints "
						       "primaryLocationLineHash")));
		assert_int_equal(strlen(known[i]), 16 + strlen(":1"));
		cJSON_Delete(doc);
		migrations_free(h);
	}
	assert_string_equal(known[0], known[1]);
	assert_string_not_equal(known[0], known[2]);
}

static void
test_gitlab(void **state)
{
	struct migrations *h;
	struct strvec rows = fixture_words("gone");
	struct migrations_report r;
	struct judgement j;
	cJSON *list;

	fixture_write(*state, "a b\xc3\xa9.py",
		"revision = 'a'\ndown_revision = 'x'\n" FIXTURE_FUNCTIONS);
	fixture_write(*state, "e.py", "");
	h = fixture_read(*state, "");
	allow(h, "empty_file");
	r = report_on(h, *state);
	r.judgement = &j;
	r.hint = "run it";
	migrations_judge(h, &rows, NULL, &j);
	list = migrations_gitlab(&r);
	check_text(list, "0 check_name", "missing_parent");
	check_text(list, "0 severity", "critical");
	check_text(list, "0 description",
		"down_revision is x, which no file has; restore the file of the "
		"missing "
		"revision, or point to one that exists");
	check_text(list, "0 location path", "a b\xc3\xa9.py");
	assert_int_equal(path(list, "0 location lines begin")->valueint, 2);
	assert_int_equal(strlen(cJSON_GetStringValue(path(list, "0 fingerprint"))),
		HASH_HEX_LEN - 1);
	for (int i = 1; i < cJSON_GetArraySize(list); i++)
		assert_string_not_equal(
			json_str(cJSON_GetArrayItem(list, i), "check_name"),
			"empty_file");
	check_text(cJSON_GetArrayItem(list, cJSON_GetArraySize(list) - 1),
		"description", "run it");
	cJSON_Delete(list);
	judgement_fini(&j);
	strvec_free(&rows);
	migrations_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_github, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_github_judgement, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_sarif, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_sarif_sound, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_known_again, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_gitlab, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
