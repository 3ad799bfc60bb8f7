#include "monitor/life.h"

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/store/fixture.h"

/* 2026-09-20T10:00:00Z; the machine was started a day before. */
static const int64_t at_ten = INT64_C(1789898400000), day = 86400 * 1000,
		     minute = 60 * 1000;

static struct life_now
at(int64_t wall_ms, int64_t boot_ms)
{
	return (struct life_now){at_ten + wall_ms, day + boot_ms};
}

static void
begin(struct life *l, struct store *s, int64_t wall_ms)
{
	const struct life_now now = at(wall_ms, 0);

	*l = (struct life){.store = s};
	life_begin(l, &now);
	assert_true(l->begun);
}

static void
beat(struct life *l, int64_t wall_ms, int64_t boot_ms)
{
	const struct life_now now = at(wall_ms, boot_ms);

	life_beat(l, &now);
}

static void
end(struct life *l, int64_t wall_ms)
{
	const struct life_now now = at(wall_ms, 0);

	life_end(l, &now);
}

/* Rows as "event at detail", oldest first, one a line. */
static void
assert_rows(struct store *s, const char *expected)
{
	struct strbuf got = {0};
	struct err e;
	cJSON *o = store_history(s, NULL, 0, 100, &e), *list;

	assert_non_null(o);
	list = cJSON_GetObjectItem(o, "changes");
	for (int i = cJSON_GetArraySize(list) - 1; i >= 0; i--) {
		const cJSON *row = cJSON_GetArrayItem(list, i);
		const char *detail = json_str(row, "detail");

		assert_null(json_str(row, "environment"));
		strbuf_printf(&got, "%s %.5s%s%s\n", json_str(row, "event"),
			json_str(row, "at") + strlen("2026-09-20T"), detail ? " " : "",
			detail ? detail : "");
	}
	assert_string_equal(got.s, expected);
	strbuf_free(&got);
	cJSON_Delete(o);
}

static void
test_stopped(void **state)
{
	struct store *s = fixture_open(*state);
	struct life l;

	begin(&l, s, 0);
	beat(&l, minute, minute);
	end(&l, 2 * minute);
	begin(&l, s, 5 * minute);
	end(&l, 6 * minute);
	assert_rows(s, "started 10:00\nstopped 10:02\n"
		       "started 10:05 nobody watched for 3m, since it was stopped at "
		       "2026-09-20T10:02:00Z\nstopped 10:06\n");
	store_close(s);
}

static void
test_killed(void **state)
{
	struct store *s = fixture_open(*state);
	struct life l;

	begin(&l, s, 0);
	beat(&l, minute, minute);
	store_close(s);
	/* One that cannot start changes nothing of it; one that does says it once. */
	s = fixture_open(*state);
	begin(&l, s, 61 * minute);
	beat(&l, 62 * minute, minute);
	end(&l, 63 * minute);
	begin(&l, s, 63 * minute);
	assert_rows(s,
		"started 10:00\n"
		"gap 11:01 for 1h, from 2026-09-20T10:01:00Z to 2026-09-20T11:01:00Z: "
		"the daemon before was killed or died after its last sign of life\n"
		"started 11:01\nstopped 11:03\n"
		"started 11:03\n");
	store_close(s);
}

static void
test_a_clock_that_was_put_back(void **state)
{
	struct store *s = fixture_open(*state);
	struct life l;

	begin(&l, s, 60 * minute);
	begin(&l, s, 0);
	beat(&l, -60 * minute, minute);
	end(&l, -60 * minute);
	begin(&l, s, -70 * minute);
	assert_rows(s,
		"started 08:50 it was stopped at 2026-09-20T09:00:00Z, and the clock "
		"was put back\n"
		"clock 09:00 the clock was put back by 1h1m: what was "
		"2026-09-20T10:01:00Z is 2026-09-20T09:00:00Z\n"
		"stopped 09:00\n"
		"gap 10:00 nobody knows for how long: the daemon before was killed or "
		"died, and the clock was put back, for its last sign of life is of "
		"2026-09-20T11:00:00Z\n"
		"started 10:00\nstarted 11:00\n");
	store_close(s);
}

