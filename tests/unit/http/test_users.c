/* The users file, and how guesses are rationed. */
#include "tests/unit/unit.h"

#include <crypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http/users.h"

/* SHA-256 crypt with few rounds: quick enough for a test. */
static void
hash_password(const char *password, char *out, size_t size)
{
	struct crypt_data *data = calloc(1, sizeof *data);

	snprintf(out, size, "%s", crypt_r(password, "$5$rounds=1000$saltsalt", data));
	free(data);
}

static struct users *
load(const char *text, struct err *e)
{
	char path[] = "/tmp/test_users.XXXXXX";
	int fd = mkstemp(path);
	struct users *u;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	u = users_load(path, e);
	unlink(path);
	return u;
}

static struct users *
load_two(void)
{
	char hash[128], text[512];
	struct err e;
	struct users *u;

	hash_password("secret", hash, sizeof hash);
	snprintf(text, sizeof text, "# people\n\nann:%s\r\nbob:$5$rounds=1000$x$y\n",
		hash);
	u = load(text, &e);
	assert_non_null(u);
	return u;
}

static void
test_good_and_bad(void **state)
{
	struct users *u = load_two();

	(void)state;
	assert_int_equal(users_check(u, "ann", "secret", 0), USERS_YES);
	assert_int_equal(users_check(u, "ann", "secret", 0), USERS_YES);
	assert_int_equal(users_check(u, "ann", "Secret", 0), USERS_NO);
	assert_int_equal(users_check(u, "ann", "", 0), USERS_NO);
	assert_int_equal(users_check(u, "bob", "secret", 0), USERS_NO);
	assert_int_equal(users_check(u, "eve", "secret", 0), USERS_NO);
	assert_int_equal(users_check(u, "", "", 0), USERS_NO);
	users_free(u);
}

static void
test_guesses_are_rationed(void **state)
{
	struct users *u = load_two();
	char guess[32];
	int refused = 0;

	(void)state;
	assert_int_equal(users_check(u, "ann", "secret", 0), USERS_YES);
	for (int i = 0; i < 100; i++) {
		snprintf(guess, sizeof guess, "guess%d", i);
		refused += users_check(u, "ann", guess, 0) == USERS_LATER;
	}
	assert_in_range(refused, 90, 99);
	/* Who is known already is let in; the first bad guess is still a bad one. */
	assert_int_equal(users_check(u, "ann", "secret", 0), USERS_YES);
	assert_int_equal(users_check(u, "ann", "guess0", 0), USERS_NO);
	/* Time brings new tries, one by one. */
	assert_int_equal(users_check(u, "ann", "x", 500), USERS_NO);
	assert_int_equal(users_check(u, "ann", "y", 500), USERS_LATER);
	users_free(u);
}

static void
check_refused(const char *text, const char *said)
{
	struct err e;

	assert_null(load(text, &e));
	if (!strstr(e.text, said))
		fail_msg("\"%s\" is not in \"%s\"", said, e.text);
}

static void
test_bad_files(void **state)
{
	struct err e;

	(void)state;
	check_refused("", "no user in it");
	check_refused("# nobody\n", "no user in it");
	check_refused("#\nann\n", ":2: this is no user:hash line");
	check_refused(":$5$x\n", ":1: this is no user:hash line");
	check_refused("ann:secret\n", "the password of \"ann\" is not hashed");
	assert_null(users_load("/nonexistent/users", &e));
	assert_int_equal(e.code, ERR_IO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_and_bad),
		cmocka_unit_test(test_guesses_are_rationed),
		cmocka_unit_test(test_bad_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
