#include "tests/unit/verdict/scene.h"

#include <stdlib.h>
#include <string.h>

static void
test_not_checked(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.check = CHECK_NOT_CHECKED;
	scene_says(&s, STATE_UNKNOWN,
		"not checked yet: wait for the first check, or run `pgdriftd check`");
	scene_begin(&s);
	s.in.check = CHECK_ERROR;
	scene_says(
		&s, STATE_UNKNOWN, "the check failed: run `pgdriftd check` to see why");
	/* Which would not find a password that systemd gives to the service alone. */
	scene_begin(&s);
	s.in.check = CHECK_NOT_CHECKED;
	s.in.unit = "drift";
	scene_says(&s, STATE_UNKNOWN,
		"not checked yet: wait for the first check, or run "
		"`systemctl kill -s USR2 --kill-who=main drift`");
	scene_begin(&s);
	s.in.check = CHECK_ERROR;
	s.in.unit = "drift";
	scene_says(&s, STATE_UNKNOWN,
		"the check failed: run `journalctl -u drift` to see why");
}

static void
test_nothing_compared(void **state)
{
	static char note[] = "environment:dev has not been read yet";
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.revision = REVISION_NOT_CHECKED;
	scene_says(&s, STATE_UNKNOWN,
		"nothing was compared: neither `migrations`, `head` nor `expect` is "
		"configured for this environment");
	scene_begin(&s);
	s.in.revision = REVISION_NOT_CHECKED;
	s.in.schema = SCHEMA_NOT_COMPARABLE;
	s.in.schema_reason = "format 7 is not known";
	scene_says(&s, STATE_UNKNOWN,
		"nothing could be compared (format 7 is not known): `pgdriftd config "
		"show` says what is expected");
	scene_begin(&s);
	s.in.revision = REVISION_NOT_CHECKED;
	s.judgement.note = note;
	scene_says(&s, STATE_UNKNOWN,
		"nothing could be compared (environment:dev has not been read yet): "
		"`pgdriftd config show` says what is expected");
}

static void
test_not_judged(void **state)
{
	static char note[] = "environment:dev has not been read yet";
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.revision = REVISION_NOT_CHECKED;
	s.in.revision_watched = true;
	s.judgement.note = note;
	scene_compared(&s, SCHEMA_IN_SYNC, NULL);
	scene_says(&s, STATE_UNKNOWN,
		"the revision could not be judged: environment:dev has not been read "
		"yet; the schema matches environment:dev");
	scene_begin(&s);
	s.in.revision = REVISION_NOT_CHECKED;
	s.in.revision_watched = true;
	scene_compared(&s, SCHEMA_DRIFTED, NULL);
	scene_says(&s, STATE_UNKNOWN,
		"the revision could not be judged; the schema has 2 differences from "
		"environment:dev: see `pgdriftd diff env:dev env:prod` (first: index "
		"public.orders_status_idx is missing)");
}

/* Not what the reference has now. */
static void
test_measure(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_compared(&s, SCHEMA_DRIFTED, NULL);
	s.in.measure = "environment:dev as it was at a";
	s.in.reference_note = "environment:dev is itself migrating";
	scene_says(&s, STATE_DRIFTED,
		"2 differences from environment:dev as it was at a: see "
		"/status/prod/diff (first: index public.orders_status_idx is missing); "
		"environment:dev is itself migrating");
}

static void
test_migrating(void **state)
{
	struct migration_lock lock = {.pid = 123,
		.since_ms = INT64_C(1790000000000),
		.blocker = 124,
		.blocker_application = "report",
		.blocker_since_ms = INT64_C(1790000000000)};
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.migrating = true;
	scene_says(&s, STATE_MIGRATING,
		"a migration is running: wait for its end (`alembic current` shows how "
		"far it is)");
	/* An index that is built concurrently waits for whoever has begun before. */
	scene_begin(&s);
	s.in.migrating = true;
	s.in.lock = &lock;
	scene_says(&s, STATE_MIGRATING,
		"a migration is running since 2026-09-21T14:13:20Z (pid 123): wait for "
		"its end (`alembic current` shows how far it is); it waits for the end "
		"of a transaction of report, pid 124, open since 2026-09-21T14:13:20Z");
}

