#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "report/journal.h"
#include "report/journal_ids.h"
#include "tests/unit/report/fixture.h"

static struct fixture f;
static struct strbuf said, whole;

/* One line per record: id, then logfmt without the time. */
static bool
sink(const struct log_record *r, void *arg)
{
	struct strbuf line = {0};

	(void)arg;
	log_format_logfmt(r, &line);
	assert_int_equal(strlen(r->message_id), 32);
	strbuf_printf(&said, "%.4s %s", r->message_id, strstr(line.s, "level="));
	strbuf_free(&line);
	assert_non_null(r->text);
	strbuf_clear(&whole);
	strbuf_add(&whole, r->text);
	return true;
}

static int
set_up(void **state)
{
	(void)state;
	fixture_set(&f);
	log_set_sink(sink, NULL);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	log_set_sink(NULL, NULL);
	strbuf_free(&said);
	strbuf_free(&whole);
	fixture_fini(&f);
	return 0;
}

static void
check(const char *line)
{
	assert_non_null(said.s);
	assert_string_equal(said.s, line);
	strbuf_clear(&said);
}

static void
test_unstamped(void **state)
{
	(void)state;
	journal_state(&f.prod, STATE_IN_SYNC, false);
	check("9eae level=error msg=\"database is not stamped\" environment=prod "
	      "state=unstamped previous_state=in_sync expected=ab2c1f16b0b3 findings=0 "
	      "duration_seconds=0.021 hint=\"public.alembic_version is missing, but "
	      "the "
	      "schema matches head ab2c1f16b0b3: run `alembic stamp ab2c1f16b0b3`\"\n");
}

static void
test_happened(void **state)
{
	char detail[] = "r1 \xe2\x86\x92 r2";
	const struct happened revision = {HAPPENING_REVISION, detail};
	const struct happened stopped = {HAPPENING_STOPPED, NULL};

	(void)state;
	journal_happened(&f.dev, &revision);
	check("71f3 level=info msg=\"recorded revision has changed\" environment=dev "
	      "state=in_sync revision=ab2c1f16b0b3 expected=ab2c1f16b0b3 "
	      "duration_seconds=0.021 event=revision detail=\"r1 → r2\"\n");
	assert_string_equal(whole.s, "dev: recorded revision has changed: r1 → r2");
	journal_happened(NULL, &stopped);
	check("c614 level=info msg=\"daemon stops\" event=stopped\n");
}

static void
test_role(void **state)
{
	static char notice[] = "app owns what is watched";

	(void)state;
	f.dev.role_notice = notice;
	journal_role(&f.dev);
	f.dev.role_notice = NULL;
	check("9b1c level=warn msg=\"role may do more than a check needs\" "
	      "environment=dev detail=\"app owns what is watched\"\n");
	assert_string_equal(whole.s, "dev: role may do more than a check needs: app "
				     "owns what is watched");
}

static void
test_standing(void **state)
{
	(void)state;
	journal_state(&f.staging, STATE_DRIFTED, true);
	check("a062 level=warn msg=\"schema has drifted\" environment=staging "
	      "state=drifted revision=ab2c1f16b0b3 expected=ab2c1f16b0b3 findings=2 "
	      "duration_seconds=0.021 since=2026-09-19T22:40:11Z "
	      "unwatched_from=2026-09-20T08:58:02Z unwatched_to=2026-09-20T09:58:02Z "
	      "hint=\"2 differences from environment:dev\"\n");
}

static void
test_levels(void **state)
{
	static const struct {
		enum state state;
		const char *begins;
	} cases[] = {
		{STATE_UNKNOWN, "56bf level=error msg=\"state is unknown\" "},
		{STATE_UNSTAMPED, "9eae level=error msg=\"database is not stamped\" "},
		{STATE_DRIFTED, "a062 level=warn msg=\"schema has drifted\" "},
		{STATE_REVISION_MISMATCH,
			"eb04 level=warn msg=\"recorded revision is not the expected "
			"one\" "},
		{STATE_UNCONFIRMED,
			"a496 level=info msg=\"finding is not confirmed yet\" "},
		{STATE_MIGRATING, "8a24 level=info msg=\"migration is running\" "},
		{STATE_IN_SYNC, "6a92 level=info msg=\"database is in sync\" "},
	};

	(void)state;
	assert_int_equal(COUNT_OF(cases), STATE_COUNT);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		f.dev.state = cases[i].state;
		journal_state(&f.dev, STATE_IN_SYNC, false);
		assert_int_equal(
			strncmp(said.s, cases[i].begins, strlen(cases[i].begins)), 0);
		strbuf_clear(&said);
	}
}

static void
test_checks(void **state)
{
	(void)state;
	memcpy(f.far.sqlstate, "08006", 6);
	free(f.far.error);
	f.far.error = xstrdup("server closed\nthe connection \xff");
	journal_check_failed(&f.far);
	check("d102 level=error msg=\"check failed\" environment=\"far away\" "
	      "state=unknown duration_seconds=5.003 sqlstate=08006 error=\"server "
	      "closed\\nthe connection \\\\xff\" reason=connect hint=\"cannot "
	      "connect\"\n");
	journal_findings_changed(&f.staging, 5);
	check("fa49 level=warn msg=\"findings have changed\" environment=staging "
	      "state=drifted revision=ab2c1f16b0b3 expected=ab2c1f16b0b3 findings=2 "
	      "duration_seconds=0.021 previous_findings=5 hint=\"2 differences from "
	      "environment:dev\"\n");
}

