/* What is to be sent is stored before it is, and that it was afterwards.  A process
 * that is killed in between sends it once more, with the same id: nobody can tell
 * whether it arrived, and that a change is not told would be worse than that it is told
 * twice. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "receivers/internal.h"
#include "receivers/post.h"

/* ---- What is said of them ---- */

void
receiver_say(const struct receiver *r, enum log_level level, const char *reason,
	const char *fmt, ...)
{
	const struct log_field fields[] = {{.key = "receiver", .value = r->conf->name},
		{.key = "reason", .value = reason}};
	struct strbuf text = {0};
	char *what;
	va_list ap;

	va_start(ap, fmt);
	what = xvasprintf(fmt, ap);
	va_end(ap);
	strbuf_printf(&text, "receiver %s: %s", r->conf->name, what);
	log_write(&(struct log_record){.level = level,
		.msg = text.s,
		.fields = fields,
		.n_fields = COUNT_OF(fields)});
	strbuf_free(&text);
	free(what);
}

/* Once, until it is another reason or all is well. */
static void
say_failing(struct receiver *r, const struct answer *a)
{
	const char *reason = outcome_reason(a);
	char *text;

	if (r->failing && !strcmp(r->failing, reason))
		return;
	text = outcome_text(a);
	receiver_say(r, LEVEL_WARN, reason,
		"a message cannot be delivered: %s; it is tried again", text);
	r->failing = reason;
	free(text);
}

static void
say_well(struct receiver *r)
{
	if (r->failing)
		receiver_say(r, LEVEL_INFO, NULL, "messages are delivered again");
	r->failing = NULL;
	free(r->last_error);
	r->last_error = NULL;
}

void
receiver_say_lost(
	const struct receiver *r, size_t n, const char *reason, const char *why)
{
	receiver_say(r, LEVEL_ERROR, reason, "%zu change%s not told: %s", n,
		n == 1 ? " is" : "s are", why);
}

/* ---- Sending ---- */

void
receiver_arm(struct receiver *r)
{
	int64_t at = ledger_next_ms(&r->ledger), now = clock_mono_ms();

	if (at < 0 || r->delivery || r->all->ending)
		timer_clear(r->timer);
	else
		timer_set(r->timer, at > now ? at - now : 0);
}

enum { LOOK_AGAIN_MS = 60 * 1000, LOOK_RARELY_MS = 3600 * 1000 };

/* Something was taken, so what was not may be as well: at once after a message, and
 * ever less often after what stands was told again, as it may be refused for itself. */
static void
look_for_lost(struct receiver *r, int64_t now_ms)
{
	int64_t pause_ms = 2 * r->look_pause_ms;

	if (!r->renewing)
		r->look_at_ms = pause_ms = 0;
	if (!r->lost || now_ms < r->look_at_ms)
		return;
	if (r->renewing && pause_ms < LOOK_AGAIN_MS)
		pause_ms = LOOK_AGAIN_MS;
	r->look_pause_ms = pause_ms < LOOK_RARELY_MS ? pause_ms : LOOK_RARELY_MS;
	r->look_at_ms = now_ms + r->look_pause_ms;
	r->lost = false;
	receivers_look(r->all);
}

static void
was_delivered(struct receiver *r, int64_t now_ms)
{
	struct ledger *l = &r->ledger;
	bool all = true;

	r->last_success_ms = clock_wall_ms();
	if (r->renewing || !l->count[LEDGER_TOLD])
		all = ledger_renewed(l, now_ms);
	/* Else it would be said each minute of whoever takes some of what stands. */
	if (all || !r->failing)
		say_well(r);
	if (!r->renewing)
		ledger_end(l, RESULT_DELIVERED);
	look_for_lost(r, now_ms);
}

static void
was_refused(struct receiver *r, const struct answer *a)
{
	char *why = outcome_text(a);

	receiver_say_lost(r, r->ledger.count[LEDGER_SENDING], outcome_reason(a), why);
	ledger_end(&r->ledger, RESULT_REFUSED);
	r->lost = true;
	free(why);
}