/* Between two transactions nothing is seen of it but that the revision has moved. */
static void
test_may_go_on(void **state)
{
	char from[] = "ca4653c80b38", to[] = "e9428b9dd556";
	struct migration_sign sign = {from, to, INT64_C(1790000000000)};
	struct migration_lock lock = {.pid = 123, .since_ms = 1};
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.revision = REVISION_BEHIND;
	scene_set(&s.judgement.pending, scene_head, NULL);
	s.in.sign = &sign;
	scene_compared(&s, SCHEMA_IN_SYNC, scene_head);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind head 55a2502018a6: the revision has moved from "
		"ca4653c80b38 to e9428b9dd556, seen at 2026-09-21T14:13:20Z, and a "
		"migration may still be running, so wait for the next check or look at "
		"`alembic current` (pending: 55a2502018a6)");
	/* What it has half done is named, without advice to upgrade. */
	scene_begin(&s);
	s.in.revision = REVISION_BEHIND;
	scene_set(&s.judgement.pending, scene_head, NULL);
	sign = (struct migration_sign){NULL, NULL, INT64_C(1790000000000)};
	s.in.sign = &sign;
	scene_compared(&s, SCHEMA_DRIFTED, scene_middle);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind head 55a2502018a6: a migration was running at "
		"2026-09-21T14:13:20Z, and may go on, so wait for the next check or "
		"look at `alembic current` (pending: 55a2502018a6); besides, the "
		"schema has 2 differences from environment:dev: see `pgdriftd diff "
		"env:dev env:prod` (first: index public.orders_status_idx is missing)");
	/* Of one that fills a database, and of one that hangs. */
	scene_begin(&s);
	s.in.revision = REVISION_EMPTY_DATABASE;
	s.in.sign = &sign;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"no tables: a migration was running at 2026-09-21T14:13:20Z, and may "
		"go on, so wait for the next check or look at `alembic current`");
	scene_begin(&s);
	s.in.revision = REVISION_BEHIND;
	scene_set(&s.judgement.pending, scene_head, NULL);
	s.in.sign = &sign;
	s.in.lock = &lock;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"a migration has held public.alembic_version since "
		"1970-01-01T00:00:00Z (pid 123), longer than `migrating_max`: see "
		"whether it hangs; besides, 1 revision behind head 55a2502018a6 "
		"(pending: 55a2502018a6)");
}

static void
test_drifted(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_compared(&s, SCHEMA_DRIFTED, scene_head);
	scene_says(&s, STATE_DRIFTED,
		"2 differences from environment:dev: see `pgdriftd diff env:dev "
		"env:prod` (first: index public.orders_status_idx is missing)");
	scene_begin(&s);
	scene_compared(&s, SCHEMA_DRIFTED, scene_head);
	s.findings[0] = s.findings[1];
	s.diff.n_findings = 1;
	s.in.reference = "snapshot:/srv/head.snapshot";
	scene_says(&s, STATE_DRIFTED,
		"1 difference from snapshot:/srv/head.snapshot: see `pgdriftd diff "
		"/srv/head.snapshot env:prod` (first: column public.users.email: type "
		"is integer instead of text)");
}

static void
test_unconfirmed(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.revision = REVISION_EMPTY_DATABASE;
	s.in.revision_confirmed = s.in.schema_confirmed = false;
	scene_says(&s, STATE_UNCONFIRMED,
		"wait for the next check to confirm it: no tables: run `alembic "
		"upgrade head`");
}

