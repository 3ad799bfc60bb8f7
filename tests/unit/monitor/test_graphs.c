/* The clock is a number; "a b" are the heads of what is published, "!" that nothing is.
 */
#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/problem.h"
#include "monitor/graphs.h"

struct world {
	struct conf conf;
	struct conf_migrations block;
	struct graphs *graphs;
	struct look_watcher watcher; /* no loop: each question looks for itself */
	unsigned looked;             /* how often that was told */
	char *versions;
};

static void
begin(struct world *w, const char *dir)
{
	*w = (struct world){.versions = xasprintf("%s/v", dir)};
	w->block = (struct conf_migrations){
		.name = (char *)"app", .tool = (char *)"alembic"};
	strvec_add(&w->block.path, w->versions);
	w->conf = (struct conf){.migrations = &w->block, .n_migrations = 1};
}

static void
end(struct world *w)
{
	graphs_free(w->graphs);
	strvec_free(&w->block.path);
	strvec_free(&w->block.allow);
	free(w->versions);
}

static void
check(const struct world *w, const char *heads)
{
	const struct published_migrations *p = graphs_find(w->graphs, "app");
	struct strbuf buf = {0};

	assert_string_equal(
		p->graph ? fixture_list(&p->graph->heads, &buf) : "!", heads);
	assert_int_equal(!p->graph, p->error != NULL);
	strbuf_free(&buf);
}

static void
refresh(struct world *w, int64_t now_ms, enum graphs_change change, const char *heads)
{
	assert_int_equal(graphs_refresh(w->graphs, "app", now_ms), change);
	check(w, heads);
}

/* One look more, and it is taken. */
static void
test_new_file(void **state)
{
	struct world w;

	begin(&w, *state);
	fixture_revision(w.versions, "a", NULL, NULL);
	w.graphs = graphs_new(&w.watcher, &w.conf, NULL);
	refresh(&w, 0, GRAPHS_SAME, "a");
	assert_int_equal(graphs_refresh(w.graphs, "other", 0), GRAPHS_SAME);
	fixture_revision(w.versions, "b", "'a'", NULL);
	refresh(&w, 1000, GRAPHS_SETTLING, "a");
	refresh(&w, 1001, GRAPHS_SETTLING, "a");
	refresh(&w, 1000 + GRAPHS_LOOK_MS, GRAPHS_CHANGED, "b");
	refresh(&w, 1000 + GRAPHS_LOOK_MS, GRAPHS_SAME, "b");
	end(&w);
}

/* Half a checkout: the child is there before its parent. */
static void
test_half_a_checkout(void **state)
{
	struct world w;

	begin(&w, *state);
	fixture_revision(w.versions, "a", NULL, NULL);
	w.graphs = graphs_new(&w.watcher, &w.conf, NULL);
	fixture_revision(w.versions, "c", "'b'", NULL);
	refresh(&w, 0, GRAPHS_SETTLING, "a");
	refresh(&w, GRAPHS_LOOK_MS, GRAPHS_SETTLING, "a");
	fixture_revision(w.versions, "b", "'a'", NULL);
	refresh(&w, 2 * GRAPHS_LOOK_MS, GRAPHS_SETTLING, "a");
	refresh(&w, 3 * GRAPHS_LOOK_MS, GRAPHS_CHANGED, "c");
	end(&w);
}

/* What is worse is believed when it stands. */
static void
test_worse(void **state)
{
	struct world w;

	begin(&w, *state);
	fixture_revision(w.versions, "a", NULL, NULL);
	fixture_revision(w.versions, "b", "'a'", NULL);
	w.graphs = graphs_new(&w.watcher, &w.conf, NULL);
	fixture_remove(w.versions, "a.py");
	refresh(&w, 0, GRAPHS_SETTLING, "b");
	refresh(&w, 3999, GRAPHS_SETTLING, "b");
	assert_int_equal(graphs_find(w.graphs, "app")->graph->n_revisions, 2);
	refresh(&w, 4000, GRAPHS_CHANGED, "b");
	assert_int_equal(graphs_find(w.graphs, "app")->graph->n_revisions, 1);
	end(&w);
}

