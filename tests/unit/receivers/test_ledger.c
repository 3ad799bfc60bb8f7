#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "receivers/ledger.h"

static const struct answer unreachable = {.trouble = TROUBLE_CONNECT};

static int
setup(void **state)
{
	struct ledger *l = xcalloc(1, sizeof *l);

	ledger_init(l);
	l->limits = (struct ledger_limits){.batch_wait_ms = 100,
		.retry_for_ms = 60000,
		.max_queue = 3,
		.max_batch = 2,
		.send_resolved = true};
	*state = l;
	return 0;
}

static int
teardown(void **state)
{
	ledger_fini(*state);
	free(*state);
	return 0;
}

/* `state` NULL: it is over. */
static struct notice *
notice(const char *environment, const char *state, int64_t at_ms)
{
	struct notice *n = xcalloc(1, sizeof *n);

	n->status = state ? NOTICE_PROBLEM : NOTICE_RESOLVED;
	n->environment = xstrdup(environment);
	n->state = xstrdup(state ? state : "in_sync");
	n->text = xstrdup("text");
	n->at_ms = at_ms;
	snprintf(n->id, sizeof n->id, "%s-%lld", n->state, (long long)at_ms);
	return n;
}

static bool
note(struct ledger *l, const char *environment, const char *state, int64_t at_ms)
{
	return ledger_note(l, notice(environment, state, at_ms), at_ms);
}

/* What is of the message, as "a:drifted b:in_sync". */
static void
assert_at(const struct ledger *l, enum ledger_place place, const char *what)
{
	struct strbuf b = {0};

	for (size_t i = 0; i < l->n; i++)
		if (l->entries[i]->at[place])
			strbuf_printf(&b, "%s%s:%s", b.len ? " " : "",
				l->entries[i]->environment,
				l->entries[i]->at[place]->state);
	assert_string_equal(b.s ? b.s : "", what);
	strbuf_free(&b);
}

static void
test_told_once(void **state)
{
	struct ledger *l = *state;

	assert_int_equal(ledger_next_ms(l), -1);
	assert_true(note(l, "a", "drifted", 1000));
	assert_false(note(l, "a", "drifted", 1010));
	assert_int_equal(ledger_next_ms(l), 1100);
	assert_false(ledger_begin(l, 1099));
	assert_true(ledger_begin(l, 1100));
	assert_at(l, LEDGER_SENDING, "a:drifted");
	/* Not while it is under way either. */
	assert_false(note(l, "a", "drifted", 1110));
	ledger_end(l, RESULT_DELIVERED);
	assert_at(l, LEDGER_TOLD, "a:drifted");
	assert_false(note(l, "a", "drifted", 1120));
	assert_int_equal(ledger_next_ms(l), -1);
	assert_int_equal(l->results[RESULT_DELIVERED], 1);
	assert_true(note(l, "a", NULL, 1200));
	assert_true(ledger_begin(l, 1300));
	assert_string_equal(l->entries[0]->at[LEDGER_SENDING]->previous, "drifted");
	ledger_end(l, RESULT_DELIVERED);
	assert_at(l, LEDGER_TOLD, "");
	assert_false(note(l, "a", NULL, 1400));
	ledger_saved(l);
	assert_int_equal(l->n, 0);
}

/* A problem that ended before anybody was told, and one that became another. */
static void
test_superseded(void **state)
{
	struct ledger *l = *state;

	assert_false(note(l, "a", NULL, 1000));
	assert_true(note(l, "a", "drifted", 1000));
	assert_true(note(l, "a", NULL, 1010));
	assert_int_equal(ledger_next_ms(l), -1);
	assert_int_equal(l->results[RESULT_SUPERSEDED], 1);
	assert_true(note(l, "a", "drifted", 1020));
	assert_true(note(l, "a", "unstamped", 1030));
	assert_true(note(l, "a", "unknown", 1040));
	/* It waits since the first of them. */
	assert_true(ledger_begin(l, 1120));
	assert_at(l, LEDGER_SENDING, "a:unknown");
	assert_int_equal(l->entries[0]->at[LEDGER_SENDING]->unsaid, 2);
	ledger_end(l, RESULT_DELIVERED);
	/* Back to what it was told: nothing is to be said. */
	assert_true(note(l, "a", "drifted", 1200));
	assert_true(note(l, "a", "unknown", 1210));
	assert_at(l, LEDGER_WAITING, "");
	assert_int_equal(l->results[RESULT_SUPERSEDED], 4);
}

