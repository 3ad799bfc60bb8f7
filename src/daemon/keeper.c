/* Without a state directory, or with one that fails, the daemon does its main job all
 * the same: memory has the truth, and the store gets it as soon as it can be had. */
#include "daemon/keeper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "report/journal.h"

enum {
	LOOK_INTERVAL_MS = 1000,
	PRUNE_INTERVAL_MS = 6 * 3600 * 1000,
	PRUNE_PAUSE_MS = 50
};

/* ---- History ---- */

char *
keeper_history(
	struct keeper *k, const char *environment, int64_t since_ms, size_t limit)
{
	struct err e;
	cJSON *o;
	char *text;

	if (!k->store)
		return NULL;
	o = store_history(k->store, environment, since_ms, limit, &e);
	if (!o) {
		store_log(k->store, LEVEL_WARN, &e, "history cannot be read");
		return NULL;
	}
	text = json_print(o);
	cJSON_Delete(o);
	return text;
}

cJSON *
keeper_changes(struct keeper *k, const struct changes_wish *w)
{
	struct err e;
	cJSON *o;

	if (!k->store)
		return NULL;
	o = changes_document(k->store, w, &e);
	if (!o)
		store_log(k->store, LEVEL_WARN, &e, "history cannot be read");
	return o;
}

cJSON *
keeper_story(struct keeper *k, const struct story_wish *w, bool *failed)
{
	struct err e;
	cJSON *o;

	*failed = false;
	if (!k->store)
		return NULL;
	o = story_document(k->store, w, &e);
	*failed = !o;
	if (!o)
		store_log(k->store, LEVEL_WARN, &e, "history cannot be read");
	return o;
}

bool
keeper_has_history(const struct keeper *k, const char *environment)
{
	struct err e;

	return k->store &&
	       (store_has_history(k->store, environment, &e) || e.code != ERR_NONE);
}

/* ---- What is too old ---- */

/* Once for each limit, since it goes on like that. */
static void
say_shed(struct keeper *k, int64_t max_bytes)
{
	if (!store_has_shed(k->store) || k->told_size == max_bytes)
		return;
	log_msg(LEVEL_WARN,
		"the history takes more than history_max_size (%lld bytes): the oldest "
		"is "
		"forgotten before it is as old as history_keep",
		(long long)max_bytes);
	k->told_size = max_bytes;
}

static void
prune(struct keeper *k)
{
	const struct conf_service *c = &(*k->conf)->service;
	const struct store_retention keep = {.keep_ms = c->history_keep_ms,
		.max_bytes = c->history_max_size,
		.grown = clock_mono_ms() < k->whole_ms};
	struct strvec names = {0};
	struct err e;

	monitor_names(k->monitor, &names);
	if (!store_prune(k->store, k->life.age.now_ms, &keep, &names, &e)) {
		store_log(k->store, LEVEL_WARN, &e, "history cannot be pruned");
		k->whole_ms = 0;
	} else if (!keep.grown) {
		k->whole_ms = clock_mono_ms() + PRUNE_INTERVAL_MS;
	}
	say_shed(k, keep.max_bytes);
	strvec_free(&names);
}

static int
until_whole(const struct keeper *k)
{
	int64_t left_ms = k->whole_ms - clock_mono_ms();

	return left_ms > 0 ? (int)left_ms : PRUNE_INTERVAL_MS;
}

/* Not while nobody knows what time it is. */
static void
on_prune(void *arg)
{
	struct keeper *k = arg;
	bool more = false;

	if (k->life.begun && !k->life.age.held_ms) {
		prune(k);
		more = store_has_old(k->store);
	}
	timer_set(k->prune, more ? PRUNE_PAUSE_MS : until_whole(k));
}

/* ---- Signs of life ---- */

static struct life_now
life_now(void)
{
	return (struct life_now){clock_wall_ms(), clock_boot_ms()};
}

