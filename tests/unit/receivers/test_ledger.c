#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "receivers/ledger.h"
#include "tests/unit/receivers/growth.h"

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
	ledger_failed(l, false, &unreachable, 1100);
	assert_true(note(l, "a", NULL, 1200));
	assert_at(l, LEDGER_SENDING, "a:drifted");
	assert_at(l, LEDGER_WAITING, "a:in_sync");
	assert_int_equal(ledger_queued(l), 2);
	assert_int_equal(ledger_next_ms(l), 3100);
	assert_false(ledger_begin(l, 3099));
	assert_true(ledger_begin(l, 3100));
	ledger_failed(l, false, &unreachable, 3100);
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

/* An end that is never told leaves nothing that stands, so that what comes next is
 * news. */
static void
test_lost_end(void **state)
{
	struct ledger *l = *state;

	l->limits.renew_ms = 60000;
	ledger_restore(l, LEDGER_TOLD, notice("a", "drifted", 500), 1000);
	ledger_restore(l, LEDGER_TOLD, notice("b", "drifted", 500), 1000);
	ledger_restore(l, LEDGER_TOLD, notice("c", "drifted", 500), 1000);
	note(l, "a", NULL, 1000);
	note(l, "b", "unknown", 1000);
	assert_true(ledger_begin(l, 1100));
	ledger_end(l, RESULT_REFUSED);
	/* A problem that is not told leaves the one before. */
	assert_at(l, LEDGER_TOLD, "b:drifted c:drifted");
	assert_true(note(l, "a", "drifted", 1200));
	assert_true(note(l, "b", "unknown", 1200));
	assert_true(ledger_begin(l, 1300));
	ledger_failed(l, false, &unreachable, 1300);
	note(l, "c", NULL, 1301);
	assert_int_equal(ledger_expire(l, 61302), 3);
	assert_at(l, LEDGER_TOLD, "b:drifted");
	assert_true(ledger_is_dirty(l));
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

/* Only of one that fails: the others have got nothing of it yet. */
static void
test_bounded(void **state)
{
	struct ledger *l = *state;

	ledger_restore(l, LEDGER_TOLD, notice("a", "drifted", 500), 1000);
	for (const char *e = "bcdef"; *e; e++)
		note(l, (char[]){*e, '\0'}, "drifted", 1000 + *e);
	assert_int_equal(l->count[LEDGER_WAITING], 5);
	assert_int_equal(l->results[RESULT_DROPPED], 0);
	assert_true(ledger_begin(l, 1300));
	ledger_failed(l, false, &unreachable, 1300);
	note(l, "a", NULL, 1000);
	assert_at(l, LEDGER_WAITING, "a:in_sync e:drifted f:drifted");
	assert_int_equal(l->results[RESULT_DROPPED], 1);
	/* One that takes the place of another needs none. */
	note(l, "e", "unknown", 1400);
	assert_at(l, LEDGER_WAITING, "a:in_sync e:unknown f:drifted");
	assert_int_equal(l->results[RESULT_DROPPED], 1);
	/* With the end goes what stood. */
	note(l, "g", "drifted", 1500);
	assert_at(l, LEDGER_WAITING, "e:unknown f:drifted g:drifted");
	assert_at(l, LEDGER_TOLD, "");
}

static void
test_expired(void **state)
{
	struct ledger *l = *state;

	note(l, "a", "drifted", 1000);
	/* However old it is, it is tried once. */
	assert_int_equal(ledger_expire(l, 1000000), 0);
	assert_true(ledger_begin(l, 1100));
	ledger_failed(l, false, &unreachable, 1100);
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
	ledger_renewed(l, 1100);
	ledger_end(l, RESULT_DELIVERED);
	assert_int_equal(ledger_next_ms(l), 61100);
	assert_false(ledger_renews(l, 61099));
	assert_true(ledger_renews(l, 61100));
	ledger_failed(l, true, &unreachable, 61100);
	assert_int_equal(ledger_next_ms(l), 63100);
	assert_false(ledger_renews(l, 63099));
	assert_true(ledger_renews(l, 63100));
	ledger_renewed(l, 63100);
	assert_int_equal(ledger_next_ms(l), 123100);
	/* What stands is not told again once it is over. */
	note(l, "a", NULL, 70000);
	assert_true(ledger_begin(l, 71000));
	assert_false(ledger_renews(l, 200000));
	ledger_end(l, RESULT_DELIVERED);
	assert_int_equal(ledger_next_ms(l), -1);
}

/* What fails meanwhile is tried ever less often, but before it ends by itself. */
static void
test_renewal_fails(void **state)
{
	const struct answer busy = {.status = 503, .retry_after_ms = 600000};
	struct ledger *l = *state;
	int64_t at = 61000;

	l->limits.renew_ms = 60000;
	ledger_restore(l, LEDGER_TOLD, notice("a", "drifted", 500), 1000);
	for (int64_t pause = 2000; pause <= 64000; pause *= 2) {
		assert_true(ledger_renews(l, at));
		ledger_failed(l, true, &unreachable, at);
		assert_int_equal(ledger_expire(l, at), 0);
		at += pause < 60000 ? pause : 60000;
		assert_int_equal(ledger_next_ms(l), at);
	}
	ledger_failed(l, true, &busy, at);
	assert_int_equal(ledger_next_ms(l), at + 600000);
	/* It was tried never. */
	note(l, "b", "drifted", 1000);
	assert_int_equal(ledger_expire(l, at), 0);
	assert_at(l, LEDGER_WAITING, "b:drifted");
}

/* Begin to tell again what stands, in slices: those of it that are told. */
static void
assert_renews(struct ledger *l, const char *what, int64_t mono_ms)
{
	struct strbuf b = {0};

	assert_true(ledger_renews(l, mono_ms));
	for (size_t i = 0; i < l->n; i++)
		if (l->entries[i]->renewing)
			strbuf_printf(&b, "%s", l->entries[i]->environment);
	assert_string_equal(b.s ? b.s : "", what);
	strbuf_free(&b);
}

static void
restore_many(struct ledger *l, const char *names)
{
	l->limits.renew_ms = 60000;
	for (const char *e = names; *e; e++)
		ledger_restore(l, LEDGER_TOLD,
			notice((char[]){*e, '\0'}, "drifted", 500), 1000);
}

/* One slice that is not taken, ever, keeps no other from being told in time. */
static void
test_slice_fails(void **state)
{
	const struct answer bad = {.status = 400};
	struct ledger *l = *state;
	int64_t at = 61000;

	restore_many(l, "abcdef");
	for (int i = 0; i < 10; i++) {
		assert_renews(l, "ab", at);
		assert_false(ledger_renewed(l, at + 100));
		assert_renews(l, "cd", at + 100);
		ledger_failed(l, true, &bad, at + 200);
		assert_int_equal(ledger_next_ms(l), at + 2200);
		assert_false(ledger_renews(l, at + 2199));
		assert_renews(l, "ef", at + 2200);
		assert_false(ledger_renewed(l, at + 2300));
		/* Since it began. */
		at += 60000;
		assert_int_equal(ledger_next_ms(l), at);
		assert_false(ledger_renews(l, at - 1));
	}
	/* What takes longer than that begins again at once. */
	assert_renews(l, "ab", at);
	ledger_renewed(l, at + 100);
	assert_renews(l, "cd", at + 100);
	ledger_renewed(l, at + 200);
	assert_renews(l, "ef", at + 200);
	assert_true(ledger_renewed(l, at + 70000));
	assert_renews(l, "ab", at + 70000);
}

/* Whoever takes none of the slices is asked ever less often, and all of it follows once
 * there is one that is taken. */
static void
test_slices_fail(void **state)
{
	struct ledger *l = *state;
	int64_t at = 61000;

	restore_many(l, "abcd");
	for (int64_t pause = 2000; pause <= 64000; pause *= 2)
		for (int i = 0; i < 2; i++) {
			assert_renews(l, i ? "cd" : "ab", at);
			ledger_failed(l, true, &unreachable, at);
			at += pause < 60000 ? pause : 60000;
			assert_int_equal(ledger_next_ms(l), at);
		}
	assert_renews(l, "ab", at);
	ledger_failed(l, true, &unreachable, at);
	at += 60000;
	assert_renews(l, "cd", at);
	assert_false(ledger_renewed(l, at));
	/* It is a minute since that began. */
	assert_renews(l, "ab", at);
	assert_false(ledger_renewed(l, at));
	assert_renews(l, "cd", at);
	assert_true(ledger_renewed(l, at));
	assert_int_equal(ledger_next_ms(l), at + 60000);
}

/* All that was left of it has ended meanwhile: of nothing nobody is told. */
static void
test_slice_ends(void **state)
{
	struct ledger *l = *state;

	restore_many(l, "abcd");
	assert_renews(l, "ab", 61000);
	ledger_renewed(l, 61000);
	note(l, "c", NULL, 61000);
	note(l, "d", NULL, 61000);
	assert_true(ledger_begin(l, 61100));
	ledger_end(l, RESULT_DELIVERED);
	assert_at(l, LEDGER_TOLD, "a:drifted b:drifted");
	assert_false(ledger_renews(l, 61200));
	assert_int_equal(ledger_next_ms(l), 121000);
	assert_renews(l, "ab", 121000);
}

/* What is told again has another name, or has ended, before it is too large. */
static void
test_slice_is_renamed(void **state)
{
	const struct answer large = {.status = 413};
	struct ledger *l = *state;

	restore_many(l, "a");
	assert_renews(l, "a", 61000);
	ledger_rename(l, "a", "b");
	assert_int_equal(ledger_too_large(l, true, &large, 61000), 0);
	assert_at(l, LEDGER_TOLD, "b:drifted");
	assert_false(ledger_renews(l, 62999));
	ledger_saved(l);
	assert_renews(l, "b", 63000);
	assert_int_equal(ledger_too_large(l, true, &large, 63000), 1);
	assert_at(l, LEDGER_TOLD, "");
}

/* What a process before told may be over: that is seen first, if that is soon. */
static void
test_renewed_after_restart(void **state)
{
	struct ledger *l = *state;

	l->limits.renew_ms = 60000;
	ledger_restore(l, LEDGER_TOLD, notice("a", "drifted", 500), 1000);
	ledger_restore(l, LEDGER_TOLD, notice("b", "drifted", 500), 1000);
	assert_false(ledger_renews(l, 60999));
	assert_true(ledger_renews(l, 61000));
	note(l, "a", NULL, 2000);
	ledger_looked(l, 2000);
	assert_false(ledger_renews(l, 2099));
	assert_true(ledger_begin(l, 2100));
	assert_at(l, LEDGER_SENDING, "a:in_sync");
	ledger_end(l, RESULT_DELIVERED);
	assert_true(ledger_renews(l, 2100));
}

/* An emptied database is worse than the state it shares with others. */
static void
test_worse(void **state)
{
	struct ledger *l = *state;
	struct notice *n = notice("a", "revision_mismatch", 1010);

	note(l, "a", "revision_mismatch", 1000);
	n->is_error = true;
	assert_true(ledger_note(l, n, 1010));
	assert_true(l->entries[0]->at[LEDGER_WAITING]->is_error);
}

/* Nothing is older by a clock that is set. */
static void
test_clock_set(void **state)
{
	const int64_t t = INT64_C(1789898400000), day = INT64_C(86400000);
	const struct clock_step step = {t - day, t + day, 2 * day};
	struct ledger *l = *state;

	note(l, "a", "drifted", t);
	assert_true(ledger_begin(l, t + 100));
	ledger_failed(l, false, &unreachable, t + 100);
	ledger_saved(l);
	ledger_clock_set(l, &step);
	assert_true(ledger_is_dirty(l));
	assert_int_equal(l->entries[0]->at[LEDGER_SENDING]->at_ms, t + 2 * day);
	assert_int_equal(ledger_expire(l, t + 2 * day + 200), 0);
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

/* With a template goes what it stands for. */
static void
test_renamed_template(void **state)
{
	struct ledger *l = *state;

	ledger_restore(l, LEDGER_TOLD, notice("t/one", "drifted", 500), 1000);
	ledger_restore(l, LEDGER_WAITING, notice("t/two", "drifted", 500), 1000);
	ledger_restore(l, LEDGER_TOLD, notice("tt/one", "drifted", 500), 1000);
	ledger_rename(l, "t", "u");
	assert_at(l, LEDGER_TOLD, "tt/one:drifted u/one:drifted");
	assert_at(l, LEDGER_WAITING, "u/two:drifted");
	assert_null(ledger_last(l, "t/one"));
}

/* As where each environment changes in a turn of its own, and again before anybody was
 * told: CPU time of a thread. */
static int64_t
cost_of(size_t n)
{
	struct ledger l = {.limits = {.batch_wait_ms = INT32_MAX,
				   .retry_for_ms = INT32_MAX,
				   .max_queue = n / 2}};
	int64_t begin_us = clock_thread_us();

	ledger_init(&l);
	l.failures = 1;
	for (size_t i = 0; i < 3 * n; i++) {
		char name[32];

		snprintf(name, sizeof name, "tenants/%zu", i % n);
		note(&l, name,
			i < n       ? "drifted"
			: i < 2 * n ? "unstamped"
				    : NULL,
			1000 + (int64_t)i);
		assert_true(ledger_next_ms(&l) > 0 || i >= 2 * n);
		if (ledger_is_dirty(&l))
			ledger_saved(&l);
	}
	assert_int_equal(l.n, 0);
	ledger_fini(&l);
	return clock_thread_us() - begin_us;
}

static void
test_many(void **state)
{
	(void)state;
	assert_grows_with_n(cost_of);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_told_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_superseded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tried, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lost_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_batch, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_expired, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_resolved, setup, teardown),
		cmocka_unit_test_setup_teardown(test_renewed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_renewal_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(test_slice_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(test_slices_fail, setup, teardown),
		cmocka_unit_test_setup_teardown(test_slice_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(test_slice_is_renamed, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_renewed_after_restart, setup, teardown),
		cmocka_unit_test_setup_teardown(test_worse, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clock_set, setup, teardown),
		cmocka_unit_test_setup_teardown(test_restored, setup, teardown),
		cmocka_unit_test_setup_teardown(test_renamed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_renamed_template, setup, teardown),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
