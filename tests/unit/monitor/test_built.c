/* The builder is the test's: it notes what is wanted, and says what the test has it
 * say.
 */
#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "monitor/built.h"
#include "tests/unit/catalog/literal.h"

struct builds {
	struct loop *loop;
	struct recipe recipe; /* that is at hand */
	build_fn *fn;
	void *arg;
	unsigned wanted; /* in all */
	bool ended;
};

static struct builds builder;

struct builds *
builds_new(struct loop *l, const struct build_host *host)
{
	(void)host;
	builder = (struct builds){.loop = l};
	return &builder;
}

void
builds_free(struct builds *b)
{
	recipe_free(&b->recipe);
	b->fn = NULL;
}

void
builds_want(struct builds *b, struct recipe *r, build_fn *fn, void *arg)
{
	assert_null(b->fn);
	b->recipe = *r;
	*r = (struct recipe){0};
	b->fn = fn;
	b->arg = arg;
	b->wanted++;
	loop_stop(b->loop);
}

void
builds_cancel(struct builds *b, void *arg)
{
	assert_ptr_equal(arg, b->arg);
	builds_free(b);
}

void
builds_end(struct builds *b)
{
	assert_null(b->fn);
	b->ended = true;
}

bool
builds_leaves(const struct builds *b)
{
	return b->ended;
}

bool
builds_has(const struct builds *b, const void *arg)
{
	(void)arg;
	return b->fn != NULL;
}

void
builds_sweep(struct builds *b, const struct build_settings *s)
{
	(void)b;
	assert_string_equal(s->scratch_dsn, "host=scratch");
}

struct world {
	const char *dir;
	char *versions;
	struct loop *loop;
	struct store *store;
	struct conf conf;
	struct conf_migrations block;
	struct conf_environment env;
	struct migrations *graph;
	struct built *built;
	unsigned changed;
	enum built_may may;
	uint64_t looks; /* that were asked for */
	bool looks_at_files;
	bool writes;    /* somebody does, to the files */
	bool looked;    /* the last look was taken */
	uint64_t moves; /* of the files */
};

static void
on_changed(void *arg, const struct built_origin *of)
{
	struct world *w = arg;

	if (of->ddl)
		assert_string_equal(of->ddl, "/srv/structure.sql");
	else
		assert_string_equal(of->migrations, "app");
	w->changed++;
	if (w->may == BUILT_MAY_NOT)
		loop_stop(w->loop);
}

static enum built_may
may_build(void *arg, const struct build_settings *s, struct err *why)
{
	const struct world *w = arg;

	assert_string_equal(s->scratch_dsn, "host=scratch");
	err_set(why, ERR_CONFIG, "it is watched");
	return w->may;
}

static uint64_t
look(void *arg, const struct built_origin *of)
{
	struct world *w = arg;

	(void)of;
	w->looked = false;
	return ++w->looks;
}

static bool
rest(void *arg, const struct built_origin *of, uint64_t number)
{
	const struct world *w = arg;

	(void)of;
	assert_true(number <= w->looks);
	return !w->writes && (!number || w->looked);
}

static uint64_t
moves(void *arg, const struct built_origin *of)
{
	const struct world *w = arg;

	(void)of;
	return w->moves;
}

static void
open_built(struct world *w)
{
	struct err e = {0};
	struct built_owner o = {
		.loop = w->loop, .may = may_build, .changed = on_changed, .arg = w};

	if (w->looks_at_files) {
		o.look = look;
		o.rest = rest;
		o.moves = moves;
	}

	o.store = w->store = store_open(w->dir, &e);
	assert_non_null(w->store);
	w->built = built_new(&o);
	built_take(w->built, &w->conf);
}

static void
close_built(struct world *w)
{
	built_free(w->built);
	store_close(w->store);
}

static void
begin(struct world *w, const char *dir)
{
	*w = (struct world){.dir = dir, .versions = xasprintf("%s/v", dir)};
	w->block = (struct conf_migrations){.name = (char *)"app",
		.tool = (char *)"alembic",
		.scratch_dsn = (char *)"host=scratch",
		.build_timeout_ms = 1000};
	strvec_add(&w->block.path, w->versions);
	w->env = (struct conf_environment){.name = (char *)"prod",
		.migrations = (char *)"app",
		.version_schema = (char *)"public",
		.version_table = (char *)"alembic_version",
		.expect = EXPECT_MIGRATIONS,
		.max_catalog_size = 1 << 20,
		.enabled = true};
	w->conf = (struct conf){.migrations = &w->block,
		.n_migrations = 1,
		.environments = &w->env,
		.n_environments = 1};
	w->loop = loop_new();
	fixture_revision(w->versions, "a", NULL, NULL);
	fixture_revision(w->versions, "b", "'a'", NULL);
	w->graph = fixture_read(dir, "v");
	open_built(w);
}

