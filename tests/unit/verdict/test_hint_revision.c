#include "tests/unit/verdict/scene.h"

#include <stdlib.h>
#include <string.h>

static void
test_unstamped_in_sync(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	scene_compared(&s, SCHEMA_IN_SYNC, scene_head);
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, but the schema matches head "
		"55a2502018a6: run `alembic stamp 55a2502018a6`");
	scene_begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	s.in.version_table_exists = true;
	scene_compared(&s, SCHEMA_IN_SYNC, scene_middle);
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version has no row, but the schema matches revision "
		"e9428b9dd556: run `alembic stamp e9428b9dd556`, then run `alembic "
		"upgrade head`");
	/* Only ids are known. */
	scene_begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	s.in.graph = NULL;
	scene_set(&s.judgement.expected, scene_other, NULL);
	scene_compared(&s, SCHEMA_IN_SYNC, scene_other);
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, but the schema matches head "
		"ab2c1f16b0b3: run `alembic stamp ab2c1f16b0b3`");
}

static void
test_unstamped_several_heads(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	s.in.version_table_exists = true;
	scene_set(&s.graph.heads, scene_head, scene_middle);
	scene_set(&s.graph.effective_heads, scene_head, scene_middle);
	scene_set(&s.judgement.expected, scene_head, scene_middle);
	s.problems[0] = (struct problem){.code = PROBLEM_SEVERAL_HEADS};
	s.graph.n_problems = 1;
	scene_compared(&s, SCHEMA_IN_SYNC, scene_head);
	scene_set(&s.expected_revision, scene_head, scene_middle);
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version has no row, but the schema matches heads "
		"55a2502018a6, e9428b9dd556: run `alembic stamp 55a2502018a6 "
		"e9428b9dd556`; the migrations have several heads, which `alembic "
		"merge heads` joins (55a2502018a6, e9428b9dd556)");
}

static void
test_partly_compared(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	scene_compared(&s, SCHEMA_IN_SYNC, scene_head);
	s.diff.reason = "3 texts were not compared";
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, but the schema matches head "
		"55a2502018a6: run `alembic stamp 55a2502018a6`; note that 3 texts "
		"were not compared");
	scene_begin(&s);
	scene_compared(&s, SCHEMA_IN_SYNC, scene_head);
	s.diff.reason = "3 texts were not compared";
	scene_says(&s, STATE_IN_SYNC,
		"schema and revision match: at head 55a2502018a6, and the schema "
		"matches "
		"environment:dev; note that 3 texts were not compared");
}

static void
test_unstamped_without_stamp(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	scene_compared(&s, SCHEMA_DRIFTED, scene_head);
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, and the schema has 2 differences "
		"from environment:dev to be resolved first: see `pgdriftd diff env:dev "
		"env:prod` (first: index public.orders_status_idx is missing)");
	scene_begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, and the schema was not compared: "
		"set `expect` to compare it first");
	scene_begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	s.in.reference = "environment:dev";
	s.in.schema_reason = "environment:dev has not been read yet";
	scene_says(&s, STATE_UNKNOWN,
		"the schema could not be compared with environment:dev: "
		"environment:dev has not been read yet; the revision is unstamped");
	scene_begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	scene_compared(&s, SCHEMA_IN_SYNC, NULL);
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, and though the schema matches "
		"environment:dev, that records no revision either: find out which one "
		"environment:dev is at and stamp it there, then this one can be "
		"stamped too");
	/* The reference stands at a revision that the migrations lack. */
	scene_begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	scene_compared(&s, SCHEMA_IN_SYNC, scene_other);
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, and though the schema matches "
		"environment:dev, that is at ab2c1f16b0b3, which these migrations do "
		"not have: deploy the release that has it, or use it to downgrade "
		"environment:dev, before anything is stamped here");
}

static void
test_behind(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.revision = REVISION_BEHIND;
	scene_set(&s.judgement.pending, scene_middle, scene_head);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"2 revisions behind head 55a2502018a6: run `alembic upgrade head` "
		"(pending: e9428b9dd556, 55a2502018a6)");
	/* head = { "e9428b9dd556" }, where the directory goes on. */
	scene_begin(&s);
	s.in.revision = REVISION_BEHIND;
	scene_set(&s.judgement.expected, scene_middle, NULL);
	scene_set(&s.judgement.pending, scene_middle, NULL);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind expected revision e9428b9dd556: run `alembic "
		"upgrade e9428b9dd556` (pending: e9428b9dd556)");
	scene_begin(&s);
	s.in.revision = REVISION_BEHIND;
	scene_set(&s.judgement.pending, scene_head, NULL);
	scene_compared(&s, SCHEMA_OTHER_REVISION, scene_head);
	s.in.relation = RELATION_REFERENCE_AHEAD;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind head 55a2502018a6: run `alembic upgrade head` "
		"(pending: 55a2502018a6); the 2 differences from environment:dev may "
		"belong to its later revision 55a2502018a6");
	scene_begin(&s);
	s.in.revision = REVISION_BEHIND;
	scene_set(&s.judgement.pending, scene_head, NULL);
	scene_compared(&s, SCHEMA_DRIFTED, scene_middle);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind head 55a2502018a6, and before it is upgraded the "
		"schema has 2 differences from environment:dev at its own revision to "
		"be resolved: see `pgdriftd diff env:dev env:prod` (first: index "
		"public.orders_status_idx is missing) (pending: 55a2502018a6)");
	scene_begin(&s);
	s.in.revision = REVISION_BEHIND;
	scene_set(&s.judgement.pending, scene_head, NULL);
	scene_compared(&s, SCHEMA_IN_SYNC, scene_head);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind head 55a2502018a6, but the schema matches head "
		"55a2502018a6: run `alembic stamp 55a2502018a6`; only if the pending "
		"revisions change no schema, `alembic upgrade head` instead (pending: "
		"55a2502018a6)");
}

