/* What is warned of, and what is not. */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "daemon/cautions.h"

static char dir[] = "/tmp/pgdriftd-cautions-XXXXXX";

static char *
there(const char *name)
{
	return xasprintf("%s/%s", dir, name);
}

static void
put(const char *name, const char *text, mode_t mode)
{
	char *path = there(name);
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
	chmod(path, mode);
	free(path);
}

static int
make_files(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	put("users", "a:$6$abcdefgh$x\n", 0600);
	put("pw", "secret\n", 0600);
	put("pgdriftd.conf", "", 0600);
	return chmod(dir, 0755);
}

static int
remove_files(void **state)
{
	static const char *const names[] = {"users", "pw", "pgdriftd.conf"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		char *path = there(names[i]);

		unlink(path);
		free(path);
	}
	return rmdir(dir);
}

/* Of the configuration that is there: one line each; NULL if it is refused.  The caller
 * frees. */
static char *
cautions_there(void)
{
	struct conf_errors errors = {0};
	char *path = there("pgdriftd.conf");
	struct strvec found = {0};
	struct strbuf lines = {0};
	struct conf *c = conf_load(path, &errors);
	bool loaded = c != NULL;

	if (loaded) {
		cautions_of(c, &c->http.listen, &found);
		strvec_join(&found, "\n", &lines);
	} else
		print_error("%s\n", errors.messages.v[0]);
	conf_free(c);
	conf_errors_free(&errors);
	strvec_free(&found);
	free(path);
	if (!loaded)
		return NULL;
	return lines.s ? strbuf_take(&lines) : xstrdup("");
}

/* The same of one of this text. */
static char *
cautions(const char *text)
{
	char *path = there("pgdriftd.conf"), *found;
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	put("pgdriftd.conf", text, st.st_mode & 07777);
	free(path);
	found = cautions_there();
	assert_non_null(found);
	return found;
}

/* Exactly one that begins so and holds that; `begins` NULL: none. */
static void
check(const char *text, const char *begins, const char *holds)
{
	char *found = cautions(text);
	bool as_expected = begins ? !strncmp(found, begins, strlen(begins)) &&
					    strstr(found, holds) && !strchr(found, '\n')
				  : !*found;

	if (!as_expected)
		fail_msg("%s: \"%s\"", text, found);
	free(found);
}

#define STATE "service { state_dir = \"\" environments = none }\n"

static void
test_network(void **state)
{
	(void)state;
	check(STATE "http { listen = { \"127.0.0.1:1\", \"[::1]:1\", \"unix:/a\" } }\n",
		NULL, "");
	check(STATE "http { listen = { \"127.0.0.1:1\", \"0.0.0.0:2\" } }\n",
		"http: whoever reaches 0.0.0.0:2 reads", "set users_file or");
	check(STATE "http { listen = \"*:2\" allow = \"open\" }\n", NULL, "");
	check(STATE "http { listen = \"*:2\" users_file = \"users\" }\n",
		"http: passwords come to *:2 without TLS", "cert_file and key_file");
	check(STATE
		"http { listen = \"*:2\" users_file = \"users\" allow = \"open\" }\n",
		"http: passwords", "");
	check(STATE "http { listen = \"*:2\" users_file = \"users\" allow = { "
		    "\"clear\" } }\n",
		NULL, "");
}

#define USERS STATE "http { users_file = \"users\" }\n"

static void
set_mode(const char *name, mode_t mode)
{
	char *path = there(name);

	chmod(path, mode);
	free(path);
}

static void
test_files(void **state)
{
	(void)state;
	check(USERS, NULL, "");
	set_mode("users", 0644);
	check(USERS, "users_file /tmp/",
		"every user of this machine can read it: `chmod");
	check(STATE "http { users_file = \"users\" allow = \"readable\" }\n", NULL, "");
	/* Nobody gets to it. */
	chmod(dir, 0750);
	check(USERS, NULL, "");
	chmod(dir, 0755);
	/* Root's, for a group. */
	set_mode("users", 0640);
	check(USERS, NULL, "");
	set_mode("users", 0600);
}

enum { SOMEBODY = 4321, THEIR_GROUP = 4322 };

/* Owner and group of what is used below, or skip: only root may give files away. */
static void
give(const char *name, uid_t uid, gid_t gid, mode_t mode)
{
	char *path = there(name);

	if (geteuid() != 0) {
		free(path);
		skip();
	}
	assert_int_equal(chown(path, uid, gid), 0);
	assert_int_equal(chmod(path, mode), 0);
	free(path);
}

/* What a child ends with. */
enum { SAID_NOTHING, SAID_A_CAUTION, HAS_NO_NAMESPACE, HAS_FAILED };

/* What a child says that has become somebody else, in a user namespace like those of
 * PrivateUsers=yes or not.  It asserts nothing: that would go on with the tests that
 * are left, in the child. */