static void
end(struct world *w)
{
	close_built(w);
	migrations_free(w->graph);
	loop_free(w->loop);
	strvec_free(&w->block.path);
	free(w->versions);
}

/* Its files are others. */
static void
change(struct world *w, const char *id, const char *down)
{
	char *name = xasprintf("%s.py", id);
	char *text = xasprintf("revision = '%s'\ndown_revision = %s\ndef upgrade():\n"
			       "    op.another()\ndef downgrade():\n    op.back()\n",
		id, down);

	fixture_write(w->versions, name, text);
	built_stale(w->built, "app");
	migrations_free(w->graph);
	w->graph = fixture_read(w->dir, "v");
	free(text);
	free(name);
}

static struct built_answer
ask(struct world *w, const char *revision)
{
	const struct built_question q = {&w->env, w->graph, NULL};
	struct strvec ids = fixture_words(revision);
	struct built_answer a;

	built_of(w->built, &q, &ids, &a);
	strvec_free(&ids);
	return a;
}

static void
stop(void *loop)
{
	loop_stop(loop);
}

/* The builder is asked at once for the catalog of `revision`; NULL: for none. */
static void
assert_begun(struct world *w, const char *revision)
{
	unsigned before = builder.wanted;
	struct timer *late = timer_new(w->loop, stop, w->loop);

	if (revision)
		timer_set(late, 5000);
	loop_run(w->loop);
	timer_free(late);
	assert_int_equal(builder.wanted, before + (revision != NULL));
	if (revision)
		assert_string_equal(builder.recipe.steps[0].revision.v[0], revision);
}

/* Of the migrations. */
static struct published_builds
counts(const struct world *w)
{
	return tallies_of_block(built_tallies(w->built), "app");
}

/* What is at hand comes to this. */
static void
say(struct snapshot *s, enum err_code code, const char *text)
{
	struct recipe r = builder.recipe;
	build_fn *fn = builder.fn;
	struct build_result result = {.step = &r.steps[0], .snapshot = s, .output = ""};

	if (!s)
		err_set(&result.error, code, "%s", text);
	builder.recipe = (struct recipe){0};
	builder.fn = NULL;
	fn(builder.arg, &result);
	recipe_free(&r);
	snapshot_unref(s);
}

static void
assert_there(const struct built_answer *a, struct snapshot *expected)
{
	assert_int_equal(a->is, BUILT_THERE);
	assert_string_equal(a->snapshot->fingerprint, expected->fingerprint);
}

static void
test_once(void **state)
{
	struct snapshot *a = CATALOG("table public/a"), *b = CATALOG("table public/b");
	struct built_answer got;
	struct world w;

	begin(&w, *state);
	assert_int_equal(ask(&w, "a").is, BUILT_AWAITED);
	/* What is recorded comes before the head. */
	assert_begun(&w, "a");
	say(snapshot_ref(a), ERR_NONE, NULL);
	assert_int_equal(w.changed, 1);
	assert_begun(&w, "b");
	assert_int_equal(ask(&w, "b").is, BUILT_AWAITED);
	say(snapshot_ref(b), ERR_NONE, NULL);
	got = ask(&w, "a");
	assert_there(&got, a);
	assert_begun(&w, NULL);
	/* Another process has it from the store. */
	close_built(&w);
	open_built(&w);
	got = ask(&w, "b");
	assert_there(&got, b);
	got = ask(&w, "a");
	assert_there(&got, a);
	assert_begun(&w, NULL);
	snapshot_unref(a);
	snapshot_unref(b);
	end(&w);
}

/* What was built before is of use until it is again, also to another process. */
static void
test_other_files(void **state)
{
	struct snapshot *a = CATALOG("table public/a"), *b = CATALOG("table public/b");
	struct built_answer got;
	struct world w;

	begin(&w, *state);
	(void)ask(&w, "a");
	assert_begun(&w, "a");
	say(snapshot_ref(a), ERR_NONE, NULL);
	assert_begun(&w, "b");
	say(snapshot_ref(b), ERR_NONE, NULL);
	change(&w, "b", "'a'");
	got = ask(&w, "a");
	assert_there(&got, a);
	for (int restarted = 0; restarted < 2; restarted++) {
		got = ask(&w, "b");
		assert_int_equal(got.is, BUILT_AWAITED);
		assert_string_equal(got.snapshot->fingerprint, b->fingerprint);
		assert_begun(&w, "b");
		if (!restarted) {
			close_built(&w);
			open_built(&w);
		}
	}
	say(snapshot_ref(a), ERR_NONE, NULL);
	got = ask(&w, "b");
	assert_there(&got, a);
	snapshot_unref(a);
	snapshot_unref(b);
	end(&w);
}

