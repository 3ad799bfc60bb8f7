#include "tests/unit/pg/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *const one_name[] = {"a"};
static const char *const one_cell[] = {"1"};
static const char *const two_names[] = {"name", "value"};
static const char *const two_rows[] = {"x", NULL, "", "long value"};

static const struct declared_column one_column[] = {{"a"}, {0}};
static const struct declared one_row = {one_column, 1, 1};
static const struct declared any_rows = {one_column, 0, 0};
static const struct pg_statement select_two[] = {
	{.sql = "SELECT one", .gives = &one_row},
	{.sql = "SELECT two"},
};
static const struct pg_statement select_one[] = {
	{.sql = "SELECT three", .gives = &any_rows},
};
static const struct pg_batch two_batches[] = {
	{"SET UP", select_two, COUNT_OF(select_two)},
	{NULL, select_one, COUNT_OF(select_one)},
};

static void
test_run(void **state)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT},
		{FAKE_QUERY, .text = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"},
		{FAKE_QUERY, .text = "SET UP", FAKE_ROWS(one_name, one_cell)},
		{FAKE_QUERY, .text = "SELECT one", FAKE_ROWS(one_name, one_cell)},
		{FAKE_QUERY, .text = "SELECT two", FAKE_ROWS(two_names, two_rows)},
		FAKE_COMMIT,
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "SELECT three", .names = one_name, .n_cols = 1},
		FAKE_COMMIT,
		{FAKE_CLOSE},
	};
	struct fixture *f = *state;
	const struct rows *rows;

	fake_script("host=/run", steps, COUNT_OF(steps));
	connect_to(f, "host=/run");
	run_within(f, two_batches, COUNT_OF(two_batches), 100000);
	assert_int_equal(f->err.code, ERR_NONE);
	assert_int_equal(f->results->n_rows, 3);
	rows = f->results->rows;
	assert_int_equal(rows[0].n_rows, 1);
	assert_string_equal(rows_get(&rows[0], 0, 0), "1");
	assert_int_equal(rows[1].n_rows, 2);
	assert_int_equal(rows_column(&rows[1], "value"), 1);
	assert_string_equal(rows_get(&rows[1], 0, 0), "x");
	assert_null(rows_get(&rows[1], 0, 1));
	assert_string_equal(rows_get(&rows[1], 1, 0), "");
	assert_string_equal(rows_get(&rows[1], 1, 1), "long value");
	assert_int_equal(rows[2].n_rows, 0);
	assert_int_equal(rows[2].n_cols, 1);
	assert_int_equal(pg_session_round_trips(f->session), 1);
	pg_session_close(f->session);
	assert_false(pg_session_is_open(f->session));
}

/* Bytes that are no UTF-8 are asked for as they are, and shown as such. */
static void
test_run_ascii(void **state)
{
	static const char *const raw[] = {"\xe9", "caf\xe9", "plain"};
	static const struct fake_step steps[] = {
		{FAKE_CONNECT, .encoding = "SQL_ASCII"},
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "SET LOCAL client_encoding = 'SQL_ASCII'"},
		{FAKE_QUERY, .text = "SELECT three", FAKE_ROWS(one_name, raw)},
		FAKE_COMMIT,
	};
	struct fixture *f = *state;
	const struct rows *rows;

	fake_script("host=/run", steps, COUNT_OF(steps));
	connect_to(f, "host=/run");
	run_within(f, &two_batches[1], 1, 100000);
	rows = f->results->rows;
	assert_string_equal(rows_get(rows, 0, 0), "\\xe9");
	assert_string_equal(rows_get(rows, 1, 0), "caf\\xe9");
	assert_string_equal(rows_get(rows, 2, 0), "plain");
}

/* There each statement has its time only if something ends that of the one before. */
static void
test_run_before_13(void **state)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT, .version = 120022},
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "SET UP", FAKE_ROWS(one_name, one_cell)},
		{FAKE_QUERY, .text = "SAVEPOINT next", .tag = "SAVEPOINT"},
		{FAKE_QUERY, .text = "SELECT one", FAKE_ROWS(one_name, one_cell)},
		{FAKE_QUERY, .text = "SAVEPOINT next", .tag = "SAVEPOINT"},
		{FAKE_QUERY, .text = "SELECT two", FAKE_ROWS(two_names, two_rows)},
		FAKE_COMMIT,
	};
	struct fixture *f = *state;

	fake_script("host=/run", steps, COUNT_OF(steps));
	connect_to(f, "host=/run");
	run_within(f, two_batches, 1, 100000);
	assert_int_equal(f->err.code, ERR_NONE);
	assert_string_equal(rows_get(&f->results->rows[0], 0, 0), "1");
	assert_string_equal(rows_get(&f->results->rows[1], 0, 0), "x");
}

