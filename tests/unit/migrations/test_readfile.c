#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "migrations/readfile.h"

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

	assert_false(readfile(path, &text, &st, &e));
	assert_string_equal(e.text, why);
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
	assert_true(readfile(path, &text, &st, &e));
	assert_string_equal(text.s, "some\ntext");
	assert_int_equal(st.st_size, 9);
	strbuf_clear(&text);
	fixture_write(*state, "f", "");
	assert_true(readfile(path, &text, &st, &e));
	assert_string_equal(text.s, "");
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
	assert_int_equal(truncate(big, READFILE_MAX + 1), 0);
	refused(fifo, "it is a FIFO");
	refused(*state, "it is a directory");
	refused("/dev/null", "it is a device");
	refused(big, "it is larger than 16 MiB");
	refused(gone, "No such file or directory");
	free(fifo);
	free(big);
	free(gone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_file, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_refused, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
