/* What is captured of an environment, and when. */
#include "monitor/capture.h"

#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "catalog/snapfile.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/monitor/prod.h"

struct world {
	char *path; /* of the snapshot of "b" */
	struct loop *loop;
	struct memo *memo;
	struct conf_environment conf;
	struct environment *env;
	struct facts facts;
	struct published_environment published;
	struct migrations *graph;
	int64_t now_ms;
};

static unsigned changed;

static void
on_changed(struct environment *env)
{
	assert_string_equal(env->conf->name, "prod");
	changed++;
}

/* What it has now is `s`, which is taken over. */
static void
set_catalog(struct world *w, struct snapshot *s)
{
	snapshot_unref(w->facts.snapshot);
	w->facts.snapshot = library_keep(memo_library(w->memo), s);
}

/* "prod" is at "b", the head, and has table t. */
static void
begin(struct world *w, const char *dir)
{
	struct err e;

	changed = 0;
	*w = (struct world){.path = xasprintf("%s/s/b.json", dir),
		.loop = loop_new(),
		.memo = memo_new(),
		.facts = {.user_tables = true}};
	fixture_write(dir, "s/README", "snapshots\n");
	w->graph = fixture_graph(dir, "a:\nb: a\n");
	prod_conf(&w->conf);
	w->conf.capture = xasprintf("%s/s", dir);
	w->env = environment_new(&w->conf, NULL, &e);
	assert_non_null(w->env);
	environment_share(w->env, w->memo);
	w->env->outcome = OUTCOME_SUCCESS;
	strvec_add(&w->facts.recorded, "b");
	set_catalog(w, CATALOG("schema /public", "table public/t"));
	w->env->facts = &w->facts;
	w->published.state = STATE_IN_SYNC;
	w->env->published = &w->published;
}

static void
end(struct world *w)
{
	w->env->facts = NULL;
	w->env->published = NULL;
	environment_free(w->env);
	snapshot_unref(w->facts.snapshot);
	strvec_free(&w->facts.recorded);
	migrations_free(w->graph);
	memo_free(w->memo);
	loop_free(w->loop);
	free(w->conf.capture);
	prod_conf_fini(&w->conf);
	free(w->path);
}

static void
set_revision(struct world *w, const char *id)
{
	strvec_free(&w->facts.recorded);
	strvec_add(&w->facts.recorded, id);
}

/* A check has ended; what that begins is not done yet. */
static void
see_begun(struct world *w)
{
	const struct capture_owner owner = {.loop = w->loop,
		.kept_in = memo_library(w->memo),
		.now_ms = w->now_ms,
		.changed = on_changed};

	capture_see(&w->env->capture, &owner, w->env, w->graph);
}

static void
see(struct world *w)
{
	see_begun(w);
	loop_run(w->loop);
}

static bool
is_written(const struct world *w)
{
	return access(w->path, F_OK) == 0;
}

static size_t
problems(const struct world *w)
{
	struct problems p = {0};
	size_t n;

	capture_problem(w->env, &p);
	n = p.n;
	for (size_t i = 0; i < p.n; i++) {
		assert_int_equal(p.v[i].code, PROBLEM_TWO_CATALOGS);
		assert_string_equal(p.v[i].file, w->path);
		assert_string_equal(p.v[i].revision, "b");
		assert_non_null(strstr(p.v[i].detail, "prod"));
		assert_non_null(strstr(p.v[i].detail, "1 difference"));
		assert_non_null(strstr(p.v[i].detail, "public.u"));
		problem_free(&p.v[i]);
	}
	free(p.v);
	return n;
}