static void
test_run_without_connection(void **state)
{
	struct fixture *f = *state;

	run_within(f, two_batches, COUNT_OF(two_batches), 100000);
	expect_error(f, ERR_CONNECT, "not connected");
}

/* The rest is not run; then the session can be used again. */
static void
test_error_in_batch(void **state)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT},
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "SET UP", FAKE_ROWS(one_name, one_cell)},
		{FAKE_QUERY, .text = "SELECT one", FAKE_ROWS(one_name, one_cell)},
		{FAKE_QUERY, .text = "SELECT two", .answer = FAKE_FAIL,
			.sqlstate = "42501", .message = "permission denied for table t",
			FAKE_ROWS(two_names, two_rows)},
		FAKE_ROLLBACK,
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "SELECT three", FAKE_ROWS(one_name, one_cell)},
		FAKE_COMMIT,
	};
	struct fixture *f = *state;

	fake_script("host=/run", steps, COUNT_OF(steps));
	connect_to(f, "host=/run");
	run_within(f, two_batches, COUNT_OF(two_batches), 100000);
	expect_error(f, ERR_PERMISSION, "permission denied for table t");
	assert_string_equal(f->err.sqlstate, "42501");
	assert_true(pg_session_is_open(f->session));
	run_within(f, &two_batches[1], 1, 100000);
	assert_string_equal(rows_get(&f->results->rows[0], 0, 0), "1");
	assert_int_equal(pg_session_round_trips(f->session), 3);
}

/* One script whose first statement is answered by `answer`, to its error. */
static void
run_broken(struct fixture *f, const struct fake_step *answer)
{
	const struct fake_step steps[] = {
		{FAKE_CONNECT},
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "SET UP", FAKE_ROWS(one_name, one_cell)},
		*answer,
		{FAKE_QUERY, .text = "SELECT two", FAKE_ROWS(two_names, two_rows)},
		FAKE_COMMIT,
	};
	bool goes_on = answer->answer == FAKE_OK;

	fake_script("host=/run", steps, COUNT_OF(steps) - (goes_on ? 0 : 2));
	connect_to(f, "host=/run");
	run_within(f, &two_batches[0], 1, 100000);
	assert_null(f->results);
	assert_false(pg_session_is_open(f->session));
}

static void
test_wrong_columns(void **state)
{
	const struct fake_step answer = {
		FAKE_QUERY, .text = "SELECT one", FAKE_ROWS(two_names, two_rows)};

	run_broken(*state, &answer);
	expect_error(*state, ERR_INTERNAL,
		"the server answered statement 1 with a column \"name\" in the place "
		"of a, which cannot be");
}

static void
test_no_row(void **state)
{
	const struct fake_step answer = {
		FAKE_QUERY, .text = "SELECT one", .names = one_name, .n_cols = 1};

	run_broken(*state, &answer);
	expect_error(*state, ERR_INTERNAL,
		"the server answered statement 1 with 0 rows instead of 1");
}

static void
test_command_for_rows(void **state)
{
	const struct fake_step answer = {FAKE_QUERY, .text = "SELECT one"};

	run_broken(*state, &answer);
	expect_error(*state, ERR_INTERNAL,
		"the server answered statement 1 with no rows, which is no answer to "
		"that");
}

/* Rows are a result only when their end was seen. */
static void
test_rows_without_end(void **state)
{
	const struct fake_step answer = {FAKE_QUERY, .text = "SELECT one",
		.answer = FAKE_CUT, FAKE_ROWS(one_name, one_cell)};

	run_broken(*state, &answer);
	expect_error(*state, ERR_INTERNAL,
		"the server answered statement 1 with something that has no end, which "
		"is no answer to that");
}