/* What was tried may have arrived, so its end follows it. */
static void
test_tried(void **state)
{
	struct ledger *l = *state;

	note(l, "a", "drifted", 1000);
	assert_true(ledger_begin(l, 1100));
	ledger_failed(l, &unreachable, 1100);
	assert_true(note(l, "a", NULL, 1200));
	assert_at(l, LEDGER_SENDING, "a:drifted");
	assert_at(l, LEDGER_WAITING, "a:in_sync");
	assert_int_equal(ledger_queued(l), 2);
	assert_int_equal(ledger_next_ms(l), 3100);
	assert_false(ledger_begin(l, 3099));
	assert_true(ledger_begin(l, 3100));
	ledger_failed(l, &unreachable, 3100);
	assert_int_equal(ledger_next_ms(l), 7100);
	assert_true(ledger_begin(l, 7100));
	ledger_end(l, RESULT_DELIVERED);
	assert_true(ledger_begin(l, 7100));
	assert_at(l, LEDGER_SENDING, "a:in_sync");
}

/* Of what was refused nobody knows, so its end is not told either. */
static void
test_refused(void **state)
{
	struct ledger *l = *state;

	note(l, "a", "drifted", 1000);
	assert_true(ledger_begin(l, 1100));
	note(l, "a", NULL, 1150);
	ledger_end(l, RESULT_REFUSED);
	assert_at(l, LEDGER_WAITING, "");
	assert_int_equal(l->results[RESULT_REFUSED], 1);
	assert_int_equal(ledger_next_ms(l), -1);
	/* It counts as not told. */
	assert_true(note(l, "a", "drifted", 1200));
}

static void
test_batch(void **state)
{
	struct ledger *l = *state;

	note(l, "a", "drifted", 1000);
	note(l, "b", "drifted", 1010);
	note(l, "c", "drifted", 1020);
	assert_true(ledger_begin(l, 1100));
	assert_at(l, LEDGER_SENDING, "a:drifted b:drifted");
	ledger_end(l, RESULT_DELIVERED);
	assert_int_equal(ledger_next_ms(l), 1120);
	assert_true(ledger_begin(l, 1120));
	assert_at(l, LEDGER_SENDING, "c:drifted");
}

static void
test_bounded(void **state)
{
	struct ledger *l = *state;

	note(l, "a", "drifted", 1000);
	note(l, "b", "drifted", 1001);
	note(l, "c", "drifted", 1002);
	assert_int_equal(l->results[RESULT_DROPPED], 0);
	note(l, "d", "drifted", 1003);
	assert_at(l, LEDGER_WAITING, "b:drifted c:drifted d:drifted");
	assert_int_equal(l->results[RESULT_DROPPED], 1);
	/* One that takes the place of another needs none. */
	note(l, "c", "unknown", 1004);
	assert_at(l, LEDGER_WAITING, "b:drifted c:unknown d:drifted");
	assert_int_equal(l->results[RESULT_DROPPED], 1);
}

