/* Against the scripted libpq: what is asked of a scratch server, and in which order. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "build/builds.h"
#include "build/place.h"
#include "tests/fake/fake_libpq.h"

struct fixture {
	const char *command; /* NULL: the usual one */
	struct loop *loop;
	struct builds *builds;
	const char *watched;   /* a system identifier */
	const char *left[2];   /* databases that nobody holds */
	bool refuses_create;   /* the server does */
	bool is_12;            /* its version; else 15 */
	bool ended;            /* sessions were, before 13 */
	char created[64];      /* what was made */
	struct strvec dropped; /* in order */
	struct strvec told;    /* "REVISION: error" */
	enum err_code code;    /* of the last */
	struct strvec wanted;  /* revisions of the recipe */
};

static const char *const identity_names[] = {"system", "role", "version"};
static const char *const identity_cells[] = {"7001", "builder", "150018"};
static const char *const identity_cells_12[] = {"7001", "builder", "120022"};
static const char *const ended_names[] = {"ended"};
static const char *const left_names[] = {"name"};
static const char *const lock_names[] = {"locked"};
static const char *const lock_cells[] = {"t"};
static const char *const setup_names[] = {"set_config"};
static const char *const setup_cells[] = {""};

static void
answer_rows(struct fake_step *a, const char *const *names, const char *const *cells,
	size_t n_rows, size_t n_cols)
{
	a->names = names;
	a->cells = cells;
	a->n_rows = n_rows;
	a->n_cols = n_cols;
}

/* The name between the quotes. */
static char *
quoted_in(const char *sql)
{
	const char *from = strchr(sql, '"') + 1;

	return xstrndup(from, strcspn(from, "\""));
}

static bool
serve(void *arg, const char *sql, struct fake_step *a)
{
	struct fixture *f = arg;
	char *name;

	if (strstr(sql, "set_config"))
		answer_rows(a, setup_names, setup_cells, 1, 1);
	else if (strstr(sql, "pg_control_system"))
		answer_rows(a, identity_names,
			f->is_12 ? identity_cells_12 : identity_cells, 1, 3);
	else if (strstr(sql, "pg_terminate_backend"))
		answer_rows(a, ended_names, lock_cells, f->ended = true, 1);
	else if (strstr(sql, "FROM pg_database d"))
		answer_rows(a, left_names, f->left, f->left[0] ? 2 : 0, 1);
	else if (strstr(sql, "pg_try_advisory_lock"))
		answer_rows(a, lock_names, lock_cells, 1, 1);
	if (!strncmp(sql, "CREATE DATABASE", 15)) {
		a->tag = "CREATE DATABASE";
		if (f->refuses_create) {
			a->answer = FAKE_FAIL;
			a->sqlstate = "42501";
			a->message = "permission denied to create database";
		}
		name = quoted_in(sql);
		snprintf(f->created, sizeof f->created, "%s", name);
		free(name);
	}
	if (!strncmp(sql, "DROP DATABASE", 13)) {
		a->tag = "DROP DATABASE";
		assert_int_equal(strstr(sql, "WITH (FORCE)") != NULL, !f->is_12);
		assert_int_equal(f->ended, f->is_12);
		strvec_take(&f->dropped, quoted_in(sql));
	}
	return true;
}

static void
tell_watched(void *arg, struct strvec *out)
{
	const struct fixture *f = arg;

	if (f->watched)
		strvec_add(out, f->watched);
}

static int
set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);
	struct build_host host = {.watched = tell_watched, .arg = f};

	f->loop = loop_new();
	f->builds = builds_new(f->loop, &host);
	strvec_add(&f->wanted, "a");
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	builds_free(f->builds);
	loop_free(f->loop);
	strvec_free(&f->dropped);
	strvec_free(&f->told);
	strvec_free(&f->wanted);
	free(f);
	fake_end();
	return 0;
}

static void
await_connection(struct fixture *f)
{
	const struct fake_step steps[] = {
		{FAKE_CONNECT}, {FAKE_SERVE, .serve = serve, .arg = f}};

	fake_script("host=", steps, COUNT_OF(steps));
}

static void
on_step(void *arg, const struct build_result *r)
{
	struct fixture *f = arg;

	assert_null(r->snapshot);
	f->code = r->error.code;
	strvec_take(
		&f->told, xasprintf("%s: %s", r->step->revision.v[0], r->error.text));
}

static const struct build_settings settings = {
	.scratch_dsn = "host=/scratch sslpassword=verborgen",
	.timeout_ms = 60000,
	.version_schema = "public",
	.version_table = "alembic_version",
	.max_bytes = 1 << 20,
	.even_root = true};

/* Recipes of a directory without a program to run. */
static void
want(struct fixture *f, bool shared)
{
	struct strvec command = {0};
	struct build_settings s = settings;
	struct recipe r;
	struct ddl ddl = {.digest = "d"};

	strvec_add(&command, f->command ? f->command : "/bin/no-such-program x");
	s.command = &command;
	s.shared = shared;
	assert_true(recipe_of_ddl("/tmp/x.sql", &ddl, &s, &r, NULL));
	strvec_copy(&r.steps[0].revision, &f->wanted);
	builds_want(f->builds, &r, on_step, f);
	strvec_free(&command);
	assert_int_equal(f->told.n, 0);
}