/* It went back to what it was: nothing has happened. */
static void
test_back(void **state)
{
	struct world w;

	begin(&w, *state);
	w.graphs = graphs_new(&w.watcher, &w.conf, NULL);
	check(&w, "!");
	refresh(&w, 0, GRAPHS_SAME, "!");
	fixture_revision(w.versions, "a", NULL, NULL);
	refresh(&w, 10, GRAPHS_SETTLING, "!");
	fixture_remove(w.versions, "a.py");
	fixture_remove(*state, "v");
	refresh(&w, 20, GRAPHS_SAME, "!");
	fixture_revision(w.versions, "a", NULL, NULL);
	refresh(&w, 30, GRAPHS_SETTLING, "!");
	refresh(&w, 30 + GRAPHS_LOOK_MS, GRAPHS_CHANGED, "a");
	end(&w);
}

/* Files that never rest: what is no worse is taken in the end, the rest much later. */
static void
test_patience(void **state)
{
	struct world w;

	begin(&w, *state);
	fixture_revision(w.versions, "a", NULL, NULL);
	w.graphs = graphs_new(&w.watcher, &w.conf, NULL);
	for (int i = 0; i < 30; i++) {
		char id[8], parent[8];

		snprintf(id, sizeof id, "b%02d", i);
		snprintf(parent, sizeof parent, i ? "'b%02d'" : "'a'", i - 1);
		fixture_revision(w.versions, id, parent, NULL);
		refresh(&w, i * 1000, GRAPHS_SETTLING, "a");
	}
	fixture_revision(w.versions, "c", "'b29'", NULL);
	refresh(&w, 30000, GRAPHS_CHANGED, "c");
	fixture_remove(w.versions, "a.py");
	refresh(&w, 30000, GRAPHS_SETTLING, "c");
	fixture_remove(w.versions, "b00.py");
	refresh(&w, 61000, GRAPHS_SAME, "c");
	assert_int_equal(graphs_find(w.graphs, "app")->graph->n_revisions, 32);
	refresh(&w, 66000, GRAPHS_CHANGED, "c");
	end(&w);
}

static void
test_patience_ends(void **state)
{
	struct world w;

	begin(&w, *state);
	fixture_revision(w.versions, "a", NULL, NULL);
	w.graphs = graphs_new(&w.watcher, &w.conf, NULL);
	for (int i = 0; i < 30; i++) {
		char *id = xasprintf("b%02d", i);

		fixture_revision(w.versions, id, "'gone'", NULL);
		free(id);
		refresh(&w, i * 10000, i < 3 ? GRAPHS_SETTLING : GRAPHS_SAME, "a");
	}
	fixture_revision(w.versions, "c", "'b29'", NULL);
	assert_int_equal(graphs_refresh(w.graphs, "app", 300000), GRAPHS_CHANGED);
	assert_int_equal(graphs_find(w.graphs, "app")->graph->n_revisions, 32);
	end(&w);
}

/* A directory that goes away is believed later; its counts stay, and say that it is
 * gone. */
static void
test_path_goes(void **state)
{
	struct world w;
	const struct published_migrations *p;

	begin(&w, *state);
	fixture_revision(w.versions, "a", "'gone'", NULL);
	w.graphs = graphs_new(&w.watcher, &w.conf, NULL);
	p = graphs_find(w.graphs, "app");
	assert_int_equal(p->problems[PROBLEM_MISSING_PARENT], 1);
	assert_int_equal(p->problems[PROBLEM_UNREADABLE_FILE], 0);
	fixture_remove(w.versions, "a.py");
	fixture_remove(*state, "v");
	refresh(&w, 0, GRAPHS_SETTLING, "a");
	refresh(&w, 4000, GRAPHS_CHANGED, "!");
	assert_int_equal(p->problems[PROBLEM_MISSING_PARENT], 1);
	assert_int_equal(p->problems[PROBLEM_UNREADABLE_FILE], 1);
	refresh(&w, 4000, GRAPHS_SAME, "!");
	fixture_revision(w.versions, "a", NULL, NULL);
	refresh(&w, 5000, GRAPHS_SETTLING, "!");
	refresh(&w, 9000, GRAPHS_CHANGED, "a");
	assert_int_equal(p->problems[PROBLEM_MISSING_PARENT], 0);
	assert_int_equal(p->problems[PROBLEM_UNREADABLE_FILE], 0);
	end(&w);
}