static void
test_once_it_has_settled(void **state)
{
	mode_t mask = umask(077);
	struct snapshot *read;
	struct stat st, again;
	struct world w;
	struct err e;

	begin(&w, *state);
	see(&w);
	assert_false(is_written(&w));
	see(&w);
	umask(mask);
	read = snapfile_load(w.path, &e);
	assert_non_null(read);
	assert_string_equal(read->fingerprint, w.facts.snapshot->fingerprint);
	/* The catalog was read at another revision. */
	assert_string_equal(read->revision.v[0], "b");
	assert_int_equal(stat(w.path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	see(&w);
	assert_int_equal(stat(w.path, &again), 0);
	assert_int_equal(again.st_ino, st.st_ino);
	assert_int_equal(changed, 0);
	assert_int_equal(problems(&w), 0);
	/* Whoever removes it gets another. */
	unlink(w.path);
	see(&w);
	assert_true(is_written(&w));
	snapshot_unref(read);
	end(&w);
}

static void
test_what_moves_is_not_captured(void **state)
{
	struct world w;

	begin(&w, *state);
	see(&w);
	set_catalog(&w, CATALOG("schema /public", "table public/u"));
	see(&w);
	assert_false(is_written(&w));
	see(&w);
	assert_true(is_written(&w));
	end(&w);
}

/* Once something speaks against it, two in a row are wanted again. */
static void
test_what_speaks_against_it(void **state)
{
	struct migrations *graph;
	struct world w;

	begin(&w, *state);
	graph = w.graph;
	for (int i = 0; i < 8; i++) {
		see(&w);
		w.env->outcome = i == 0 ? OUTCOME_FAILURE : OUTCOME_SUCCESS;
		w.published.migrating = i == 1;
		w.published.schema = i == 2 ? SCHEMA_DRIFTED : SCHEMA_IN_SYNC;
		w.published.n_unconfirmed = i == 3;
		w.published.lock.pid = i == 4;
		w.graph = i == 5 ? NULL : graph;
		w.facts.user_tables = i != 6;
		w.env->other_rows = i == 7;
		see(&w);
		assert_false(is_written(&w));
		w.env->outcome = OUTCOME_SUCCESS;
		w.published = (struct published_environment){.state = STATE_IN_SYNC};
		w.graph = graph;
		w.facts.user_tables = true;
		w.env->other_rows = false;
	}
	see(&w);
	see(&w);
	assert_true(is_written(&w));
	end(&w);
}

/* What it is held against is not there yet, cannot be had, or is of another revision:
 * it may have drifted, and nobody knows. */
static void
test_what_is_not_proven(void **state)
{
	static const enum schema_status not_known[] = {
		SCHEMA_OTHER_REVISION, SCHEMA_NOT_COMPARABLE, SCHEMA_NOT_CHECKED};
	struct world w;

	begin(&w, *state);
	w.conf.expect = EXPECT_MIGRATIONS;
	for (int i = 0; i < 6; i++) {
		w.published.compared = i != 3;
		w.published.kept = i == 4;
		w.env->building = i == 5;
		w.published.schema = i < 3 ? not_known[i] : SCHEMA_IN_SYNC;
		see(&w);
		see(&w);
		assert_false(is_written(&w));
	}
	w.env->building = false;
	see(&w);
	see(&w);
	assert_true(is_written(&w));
	end(&w);
}

/* What is held against the directory that it fills is the first there. */
static void
test_the_first_of_its_own_directory(void **state)
{
	struct world w;

	begin(&w, *state);
	w.conf.expect = EXPECT_SNAPSHOTS;
	w.conf.expect_target = xstrdup("/elsewhere");
	w.published.schema = SCHEMA_NOT_CHECKED;
	see(&w);
	see(&w);
	assert_false(is_written(&w));
	free(w.conf.expect_target);
	w.conf.expect_target = xstrdup(w.conf.capture);
	see(&w);
	see(&w);
	assert_true(is_written(&w));
	free(w.conf.expect_target);
	w.conf.expect_target = NULL;
	end(&w);
}

static void
test_a_revision_that_nobody_knows(void **state)
{
	struct world w;

	begin(&w, *state);
	strvec_free(&w.facts.recorded);
	see(&w);
	see(&w);
	strvec_add(&w.facts.recorded, "x");
	see(&w);
	see(&w);
	assert_false(is_written(&w));
	end(&w);
}

/* Whatever it is called; and it stays as it is. */
static void
test_an_equal_one(void **state)
{
	char *other;
	struct world w;

	begin(&w, *state);
	other = xasprintf("%s/first.json", w.conf.capture);
	see(&w);
	see(&w);
	assert_int_equal(rename(w.path, other), 0);
	capture_end(&w.env->capture);
	see(&w);
	see(&w);
	assert_false(is_written(&w));
	assert_int_equal(problems(&w), 0);
	free(other);
	end(&w);
}

static void
test_another_one(void **state)
{
	char *away = xasprintf("%s/away", (char *)*state);
	struct snapshot *there;
	struct world w;
	struct err e;

	begin(&w, *state);
	see(&w);
	see(&w);
	assert_true(is_written(&w));
	set_catalog(&w, CATALOG("schema /public", "table public/t", "table public/u"));
	see(&w);
	see(&w);
	assert_int_equal(problems(&w), 1);
	assert_int_equal(changed, 1);
	see(&w);
	assert_int_equal(changed, 1);
	there = snapfile_load(w.path, &e);
	assert_string_not_equal(there->fingerprint, w.facts.snapshot->fingerprint);
	snapshot_unref(there);
	/* It stands while the directory cannot be looked at. */
	assert_int_equal(rename(w.conf.capture, away), 0);
	see(&w);
	assert_int_equal(problems(&w), 1);
	assert_int_equal(rename(away, w.conf.capture), 0);
	free(away);
	capture_end(&w.env->capture);
	see(&w);
	see(&w);
	assert_int_equal(problems(&w), 1);
	unlink(w.path);
	see(&w);
	assert_int_equal(problems(&w), 0);
	assert_true(is_written(&w));
	end(&w);
}

static void
test_no_directory(void **state)
{
	struct world w;

	begin(&w, *state);
	free(w.conf.capture);
	w.conf.capture = xstrdup("/nowhere");
	see(&w);
	see(&w);
	assert_false(is_written(&w));
	assert_int_equal(problems(&w), 0);
	assert_int_equal(changed, 0);
	end(&w);
}

/* It is tried again, also where another was written before. */
static void
test_another_try(void **state)
{
	char *away = xasprintf("%s/away", (char *)*state);
	struct world w;

	begin(&w, *state);
	set_revision(&w, "a");
	see(&w);
	see(&w);
	set_revision(&w, "b");
	assert_int_equal(rename(w.conf.capture, away), 0);
	see(&w);
	see(&w);
	assert_int_equal(rename(away, w.conf.capture), 0);
	see(&w);
	assert_false(is_written(&w));
	w.now_ms += 15000;
	see(&w);
	assert_true(is_written(&w));
	free(away);
	end(&w);
}

/* As long as it is not known how the next one does, what was said before stands: of the
 * revision that it was said of. */
static void
test_a_problem_until_the_next_is_seen(void **state)
{
	struct world w;

	begin(&w, *state);
	see(&w);
	see(&w);
	set_catalog(&w, CATALOG("schema /public", "table public/t", "table public/u"));
	see(&w);
	see(&w);
	set_revision(&w, "a");
	see(&w);
	see_begun(&w);
	assert_int_equal(problems(&w), 1);
	loop_run(w.loop);
	assert_int_equal(problems(&w), 0);
	assert_int_equal(changed, 2);
	end(&w);
}

/* A file of that name is nothing to be written over, whatever it is. */
static void
test_something_else_of_the_name(void **state)
{
	struct world w;
	struct stat st;

	begin(&w, *state);
	fixture_write(*state, "s/b.json", "mine\n");
	see(&w);
	see(&w);
	assert_int_equal(stat(w.path, &st), 0);
	assert_int_equal(st.st_size, 5);
	assert_int_equal(problems(&w), 0);
	end(&w);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_once_it_has_settled),
		CASE(test_what_moves_is_not_captured),
		CASE(test_what_speaks_against_it),
		CASE(test_what_is_not_proven),
		CASE(test_the_first_of_its_own_directory),
		CASE(test_a_revision_that_nobody_knows),
		CASE(test_an_equal_one),
		CASE(test_another_one),
		CASE(test_no_directory),
		CASE(test_another_try),
		CASE(test_a_problem_until_the_next_is_seen),
		CASE(test_something_else_of_the_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
