/* Reading tables by COPY, and all that can go wrong with it. */
#include "tests/unit/pg/fixture.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static const char *const name[] = {"version_num"};
static const char *const odd[] = {"a", NULL, "", "x\\y\nz"};
static const char *const one[] = {"b"};
static const char *const two_tables[] = {"public.a", "\"B\".b"};

#define BEFORE                                                     \
	{FAKE_CONNECT}, FAKE_BEGIN,                                \
	{                                                          \
		FAKE_QUERY, .text = "SET UP", FAKE_ROWS(name, one) \
	}
#define COPY_A FAKE_QUERY, .text = "COPY public.a (version_num) TO STDOUT"
#define COPY_B FAKE_QUERY, .text = "COPY \"B\".b (version_num) TO STDOUT"

static void
copy_within(struct fixture *f, size_t n_tables, int64_t timeout_ms, int64_t used_bytes)
{
	struct pg_copy copies[COUNT_OF(two_tables)];
	struct pg_statement list[COUNT_OF(two_tables)];
	const struct pg_batch batch = {"SET UP", list, n_tables};
	const struct pg_script script = {
		&batch, 1, timeout_ms, {MAX_BYTES, used_bytes}};
	int before = f->done;

	for (size_t i = 0; i < n_tables; i++) {
		copies[i] = (struct pg_copy){two_tables[i], "version_num", 4, 1000};
		list[i] = (struct pg_statement){.copy = &copies[i]};
	}
	pg_session_run(f->session, &script, on_done, f);
	assert_int_equal(f->done, before);
	loop_run(f->loop);
	assert_int_equal(f->done, before + 1);
}

static void
copy_n(struct fixture *f, size_t n_tables, int64_t timeout_ms)
{
	copy_within(f, n_tables, timeout_ms, 0);
}

/* Connects, plays `steps`, and asks for the tables. */
static void
play(struct fixture *f, const struct fake_step *steps, size_t n, size_t n_tables)
{
	fake_script("host=/copy", steps, n);
	connect_to(f, "host=/copy");
	copy_n(f, n_tables, 100000);
}

static void
test_copy(void **state)
{
	static const struct fake_step steps[] = {
		BEFORE,
		{COPY_A, FAKE_ROWS(name, odd)},
		{COPY_B, FAKE_ROWS(name, one)},
		FAKE_COMMIT,
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "SET UP", FAKE_ROWS(name, one)},
		{COPY_A},
		FAKE_COMMIT,
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "SELECT", FAKE_ROWS(name, one)},
		FAKE_COMMIT,
	};
	static const struct pg_statement select[] = {{.sql = "SELECT"}};
	static const struct pg_batch batch = {NULL, select, 1};
	struct fixture *f = *state;
	const struct rows *rows;

	play(f, steps, COUNT_OF(steps), 2);
	assert_int_equal(f->err.code, ERR_NONE);
	assert_int_equal(f->results->n_rows, 2);
	rows = f->results->rows;
	assert_int_equal(rows[0].n_rows, 4);
	assert_int_equal(rows[0].n_cols, 1);
	assert_string_equal(rows_get(&rows[0], 0, 0), "a");
	assert_null(rows_get(&rows[0], 1, 0));
	assert_string_equal(rows_get(&rows[0], 2, 0), "");
	assert_string_equal(rows_get(&rows[0], 3, 0), "x\\y\nz");
	assert_string_equal(rows_get(&rows[1], 0, 0), "b");
	assert_int_equal(pg_session_round_trips(f->session), 1);
	/* An empty table; and scripts run as before. */
	copy_n(f, 1, 100000);
	assert_int_equal(f->results->rows[0].n_rows, 0);
	run_within(f, &batch, 1, 100000);
	assert_string_equal(rows_get(&f->results->rows[0], 0, 0), "b");
	assert_int_equal(pg_session_round_trips(f->session), 3);
}

static void
test_without_connection(void **state)
{
	copy_n(*state, 1, 100000);
	expect_error(*state, ERR_CONNECT, "not connected");
}