static void
test_behind_with_problems(void **state)
{
	static char file[] = "x.py", detail[] = "down_revision ffff is nowhere";
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.revision = REVISION_BEHIND;
	scene_set(&s.graph.heads, scene_head, scene_middle);
	scene_set(&s.graph.effective_heads, scene_head, scene_middle);
	scene_set(&s.judgement.expected, scene_head, scene_middle);
	scene_set(&s.judgement.pending, scene_middle, NULL);
	s.problems[0] = (struct problem){
		.code = PROBLEM_MISSING_PARENT, .file = file, .detail = detail};
	s.problems[1] = (struct problem){.code = PROBLEM_SEVERAL_HEADS};
	s.graph.n_problems = 2;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind heads 55a2502018a6, e9428b9dd556: run `alembic "
		"upgrade heads` (pending: e9428b9dd556); the migrations have several "
		"heads, which `alembic merge heads` joins (55a2502018a6, "
		"e9428b9dd556); the migrations have 1 problem, first: missing_parent "
		"in x.py, down_revision ffff is nowhere");
}

static void
test_ahead(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.revision = REVISION_AHEAD;
	scene_set(&s.judgement.expected, scene_base, NULL);
	scene_set(&s.judgement.beyond, scene_head, scene_middle);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"2 revisions ahead of expected revision ca4653c80b38: deploy the "
		"release that has them, or set `head` to what is recorded "
		"(55a2502018a6, e9428b9dd556)");
}

static void
test_diverged(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.revision = REVISION_DIVERGED;
	scene_set(&s.judgement.recorded, scene_head, scene_middle);
	scene_set(&s.judgement.redundant, scene_middle, NULL);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"recorded row e9428b9dd556 is an ancestor of another recorded row, "
		"from where Alembic refuses to upgrade: run `DELETE FROM "
		"public.alembic_version WHERE version_num IN ('e9428b9dd556')`");
	scene_begin(&s);
	s.in.revision = REVISION_DIVERGED;
	scene_set(&s.judgement.pending, scene_head, NULL);
	scene_set(&s.judgement.beyond, scene_middle, NULL);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"1 revision of head 55a2502018a6 is missing and 1 other is applied: "
		"deploy the release that this database belongs to, or correct `head` "
		"(missing: 55a2502018a6) (applied: e9428b9dd556)");
	scene_begin(&s);
	s.in.revision = REVISION_DIVERGED;
	s.in.graph = NULL;
	scene_set(&s.judgement.expected, scene_other, NULL);
	scene_set(&s.judgement.recorded, scene_base, NULL);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"recorded ca4653c80b38 is not expected ab2c1f16b0b3: set `migrations` "
		"to see which of the two is newer");
}

static void
test_unknown_head(void **state)
{
	static char file[] = "x.py", note[] = "environment dev records no revision";
	static char gone[] = "gone",
		    lost[] = "the expected revision gone is not in the migrations";
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.revision = REVISION_UNKNOWN_HEAD;
	s.problems[0] = (struct problem){.code = PROBLEM_CYCLE, .file = file};
	s.graph.n_problems = 1;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"no expected head can be computed: change one down_revision or "
		"depends_on so that the chain has a beginning (cycle in x.py)");
	scene_begin(&s);
	s.in.revision = REVISION_UNKNOWN_HEAD;
	s.graph.n_problems = 0;
	s.graph.n_revisions = 0;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"no expected head can be computed: there is no migration in "
		"/srv/app/versions");
	scene_begin(&s);
	s.in.revision = REVISION_UNKNOWN_HEAD;
	s.judgement.note = lost;
	scene_set(&s.judgement.expected, gone, NULL);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"no expected head can be computed: correct `head`, or deploy the "
		"migrations that have it (the expected revision gone is not in the "
		"migrations)");
	scene_begin(&s);
	s.in.revision = REVISION_UNKNOWN_HEAD;
	s.in.graph = NULL;
	s.judgement.note = note;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"no expected head can be computed: check `migrations` and `head` "
		"(environment dev records no revision)");
}

static void
test_empty_database(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.revision = REVISION_EMPTY_DATABASE;
	scene_says(
		&s, STATE_REVISION_MISMATCH, "no tables: run `alembic upgrade head`");
	scene_begin(&s);
	s.in.revision = REVISION_EMPTY_DATABASE;
	scene_set(&s.judgement.recorded, scene_head, NULL);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"no tables, though public.alembic_version records 55a2502018a6: "
		"restore what was lost, or, if nothing was, run `DELETE FROM "
		"public.alembic_version` and then run `alembic upgrade head`");
	scene_begin(&s);
	s.in.revision = REVISION_EMPTY_DATABASE;
	s.in.allow_empty = true;
	scene_says(&s, STATE_IN_SYNC,
		"the database is empty, which `allow_empty` permits; to fill it, run "
		"`alembic upgrade head`");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unstamped_in_sync),
		cmocka_unit_test(test_unstamped_several_heads),
		cmocka_unit_test(test_partly_compared),
		cmocka_unit_test(test_unstamped_without_stamp),
		cmocka_unit_test(test_behind),
		cmocka_unit_test(test_behind_with_problems),
		cmocka_unit_test(test_ahead),
		cmocka_unit_test(test_diverged),
		cmocka_unit_test(test_unknown_head),
		cmocka_unit_test(test_empty_database),
	};

	return cmocka_run_group_tests(tests, scene_read, scene_free);
}
