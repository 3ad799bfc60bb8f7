#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "monitor/ddlfiles.h"

struct state {
	char dir[32];
	char *path;
	struct loop *loop;
	struct ddl_files *files;
	unsigned looked;
};

static void
on_looked(void *arg, const char *path)
{
	struct state *s = arg;

	assert_string_equal(path, s->path);
	s->looked++;
	loop_stop(s->loop);
}

static int
setup(void **arg)
{
	struct state *s = xcalloc(1, sizeof *s);

	strcpy(s->dir, "/tmp/ddlfiles.XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	s->path = xasprintf("%s/structure.sql", s->dir);
	s->loop = loop_new();
	s->files = ddl_files_new(&(struct look_watcher){s->loop, on_looked, s});
	*arg = s;
	return 0;
}

static int
teardown(void **arg)
{
	struct state *s = *arg;

	ddl_files_free(s->files);
	loop_free(s->loop);
	unlink(s->path);
	assert_int_equal(rmdir(s->dir), 0);
	free(s->path);
	free(s);
	return 0;
}

static void
put(const struct state *s, const char *text)
{
	FILE *f = fopen(s->path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static struct ddl_known
look(struct state *s)
{
	struct ddl_known known;

	ddl_files_look(s->files, s->path);
	loop_run(s->loop);
	ddl_files_find(s->files, s->path, &known);
	return known;
}

static void
assert_is(const struct ddl_known *known, const char *text)
{
	char digest[HASH_HEX_LEN];

	hash_of(text, strlen(text), digest);
	assert_int_equal(known->error.code, ERR_NONE);
	assert_non_null(known->ddl);
	assert_string_equal(known->ddl->digest, digest);
}

static void
test_the_first_look(void **arg)
{
	struct state *s = *arg;
	struct ddl_known known;
	uint64_t number;

	put(s, "CREATE TABLE t ();");
	assert_true(ddl_files_is_unread(s->files, s->path));
	ddl_files_find(s->files, s->path, &known);
	assert_null(known.ddl);
	assert_non_null(strstr(known.error.text, "for the first time"));
	number = ddl_files_look(s->files, s->path);
	assert_false(ddl_files_has_looked(s->files, s->path, number));
	loop_run(s->loop);
	assert_true(ddl_files_has_looked(s->files, s->path, number));
	assert_false(ddl_files_is_unread(s->files, s->path));
	ddl_files_find(s->files, s->path, &known);
	assert_is(&known, "CREATE TABLE t ();");
	assert_false(known.settling);
	known = look(s);
	assert_is(&known, "CREATE TABLE t ();");
}

/* Nobody asks for the look that takes it. */
static void
test_another_one_is_taken_once_it_rests(void **arg)
{
	struct state *s = *arg;
	struct ddl_known known;

	put(s, "CREATE TABLE t ();");
	(void)look(s);
	put(s, "CREATE TAB");
	known = look(s);
	assert_true(known.settling);
	assert_is(&known, "CREATE TABLE t ();");
	put(s, "CREATE TABLE u (); --");
	known = look(s);
	assert_true(known.settling);
	assert_is(&known, "CREATE TABLE t ();");
	do {
		loop_run(s->loop);
		ddl_files_find(s->files, s->path, &known);
	} while (known.settling);
	assert_is(&known, "CREATE TABLE u (); --");
}

/* What is as it was is never in between. */
static void
test_the_same_again(void **arg)
{
	struct state *s = *arg;
	struct ddl_known known;

	put(s, "CREATE TABLE t ();");
	(void)look(s);
	unlink(s->path);
	known = look(s);
	assert_true(known.settling);
	assert_is(&known, "CREATE TABLE t ();");
	put(s, "CREATE TABLE t ();");
	known = look(s);
	assert_false(known.settling);
	assert_is(&known, "CREATE TABLE t ();");
}

/* Whoever has read it in between may have read another. */
static void
test_each_move_is_counted(void **arg)
{
	struct state *s = *arg;
	struct ddl_known known;
	uint64_t before;

	put(s, "CREATE TABLE t ();");
	(void)look(s);
	before = ddl_files_moves(s->files, s->path);
	(void)look(s);
	assert_int_equal(ddl_files_moves(s->files, s->path), before);
	/* The same bytes, as another file. */
	unlink(s->path);
	put(s, "CREATE TABLE t (); ");
	put(s, "CREATE TABLE t ();");
	known = look(s);
	assert_false(known.settling);
	assert_true(ddl_files_moves(s->files, s->path) > before);
	before = ddl_files_moves(s->files, s->path);
	(void)look(s);
	assert_int_equal(ddl_files_moves(s->files, s->path), before);
	unlink(s->path);
	known = look(s);
	assert_true(known.settling);
	assert_true(ddl_files_moves(s->files, s->path) > before);
}

static void
test_one_that_is_not_there(void **arg)
{
	struct state *s = *arg;
	struct ddl_known known = look(s);

	assert_null(known.ddl);
	assert_int_equal(known.error.code, ERR_IO);
	assert_non_null(strstr(known.error.text, s->path));
	assert_false(ddl_files_is_unread(s->files, s->path));
	put(s, "CREATE TABLE t ();");
	known = look(s);
	assert_true(known.settling);
	assert_null(known.ddl);
}

static void
test_only_those_that_are_expected_are_kept(void **arg)
{
	struct state *s = *arg;
	struct conf_environment env = {.expect = EXPECT_DDL, .expect_target = s->path};
	struct conf conf = {.environments = &env, .n_environments = 1};

	(void)look(s);
	ddl_files_keep(s->files, &conf);
	assert_false(ddl_files_is_unread(s->files, s->path));
	env.expect = EXPECT_SNAPSHOT;
	ddl_files_keep(s->files, &conf);
	assert_true(ddl_files_is_unread(s->files, s->path));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_the_first_look),
		CASE(test_another_one_is_taken_once_it_rests),
		CASE(test_the_same_again),
		CASE(test_each_move_is_counted),
		CASE(test_one_that_is_not_there),
		CASE(test_only_those_that_are_expected_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
