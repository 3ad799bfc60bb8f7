#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "build/recipe.h"

static struct build_settings
settings(void)
{
	return (struct build_settings){.scratch_dsn = "host=scratch password=secret",
		.timeout_ms = 1000,
		.version_schema = "public",
		.version_table = "alembic_version",
		.max_bytes = 1 << 20};
}

/* The key of a recipe for those, or the error; the caller frees. */
static char *
key_of(const struct migrations *h, const char *revisions,
	const struct build_settings *s)
{
	struct strvec list = fixture_words(revisions);
	struct recipe r;
	struct err e;
	char *key;

	if (recipe_of_revision(h, s, &list, &r, &e)) {
		assert_int_equal(r.n_steps, 1);
		key = xstrdup(r.steps[0].key);
		recipe_free(&r);
	} else {
		key = xasprintf("! %s", e.text);
	}
	strvec_free(&list);
	return key;
}

static void
check_error(const struct migrations *h, const char *revisions, const char *expected)
{
	struct build_settings s = settings();
	char *got = key_of(h, revisions, &s);

	assert_string_equal(got, expected);
	free(got);
}

/* Whether the two keys are one; frees both. */
static bool
same(char *a, char *b)
{
	bool equal = !strcmp(a, b);

	assert_int_equal(strlen(a), 64);
	assert_int_equal(strlen(b), 64);
	free(a);
	free(b);
	return equal;
}

static void
test_key(void **state)
{
	struct migrations *h =
		fixture_graph(*state, "a:\nb: a\nc: a\nd: b c\ne: a > c\n");
	struct build_settings s = settings(), other = settings();
	struct strvec command = {0};

	assert_true(same(key_of(h, "b", &s), key_of(h, "b", &s)));
	assert_false(same(key_of(h, "b", &s), key_of(h, "c", &s)));
	assert_false(same(key_of(h, "b c", &s), key_of(h, "d", &s)));
	strvec_add(&command, "make db REV={revision}");
	other.command = &command;
	assert_false(same(key_of(h, "b", &s), key_of(h, "b", &other)));
	other = settings();
	other.scratch_dsn = "host=scratch password=other";
	assert_true(same(key_of(h, "b", &s), key_of(h, "b", &other)));
	other.scratch_dsn = "host=elsewhere password=secret";
	assert_false(same(key_of(h, "b", &s), key_of(h, "b", &other)));
	strvec_free(&command);
	migrations_free(h);
}

/* What is made once for many keys is of that graph alone. */
static void
test_lineage(void **state)
{
	struct migrations *h =
		fixture_graph(*state, "a:\nb: a\nc: a\nd: b c\ne: a > c\n");
	struct build_settings each = settings(), once = settings();
	const char *const asked[] = {"a", "b", "c", "d", "e", "b c"};
	struct lineage *l = lineage_new(h);

	once.lineage = l;
	for (size_t i = 0; i < COUNT_OF(asked); i++)
		assert_true(
			same(key_of(h, asked[i], &each), key_of(h, asked[i], &once)));
	lineage_free(l);
	migrations_free(h);
}

static void
write_file(const char *dir, const char *id, const char *down, const char *body)
{
	char *name = xasprintf("script/versions/%s.py", id);
	char *text = xasprintf(
		"revision = '%s'\ndown_revision = %s\ndef upgrade():\n    op.%s\n", id,
		down, body);

	fixture_write(dir, name, text);
	free(text);
	free(name);
}

/* Of a project in the directory. */
static char *
key_now(const char *dir, const char *revision)
{
	struct migrations *h = fixture_read(dir, "alembic.ini");
	struct build_settings s = settings();
	char *key = key_of(h, revision, &s);

	migrations_free(h);
	return key;
}

/* Only what matters to a revision changes its key. */
static void
test_key_of_files(void **state)
{
	char *a, *b;

	fixture_write(*state, "alembic.ini", "[alembic]\nscript_location = script\n");
	fixture_write(*state, "script/env.py", "one\n");
	write_file(*state, "a", "None", "go()");
	write_file(*state, "b", "'a'", "go()");
	a = key_now(*state, "a");
	b = key_now(*state, "b");
	write_file(*state, "b", "'a'", "go( )  # with a comment");
	assert_true(same(xstrdup(b), key_now(*state, "b")));
	write_file(*state, "b", "'a'", "other()");
	assert_true(same(xstrdup(a), key_now(*state, "a")));
	assert_false(same(b, key_now(*state, "b")));
	/* Which function it is, an import says. */
	b = key_now(*state, "b");
	fixture_write(*state, "script/versions/b.py",
		"from app import other\n"
		"revision = 'b'\ndown_revision = 'a'\n"
		"def upgrade():\n    op.other()\n");
	assert_false(same(b, key_now(*state, "b")));
	write_file(*state, "a", "None", "other()");
	assert_false(same(a, key_now(*state, "a")));
	a = key_now(*state, "a");
	fixture_write(*state, "script/env.py", "two\n");
	assert_false(same(a, key_now(*state, "a")));
	a = key_now(*state, "a");
	fixture_write(
		*state, "alembic.ini", "[alembic]\nscript_location = script\nx = y\n");
	assert_false(same(a, key_now(*state, "a")));
}

