#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "catalog/snapfile.h"
#include "monitor/expected.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/exhaust.h"

struct state {
	char dir[32];
	struct strvec files;
	struct expected_files *expected;
	struct err error;
};

static int
setup(void **arg)
{
	struct state *s = xcalloc(1, sizeof *s);

	strcpy(s->dir, "/tmp/expected.XXXXXX");
	s->expected = expected_files_new(&(struct look_watcher){0});
	*arg = s;
	return mkdtemp(s->dir) ? 0 : -1;
}

static int
teardown(void **arg)
{
	struct state *s = *arg;

	for (size_t i = 0; i < s->files.n; i++)
		unlink(s->files.v[i]);
	rmdir(s->dir);
	strvec_free(&s->files);
	expected_files_free(s->expected);
	free(s);
	return 0;
}

/* Write `name` in the directory; its path. */
static const char *
file(struct state *s, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", s->dir, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	strvec_add(&s->files, path);
	free(path);
	return s->files.v[s->files.n - 1];
}

static const char *
snapshot_of(struct state *s, const char *name, const char *revision, const char *object)
{
	struct builder *b = builder_new(150018, "15.18");
	struct strvec recorded = {0};
	struct strbuf text = {0};
	struct snapshot *made;
	const char *path;

	strvec_add(&recorded, revision);
	literal_add(b, (const char *const[]){"schema /public|", object, NULL});
	builder_set_revision(b, "public", "alembic_version", true, &recorded);
	made = builder_finish(b, false, &s->error);
	assert_non_null(made);
	snapfile_write(made, &text);
	path = file(s, name, text.s);
	strbuf_free(&text);
	strvec_free(&recorded);
	snapshot_unref(made);
	return path;
}

static const char *
snapshot_file(struct state *s, const char *name, const char *revision)
{
	return snapshot_of(s, name, revision, NULL);
}

static struct snapshot *
of_revision(struct state *s, const char *revision)
{
	const struct snapshots_dir dir = {s->expected, s->dir, NULL};
	const struct compare_options o = COMPARE_DEFAULTS;
	struct strvec recorded = {0};
	struct snapshot *found;

	strvec_add(&recorded, revision);
	found = expected_of_revision(&dir, &recorded, &o, &s->error);
	strvec_free(&recorded);
	return found;
}

static void
test_the_file_of_the_recorded_revision(void **arg)
{
	struct state *s = *arg;
	struct snapshot *found;

	snapshot_file(s, "a.json", "aaaa");
	snapshot_file(s, "b.json", "bbbb");
	found = of_revision(s, "bbbb");
	assert_non_null(found);
	assert_string_equal(found->revision.v[0], "bbbb");
}

static void
test_a_revision_that_no_file_has(void **arg)
{
	struct state *s = *arg;
	char wanted[256];

	snapshot_file(s, "a.json", "aaaa");
	/* What else lies there is no business of who reads this. */
	file(s, "README", "one file for each revision");
	file(s, "a.json~", "{ half of");
	file(s, "other.json", "{}");
	assert_null(of_revision(s, "cccc"));
	snprintf(wanted, sizeof wanted,
		"%s holds no snapshot of revision cccc: `pgdriftd snapshot SOURCE -o "
		"%s/cccc.json` writes one, of a database that is at it",
		s->dir, s->dir);
	assert_string_equal(s->error.text, wanted);
	/* No name of a file is made of what may be anything. */
	assert_null(of_revision(s, "../cccc"));
	assert_non_null(strstr(s->error.text, "/NAME.json`"));
}

static void
assert_damaged(struct state *s, const char *revision, const char *path)
{
	assert_null(of_revision(s, revision));
	assert_non_null(strstr(s->error.text, ", but what may be one: "));
	assert_non_null(strstr(s->error.text, path));
}

/* The damaged one may be the one that is looked for. */
static void
test_a_damaged_file_is_named(void **arg)
{
	struct state *s = *arg;

	snapshot_file(s, "a.json", "aaaa");
	file(s, "0.json", "{ half of");
	file(s, "by-content.json",
		"{\"pgdriftd_snapshot\": 1,\n\"revision\": [\"cccc\"],\n\"count");
	file(s, "by-name-bbbb.json", "{ half of");
	assert_damaged(s, "bbbb", "/by-name-bbbb.json");
	assert_damaged(s, "cccc", "/by-content.json");
	assert_null(of_revision(s, "dddd"));
	assert_null(strstr(s->error.text, "what may be one"));
	/* One that ends before it says of which revision it is. */
	file(s, "short.json", "{\"pgdriftd_snapshot\": 1,");
	assert_damaged(s, "dddd", "/short.json");
	assert_non_null(of_revision(s, "aaaa"));
}

/* A FIFO would be waited for. */
static void
test_what_is_no_file(void **arg)
{
	struct state *s = *arg;
	const char *path = file(s, "pipe", "");

	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_null(of_revision(s, "aaaa"));
	snapshot_file(s, "a.json", "aaaa");
	assert_non_null(of_revision(s, "aaaa"));
}

/* Twice the same does no harm; two that differ are no measure. */
static void
test_two_files_of_one_revision(void **arg)
{
	struct state *s = *arg;

	snapshot_of(s, "a.json", "aaaa", "table public/t");
	snapshot_of(s, "b.json", "aaaa", "table public/t");
	snapshot_of(s, "c.json", "cccc", "table public/u");
	assert_non_null(of_revision(s, "aaaa"));
	snapshot_of(s, "d.json", "aaaa", "table public/other");
	assert_null(of_revision(s, "aaaa"));
	assert_int_equal(s->error.code, ERR_FORMAT);
	assert_non_null(strstr(s->error.text, "/a.json and "));
	assert_non_null(
		strstr(s->error.text, "/d.json are of one revision and differ"));
	assert_non_null(of_revision(s, "cccc"));
}

