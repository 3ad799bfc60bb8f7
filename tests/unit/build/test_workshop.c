#include "tests/unit/fixture.h"
#include "tests/unit/unit.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "build/workshop.h"

#define NAME PLACE_PREFIX "0123456789abcdef"

struct fixture {
	char *dir;
	struct place place;
	struct recipe recipe;
	struct workshop workshop;
	struct err err;
};

static int
set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);
	void *dir;

	assert_int_equal(fixture_setup(&dir), 0);
	f->dir = dir;
	f->recipe.home = xstrdup(dir);
	f->recipe.script = xstrdup(dir);
	f->recipe.even_root = true;
	assert_true(place_of("host=h user=u password=geheim", NAME, &f->place, NULL));
	setenv("TMPDIR", dir, 1);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;
	void *dir = f->dir;

	place_free(&f->place);
	recipe_free(&f->recipe);
	free(f);
	return fixture_teardown(&dir);
}

static bool
open_shop(struct fixture *f)
{
	return workshop_open(&f->recipe, &f->place, &f->workshop, &f->err);
}

static void
test_nothing(void **state)
{
	struct fixture *f = *state;

	assert_true(open_shop(f));
	assert_null(f->workshop.dir);
	assert_null(f->workshop.ini);
	assert_string_equal(f->workshop.driver, "");
	workshop_close(&f->workshop);
}

/* What loads a file of SQL has no env.py to ask. */
static void
test_a_file_of_sql(void **state)
{
	struct fixture *f = *state;

	f->recipe.usual = true;
	free(f->recipe.script);
	f->recipe.script = NULL;
	assert_false(open_shop(f));
	f->recipe.ddl = xstrdup("structure.sql");
	assert_true(open_shop(f));
	workshop_close(&f->workshop);
}

/* Only where the command wants it, for nobody else to read, and not for longer. */
static void
test_ini(void **state)
{
	struct fixture *f = *state;
	struct strbuf text = {0};
	struct stat st;
	char *dir;

	fixture_write(f->dir, "alembic.ini",
		"[alembic]\nsqlalchemy.url = postgresql+psycopg://x@y/z\n");
	f->recipe.ini = xasprintf("%s/alembic.ini", f->dir);
	assert_true(open_shop(f));
	assert_null(f->workshop.ini);
	assert_string_equal(f->workshop.driver, "psycopg");
	workshop_close(&f->workshop);
	strvec_add(&f->recipe.words, "-c={ini}");
	assert_true(open_shop(f));
	assert_true(file_read(f->workshop.ini, 10000, &text, NULL));
	assert_non_null(strstr(text.s,
		"\nsqlalchemy.url = postgresql+psycopg://u:geheim@h/" NAME "\n"));
	assert_null(strstr(text.s, "x@y"));
	assert_int_equal(stat(f->workshop.ini, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(f->workshop.dir, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	dir = xstrdup(f->workshop.dir);
	workshop_close(&f->workshop);
	assert_int_equal(stat(dir, &st), -1);
	strbuf_free(&text);
	free(dir);
}

/* What a program that was killed has left, and nothing else. */
static void
test_left_behind(void **state)
{
	struct fixture *f = *state;
	char *own = xasprintf("pgdriftd-build-%ld-abcdef/alembic.ini", (long)getpid());
	/* Over what the kernel gives. */
	const char *const gone = "pgdriftd-build-99999999-abcdef/alembic.ini";
	char *path = xasprintf("%s/%s", f->dir, gone);

	fixture_write(f->dir, "alembic.ini", "[alembic]\n");
	fixture_write(f->dir, own, "");
	fixture_write(f->dir, gone, "");
	fixture_write(f->dir, "pgdriftd-build-x/alembic.ini", "");
	f->recipe.ini = xasprintf("%s/alembic.ini", f->dir);
	strvec_add(&f->recipe.words, "{ini}");
	assert_true(open_shop(f));
	workshop_close(&f->workshop);
	assert_int_equal(access(path, F_OK), -1);
	free(path);
	path = xasprintf("%s/%s", f->dir, own);
	assert_int_equal(access(path, F_OK), 0);
	free(path);
	path = xasprintf("%s/pgdriftd-build-x/alembic.ini", f->dir);
	assert_int_equal(access(path, F_OK), 0);
	free(path);
	free(own);
}

/* Nobody has said which command: what cannot be looked at is not run either. */
static void
test_env_py(void **state)
{
	struct fixture *f = *state;

	f->recipe.usual = true;
	assert_false(open_shop(f));
	assert_int_equal(f->err.code, ERR_IO);
	assert_non_null(strstr(f->err.text, "/env.py: "));
	fixture_write(f->dir, "env.py", "from app import run\nrun()\n");
	assert_false(open_shop(f));
	assert_int_equal(f->err.code, ERR_CONFIG);
	assert_non_null(strstr(f->err.text, "say how it is told in `build`"));
	fixture_write(f->dir, "env.py",
		"import os\nfrom sqlalchemy import create_engine\n"
		"create_engine(os.environ['DATABASE_URL'])\n");
	assert_true(open_shop(f));
	workshop_close(&f->workshop);
	free(f->recipe.script);
	f->recipe.script = NULL;
	assert_false(open_shop(f));
	assert_non_null(strstr(f->err.text, "nobody knows which env.py"));
	/* Somebody has said it. */
	f->recipe.usual = false;
	assert_true(open_shop(f));
	workshop_close(&f->workshop);
}

static void
test_user(void **state)
{
	struct fixture *f = *state;
	bool root = geteuid() == 0;

	f->recipe.even_root = false;
	assert_int_equal(open_shop(f), !root);
	if (root)
		assert_non_null(strstr(f->err.text, "build_user"));
	else
		workshop_close(&f->workshop);
	f->recipe.user = xstrdup("no-such-user-here");
	assert_false(open_shop(f));
	assert_string_equal(
		f->err.text, "build_user: there is no user no-such-user-here");
	free(f->recipe.user);
	f->recipe.user = xstrdup("nobody");
	assert_int_equal(open_shop(f), root);
	if (!root)
		return;
	assert_true(f->workshop.other_user);
	assert_int_equal(f->workshop.user, getpwnam("nobody")->pw_uid);
	assert_true(f->workshop.n_groups >= 1);
	workshop_close(&f->workshop);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing),
		TEST(test_a_file_of_sql),
		TEST(test_ini),
		TEST(test_left_behind),
		TEST(test_env_py),
		TEST(test_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