/* A reload keeps what is known of a block that it does not change. */
static void
test_reload(void **state)
{
	struct world w;
	struct conf other;
	struct conf_migrations block;

	begin(&w, *state);
	fixture_revision(w.versions, "a", NULL, NULL);
	w.graphs = graphs_new(&w.watcher, &w.conf, NULL);
	fixture_revision(w.versions, "b", "'gone'", NULL);
	refresh(&w, 0, GRAPHS_SETTLING, "a");
	w.graphs = graphs_new(&w.watcher, &w.conf, w.graphs);
	refresh(&w, 3000, GRAPHS_SETTLING, "a");
	refresh(&w, 4000, GRAPHS_CHANGED, "a b");
	block = w.block;
	block.recursive = true;
	other = (struct conf){.migrations = &block, .n_migrations = 1};
	fixture_remove(w.versions, "b.py");
	w.graphs = graphs_new(&w.watcher, &other, w.graphs);
	check(&w, "a");
	end(&w);
}

static void
test_allow(void **state)
{
	struct world w;
	const struct published_migrations *p;
	struct err e;

	begin(&w, *state);
	fixture_revision(w.versions, "a", "'gone'", NULL);
	strvec_add(&w.block.allow, "missing_parent:a reason=\"squashed\"");
	strvec_add(&w.block.allow, "cycle");
	assert_true(graphs_check(&w.conf, &e));
	w.graphs = graphs_new(&w.watcher, &w.conf, NULL);
	p = graphs_find(w.graphs, "app");
	assert_int_equal(p->problems[PROBLEM_MISSING_PARENT], 0);
	assert_int_equal(p->graph->n_problems, 0);
	assert_int_equal(p->graph->n_allowed, 1);
	assert_string_equal(p->graph->problems[0].reason, "squashed");
	assert_string_equal(p->graph->unused_allow.v[0], "cycle");
	strvec_add(&w.block.allow, "cycles");
	assert_false(graphs_check(&w.conf, &e));
	assert_non_null(strstr(e.text, "did you mean cycle?"));
	end(&w);
}

static void
on_looked(void *arg, const char *name)
{
	struct world *w = arg;

	assert_string_equal(name, "app");
	w->looked++;
}

/* Look in a thread. */
static void
look(struct world *w)
{
	uint64_t number = graphs_look(w->graphs, "app");
	unsigned before = w->looked;

	assert_false(graphs_has_looked(w->graphs, "app", number));
	loop_run(w->watcher.loop);
	assert_true(graphs_has_looked(w->graphs, "app", number));
	assert_true(w->looked > before);
}

/* Nothing is known of what a thread is still reading; it may be thrown away as well. */
static void
test_in_a_thread(void **state)
{
	struct world w;

	begin(&w, *state);
	w.watcher = (struct look_watcher){loop_new(), on_looked, &w};
	fixture_revision(w.versions, "a", NULL, NULL);
	w.graphs = graphs_new(&w.watcher, &w.conf, NULL);
	assert_true(graphs_is_unread(w.graphs, "app"));
	check(&w, "!");
	refresh(&w, 0, GRAPHS_SAME, "!");
	loop_run(w.watcher.loop);
	refresh(&w, 0, GRAPHS_CHANGED, "a");
	assert_false(graphs_is_unread(w.graphs, "app"));
	fixture_revision(w.versions, "b", "'a'", NULL);
	/* Who does not look sees nothing. */
	refresh(&w, 0, GRAPHS_SAME, "a");
	look(&w);
	refresh(&w, 1, GRAPHS_SETTLING, "a");
	refresh(&w, 400000, GRAPHS_SETTLING, "a");
	look(&w);
	refresh(&w, 400001, GRAPHS_CHANGED, "b");
	fixture_revision(w.versions, "c", "'b'", NULL);
	look(&w);
	refresh(&w, 500000, GRAPHS_SETTLING, "b");
	/* It has changed since. */
	fixture_revision(w.versions, "d", "'c'", NULL);
	look(&w);
	refresh(&w, 500000 + GRAPHS_LOOK_MS, GRAPHS_SETTLING, "b");
	look(&w);
	refresh(&w, 500000 + 2 * GRAPHS_LOOK_MS, GRAPHS_CHANGED, "d");
	/* Moved to another configuration, and dropped, while it is read. */
	fixture_revision(w.versions, "e", "'d'", NULL);
	graphs_look(w.graphs, "app");
	w.graphs = graphs_new(&w.watcher, &w.conf, w.graphs);
	check(&w, "d");
	loop_run(w.watcher.loop);
	refresh(&w, 600000, GRAPHS_SETTLING, "d");
	graphs_look(w.graphs, "app");
	graphs_free(w.graphs);
	w.graphs = NULL;
	loop_run(w.watcher.loop);
	loop_free(w.watcher.loop);
	end(&w);
}

