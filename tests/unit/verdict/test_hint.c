#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "verdict/verdict.h"

/* A directory of three revisions in a line, and what a check of a database brought. */
struct scene {
	struct problem problems[2];
	struct migrations graph; /* as read, but for its heads and its problems */
	struct judgement judgement;
	struct finding findings[2];
	struct diff diff;
	struct strvec expected_revision;
	struct err error;
	struct verdict_input in;
};

static char base[] = "ca4653c80b38", middle[] = "e9428b9dd556", head[] = "55a2502018a6",
	    other[] = "ab2c1f16b0b3", path[] = "/srv/app/versions";

static void
set(struct strvec *l, char *a, char *b)
{
	strvec_free(l);
	if (a)
		strvec_add(l, a);
	if (b)
		strvec_add(l, b);
}

/* tests/unit/verdict/versions: base, middle, head. */
static struct migrations *versions;

static int
read_versions(void **state)
{
	const char *srcdir = getenv("srcdir");
	char *from = xasprintf("%s/tests/unit/verdict/versions", srcdir ? srcdir : ".");
	struct err e;
	bool ok = migrations_read(
		&(struct migrations_source){.tool = "alembic", .path = from}, &versions,
		&e);

	(void)state;
	free(from);
	return ok ? 0 : -1;
}

static int
free_versions(void **state)
{
	(void)state;
	migrations_free(versions);
	return 0;
}

static void
begin(struct scene *s)
{
	*s = (struct scene){0};
	s->graph = *versions;
	s->graph.path = path;
	s->graph.heads = s->graph.effective_heads = (struct strvec){0};
	s->graph.problems = s->problems;
	s->graph.n_problems = 0;
	set(&s->graph.heads, head, NULL);
	set(&s->graph.effective_heads, head, NULL);
	set(&s->judgement.expected, head, NULL);
	s->findings[0] = (struct finding){.kind = KIND_INDEX,
		.on = KIND_NONE,
		.name = "public.orders_status_idx",
		.change = CHANGE_MISSING};
	s->findings[1] = (struct finding){.kind = KIND_COLUMN,
		.on = KIND_NONE,
		.name = "public.users.email",
		.change = CHANGE_CHANGED,
		.property = "type",
		.expected = "text",
		.found = "integer"};
	s->diff = (struct diff){
		.status = DIFF_DRIFTED, .findings = s->findings, .n_findings = 2};
	s->in = (struct verdict_input){.check = CHECK_OK,
		.revision = REVISION_AT_HEAD,
		.schema = SCHEMA_NOT_CHECKED,
		.confirmed = true,
		.environment = "prod",
		.judgement = &s->judgement,
		.graph = &s->graph,
		.version_table = "public.alembic_version"};
}

static void
compared(struct scene *s, enum schema_status status, char *revision)
{
	s->in.schema = status;
	s->in.reference = "environment:dev";
	s->in.diff = &s->diff;
	set(&s->expected_revision, revision, NULL);
	s->in.expected_revision = &s->expected_revision;
	if (status == SCHEMA_IN_SYNC) {
		s->diff.status = DIFF_IN_SYNC;
		s->diff.n_findings = 0;
	}
}

static void
end(struct scene *s)
{
	struct strvec *lists[] = {&s->graph.heads, &s->graph.effective_heads,
		&s->judgement.recorded, &s->judgement.expected, &s->judgement.pending,
		&s->judgement.beyond, &s->judgement.unknown, &s->judgement.redundant,
		&s->expected_revision};

	for (size_t i = 0; i < COUNT_OF(lists); i++)
		strvec_free(lists[i]);
}

/* Check the hint, and end the scene. */
static void
says(struct scene *s, enum state state, const char *hint)
{
	char *got = verdict_hint(&s->in);

	assert_int_equal(verdict_state(&s->in), state);
	assert_string_equal(got, hint);
	free(got);
	end(s);
}

/* ---- unknown ---- */

static void
test_not_checked(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	s.in.check = CHECK_NOT_CHECKED;
	says(&s, STATE_UNKNOWN,
		"not checked yet: wait for the first check, or run `pgdriftd check`");
	begin(&s);
	s.in.check = CHECK_ERROR;
	says(&s, STATE_UNKNOWN, "the check failed: run `pgdriftd check` to see why");
}

