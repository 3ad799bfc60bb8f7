#include "tests/unit/verdict/scene.h"

#include <stdlib.h>
#include <string.h>

static void
test_unknown_revision(void **state)
{
	static char note[] = "ab2c is an abbreviation of ab2c1f16b0b3";
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.revision = REVISION_UNKNOWN_REVISION;
	scene_set(&s.judgement.unknown, scene_other, NULL);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"recorded ab2c1f16b0b3 is not in the migrations: most likely newer "
		"code has written it, so deploy the release that has it");
	scene_begin(&s);
	s.in.revision = REVISION_UNKNOWN_REVISION;
	scene_set(&s.judgement.unknown, scene_other, NULL);
	s.judgement.note = note;
	scene_compared(&s, SCHEMA_IN_SYNC, scene_head);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"recorded ab2c1f16b0b3 is not in the migrations: most likely newer "
		"code has written it, so deploy the release that has it; only if no "
		"release has it, the schema matches head 55a2502018a6: run `alembic "
		"stamp --purge 55a2502018a6` (ab2c is an abbreviation of "
		"ab2c1f16b0b3)");
	scene_begin(&s);
	s.in.revision = REVISION_UNKNOWN_REVISION;
	scene_set(&s.judgement.unknown, scene_other, NULL);
	scene_compared(&s, SCHEMA_DRIFTED, scene_head);
	s.in.reference = "baseline";
	scene_says(&s, STATE_REVISION_MISMATCH,
		"recorded ab2c1f16b0b3 is not in the migrations: most likely newer "
		"code has written it, so deploy the release that has it; besides, the "
		"schema has 2 differences from baseline: see /status/prod/diff (first: "
		"index public.orders_status_idx is missing)");
}

static void
test_backticks(void **state)
{
	static char row[] = "x`: run `rm -r .`";
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.revision = REVISION_UNKNOWN_REVISION;
	scene_set(&s.judgement.unknown, row, NULL);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"recorded x': run 'rm -r .' is not in the migrations: most likely "
		"newer code has written it, so deploy the release that has it");
}

static void
records(struct scene *s, const char *row)
{
	scene_begin(s);
	s->in.revision = REVISION_UNKNOWN_REVISION;
	s->in.version_table_exists = true;
	scene_set(&s->judgement.recorded, row, NULL);
	scene_set(&s->judgement.unknown, row, NULL);
}

/* A known revision, but for how it was written. */
static void
test_written_wrongly(void **state)
{
	static const struct {
		const char *row, *hint;
	} cases[] = {
		{"55a2502018a6\n",
			"recorded 55a2502018a6\\n is revision 55a2502018a6 padded with "
			"blanks "
			"or control characters: run `UPDATE public.alembic_version SET "
			"version_num = '55a2502018a6' WHERE version_num = "
			"E'55a2502018a6\\n'`"},
		{" 55a2502018a6", "recorded \" 55a2502018a6\" is revision 55a2502018a6 "
				  "padded with "
				  "blanks or control characters: run `UPDATE "
				  "public.alembic_version SET "
				  "version_num = '55a2502018a6' WHERE version_num = ' "
				  "55a2502018a6'`"},
		{"55a2502018a6\xe2\x80\x8b",
			"recorded 55a2502018a6\\u200b is revision 55a2502018a6 padded "
			"with "
			"blanks or control characters: run `UPDATE "
			"public.alembic_version SET "
			"version_num = '55a2502018a6' WHERE version_num = "
			"E'55a2502018a6\\u200b'`"},
		{"55A2502018A6", "recorded 55A2502018A6 is revision 55a2502018a6 in "
				 "other case: run "
				 "`UPDATE public.alembic_version SET version_num = "
				 "'55a2502018a6' WHERE "
				 "version_num = '55A2502018A6'`"},
		{"55a2502018a6.py",
			"recorded 55a2502018a6.py is revision 55a2502018a6 as the name "
			"of its "
			"file: run `UPDATE public.alembic_version SET version_num = "
			"'55a2502018a6' WHERE version_num = '55a2502018a6.py'`"},
		{"55a2502018a6_head.py",
			"recorded 55a2502018a6_head.py is revision 55a2502018a6 as the "
			"name of "
			"its file: run `UPDATE public.alembic_version SET version_num "
			"= "
			"'55a2502018a6' WHERE version_num = '55a2502018a6_head.py'`"},
		{"versions/55a2502018a6_head.py",
			"recorded versions/55a2502018a6_head.py is revision "
			"55a2502018a6 as "
			"the name of its file: run `UPDATE public.alembic_version SET "
			"version_num = '55a2502018a6' WHERE version_num = "
			"'versions/55a2502018a6_head.py'`"},
		{"'55a2502018a6'", "recorded '55a2502018a6' is revision 55a2502018a6 "
				   "in quotes: run "
				   "`UPDATE public.alembic_version SET version_num = "
				   "'55a2502018a6' WHERE "
				   "version_num = '''55a2502018a6'''`"},
		{"55a25020",
			"recorded 55a25020 is revision 55a2502018a6 abbreviated: run "
			"`UPDATE "
			"public.alembic_version SET version_num = '55a2502018a6' WHERE "
			"version_num = '55a25020'`"},
		{"\t\"55A2502018A6\"", "recorded \\t\"55A2502018A6\" is revision "
				       "55a2502018a6 padded with "
				       "blanks or control characters and in quotes and "
				       "in other case: run "
				       "`UPDATE public.alembic_version SET version_num "
				       "= '55a2502018a6' WHERE "
				       "version_num = E'\\t\"55A2502018A6\"'`"},
		{"", "a row of public.alembic_version is empty, which is no revision: "
		     "run "
		     "`DELETE FROM public.alembic_version WHERE version_num = ''`"},
		/* Nothing of the kind. */
		{"55a", "recorded 55a is not in the migrations: most likely newer code "
			"has "
			"written it, so deploy the release that has it"},
		{"66a2502018a6",
			"recorded 66a2502018a6 is not in the migrations: most likely "
			"newer "
			"code has written it, so deploy the release that has it"},
		{"55a2502018a6b",
			"recorded 55a2502018a6b is not in the migrations: most likely "
			"newer "
			"code has written it, so deploy the release that has it"},
	};
	struct scene s;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		records(&s, cases[i].row);
		scene_says(&s, STATE_REVISION_MISMATCH, cases[i].hint);
	}
}