static size_t
problems(const struct world *w)
{
	struct problems p = {0};
	size_t n;

	built_problems(w->built, "app", &p);
	n = p.n;
	for (size_t i = 0; i < p.n; i++) {
		assert_string_equal(p.v[i].revision, "b");
		problem_free(&p.v[i]);
	}
	free(p.v);
	return n;
}

static void
test_failures(void **state)
{
	struct built_answer got;
	struct world w;

	begin(&w, *state);
	(void)ask(&w, "b");
	assert_begun(&w, "b");
	say(NULL, ERR_FORMAT, "it does not work");
	got = ask(&w, "b");
	assert_int_equal(got.is, BUILT_FAILED);
	assert_int_equal(got.error.code, ERR_FORMAT);
	assert_string_equal(got.error.text, "it does not work");
	assert_int_equal(problems(&w), 1);
	/* It is mended. */
	change(&w, "b", "'a'");
	assert_int_equal(ask(&w, "b").is, BUILT_AWAITED);
	assert_int_equal(problems(&w), 0);
	assert_begun(&w, "b");
	/* Nobody's fault here. */
	say(NULL, ERR_CONNECT, "nobody is there");
	got = ask(&w, "b");
	assert_int_equal(got.is, BUILT_FAILED);
	assert_int_equal(problems(&w), 0);
	assert_int_equal(counts(&w).failed, 1);
	assert_int_equal(counts(&w).unavailable, 1);
	/* A reload tries it at once. */
	built_take(w.built, &w.conf);
	(void)ask(&w, "b");
	assert_begun(&w, "b");
	end(&w);
}

/* A module that it needs may be among the files that have changed. */
static void
test_other_files_may_mend_it(void **state)
{
	const enum err_code codes[] = {ERR_CONNECT, ERR_FORMAT};
	struct world w;

	begin(&w, *state);
	for (size_t i = 0; i < 2; i++) {
		(void)ask(&w, "b");
		assert_begun(&w, "b");
		say(NULL, codes[i], "no way");
		change(&w, i ? "y" : "x", "None");
	}
	(void)ask(&w, "b");
	assert_begun(&w, "b");
	end(&w);
}

/* What nobody is at any more is nobody's problem. */
static void
test_a_failure_that_nobody_meets(void **state)
{
	struct world w;

	begin(&w, *state);
	(void)ask(&w, "b");
	assert_begun(&w, "b");
	say(NULL, ERR_FORMAT, "it does not work");
	assert_int_equal(problems(&w), 1);
	change(&w, "c", "'a'");
	(void)ask(&w, "a");
	assert_int_equal(problems(&w), 0);
	(void)ask(&w, "b");
	assert_int_equal(problems(&w), 1);
	end(&w);
}

static void
test_all(void **state)
{
	struct snapshot *a = CATALOG("table public/a");
	const struct built_question *q;
	struct expected_list all;
	struct built_missing missing;
	struct world w;

	begin(&w, *state);
	w.block.build_all = true;
	q = &(struct built_question){&w.env, w.graph, NULL};
	built_all(w.built, q, &all, &missing);
	assert_int_equal(missing.awaited, 2);
	assert_int_equal(all.n, 0);
	expected_list_fini(&all);
	assert_begun(&w, "b");
	say(snapshot_ref(a), ERR_NONE, NULL);
	assert_begun(&w, "a");
	say(snapshot_ref(a), ERR_NONE, NULL);
	built_all(w.built, q, &all, &missing);
	assert_int_equal(missing.awaited, 0);
	assert_int_equal(missing.why.code, ERR_NONE);
	assert_int_equal(missing.failed, 0);
	assert_int_equal(all.n, 2);
	assert_string_equal(all.paths.v[0], "a");
	expected_list_fini(&all);
	snapshot_unref(a);
	end(&w);
}

/* A part of all is no measure for who is lost: what cannot be had now may be the one
 * that is like it; but what the files are to blame for cannot be had at all. */
