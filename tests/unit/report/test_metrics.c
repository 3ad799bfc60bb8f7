#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/labels.h"
#include "report/metrics.h"
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

static const struct process_facts process = {.cpu_ms = 1234,
	.start_time_ms = INT64_C(1790000000500),
	.resident_bytes = 8388608,
	.virtual_bytes = 123456789,
	.open_fds = 17,
	.max_fds = 1024};
static const struct metrics_request requests[] = {
	{"metrics", 200, 41}, {"status", 200, 7}, {"status", 404, 1}};
static const struct metrics_extra extra = {.requests = requests,
	.n_requests = COUNT_OF(requests),
	.libpq_version = "15.18",
	.version = "1.2.3",
	.external_url = "https://ops.example.org/drift",
	.certificate_expiry_ms = INT64_C(1792592000000),
	.process = &process};

static char *
metrics(bool openmetrics)
{
	struct strbuf b = {0}, samples = {0};

	for (size_t i = 0; i < metrics_families(); i++) {
		strbuf_clear(&samples);
		for (size_t k = 0; k < f.published.n_environments; k++)
			metrics_samples(i, f.published.environments[k], &samples);
		if (samples.len) {
			metrics_head(i, openmetrics, &b);
			strbuf_addn(&b, samples.s, samples.len);
		}
	}
	strbuf_free(&samples);
	metrics_whole(&f.published, &extra, openmetrics, &b);
	return strbuf_take(&b);
}

/* Without the zeros of kinds, which depend on what kinds there are. */
static char *
without_zero_kinds(char *text)
{
	struct strbuf b = {0};

	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		bool zero =
			line[strlen(line) - 1] == '0' && line[strlen(line) - 2] == ' ';

		if (!zero || !strstr(line, "kind=\""))
			strbuf_printf(&b, "%s\n", line);
	}
	free(text);
	return strbuf_take(&b);
}

static void
test_golden(void **state)
{
	char *text;

	(void)state;
	text = without_zero_kinds(metrics(false));
	golden_check("metrics.golden", text);
	free(text);
	text = without_zero_kinds(metrics(true));
	golden_check("openmetrics.golden", text);
	free(text);
}

static void
assert_has(const char *text, const char *line)
{
	char *whole = xasprintf("\n%s\n", line);

	if (!strstr(text, whole))
		fail_msg("no line %s", line);
	free(whole);
}

static void
test_zeros(void **state)
{
	char *text = metrics(false);

	(void)state;
	assert_has(text,
		"pgdriftd_drift_objects{environment=\"staging\",kind=\"table\","
		"change=\"missing\"} 0");
	assert_has(text,
		"pgdriftd_drift_objects{environment=\"staging\",kind=\"index\","
		"change=\"unexpected\"} 0");
	/* Off by default, and nothing of it here: not compared. */
	assert_null(strstr(text, "kind=\"grant\""));
	/* Nothing was compared at all. */
	assert_null(strstr(text, "pgdriftd_drift_objects{environment=\"dev\""));
	assert_null(strstr(text, "pgdriftd_drift_ignored_objects{environment=\"dev\""));
	free(text);
}

/* What never happened has no series. */
static void
test_few_of_one_in_sync(void **state)
{
	/* Of an application with some fifty tables. */
	static const enum kind kinds[] = {KIND_SCHEMA, KIND_TABLE, KIND_COLUMN,
		KIND_CONSTRAINT, KIND_INDEX, KIND_SEQUENCE, KIND_VIEW, KIND_TYPE,
		KIND_DOMAIN, KIND_FUNCTION, KIND_TRIGGER, KIND_EXTENSION, KIND_COMMENT,
		KIND_DATABASE};
	struct published_environment *e = &f.prod;
	size_t n = 0;
	char *text;

	(void)state;
	e->state = STATE_IN_SYNC;
	e->revision.status = REVISION_AT_HEAD;
	strvec_add(&e->revision.recorded, "ab2c1f16b0b3");
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		e->objects[kinds[i]] = 7;
	text = metrics(false);
	for (char *s = text; (s = strstr(s, "environment=\"prod\"")); s++)
		n++;
	assert_in_range(n, 40, 60);
	assert_null(strstr(text, "pgdriftd_check_failures_total{environment=\"prod\""));
	assert_has(text,
		"pgdriftd_findings{environment=\"prod\",severity=\"breaking\"} 0");
	free(text);
}

static void
test_discovery(void **state)
{
	static const struct published_discovery list[] = {
		{.name = "a",
			.tried = true,
			.ok = true,
			.n = 3,
			.last_success_ms = 5000},
		{.name = "b", .n = 2},
	};
	char *text;

	(void)state;
	f.published.discoveries = list;
	f.published.n_discoveries = 2;
	text = metrics(false);
	assert_has(text, "pgdriftd_discovery_up{discover=\"a\"} 1");
	assert_has(text, "pgdriftd_discovery_up{discover=\"b\"} 0");
	assert_has(text, "pgdriftd_discovered_environments{discover=\"a\"} 3");
	assert_has(text, "pgdriftd_discovered_environments{discover=\"b\"} 2");
	assert_has(text,
		"pgdriftd_discovery_last_success_timestamp_seconds{discover=\"a\"} "
		"5.000");
	assert_null(strstr(text, "success_timestamp_seconds{discover=\"b\""));
	free(text);
}