/* What stands behind the error is not run, and the session can be used again. */
static void
test_refused(void **state)
{
	static const struct fake_step steps[] = {
		BEFORE,
		{COPY_A, .answer = FAKE_FAIL, .sqlstate = "42809",
			.message = "cannot copy from view \"a\""},
		FAKE_ROLLBACK,
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "SET UP", FAKE_ROWS(name, one)},
		{COPY_A, FAKE_ROWS(name, one)},
		FAKE_COMMIT,
	};
	struct fixture *f = *state;

	play(f, steps, COUNT_OF(steps), 2);
	expect_error(f, ERR_QUERY, "cannot copy from view \"a\"");
	assert_string_equal(f->err.sqlstate, "42809");
	assert_true(pg_session_is_open(f->session));
	copy_n(f, 1, 100000);
	assert_int_equal(f->results->rows[0].n_rows, 1);
}

/* One row more than is taken ends the connection: the rest is not read. */
static void
test_too_many(void **state)
{
	static const char *const five[] = {"a", "b", "c", "d", "e"};
	static const struct fake_step steps[] = {
		BEFORE,
		{COPY_A, FAKE_ROWS(name, five)},
		FAKE_COMMIT,
		{FAKE_CLOSE},
	};
	struct fixture *f = *state;

	play(f, steps, COUNT_OF(steps), 1);
	expect_error(f, ERR_QUERY, "public.a has more than 4 rows");
	assert_false(pg_session_is_open(f->session));
	assert_int_equal(fake_cancels(), 1);
}

static void
test_too_long(void **state)
{
	static char text[1002];
	static const char *const rows[] = {text};
	static const struct fake_step steps[] = {
		BEFORE,
		{COPY_A, FAKE_ROWS(name, rows)},
		FAKE_COMMIT,
		{FAKE_CLOSE},
	};
	struct fixture *f = *state;

	memset(text, 'x', sizeof text - 1);
	play(f, steps, COUNT_OF(steps), 1);
	expect_error(f, ERR_QUERY, "public.a has more than 1000 bytes in its rows");
}

/* Rows are a result only when their end was seen, and all of them came. */
static void
test_incomplete(void **state)
{
	static const struct {
		struct fake_step steps[2];
		size_t n;
		enum err_code code;
		const char *text;
	} cases[] = {
		{{{COPY_A, .answer = FAKE_CUT, FAKE_ROWS(name, odd)}}, 1, ERR_INTERNAL,
			"the server answered public.a with something that has no end, "
			"which is no answer to that"},
		{{{COPY_A, .tag = "COPY 5", FAKE_ROWS(name, odd)}, FAKE_COMMIT}, 2,
			ERR_INTERNAL,
			"4 rows of public.a came, of which the server says 5"},
		{{{COPY_A, .answer = FAKE_FAIL, .sqlstate = "57P01", .message = "ended",
			  FAKE_ROWS(name, odd)},
			 {FAKE_QUERY, .text = "ROLLBACK", .answer = FAKE_DIE}},
			2, ERR_CONNECT, "ended"},
		{{{COPY_A, .answer = FAKE_DIE, FAKE_ROWS(name, odd)}}, 1, ERR_CONNECT,
			"server closed the connection unexpectedly"},
		{{{COPY_A, .answer = FAKE_DIE}}, 1, ERR_CONNECT,
			"server closed the connection unexpectedly"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct fake_step steps[] = {
			BEFORE, cases[i].steps[0], cases[i].steps[1]};

		play(f, steps, 3 + cases[i].n, 1);
		assert_null(f->results);
		expect_error(f, cases[i].code, cases[i].text);
		pg_session_close(f->session);
	}
}

/* What begins it is confirmed, in order; a table is of one column, each row of one
 * value, which is written in one way. */
static void
test_undeclared(void **state)
{
	static const char *const two_names[] = {"version_num", "more"};
	static const char *const two[] = {"a", "b"};
	static const char *const cut[] = {"ab2c1"}, *const joined[] = {"a\nb\n"},
				 *const tab[] = {"a\tb\n"};
#define OPENED {FAKE_CONNECT}, FAKE_BEGIN
#define SETTINGS FAKE_QUERY, .text = "SET UP"
#define RAW(cells)                                                            \
	{BEFORE, {COPY_A, FAKE_ROWS(name, cells), .raw = true}, FAKE_COMMIT}, \
		"public.a with a row that is not one value"
	static const struct {
		struct fake_step steps[5];
		const char *text;
	} cases[] = {
		{{OPENED, {SETTINGS, FAKE_ROWS(name, two)}, {COPY_A}, FAKE_COMMIT},
			"the settings of a transaction with more than one row, which "
			"is no answer to that"},
		{{OPENED, {SETTINGS, .names = name, .n_cols = 1}, {COPY_A},
			 FAKE_COMMIT},
			"the settings of a transaction with no row, which is no answer "
			"to that"},
		{{OPENED, {SETTINGS}, {COPY_A}, FAKE_COMMIT},
			"the settings of a transaction with no rows, which is no "
			"answer to that"},
		{{BEFORE, {COPY_A, FAKE_ROWS(two_names, two)}, FAKE_COMMIT},
			"public.a with COPY, which is no answer to that"},
		{RAW(cut)},
		{RAW(joined)},
		{RAW(tab)},
	};
	struct fixture *f = *state;
	char text[200];

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		play(f, cases[i].steps, COUNT_OF(cases[i].steps), 1);
		snprintf(text, sizeof text, "the server answered %s", cases[i].text);
		expect_error(f, ERR_INTERNAL, text);
		assert_false(pg_session_is_open(f->session));
	}
}