static void
test_all_but_one(void **state)
{
	struct snapshot *a = CATALOG("table public/a");
	const enum err_code codes[] = {ERR_CONNECT, ERR_FORMAT};
	struct built_missing missing;
	struct expected_list all;
	struct world w;

	begin(&w, *state);
	w.block.build_all = true;
	for (size_t i = 0; i < 2; i++) {
		const struct built_question q = {&w.env, w.graph, NULL};

		built_want(w.built, &q);
		assert_begun(&w, "b");
		say(NULL, codes[i], "no way");
		if (!i) {
			assert_begun(&w, "a");
			say(snapshot_ref(a), ERR_NONE, NULL);
		}
		built_all(w.built, &q, &all, &missing);
		assert_int_equal(missing.awaited, 0);
		assert_int_equal(missing.why.code, i ? ERR_NONE : ERR_CONNECT);
		assert_int_equal(missing.failed, i);
		assert_int_equal(all.n, i);
		expected_list_fini(&all);
		built_take(w.built, &w.conf);
	}
	snapshot_unref(a);
	end(&w);
}

/* Until it is known whose the scratch server is, nothing is begun there; what must not
 * be is told as any other failure. */
static void
test_a_server_that_is_perhaps_watched(void **state)
{
	struct built_answer got;
	struct world w;

	begin(&w, *state);
	w.may = BUILT_MAY_NOT_YET;
	assert_int_equal(ask(&w, "b").is, BUILT_AWAITED);
	assert_begun(&w, NULL);
	w.may = BUILT_MAY_NOT;
	built_go_on(w.built);
	assert_int_equal(w.changed, 0);
	loop_run(w.loop);
	assert_int_equal(w.changed, 1);
	got = ask(&w, "b");
	assert_int_equal(got.is, BUILT_FAILED);
	assert_int_equal(got.error.code, ERR_CONFIG);
	assert_int_equal(counts(&w).unavailable, 1);
	w.may = BUILT_MAY;
	built_take(w.built, &w.conf);
	(void)ask(&w, "b");
	assert_begun(&w, "b");
	end(&w);
}

static void
see_looked(struct world *w)
{
	w->looked = true;
	built_looked(w->built);
}

/* What it was built of may be other files already: it is kept once they were looked at
 * again, and rest. */
static void
test_files_that_change_while_it_is_built(void **state)
{
	struct snapshot *s = CATALOG("table public/a");
	struct built_answer got;
	struct world w;

	begin(&w, *state);
	close_built(&w);
	w.looks_at_files = true;
	open_built(&w);
	w.writes = true;
	(void)ask(&w, "b");
	assert_begun(&w, NULL);
	w.writes = false;
	see_looked(&w);
	assert_begun(&w, "b");
	say(snapshot_ref(s), ERR_NONE, NULL);
	assert_int_equal(w.looks, 1);
	assert_int_equal(ask(&w, "b").is, BUILT_AWAITED);
	w.writes = true;
	see_looked(&w);
	assert_int_equal(ask(&w, "b").is, BUILT_AWAITED);
	/* They are others: that was built of neither. */
	w.writes = false;
	change(&w, "b", "'a'");
	see_looked(&w);
	assert_int_equal(ask(&w, "b").is, BUILT_AWAITED);
	assert_begun(&w, "b");
	say(snapshot_ref(s), ERR_NONE, NULL);
	assert_int_equal(w.changed, 0);
	assert_int_equal(ask(&w, "b").is, BUILT_AWAITED);
	see_looked(&w);
	assert_int_equal(w.changed, 1);
	got = ask(&w, "b");
	assert_there(&got, s);
	snapshot_unref(s);
	end(&w);
}

static void
begin_looking(struct world *w, const char *dir)
{
	begin(w, dir);
	close_built(w);
	w->looks_at_files = true;
	open_built(w);
}

/* They are what they were: whether all of it was built of them is not known.  A command
 * that writes among them itself does so each time. */
