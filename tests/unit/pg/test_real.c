/* What only a real server shows: libpq with many statements in one query, its rows one
 * by one, SQLSTATEs of refusals, cancels.  Run by real_server, which sets PGHOST and
 * the like. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "pg/session.h"

struct fixture {
	struct loop *loop;
	struct pg_session *session;
	struct pg_results *results;
	struct err err;
};

enum { MAX_BYTES = 256 * 1024 * 1024 };

static void
on_connected(void *arg, const struct err *e)
{
	struct fixture *f = arg;

	f->err = e ? *e : (struct err){ERR_NONE};
	loop_stop(f->loop);
}

static void
on_done(void *arg, struct pg_results *r, const struct err *e)
{
	struct fixture *f = arg;

	pg_results_free(f->results);
	f->results = r;
	f->err = e ? *e : (struct err){ERR_NONE};
	loop_stop(f->loop);
}

static void
connect_to(struct fixture *f, const char *dsn)
{
	const struct pg_target t = {
		.dsn = dsn, .application_name = "real", .connect_timeout_ms = 60000};

	pg_session_connect(f->session, &t, on_connected, f);
	loop_run(f->loop);
}

static void
run(struct fixture *f, const struct pg_batch *batches, size_t n, int64_t timeout_ms)
{
	pg_session_run(f->session,
		&(struct pg_script){batches, n, timeout_ms, {MAX_BYTES, 0}}, on_done,
		f);
	loop_run(f->loop);
}

/* One statement on its own; NULL if it failed. */
static const struct rows *
query(struct fixture *f, const char *sql)
{
	const struct pg_statement st = {.sql = sql};
	const struct pg_batch batch = {NULL, &st, 1};

	run(f, &batch, 1, 60000);
	return f->results ? f->results->rows : NULL;
}

static int
set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);

	f->loop = loop_new();
	f->session = pg_session_new(f->loop);
	*state = f;
	connect_to(f, "");
	assert_int_equal(f->err.code, ERR_NONE);
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	pg_results_free(f->results);
	pg_session_free(f->session);
	loop_free(f->loop);
	free(f);
	return 0;
}

static void
test_script(void **state)
{
	static const char *const params[] = {"1", NULL};
	static const struct declared one_row = {NULL, 1, 1};
	static const struct pg_statement first[] = {
		{.sql = "SELECT $1::int + 1, $2::text",
			.params = params,
			.n_params = 2},
		{.sql = "SELECT current_setting('search_path'),"
			" current_setting('transaction_isolation'),"
			" current_setting('transaction_read_only'),"
			" current_setting('application_name')",
			.gives = &one_row},
	};
	static const struct pg_statement second[] = {
		{.sql = "SELECT current_setting('search_path')"}};
	static const struct pg_batch batches[] = {
		{"SELECT set_config('search_path', 'nowhere', true)", first, 2},
		{NULL, second, 1},
	};
	struct fixture *f = *state;
	const struct rows *rows;

	run(f, batches, COUNT_OF(batches), 60000);
	assert_int_equal(f->err.code, ERR_NONE);
	rows = f->results->rows;
	assert_string_equal(rows_get(&rows[0], 0, 0), "2");
	assert_null(rows_get(&rows[0], 0, 1));
	assert_string_equal(rows_get(&rows[1], 0, 0), "nowhere");
	assert_string_equal(rows_get(&rows[1], 0, 1), "repeatable read");
	assert_string_equal(rows_get(&rows[1], 0, 2), "on");
	assert_string_equal(rows_get(&rows[1], 0, 3), "real");
	assert_string_equal(rows_get(&rows[2], 0, 0), "\"$user\", public");
	assert_int_equal(pg_session_round_trips(f->session), 1);
}

