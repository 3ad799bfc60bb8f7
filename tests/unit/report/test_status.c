#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/status.h"
#include "tests/unit/report/fixture.h"
#include "tests/unit/report/golden.h"

static struct fixture f;

static int
set_up(void **state)
{
	(void)state;
	fixture_set(&f);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	fixture_fini(&f);
	return 0;
}

/* Take over `o`. */
static void
check_document(const char *name, cJSON *o)
{
	char *text = json_print_pretty(o), *line = xasprintf("%s\n", text);

	golden_check(name, line);
	free(line);
	free(text);
	cJSON_Delete(o);
}

static const cJSON *
at(const cJSON *o, const char *a, const char *b)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(o, a);

	return b ? cJSON_GetObjectItemCaseSensitive(member, b) : member;
}

static void
test_status(void **state)
{
	(void)state;
	check_document(
		"status.json.golden", status_document(&f.published, NULL, false));
}

static void
test_environment(void **state)
{
	char longish[5000];
	cJSON *o;

	(void)state;
	strvec_add(&f.same.unused_rules, "table:public.gone");
	check_document("status-prod.json.golden",
		status_environment_document(&f.published, &f.prod));
	o = status_environment_document(&f.published, &f.staging);
	/* At most max_findings of them, with the true total. */
	assert_int_equal(cJSON_GetArraySize(at(o, "schema", "items")), 1);
	assert_int_equal(cJSON_GetNumberValue(at(o, "schema", "findings")), 2);
	assert_string_equal(
		json_str(cJSON_GetArrayItem(at(o, "schema", "items"), 0), "name"),
		"public.users.email");
	cJSON_Delete(o);
	memset(longish, 'x', sizeof longish - 1);
	longish[sizeof longish - 1] = '\0';
	f.findings[0].found = longish;
	f.staging.max_findings = 0;
	o = status_environment_document(&f.published, &f.staging);
	assert_int_equal(cJSON_GetArraySize(at(o, "schema", "items")), 2);
	assert_int_equal(
		strlen(json_str(
			cJSON_GetArrayItem(at(o, "schema", "items"), 0), "found")),
		4003);
	cJSON_Delete(o);
}

static void
check_filter(const struct status_filter *filter, enum state worst, const char *names)
{
	cJSON *o = status_document(&f.published, filter, false);
	const cJSON *e;
	struct strbuf got = {0};

	cJSON_ArrayForEach(e, at(o, "environments", NULL))
		strbuf_printf(&got, "%s ", json_str(e, "name"));
	assert_string_equal(got.s ? got.s : "", names);
	assert_string_equal(json_str(o, "state"), state_word(worst));
	assert_int_equal(cJSON_GetNumberValue(at(o, "summary", "environments")),
		cJSON_GetArraySize(at(o, "environments", NULL)));
	strbuf_free(&got);
	cJSON_Delete(o);
}

static void
test_filter(void **state)
{
	struct strvec names = {0}, states = {0};
	const struct status_filter filter = {&names, &states};

	(void)state;
	check_filter(&filter, STATE_UNKNOWN, "prod staging dev far away ");
	strvec_add(&names, "staging");
	strvec_add(&names, "dev");
	check_filter(&filter, STATE_DRIFTED, "staging dev ");
	strvec_add(&states, "in_sync");
	check_filter(&filter, STATE_IN_SYNC, "dev ");
	strvec_free(&names);
	strvec_add(&states, "unstamped");
	check_filter(&filter, STATE_UNSTAMPED, "prod dev ");
	strvec_free(&states);
	strvec_add(&states, "migrating");
	check_filter(&filter, STATE_IN_SYNC, "");
	strvec_free(&states);
}

/* Asked for one at a time, "a|b" as two of them. */
static void
check_list(size_t member, const char *wanted, const char *names)
{
	struct strvec list = {0};
	struct status_filter filter = {0};
	cJSON *o;
	const cJSON *e;
	struct strbuf got = {0};

	strvec_split(&list, wanted, '|');
	*(const struct strvec **)((char *)&filter + member) = &list;
	assert_true(status_is_filter(&filter));
	o = status_document(&f.published, &filter, false);
	strbuf_add(&got, "");
	cJSON_ArrayForEach(e, at(o, "environments", NULL))
		strbuf_printf(&got, "%s ", json_str(e, "name"));
	if (strcmp(got.s, names) != 0)
		fail_msg("%s: %s, not %s", wanted, got.s, names);
	strbuf_free(&got);
	cJSON_Delete(o);
	strvec_free(&list);
}