static void
test_files_that_were_others_meanwhile(void **state)
{
	struct snapshot *a = CATALOG("table public/a"), *b = CATALOG("table public/b");
	struct built_answer got;
	struct world w;

	begin_looking(&w, *state);
	(void)ask(&w, "b");
	assert_begun(&w, "b");
	say(snapshot_ref(a), ERR_NONE, NULL);
	w.moves++;
	see_looked(&w);
	assert_int_equal(ask(&w, "b").is, BUILT_AWAITED);
	assert_int_equal(counts(&w).built, 0);
	assert_begun(&w, "b");
	say(snapshot_ref(b), ERR_NONE, NULL);
	w.moves++;
	see_looked(&w);
	got = ask(&w, "b");
	assert_there(&got, b);
	assert_int_equal(counts(&w).built, 1);
	/* The next one is another matter. */
	(void)ask(&w, "a");
	assert_begun(&w, "a");
	say(snapshot_ref(b), ERR_NONE, NULL);
	w.moves++;
	see_looked(&w);
	assert_int_equal(ask(&w, "a").is, BUILT_AWAITED);
	assert_begun(&w, "a");
	snapshot_unref(a);
	snapshot_unref(b);
	end(&w);
}

/* Half of a file is no fault of anybody's. */
static void
test_a_failure_while_files_change(void **state)
{
	struct world w;

	begin_looking(&w, *state);
	(void)ask(&w, "b");
	assert_begun(&w, "b");
	w.writes = true;
	say(NULL, ERR_FORMAT, "invalid syntax");
	see_looked(&w);
	assert_int_equal(ask(&w, "b").is, BUILT_AWAITED);
	w.moves++;
	see_looked(&w);
	assert_int_equal(ask(&w, "b").is, BUILT_AWAITED);
	assert_begun(&w, NULL);
	w.writes = false;
	see_looked(&w);
	assert_begun(&w, "b");
	assert_int_equal(problems(&w), 0);
	assert_int_equal(counts(&w).failed, 0);
	assert_int_equal(w.changed, 0);
	/* It fails by itself as well. */
	say(NULL, ERR_FORMAT, "it does not work");
	assert_int_equal(ask(&w, "b").is, BUILT_AWAITED);
	see_looked(&w);
	assert_int_equal(ask(&w, "b").is, BUILT_FAILED);
	assert_int_equal(problems(&w), 1);
	assert_int_equal(counts(&w).failed, 1);
	assert_int_equal(w.changed, 1);
	end(&w);
}

static void
test_the_end(void **state)
{
	struct world w;

	begin(&w, *state);
	(void)ask(&w, "b");
	assert_begun(&w, "b");
	assert_false(built_leaves(w.built));
	built_end(w.built);
	assert_true(built_leaves(w.built));
	(void)ask(&w, "a");
	assert_begun(&w, NULL);
	assert_int_equal(w.changed, 0);
	end(&w);
}

/* A file changes while it is run. */
static void
test_broken_off(void **state)
{
	struct world w;

	begin(&w, *state);
	(void)ask(&w, "b");
	assert_begun(&w, "b");
	change(&w, "b", "'a'");
	assert_int_equal(ask(&w, "b").is, BUILT_AWAITED);
	assert_null(builder.fn);
	assert_begun(&w, "b");
	end(&w);
}

static void
expect_file(struct world *w)
{
	w->env.expect = EXPECT_DDL;
	w->env.expect_target = (char *)"/srv/structure.sql";
	w->conf.service.scratch_dsn = (char *)"host=scratch";
	built_take(w->built, &w->conf);
}

static struct built_answer
ask_for_file(struct world *w, const char *digest)
{
	struct ddl ddl = {.archive = false};
	const struct built_question q = {&w->env, NULL, &ddl};
	const struct strvec none = {0};
	struct built_answer a;

	snprintf(ddl.digest, sizeof ddl.digest, "%s", digest);
	built_of(w->built, &q, &none, &a);
	return a;
}

/* The file was built so often since the start, and could not be. */
static void
assert_counts(const struct world *w, uint64_t built, uint64_t failed)
{
	const struct tallies *t = built_tallies(w->built);
	const struct published_ddl *d = t->ddl;

	assert_int_equal(t->n_ddl, 1);
	assert_string_equal(d->path, "/srv/structure.sql");
	assert_int_equal(d->builds.built, built);
	assert_int_equal(d->builds.failed, failed);
	assert_int_equal(d->builds.unavailable, 0);
}