static void
test_lost_row(void **state)
{
	const struct fake_step answer = {FAKE_QUERY, .text = "SELECT one",
		FAKE_ROWS(one_name, one_cell), .tag = "SELECT 2"};

	run_broken(*state, &answer);
	expect_error(*state, ERR_INTERNAL,
		"statement 1 gave 1 rows, and its end says SELECT 2");
}

/* It would come for ever. */
static void
test_copy(void **state)
{
	const struct fake_step answer = {
		FAKE_QUERY, .text = "SELECT one", .answer = FAKE_COPY};

	run_broken(*state, &answer);
	expect_error(*state, ERR_INTERNAL,
		"the server answered statement 1 with COPY, which is no answer to "
		"that");
}

static void
test_no_utf8(void **state)
{
	static const char *const bad[] = {"\xff"};
	const struct fake_step answer = {
		FAKE_QUERY, .text = "SELECT one", FAKE_ROWS(one_name, bad)};

	run_broken(*state, &answer);
	expect_error(*state, ERR_INTERNAL,
		"the server answered statement 1 with bytes in a that are no UTF-8, "
		"which was agreed on");
}

/* Settings that come as no row, or as two. */
static void
run_bad_setup(struct fixture *f, const struct fake_step *answer, const char *text)
{
	const struct fake_step steps[] = {
		{FAKE_CONNECT},
		FAKE_BEGIN,
		*answer,
		{FAKE_QUERY, .text = "SELECT one", FAKE_ROWS(one_name, one_cell)},
		{FAKE_QUERY, .text = "SELECT two", FAKE_ROWS(two_names, two_rows)},
		FAKE_COMMIT,
		{FAKE_CLOSE},
	};

	fake_script("host=/run", steps, COUNT_OF(steps));
	connect_to(f, "host=/run");
	run_within(f, &two_batches[0], 1, 100000);
	assert_null(f->results);
	expect_error(f, ERR_INTERNAL, text);
}

static void
test_bad_setup(void **state)
{
	static const char *const twice[] = {"1", "1"};
	const struct fake_step none = {
		FAKE_QUERY, .text = "SET UP", .names = one_name, .n_cols = 1};
	const struct fake_step two = {
		FAKE_QUERY, .text = "SET UP", FAKE_ROWS(one_name, twice)};
	const struct fake_step command = {FAKE_QUERY, .text = "SET UP"};

	run_bad_setup(*state, &none,
		"the server answered the settings of a transaction with no row, which "
		"is no answer to that");
	run_bad_setup(*state, &two,
		"the server answered the settings of a transaction with more than one "
		"row, which is no answer to that");
	run_bad_setup(*state, &command,
		"the server answered the settings of a transaction with no rows, which "
		"is no answer to that");
}

/* A transaction that did not end as asked is no success. */
static void
test_commit_that_rolled_back(void **state)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT},
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "SELECT three", FAKE_ROWS(one_name, one_cell)},
		{FAKE_QUERY, .text = "COMMIT", .tag = "ROLLBACK"},
		{FAKE_CLOSE},
	};
	struct fixture *f = *state;

	fake_script("host=/run", steps, COUNT_OF(steps));
	connect_to(f, "host=/run");
	run_within(f, &two_batches[1], 1, 100000);
	assert_int_equal(f->err.code, ERR_INTERNAL);
	assert_null(f->results);
}

/* The connection dies after some rows, or after all but the last confirmation: in
 * neither case are there rows. */
static void
run_dying(struct fixture *f, const struct fake_step *statement,
	const struct fake_step *commit)
{
	const struct fake_step steps[] = {
		{FAKE_CONNECT},
		FAKE_BEGIN,
		*statement,
		*commit,
		{FAKE_CLOSE},
	};
	bool goes_on = statement->answer == FAKE_OK;

	fake_script("host=/run", steps, COUNT_OF(steps) - (goes_on ? 0 : 2));
	connect_to(f, "host=/run");
	run_within(f, &two_batches[1], 1, 100000);
	assert_null(f->results);
	assert_false(pg_session_is_open(f->session));
}

static void
test_connection_dies_in_rows(void **state)
{
	const struct fake_step statement = {FAKE_QUERY, .text = "SELECT three",
		.answer = FAKE_DIE, FAKE_ROWS(one_name, one_cell)};
	const struct fake_step none = {.call = FAKE_CLOSE};

	run_dying(*state, &statement, &none);
	expect_error(*state, ERR_CONNECT, "server closed the connection unexpectedly");
}