static int
said_as(uid_t uid, gid_t gid, bool namespaced)
{
	char maps[64], path[64], byte = 0;
	int to[2], from[2], status = -1;
	bool mapped = true;
	pid_t pid;

	assert_int_equal(pipe(to), 0);
	assert_int_equal(pipe(from), 0);
	pid = fork();
	if (!pid) {
		char *found;

		if (setgroups(0, NULL))
			_exit(HAS_FAILED);
		if (namespaced && unshare(CLONE_NEWUSER))
			_exit(HAS_NO_NAMESPACE);
		if (write(to[1], &byte, 1) != 1 || read(from[0], &byte, 1) != 1 ||
			setresgid(gid, gid, gid) || setresuid(uid, uid, uid))
			_exit(HAS_FAILED);
		found = cautions_there();
		if (!found)
			_exit(HAS_FAILED);
		_exit(*found ? SAID_A_CAUTION : SAID_NOTHING);
	}
	close(to[1]);
	if (read(to[0], &byte, 1) == 1 && namespaced) {
		static const char *const files[] = {"uid_map", "gid_map"};

		for (size_t i = 0; i < 2; i++) {
			unsigned id = i ? gid : uid;
			int fd;

			snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, files[i]);
			snprintf(maps, sizeof maps, "0 0 1\n%u %u 1\n", id, id);
			fd = open(path, O_WRONLY);
			mapped &=
				write(fd, maps, strlen(maps)) == (ssize_t)strlen(maps);
			close(fd);
		}
	}
	if (!mapped)
		kill(pid, SIGKILL);
	assert_int_equal(write(from[1], &byte, 1), 1);
	close(to[0]);
	close(from[0]);
	close(from[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!mapped)
		return HAS_NO_NAMESPACE;
	if (!WIFEXITED(status) || WEXITSTATUS(status) == HAS_FAILED)
		fail_msg("the child has failed: %d", status);
	return WEXITSTATUS(status);
}

static void
test_groups(void **state)
{
	char *found;

	(void)state;
	give("users", 0, 0, 0600);
	give("pgdriftd.conf", 0, 0, 0644);
	found = cautions(USERS);
	assert_string_equal(found, "");
	free(found);
	/* Its own, readable to another group: known from without, not from within. */
	give("users", SOMEBODY, THEIR_GROUP, 0640);
	if (said_as(SOMEBODY, SOMEBODY, true) == HAS_NO_NAMESPACE) {
		give("users", 0, 0, 0600);
		give("pgdriftd.conf", 0, 0, 0600);
		skip();
	}
	assert_int_equal(said_as(SOMEBODY, SOMEBODY, false), SAID_A_CAUTION);
	assert_int_equal(said_as(SOMEBODY, THEIR_GROUP, false), SAID_NOTHING);
	assert_int_equal(said_as(SOMEBODY, SOMEBODY, true), SAID_NOTHING);
	assert_int_equal(said_as(SOMEBODY, THEIR_GROUP, true), SAID_NOTHING);
	/* All can read it: that is told by whoever looks. */
	give("users", SOMEBODY, THEIR_GROUP, 0644);
	assert_int_equal(said_as(SOMEBODY, SOMEBODY, true), SAID_A_CAUTION);
	/* Root's, for the daemon's group or another that root gave it to. */
	give("users", 0, THEIR_GROUP, 0640);
	assert_int_equal(said_as(SOMEBODY, THEIR_GROUP, false), SAID_NOTHING);
	assert_int_equal(said_as(SOMEBODY, THEIR_GROUP, true), SAID_NOTHING);
	/* As root looks for somebody else (sudo pgdriftd config check). */
	give("users", SOMEBODY, THEIR_GROUP, 0640);
	found = cautions(USERS);
	assert_string_equal(found, "");
	free(found);
	give("users", SOMEBODY, THEIR_GROUP, 0644);
	found = cautions(USERS);
	assert_string_not_equal(found, "");
	free(found);
	give("users", 0, 0, 0600);
	give("pgdriftd.conf", 0, 0, 0600);
}

/* What systemd hands over, and what only is there. */
static void
test_credentials(void **state)
{
	char *credentials = there("credentials"),
	     *file = there("credentials/http.users");
	static const char text[] = STATE "http { users_file = \"http.users\" }\n";

	(void)state;
	assert_int_equal(mkdir(credentials, 0700), 0);
	put("credentials/http.users", "a:$6$abcdefgh$x\n", 0440);
	setenv("CREDENTIALS_DIRECTORY", credentials, 1);
	assert_int_equal(chmod(credentials, 0500), 0);
	check(text, NULL, "");
	assert_int_equal(chmod(file, 0444), 0);
	check(text, NULL, "");
	assert_int_equal(chmod(credentials, 0755), 0);
	check(text, "users_file /tmp/", "every user");
	unsetenv("CREDENTIALS_DIRECTORY");
	unlink(file);
	rmdir(credentials);
	free(file);
	free(credentials);
}

