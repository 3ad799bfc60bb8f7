/* JOURNAL_STREAM counts only if it names the very stream of standard error. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/journal.h"

static void
name_stream(unsigned long long device, unsigned long long inode, const char *rest)
{
	char text[96];

	snprintf(text, sizeof text, "%llu:%llu%s", device, inode, rest);
	setenv("JOURNAL_STREAM", text, 1);
}

static void
test_is_connected(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(fstat(STDERR_FILENO, &st), 0);
	unsetenv("JOURNAL_STREAM");
	assert_false(journal_is_connected());
	name_stream(st.st_dev, st.st_ino, "");
	assert_true(journal_is_connected());
	name_stream(st.st_dev, st.st_ino + 1, "");
	assert_false(journal_is_connected());
	name_stream(st.st_dev + 1, st.st_ino, "");
	assert_false(journal_is_connected());
	name_stream(st.st_dev, st.st_ino, "x");
	assert_false(journal_is_connected());
	setenv("JOURNAL_STREAM", "nonsense", 1);
	assert_false(journal_is_connected());
	unsetenv("JOURNAL_STREAM");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_connected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
