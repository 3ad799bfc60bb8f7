#include "tests/unit/verdict/scene.h"

#include <stdlib.h>
#include <string.h>

static char file[] = "/srv/app/versions/x.py", detail[] = "down_revision is lost",
	    stops[] = "KeyError: 'lost'";

/* Alembic stops at a parent that is not there. */
static void
stopped(struct scene *s)
{
	scene_begin(s);
	s->problems[0] = (struct problem){.code = PROBLEM_MISSING_PARENT,
		.file = file,
		.detail = detail,
		.stops = stops};
	s->graph.n_problems = 1;
}

/* It comes first in every state, and no command that changes a database follows. */
static void
test_every_state(void **state)
{
	struct scene s;

	(void)state;
	stopped(&s);
	scene_says(&s, STATE_IN_SYNC,
		"Alembic runs no migration before this is mended: restore the file of "
		"the missing revision, or point to one that exists (missing_parent in "
		"/srv/app/versions/x.py, down_revision is lost; Alembic says: "
		"KeyError: 'lost'); besides, at head 55a2502018a6, and the schema is "
		"not compared (`expect` is not set)");
	stopped(&s);
	scene_compared(&s, SCHEMA_DRIFTED, scene_head);
	scene_says(&s, STATE_DRIFTED,
		"Alembic runs no migration before this is mended: restore the file of "
		"the missing revision, or point to one that exists (missing_parent in "
		"/srv/app/versions/x.py, down_revision is lost; Alembic says: "
		"KeyError: 'lost'); besides, 2 differences from environment:dev: see "
		"`pgdriftd diff env:dev env:prod` (first: index "
		"public.orders_status_idx is missing)");
	stopped(&s);
	s.in.revision = REVISION_UNSTAMPED;
	scene_compared(&s, SCHEMA_IN_SYNC, scene_head);
	scene_says(&s, STATE_UNSTAMPED,
		"Alembic runs no migration before this is mended: restore the file of "
		"the missing revision, or point to one that exists (missing_parent in "
		"/srv/app/versions/x.py, down_revision is lost; Alembic says: "
		"KeyError: 'lost'); besides, public.alembic_version is missing");
	stopped(&s);
	s.in.revision = REVISION_BEHIND;
	scene_set(&s.judgement.pending, scene_head, NULL);
	scene_compared(&s, SCHEMA_IN_SYNC, scene_head);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"Alembic runs no migration before this is mended: restore the file of "
		"the missing revision, or point to one that exists (missing_parent in "
		"/srv/app/versions/x.py, down_revision is lost; Alembic says: "
		"KeyError: 'lost'); besides, 1 revision behind head 55a2502018a6 "
		"(pending: 55a2502018a6)");
	stopped(&s);
	s.in.revision = REVISION_DIVERGED;
	scene_set(&s.graph.heads, scene_head, scene_middle);
	scene_set(&s.judgement.pending, scene_head, NULL);
	scene_set(&s.judgement.beyond, scene_middle, NULL);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"Alembic runs no migration before this is mended: restore the file of "
		"the missing revision, or point to one that exists (missing_parent in "
		"/srv/app/versions/x.py, down_revision is lost; Alembic says: "
		"KeyError: 'lost'); besides, 1 revision of head 55a2502018a6 is "
		"missing and 1 other is applied: deploy the release that this database "
		"belongs to, or correct `head` (missing: 55a2502018a6) (applied: "
		"e9428b9dd556)");
	stopped(&s);
	s.in.revision = REVISION_UNKNOWN_REVISION;
	scene_set(&s.judgement.unknown, scene_other, NULL);
	scene_compared(&s, SCHEMA_IN_SYNC, scene_head);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"Alembic runs no migration before this is mended: restore the file of "
		"the missing revision, or point to one that exists (missing_parent in "
		"/srv/app/versions/x.py, down_revision is lost; Alembic says: "
		"KeyError: 'lost'); besides, recorded ab2c1f16b0b3 is not in the "
		"migrations: most likely newer code has written it, so deploy the "
		"release that has it");
	stopped(&s);
	s.in.revision = REVISION_UNKNOWN_HEAD;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"Alembic runs no migration before this is mended: restore the file of "
		"the missing revision, or point to one that exists (missing_parent in "
		"/srv/app/versions/x.py, down_revision is lost; Alembic says: "
		"KeyError: 'lost'); besides, no expected head can be computed");
	stopped(&s);
	s.in.revision = REVISION_EMPTY_DATABASE;
	scene_says(&s, STATE_REVISION_MISMATCH,
		"Alembic runs no migration before this is mended: restore the file of "
		"the missing revision, or point to one that exists (missing_parent in "
		"/srv/app/versions/x.py, down_revision is lost; Alembic says: "
		"KeyError: 'lost'); besides, no tables");
	stopped(&s);
	s.in.revision = REVISION_EMPTY_DATABASE;
	s.in.allow_empty = true;
	scene_says(&s, STATE_IN_SYNC,
		"Alembic runs no migration before this is mended: restore the file of "
		"the missing revision, or point to one that exists (missing_parent in "
		"/srv/app/versions/x.py, down_revision is lost; Alembic says: "
		"KeyError: 'lost'); besides, the database is empty, which "
		"`allow_empty` permits");
	stopped(&s);
	s.in.migrating = true;
	scene_says(&s, STATE_MIGRATING,
		"Alembic runs no migration before this is mended: restore the file of "
		"the missing revision, or point to one that exists (missing_parent in "
		"/srv/app/versions/x.py, down_revision is lost; Alembic says: "
		"KeyError: 'lost'); besides, a migration is running: wait for its end");
	stopped(&s);
	err_set(&s.error, ERR_TIMEOUT, "no answer in 30s");
	s.in.check = CHECK_ERROR;
	s.in.error = &s.error;
	scene_says(&s, STATE_UNKNOWN,
		"the check took too long: look for a lock or a load that holds it up, "
		"or raise `check_timeout` and `statement_timeout` (no answer in 30s); "
		"besides, Alembic runs no migration before this is mended: restore the "
		"file of the missing revision, or point to one that exists "
		"(missing_parent in /srv/app/versions/x.py, down_revision is lost; "
		"Alembic says: KeyError: 'lost')");
}