static void
test_refused(void **state)
{
	struct migrations *h =
		fixture_graph(*state, "a:\nb: a\nc: a\nd: b c\ne: a > c\nn: a\nm: n\n");
	struct migrations *gap;

	check_error(h, "x", "! the migrations have no revision x that could be built");
	check_error(h, "", "! the migrations have no revision");
	check_error(h, "b d",
		"! revision b comes before another one that is recorded beside it");
	check_error(h, "c e",
		"! revision c comes before another one that is recorded beside it");
	migrations_free(h);
	fixture_remove(*state, "005.py");
	gap = fixture_read(*state, "");
	{
		struct build_settings s = settings();
		char *got = key_of(gap, "b", &s);

		assert_non_null(strstr(got, "Alembic stops here: KeyError: 'n'"));
		free(got);
	}
	migrations_free(gap);
}

/* The words of the command, with `|` between. */
static void
check_words(
	const char *dir, const char *path, const char *section, const char *expected)
{
	char *whole = xasprintf("%s/%s", dir, path);
	struct migrations_source src = {
		.tool = "alembic", .path = whole, .section = section};
	struct build_settings s = settings();
	struct migrations *h;
	struct strbuf b = {0};
	struct recipe r;

	assert_true(migrations_read(&src, &h, NULL));
	assert_true(recipe_of_revision(h, &s, &h->heads, &r, NULL));
	strvec_join(&r.words, "|", &b);
	assert_true(r.usual);
	assert_string_equal(b.s, expected);
	assert_string_equal(r.home, dir);
	strbuf_free(&b);
	recipe_free(&r);
	migrations_free(h);
	free(whole);
}

static void
test_usual_command(void **state)
{
	fixture_write(*state, "script/versions/a.py",
		"revision = 'a'\n"
		"down_revision = None\n");
	fixture_write(*state, "script/env.py", "");
	check_words(*state, "script", NULL, "alembic|upgrade|{revision}");
	check_words(*state, "script/versions", NULL, "alembic|upgrade|{revision}");
	fixture_write(*state, "other.ini", "[x]\nscript_location = script\n");
	check_words(
		*state, "other.ini", "x", "alembic|-c|{ini}|-n|x|upgrade|{revision}");
	fixture_write(*state, "alembic.ini", "[alembic]\nscript_location = script\n");
	check_words(*state, "alembic.ini", NULL, "alembic|-c|{ini}|upgrade|{revision}");
	check_words(*state, "script", NULL, "alembic|-c|{ini}|upgrade|{revision}");
	check_words(
		*state, "script/versions", NULL, "alembic|-c|{ini}|upgrade|{revision}");
}

/* Databases on a line each. */
static void
check_all(const struct migrations *h, const struct recipe_known *known,
	const char *expected)
{
	struct build_settings s = settings();
	struct recipes all;
	struct strbuf b = {0};

	assert_true(recipes_of_all(h, &s, known, &all, NULL));
	for (size_t i = 0; i < all.n; i++)
		for (size_t k = 0; k < all.v[i].n_steps; k++) {
			char *alone = key_of(h, all.v[i].steps[k].revision.v[0], &s);

			strvec_join(&all.v[i].steps[k].revision, "+", &b);
			strbuf_addc(&b, k + 1 < all.v[i].n_steps ? ' ' : '\n');
			/* However it is come to. */
			assert_string_equal(alone, all.v[i].steps[k].key);
			free(alone);
		}
	assert_string_equal(b.s ? b.s : "", expected);
	strbuf_free(&b);
	recipes_free(&all);
}

static bool
all_known(void *arg, const char *key)
{
	(void)arg;
	return strlen(key) == 64;
}