/* Whoever writes into a file changes nothing but its own times. */
static void
test_in_place(void **state)
{
	struct world w;

	begin(&w, *state);
	fixture_revision(w.versions, "a", NULL, NULL);
	fixture_revision(w.versions, "b", "'a'", NULL);
	w.graphs = graphs_new(&w.watcher, &w.conf, NULL);
	refresh(&w, 0, GRAPHS_SAME, "b");
	fixture_revision(w.versions, "b", "None", NULL);
	refresh(&w, 0, GRAPHS_SETTLING, "b");
	refresh(&w, 4000, GRAPHS_CHANGED, "a b");
	end(&w);
}

/* Whoever has read them in between may have read others. */
static void
test_each_move_is_counted(void **state)
{
	struct world w;
	uint64_t before;

	begin(&w, *state);
	fixture_revision(w.versions, "a", NULL, NULL);
	w.graphs = graphs_new(&w.watcher, &w.conf, NULL);
	before = graphs_moves(w.graphs, "app");
	refresh(&w, 0, GRAPHS_SAME, "a");
	assert_int_equal(graphs_moves(w.graphs, "app"), before);
	fixture_revision(w.versions, "b", "'a'", NULL);
	refresh(&w, 1000, GRAPHS_SETTLING, "a");
	assert_true(graphs_moves(w.graphs, "app") > before);
	before = graphs_moves(w.graphs, "app");
	/* There and back again: only the directory says so. */
	fixture_remove(w.versions, "b.py");
	refresh(&w, 1001, GRAPHS_SETTLING, "a");
	assert_true(graphs_moves(w.graphs, "app") > before);
	refresh(&w, 1001 + GRAPHS_LOOK_MS, GRAPHS_CHANGED, "a");
	before = graphs_moves(w.graphs, "app");
	refresh(&w, 9000, GRAPHS_SAME, "a");
	assert_int_equal(graphs_moves(w.graphs, "app"), before);
	assert_int_equal(graphs_moves(w.graphs, "other"), 0);
	end(&w);
}

/* A directory of former migrations that comes to be there. */
static void
test_archive_comes(void **state)
{
	struct world w;
	char *archive;

	begin(&w, *state);
	archive = xasprintf("%s/old", (char *)*state);
	strvec_add(&w.block.archives, archive);
	fixture_revision(w.versions, "a", NULL, NULL);
	w.graphs = graphs_new(&w.watcher, &w.conf, NULL);
	assert_null(migrations_archived(graphs_find(w.graphs, "app")->graph, "o"));
	fixture_revision(archive, "o", NULL, NULL);
	refresh(&w, 0, GRAPHS_SETTLING, "a");
	refresh(&w, 4000, GRAPHS_CHANGED, "a");
	assert_non_null(migrations_archived(graphs_find(w.graphs, "app")->graph, "o"));
	strvec_free(&w.block.archives);
	free(archive);
	end(&w);
}

/* What comes of running the files counts beside what they say, but for what is meant.
 */
static void
test_what_comes_of_running_them(void **state)
{
	const struct place at = {"v", 0, "a"};
	struct published_migrations *m;
	struct problems failed = {0};
	struct world w;

	begin(&w, *state);
	strvec_add(&w.block.allow, "build_failed:a");
	fixture_revision(w.versions, "a", NULL, NULL);
	w.graphs = graphs_new(&w.watcher, &w.conf, NULL);
	check(&w, "a");
	m = graphs_block(w.graphs, 0);
	problem_add(&failed, PROBLEM_BUILD_FAILED, at, "it fails");
	problem_add(&failed, PROBLEM_BUILD_FAILED, (struct place){"v", 0, "b"}, "too");
	problem_add(&failed, PROBLEM_TWO_CATALOGS, at, "they differ");
	graphs_set_failed(m, &failed);
	assert_int_equal(m->n_failed, 3);
	assert_true(m->failed[0].allowed);
	assert_int_equal(m->problems[PROBLEM_BUILD_FAILED], 1);
	assert_int_equal(m->problems[PROBLEM_TWO_CATALOGS], 1);
	graphs_set_failed(m, &failed);
	assert_int_equal(m->n_failed, 0);
	assert_int_equal(m->problems[PROBLEM_BUILD_FAILED], 0);
	assert_int_equal(m->problems[PROBLEM_TWO_CATALOGS], 0);
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_comes_of_running_them,
			fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_new_file, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_half_a_checkout, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_worse, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_back, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_patience, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_patience_ends, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_path_goes, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_reload, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_allow, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_in_a_thread, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_in_place, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_each_move_is_counted, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_archive_comes, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
