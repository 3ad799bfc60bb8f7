/* See earlier.h.  The store is asked once for what memory does not hold, and written
 * where a catalog is another one, so a check that finds nothing new costs nothing. */
#include "monitor/earlier.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "diff/diff.h"
#include "monitor/environment.h"
#include "monitor/memory.h"
#include "verdict/phrase.h"

enum {
	OTHERS_KEPT = 3, /* of revisions that no follower records now */
	SETTLED_CHECKS = 20,
	HOUR_MS = 3600 * 1000,
	FINGERPRINT_SHOWN = 12
};

/* ---- One catalog ---- */

static void
set(struct earlier_catalog *c, const struct strvec *revision, struct snapshot *s,
	int64_t at_ms)
{
	if (s)
		snapshot_ref(s);
	snapshot_unref(c->snapshot);
	if (!c->revision.n)
		strvec_copy(&c->revision, revision);
	c->snapshot = s;
	c->at_ms = at_ms;
	c->stored = false;
}

void
earlier_fini(struct earlier_catalog *c)
{
	strvec_free(&c->revision);
	snapshot_unref(c->snapshot);
	*c = (struct earlier_catalog){0};
}

void
earlier_free(struct earlier *s)
{
	for (size_t i = 0; i < s->n; i++)
		earlier_fini(&s->last[i]);
	free(s->last);
	earlier_fini(&s->first);
	strvec_free(&s->set_back_from);
	shelf_clear(&s->shelf);
	*s = (struct earlier){0};
}

/* ---- The store ---- */

/* False: it is packed first, and then stored. */
static bool
keep(struct environment *env, struct store *s, struct earlier_catalog *c, bool first)
{
	struct store_seen which = {env->conf->name, first, NULL};
	const struct store_packed *packed;
	struct err e;
	char *revision;

	/* That it is down is said elsewhere, once. */
	if (!s || c->stored || !c->snapshot || !store_is_up(s, NULL))
		return true;
	packed = shelf_packed(&env->earlier.shelf, c->snapshot);
	if (!packed)
		return false;
	revision = store_revisions(&c->revision);
	which.revision = revision;
	c->stored = store_set_seen_packed(s, &which, packed, c->at_ms, &e);
	if (!c->stored)
		store_log(s, LEVEL_WARN, &e, "what was seen cannot be stored");
	free(revision);
	return true;
}

/* Store what was noted, as far as it is not. */
static void
keep_all(struct environment *env, struct store *s)
{
	bool all = true;

	for (size_t i = 0; i < env->earlier.n; i++)
		all = keep(env, s, &env->earlier.last[i], false) && all;
	all = keep(env, s, &env->earlier.first, true) && all;
	if (all && !timeline_waits(&env->timeline))
		shelf_clear(&env->earlier.shelf);
}

void
earlier_rest(struct environment *env)
{
	if (env->earlier.shelf.packing && env->earlier.packed)
		keep_all(env, env->earlier.packed);
}

static void
on_packed(void *arg)
{
	struct environment *env = arg;

	keep_all(env, env->earlier.packed);
	memory_save(env, env->earlier.packed);
}

void
earlier_share(struct environment *env, struct loop *l, struct store *s)
{
	env->earlier.shelf = (struct shelf){l, on_packed, env, NULL};
	env->earlier.packed = s;
}

void
earlier_lost(struct environment *env)
{
	for (size_t i = 0; i < env->earlier.n; i++)
		env->earlier.last[i].stored = false;
	env->earlier.first.stored = false;
}

/* False if it cannot be told now; what is damaged is as good as none. */
static bool
fetch(const struct environment *env, struct store *s, struct earlier_catalog *c,
	bool first)
{
	struct store_seen which = {env->conf->name, first, NULL};
	struct err e = {0};
	char *revision;

	if (!s)
		return true;
	revision = store_revisions(&c->revision);
	which.revision = revision;
	c->snapshot = library_keep(
		memo_library(env->memo), store_seen(s, &which, &c->at_ms, &e));
	c->stored = c->snapshot != NULL;
	if (e.code == ERR_FORMAT)
		log_err(LEVEL_WARN, &e, "what was seen before is not known");
	free(revision);
	return e.code == ERR_NONE || e.code == ERR_FORMAT;
}

