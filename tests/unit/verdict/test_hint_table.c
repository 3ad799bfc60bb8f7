#include "tests/unit/verdict/scene.h"

#include <stdlib.h>
#include <string.h>

static char long_id[] = "0002_add_the_table_for_backup_verification_runs";

/* ---- Width ---- */

static void
behind_by(struct scene *s, char *id)
{
	scene_begin(s);
	s->in.revision = REVISION_BEHIND;
	s->in.version_table_exists = true;
	scene_set(&s->judgement.expected, id, NULL);
	scene_set(&s->graph.heads, id, NULL);
	scene_set(&s->graph.effective_heads, id, NULL);
	scene_set(&s->judgement.pending, id, NULL);
}

static void
test_width(void **state)
{
	static char umlauts[] = "äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäö"; /* 32 of them */
	struct scene s;

	(void)state;
	behind_by(&s, long_id);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind head "
		"0002_add_the_table_for_backup_verification_runs: "
		"0002_add_the_table_for_backup_verification_runs has 47 characters and "
		"version_num holds 32, so first run `ALTER TABLE "
		"public.alembic_version ALTER COLUMN version_num TYPE varchar(64)`; "
		"run `alembic upgrade head` (pending: "
		"0002_add_the_table_for_backup_verification_runs)");
	/* It fits what is there. */
	behind_by(&s, long_id);
	s.version.width = 47;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind head "
		"0002_add_the_table_for_backup_verification_runs: run `alembic upgrade "
		"head` (pending: 0002_add_the_table_for_backup_verification_runs)");
	behind_by(&s, long_id);
	s.version.width = 0;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind head "
		"0002_add_the_table_for_backup_verification_runs: run `alembic upgrade "
		"head` (pending: 0002_add_the_table_for_backup_verification_runs)");
	/* Characters count, not bytes. */
	behind_by(&s, umlauts);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind head äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäö: run `alembic "
		"upgrade head` (pending: äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäö)");
	/* What pads makes another id of it. */
	behind_by(&s, scene_head);
	s.version.padded = true;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind head 55a2502018a6: 55a2502018a6 has 12 characters "
		"and version_num is padded to 32, so first run `ALTER TABLE "
		"public.alembic_version ALTER COLUMN version_num TYPE varchar(32)`; "
		"run `alembic upgrade head` (pending: 55a2502018a6)");
	behind_by(&s, scene_head);
	s.version.padded = true;
	s.version.width = 12;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind head 55a2502018a6: run `alembic upgrade head` "
		"(pending: 55a2502018a6)");
	/* Nothing is known of the column. */
	behind_by(&s, long_id);
	s.in.version = NULL;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind head "
		"0002_add_the_table_for_backup_verification_runs: run `alembic upgrade "
		"head` (pending: 0002_add_the_table_for_backup_verification_runs)");
}

/* Alembic makes the table 32 wide, whatever the ids are. */
static void
test_width_to_be(void **state)
{
	struct scene s;

	(void)state;
	behind_by(&s, long_id);
	s.in.revision = REVISION_EMPTY_DATABASE;
	s.in.version_table_exists = false;
	s.version.width = 0;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"no tables: 0002_add_the_table_for_backup_verification_runs has 47 "
		"characters and version_num as Alembic makes it holds 32, so first run "
		"`CREATE TABLE public.alembic_version (version_num varchar(64) PRIMARY "
		"KEY)`; run `alembic upgrade head`");
	scene_begin(&s);
	s.in.graph = NULL;
	s.in.revision = REVISION_UNSTAMPED;
	s.version.reads_new = false;
	scene_compared(&s, SCHEMA_IN_SYNC, long_id);
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, but the schema matches revision "
		"0002_add_the_table_for_backup_verification_runs: "
		"0002_add_the_table_for_backup_verification_runs has 47 characters and "
		"version_num as Alembic makes it holds 32, so first run `CREATE TABLE "
		"public.alembic_version (version_num varchar(64) PRIMARY KEY)`; run "
		"`alembic stamp 0002_add_the_table_for_backup_verification_runs`, "
		"then, so that pgdriftd can read that table, `GRANT SELECT ON "
		"public.alembic_version TO mon`, then run `alembic upgrade "
		"55a2502018a6`");
}

/* Too long an id is no problem of a database whose column holds it. */
static void
test_problem_of_width(void **state)
{
	struct scene s;

	(void)state;
	behind_by(&s, scene_head);
	s.version.width = 255;
	s.problems[0] = (struct problem){.code = PROBLEM_REVISION_TOO_LONG};
	s.graph.n_problems = 1;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind head 55a2502018a6: run `alembic upgrade head` "
		"(pending: 55a2502018a6)");
}

/* ---- The right to read it ---- */

