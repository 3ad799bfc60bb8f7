#include "tests/unit/unit.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "report/process.h"

static const struct process_units units = {.ticks_per_second = 100, .page_size = 4096};

/* proc(5), with a name that tries hard to be something else. */
static const char self_stat[] =
	"4711 (pg) S 1 (x) R 1 4711 4711 0 -1 4194560 1500 0 3 0 250 150 7 8 20 0 1 0 "
	"123456 9000000 640 18446744073709551615 1 1 0 0 0 0 0 4096 17475 0 0 0 17 1 "
	"0\n";
static const char stat[] = "cpu  1 2 3\nctxt 99\nbtime 1790000000\nprocesses 5\n";

static void
test_parse(void **state)
{
	struct process_facts p;

	(void)state;
	assert_true(process_parse(self_stat, stat, &units, &p));
	assert_int_equal(p.cpu_ms, 4000);
	assert_int_equal(p.start_time_ms, INT64_C(1790001234560));
	assert_int_equal(p.virtual_bytes, 9000000);
	assert_int_equal(p.resident_bytes, 640 * 4096);
}

static void
test_refuse(void **state)
{
	static const struct {
		const char *self_stat, *stat;
	} cases[] = {
		{"", stat},
		{"4711 (pgdriftd", stat},
		{"4711 (pgdriftd) S 1 2 3", stat},
		{self_stat, ""},
		{self_stat, "btime never\n"},
	};
	struct process_facts p;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_false(
			process_parse(cases[i].self_stat, cases[i].stat, &units, &p));
}

static void
test_this_process(void **state)
{
	struct process_facts p;

	(void)state;
	if (!process_read(&p))
		skip();
	assert_true(p.resident_bytes > 0 && p.resident_bytes < p.virtual_bytes);
	assert_true(p.open_fds >= 1 && p.open_fds <= p.max_fds);
	assert_true(p.start_time_ms < clock_wall_ms() + 60000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_refuse),
		cmocka_unit_test(test_this_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