/* Before anything is made, and whatever is left there stays. */
static void
test_watched(void **state)
{
	struct fixture *f = *state;

	f->watched = "7001";
	f->left[0] = f->left[1] = PLACE_PREFIX "0000000000000001";
	await_connection(f);
	want(f, false);
	loop_run(f->loop);
	assert_int_equal(f->told.n, 1);
	assert_non_null(
		strstr(f->told.v[0], "a: the scratch server is one that is watched"));
	assert_string_equal(f->created, "");
	assert_int_equal(f->dropped.n, 0);
	assert_false(builds_has(f->builds, NULL));
}

/* It is said so; and whatever happens, what was made is dropped. */
static void
test_shared(void **state)
{
	struct fixture *f = *state;

	f->watched = "7001";
	await_connection(f);
	want(f, true);
	loop_run(f->loop);
	assert_true(place_is_name(f->created));
	assert_int_equal(f->told.n, 1);
	assert_non_null(strstr(f->told.v[0], "/bin/no-such-program: there is no such"));
	assert_int_equal(f->dropped.n, 1);
	assert_string_equal(f->dropped.v[0], f->created);
}

/* What is said of one that fails goes into logs and pages: the command is named, and no
 * password that stands in it. */
static void
test_secret(void **state)
{
	struct fixture *f = *state;

	f->command = "/bin/sh -c 'PGPASSWORD=geheim && "
		     "echo it is $(echo verborgen) && exit 3'";
	await_connection(f);
	want(f, false);
	loop_run(f->loop);
	assert_int_equal(f->told.n, 1);
	assert_non_null(strstr(f->told.v[0], "exit status 3"));
	assert_non_null(strstr(f->told.v[0], "PGPASSWORD=<secret>"));
	assert_null(strstr(f->told.v[0], "geheim"));
	assert_non_null(strstr(f->told.v[0], ": it is <secret>"));
}

/* Whatever it is called, and wherever it is told. */
static void
test_secret_words(void **state)
{
	struct fixture *f = *state;

	f->command = "API_TOKEN=geheim /bin/sh -c 'echo it is $API_TOKEN $1; exit 3' "
		     "sh --password hunter2";
	await_connection(f);
	want(f, false);
	loop_run(f->loop);
	assert_int_equal(f->told.n, 1);
	assert_non_null(strstr(f->told.v[0], "API_TOKEN=<secret> /bin/sh -c "));
	assert_non_null(strstr(f->told.v[0], "--password <secret>: exit status 3"));
	assert_non_null(strstr(f->told.v[0], ": it is <secret> --password"));
	assert_null(strstr(f->told.v[0], "geheim"));
	assert_null(strstr(f->told.v[0], "hunter2"));
}

/* Whoever is to blame: what it says last tells. */
static void
test_fault(void **state)
{
	struct fixture *f = *state;

	f->command = "/bin/sh -c 'echo relation \"t\" is odd; exit 3'";
	await_connection(f);
	want(f, false);
	loop_run(f->loop);
	assert_int_equal(f->code, ERR_FORMAT);
	strvec_free(&f->told);
	f->command = "/bin/sh -c 'echo sorry, too many clients already; exit 3'";
	await_connection(f);
	want(f, false);
	loop_run(f->loop);
	assert_int_equal(f->code, ERR_CONNECT);
}

/* Which cannot drop a database that somebody is in. */
static void
test_before_13(void **state)
{
	struct fixture *f = *state;

	f->is_12 = true;
	await_connection(f);
	want(f, false);
	loop_run(f->loop);
	assert_int_equal(f->dropped.n, 1);
	assert_true(f->ended);
}

/* Of what the server names only what has our names. */
static void
test_sweep(void **state)
{
	struct fixture *f = *state;

	f->left[0] = PLACE_PREFIX "00000000000000ab";
	f->left[1] = "postgres";
	await_connection(f);
	builds_sweep(f->builds, &settings);
	assert_true(builds_has(f->builds, NULL));
	loop_run(f->loop);
	assert_int_equal(f->dropped.n, 1);
	assert_string_equal(f->dropped.v[0], PLACE_PREFIX "00000000000000ab");
	assert_string_equal(f->created, "");
}

/* One after the other; the second is told as well. */
static void
test_in_order(void **state)
{
	struct fixture *f = *state;

	f->refuses_create = true;
	await_connection(f);
	await_connection(f);
	want(f, false);
	free(f->wanted.v[0]);
	f->wanted.v[0] = xstrdup("b");
	want(f, false);
	loop_run(f->loop);
	assert_int_equal(f->told.n, 2);
	assert_string_equal(f->told.v[0], "a: permission denied to create database");
	assert_string_equal(f->told.v[1], "b: permission denied to create database");
}

static void
test_cancel(void **state)
{
	struct fixture *f = *state;

	want(f, false);
	builds_cancel(f->builds, f);
	assert_false(builds_has(f->builds, f));
	loop_run(f->loop);
	assert_int_equal(f->told.n, 0);
	assert_int_equal(fake_connects(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_watched),
		TEST(test_shared),
		TEST(test_secret),
		TEST(test_secret_words),
		TEST(test_fault),
		TEST(test_before_13),
		TEST(test_sweep),
		TEST(test_in_order),
		TEST(test_cancel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