/* What is known of the very problem comes before what holds for its kind. */
static void
test_remedy(void **state)
{
	static char remedy[] = "write 0003 there: the id is meant";
	struct scene s;

	(void)state;
	stopped(&s);
	s.problems[0].remedy = remedy;
	scene_says(&s, STATE_IN_SYNC,
		"Alembic runs no migration before this is mended: write 0003 there: "
		"the id is meant (missing_parent in /srv/app/versions/x.py, "
		"down_revision is lost; Alembic says: KeyError: 'lost'); besides, at "
		"head 55a2502018a6, and the schema is not compared (`expect` is not "
		"set)");
}

/* A problem that stops nothing is said after the command. */
static void
test_aside(void **state)
{
	struct scene s;

	(void)state;
	stopped(&s);
	s.problems[0].stops = NULL;
	s.in.revision = REVISION_BEHIND;
	scene_set(&s.judgement.pending, scene_head, NULL);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind head 55a2502018a6: run `alembic upgrade head` "
		"(pending: 55a2502018a6); the migrations have 1 problem, first: "
		"missing_parent in /srv/app/versions/x.py, down_revision is lost");
	/* And after what stops Alembic. */
	stopped(&s);
	s.problems[1] = (struct problem){.code = PROBLEM_SEVERAL_BASES, .file = file};
	s.graph.n_problems = 2;
	s.in.revision = REVISION_BEHIND;
	scene_set(&s.judgement.pending, scene_head, NULL);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"Alembic runs no migration before this is mended: restore the file of "
		"the missing revision, or point to one that exists (missing_parent in "
		"/srv/app/versions/x.py, down_revision is lost; Alembic says: "
		"KeyError: 'lost'); besides, 1 revision behind head 55a2502018a6 "
		"(pending: 55a2502018a6); the migrations have 1 further problem, "
		"first: several_bases in /srv/app/versions/x.py");
}

/* A section of its own, and an ini that Alembic does not find by itself. */
static void
test_command(void **state)
{
	static char section[] = "schema one", ini[] = "/srv/app/prod.ini";
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.in.revision = REVISION_BEHIND;
	s.graph.section = section;
	scene_set(&s.judgement.pending, scene_head, NULL);
	scene_says(&s, STATE_REVISION_MISMATCH,
		"1 revision behind head 55a2502018a6: run `alembic -n 'schema one' "
		"upgrade head` (pending: 55a2502018a6)");
	scene_begin(&s);
	s.in.revision = REVISION_UNSTAMPED;
	s.graph.path = ini;
	scene_compared(&s, SCHEMA_IN_SYNC, scene_head);
	scene_says(&s, STATE_UNSTAMPED,
		"public.alembic_version is missing, but the schema matches head "
		"55a2502018a6: run `alembic -c /srv/app/prod.ini stamp 55a2502018a6`");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_state),
		cmocka_unit_test(test_remedy),
		cmocka_unit_test(test_aside),
		cmocka_unit_test(test_command),
	};

	return cmocka_run_group_tests(tests, scene_read, scene_free);
}