static void
test_filters(void **state)
{
	static const struct {
		size_t member;
		const char *wanted, *names;
	} cases[] = {
#define LIST(m) offsetof(struct status_filter, m)
		{LIST(labels), "team=orders", "prod "},
		{LIST(labels), "team=order", ""},
		{LIST(labels), "team=or*|team=x", "prod "},
		{LIST(labels), "team=orders|app=Shop*", "prod "},
		{LIST(labels), "team=orders|app=x", ""},
		{LIST(labels), "app=Shop*|app=x|team=or*|team=x", "prod "},
		{LIST(labels), "app=x|app=y|team=or*|team=x", ""},
		{LIST(labels), "team=", "staging dev far away "},
		{LIST(labels), "team=*", "prod staging dev far away "},
		{LIST(labels), "tea=orders", ""},
		{LIST(migrations), "abparts", "prod staging dev "},
		{LIST(migrations), "abpart|x", ""},
		{LIST(servers), "10.0.0.7", "prod staging "},
		{LIST(servers), "10.0.0.7:5432", "prod staging "},
		{LIST(servers), "10.0.0.7:5433", ""},
		{LIST(servers), "10.0.0", ""},
		{LIST(servers), "[fd00::1]", "dev "},
		{LIST(servers), "[fd00::1]:5433|10.0.0.7:5432", "prod staging dev "},
		{LIST(texts), "AWAY", "far away "},
		{LIST(texts), "0.7:54", "prod staging "},
		{LIST(texts), "ABParts", "prod staging dev "},
		{LIST(texts), "shop \"1", "prod "},
		{LIST(texts), "B2C1F16", "staging dev "},
		{LIST(texts), "b2c1|stag", "staging "},
		/* The name of a label, or a state, is no text of the environment. */
		{LIST(texts), "team", ""},
		{LIST(texts), "drifted", ""},
#undef LIST
	};

	(void)state;
	free(f.dev.address);
	f.dev.address = xstrdup("[fd00::1]:5433");
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check_list(cases[i].member, cases[i].wanted, cases[i].names);
}