static void
test_nothing_compared(void **state)
{
	static char note[] = "environment dev has not been read yet";
	struct scene s;

	(void)state;
	begin(&s);
	s.in.revision = REVISION_NOT_CHECKED;
	says(&s, STATE_UNKNOWN,
		"nothing was compared: neither `migrations`, `head` nor `expect` is "
		"configured for this environment");
	begin(&s);
	s.in.revision = REVISION_NOT_CHECKED;
	s.in.schema = SCHEMA_NOT_COMPARABLE;
	s.in.schema_reason = "format 7 is not known";
	says(&s, STATE_UNKNOWN,
		"nothing could be compared (format 7 is not known): `pgdriftd config "
		"show` says what is expected");
	begin(&s);
	s.in.revision = REVISION_NOT_CHECKED;
	s.judgement.note = note;
	says(&s, STATE_UNKNOWN,
		"nothing could be compared (environment dev has not been read yet): "
		"`pgdriftd config show` says what is expected");
}

static void
test_migrating(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	s.in.migrating = true;
	says(&s, STATE_MIGRATING,
		"a migration is running: wait for its end (`alembic current` shows how "
		"far it is)");
}

/* ---- unstamped ---- */

static void
test_unstamped_in_sync(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	compared(&s, SCHEMA_IN_SYNC, head);
	says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, but the schema matches head "
		"55a2502018a6: run `alembic stamp 55a2502018a6`");
	begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	s.in.version_table_exists = true;
	compared(&s, SCHEMA_IN_SYNC, middle);
	says(&s, STATE_UNSTAMPED,
		"public.alembic_version has no row, but the schema matches revision "
		"e9428b9dd556: run `alembic stamp e9428b9dd556`, then `alembic upgrade "
		"head`");
	/* Only ids are known. */
	begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	s.in.graph = NULL;
	set(&s.judgement.expected, other, NULL);
	compared(&s, SCHEMA_IN_SYNC, other);
	says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, but the schema matches head "
		"ab2c1f16b0b3: run `alembic stamp ab2c1f16b0b3`");
}

static void
test_unstamped_several_heads(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	s.in.version_table_exists = true;
	set(&s.graph.heads, head, middle);
	set(&s.graph.effective_heads, head, middle);
	set(&s.judgement.expected, head, middle);
	s.problems[0] = (struct problem){.code = PROBLEM_SEVERAL_HEADS};
	s.graph.n_problems = 1;
	compared(&s, SCHEMA_IN_SYNC, head);
	set(&s.expected_revision, head, middle);
	says(&s, STATE_UNSTAMPED,
		"public.alembic_version has no row, but the schema matches heads "
		"55a2502018a6, e9428b9dd556: run `alembic stamp 55a2502018a6 "
		"e9428b9dd556`; the migrations have several heads (55a2502018a6, "
		"e9428b9dd556), which `alembic merge heads` joins");
}

/* What the comparison left out is said where stamping is. */
static void
test_partly_compared(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	compared(&s, SCHEMA_IN_SYNC, head);
	s.diff.reason = "3 texts were not compared";
	says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, but the schema matches head "
		"55a2502018a6: run `alembic stamp 55a2502018a6`; note that 3 texts "
		"were not compared");
	begin(&s);
	compared(&s, SCHEMA_IN_SYNC, head);
	s.diff.reason = "3 texts were not compared";
	says(&s, STATE_IN_SYNC,
		"schema and revision match: at head 55a2502018a6, and the schema "
		"matches "
		"environment:dev; note that 3 texts were not compared");
}

/* Nothing but a schema that was compared and found in sync may be stamped. */
static void
test_unstamped_without_stamp(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	compared(&s, SCHEMA_DRIFTED, head);
	says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, and the schema has 2 differences "
		"from environment:dev to be resolved first (first: index "
		"public.orders_status_idx is missing): see `pgdriftd diff env:dev "
		"env:prod`");
	begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, and the schema was not compared: "
		"set `expect` to compare it first");
	begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	s.in.reference = "environment:dev";
	s.in.schema_reason = "environment dev has not been read yet";
	says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, and the schema was not compared "
		"(environment dev has not been read yet): compare it first, with "
		"`pgdriftd diff`");
	begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	compared(&s, SCHEMA_IN_SYNC, NULL);
	says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, and though the schema matches "
		"environment:dev, no revision of the migrations is known for that: "
		"record one there first");
	/* The reference stands at a revision that the migrations lack. */
	begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	compared(&s, SCHEMA_IN_SYNC, other);
	says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, and though the schema matches "
		"environment:dev, no revision of the migrations is known for that: "
		"record one there first");
}

/* ---- revision_mismatch ---- */