static void
test_grant(void **state)
{
	static char quoted[] = "\"Mon itor\"";
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	s.version.reads_new = false;
	scene_compared(&s, SCHEMA_IN_SYNC, scene_head);
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, but the schema matches head "
		"55a2502018a6: run `alembic stamp 55a2502018a6`, then, so that "
		"pgdriftd can read that table, `GRANT SELECT ON public.alembic_version "
		"TO mon`");
	/* In a schema of its own, and with an upgrade after it. */
	scene_begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	s.in.version_table = "\"my.app\".alembic_version";
	s.version.reads_new = s.version.schema_usable = false;
	s.version.role = quoted;
	scene_compared(&s, SCHEMA_IN_SYNC, scene_middle);
	scene_says(&s, STATE_UNSTAMPED,
		"\"my.app\".alembic_version is missing, but the schema matches "
		"revision e9428b9dd556: run `alembic stamp e9428b9dd556`, then, so "
		"that pgdriftd can read that table, `GRANT USAGE ON SCHEMA \"my.app\" "
		"TO \"Mon itor\"` and `GRANT SELECT ON \"my.app\".alembic_version TO "
		"\"Mon itor\"`, then run `alembic upgrade head`");
	scene_begin(&s);
	s.in.revision = REVISION_EMPTY_DATABASE;
	s.version.reads_new = false;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"no tables: run `alembic upgrade head`, then, so that pgdriftd can "
		"read that table, `GRANT SELECT ON public.alembic_version TO mon`");
	/* It is there, so it can be read. */
	scene_begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	s.in.version_table_exists = true;
	s.version.reads_new = false;
	scene_compared(&s, SCHEMA_IN_SYNC, scene_head);
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version has no row, but the schema matches head "
		"55a2502018a6: run `alembic stamp 55a2502018a6`");
}

/* ---- Elsewhere ---- */

static void
unstamped_beside(struct scene *s, const char *table, const char *row)
{
	static char name[64];

	scene_begin(s);
	strcpy(name, table);
	s->in.revision = REVISION_UNSTAMPED;
	s->version.elsewhere = name;
	s->version.elsewhere_readable = true;
	if (row) {
		strvec_add(&s->version.tables, table);
		strvec_add(&s->version.rows, row);
	}
	scene_compared(s, SCHEMA_IN_SYNC, scene_head);
}

static void
test_elsewhere(void **state)
{
	struct scene s;

	(void)state;
	unstamped_beside(&s, "app.alembic_version", scene_head);
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, but app.alembic_version records "
		"55a2502018a6: set `version_table = \"app.alembic_version\"`");
	unstamped_beside(&s, "app.alembic_version", scene_other);
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, but app.alembic_version records "
		"ab2c1f16b0b3: if that is the one, set `version_table = "
		"\"app.alembic_version\"`");
	unstamped_beside(&s, "app.alembic_version", NULL);
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, but app.alembic_version is there, "
		"without a row: if that is the one, set `version_table = "
		"\"app.alembic_version\"`");
	unstamped_beside(&s, "app.alembic_version", NULL);
	s.version.elsewhere_readable = false;
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, but app.alembic_version is there, "
		"which mon may not read: if that is the one, set `version_table = "
		"\"app.alembic_version\"` and run `GRANT SELECT ON app.alembic_version "
		"TO mon`");
	/* As the configuration is written. */
	unstamped_beside(&s, "\"My App\".alembic_version", scene_head);
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, but \"My App\".alembic_version "
		"records 55a2502018a6: set `version_table = \"\\\"My "
		"App\\\".alembic_version\"`");
	/* On one line, whatever it is called. */
	unstamped_beside(&s, "\"a\nb\x1b[1m\".alembic_version", NULL);
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, but \"a "
		"b\\x1b[1m\".alembic_version "
		"is there, without a row: if that is the one, set `version_table = "
		"\"\\\"a b\\\\x1b[1m\\\".alembic_version\"`");
	/* The configured table is there, so one without rows elsewhere says nothing. */
	unstamped_beside(&s, "app.alembic_version", NULL);
	s.in.version_table_exists = true;
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version has no row, but the schema matches head "
		"55a2502018a6: run `alembic stamp 55a2502018a6`");
	unstamped_beside(&s, "app.alembic_version", scene_middle);
	s.in.version_table_exists = true;
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version has no row, but app.alembic_version records "
		"e9428b9dd556: set `version_table = \"app.alembic_version\"`");
}

/* The version table of another project, whose migrations are configured. */
static void
test_elsewhere_foreign(void **state)
{
	struct scene s;

	(void)state;
	unstamped_beside(&s, "public.alembic_version_air", scene_other);
	s.in.blocks = &scene_blocks[SCENE_FOREIGN];
	s.in.n_blocks = 1;
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, but the schema matches head "
		"55a2502018a6: run `alembic stamp 55a2502018a6`");
}

static void
test_no_schema(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	s.in.version_table = "meta.alembic_version";
	s.version.schema_exists = s.version.schema_usable = false;
	scene_compared(&s, SCHEMA_IN_SYNC, scene_head);
	scene_says(&s, STATE_UNSTAMPED,
		"meta.alembic_version is missing, and so is its schema: correct "
		"`version_table`");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_width_to_be),
		cmocka_unit_test(test_problem_of_width),
		cmocka_unit_test(test_grant),
		cmocka_unit_test(test_elsewhere),
		cmocka_unit_test(test_elsewhere_foreign),
		cmocka_unit_test(test_no_schema),
	};

	return cmocka_run_group_tests(tests, scene_read, scene_free);
}