/* As Kubernetes mounts a volume of secrets. */
static void
test_mounted(void **state)
{
	char *version = there("..2026_11_30"), *data = there("..data"),
	     *file = there("..2026_11_30/secret"), *shown = there("secret");
	static const char text[] = STATE "http { users_file = \"secret\" }\n";

	(void)state;
	assert_int_equal(mkdir(version, 0755), 0);
	/* Whatever the umask is. */
	assert_int_equal(chmod(version, 0755), 0);
	assert_int_equal(symlink("..2026_11_30", data), 0);
	assert_int_equal(symlink("..data/secret", shown), 0);
	put("..2026_11_30/secret", "a:$6$abcdefgh$x\n", 0644);
	check(text, "users_file /tmp/", "set `defaultMode: 0440` of the volume");
	set_mode("..2026_11_30/secret", 0440);
	check(text, NULL, "");
	unlink(file);
	unlink(shown);
	unlink(data);
	rmdir(version);
	free(version);
	free(data);
	free(file);
	free(shown);
}

#define ONE "environment \"a\" { expect = \"baseline\" dsn = "

static void
test_passwords(void **state)
{
	static const char with[] =
		"service { state_dir = \"\" }\n" ONE "\"host=h password=pw\" }\n",
			  by_variable[] = "service { state_dir = \"\" }\n" ONE
					  "\"${CAUTIONS_DSN}\" }\n",
			  without[] =
				  "service { state_dir = \"\" }\n" ONE "\"host=h\" }\n",
			  by_file[] = "service { state_dir = \"\" }\n" ONE
				      "\"host=h\" password_file = \"pw\" }\n";

	(void)state;
	setenv("CAUTIONS_DSN", "host=h password=pw", 1);
	unsetenv("CREDENTIALS_DIRECTORY");
	check(with, NULL, "");
	set_mode("pgdriftd.conf", 0644);
	check(with, "there is a password in /tmp/", "pgdriftd.conf: every user");
	check(by_variable, NULL, "");
	check(without, NULL, "");
	check(by_file, NULL, "");
	set_mode("pw", 0604);
	check(by_file, "password_file /tmp/", "every user");
	set_mode("pw", 0600);
	set_mode("pgdriftd.conf", 0600);
}

/* Of one file, the text of which has not the whole of a connection string. */
static void
test_parts_of_passwords(void **state)
{
#define OPEN "service { state_dir = \"\" }\n" ONE
	static const struct {
		const char *text;
		bool held;
	} cases[] = {
		{OPEN "\"${CAUTIONS_HOST} password=pw\" }\n", true},
		{OPEN "\"${CAUTIONS_HOST} password = 'p w'\" }\n", true},
		{OPEN "\"${CAUTIONS_HOST} password=p\\$w\" }\n", true},
		{OPEN "\"${CAUTIONS_HOST} password=${CAUTIONS_PW}\" }\n", false},
		{OPEN "\"${CAUTIONS_HOST} sslpassword=${CAUTIONS_PW} password=b\" }\n",
			true},
		{OPEN "\"postgresql://${CAUTIONS_PW}:pw@h/d\" }\n", true},
		{OPEN "\"postgresql://a:${CAUTIONS_PW}@${CAUTIONS_PW}/d\" }\n", false},
		{OPEN "\"postgresql://a@${CAUTIONS_PW}/d?password=pw\" }\n", true},
		/* The same word, as something else. */
		{OPEN "\"host=pgdriftd-pw password=${CAUTIONS_PW}\" }\n", false},
	};

	(void)state;
	setenv("CAUTIONS_HOST", "host=h", 1);
	setenv("CAUTIONS_PW", "pgdriftd-pw", 1);
	unsetenv("CREDENTIALS_DIRECTORY");
	set_mode("pgdriftd.conf", 0644);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check(cases[i].text,
			cases[i].held ? "there is a password in /tmp/" : NULL,
			"every user");
	set_mode("pgdriftd.conf", 0600);
}

static void
test_receivers(void **state)
{
	static const char
		by_url[] = STATE
		"receiver \"r\" { kind = slack url = \"https://h/services/k\" }\n",
		by_variable[] = STATE
		"receiver \"r\" { kind = slack url = \"${CAUTIONS_URL}\" }\n",
		alertmanager[] = STATE
		"receiver \"r\" { kind = alertmanager url = \"http://h:9093\" }\n",
		by_file[] = STATE "receiver \"r\" { url_file = \"pw\" }\n",
		authorized[] =
			STATE "receiver \"r\" { kind = alertmanager url = \"http://h\" "
			      "authorization_file = \"pw\" }\n";

	(void)state;
	setenv("CAUTIONS_URL", "https://h/services/k", 1);
	unsetenv("CREDENTIALS_DIRECTORY");
	check(by_url, NULL, "");
	check(by_file, NULL, "");
	set_mode("pgdriftd.conf", 0644);
	check(by_url, "there is the url of a receiver in /tmp/", "every user");
	check(by_variable, NULL, "");
	check(alertmanager, NULL, "");
	set_mode("pgdriftd.conf", 0600);
	set_mode("pw", 0604);
	check(by_file, "url_file /tmp/", "every user");
	check(authorized, "authorization_file /tmp/", "every user");
	set_mode("pw", 0600);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_network),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_credentials),
		cmocka_unit_test(test_mounted),
		cmocka_unit_test(test_passwords),
		cmocka_unit_test(test_parts_of_passwords),
		cmocka_unit_test(test_receivers),
	};

	return cmocka_run_group_tests(tests, make_files, remove_files);
}
