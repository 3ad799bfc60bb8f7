#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "pg/password.h"

struct file {
	char path[64];
};

static int
set_up(void **state)
{
	struct file *f = xcalloc(1, sizeof *f);
	int fd;

	strcpy(f->path, "/tmp/test_password.XXXXXX");
	fd = mkstemp(f->path);
	assert_true(fd >= 0);
	close(fd);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct file *f = *state;

	unlink(f->path);
	free(f);
	return 0;
}

static void
write_file(const struct file *f, const char *data, size_t n)
{
	int fd = open(f->path, O_WRONLY | O_TRUNC);

	assert_int_equal(write(fd, data, n), n);
	close(fd);
}

static void
expect(const struct file *f, const char *data, const char *password)
{
	struct err e;
	char *found;

	write_file(f, data, strlen(data));
	found = password_read(f->path, &e);
	assert_non_null(found);
	assert_string_equal(found, password);
	password_free(found);
}

static void
test_one_newline_goes(void **state)
{
	expect(*state, "secret", "secret");
	expect(*state, "secret\n", "secret");
	expect(*state, "secret\n\n", "secret\n");
	expect(*state, " se cret ", " se cret ");
	expect(*state, "secret\r\n", "secret\r");
}

/* A file of something else: what helps is said. */
static void
test_too_large(void **state)
{
	const struct file *f = *state;
	struct err e = {0};

	assert_int_equal(truncate(f->path, (1 << 20) + 1), 0);
	assert_null(password_read(f->path, &e));
	assert_int_equal(e.code, ERR_AUTH);
	assert_non_null(strstr(e.text, "it is larger than 1 MiB"));
	assert_non_null(strstr(e.advice->next, "holds the password alone"));
}

static void
test_any_length(void **state)
{
	char *data = xcalloc(100001, 1);

	memset(data, 'x', 100000);
	expect(*state, data, data);
	free(data);
}

static void
expect_refusal(const char *path, const char *why)
{
	struct err e;

	assert_null(password_read(path, &e));
	assert_int_equal(e.code, ERR_AUTH);
	assert_non_null(strstr(e.text, path));
	assert_non_null(strstr(e.text, why));
	assert_null(strstr(e.text, "ecret"));
}

static void
test_refused(void **state)
{
	const struct file *f = *state;
	char *large = xcalloc(1, 1024 * 1024 + 1);

	expect_refusal(f->path, "empty");
	write_file(f, "\n", 1);
	expect_refusal(f->path, "empty");
	write_file(f, "secret\0rest", 11);
	expect_refusal(f->path, "NUL");
	write_file(f, large, 1024 * 1024 + 1);
	expect_refusal(f->path, "larger than 1 MiB");
	free(large);
	expect_refusal("/dev/null", "it is a device");
	expect_refusal("/tmp", "it is a directory");
	unlink(f->path);
	expect_refusal(f->path, "No such file");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_one_newline_goes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_too_large, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_any_length, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