static void
test_standby(void **state)
{
	struct verdict_lag lag = {.bytes = 168,
		.ms = 45000,
		.replayed_ms = 1700000000000,
		.primary = "dev",
		.behind = true};
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_compared(&s, SCHEMA_DRIFTED, scene_head);
	s.in.lag = &lag;
	s.in.revision_confirmed = s.in.schema_confirmed = false;
	scene_says(&s, STATE_UNCONFIRMED,
		"this standby is 168 bytes behind its primary, environment:dev (it has "
		"replayed what was committed up to 2023-11-14T22:13:20Z), and what "
		"differs may be just that: wait until replay has caught up (`SELECT "
		"pg_is_wal_replay_paused()` says whether it is paused); so far, there "
		"are 2 differences from environment:dev");
	/* Nobody upgrades a standby that has not replayed the upgrade. */
	scene_begin(&s);
	s.in.revision = REVISION_EMPTY_DATABASE;
	s.in.lag = &lag;
	s.in.revision_confirmed = s.in.schema_confirmed = false;
	lag.replayed_ms = 0;
	lag.paused = true;
	scene_says(&s, STATE_UNCONFIRMED,
		"this standby is 168 bytes behind its primary, environment:dev, and "
		"what differs may be just that: wait until replay has caught up; it "
		"is paused, and `SELECT pg_wal_replay_resume()` lets it go on");
}

/* Without its primary it says only what it has received; that a little of it is always
 * left is no lag. */
static void
test_standby_alone(void **state)
{
	struct verdict_lag lag = {.bytes = 168, .ms = 45000};
	const char *plain =
		"2 differences from environment:dev: see `pgdriftd diff env:dev "
		"env:prod` (first: index public.orders_status_idx is missing)";
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_compared(&s, SCHEMA_DRIFTED, scene_head);
	s.in.lag = &lag;
	scene_says(&s, STATE_DRIFTED,
		"this standby is 168 bytes behind what it has received, and what "
		"differs may be just that: wait until replay has caught up (`SELECT "
		"pg_is_wal_replay_paused()` says whether it is paused); if it stays: 2 "
		"differences from environment:dev: see `pgdriftd diff env:dev "
		"env:prod` "
		"(first: index public.orders_status_idx is missing)");
	lag.ms = 9999;
	scene_begin(&s);
	scene_compared(&s, SCHEMA_DRIFTED, scene_head);
	s.in.lag = &lag;
	scene_says(&s, STATE_DRIFTED, plain);
	lag = (struct verdict_lag){.bytes = 168, .ms = 45000, .primary = "dev"};
	scene_begin(&s);
	scene_compared(&s, SCHEMA_DRIFTED, scene_head);
	s.in.lag = &lag;
	scene_says(&s, STATE_DRIFTED, plain);
}

static void
test_in_sync(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_compared(&s, SCHEMA_IN_SYNC, scene_head);
	scene_says(&s, STATE_IN_SYNC,
		"schema and revision match: at head 55a2502018a6, and the schema "
		"matches environment:dev");
	scene_begin(&s);
	scene_says(&s, STATE_IN_SYNC,
		"at head 55a2502018a6, and the schema is not compared (`expect` is not "
		"set)");
	scene_begin(&s);
	s.in.schema = SCHEMA_NOT_COMPARABLE;
	s.in.reference = "snapshot:/a.json";
	s.in.schema_reason = "format 7 is not known";
	scene_set(&s.judgement.recorded, scene_head, NULL);
	scene_says(&s, STATE_UNKNOWN,
		"the schema could not be compared with snapshot:/a.json: format 7 is "
		"not known; the revision is at_head (recorded 55a2502018a6)");
	scene_begin(&s);
	s.in.revision = REVISION_NOT_CHECKED;
	s.in.graph = NULL;
	scene_compared(&s, SCHEMA_IN_SYNC, NULL);
	scene_says(&s, STATE_IN_SYNC,
		"the schema matches environment:dev; no revision is watched");
}