/* Its one catalog is built of a file, kept, and built again where that is another. */
static void
test_a_file(void **state)
{
	struct snapshot *a = CATALOG("table public/a"), *b = CATALOG("table public/b");
	struct built_answer got;
	struct world w;

	begin(&w, *state);
	expect_file(&w);
	assert_int_equal(ask_for_file(&w, "1").is, BUILT_AWAITED);
	loop_run(w.loop);
	assert_string_equal(builder.recipe.ddl, "structure.sql");
	assert_string_equal(builder.recipe.home, "/srv");
	assert_int_equal(builder.recipe.steps[0].revision.n, 0);
	say(snapshot_ref(a), ERR_NONE, NULL);
	got = ask_for_file(&w, "1");
	assert_there(&got, a);
	assert_int_equal(w.changed, 1);
	/* It is no fault of the migrations, nor counted as such. */
	assert_int_equal(counts(&w).built, 0);
	assert_counts(&w, 1, 0);
	close_built(&w);
	open_built(&w);
	got = ask_for_file(&w, "1");
	assert_there(&got, a);
	assert_begun(&w, NULL);
	got = ask_for_file(&w, "2");
	assert_int_equal(got.is, BUILT_AWAITED);
	assert_string_equal(got.snapshot->fingerprint, a->fingerprint);
	loop_run(w.loop);
	say(NULL, ERR_FORMAT, "it cannot be loaded");
	got = ask_for_file(&w, "2");
	assert_int_equal(got.is, BUILT_FAILED);
	assert_string_equal(got.error.text, "it cannot be loaded");
	assert_int_equal(problems(&w), 0);
	assert_int_equal(ask_for_file(&w, "3").is, BUILT_AWAITED);
	loop_run(w.loop);
	say(snapshot_ref(b), ERR_NONE, NULL);
	got = ask_for_file(&w, "3");
	assert_there(&got, b);
	assert_counts(&w, 1, 1);
	/* Who stays is counted on, who goes is not. */
	built_take(w.built, &w.conf);
	assert_counts(&w, 1, 1);
	w.env.enabled = false;
	built_take(w.built, &w.conf);
	assert_int_equal(built_tallies(w.built)->n_ddl, 0);
	snapshot_unref(a);
	snapshot_unref(b);
	end(&w);
}

static void
assert_begun_of_file(struct world *w)
{
	unsigned before = builder.wanted;

	loop_run(w->loop);
	assert_int_equal(builder.wanted, before + 1);
	assert_string_equal(builder.recipe.ddl, "structure.sql");
}

/* However often it was another one meanwhile. */
static void
test_a_file_that_was_another_meanwhile(void **state)
{
	struct snapshot *a = CATALOG("table public/a"), *b = CATALOG("table public/b");
	struct built_answer got;
	struct world w;

	begin_looking(&w, *state);
	expect_file(&w);
	(void)ask_for_file(&w, "1");
	for (int i = 0; i < 3; i++) {
		assert_begun_of_file(&w);
		say(snapshot_ref(a), ERR_NONE, NULL);
		w.moves++;
		see_looked(&w);
		assert_int_equal(ask_for_file(&w, "1").is, BUILT_AWAITED);
	}
	assert_begun_of_file(&w);
	say(snapshot_ref(b), ERR_NONE, NULL);
	see_looked(&w);
	got = ask_for_file(&w, "1");
	assert_there(&got, b);
	snapshot_unref(a);
	snapshot_unref(b);
	end(&w);
}

/* Nobody has asked since, or it is not there any more. */
static void
test_a_file_that_is_another(void **state)
{
	struct snapshot *s = CATALOG("table public/a");
	const struct ddl two = {.digest = "2"};
	struct world w;

	begin_looking(&w, *state);
	expect_file(&w);
	for (int i = 0; i < 2; i++) {
		(void)ask_for_file(&w, "1");
		built_file_is(w.built, "/srv/structure.sql", i ? NULL : &two);
		assert_begun(&w, NULL);
	}
	(void)ask_for_file(&w, "1");
	assert_begun_of_file(&w);
	say(snapshot_ref(s), ERR_NONE, NULL);
	w.moves++;
	built_file_is(w.built, "/srv/structure.sql", NULL);
	see_looked(&w);
	/* Others may be built meanwhile. */
	assert_false(built_is_busy(w.built));
	assert_begun(&w, NULL);
	assert_int_equal(w.changed, 0);
	snapshot_unref(s);
	end(&w);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_once),
		CASE(test_other_files),
		CASE(test_failures),
		CASE(test_other_files_may_mend_it),
		CASE(test_a_failure_that_nobody_meets),
		CASE(test_all),
		CASE(test_all_but_one),
		CASE(test_a_server_that_is_perhaps_watched),
		CASE(test_files_that_change_while_it_is_built),
		CASE(test_files_that_were_others_meanwhile),
		CASE(test_a_failure_while_files_change),
		CASE(test_the_end),
		CASE(test_broken_off),
		CASE(test_a_file),
		CASE(test_a_file_that_was_another_meanwhile),
		CASE(test_a_file_that_is_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
