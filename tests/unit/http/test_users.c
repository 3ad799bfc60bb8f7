/* The users file, and how guesses are rationed. */
#include "tests/unit/unit.h"

#include <crypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
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

/* Ask as the server does. */
static bool
ask(struct users *u, const char *name, const char *password)
{
	char digest[HASH_HEX_LEN];
	enum users_answer known = users_known(u, name, password, digest);
	const char *hash = users_hash(u, name);

	if (known != USERS_UNKNOWN)
		return known == USERS_YES;
	return users_learn(u, name, hash, digest, users_matches(password, hash));
}

static void
test_good_and_bad(void **state)
{
	struct users *u = load_two();

	(void)state;
	assert_true(ask(u, "ann", "secret"));
	assert_true(ask(u, "ann", "secret"));
	assert_false(ask(u, "ann", "Secret"));
	assert_false(ask(u, "ann", ""));
	assert_false(ask(u, "bob", "secret"));
	assert_false(ask(u, "eve", "secret"));
	assert_false(ask(u, "", ""));
	users_free(u);
}

static void
test_answers_are_remembered(void **state)
{
	struct users *u = load_two();
	char digest[HASH_HEX_LEN], guess[32];

	(void)state;
	assert_int_equal(users_known(u, "ann", "secret", digest), USERS_UNKNOWN);
	assert_true(ask(u, "ann", "secret"));
	assert_int_equal(users_known(u, "ann", "secret", digest), USERS_YES);
	assert_false(ask(u, "ann", "x"));
	assert_int_equal(users_known(u, "ann", "x", digest), USERS_NO);
	/* No guessing takes the place of what is good. */
	for (int i = 0; i < 100; i++) {
		snprintf(guess, sizeof guess, "guess%d", i);
		assert_false(ask(u, "ann", guess));
	}
	assert_int_equal(users_known(u, "ann", "secret", digest), USERS_YES);
	/* What was asked of another hash says nothing of this one. */
	assert_false(users_learn(u, "bob", "$5$other", digest, true));
	users_free(u);
}

/* Who is known stays known, but for another hash; what was wrong may be right now. */
static void
test_what_is_inherited(void **state)
{
	struct users *old = load_two(), *u = load_two(), *other;
	char digest[HASH_HEX_LEN];
	struct err e;

	(void)state;
	assert_true(ask(old, "ann", "secret"));
	assert_false(ask(old, "ann", "x"));
	users_inherit(u, old);
	users_free(old);
	assert_int_equal(users_known(u, "ann", "secret", digest), USERS_YES);
	assert_int_equal(users_known(u, "ann", "x", digest), USERS_UNKNOWN);
	assert_int_equal(users_known(u, "bob", "secret", digest), USERS_UNKNOWN);
	other = load("ann:$5$rounds=1000$x$y\n", &e);
	assert_non_null(other);
	users_inherit(other, u);
	users_free(u);
	assert_int_equal(users_known(other, "ann", "secret", digest), USERS_UNKNOWN);
	users_inherit(other, NULL);
	users_inherit(NULL, other);
	users_free(other);
}

/* An unknown name is held against somebody's hash, the same each time. */
static void
test_unknown_names(void **state)
{
	struct users *u = load_two();
	size_t ann = 0, bob = 0;
	char name[16];

	(void)state;
	for (int i = 0; i < 100; i++) {
		const char *hash;

		snprintf(name, sizeof name, "u%d", i);
		hash = users_hash(u, name);
		assert_ptr_equal(users_hash(u, name), hash);
		ann += hash == users_hash(u, "ann");
		bob += hash == users_hash(u, "bob");
	}
	assert_int_equal(ann + bob, 100);
	assert_true(ann > 0 && bob > 0);
	users_free(u);
}

static void
check_costly(const char *hash, bool costly)
{
	char *text = xasprintf("ann:%s\n", hash);
	struct err e;
	struct users *u = load(text, &e);

	assert_non_null(u);
	if ((users_costly(u) != NULL) != costly)
		fail_msg("%s is%s costly", hash, costly ? " not" : "");
	users_free(u);
	free(text);
}

static void
test_costly(void **state)
{
	(void)state;
	check_costly(
		"$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZabcde", false);
	check_costly(
		"$2y$14$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZabcde", true);
	check_costly("$5$rounds=1000$x$y", false);
	check_costly("$6$rounds=9000000$x$y", true);
	check_costly("$6$x$y", false);
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
	char *large = xcalloc((1 << 20) + 2, 1);
	struct err e;

	(void)state;
	memset(large, '#', (1 << 20) + 1);
	check_refused("", "no user in it");
	check_refused("# nobody\n", "no user in it");
	check_refused("#\nann\n", ":2: this is no user:hash line");
	check_refused(":$5$x\n", ":1: this is no user:hash line");
	check_refused("ann:secret\n", "the password of \"ann\" is not hashed");
	check_refused(large, "it is larger than 1 MiB; name a file that holds a line");
	free(large);
	assert_null(users_load("/nonexistent/users", &e));
	assert_int_equal(e.code, ERR_IO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_and_bad),
		cmocka_unit_test(test_answers_are_remembered),
		cmocka_unit_test(test_what_is_inherited),
		cmocka_unit_test(test_unknown_names),
		cmocka_unit_test(test_costly),
		cmocka_unit_test(test_bad_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