/* A reference that is older, or on another line, explains nothing. */
static void
test_relation(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_compared(&s, SCHEMA_OTHER_REVISION, scene_middle);
	s.in.relation = RELATION_REFERENCE_BEHIND;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"environment:dev is older than this database, at revision "
		"e9428b9dd556: upgrade environment:dev; until then the 2 differences "
		"cannot be judged: see `pgdriftd diff env:dev env:prod` (first: index "
		"public.orders_status_idx is missing)");
	scene_begin(&s);
	scene_compared(&s, SCHEMA_OTHER_REVISION, scene_middle);
	s.in.reference = "snapshot:/a.json";
	s.in.relation = RELATION_REFERENCE_BEHIND;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"snapshot:/a.json is older than this database, at revision "
		"e9428b9dd556: renew snapshot:/a.json with `pgdriftd snapshot` from a "
		"database that is at the present one; until then the 2 differences "
		"cannot be judged: see `pgdriftd diff /a.json env:prod` (first: index "
		"public.orders_status_idx is missing)");
	scene_begin(&s);
	scene_compared(&s, SCHEMA_OTHER_REVISION, scene_middle);
	s.in.reference = "ddl:/a.sql";
	s.in.relation = RELATION_REFERENCE_BEHIND;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"ddl:/a.sql is older than this database, at revision e9428b9dd556: "
		"renew ddl:/a.sql from a database that is at the present one, with its "
		"rows of the version table; until then the 2 differences cannot be "
		"judged: see /status/prod/diff (first: index "
		"public.orders_status_idx is missing)");
	scene_begin(&s);
	scene_compared(&s, SCHEMA_OTHER_REVISION, scene_middle);
	s.in.reference = "baseline";
	s.in.relation = RELATION_UNRELATED;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"baseline is no measure for this database, at revision e9428b9dd556: "
		"look at what changed with `pgdriftd accept --dry-run prod`, then "
		"renew "
		"it with `pgdriftd accept prod`; until then the 2 differences cannot "
		"be "
		"judged: see /status/prod/diff (first: index "
		"public.orders_status_idx is missing)");
	scene_begin(&s);
	s.in.revision = REVISION_BEHIND;
	scene_set(&s.judgement.pending, scene_head, NULL);
	scene_compared(&s, SCHEMA_OTHER_REVISION, scene_other);
	s.in.relation = RELATION_UNRELATED;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind head 55a2502018a6: run `alembic upgrade head` "
		"(pending: 55a2502018a6); the 2 differences from environment:dev "
		"cannot be judged: that is at revision ab2c1f16b0b3, which comes "
		"neither "
		"before nor after");
}

static void
test_untrusted(void **state)
{
	static char nasty[] = "x'; rm -rf /\nsecond\xff";
	static char longish[400];
	struct scene s;
	char *hint;

	(void)state;
	memset(longish, 'a', sizeof longish - 1);
	scene_begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	s.in.graph = NULL;
	scene_compared(&s, SCHEMA_IN_SYNC, nasty);
	hint = verdict_hint(&s.in);
	assert_non_null(strstr(hint, "`alembic stamp 'x'\\''; rm -rf / second"));
	assert_null(strchr(hint, '\n'));
	free(hint);
	scene_set(&s.expected_revision, longish, NULL);
	hint = verdict_hint(&s.in);
	assert_null(strstr(hint, "alembic stamp"));
	assert_true(strlen(hint) < 400);
	free(hint);
	scene_end(&s);
}

static void
test_every_combination(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CHECK_STATUS_COUNT * REVISION_STATUS_COUNT *
					 SCHEMA_STATUS_COUNT * 2;
		i++) {
		struct verdict_input in = {.revision_confirmed = i % 2,
			.schema_confirmed = i % 2,
			.check = i / 2 % CHECK_STATUS_COUNT,
			.schema = i / 2 / CHECK_STATUS_COUNT % SCHEMA_STATUS_COUNT,
			.revision = i / 2 / CHECK_STATUS_COUNT / SCHEMA_STATUS_COUNT};
		char *hint = verdict_hint(&in);

		assert_true(strlen(hint) > 10);
		assert_null(strstr(hint, "alembic stamp"));
		free(hint);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_not_checked),
		cmocka_unit_test(test_nothing_compared),
		cmocka_unit_test(test_not_judged),
		cmocka_unit_test(test_measure),
		cmocka_unit_test(test_migrating),
		cmocka_unit_test(test_may_go_on),
		cmocka_unit_test(test_drifted),
		cmocka_unit_test(test_unconfirmed),
		cmocka_unit_test(test_standby),
		cmocka_unit_test(test_standby_alone),
		cmocka_unit_test(test_in_sync),
		cmocka_unit_test(test_relation),
		cmocka_unit_test(test_untrusted),
		cmocka_unit_test(test_every_combination),
	};

	return cmocka_run_group_tests(tests, scene_read, scene_free);
}