static void
test_all(void **state)
{
	static const struct recipe_known all = {all_known, NULL};
	struct migrations *h = fixture_graph(*state, "a:\nb: a\nc: b\n");

	check_all(h, NULL, "a b c\n");
	check_all(h, &all, "");
	migrations_free(h);
	h = fixture_graph(*state, "a:\nb: a\nc: a\nd: b c\ne: d\n");
	check_all(h, NULL, "a c d e\nb\n");
	migrations_free(h);
	/* What one depends on comes before it as well. */
	h = fixture_graph(*state, "a:\nb: a\nx:\ny: x > a\nz: y\n");
	check_all(h, NULL, "a y z\nx\nb\n");
	migrations_free(h);
}

static void
test_ddl(void **state)
{
	static const struct ddl one = {.digest = "d1"}, two = {.digest = "d2"},
				dump = {.digest = "d1", .archive = true};
	struct build_settings s = settings();
	struct recipe a, b;

	(void)state;
	assert_true(recipe_of_ddl("/srv/app/structure.sql", &one, &s, &a, NULL));
	assert_true(recipe_of_ddl("structure.sql", &one, &s, &b, NULL));
	assert_string_equal(a.home, "/srv/app");
	assert_string_equal(a.ddl, "structure.sql");
	assert_string_equal(a.words.v[0], "psql");
	assert_true(strvec_has(&a.words, "{database}"));
	assert_string_equal(b.home, ".");
	assert_string_equal(a.steps[0].key, b.steps[0].key);
	assert_int_equal(a.steps[0].revision.n, 0);
	recipe_free(&b);
	assert_true(recipe_of_ddl("structure.sql", &two, &s, &b, NULL));
	assert_string_not_equal(a.steps[0].key, b.steps[0].key);
	recipe_free(&b);
	assert_true(recipe_of_ddl("structure.sql", &dump, &s, &b, NULL));
	assert_string_equal(b.words.v[0], "pg_restore");
	recipe_free(&a);
	recipe_free(&b);
}

static void
check_settings(const char *scratch_dsn, const char *words, const char *expected)
{
	struct build_settings s = settings();
	struct strvec command = {0};
	struct err e = {.code = ERR_NONE};

	strvec_split(&command, words, '|');
	s.scratch_dsn = scratch_dsn;
	s.command = &command;
	assert_int_equal(recipe_check(&s, &e), !expected);
	if (expected && !strstr(e.text, expected))
		fail_msg("%s instead of %s", e.text, expected);
	strvec_free(&command);
}

/* Of what is written down, as much as can be told is told at once. */
static void
test_check(void **state)
{
	(void)state;
	check_settings(NULL, "make", NULL);
	check_settings(
		"host=h", "A={url:asyncpg} alembic -c {ini} upgrade {revision}", NULL);
	check_settings("host=h", "sh -c 'x=\"${HOME}\"; echo {a,b} {other}'", NULL);
	check_settings("", "make", "scratch_dsn: it is empty");
	check_settings("hostt=h", "make", "scratch_dsn: not a connection string");
	check_settings("service=x", "make", "scratch_dsn: a scratch server cannot");
	check_settings("host=h", "A=b", "build: there is no command in it");
	check_settings("host=h", "A=b|C=d", "build: there is no command in it");
	check_settings("host=h", "a|b", NULL);
	check_settings("host=h", "alembic upgrade {revison}",
		"build: {revison} in a command means nothing; did you mean "
		"{revision}?");
	check_settings("host=h", "x {URL} {urll:psycopg}", "did you mean {url}?");
	check_settings("host=h", "psql -f {file}", "build: {file} in a command");
}

/* Without what it names it would be run with the braces. */
static void
test_no_ini(void **state)
{
	struct migrations *h = fixture_graph(*state, "a:\n");
	struct build_settings s = settings();
	struct strvec command = {0};
	struct ddl ddl = {.digest = "d"};
	struct recipe r;
	struct err e;
	char *got;

	strvec_add(&command, "alembic -c {ini} upgrade {revision}");
	s.command = &command;
	got = key_of(h, "a", &s);
	assert_string_equal(got, "! {ini} in a command, but there is no alembic.ini");
	free(got);
	assert_false(recipe_of_ddl("a.sql", &ddl, &s, &r, &e));
	migrations_free(h);
	strvec_free(&command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_key, fixture_setup, fixture_teardown),
		cmocka_unit_test(test_check),
		cmocka_unit_test_setup_teardown(
			test_no_ini, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_lineage, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_key_of_files, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_refused, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_usual_command, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_all, fixture_setup, fixture_teardown),
		cmocka_unit_test(test_ddl),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