/* ---- The last at each revision ---- */

static size_t
place_of(const struct earlier *s, const struct strvec *revision)
{
	size_t i = 0;

	while (i < s->n && !strvec_equal(&s->last[i].revision, revision))
		i++;
	return i;
}

/* Its place in front; *known: it was there. */
static struct earlier_catalog *
put_first(struct earlier *s, const struct strvec *revision, bool *known)
{
	size_t i = place_of(s, revision);
	struct earlier_catalog c = {0};

	*known = i < s->n;
	if (*known)
		c = s->last[i];
	else
		s->last = xrealloc(s->last, ++s->n, sizeof *s->last);
	memmove(&s->last[1], &s->last[0], i * sizeof *s->last);
	s->last[0] = c;
	return &s->last[0];
}

/* Where it records none, that is what it is set back to, or its only state. */
static bool
records_revisions(const struct earlier *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->last[i].revision.n && s->last[i].snapshot)
			return true;
	return false;
}

bool
earlier_note(struct environment *env, struct store *s, int64_t now_ms)
{
	const struct facts *f = env->facts;
	struct earlier_catalog *c;
	bool known;

	if (!f || !f->snapshot || earlier_is_set_back(env, s, now_ms))
		return false;
	if (!f->user_tables || (!f->recorded.n && records_revisions(&env->earlier)))
		return false;
	c = put_first(&env->earlier, &f->recorded, &known);
	if (!snapshot_same(c->snapshot, f->snapshot))
		set(c, &f->recorded, f->snapshot, now_ms);
	keep_all(env, s);
	return !known;
}

static bool
is_needed(const struct strvec *revision, const struct strvec *const *needed, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strvec_equal(needed[i], revision))
			return true;
	return false;
}

void
earlier_forget(struct environment *env, struct store *s,
	const struct strvec *const *needed, size_t n)
{
	const struct store_seen which = {env->conf->name, false, NULL};
	struct earlier *seen = &env->earlier;
	struct strvec kept = {0};
	size_t others = 0, left = 0;
	struct err e;

	for (size_t i = 0; i < seen->n; i++) {
		struct earlier_catalog *c = &seen->last[i];

		/* The first is what is there now; the store has the others, as a rule.
		 */
		if (i == 0 || is_needed(&c->revision, needed, n) ||
			((!s || (c->snapshot && !c->stored)) && others++ < OTHERS_KEPT))
			seen->last[left++] = *c;
		else
			earlier_fini(c);
	}
	seen->n = left;
	if (!s)
		return;
	for (size_t i = 0; i < n; i++)
		strvec_take(&kept, store_revisions(needed[i]));
	if (!store_keep_seen(s, &which, &kept, OTHERS_KEPT, &e))
		store_log(s, LEVEL_WARN, &e, "what was seen cannot be forgotten");
	strvec_free(&kept);
}

const struct earlier_catalog *
earlier_find(struct environment *env, struct store *s, const struct strvec *revision)
{
	struct earlier *seen = &env->earlier;
	size_t i = place_of(seen, revision);

	if (i == seen->n) {
		seen->last = xrealloc(seen->last, ++seen->n, sizeof *seen->last);
		seen->last[i] = (struct earlier_catalog){0};
		strvec_copy(&seen->last[i].revision, revision);
		if (!fetch(env, s, &seen->last[i], false)) {
			earlier_fini(&seen->last[--seen->n]);
			return NULL;
		}
	}
	return seen->last[i].snapshot ? &seen->last[i] : NULL;
}

/* ---- Set back ---- */

/* What a dump brings last (pg_dump --section=post-data), after the data and so after
 * the recorded revision. */