static void
test_behind(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	s.in.revision = REVISION_BEHIND;
	set(&s.judgement.pending, middle, head);
	says(&s, STATE_REVISION_MISMATCH,
		"2 revisions behind head 55a2502018a6: run `alembic upgrade head` "
		"(pending: e9428b9dd556, 55a2502018a6)");
	/* head = { "e9428b9dd556" }, where the directory goes on. */
	begin(&s);
	s.in.revision = REVISION_BEHIND;
	set(&s.judgement.expected, middle, NULL);
	set(&s.judgement.pending, middle, NULL);
	says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind expected revision e9428b9dd556: run `alembic "
		"upgrade e9428b9dd556` (pending: e9428b9dd556)");
	begin(&s);
	s.in.revision = REVISION_BEHIND;
	set(&s.judgement.pending, head, NULL);
	compared(&s, SCHEMA_OTHER_REVISION, head);
	says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind head 55a2502018a6: run `alembic upgrade head` "
		"(pending: 55a2502018a6); the 2 differences from environment:dev "
		"belong to its revision 55a2502018a6");
	begin(&s);
	s.in.revision = REVISION_BEHIND;
	set(&s.judgement.pending, head, NULL);
	compared(&s, SCHEMA_DRIFTED, middle);
	says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind head 55a2502018a6: run `alembic upgrade head` "
		"(pending: 55a2502018a6); besides, the schema has 2 differences from "
		"environment:dev (first: index public.orders_status_idx is missing): "
		"see `pgdriftd diff env:dev env:prod`");
	begin(&s);
	s.in.revision = REVISION_BEHIND;
	set(&s.judgement.pending, head, NULL);
	compared(&s, SCHEMA_IN_SYNC, head);
	says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind head 55a2502018a6: run `alembic upgrade head` "
		"(pending: 55a2502018a6); the schema already matches environment:dev, "
		"so if all of that was applied by hand, run `alembic stamp "
		"55a2502018a6` instead");
}

static void
test_behind_with_problems(void **state)
{
	static char file[] = "x.py", detail[] = "down_revision ffff is nowhere";
	struct scene s;

	(void)state;
	begin(&s);
	s.in.revision = REVISION_BEHIND;
	set(&s.graph.heads, head, middle);
	set(&s.graph.effective_heads, head, middle);
	set(&s.judgement.expected, head, middle);
	set(&s.judgement.pending, middle, NULL);
	s.problems[0] = (struct problem){
		.code = PROBLEM_MISSING_PARENT, .file = file, .detail = detail};
	s.problems[1] = (struct problem){.code = PROBLEM_SEVERAL_HEADS};
	s.graph.n_problems = 2;
	says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind heads 55a2502018a6, e9428b9dd556: run `alembic "
		"upgrade heads` (pending: e9428b9dd556); the migrations have several "
		"heads (55a2502018a6, e9428b9dd556), which `alembic merge heads` "
		"joins; the migrations have 1 problem, first: missing_parent in x.py, "
		"down_revision ffff is nowhere");
}

static void
test_ahead(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	s.in.revision = REVISION_AHEAD;
	set(&s.judgement.expected, base, NULL);
	set(&s.judgement.beyond, head, middle);
	says(&s, STATE_REVISION_MISMATCH,
		"2 revisions ahead of expected revision ca4653c80b38 (55a2502018a6, "
		"e9428b9dd556): deploy the release that has them, or set `head` to "
		"what `alembic current` says");
}

static void
test_diverged(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	s.in.revision = REVISION_DIVERGED;
	set(&s.judgement.recorded, head, middle);
	set(&s.judgement.redundant, middle, NULL);
	says(&s, STATE_REVISION_MISMATCH,
		"recorded row e9428b9dd556 is an ancestor of another recorded row and "
		"`alembic upgrade` refuses to start from there: delete it from "
		"public.alembic_version");
	begin(&s);
	s.in.revision = REVISION_DIVERGED;
	set(&s.judgement.pending, head, NULL);
	set(&s.judgement.beyond, middle, NULL);
	says(&s, STATE_REVISION_MISMATCH,
		"1 revision of head 55a2502018a6 is missing (55a2502018a6) and 1 other "
		"is applied (e9428b9dd556): join the two lines with `alembic merge`, "
		"or deploy the release that this database belongs to");
	begin(&s);
	s.in.revision = REVISION_DIVERGED;
	s.in.graph = NULL;
	set(&s.judgement.expected, other, NULL);
	set(&s.judgement.recorded, base, NULL);
	says(&s, STATE_REVISION_MISMATCH,
		"recorded ca4653c80b38 is not expected ab2c1f16b0b3: run `alembic "
		"upgrade ab2c1f16b0b3`, or set `migrations` to see which of the two is "
		"newer");
}

