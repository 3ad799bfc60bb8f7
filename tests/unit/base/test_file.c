#include "tests/unit/fixture.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/unit/exhaust.h"

static char *
path_of(const char *dir, const char *name)
{
	return xasprintf("%s/%s", dir, name);
}

static void
refused(const char *path, const char *why)
{
	struct strbuf text = {0};
	struct stat st;
	struct err e = {0};

	assert_false(file_take(path, FILE_MAX_MIGRATION, &text, &st, &e));
	assert_string_equal(e.text, why);
	/* As it was before that. */
	assert_int_equal(st.st_nlink > 0, access(path, F_OK) == 0);
	strbuf_free(&text);
}

static void
test_file(void **state)
{
	char *path = path_of(*state, "f");
	struct strbuf text = {0};
	struct stat st;
	struct err e = {0};

	fixture_write(*state, "f", "some\ntext");
	assert_true(file_take(path, FILE_MAX_MIGRATION, &text, &st, &e));
	assert_string_equal(text.s, "some\ntext");
	assert_int_equal(st.st_size, 9);
	strbuf_clear(&text);
	fixture_write(*state, "f", "");
	assert_true(file_take(path, FILE_MAX_MIGRATION, &text, &st, &e));
	assert_string_equal(text.s, "");
	strbuf_free(&text);
	free(path);
}

/* Nanoseconds since the last change of what `st` is of. */
static int64_t
age_ns(const struct stat *st)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)(now.tv_sec - st->st_ctim.tv_sec) * 1000000000 + now.tv_nsec -
	       st->st_ctim.tv_nsec;
}

/* Longer than the longest tick of a kernel: another change has another time. */
static void
test_rests(void **state)
{
	char *path = path_of(*state, "young");
	struct strbuf text = {0};
	struct stat st;
	struct err e = {0};

	for (int i = 0; i < 4; i++) {
		fixture_write(*state, "young", i % 2 ? "one" : "two");
		if (i < 2)
			assert_true(file_stat(path, &st));
		else
			assert_true(file_take(path, 10, &text, &st, &e));
		assert_true(age_ns(&st) > 10000000);
	}
	unlink(path);
	assert_true(file_stat(*state, &st));
	assert_true(age_ns(&st) > 10000000);
	assert_false(file_stat(path, &st));
	assert_int_equal(errno, ENOENT);
	strbuf_free(&text);
	free(path);
}

/* A FIFO without a writer would be waited for, for ever. */
static void
test_refused(void **state)
{
	char *fifo = path_of(*state, "fifo"), *big = path_of(*state, "big");
	char *gone = path_of(*state, "gone");

	assert_int_equal(mkfifo(fifo, 0600), 0);
	fixture_write(*state, "big", "");
	assert_int_equal(truncate(big, FILE_MAX_MIGRATION + 1), 0);
	refused(fifo, "it is a FIFO");
	refused(*state, "it is a directory");
	refused("/dev/null", "it is a device");
	refused(big, "it is larger than 16 MiB");
	refused(gone, "No such file or directory");
	free(fifo);
	free(big);
	free(gone);
}

/* An editor or a copy that goes on: all of what was there at some time, or an error. */
static void
test_changes(void **state)
{
	char *path = path_of(*state, "f");
	struct strbuf text = {0};
	struct err e = {0};

	/* The kernel's own files say that they are empty. */
	assert_true(file_read("/proc/self/status", FILE_MAX_RULES, &text, &e));
	assert_non_null(strstr(text.s, "Name:"));
	strbuf_free(&text);
	fixture_write(*state, "f", "0123456789");
	assert_false(file_read(path, 9, &text, &e));
	assert_null(text.s);
	assert_non_null(strstr(e.text, "/f: it is larger than"));
	assert_true(file_read(path, 10, &text, &e));
	strbuf_free(&text);
	free(path);
}

static void
test_pipe(void **state)
{
	struct strbuf text = {0};
	struct err e = {0};
	char *path;
	int fd[2];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	path = xasprintf("/proc/self/fd/%d", fd[0]);
	assert_int_equal(write(fd[1], "piped", 5), 5);
	close(fd[1]);
	assert_false(file_read(path, 10, &text, &e));
	assert_non_null(strstr(e.text, "it is a FIFO"));
	assert_true(file_read_given(path, 10, &text, &e));
	assert_string_equal(text.s, "piped");
	strbuf_free(&text);
	assert_false(file_read_given("/dev/zero", 10, &text, &e));
	assert_string_equal(e.text, "/dev/zero: it is a device");
	close(fd[0]);
	free(path);
}

static void
test_names(void **state)
{
	char *loop = path_of(*state, "loop");
	struct strvec names = {0};
	struct err e = {0};

	fixture_write(*state, "b", "");
	fixture_write(*state, ".a", "");
	assert_int_equal(symlink(loop, loop), 0);
	assert_true(file_names(*state, 3, &names, &e));
	assert_int_equal(names.n, 3);
	assert_string_equal(names.v[0], ".a");
	strvec_free(&names);
	assert_false(file_names(*state, 2, &names, &e));
	assert_string_equal(e.text, "it holds more than 2 files");
	assert_int_equal(names.n, 2);
	strvec_free(&names);
	assert_false(file_names("/dev/null", 2, &names, &e));
	refused(loop, "Too many levels of symbolic links");
	assert_true(file_check(loop, 10, &e));
	assert_false(file_check("/dev/zero", 10, &e));
	free(loop);
}

/* That is not the file's fault, and has a reason and a remedy of its own. */
static void
test_no_descriptor(void **state)
{
	struct strbuf text = {0};
	struct strvec names = {0};
	struct err e;
	struct rlimit was;
	char *path = path_of(*state, "f"), *told;
	int why;

	fixture_write(*state, "f", "text");
	assert_int_equal(file_exhausted(), 0);
	was = exhaust();
	why = file_exhausted();
	assert_false(file_take(path, 100, &text, NULL, &e));
	assert_false(file_names(*state, 10, &names, NULL));
	replenish(&was);
	assert_int_equal(why, EMFILE);
	assert_int_equal(e.code, ERR_INTERNAL);
	assert_string_equal(e.text, "Too many open files");
	assert_non_null(strstr(e.advice->next, "LimitNOFILE="));
	told = err_explained(&e);
	assert_non_null(strstr(told, "Too many open files: this process has"));
	free(told);
	assert_true(file_take(path, 100, &text, NULL, &e));
	strbuf_free(&text);
	free(path);
	err_errno(&e, ERR_IO, ENFILE);
	assert_int_equal(e.code, ERR_INTERNAL);
	assert_non_null(strstr(e.advice->next, "fs.file-max"));
	err_errno(&e, ERR_IO, EACCES);
	assert_int_equal(e.code, ERR_IO);
	assert_null(e.advice);
	told = err_explained(&e);
	assert_string_equal(told, "Permission denied");
	free(told);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_rests, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_file, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_refused, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_changes, fixture_setup, fixture_teardown),
		cmocka_unit_test(test_pipe),
		cmocka_unit_test_setup_teardown(
			test_names, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_no_descriptor, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