static bool
comes_last(const struct finding *f)
{
	static const char *const of_tables[] = {"row_security", "force_row_security",
		"replica_identity", "clustered_on"};
	static const bool last[KIND_COUNT] = {
		[KIND_CONSTRAINT] = true,
		[KIND_INDEX] = true,
		[KIND_TRIGGER] = true,
		[KIND_RULE] = true,
		[KIND_POLICY] = true,
		[KIND_EVENT_TRIGGER] = true,
		[KIND_PUBLICATION] = true,
		[KIND_SUBSCRIPTION] = true,
		[KIND_STATISTICS] = true,
		[KIND_COMMENT] = true,
		[KIND_GRANT] = true,
		[KIND_DEFAULT_PRIVILEGE] = true,
	};

	if (f->change == CHANGE_MISSING)
		return last[f->kind];
	for (size_t i = 0; f->property && i < COUNT_OF(of_tables); i++)
		if (!strcmp(f->property, of_tables[i]))
			return true;
	return false;
}

/* Without a revision nothing says that more than the first table is there. */
static bool
may_be_half(const struct diff *d, bool has_revision)
{
	if (d->status != DIFF_DRIFTED)
		return false;
	for (size_t i = 0; i < d->n_findings; i++) {
		const struct finding *f = &d->findings[i];

		if (!comes_last(f) && (has_revision || f->change != CHANGE_MISSING))
			return false;
	}
	return true;
}

static bool
has_settled(const struct earlier *s, int64_t now_ms)
{
	return s->set_back_checks >= SETTLED_CHECKS ||
	       now_ms - s->set_back_ms >= HOUR_MS;
}

bool
earlier_is_set_back(struct environment *env, struct store *s, int64_t now_ms)
{
	struct earlier *seen = &env->earlier;
	const struct facts *f = env->facts;
	const struct earlier_catalog *c;
	struct compare_options o;
	struct diff *d;

	if (!seen->set_back_ms || !f || !f->snapshot || !f->user_tables ||
		(!f->recorded.n && seen->set_back_from.n))
		return false;
	c = earlier_find(env, s, &f->recorded);
	if (has_settled(seen, now_ms)) {
		seen->set_back_ms = 0;
	} else if (c) {
		o = environment_comparison(env, NULL, now_ms);
		d = environment_compare(env, c->snapshot, f->snapshot, &o);
		if (!may_be_half(d, f->recorded.n))
			seen->set_back_ms = 0;
		diff_unref(d);
	}
	return c && seen->set_back_ms;
}

static void
see_set_back(struct environment *env, const struct facts *now, int64_t now_ms)
{
	const struct facts *before = env->facts;
	struct earlier *seen = &env->earlier;
	bool gone =
		(before->user_tables && !now->user_tables) ||
		(before->recorded.n && !now->recorded.n) ||
		instance_compare(&before->instance, &now->instance) == INSTANCE_OTHER;

	if (gone && !seen->set_back_ms) {
		strvec_free(&seen->set_back_from);
		strvec_copy(&seen->set_back_from, &before->recorded);
	}
	seen->set_back_checks++;
	if (gone || (seen->set_back_ms &&
			    !snapshot_same(now->snapshot, before->snapshot))) {
		seen->set_back_ms = now_ms;
		seen->set_back_checks = 0;
	}
}

/* ---- The first at the present one ---- */

const struct earlier_catalog *
earlier_first(struct environment *env, struct store *s, int64_t now_ms)
{
	struct earlier_catalog *c = &env->earlier.first;
	const struct facts *f = env->facts;

	if (c->revision.n && !strvec_equal(&c->revision, &f->recorded))
		earlier_forget_first(env, s);
	if (!c->revision.n) {
		strvec_copy(&c->revision, &f->recorded);
		if (!fetch(env, s, c, true)) {
			earlier_fini(c);
			return NULL;
		}
	}
	if (!c->snapshot) {
		earlier_forget_first(env, s);
		set(c, &f->recorded, f->snapshot, now_ms);
	}
	env->earlier.first_forgotten = false;
	keep_all(env, s);
	return c;
}