static void
test_unknown_revision(void **state)
{
	static char note[] = "ab2c is an abbreviation of ab2c1f16b0b3";
	struct scene s;

	(void)state;
	begin(&s);
	s.in.revision = REVISION_UNKNOWN_REVISION;
	set(&s.judgement.unknown, other, NULL);
	says(&s, STATE_REVISION_MISMATCH,
		"recorded ab2c1f16b0b3 is not in the migrations of /srv/app/versions: "
		"deploy the migrations that have it, as `alembic current` fails "
		"without them");
	begin(&s);
	s.in.revision = REVISION_UNKNOWN_REVISION;
	set(&s.judgement.unknown, other, NULL);
	s.judgement.note = note;
	compared(&s, SCHEMA_IN_SYNC, head);
	says(&s, STATE_REVISION_MISMATCH,
		"recorded ab2c1f16b0b3 is not in the migrations of /srv/app/versions "
		"(ab2c is an abbreviation of ab2c1f16b0b3), but the schema matches "
		"head 55a2502018a6: run `alembic stamp --purge 55a2502018a6`");
	begin(&s);
	s.in.revision = REVISION_UNKNOWN_REVISION;
	set(&s.judgement.unknown, other, NULL);
	compared(&s, SCHEMA_DRIFTED, head);
	s.in.reference = "baseline";
	says(&s, STATE_REVISION_MISMATCH,
		"recorded ab2c1f16b0b3 is not in the migrations of /srv/app/versions, "
		"and the schema has 2 differences from baseline to be resolved first "
		"(first: index public.orders_status_idx is missing): see "
		"/status/prod/diff");
}

/* A row is no command, whatever it says. */
static void
test_backticks(void **state)
{
	static char row[] = "x`: run `rm -r .`";
	struct scene s;

	(void)state;
	begin(&s);
	s.in.revision = REVISION_UNKNOWN_REVISION;
	set(&s.judgement.unknown, row, NULL);
	says(&s, STATE_REVISION_MISMATCH,
		"recorded x': run 'rm -r .' is not in the migrations of "
		"/srv/app/versions: deploy the migrations that have it, as `alembic "
		"current` fails without them");
}

static void
test_unknown_head(void **state)
{
	static char file[] = "x.py", note[] = "environment dev records no revision";
	static char gone[] = "gone",
		    lost[] = "the expected revision gone is not in the migrations";
	struct scene s;

	(void)state;
	begin(&s);
	s.in.revision = REVISION_UNKNOWN_HEAD;
	s.problems[0] = (struct problem){.code = PROBLEM_CYCLE, .file = file};
	s.graph.n_problems = 1;
	{
		char *hint = verdict_hint(&s.in);

		assert_non_null(strstr(
			hint, "no expected head can be computed: cycle in x.py; "));
		assert_non_null(strstr(hint, problem_remedy(PROBLEM_CYCLE)));
		free(hint);
	}
	s.graph.n_problems = 0;
	s.graph.n_revisions = 0;
	says(&s, STATE_REVISION_MISMATCH,
		"no expected head can be computed: there is no migration in "
		"/srv/app/versions");
	begin(&s);
	s.in.revision = REVISION_UNKNOWN_HEAD;
	s.judgement.note = lost;
	set(&s.judgement.expected, gone, NULL);
	says(&s, STATE_REVISION_MISMATCH,
		"no expected head can be computed (the expected revision gone is not "
		"in the migrations): correct `head`, or deploy the migrations that "
		"have it");
	begin(&s);
	s.in.revision = REVISION_UNKNOWN_HEAD;
	s.in.graph = NULL;
	s.judgement.note = note;
	says(&s, STATE_REVISION_MISMATCH,
		"no expected head can be computed (environment dev records no "
		"revision): check `migrations` and `head` with `pgdriftd migrations "
		"PATH`");
}

static void
test_empty_database(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	s.in.revision = REVISION_EMPTY_DATABASE;
	says(&s, STATE_REVISION_MISMATCH, "no tables: run `alembic upgrade head`");
	begin(&s);
	s.in.revision = REVISION_EMPTY_DATABASE;
	set(&s.judgement.recorded, head, NULL);
	says(&s, STATE_REVISION_MISMATCH,
		"no tables, though public.alembic_version records 55a2502018a6: "
		"restore what was lost, or empty that table and run `alembic upgrade "
		"head`");
	begin(&s);
	s.in.revision = REVISION_EMPTY_DATABASE;
	s.in.allow_empty = true;
	says(&s, STATE_IN_SYNC,
		"the database is empty, which `allow_empty` permits: `alembic upgrade "
		"head` would fill it");
}