static void
test_servers(void **state)
{
	static const char *const good[] = {"h", "db.example.com:5432", "10.0.0.7",
		"[::1]", "[::1]:1", "/run/postgresql:5432"},
				 *const bad[] = {"", ":5432", "h:", "h:x", "h:123456",
					 "::1", "[::1", "[::1]5", "[::1]:", "a:b:1"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		if (!status_is_server(good[i]))
			fail_msg("%s is none", good[i]);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (status_is_server(bad[i]))
			fail_msg("%s is one", bad[i]);
}

static void
test_nothing_is_watched(void **state)
{
	const struct published empty = {.generation = 1, .reload_ok = true};
	cJSON *o = status_document(&empty, NULL, false);

	(void)state;
	assert_string_equal(json_str(o, "state"), "unknown");
	assert_int_equal(cJSON_GetArraySize(at(o, "environments", NULL)), 0);
	cJSON_Delete(o);
}

static void
test_items_everywhere(void **state)
{
	cJSON *o = status_document(&f.published, NULL, true);
	const cJSON *e;

	(void)state;
	cJSON_ArrayForEach(e, at(o, "environments", NULL))
		assert_true(cJSON_IsArray(at(e, "schema", "items")));
	cJSON_Delete(o);
}

static void
check_behind(enum revision_status status, bool known, int behind, int pending)
{
	cJSON *o;

	f.prod.revision.status = status;
	f.prod.behind_known = known;
	o = status_environment_document(&f.published, &f.prod);
	if (behind < 0)
		assert_true(cJSON_IsNull(at(o, "revision", "behind")));
	else
		assert_int_equal(
			cJSON_GetNumberValue(at(o, "revision", "behind")), behind);
	assert_int_equal(cJSON_GetArraySize(at(o, "revision", "pending")), pending);
	cJSON_Delete(o);
}

/* prod has one pending revision. */
static void
test_behind(void **state)
{
	(void)state;
	check_behind(REVISION_BEHIND, true, 1, 1);
	check_behind(REVISION_BEHIND, false, -1, 1);
	check_behind(REVISION_DIVERGED, true, 1, 1);
	check_behind(REVISION_UNSTAMPED, true, -1, 0);
	check_behind(REVISION_UNKNOWN_HEAD, true, -1, 0);
	check_behind(REVISION_NOT_CHECKED, true, -1, 0);
	strvec_free(&f.prod.revision.pending);
	check_behind(REVISION_AT_HEAD, true, 0, 0);
	check_behind(REVISION_AHEAD, true, 0, 0);
}

/* What was not compared has no number of findings, not even 0. */
static void
test_not_compared(void **state)
{
	cJSON *o;

	(void)state;
	f.dev.schema_reason = xstrdup("no reference yet");
	o = status_environment_document(&f.published, &f.dev);
	assert_true(cJSON_IsNull(at(o, "schema", "findings")));
	assert_true(cJSON_IsNull(at(o, "schema", "ignored")));
	assert_int_equal(cJSON_GetNumberValue(at(o, "schema", "objects")), 5);
	assert_string_equal(
		cJSON_GetStringValue(at(o, "schema", "reason")), "no reference yet");
	cJSON_Delete(o);
	o = status_diff_document(&f.dev);
	assert_string_equal(json_str(o, "status"), "not_checked");
	assert_string_equal(json_str(o, "reason"), "no reference yet");
	assert_true(cJSON_IsNull(at(o, "summary", NULL)));
	cJSON_Delete(o);
}

static void
test_diff(void **state)
{
	cJSON *o;

	(void)state;
	f.staging.schema = SCHEMA_OTHER_REVISION;
	o = status_diff_document(&f.staging);
	assert_int_equal(cJSON_GetNumberValue(at(o, "schema_version", NULL)), 1);
	assert_string_equal(json_str(o, "status"), "other_revision");
	assert_int_equal(cJSON_GetArraySize(at(o, "findings", NULL)), 1);
	assert_int_equal(cJSON_GetNumberValue(at(o, "summary", "missing")), 1);
	assert_string_equal(json_str(o, "environment"), "staging");
	cJSON_Delete(o);
}

/* Both documents say since when each finding has been there. */
static void
test_seen(void **state)
{
	cJSON *o;
	const cJSON *item;

	(void)state;
	f.differs.refs = 1;
	f.staging.sightings = sightings_new(&f.differs, 1789900000000);
	f.staging.seen_ms = 1789900060000;
	o = status_environment_document(&f.published, &f.staging);
	item = cJSON_GetArrayItem(at(o, "schema", "items"), 0);
	assert_string_equal(json_str(item, "first_seen_at"), "2026-09-20T10:26:40Z");
	assert_string_equal(json_str(item, "last_seen_at"), "2026-09-20T10:27:40Z");
	cJSON_Delete(o);
	o = status_diff_document(&f.staging);
	item = cJSON_GetArrayItem(at(o, "findings", NULL), 0);
	assert_string_equal(json_str(item, "first_seen_at"), "2026-09-20T10:26:40Z");
	/* It is the same document as long as they stand. */
	assert_false(cJSON_HasObjectItem(item, "last_seen_at"));
	cJSON_Delete(o);
	sightings_unref(f.staging.sightings);
	f.staging.sightings = NULL;
}

/* Ids and names are somebody else's text. */
static void
test_untrusted(void **state)
{
	char longish[400];
	const cJSON *recorded;
	cJSON *o;

	(void)state;
	memset(longish, 'x', sizeof longish - 1);
	longish[sizeof longish - 1] = '\0';
	strvec_add(&f.dev.revision.recorded, longish);
	strvec_add(&f.dev.revision.recorded, "\xff");
	free(f.dev.name);
	f.dev.name = xstrdup("a/b ü");
	o = status_environment_document(&f.published, &f.dev);
	recorded = at(o, "revision", "recorded");
	assert_int_equal(strlen(cJSON_GetArrayItem(recorded, 1)->valuestring), 203);
	assert_string_equal(cJSON_GetArrayItem(recorded, 2)->valuestring, "\\xff");
	assert_string_equal(
		cJSON_GetStringValue(at(o, "links", "self")), "/status/a%2Fb%20%C3%BC");
	cJSON_Delete(o);
}

/* Where it is not known which environments there are, not all is well; but of those
 * that are asked for by name that says nothing. */
static void
test_discovery(void **state)
{
	struct published_discovery list[] = {
		{.name = "tenants",
			.tried = true,
			.ok = true,
			.n = 4,
			.last_at_ms = 1000,
			.last_success_ms = 1000},
		{.name = "others", .n = 2},
	};
	struct strvec dev = {0};
	const struct status_filter filter = {.environments = &dev};
	struct strbuf table = {0};
	const cJSON *d;
	cJSON *o;

	(void)state;
	f.published.discoveries = list;
	f.published.n_discoveries = 1;
	strvec_add(&dev, "dev");
	f.published.environments = &f.list[2];
	f.published.n_environments = 1;
	o = status_document(&f.published, NULL, false);
	assert_string_equal(json_str(o, "state"), "in_sync");
	assert_int_equal(published_state(&f.published), STATE_IN_SYNC);
	d = cJSON_GetArrayItem(at(o, "discovery", NULL), 0);
	assert_string_equal(json_str(d, "name"), "tenants");
	assert_string_equal(json_str(d, "status"), "ok");
	assert_string_equal(json_str(d, "last_success_at"), "1970-01-01T00:00:01Z");
	assert_int_equal(
		cJSON_GetNumberValue(cJSON_GetObjectItem(d, "environments")), 4);
	assert_true(cJSON_IsNull(cJSON_GetObjectItem(d, "error")));
	cJSON_Delete(o);

	f.published.n_discoveries = 2;
	o = status_document(&f.published, NULL, false);
	assert_string_equal(json_str(o, "state"), "unknown");
	assert_int_equal(published_state(&f.published), STATE_UNKNOWN);
	d = cJSON_GetArrayItem(at(o, "discovery", NULL), 1);
	assert_string_equal(json_str(d, "status"), "not_checked");
	cJSON_Delete(o);

	list[1].tried = true;
	list[1].error = "no\x1b[31m server";
	o = status_document(&f.published, NULL, false);
	d = cJSON_GetArrayItem(at(o, "discovery", NULL), 1);
	assert_string_equal(json_str(d, "status"), "error");
	status_table(o, false, &table);
	assert_non_null(
		strstr(table.s, "\ntenants: 4 discovered\nothers: 2 discovered, "
				"error: no"));
	assert_null(strchr(table.s, '\x1b'));
	cJSON_Delete(o);
	o = status_document(&f.published, &filter, false);
	assert_string_equal(json_str(o, "state"), "in_sync");
	cJSON_Delete(o);
	strbuf_free(&table);
	strvec_free(&dev);
}

static void
test_migrations(void **state)
{
	cJSON *o = status_migrations_document(&f.published);
	const cJSON *m = cJSON_GetArrayItem(at(o, "migrations", NULL), 0), *e;

	(void)state;
	assert_int_equal(cJSON_GetNumberValue(at(o, "schema_version", NULL)), 1);
	assert_string_equal(json_str(m, "name"), "abparts");
	assert_true(cJSON_IsNull(at(m, "error", NULL)));
	assert_string_equal(json_str(m, "path"), "/srv/abparts/versions");
	assert_string_equal(
		json_str(cJSON_GetArrayItem(at(m, "problems", NULL), 0), "code"),
		"no_revision_id");
	assert_int_equal(cJSON_GetArraySize(at(m, "environments", NULL)), 3);
	e = cJSON_GetArrayItem(at(m, "environments", NULL), 1);
	assert_string_equal(json_str(e, "name"), "staging");
	assert_string_equal(json_str(e, "state"), "drifted");
	assert_string_equal(json_str(e, "status"), "at_head");
	m = cJSON_GetArrayItem(at(o, "migrations", NULL), 1);
	assert_string_equal(
		json_str(m, "error"), "/srv/gone: No such file or directory");
	assert_null(at(m, "nodes", NULL));
	assert_int_equal(cJSON_GetArraySize(at(m, "environments", NULL)), 0);
	cJSON_Delete(o);
	o = status_migration_document(&f.published, &f.migrations[0]);
	assert_int_equal(cJSON_GetNumberValue(at(o, "schema_version", NULL)), 1);
	assert_string_equal(json_str(o, "name"), "abparts");
	assert_true(cJSON_IsArray(at(o, "nodes", NULL)));
	cJSON_Delete(o);
}

static void
test_version(void **state)
{
	struct strvec keys = {0};
	cJSON *o;

	(void)state;
	strvec_add(&keys, "http.listen");
	o = status_version_document("15.18", &keys);
	assert_int_equal(cJSON_GetNumberValue(at(o, "schema_version", NULL)), 1);
	assert_string_equal(json_str(o, "version"), PACKAGE_VERSION);
	assert_string_equal(json_str(o, "libpq_version"), "15.18");
	assert_int_equal(cJSON_GetArraySize(at(o, "restart_needed", NULL)), 1);
	assert_string_equal(cJSON_GetStringValue(cJSON_GetArrayItem(
				    at(o, "restart_needed", NULL), 0)),
		"http.listen");
	cJSON_Delete(o);
	strvec_free(&keys);
	o = status_version_document(NULL, NULL);
	assert_int_equal(cJSON_GetArraySize(at(o, "restart_needed", NULL)), 0);
	cJSON_Delete(o);
}

/* ---- The table ---- */

static char *
table(const cJSON *o, bool color)
{
	struct strbuf b = {0};

	status_table(o, color, &b);
	return strbuf_take(&b);
}

/* Of whatever the document holds each environment has its lines, and no more. */
static void
test_hostile_table(void **state)
{
	struct strbuf b = {0};
	cJSON *o;

	(void)state;
	free(f.staging.name);
	free(f.staging.hint);
	f.staging.name = xstrdup("\u202ename\nprod");
	f.staging.hint = xstrdup("\u2066hint\x1b[2J");
	strvec_add(&f.staging.revision.recorded, "\u200brow\n");
	o = status_document(&f.published, NULL, false);
	status_table(o, false, &b);
	assert_non_null(strstr(b.s, "\n\\u202ename\\nprod "));
	assert_non_null(strstr(b.s, "\\u2066hint\\x1b[2J"));
	assert_non_null(strstr(b.s, ",\\u200br…"));
	assert_null(strstr(b.s, "\u202e"));
	assert_null(strchr(b.s, '\x1b'));
	strbuf_free(&b);
	cJSON_Delete(o);
}

static void
test_table(void **state)
{
	cJSON *o = status_document(&f.published, NULL, false);
	char *text = table(o, false);

	(void)state;
	golden_check("table.golden", text);
	free(text);
	text = table(o, true);
	assert_non_null(strstr(text, "\033[31mdrifted\033[0m "));
	assert_non_null(strstr(text, "\033[32min_sync\033[0m "));
	free(text);
	cJSON_Delete(o);
}

static void
test_table_of_anything(void **state)
{
	static const struct {
		const char *json, *text;
	} cases[] = {
		{"{}", "NAME  STATE  REVISION  EXPECTED  SCHEMA  SINCE  CHECKED\n"},
		{"{\"environments\": 3}",
			"NAME  STATE  REVISION  EXPECTED  SCHEMA  SINCE  CHECKED\n"},
		{"{\"environments\": [7, {\"name\": \"a\\u001b[2J\"}]}",
			"NAME      STATE  REVISION  EXPECTED  SCHEMA  SINCE  CHECKED\n"
			"-         -      -         -         -       -      -\n"
			"a\\x1b[2J  -      -         -         -       -      -\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		cJSON *o = cJSON_Parse(cases[i].json);
		char *text = table(o, true);

		assert_string_equal(text, cases[i].text);
		free(text);
		cJSON_Delete(o);
	}
}

static void
test_receivers(void **state)
{
	static const struct receiving receivers[] = {
		{.name = "ops",
			.kind = "slack",
			.queued = 4,
			.last_success_ms = INT64_C(1789898400000),
			.last_error = "it answers HTTP 503"},
		{.name = "never", .kind = "json", .up = true}};
	cJSON *o = cJSON_CreateObject();
	char *text;

	(void)state;
	status_receivers(o, receivers, COUNT_OF(receivers));
	text = cJSON_PrintUnformatted(o);
	assert_string_equal(text,
		"{\"receivers\":[{\"name\":\"ops\",\"kind\":\"slack\",\"up\":false,"
		"\"waiting\":4,\"last_delivery_at\":\"2026-09-20T10:00:00Z\","
		"\"last_error\":\"it answers HTTP 503\"},{\"name\":\"never\",\"kind\":"
		"\"json\",\"up\":true,\"waiting\":0,\"last_delivery_at\":null,"
		"\"last_error\":null}]}");
	free(text);
	cJSON_Delete(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_status, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_environment, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_filter, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_filters, set_up, tear_down),
		cmocka_unit_test(test_receivers),
		cmocka_unit_test(test_servers),
		cmocka_unit_test(test_nothing_is_watched),
		cmocka_unit_test_setup_teardown(
			test_items_everywhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_behind, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_not_compared, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_diff, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_seen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_untrusted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_discovery, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_migrations, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_version, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_table, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hostile_table, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_table_of_anything, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