/* What it says of a time that it may not be; once, and over a restart as well. */
static void
test_a_clock_years_ahead(void **state)
{
	struct store *s = fixture_open(*state);
	int64_t ahead = 730 * day;
	struct life l;

	begin(&l, s, 0);
	assert_int_equal(l.age.held_ms, 0);
	end(&l, minute);
	begin(&l, s, ahead);
	assert_true(l.age.held_ms > 0);
	end(&l, ahead);
	begin(&l, s, ahead + minute);
	assert_true(l.age.held_ms > 0);
	assert_int_equal(l.age.now_ms, at_ten);
	/* As it is set right. */
	beat(&l, 3 * minute, minute);
	assert_int_equal(l.age.held_ms, 0);
	assert_rows(s,
		"started 10:00\nstopped 10:01\n"
		"clock 10:00 the clock is 729d23h59m ahead of the last sign of life, "
		"of "
		"2026-09-20T10:01:00Z: it is wrong, or nobody watched for so long; no "
		"history is forgotten until it has stood for 7 days\n"
		"started 10:00 nobody watched for 729d23h59m, since it was stopped at "
		"2026-09-20T10:01:00Z\n"
		"stopped 10:00\n"
		"started 10:01 nobody watched for 1m, since it was stopped at "
		"2028-09-19T10:00:00Z\n"
		"clock 10:03 the clock was put back by 729d23h59m: what was "
		"2028-09-19T10:02:00Z is 2026-09-20T10:03:00Z\n");
	store_close(s);
}

/* A store of a release that left no signs. */
static void
test_no_sign_and_years_ahead(void **state)
{
	const struct store_change c = {.at_ms = at_ten, .environment = "", .state = ""};
	struct store *s = fixture_open(*state);
	struct life l;

	fixture_add(s, &c);
	begin(&l, s, 730 * day);
	assert_true(l.age.held_ms > 0);
	assert_int_equal(l.age.now_ms, at_ten);
	assert_rows(s,
		"state 10:00\n"
		"clock 10:00 the clock is 730d ahead of the newest that is stored, of "
		"2026-09-20T10:00:00Z: it is wrong, or nobody watched for so long; no "
		"history is forgotten until it has stood for 7 days\n"
		"started 10:00\n");
	store_close(s);
}

static void
take_detail(void *arg, const struct happened *h)
{
	if (h->what == HAPPENING_GAP)
		strbuf_add(arg, h->detail);
	else
		assert_int_equal(h->what, HAPPENING_CLOCK);
}

/* Whatever the wall clock says meanwhile; with a store and without. */
static void
test_suspended(void **state)
{
	static const char said[] =
		"for 3h, from 2026-09-20T10:00:00Z to 2026-09-20T13:00:00Z: this "
		"machine or the daemon was suspended";
	struct strbuf log = {0};
	struct life l = {.gap = take_detail, .arg = &log};
	struct life_now now = at(0, 0);

	(void)state;
	life_begin(&l, &now);
	assert_false(l.begun);
	beat(&l, -9 * minute, minute);
	beat(&l, 0, 2 * minute);
	assert_int_equal(log.len, 0);
	beat(&l, 180 * minute, 182 * minute);
	assert_string_equal(log.s, said);
	beat(&l, 181 * minute, 183 * minute);
	assert_string_equal(log.s, said);
	strbuf_free(&log);
}

static void
test_a_store_that_comes_later(void **state)
{
	struct store *s = store_open_later("/dev/null");
	struct life l = {.store = s};
	struct life_now now = at(0, 0);

	life_begin(&l, &now);
	assert_false(l.begun);
	beat(&l, minute, minute);
	end(&l, minute);
	store_close(s);
	l.store = s = fixture_open(*state);
	now = at(7 * minute, 7 * minute);
	life_begin(&l, &now);
	life_begin(&l, &now);
	assert_rows(s, "started 10:00\n");
	store_close(s);
}

/* The times of the machine's present start, and by how much they are wrong. */
static void
test_a_clock_that_was_set(void **state)
{
	struct life l = {0};
	struct life_now now = at(0, 0);
	struct clock_step step;

	(void)state;
	assert_false(life_clock_set(&l, &now, &step));
	life_begin(&l, &now);
	now = at(minute + 1000, minute);
	assert_false(life_clock_set(&l, &now, &step));
	/* Suspended, and set right then. */
	now = at(300 * minute, minute);
	assert_true(life_clock_set(&l, &now, &step));
	assert_int_equal(step.from_ms, at_ten - day);
	assert_int_equal(step.to_ms, at_ten + minute);
	assert_int_equal(step.by_ms, 299 * minute);
	life_beat(&l, &now);
	assert_int_equal(l.started_ms, at_ten + 299 * minute);
	assert_false(life_clock_set(&l, &now, &step));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_stopped, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_killed, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_a_clock_that_was_put_back,
			fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_a_clock_years_ahead, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_no_sign_and_years_ahead, fixture_setup, fixture_teardown),
		cmocka_unit_test(test_a_clock_that_was_set),
		cmocka_unit_test(test_suspended),
		cmocka_unit_test_setup_teardown(
			test_a_store_that_comes_later, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