/* Each sample of an environment has them; whoever has none, as an empty one. */
static void
test_labels(void **state)
{
	size_t with = 0, without = 0;
	char *text;

	(void)state;
	for (size_t i = 0; i < f.published.n_environments; i++) {
		strvec_add(
			&f.list[i]->metric_labels, i ? "team=" : "team=a\\b\"c\nd=e");
		strvec_add(&f.list[i]->metric_labels, "stage=");
	}
	text = metrics(true);
	assert_has(text, "pgdriftd_up{environment=\"prod\",team=\"a\\\\b\\\"c\\nd=e\","
			 "stage=\"\"} 1");
	assert_has(text, "pgdriftd_state{environment=\"dev\",team=\"\",stage=\"\","
			 "state=\"in_sync\"} 1");
	for (char *s = text; (s = strstr(s, "{environment=\"")); s++) {
		with += strstr(s, "\",team=\"") == strchr(s, ',') - 1;
		without += strstr(s, "\",team=\"") != strchr(s, ',') - 1;
	}
	assert_true(with > 100);
	assert_int_equal(without, 0);
	free(text);
}

/* A rule that has expired is one that somebody has to look at. */
static void
test_expired_rules(void **state)
{
	char *text = metrics(false);

	(void)state;
	assert_has(text, "pgdriftd_ignore_rules_expired{environment=\"staging\"} 0");
	assert_null(strstr(text, "pgdriftd_ignore_rules_expired{environment=\"dev\""));
	free(text);
	strvec_add(&f.staging.diff->expired_rules, "table:public.a");
	strvec_add(&f.staging.diff->expired_rules, "table:public.b");
	text = metrics(false);
	assert_has(text, "pgdriftd_ignore_rules_expired{environment=\"staging\"} 2");
	free(text);
	strvec_free(&f.staging.diff->expired_rules);
}

/* What is not configured has no sample. */
static void
test_no_url_and_no_tls(void **state)
{
	static const struct metrics_extra plain = {.process = &process};
	struct strbuf b = {0};

	(void)state;
	metrics_whole(&f.published, &plain, false, &b);
	assert_non_null(strstr(b.s, "pgdriftd_store_up"));
	assert_null(strstr(b.s, "pgdriftd_external_url"));
	assert_null(strstr(b.s, "pgdriftd_tls_"));
	strbuf_free(&b);
}

/* Whatever label is here is none that an environment may have; `url` is of a family
 * that has nothing of one. */
static void
test_own_labels(void **state)
{
	char *text = metrics(true);
	size_t n = 0;

	(void)state;
	for (char *s = text; (s = strstr(s, "=\"")); s++) {
		char *from = s, *name, *wrong;

		while (strchr("abcdefghijklmnopqrstuvwxyz_", from[-1]))
			from--;
		name = xstrndup(from, (size_t)(s - from));
		wrong = label_wrong(name);
		if (!wrong && strcmp(name, "url") != 0)
			fail_msg("%s may be a label", name);
		free(wrong);
		free(name);
		n++;
	}
	assert_true(n > 100);
	free(text);
}

/* Families are grouped, each with one HELP and one TYPE before its samples. */
static void
test_grouped(void **state)
{
	struct strvec seen = {0};

	(void)state;
	for (int open = 0; open < 2; open++) {
		char *text = metrics(open), *save = NULL;
		char name[128] = "", type[128] = "";

		for (char *line = strtok_r(text, "\n", &save); line;
			line = strtok_r(NULL, "\n", &save)) {
			if (sscanf(line, "# HELP %127s", name) == 1) {
				assert_false(strvec_has(&seen, name));
				strvec_add(&seen, name);
			} else if (sscanf(line, "# TYPE %127s", type) == 1) {
				assert_string_equal(type, name);
			} else if (line[0] != '#') {
				assert_int_equal(strncmp(line, name, strlen(name)), 0);
				assert_string_equal(type, name);
			}
		}
		strvec_free(&seen);
		free(text);
	}
}

/* That many drift objects, of two findings whatever they are. */
static void
check_drift(int columns, int indexes)
{
	static const char drift[] = "pgdriftd_drift_objects{environment=\"staging\",";
	char *text = metrics(false);
	char line[128];

	snprintf(line, sizeof line, "%skind=\"column\",change=\"changed\"} %d", drift,
		columns);
	assert_has(text, line);
	snprintf(line, sizeof line, "%skind=\"index\",change=\"missing\"} %d", drift,
		indexes);
	assert_has(text, line);
	assert_has(text,
		"pgdriftd_findings{environment=\"staging\",severity=\"breaking\"} 1");
	assert_has(text,
		"pgdriftd_findings{environment=\"staging\",severity=\"additive\"} 1");
	free(text);
}