/* Words are found before the settings are made, so they mean the same without them. */
static void
test_strings_of_old(void **state)
{
	static const char *const params[] = {"\\' || 'x"};
	static const struct pg_statement list[] = {{
		.sql = "SELECT 'a_b' LIKE 'a\\_b' AND NOT 'axb' LIKE 'a\\_b', $1::text,"
		       " current_setting('standard_conforming_strings')",
		.params = params,
		.n_params = 1,
	}};
	static const struct pg_batch batch = {NULL, list, 1};
	static const char *const modes[] = {"on", "off"};
	struct fixture *f = *state;
	const struct rows *rows;
	char dsn[80];

	for (size_t i = 0; i < COUNT_OF(modes); i++) {
		snprintf(dsn, sizeof dsn, "options='-c standard_conforming_strings=%s'",
			modes[i]);
		connect_to(f, dsn);
		run(f, &batch, 1, 60000);
		assert_int_equal(f->err.code, ERR_NONE);
		rows = f->results->rows;
		assert_string_equal(rows_get(rows, 0, 0), "t");
		assert_string_equal(rows_get(rows, 0, 1), "\\' || 'x");
		assert_string_equal(rows_get(rows, 0, 2), modes[i]);
	}
}

static void
test_error_leaves_clean_session(void **state)
{
	static const struct pg_statement bad[] = {
		{.sql = "SELECT 1"}, {.sql = "SELECT * FROM nix"}, {.sql = "SELECT 2"}};
	static const struct pg_batch batches[] = {{NULL, bad, 3}, {NULL, bad, 1}};
	struct fixture *f = *state;

	run(f, batches, COUNT_OF(batches), 60000);
	assert_int_equal(f->err.code, ERR_MOVED);
	assert_string_equal(f->err.sqlstate, "42P01");
	assert_string_equal(f->err.text, "relation \"nix\" does not exist");
	assert_null(f->results);
	assert_true(pg_session_is_open(f->session));
	assert_string_equal(rows_get(query(f, "SELECT 3"), 0, 0), "3");
}

static void
test_error_behind_rows(void **state)
{
	struct fixture *f = *state;

	assert_null(query(f, "SELECT 1 / (5000 - g) FROM generate_series(1, 9000) g"));
	assert_string_equal(f->err.sqlstate, "22012");
	assert_string_equal(f->err.text, "statement 1: division by zero");
	assert_true(pg_session_is_open(f->session));
}

static void
test_write_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_null(query(f, "CREATE TABLE t (a int)"));
	assert_string_equal(f->err.sqlstate, "25006");
	assert_string_equal(rows_get(query(f, "SELECT 3"), 0, 0), "3");
}

static void
test_large_results(void **state)
{
	static const struct pg_statement list[] = {
		{.sql = "SELECT g, 'x' || g, NULL FROM generate_series(1, 30000) g"},
		{.sql = "SELECT repeat('y', 30000) FROM generate_series(1, 1000)"},
		{.sql = "SELECT repeat('z', 5000000)"},
	};
	static const struct pg_batch batch = {NULL, list, COUNT_OF(list)};
	struct fixture *f = *state;
	const struct rows *rows;

	run(f, &batch, 1, 60000);
	assert_int_equal(f->err.code, ERR_NONE);
	rows = f->results->rows;
	assert_int_equal(rows[0].n_rows, 30000);
	assert_string_equal(rows_get(&rows[0], 29999, 0), "30000");
	assert_string_equal(rows_get(&rows[0], 29999, 1), "x30000");
	assert_null(rows_get(&rows[0], 29999, 2));
	assert_int_equal(rows[1].n_rows, 1000);
	assert_int_equal(strlen(rows_get(&rows[1], 999, 0)), 30000);
	assert_int_equal(strlen(rows_get(&rows[2], 0, 0)), 5000000);
}

/* More to send than any socket takes, while the server has much to say. */
static void
test_large_script(void **state)
{
	enum { N = 200, SIZE = 100000 };
	struct pg_statement list[N] = {{0}};
	const struct pg_batch batch = {NULL, list, N};
	char *text = xcalloc(SIZE + 1, 1);
	const char *const params[] = {text};
	struct fixture *f = *state;

	memset(text, 'x', SIZE);
	for (size_t i = 0; i < N; i++)
		list[i] = (struct pg_statement){
			.sql = "SELECT $1::text", .params = params, .n_params = 1};
	run(f, &batch, 1, 60000);
	assert_int_equal(f->err.code, ERR_NONE);
	assert_string_equal(rows_get(&f->results->rows[N - 1], 0, 0), text);
	free(text);
}