static void
test_others(void **state)
{
	(void)state;
	journal_reloaded(3);
	check("def7 level=info msg=\"configuration is loaded\" environments=3\n");
	journal_reload_refused("a.conf:3: no key \"shemas\"");
	check("025d level=error msg=\"configuration is refused, the old one stays\" "
	      "error=\"a.conf:3: no key \\\"shemas\\\"\"\n");
	journal_rule_expired("prod", "table:public.x until=2026-01-01");
	check("e2e6 level=warn msg=\"ignore rule has expired\" environment=prod "
	      "rule=\"table:public.x until=2026-01-01\"\n");
	journal_migrations_problem("abparts", &f.problems[0]);
	check("7bc7 level=warn msg=\"migrations have a problem\" error=\"no revision = "
	      "in "
	      "the file\" migrations=abparts code=no_revision_id file=5a.py line=3\n");
}

static void
check_whole(const char *text)
{
	assert_string_equal(whole.s, text);
	strbuf_clear(&said);
}

static void
test_logins(void **state)
{
	const struct login_failure by_password = {
		"a\x1b[31m\n\xe2\x80\xae", "10.0.0.1", "wrong password", NULL};
	const struct login_failure by_certificate = {
		NULL, "::1", "certificate that is not valid now", "CN=ops,O=x"};

	(void)state;
	journal_login_failed(&by_password);
	assert_string_equal(whole.s, "login failed: user \"a\\x1b[31m \\u202e\" from "
				     "10.0.0.1: wrong password");
	assert_null(strchr(said.s, '\x1b'));
	assert_non_null(strstr(said.s, " client=10.0.0.1 reason=\"wrong password\""));
	strbuf_clear(&said);
	journal_login_failed(&by_certificate);
	assert_string_equal(whole.s, "login failed: from ::1: certificate that is not "
				     "valid now (CN=ops,O=x)");
	strbuf_clear(&said);
	journal_logins_failed(17);
	assert_string_equal(whole.s, "more logins failed: 17, which are told together");
	strbuf_clear(&said);
}

static void
begins(const char *with)
{
	if (strncmp(whole.s, with, strlen(with)) || strlen(whole.s) < strlen(with) + 5)
		fail_msg("\"%s\" does not begin with \"%s\"", whole.s, with);
	strbuf_clear(&said);
}

/* Of whatever event: whose it is, what has happened, and how. */
static void
test_each_is_whole(void **state)
{
	char detail[] = "how it came";

	(void)state;
	for (int s = 0; s < STATE_COUNT; s++) {
		f.dev.state = (enum state)s;
		journal_state(&f.dev, STATE_IN_SYNC, false);
		begins("dev: ");
		journal_state(&f.dev, STATE_IN_SYNC, true);
		begins("dev: ");
		assert_non_null(strstr(whole.s, ", since "));
	}
	f.dev.state = STATE_IN_SYNC;
	for (int h = 0; h < HAPPENING_COUNT; h++) {
		const struct happened happened = {(enum happening)h, detail};

		journal_happened(&f.dev, &happened);
		begins("dev: ");
		assert_non_null(strstr(whole.s, ": how it came"));
	}
	journal_rule_expires("dev", "table:x");
	assert_string_equal(whole.s, "dev: ignore rule is about to expire: table:x");
	strbuf_clear(&said);
}

/* Where fields are not seen (journalctl without options) the message says it all. */
static void
test_whole(void **state)
{
	(void)state;
	journal_state(&f.prod, STATE_IN_SYNC, false);
	check_whole("prod: database is not stamped (recorded none, expected "
		    "ab2c1f16b0b3)");
	journal_state(&f.staging, STATE_IN_SYNC, false);
	check_whole(
		"staging: schema has drifted (2 differences, 1 breaking; first: column "
		"public.users.email: type is character varying(255) instead of "
		"text)");
	journal_state(&f.staging, STATE_DRIFTED, true);
	check_whole(
		"staging: schema has drifted (2 differences, 1 breaking; first: column "
		"public.users.email: type is character varying(255) instead of "
		"text), since 2026-09-19T22:40:11Z, not watched from "
		"2026-09-20T08:58:02Z to 2026-09-20T09:58:02Z");
	journal_state(&f.dev, STATE_DRIFTED, false);
	check_whole("dev: database is in sync (recorded ab2c1f16b0b3, expected "
		    "ab2c1f16b0b3)");
	journal_check_failed(&f.far);
	check_whole("far away: check failed: connection refused");
	journal_check_passes(&f.far);
	check_whole("far away: check succeeds again");
	journal_findings_changed(&f.staging, 5);
	check_whole("staging: findings have changed (2 differences, 1 breaking; first: "
		    "column "
		    "public.users.email: type is character varying(255) instead of "
		    "text)");
	journal_reloaded(1);
	check_whole("configuration is loaded (1 environment)");
	journal_reload_refused("a.conf:3: no key \"shemas\"");
	check_whole("configuration is refused, the old one stays: a.conf:3: no key "
		    "\"shemas\"");
	journal_rule_expired("prod", "table:public.x until=2026-01-01");
	check_whole("prod: ignore rule has expired: table:public.x until=2026-01-01");
	journal_migrations_problem("abparts", &f.problems[0]);
	check_whole("migrations abparts: no_revision_id in 5a.py:3: no revision = in "
		    "the file");
}

/* Whatever a database says, a line stays a line of bearable length. */
static void
test_long(void **state)
{
	char *text = xcalloc(5001, 1);

	(void)state;
	memset(text, 'e', 5000);
	strvec_add(&f.far.revision.recorded, text);
	free(f.far.error);
	f.far.error = text;
	journal_check_failed(&f.far);
	assert_true(said.len < 1200);
	assert_non_null(strstr(said.s, "eee… reason=connect"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_unstamped, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_happened, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_role, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_standing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_levels, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_checks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_logins, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_each_is_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_long, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