/* An answer that the statement cannot have ends the session at once. */
static void
test_unexpected(void **state)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT},
		FAKE_BEGIN,
		{FAKE_QUERY, .text = "SET UP", FAKE_ROWS(name, one)},
		{FAKE_QUERY, .text = "EXTRA", FAKE_ROWS(name, one)},
		{COPY_A},
		FAKE_COMMIT,
		{FAKE_CLOSE},
	};
	struct fixture *f = *state;
	const struct pg_copy copy = {"public.a", "version_num", 4, 1000};
	const struct pg_statement st = {.copy = &copy};
	const struct pg_batch batch = {"SET UP; EXTRA", &st, 1};

	fake_script("host=/copy", steps, COUNT_OF(steps));
	connect_to(f, "host=/copy");
	run_within(f, &batch, 1, 100000);
	expect_error(f, ERR_INTERNAL,
		"the server answered public.a with rows, which is no answer to that");
	assert_false(pg_session_is_open(f->session));
}

static void
test_no_utf8(void **state)
{
	static const char *const text[] = {"a\xff"};
	static const struct fake_step steps[] = {
		BEFORE,
		{COPY_A, FAKE_ROWS(name, text)},
		FAKE_COMMIT,
		{FAKE_CLOSE},
	};
	struct fixture *f = *state;

	play(f, steps, COUNT_OF(steps), 1);
	expect_error(f, ERR_INTERNAL,
		"the server answered public.a with bytes in value that are no UTF-8, "
		"which was agreed on");
}

/* Rows come, and their end does not. */
static void
begin_endless(struct fixture *f)
{
	static const struct fake_step steps[] = {
		BEFORE,
		{COPY_A, .answer = FAKE_SILENT, FAKE_ROWS(name, odd)},
		{FAKE_CLOSE},
	};

	fake_script("host=/copy", steps, COUNT_OF(steps));
	connect_to(f, "host=/copy");
}

/* What arrives counts, though it makes no row yet. */
static void
test_limit(void **state)
{
	struct fixture *f = *state;

	begin_endless(f);
	copy_within(f, 1, 100000, MAX_BYTES - 3);
	expect_error(f, ERR_QUERY,
		"the server sent more than 1000000 (`max_catalog_size`), at last for "
		"public.a");
	assert_non_null(f->err.advice);
	assert_int_equal(fake_cancels(), 1);
}

static void
test_deadline(void **state)
{
	struct fixture *f = *state;

	begin_endless(f);
	copy_n(f, 1, 5);
	expect_error(f, ERR_TIMEOUT, "no complete answer within 5ms");
	assert_int_equal(fake_cancels(), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_copy),
		TEST(test_without_connection),
		TEST(test_refused),
		TEST(test_too_many),
		TEST(test_too_long),
		TEST(test_incomplete),
		TEST(test_undeclared),
		TEST(test_unexpected),
		TEST(test_no_utf8),
		TEST(test_limit),
		TEST(test_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