static void
test_dies_behind_rows(void **state)
{
	struct fixture *f = *state;

	assert_null(query(f, "SELECT CASE WHEN g < 5000 THEN true"
			     " ELSE pg_terminate_backend(pg_backend_pid()) END"
			     " FROM generate_series(1, 9000) g"));
	assert_int_equal(f->err.code, ERR_CONNECT);
	assert_string_equal(f->err.sqlstate, "57P01");
	assert_false(pg_session_is_open(f->session));
}

/* The session itself does not know yet. */
static void
test_dies_while_idle(void **state)
{
	struct fixture *f = *state;
	struct fixture other = {.loop = f->loop, .session = pg_session_new(f->loop)};
	char sql[128];

	snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%s, 60000)",
		rows_get(query(f, "SELECT pg_backend_pid()"), 0, 0));
	assert_true(pg_session_is_open(f->session));
	connect_to(&other, "");
	assert_string_equal(rows_get(query(&other, sql), 0, 0), "t");
	assert_false(pg_session_is_open(f->session));
	connect_to(f, "");
	assert_string_equal(rows_get(query(f, "SELECT 3"), 0, 0), "3");
	pg_session_free(other.session);
	pg_results_free(other.results);
}

static void
test_timeouts(void **state)
{
	static const struct pg_statement st = {.sql = "SELECT pg_sleep(1000)"};
	static const struct pg_batch batch = {
		"SELECT set_config('statement_timeout', '20', true)", &st, 1};
	struct fixture *f = *state;

	run(f, &batch, 1, 60000);
	assert_int_equal(f->err.code, ERR_TIMEOUT);
	assert_string_equal(f->err.sqlstate, "57014");
	assert_true(pg_session_is_open(f->session));
}

static void
test_deadline_cancels(void **state)
{
	static const struct pg_statement st = {.sql = "SELECT pg_sleep(1000)"};
	static const struct pg_batch batch = {NULL, &st, 1};
	struct fixture *f = *state;
	int64_t limit = clock_mono_ms() + 60000;
	bool gone = false;

	run(f, &batch, 1, 20);
	assert_int_equal(f->err.code, ERR_TIMEOUT);
	assert_string_equal(f->err.sqlstate, "");
	assert_false(pg_session_is_open(f->session));
	connect_to(f, "");
	while (!gone && clock_mono_ms() < limit)
		gone = query(f, "SELECT 1 FROM pg_stat_activity"
				" WHERE query = 'SELECT pg_sleep(1000)'"
				" AND state = 'active'")
			       ->n_rows == 0;
	assert_true(gone);
}

static void
test_refusals(void **state)
{
	static const struct {
		const char *dsn;
		enum err_code code;
		const char *sqlstate, *text;
	} cases[] = {
		{"dbname=nix", ERR_CONNECT, "3D000", "database \"nix\" does not exist"},
		{"user=nix", ERR_AUTH, "28000", "role \"nix\" does not exist"},
		{"port=1", ERR_CONNECT, "", "No such file or directory"},
		{"service=nix", ERR_CONNECT, "", "\"nix\" not found"},
		{"port=1,2,3", ERR_CONNECT, "", "could not match"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		connect_to(f, cases[i].dsn);
		assert_int_equal(f->err.code, cases[i].code);
		assert_string_equal(f->err.sqlstate, cases[i].sqlstate);
		assert_non_null(strstr(f->err.text, cases[i].text));
		assert_null(strchr(f->err.text, '\n'));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_script),
		TEST(test_strings_of_old),
		TEST(test_error_leaves_clean_session),
		TEST(test_error_behind_rows),
		TEST(test_write_is_refused),
		TEST(test_large_results),
		TEST(test_large_script),
		TEST(test_dies_behind_rows),
		TEST(test_dies_while_idle),
		TEST(test_timeouts),
		TEST(test_deadline_cancels),
		TEST(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
