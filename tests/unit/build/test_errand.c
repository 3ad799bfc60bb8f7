#include "tests/unit/fixture.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "build/errand.h"

#define NAME PLACE_PREFIX "0123456789abcdef"

struct fixture {
	char *dir;
	struct place place;
	struct workshop workshop;
	struct recipe recipe;
	struct errand errand;
};

static int
set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);
	void *dir;

	assert_int_equal(fixture_setup(&dir), 0);
	f->dir = dir;
	f->recipe.home = xstrdup(dir);
	assert_true(place_of("host=h user=u password=geheim", NAME, &f->place, NULL));
	f->workshop.driver = xstrdup("asyncpg");
	f->workshop.ini = xstrdup("/tmp/private/alembic.ini");
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;
	void *dir = f->dir;

	errand_free(&f->errand);
	place_free(&f->place);
	recipe_free(&f->recipe);
	free(f->workshop.driver);
	free(f->workshop.ini);
	free(f);
	return fixture_teardown(&dir);
}

static void
add_program(struct fixture *f, const char *name)
{
	char *path = xasprintf("%s/%s", f->dir, name);

	fixture_write(f->dir, name, "#!/bin/sh\n");
	assert_int_equal(chmod(path, 0755), 0);
	free(path);
}

static bool
make(struct fixture *f, const char *const *words)
{
	strvec_free(&f->recipe.words);
	for (; *words; words++)
		strvec_add(&f->recipe.words, *words);
	errand_free(&f->errand);
	return errand_make(&f->recipe, &f->place, &f->workshop, "abc", &f->errand);
}

static const char *
variable(const struct fixture *f, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < f->errand.env.n; i++)
		if (!strncmp(f->errand.env.v[i], name, n) &&
			f->errand.env.v[i][n] == '=')
			return f->errand.env.v[i] + n + 1;
	return NULL;
}

/* Everybody sees the words of a command. */
static void
test_words(void **state)
{
	struct fixture *f = *state;
	const char *const words[] = {"X={url}", "Y={url:psycopg} {revision}",
		"bin/tool", "-c", "{ini}", "url={url}", "{url:asyncpg}", "{revision}",
		"{database}", "{other}", NULL};
	const char *const argv[] = {"-c", "/tmp/private/alembic.ini",
		"url=postgresql://u@h/" NAME, "postgresql+asyncpg://u@h/" NAME, "abc",
		NAME, "{other}"};

	add_program(f, "bin/tool");
	assert_true(make(f, words));
	assert_int_equal(f->errand.argv.n, COUNT_OF(argv) + 1);
	assert_int_equal(strncmp(f->errand.argv.v[0], f->dir, strlen(f->dir)), 0);
	for (size_t i = 0; i < COUNT_OF(argv); i++)
		assert_string_equal(f->errand.argv.v[i + 1], argv[i]);
	assert_null(f->errand.argv.v[f->errand.argv.n]);
	assert_null(f->errand.env.v[f->errand.env.n]);
	assert_string_equal(variable(f, "X"), "postgresql://u:geheim@h/" NAME);
	assert_string_equal(
		variable(f, "Y"), "postgresql+psycopg://u:geheim@h/" NAME " abc");
}

static void
test_env(void **state)
{
	struct fixture *f = *state;
	const char *const words[] = {"/bin/sh", NULL};

	setenv("DATABASE_URL", "postgresql://prod/prod", 1);
	setenv("PGHOST", "prod", 1);
	setenv("PGSERVICE", "prod", 1);
	setenv("PGSERVICEFILE", "/etc/services", 1);
	setenv("PGHOSTADDR", "10.0.0.1", 1);
	setenv("KEPT", "kept", 1);
	setenv("NOTIFY_SOCKET", "/run/notify", 1);
	assert_true(make(f, words));
	assert_string_equal(
		variable(f, "DATABASE_URL"), "postgresql+asyncpg://u:geheim@h/" NAME);
	assert_string_equal(variable(f, "PGHOST"), "h");
	assert_null(variable(f, "PGSERVICE"));
	assert_null(variable(f, "PGSERVICEFILE"));
	assert_null(variable(f, "PGHOSTADDR"));
	assert_string_equal(variable(f, "PGDATABASE"), NAME);
	assert_string_equal(variable(f, "PGPASSWORD"), "geheim");
	assert_string_equal(
		variable(f, "PGDRIFTD_SCRATCH_URL"), "postgresql://u:geheim@h/" NAME);
	assert_string_equal(variable(f, "PGDRIFTD_REVISION"), "abc");
	assert_string_equal(variable(f, "KEPT"), "kept");
	assert_null(variable(f, "NOTIFY_SOCKET"));
	/* What the command says itself counts. */
	{
		const char *const own[] = {"DATABASE_URL={url}", "/bin/sh", NULL};

		assert_true(make(f, own));
		assert_string_equal(
			variable(f, "DATABASE_URL"), "postgresql://u:geheim@h/" NAME);
	}
}

/* What libpq would take from where we were started is of other servers: of all that it
 * knows, or may know one day, only what the place says is there. */
static void
test_inherited(void **state)
{
	static const char *const names[] = {"PGPASSWORD", "PGPASSFILE", "PGSYSCONFDIR",
		"PGSSLCERT", "PGSSLKEY", "PGUSER", "PGOPTIONS", "PGOFTOMORROW"};
	struct fixture *f = *state;
	const char *const words[] = {"/bin/sh", NULL};

	place_free(&f->place);
	assert_true(place_of("host=h", NAME, &f->place, NULL));
	for (size_t i = 0; i < COUNT_OF(names); i++)
		setenv(names[i], "prod", 1);
	setenv("PGDRIFTD_MINE", "kept", 1);
	setenv("PG_COLOR", "auto", 1);
	assert_true(make(f, words));
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		assert_null(variable(f, names[i]));
		unsetenv(names[i]);
	}
	assert_string_equal(variable(f, "PGHOST"), "h");
	assert_string_equal(variable(f, "PGDRIFTD_MINE"), "kept");
	assert_string_equal(variable(f, "PG_COLOR"), "auto");
}

/* Only the usual command looks into the project for its program. */
static void
test_program(void **state)
{
	struct fixture *f = *state;
	const char *const alembic[] = {"pgdriftd-test-alembic", "upgrade", NULL};
	char *own = xasprintf("%s/.venv/bin/pgdriftd-test-alembic", f->dir);
	struct err e;

	add_program(f, ".venv/bin/pgdriftd-test-alembic");
	assert_false(make(f, alembic));
	errand_explain(&f->recipe, &f->errand, &e);
	assert_int_equal(e.code, ERR_CONFIG);
	assert_non_null(strstr(e.text, "no program pgdriftd-test-alembic in PATH"));
	f->recipe.usual = true;
	assert_true(make(f, alembic));
	assert_string_equal(f->errand.argv.v[0], own);
	free(own);
}

static void
test_other_user(void **state)
{
	struct fixture *f = *state;
	const char *const words[] = {"/bin/sh", NULL};

	f->workshop.other_user = true;
	f->workshop.user_name = (char *)"app";
	f->workshop.user_home = (char *)"/srv/app";
	assert_true(make(f, words));
	assert_string_equal(variable(f, "HOME"), "/srv/app");
	assert_string_equal(variable(f, "USER"), "app");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_words),
		TEST(test_env),
		TEST(test_inherited),
		TEST(test_program),
		TEST(test_other_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