static void
test_padded_column(void **state)
{
	struct scene s;

	(void)state;
	records(&s, "55a2502018a6                    ");
	s.version.padded = true;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"recorded \"55a2502018a6                    \" is revision "
		"55a2502018a6 padded with blanks or control characters, as version_num "
		"is a char(32): run `ALTER TABLE public.alembic_version ALTER COLUMN "
		"version_num TYPE varchar(32)`");
	/* In other case as well: the row is without blanks then. */
	records(&s, "55A2502018A6                    ");
	s.version.padded = true;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"recorded \"55A2502018A6                    \" is revision "
		"55a2502018a6 padded with blanks or control characters and in other "
		"case, as version_num is a char(32): run `ALTER TABLE "
		"public.alembic_version ALTER COLUMN version_num TYPE varchar(32)`, "
		"then run `UPDATE public.alembic_version SET version_num = "
		"'55a2502018a6' WHERE version_num = '55A2502018A6'`");
}

static void
test_null_row(void **state)
{
	struct scene s;

	(void)state;
	records(&s, "NULL");
	s.version.null_row = true;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"a row of public.alembic_version is NULL, which is no revision: run "
		"`DELETE FROM public.alembic_version WHERE version_num IS NULL`");
	/* The text. */
	records(&s, "NULL");
	scene_says(&s, STATE_REVISION_MISMATCH,
		"recorded NULL is not in the migrations: most likely newer code has "
		"written it, so deploy the release that has it");
}

/* The right row is there beside the wrong one. */
static void
test_twice(void **state)
{
	struct scene s;

	(void)state;
	records(&s, "55a2502018a6\n");
	scene_set(&s.judgement.recorded, scene_head, "55a2502018a6\n");
	scene_says(&s, STATE_REVISION_MISMATCH,
		"recorded 55a2502018a6\\n is revision 55a2502018a6 padded with blanks "
		"or control characters, which is recorded already: run `DELETE FROM "
		"public.alembic_version WHERE version_num IN (E'55a2502018a6\\n')`");
	/* A wrong one, and one that nobody knows. */
	records(&s, "55A2502018A6");
	scene_set(&s.judgement.unknown, "55A2502018A6", scene_other);
	scene_compared(&s, SCHEMA_IN_SYNC, scene_head);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"recorded 55A2502018A6 is revision 55a2502018a6 in other case: run "
		"`UPDATE public.alembic_version SET version_num = '55a2502018a6' WHERE "
		"version_num = '55A2502018A6'`; recorded ab2c1f16b0b3 is not in the "
		"migrations: most likely newer code has written it, so deploy the "
		"release that has it");
}

/* ---- Other blocks of the configuration ---- */

static void
known_to(struct scene *s, int block)
{
	records(s, scene_other);
	s->in.blocks = &scene_blocks[block];
	s->in.n_blocks = 1;
	scene_compared(s, SCHEMA_IN_SYNC, scene_head);
}

static void
test_blocks(void **state)
{
	struct scene s;

	(void)state;
	known_to(&s, SCENE_NEXT);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"recorded ab2c1f16b0b3 is not in the migrations, but migrations "
		"next-release has it: deploy that release");
	known_to(&s, SCENE_FOREIGN);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"recorded ab2c1f16b0b3 belongs to migrations airflow, another project, "
		"and no Alembic command of either works while both share "
		"public.alembic_version: give each a version table of its own, with "
		"`version_table` of context.configure() in its env.py, and move the "
		"rows there");
	/* Rows of others are never purged, whatever else is recorded. */
	known_to(&s, SCENE_FOREIGN);
	scene_set(&s.judgement.unknown, scene_other, "deadbeef");
	scene_says(&s, STATE_REVISION_MISMATCH,
		"recorded ab2c1f16b0b3 belongs to migrations airflow, another project, "
		"and no Alembic command of either works while both share "
		"public.alembic_version: give each a version table of its own, with "
		"`version_table` of context.configure() in its env.py, and move the "
		"rows there; recorded deadbeef is not in the migrations: most likely "
		"newer code has written it, so deploy the release that has it");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unknown_revision),
		cmocka_unit_test(test_backticks),
		cmocka_unit_test(test_written_wrongly),
		cmocka_unit_test(test_padded_column),
		cmocka_unit_test(test_null_row),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_blocks),
	};

	return cmocka_run_group_tests(tests, scene_read, scene_free);
}
