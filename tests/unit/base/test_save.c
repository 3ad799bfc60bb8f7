#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/save.h"

/* A directory of a test, and a path in it. */
struct place {
	char directory[32];
	char *path;
};

static struct err error;
static char bytes[] = "text\n";
static const struct strbuf text = {bytes, sizeof bytes - 1, sizeof bytes};

static int
make(void **state)
{
	struct place *p = xcalloc(1, sizeof *p);

	strcpy(p->directory, "/tmp/test_save.XXXXXX");
	assert_non_null(mkdtemp(p->directory));
	p->path = xasprintf("%s/a", p->directory);
	*state = p;
	return 0;
}

/* Fails if anything is left but what the test has removed. */
static int
take_away(void **state)
{
	struct place *p = *state;

	unlink(p->path);
	assert_int_equal(rmdir(p->directory), 0);
	free(p->path);
	free(p);
	return 0;
}

static void
write_old(const char *path, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	assert_int_equal(write(fd, "older and longer\n", 17), 17);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void
check_holds(const char *path, const char *content)
{
	char got[64] = "";
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	assert_true(read(fd, got, sizeof got - 1) >= 0);
	close(fd);
	assert_string_equal(got, content);
}

/* Byte by byte. */
static bool
next_byte(void *arg, struct strbuf *piece)
{
	const char **at = arg;

	strbuf_addc(piece, *(*at)++);
	return **at;
}

static bool
save(const char *path, const struct strbuf *whole)
{
	const char *at = whole->s;

	return save_pieces(path, next_byte, &at, &error);
}

static void
test_new_and_again(void **state)
{
	const struct place *p = *state;
	struct stat st;
	mode_t mask = umask(027);

	assert_true(save(p->path, &text));
	assert_true(save(p->path, &text));
	umask(mask);
	check_holds(p->path, "text\n");
	assert_int_equal(stat(p->path, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0640);
}

/* What is looked at as one of a directory of snapshots does not begin with a dot. */
static bool
is_hidden(void *arg, struct strbuf *piece)
{
	const struct place *p = arg;
	struct strvec names = {0};

	strbuf_add(piece, "text\n");
	assert_true(file_names(p->directory, 10, &names, &error));
	assert_int_equal(names.n, 1);
	assert_int_equal(names.v[0][0], '.');
	strvec_free(&names);
	return false;
}

static void
test_half_a_file_is_hidden(void **state)
{
	struct place *p = *state;

	assert_true(save_pieces(p->path, is_hidden, p, &error));
	check_holds(p->path, "text\n");
}

static void
test_owner_and_mode_are_kept(void **state)
{
	const struct place *p = *state;
	struct stat st;

	write_old(p->path, 0664);
	if (geteuid() == 0)
		assert_int_equal(chown(p->path, 12, 34), 0);
	assert_true(save(p->path, &text));
	check_holds(p->path, "text\n");
	assert_int_equal(stat(p->path, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0664);
	assert_int_equal(st.st_uid, geteuid() == 0 ? 12 : geteuid());
	assert_int_equal(st.st_gid, geteuid() == 0 ? 34 : getegid());
}

/* A link stays one, whether what it leads to is there or not. */
static void
test_links(void **state)
{
	const struct place *p = *state;
	char *one = xasprintf("%s/one", p->directory);
	char *two = xasprintf("%s/two", p->directory);
	struct stat st;

	assert_int_equal(symlink("two", one), 0);
	assert_int_equal(symlink(p->path, two), 0);
	for (int i = 0; i < 2; i++) {
		assert_true(save(one, &text));
		check_holds(p->path, "text\n");
		assert_true(!lstat(one, &st) && S_ISLNK(st.st_mode));
		assert_true(!lstat(two, &st) && S_ISLNK(st.st_mode));
	}
	unlink(two);
	assert_int_equal(symlink("one", two), 0);
	assert_false(save(one, &text));
	assert_non_null(strstr(error.text, "Too many levels"));
	unlink(one);
	unlink(two);
	free(one);
	free(two);
}

static void
test_fifo(void **state)
{
	const struct place *p = *state;
	char got[8] = "";
	struct stat st;
	int fd;

	assert_int_equal(mkfifo(p->path, 0600), 0);
	fd = open(p->path, O_RDWR | O_NONBLOCK);
	assert_true(save(p->path, &text));
	assert_int_equal(read(fd, got, sizeof got), 5);
	close(fd);
	assert_true(!stat(p->path, &st) && S_ISFIFO(st.st_mode));
}

/* Nor a link to one. */
static void
test_devices_stay(void **state)
{
	const struct place *p = *state;
	struct stat st;

	assert_true(save("/dev/null", &text));
	assert_false(save("/dev/full", &text));
	assert_string_equal(
		error.text, "cannot write /dev/full: No space left on device");
	assert_int_equal(symlink("/dev/full", p->path), 0);
	assert_false(save(p->path, &text));
	assert_non_null(strstr(error.text, "No space left on device"));
	assert_true(!stat("/dev/null", &st) && S_ISCHR(st.st_mode));
	assert_true(!stat("/dev/full", &st) && S_ISCHR(st.st_mode));
}

/* /dev/stdout may be a file that others write to as well. */
static void
test_descriptor(void **state)
{
	const struct place *p = *state;
	char *where;
	int fd;

	write_old(p->path, 0600);
	fd = open(p->path, O_WRONLY | O_APPEND);
	where = xasprintf("/dev/fd/%d", fd);
	assert_true(save(where, &text));
	check_holds(p->path, "older and longer\ntext\n");
	close(fd);
	free(where);
}

static void
test_nowhere(void **state)
{
	const struct place *p = *state;
	char *missing = xasprintf("%s/none/a", p->directory);

	assert_false(save(missing, &text));
	assert_int_equal(error.code, ERR_IO);
	assert_non_null(strstr(error.text, "No such file or directory"));
	assert_false(save(p->directory, &text));
	assert_non_null(strstr(error.text, "directory"));
	free(missing);
}

static bool
save_if_new(const char *path, bool *exists)
{
	const char *at = text.s;
	struct save_new n = {.path = path, .mode = 0644};
	bool ok = save_new(&n, next_byte, &at, &error);

	*exists = n.exists;
	return ok;
}

static void
test_what_is_there_is_never_written_over(void **state)
{
	const struct place *p = *state;
	mode_t mask = umask(077);
	struct stat st;
	bool exists;

	assert_true(save_if_new(p->path, &exists));
	umask(mask);
	assert_false(exists);
	assert_int_equal(stat(p->path, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0644);
	check_holds(p->path, "text\n");
	unlink(p->path);
	write_old(p->path, 0600);
	assert_false(save_if_new(p->path, &exists));
	assert_true(exists);
	check_holds(p->path, "older and longer\n");
	assert_false(save_if_new("/nowhere/x", &exists));
	assert_false(exists);
	assert_non_null(strstr(error.text, "/nowhere/x"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_what_is_there_is_never_written_over, make, take_away),
		cmocka_unit_test_setup_teardown(test_new_and_again, make, take_away),
		cmocka_unit_test_setup_teardown(
			test_half_a_file_is_hidden, make, take_away),
		cmocka_unit_test_setup_teardown(
			test_owner_and_mode_are_kept, make, take_away),
		cmocka_unit_test_setup_teardown(test_links, make, take_away),
		cmocka_unit_test_setup_teardown(test_fifo, make, take_away),
		cmocka_unit_test_setup_teardown(test_devices_stay, make, take_away),
		cmocka_unit_test_setup_teardown(test_descriptor, make, take_away),
		cmocka_unit_test_setup_teardown(test_nowhere, make, take_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