static void
test_connection_dies_at_the_end(void **state)
{
	const struct fake_step statement = {
		FAKE_QUERY, .text = "SELECT three", FAKE_ROWS(one_name, one_cell)};
	const struct fake_step commit = {
		FAKE_QUERY, .text = "COMMIT", .answer = FAKE_DIE};

	run_dying(*state, &statement, &commit);
	expect_error(*state, ERR_CONNECT, "server closed the connection unexpectedly");
}

/* The server's last words are the reason, not the loss that follows. */
static void
test_terminated(void **state)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT},
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "SELECT three", .answer = FAKE_FAIL,
			.sqlstate = "57P01", .message = "terminating connection"},
		{FAKE_QUERY, .text = "ROLLBACK", .answer = FAKE_DIE},
		{FAKE_CLOSE},
	};
	struct fixture *f = *state;

	fake_script("host=/run", steps, COUNT_OF(steps));
	connect_to(f, "host=/run");
	run_within(f, &two_batches[1], 1, 100000);
	expect_error(f, ERR_CONNECT, "terminating connection");
	assert_string_equal(f->err.sqlstate, "57P01");
	assert_false(pg_session_is_open(f->session));
}

static const struct fake_step silent_steps[] = {
	{FAKE_CONNECT},
	FAKE_BEGIN,
	{FAKE_QUERY, .text = "SELECT three", .answer = FAKE_SILENT,
		FAKE_ROWS(one_name, one_cell)},
	{FAKE_CLOSE},
};

static void
test_deadline(void **state)
{
	struct fixture *f = *state;

	fake_script("host=/run", silent_steps, COUNT_OF(silent_steps));
	connect_to(f, "host=/run");
	run_within(f, &two_batches[1], 1, 5);
	expect_error(f, ERR_TIMEOUT, "no complete answer within 5ms");
	assert_false(pg_session_is_open(f->session));
	assert_int_equal(fake_cancels(), 1);
}

/* Dropping a script that runs cancels it as well, and nobody is told. */
static void
test_close_while_running(void **state)
{
	struct fixture *f = *state;

	fake_script("host=/run", silent_steps, COUNT_OF(silent_steps));
	connect_to(f, "host=/run");
	pg_session_run(f->session,
		&(struct pg_script){&two_batches[1], 1, 100000, {MAX_BYTES, 0}},
		on_done, f);
	timer_set(f->stop, 2);
	loop_run(f->loop);
	pg_session_close(f->session);
	loop_run(f->loop);
	assert_int_equal(f->done, 0);
	assert_int_equal(fake_cancels(), 1);
}

static void
test_free_at_each_wait(void **state)
{
	static const struct fake_step silent[] = {
		{FAKE_CONNECT, .answer = FAKE_SILENT},
		{FAKE_CLOSE},
	};
	static const char *const dsns[] = {"host=/run", "host=localhost",
		"host=bad dsn", "host=192.0.2.1,localhost"};
	struct fixture *f = *state;
	struct pg_target t = {.dsn = "", .connect_timeout_ms = 100000};

	fake_script("host=/run", silent, COUNT_OF(silent));
	for (size_t i = 0; i <= COUNT_OF(dsns); i++) {
		t.dsn = i < COUNT_OF(dsns) ? dsns[i] : "host=/run";
		t.password_command = i < COUNT_OF(dsns) ? NULL : "sleep 1000";
		pg_session_connect(f->session, &t, on_connected, f);
		pg_session_free(f->session);
		f->session = pg_session_new(f->loop);
	}
	loop_run(f->loop);
	assert_int_equal(f->connected, 0);
}

static void
test_free_in_callback(void **state)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT},
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "SELECT three", FAKE_ROWS(one_name, one_cell)},
		FAKE_COMMIT,
		{FAKE_CLOSE},
	};
	struct fixture *f = *state;

	fake_script("host=/run", steps, COUNT_OF(steps));
	connect_to(f, "host=/run");
	f->free_in_callback = true;
	run_within(f, &two_batches[1], 1, 100000);
	assert_string_equal(rows_get(&f->results->rows[0], 0, 0), "1");
	f->session = pg_session_new(f->loop);
	connect_to(f, "host=bad dsn");
	assert_null(f->session);
}