/* One that is so by itself would be again: nothing asks for another try. */
static void
was_too_large(struct receiver *r, const struct answer *a, int64_t now_ms)
{
	size_t n = ledger_too_large(&r->ledger, r->renewing, a, now_ms);
	char *why = outcome_text(a);

	if (n)
		receiver_say_lost(r, n, outcome_reason(a), why);
	r->refused = n > 0;
	free(why);
}

static void
finish(struct receiver *r, const struct answer *a)
{
	enum outcome o = outcome_of(a);
	int64_t now_ms = clock_mono_ms();
	bool goes_on = o != OUTCOME_RETRY || r->renewing;

	r->failures += o != OUTCOME_DELIVERED;
	if (o != OUTCOME_DELIVERED) {
		free(r->last_error);
		r->last_error = outcome_text(a);
	}
	r->refused = o == OUTCOME_REFUSED;
	if (o == OUTCOME_DELIVERED) {
		was_delivered(r, now_ms);
	} else if (o == OUTCOME_TOO_LARGE) {
		was_too_large(r, a, now_ms);
	} else if (o == OUTCOME_REFUSED && !r->renewing) {
		was_refused(r, a);
	} else {
		say_failing(r, a);
		ledger_failed(&r->ledger, r->renewing, a, now_ms);
	}
	r->renewing = false;
	kept_save(r->all);
	/* At the end what nobody keeps is tried once, and nothing is told again. */
	if (!r->all->ending)
		receiver_arm(r);
	else if (goes_on && !kept_is_stored(r->all))
		receiver_step_now(r);
}

static void
on_answer(void *arg, const struct answer *a)
{
	struct receiver *r = arg;

	r->delivery = NULL;
	finish(r, a);
}

static int
by_time(const void *left, const void *right)
{
	const struct message_part *a = left, *b = right;

	if (a->notice->at_ms != b->notice->at_ms)
		return a->notice->at_ms < b->notice->at_ms ? -1 : 1;
	return strcmp(a->notice->environment, b->notice->environment);
}

/* Of what is at `place` of each environment. */
static struct message_part *
parts_of(const struct ledger *l, enum ledger_place place, size_t *n)
{
	struct message_part *v = xcalloc(l->n + 1, sizeof *v);

	*n = 0;
	for (size_t i = 0; i < l->n; i++) {
		const struct ledger_entry *e = l->entries[i];

		if (e->at[place] && (place != LEDGER_TOLD || e->renewing))
			v[(*n)++] =
				(struct message_part){e->at[place], e->at[LEDGER_TOLD]};
	}
	qsort(v, *n, sizeof *v, by_time);
	return v;
}

static void
send_message(struct receiver *r, enum ledger_place place)
{
	const struct post p = {r->all->sender, on_answer, r};
	struct message m = {
		.external_url = r->all->external_url, .now_ms = clock_wall_ms()};
	struct message_part *parts = parts_of(&r->ledger, place, &m.n);
	struct answer a;

	m.v = parts;
	r->renewing = place == LEDGER_TOLD;
	kept_save(r->all);
	r->delivery = post_message(&p, r->conf, &m, &a);
	free(parts);
	if (!r->delivery)
		finish(r, &a);
}

/* Without a message that would store what was given up, or is not to be told. */
static void
end_quietly(struct receiver *r)
{
	if (ledger_is_dirty(&r->ledger))
		kept_save_soon(r->all);
	receiver_arm(r);
}

void
receiver_step(void *arg)
{
	struct receiver *r = arg;
	int64_t now_ms = clock_mono_ms();
	size_t expired;

	if (r->delivery)
		return;
	expired = ledger_expire(&r->ledger, receivers_now_ms(r->all));
	if (expired) {
		receiver_say_lost(
			r, expired, r->failing, "nobody took them for too long");
		/* What stands is told by who is there again, and nothing else may come
		 * that would show it. */
		receivers_look(r->all);
	}
	if (ledger_begin(&r->ledger, now_ms))
		send_message(r, LEDGER_SENDING);
	else if (!r->all->ending && ledger_renews(&r->ledger, now_ms))
		send_message(r, LEDGER_TOLD);
	else
		end_quietly(r);
}

void
receiver_step_now(struct receiver *r)
{
	r->ledger.limits.batch_wait_ms = 0;
	r->ledger.retry_at_ms = 0;
	receiver_step(r);
}