/* ---- drifted, unconfirmed, in_sync ---- */

static void
test_drifted(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	compared(&s, SCHEMA_DRIFTED, head);
	says(&s, STATE_DRIFTED,
		"2 differences from environment:dev (first: index "
		"public.orders_status_idx is missing): see `pgdriftd diff env:dev "
		"env:prod`");
	begin(&s);
	compared(&s, SCHEMA_DRIFTED, head);
	s.findings[0] = s.findings[1];
	s.diff.n_findings = 1;
	s.in.reference = "snapshot:/srv/head.snapshot";
	says(&s, STATE_DRIFTED,
		"1 difference from snapshot:/srv/head.snapshot (first: column "
		"public.users.email: type is integer instead of text): see `pgdriftd "
		"diff /srv/head.snapshot env:prod`");
}

static void
test_unconfirmed(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	s.in.revision = REVISION_EMPTY_DATABASE;
	s.in.confirmed = false;
	says(&s, STATE_UNCONFIRMED,
		"wait for the next check to confirm it: no tables: run `alembic "
		"upgrade head`");
}

static void
test_in_sync(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	compared(&s, SCHEMA_IN_SYNC, head);
	says(&s, STATE_IN_SYNC,
		"schema and revision match: at head 55a2502018a6, and the schema "
		"matches environment:dev");
	begin(&s);
	says(&s, STATE_IN_SYNC,
		"at head 55a2502018a6, and the schema is not compared (`expect` is not "
		"set)");
	begin(&s);
	s.in.schema = SCHEMA_NOT_COMPARABLE;
	s.in.schema_reason = "format 7 is not known";
	says(&s, STATE_IN_SYNC,
		"at head 55a2502018a6, and the schema cannot be compared (format 7 is "
		"not known)");
	begin(&s);
	compared(&s, SCHEMA_OTHER_REVISION, middle);
	says(&s, STATE_IN_SYNC,
		"at head 55a2502018a6, and the 2 differences from environment:dev "
		"belong to its revision e9428b9dd556");
	begin(&s);
	s.in.revision = REVISION_NOT_CHECKED;
	s.in.graph = NULL;
	compared(&s, SCHEMA_IN_SYNC, NULL);
	says(&s, STATE_IN_SYNC,
		"the schema matches environment:dev; no revision is watched");
}

/* ---- Texts of unknown origin ---- */

static void
test_untrusted(void **state)
{
	static char nasty[] = "x'; rm -rf /\nsecond\xff";
	static char longish[400];
	struct scene s;
	char *hint;

	(void)state;
	memset(longish, 'a', sizeof longish - 1);
	begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	s.in.graph = NULL;
	compared(&s, SCHEMA_IN_SYNC, nasty);
	hint = verdict_hint(&s.in);
	assert_non_null(strstr(hint, "`alembic stamp 'x'\\''; rm -rf / second"));
	assert_null(strchr(hint, '\n'));
	free(hint);
	set(&s.expected_revision, longish, NULL);
	hint = verdict_hint(&s.in);
	assert_null(strstr(hint, "alembic stamp"));
	assert_true(strlen(hint) < 400);
	free(hint);
	end(&s);
}

/* Every combination of axes gets a sentence, with nothing to go by but the axes. */
static void
test_every_combination(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CHECK_STATUS_COUNT * REVISION_STATUS_COUNT *
					 SCHEMA_STATUS_COUNT * 2;
		i++) {
		struct verdict_input in = {.confirmed = i % 2,
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
		cmocka_unit_test(test_migrating),
		cmocka_unit_test(test_unstamped_in_sync),
		cmocka_unit_test(test_unstamped_several_heads),
		cmocka_unit_test(test_partly_compared),
		cmocka_unit_test(test_unstamped_without_stamp),
		cmocka_unit_test(test_behind),
		cmocka_unit_test(test_behind_with_problems),
		cmocka_unit_test(test_ahead),
		cmocka_unit_test(test_diverged),
		cmocka_unit_test(test_unknown_revision),
		cmocka_unit_test(test_backticks),
		cmocka_unit_test(test_unknown_head),
		cmocka_unit_test(test_empty_database),
		cmocka_unit_test(test_drifted),
		cmocka_unit_test(test_unconfirmed),
		cmocka_unit_test(test_in_sync),
		cmocka_unit_test(test_untrusted),
		cmocka_unit_test(test_every_combination),
	};

	return cmocka_run_group_tests(tests, read_versions, free_versions);
}