static void
test_close_in_callback(void **state)
{
	static const struct fake_step steps[] = {{FAKE_CONNECT}, {FAKE_CLOSE}};
	struct fixture *f = *state;

	f->close_in_callback = true;
	for (int i = 0; i < 2; i++) {
		fake_script("host=/run", steps, COUNT_OF(steps));
		connect_to(f, "host=/run");
		assert_false(pg_session_is_open(f->session));
	}
}

static void
test_reconnect_closes(void **state)
{
	static const struct fake_step steps[] = {{FAKE_CONNECT}, {FAKE_CLOSE}};
	struct fixture *f = *state;

	for (int i = 0; i < 2; i++) {
		fake_script("host=/run", steps, COUNT_OF(steps));
		connect_to(f, "host=/run");
		assert_true(pg_session_is_open(f->session));
	}
	assert_int_equal(fake_connects(), 2);
}

/* More rows than one turn takes. */
static bool
serve_many(void *arg, const char *sql, struct fake_step *answer)
{
	if (strcmp(sql, "SELECT three WHERE 'p'") == 0) {
		answer->names = one_name;
		answer->cells = arg;
		answer->n_cols = 1;
		answer->n_rows = 5000;
	}
	return true;
}

static void
test_many_rows(void **state)
{
	static const char *const params[] = {"p"};
	const struct pg_statement st = {
		.sql = "SELECT three WHERE $1", .params = params, .n_params = 1};
	const struct pg_batch batch = {NULL, &st, 1};
	const char **cells = xcalloc(5000, sizeof *cells);
	const struct fake_step steps[] = {
		{FAKE_CONNECT},
		{FAKE_SERVE, .serve = serve_many, .arg = cells},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < 5000; i++)
		cells[i] = i % 2 ? "odd" : "even";
	fake_script("host=/run", steps, COUNT_OF(steps));
	connect_to(f, "host=/run");
	run_within(f, &batch, 1, 100000);
	assert_int_equal(f->results->rows[0].n_rows, 5000);
	assert_string_equal(rows_get(&f->results->rows[0], 4999, 0), "odd");
	pg_session_close(f->session);
	free(cells);
}

/* ---- Part by part ---- */

/* What came while the script ran, by statement. */
static struct {
	size_t parts[2], rows[2];
	char last[2][16];
	size_t bytes;
} apart;

static void
on_part(void *arg, size_t number, struct pg_results *part)
{
	const struct rows *r = part->rows;
	const struct fixture *f = arg;

	assert_true(number < 2);
	assert_int_equal(f->done, 0);
	assert_int_equal(part->n_rows, 1);
	assert_string_equal(r->names[0], "a");
	apart.parts[number]++;
	apart.rows[number] += r->n_rows;
	apart.bytes += part->bytes;
	if (r->n_rows)
		snprintf(apart.last[number], sizeof *apart.last, "%s",
			rows_get(r, r->n_rows - 1, 0));
	pg_results_free(part);
}

/* A large result comes in several parts, an empty one in one. */
static void
test_parts(void **state)
{
	const struct pg_statement list[] = {
		{.sql = "SELECT many"}, {.sql = "SELECT none"}};
	const struct pg_batch batch = {NULL, list, 2};
	const char **cells = xcalloc(5000, sizeof *cells);
	const struct fake_step steps[] = {
		{FAKE_CONNECT},
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "SELECT many", .names = one_name, .cells = cells,
			.n_cols = 1, .n_rows = 5000},
		{FAKE_QUERY, .text = "SELECT none", .names = one_name, .n_cols = 1},
		FAKE_COMMIT,
		{FAKE_CLOSE},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < 5000; i++)
		cells[i] = i == 4999 ? "the last" : "x";
	memset(&apart, 0, sizeof apart);
	fake_script("host=/run", steps, COUNT_OF(steps));
	connect_to(f, "host=/run");
	pg_session_run(f->session,
		&(struct pg_script){&batch, 1, 100000, {MAX_BYTES, 0}, on_part, 10000},
		on_done, f);
	loop_run(f->loop);
	assert_int_equal(f->err.code, ERR_NONE);
	assert_int_equal(apart.parts[0], 5);
	assert_int_equal(apart.rows[0], 5000);
	assert_string_equal(apart.last[0], "the last");
	assert_int_equal(apart.parts[1], 1);
	assert_int_equal(apart.rows[1], 0);
	assert_int_equal(f->results->n_rows, 2);
	assert_int_equal(f->results->rows[0].n_rows, 0);
	assert_true(f->results->bytes >= apart.bytes);
	pg_session_close(f->session);
	free(cells);
}

