/* See fixture.h. */
#include "tests/unit/pg/fixture.h"

#include <stdlib.h>

#include "base/mem.h"

static void
stop(void *arg)
{
	loop_stop(arg);
}

int
set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);

	f->loop = loop_new();
	f->session = pg_session_new(f->loop);
	f->stop = timer_new(f->loop, stop, f->loop);
	*state = f;
	return 0;
}

int
tear_down(void **state)
{
	struct fixture *f = *state;

	pg_results_free(f->results);
	pg_session_free(f->session);
	timer_free(f->stop);
	loop_free(f->loop);
	free(f);
	fake_end();
	return 0;
}

static void
after_callback(struct fixture *f)
{
	if (f->free_in_callback) {
		pg_session_free(f->session);
		f->session = NULL;
	}
	if (f->close_in_callback)
		pg_session_close(f->session);
}

void
on_connected(void *arg, const struct err *e)
{
	struct fixture *f = arg;

	f->connected++;
	if (e)
		f->err = *e;
	after_callback(f);
}

void
on_done(void *arg, struct pg_results *r, const struct err *e)
{
	struct fixture *f = arg;

	assert_int_equal(r == NULL, e != NULL);
	f->done++;
	pg_results_free(f->results);
	f->results = r;
	if (e)
		f->err = *e;
	after_callback(f);
}

void
connect_with(struct fixture *f, const struct pg_target *t)
{
	int before = f->connected;

	pg_session_connect(f->session, t, on_connected, f);
	assert_int_equal(f->connected, before);
	loop_run(f->loop);
	assert_int_equal(f->connected, before + 1);
}

void
connect_to(struct fixture *f, const char *dsn)
{
	const struct pg_target t = {
		.dsn = dsn, .application_name = "test", .connect_timeout_ms = 100000};

	connect_with(f, &t);
}

void
run_within(struct fixture *f, const struct pg_batch *batches, size_t n, int64_t ms)
{
	int before = f->done;

	pg_session_run(f->session, &(struct pg_script){batches, n, ms, {MAX_BYTES, 0}},
		on_done, f);
	assert_int_equal(f->done, before);
	loop_run(f->loop);
	assert_int_equal(f->done, before + 1);
}

void
expect_error(const struct fixture *f, enum err_code code, const char *text)
{
	assert_int_equal(f->err.code, code);
	assert_string_equal(f->err.text, text);
}