void
earlier_forget_first(struct environment *env, struct store *s)
{
	const struct store_seen which = {env->conf->name, true, NULL};
	const struct strvec none = {0};
	struct err e;

	earlier_fini(&env->earlier.first);
	if (env->earlier.first_forgotten)
		return;
	env->earlier.first_forgotten = true;
	if (s && !store_keep_seen(s, &which, &none, 0, &e))
		store_log(s, LEVEL_WARN, &e, "what was seen cannot be forgotten");
}

/* ---- A change without a revision ---- */

/* Of two fingerprints; `d`: what differs between them. */
static char *
say_change(const struct diff *d, const char *was, const char *is)
{
	struct strbuf b = {0};

	strbuf_printf(&b, "was %.*s, is %.*s (", FINGERPRINT_SHOWN, was,
		FINGERPRINT_SHOWN, is);
	phrase_differences(&b, d, &d->findings[0]);
	strbuf_addc(&b, ')');
	return strbuf_take(&b);
}

static void
tell(struct environment *env, enum happening what, char *change, int64_t now_ms)
{
	struct strbuf b = {0};

	if (ration_take(&env->earlier.told, now_ms)) {
		strbuf_add(&b, change);
		if (ration_is_used_up(&env->earlier.told))
			strbuf_add(
				&b, "; it changes so often that not each time is told");
		happenings_add(&env->happened, what, strbuf_take(&b));
	}
	free(change);
}

static enum happening
event_of(bool moved, bool recorded)
{
	return moved      ? HAPPENING_REVISION
	       : recorded ? HAPPENING_CATALOG
			  : HAPPENING_SCHEMA;
}

/* One change is one event: what moved with the revision is told with that. */
static void
tell_change(struct environment *env, enum happening what, char *change, int64_t now_ms)
{
	if (what != HAPPENING_REVISION) {
		tell(env, what, change, now_ms);
		return;
	}
	free(env->moved_with);
	env->moved_with = change;
}

void
earlier_compare(struct environment *env, const struct facts *facts, int64_t now_ms)
{
	const struct facts *before = env->facts;
	enum happening what;
	struct compare_options o;
	struct diff *d;

	if (before)
		see_set_back(env, facts, now_ms);
	if (!before || !before->snapshot || !facts->snapshot ||
		snapshot_same(before->snapshot, facts->snapshot) ||
		instance_compare(&before->instance, &facts->instance) == INSTANCE_OTHER)
		return;
	what = event_of(
		!strvec_equal(&before->recorded, &facts->recorded), facts->recorded.n);
	o = environment_comparison(env, NULL, now_ms);
	d = environment_compare(env, before->snapshot, facts->snapshot, &o);
	if (d->status == DIFF_DRIFTED)
		tell_change(env, what,
			say_change(d, before->snapshot->fingerprint,
				facts->snapshot->fingerprint),
			now_ms);
	diff_unref(d);
}

void
earlier_tell_missed(struct environment *env, const struct diff *d,
	const struct timeline_item *was, const struct timeline_item *is)
{
	enum happening what = event_of(strcmp(was->revision, is->revision) != 0,
		strcmp(is->revision, "[]") != 0);
	char *change;

	if (d->status != DIFF_DRIFTED)
		return;
	change = say_change(d, was->snapshot->fingerprint, is->snapshot->fingerprint);
	tell_change(
		env, what, xasprintf("%s, while nobody watched", change), is->from_ms);
	free(change);
}

void
earlier_compare_known(struct environment *env, const struct published_environment *now)
{
	const struct published_environment *known = env->known;
	char *change;

	if (timeline_remembers(&env->timeline) || !known || !env->facts ||
		now->check != CHECK_OK || !known->fingerprint || !now->fingerprint ||
		!strcmp(known->fingerprint, now->fingerprint) ||
		!now->revision.recorded.n || !now->diff || !now->diff->n_findings ||
		!strvec_equal(&known->revision.recorded, &now->revision.recorded) ||
		!published_findings_differ(known, now))
		return;
	change = say_change(now->diff, known->fingerprint, now->fingerprint);
	happenings_add(&env->happened, HAPPENING_CATALOG,
		xasprintf("%s, while nobody watched", change));
	free(change);
}