/* A server that never stops is cut off, long before all was read. */
static void
test_never_ends(void **state)
{
	const struct pg_statement st = {.sql = "SELECT three", .name = "things"};
	const struct pg_batch batch = {NULL, &st, 1};
	const char **cells = xcalloc(50000, sizeof *cells);
	const struct fake_step steps[] = {
		{FAKE_CONNECT},
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "SELECT three", .names = one_name, .cells = cells,
			.n_cols = 1, .n_rows = 50000},
		FAKE_COMMIT,
		{FAKE_CLOSE},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < 50000; i++)
		cells[i] = "again";
	fake_script("host=/run", steps, COUNT_OF(steps));
	connect_to(f, "host=/run");
	run_within(f, &batch, 1, 100000);
	expect_error(f, ERR_QUERY,
		"the server sent more than 1000000 (`max_catalog_size`), at last for "
		"statement 1 (things)");
	assert_non_null(f->err.advice);
	assert_false(pg_session_is_open(f->session));
	free(cells);
}

/* Once it turns out that no pooler stands between, a plan is kept; and when it has
 * gone, that is no failure of what was asked. */
static void
test_prepared(void **state)
{
	static const char *const pid_name[] = {"pg_backend_pid"};
	static const char *const pid[] = {"4711"};
	static const struct pg_statement one[] = {
		{.sql = "SELECT one", .gives = &one_row, .prepare = true}};
	static const struct pg_batch batch = {NULL, one, 1};
	static const struct fake_step steps[] = {
		{FAKE_CONNECT},
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "SELECT pg_catalog.pg_backend_pid()",
			FAKE_ROWS(pid_name, pid)},
		{FAKE_QUERY, .text = "SELECT one", FAKE_ROWS(one_name, one_cell)},
		FAKE_COMMIT,
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "PREPARE pgdriftd_"},
		{FAKE_QUERY, .text = "EXECUTE pgdriftd_",
			FAKE_ROWS(one_name, one_cell)},
		FAKE_COMMIT,
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "EXECUTE pgdriftd_",
			FAKE_ROWS(one_name, one_cell)},
		FAKE_COMMIT,
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "EXECUTE pgdriftd_", .answer = FAKE_FAIL,
			.sqlstate = "26000", .message = "does not exist"},
		FAKE_ROLLBACK,
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "SELECT one", FAKE_ROWS(one_name, one_cell)},
		FAKE_COMMIT,
		{FAKE_CLOSE},
	};
	struct fixture *f = *state;

	fake_script("host=/prepared", steps, COUNT_OF(steps));
	pg_session_prepare(f->session);
	connect_to(f, "host=/prepared");
	for (int i = 0; i < 5; i++) {
		f->err.code = ERR_NONE;
		run_within(f, &batch, 1, 100000);
		assert_int_equal(f->err.code != ERR_NONE, i == 3);
		assert_int_equal(pg_session_is_unprepared(f->session), i == 3);
		assert_true(pg_session_is_open(f->session));
		if (i != 3)
			assert_string_equal(rows_get(&f->results->rows[0], 0, 0), "1");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_run),
		TEST(test_prepared),
		TEST(test_run_ascii),
		TEST(test_run_before_13),
		TEST(test_parts),
		TEST(test_run_without_connection),
		TEST(test_error_in_batch),
		TEST(test_wrong_columns),
		TEST(test_no_row),
		TEST(test_command_for_rows),
		TEST(test_lost_row),
		TEST(test_rows_without_end),
		TEST(test_copy),
		TEST(test_no_utf8),
		TEST(test_bad_setup),
		TEST(test_never_ends),
		TEST(test_commit_that_rolled_back),
		TEST(test_connection_dies_in_rows),
		TEST(test_connection_dies_at_the_end),
		TEST(test_terminated),
		TEST(test_deadline),
		TEST(test_close_while_running),
		TEST(test_free_at_each_wait),
		TEST(test_free_in_callback),
		TEST(test_close_in_callback),
		TEST(test_reconnect_closes),
		TEST(test_many_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