static void
read_boot(char *out, int size)
{
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (!f || !fgets(out, size, f))
		out[0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	if (f)
		fclose(f);
}

/* In one transaction, for whatever is known of whoever is watched: `say` of what is of
 * the daemon itself.  All of it is by one clock. */
static void
leave_sign(struct keeper *k, int64_t (*say)(struct life *l, const struct life_now *now))
{
	const struct life_now now = life_now();
	struct clock_step step;
	struct err e;
	bool keep;

	if (life_clock_set(&k->life, &now, &step)) {
		monitor_clock_set(k->monitor, &step);
		if (k->receivers)
			receivers_clock_set(k->receivers, &step);
	}
	keep = k->store && store_begin(k->store, &e);
	(void)say(&k->life, &now);
	if (!keep)
		return;
	monitor_keep(k->monitor);
	if (!store_end(k->store, true, &e))
		store_log(k->store, LEVEL_WARN, &e, "a sign of life cannot be stored");
}

static void
on_beat(void *arg)
{
	struct keeper *k = arg;

	leave_sign(k, life_beat);
	timer_set(k->beat, LIFE_BEAT_MS);
	/* What was added may be too much. */
	if (k->store && store_has_grown(k->store))
		timer_set(k->prune, PRUNE_PAUSE_MS);
}

/* Nothing is to be said of a time that is none for longer than need be. */
static void
look_at_clock(struct keeper *k)
{
	const struct life_now now = life_now();
	struct clock_step step;

	if (life_clock_set(&k->life, &now, &step))
		leave_sign(k, life_beat);
}

static void
on_gap(void *arg, const struct happened *h)
{
	(void)arg;
	journal_happened(NULL, h);
}

void
keeper_begin_life(struct keeper *k)
{
	const struct life_now now = life_now();

	life_begin(&k->life, &now);
}

/* ---- Failures ---- */

static void
say_other_file(const struct keeper *k, const struct store_news *news)
{
	const char *dir = (*k->conf)->service.state_dir;

	if (news->cut)
		log_msg(LEVEL_ERROR,
			"the log of the store in %s was cut while it was in use: it "
			"has "
			"what memory has of the present, and of the history what was "
			"in "
			"the file already",
			dir);
	else if (news->left_behind.code == ERR_NONE)
		log_msg(LEVEL_WARN,
			"the store in %s was moved, removed or replaced: another is in "
			"its place now, with all that was known",
			dir);
	else
		log_err(LEVEL_ERROR, &news->left_behind,
			"the store in %s was moved, removed or replaced: another is in "
			"its place now, with what memory has of the present; what was "
			"in the other could not be read",
			dir);
}

static void
recover(struct keeper *k)
{
	struct store_news news;
	struct err e;
	bool up = store_recover(k->store, &news);

	if (news.other_file)
		say_other_file(k, &news);
	if (news.together)
		log_msg(LEVEL_WARN,
			"the log of the store in %s was removed or replaced while it "
			"was in use: what it had is in the file now",
			(*k->conf)->service.state_dir);
	if (news.again) {
		monitor_store_changed(k->monitor, news.other_file);
		receivers_store_changed(k->receivers);
	}
	keeper_begin_life(k);
	up = store_is_up(k->store, &e);
	if (!up)
		store_log(k->store, LEVEL_ERROR, &e, "the store fails");
	store_log_up(k->store);
	if (k->was_up != up)
		monitor_publish(k->monitor);
	k->was_up = up;
}

static void
on_look(void *arg)
{
	struct keeper *k = arg;

	look_at_clock(k);
	if (k->store)
		recover(k);
	timer_set(k->look, LOOK_INTERVAL_MS);
}

/* ---- From the start to the end ---- */

bool
keeper_open(struct keeper *k, const char *state_dir, struct err *e)
{
	struct err failure;

	if (!*state_dir)
		return true;
	k->store = store_open_later(state_dir);
	k->was_up = store_is_up(k->store, &failure);
	if (store_is_used(k->store)) {
		*e = failure;
		return false;
	}
	if (!k->was_up)
		store_log(k->store, LEVEL_ERROR, &failure, "no history is kept");
	return true;
}

void
keeper_start(struct keeper *k, struct loop *l, struct monitor *m,
	const struct conf *const *conf)
{
	k->monitor = m;
	k->conf = conf;
	k->life = (struct life){.store = k->store, .gap = on_gap, .arg = k};
	read_boot(k->life.boot, sizeof k->life.boot);
	k->beat = timer_new(l, on_beat, k);
	timer_set(k->beat, LIFE_BEAT_MS);
	k->prune = timer_new(l, on_prune, k);
	k->look = timer_new(l, on_look, k);
	timer_set(k->look, LOOK_INTERVAL_MS);
	if (k->store)
		timer_set(k->prune, 1);
}

void
keeper_end_life(struct keeper *k)
{
	struct err e;

	if (k->store) {
		store_be_patient(k->store);
		recover(k);
	}
	leave_sign(k, life_end);
	/* Also where another process has locked it for a moment only. */
	if (k->store && store_waiting(k->store) && store_has_failed(k->store, &e))
		log_err(LEVEL_ERROR, &e,
			"%zu changes are lost, which could not be stored",
			store_waiting(k->store));
}

void
keeper_stop(struct keeper *k)
{
	timer_free(k->prune);
	timer_free(k->look);
	timer_free(k->beat);
}

void
keeper_close(struct keeper *k)
{
	store_close(k->store);
}