static void
test_a_file_is_read_again_when_it_changes(void **arg)
{
	struct state *s = *arg;
	const char *path = snapshot_file(s, "a.json", "aaaa");
	struct snapshot *first = expected_file(s->expected, path, &s->error);

	assert_non_null(first);
	assert_ptr_equal(expected_file(s->expected, path, &s->error), first);
	snapshot_ref(first);
	snapshot_file(s, "a.json", "longer");
	assert_string_equal(
		expected_file(s->expected, path, &s->error)->revision.v[0], "longer");
	unlink(path);
	assert_null(expected_file(s->expected, path, &s->error));
	assert_non_null(strstr(s->error.text, "No such file"));
	snapshot_unref(first);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* What is wrong with it is said of this file; once it is whole again it is taken. */
static void
test_one_file_that_changes(void **arg)
{
	struct state *s = *arg;
	const char *path = snapshot_file(s, "a.json", "aaaa");
	char *whole = xasprintf("%s/whole", s->dir);

	assert_non_null(expected_file(s->expected, path, &s->error));
	assert_int_equal(rename(path, whole), 0);
	assert_null(expected_file(s->expected, path, &s->error));
	assert_non_null(strstr(s->error.text, "No such file"));
	file(s, "a.json", "{\"pgdriftd_snapshot\":");
	assert_null(expected_file(s->expected, path, &s->error));
	assert_int_equal(s->error.code, ERR_FORMAT);
	assert_non_null(strstr(s->error.text, path));
	file(s, "a.json", "");
	assert_null(expected_file(s->expected, path, &s->error));
	assert_non_null(strstr(s->error.text, path));
	assert_int_equal(truncate(path, FILE_MAX_SNAPSHOT + 1), 0);
	assert_null(expected_file(s->expected, path, &s->error));
	assert_non_null(strstr(s->error.text, "a.json: it is larger than 256 MiB"));
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_null(expected_file(s->expected, path, &s->error));
	assert_non_null(strstr(s->error.text, "a.json: it is a FIFO"));
	assert_int_equal(rename(whole, path), 0);
	assert_non_null(expected_file(s->expected, path, &s->error));
	free(whole);
}

static void
on_looked(void *arg, const char *path)
{
	struct strvec *looked = arg;

	strvec_add(looked, path);
}

/* In a thread: what is known is as of the last look, and what no file is of any more is
 * not kept. */
static void
test_looks(void **arg)
{
	struct state *s = *arg;
	struct strvec looked = {0};
	const struct look_watcher w = {loop_new(), on_looked, &looked};
	struct expected_files *f = expected_files_new(&w);
	const struct snapshots_dir dir = {f, s->dir, NULL};
	const char *path = snapshot_file(s, "a.json", "aaaa");
	struct expected_list all;
	struct snapshot *first;
	uint64_t number;

	assert_true(expected_is_unread(f, path, false));
	assert_null(expected_file(f, path, &s->error));
	assert_non_null(strstr(s->error.text, "for the first time"));
	assert_false(expected_list(&dir, NULL, &all, &s->error));
	number = expected_look(f, path, false);
	expected_look(f, s->dir, true);
	assert_false(expected_has_looked(f, path, false, number));
	loop_run(w.loop);
	assert_true(expected_has_looked(f, path, false, number));
	assert_int_equal(looked.n, 2);
	first = expected_file(f, path, &s->error);
	assert_string_equal(first->revision.v[0], "aaaa");
	assert_true(expected_list(&dir, NULL, &all, &s->error));
	assert_int_equal(all.n, 1);
	expected_list_fini(&all);
	snapshot_file(s, "b.json", "bbbb");
	unlink(path);
	expected_look(f, path, false);
	assert_ptr_equal(expected_file(f, path, &s->error), first);
	expected_look(f, s->dir, true);
	loop_run(w.loop);
	assert_null(expected_file(f, path, &s->error));
	assert_true(expected_list(&dir, NULL, &all, &s->error));
	assert_string_equal(all.v[0]->revision.v[0], "bbbb");
	expected_list_fini(&all);
	expected_files_keep(f, &(struct conf){0});
	assert_true(expected_is_unread(f, s->dir, true));
	expected_look(f, s->dir, true);
	expected_files_free(f);
	loop_free(w.loop);
	strvec_free(&looked);
}

/* It is not said of a file for ever that it could not be read in such a moment. */
static void
test_no_descriptor(void **arg)
{
	struct state *s = *arg;
	const struct snapshots_dir dir = {s->expected, s->dir, NULL};
	const char *path = file(s, "a.json", "no snapshot");
	struct expected_list all = {0};
	struct rlimit was = exhaust();
	bool listed = expected_list(&dir, NULL, &all, &s->error);
	enum err_code code = s->error.code;
	struct snapshot *found = expected_file(s->expected, path, &s->error);

	replenish(&was);
	assert_false(listed);
	assert_int_equal(code, ERR_INTERNAL);
	assert_null(found);
	assert_int_equal(s->error.code, ERR_INTERNAL);
	assert_null(expected_file(s->expected, path, &s->error));
	assert_int_equal(s->error.code, ERR_FORMAT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_the_file_of_the_recorded_revision),
		T(test_a_revision_that_no_file_has),
		T(test_a_damaged_file_is_named),
		T(test_what_is_no_file),
		T(test_two_files_of_one_revision),
		T(test_a_file_is_read_again_when_it_changes),
		T(test_looks),
		T(test_no_descriptor),
		cmocka_unit_test_setup_teardown(
			test_one_file_that_changes, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