/* Only what is confirmed, and only what is drift; findings are all of them. */
static void
test_what_counts_as_drift(void **state)
{
	bool confirmed[] = {true, false};
	char *text;

	(void)state;
	check_drift(1, 1);
	f.staging.schema = SCHEMA_OTHER_REVISION;
	check_drift(0, 0);
	f.staging.schema = SCHEMA_DRIFTED;
	f.staging.confirmed_findings = confirmed;
	check_drift(1, 0);
	f.staging.state = STATE_UNCONFIRMED;
	f.staging.confirmed = confirmed[0] = false;
	check_drift(0, 0);
	/* A failed check clears nothing. */
	f.staging.state = STATE_UNKNOWN;
	f.staging.confirmed = confirmed[0] = true;
	f.staging.check = CHECK_UNREACHABLE;
	check_drift(1, 0);
	text = metrics(false);
	assert_has(text, "pgdriftd_up{environment=\"staging\"} 0");
	free(text);
}

/* A version table may hold a row twice, and anything at all. */
static void
test_revisions_are_unique(void **state)
{
	char row[300];
	char *text, *first;

	(void)state;
	memset(row, 'x', sizeof row - 1);
	row[sizeof row - 1] = '\0';
	strvec_add(&f.dev.revision.recorded, "ab2c1f16b0b3");
	strvec_add(&f.dev.revision.recorded, row);
	row[290] = 'y';
	strvec_add(&f.dev.revision.recorded, row);
	text = metrics(false);
	first = strstr(text, "role=\"recorded\",revision=\"ab2c1f16b0b3\"");
	assert_non_null(first);
	first = strstr(text, "environment=\"dev\",role=\"recorded\",revision=\"xxx");
	assert_non_null(first);
	assert_null(strstr(
		first + 1, "environment=\"dev\",role=\"recorded\",revision=\"xxx"));
	free(text);
}

static void
test_escape(void **state)
{
	struct strbuf b = {0};

	(void)state;
	metrics_escape(&b, "a\\b\"c\nd\xff");
	assert_string_equal(b.s, "a\\\\b\\\"c\\nd\\\\xff");
	strbuf_free(&b);
}

static void
test_nothing(void **state)
{
	const struct published empty = {0};
	struct strbuf b = {0};

	(void)state;
	metrics_whole(&empty, NULL, true, &b);
	assert_null(strstr(b.s, "environment"));
	assert_non_null(strstr(
		b.s, "\npgdriftd_build_info{version=\"" PACKAGE_VERSION "\"} 1\n"));
	/* Of this very process. */
	assert_non_null(strstr(b.s, "\nprocess_open_fds "));
	assert_string_equal(b.s + b.len - 6, "# EOF\n");
	strbuf_free(&b);
}

static void
test_notifications(void **state)
{
	static const struct receiving receivers[] = {
		{.name = "ops",
			.results = {{"delivered", 3}, {"refused", 1}},
			.failures = 2,
			.queued = 4,
			.last_success_ms = 1500,
			.up = true},
		{.name = "never", .results = {{"delivered", 0}}}};
	const struct metrics_extra x = {
		.receiving = receivers, .n_receiving = COUNT_OF(receivers)};
	const struct published empty = {0};
	struct strbuf b = {0};

	(void)state;
	metrics_whole(&empty, &x, false, &b);
	assert_has(b.s,
		"pgdriftd_notifications_total{receiver=\"ops\",result=\"delivered\"} "
		"3\n"
		"pgdriftd_notifications_total{receiver=\"ops\",result=\"refused\"} 1\n"
		"pgdriftd_notifications_total{receiver=\"never\",result=\"delivered\"} "
		"0");
	assert_has(b.s, "pgdriftd_notification_failures_total{receiver=\"ops\"} 2\n"
			"pgdriftd_notification_failures_total{receiver=\"never\"} 0");
	assert_has(b.s, "pgdriftd_notifications_queued{receiver=\"ops\"} 4");
	assert_has(b.s, "pgdriftd_receiver_up{receiver=\"ops\"} 1\n"
			"pgdriftd_receiver_up{receiver=\"never\"} 0");
	assert_has(b.s,
		"# TYPE pgdriftd_notification_last_success_timestamp_seconds gauge\n"
		"pgdriftd_notification_last_success_timestamp_seconds{receiver=\"ops\"}"
		" "
		"1.500");
	strbuf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_golden, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_few_of_one_in_sync, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_zeros, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_discovery, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_labels, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_expired_rules, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_no_url_and_no_tls, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_own_labels, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_grouped, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_what_counts_as_drift, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_revisions_are_unique, set_up, tear_down),
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_notifications),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