static void
test_expired(void **state)
{
	struct ledger *l = *state;

	note(l, "a", "drifted", 1000);
	/* However old it is, it is tried once. */
	assert_int_equal(ledger_expire(l, 1000000), 0);
	assert_true(ledger_begin(l, 1100));
	ledger_failed(l, &unreachable, 1100);
	note(l, "b", "drifted", 50000);
	assert_int_equal(ledger_expire(l, 61000), 0);
	assert_int_equal(ledger_expire(l, 61001), 1);
	assert_at(l, LEDGER_SENDING, "");
	assert_at(l, LEDGER_WAITING, "b:drifted");
	assert_int_equal(l->results[RESULT_EXPIRED], 1);
	assert_int_equal(l->failures, 0);
}

/* Without it the next problem is told all the same. */
static void
test_no_resolved(void **state)
{
	struct ledger *l = *state;

	l->limits.send_resolved = false;
	note(l, "a", "drifted", 1000);
	assert_true(ledger_begin(l, 1100));
	ledger_end(l, RESULT_DELIVERED);
	note(l, "a", NULL, 1200);
	assert_false(ledger_begin(l, 1300));
	assert_at(l, LEDGER_TOLD, "");
	assert_int_equal(ledger_next_ms(l), -1);
	assert_true(note(l, "a", "drifted", 1400));
}

static void
test_renewed(void **state)
{
	struct ledger *l = *state;

	l->limits.renew_ms = 60000;
	note(l, "a", "drifted", 1000);
	assert_false(ledger_renews(l, 1100));
	assert_true(ledger_begin(l, 1100));
	ledger_end(l, RESULT_DELIVERED);
	ledger_renewed(l, 1100);
	assert_int_equal(ledger_next_ms(l), 61100);
	assert_false(ledger_renews(l, 61099));
	assert_true(ledger_renews(l, 61100));
	ledger_failed(l, &unreachable, 61100);
	assert_int_equal(ledger_next_ms(l), 63100);
	assert_false(ledger_renews(l, 63099));
	ledger_renewed(l, 63100);
	assert_int_equal(ledger_next_ms(l), 123100);
	/* What stands is not told again once it is over. */
	note(l, "a", NULL, 70000);
	assert_true(ledger_begin(l, 71000));
	assert_false(ledger_renews(l, 200000));
	ledger_end(l, RESULT_DELIVERED);
	assert_int_equal(ledger_next_ms(l), -1);
}

/* As after a restart: what was told is not news, what was under way is tried again. */
static void
test_restored(void **state)
{
	struct ledger *l = *state;

	ledger_restore(l, LEDGER_TOLD, notice("a", "drifted", 500), 1000);
	ledger_restore(l, LEDGER_SENDING, notice("b", "drifted", 600), 1000);
	ledger_restore(l, LEDGER_WAITING, notice("c", "drifted", 700), 1000);
	assert_false(ledger_is_dirty(l));
	assert_false(note(l, "a", "drifted", 1000));
	assert_false(note(l, "b", "drifted", 1000));
	assert_false(note(l, "c", "drifted", 1000));
	assert_true(ledger_begin(l, 1000));
	assert_at(l, LEDGER_SENDING, "b:drifted");
	assert_string_equal(l->entries[1]->at[LEDGER_SENDING]->id, "drifted-600");
	assert_true(note(l, "a", NULL, 1000));
	assert_true(ledger_is_dirty(l));
}

static void
test_renamed(void **state)
{
	struct ledger *l = *state;

	ledger_restore(l, LEDGER_TOLD, notice("a", "drifted", 500), 1000);
	ledger_rename(l, "a", "b");
	ledger_rename(l, "none", "c");
	assert_at(l, LEDGER_TOLD, "b:drifted");
	assert_int_equal(l->count[LEDGER_TOLD], 1);
	assert_true(ledger_is_dirty(l));
	assert_false(note(l, "b", "drifted", 1000));
	assert_null(ledger_last(l, "a"));
	assert_string_equal(ledger_last(l, "b")->environment, "b");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_told_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_superseded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tried, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_batch, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_expired, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_resolved, setup, teardown),
		cmocka_unit_test_setup_teardown(test_renewed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_restored, setup, teardown),
		cmocka_unit_test_setup_teardown(test_renamed, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
