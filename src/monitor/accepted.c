/* See accepted.h.  `pgdriftd accept` is another process: what it stores is seen by its
 * version, and it is that process which adds it to the history. */
#include "monitor/accepted.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "catalog/snapfile.h"
#include "verdict/phrase.h"

char *
accepted_sentence(const struct store_baseline *b)
{
	char at[CLOCK_RFC3339_LEN];
	struct strbuf out = {0};

	strbuf_printf(&out, "the catalog of %s", clock_rfc3339(b->at_ms, at));
	if (b->snapshot->revision.n) {
		strbuf_add(&out, " at ");
		phrase_ids(&out, &b->snapshot->revision);
	}
	if (b->by)
		strbuf_printf(&out, ", accepted by %s", b->by);
	if (b->reason)
		strbuf_printf(&out, ": %s", b->reason);
	return strbuf_take(&out);
}

/* Whoever accepted it has told the history. */
static void
tell(const struct accepted *a, struct happenings *h)
{
	happenings_add(h, HAPPENING_ACCEPTED, accepted_sentence(&a->baseline));
	h->v[h->n - 1].stored = true;
}

/* ---- What the store has ---- */

/* With the row that tells of it, if that waits. */
static bool
write(struct accepted *a, const struct accepted_place *place, struct err *e)
{
	struct store *s = place->store;
	int64_t version = 0;

	if (!store_begin(s, e))
		return false;
	if (store_add_baseline(s, place->name, &a->baseline, e))
		version = store_baseline_version(s, place->name, e);
	if (!store_end(s, version > 0, e))
		return false;
	a->version = a->baseline.version = version;
	a->unsaved = a->lost = false;
	return true;
}

/* What it had already, unless it has another by now. */
static void
write_again(struct accepted *a, const struct accepted_place *place, int64_t version)
{
	struct err e;

	if (a->baseline.snapshot &&
		((a->unsaved && version == a->version) || (a->lost && version == 0)) &&
		!write(a, place, &e)) {
		store_log(place->store, LEVEL_WARN, &e,
			"the accepted baseline cannot be stored");
		return;
	}
	a->unsaved = a->lost = false;
}

/* Of another file it may have another version. */
static bool
is_same(const struct store_baseline *a, const struct store_baseline *b)
{
	return a->snapshot && a->at_ms == b->at_ms &&
	       text_same(a->snapshot->fingerprint, b->snapshot->fingerprint);
}

static bool
take_up(struct accepted *a, const struct accepted_place *place, int64_t version,
	struct happenings *h, struct err *e)
{
	struct store_baseline b = {0};
	bool is_news = a->looked && version != a->version && version > 0;

	if (!store_baseline(place->store, place->name, 0, &b, e)) {
		if (e->code != ERR_NONE)
			return false;
		store_baseline_fini(&a->baseline);
	} else {
		b.snapshot = library_keep(a->kept_in, b.snapshot);
		is_news = is_news && !is_same(&a->baseline, &b);
		store_baseline_fini(&a->baseline);
		a->baseline = b;
	}
	a->version = version;
	a->looked = true;
	if (a->baseline.snapshot && is_news)
		tell(a, h);
	return a->baseline.snapshot != NULL;
}

/* True if there was something to read; false with ERR_NONE if there is none.  What is
 * held stands as long as the store cannot say that there is another. */
static bool
renew(struct accepted *a, const struct accepted_place *place, struct happenings *h,
	struct err *e)
{
	int64_t version = store_baseline_version(place->store, place->name, e);

	if (version < 0)
		return a->baseline.snapshot != NULL;
	if (a->unsaved || a->lost) {
		write_again(a, place, version);
		if (a->unsaved || a->lost)
			return true;
		version = store_baseline_version(place->store, place->name, e);
	}
	if (a->baseline.snapshot && version == a->version)
		return true;
	return take_up(a, place, version, h, e);
}

bool
accepted_look(struct accepted *a, struct store *s, const char *name,
	struct happenings *h, struct err *e)
{
	if (!s)
		return err_set(e, ERR_IO,
			"no state directory is configured, so there is no accepted "
			"baseline");
	if (renew(a, &(struct accepted_place){s, name}, h, e))
		return true;
	if (e->code != ERR_NONE) {
		err_prefix(e, "the accepted baseline cannot be read");
		return false;
	}
	return err_set(e, ERR_IO,
		"no baseline is accepted yet: run `pgdriftd accept %s`", name);
}

void
accepted_expect(struct accepted *a, int64_t version)
{
	if (a->looked || !version)
		return;
	a->version = version;
	a->looked = true;
}

char *
accepted_misfit(
	const struct accepted *a, const struct instance *found, const char *name)
{
	const struct store_baseline *b = &a->baseline;
	char at[CLOCK_RFC3339_LEN];

	if (!b->instance.system[0] || !found->system[0] ||
		instance_is_same_database(&b->instance, found))
		return NULL;
	return xasprintf("the baseline of %s is of another database (system identifier "
			 "%s, oid %s) than this one (%s, %s); if this one is meant, "
			 "look at `pgdriftd accept --dry-run %s`, then run `pgdriftd "
			 "accept %s`",
		clock_rfc3339(b->at_ms, at), b->instance.system, b->instance.database,
		found->system, found->database, name, name);
}

/* ---- After a migration ---- */

/* True if `before` was in sync with this very baseline: what was so with one that was
 * undone since may have drifted from this one. */
static bool
was_in_sync(const struct store_baseline *b, const struct published_environment *before)
{
	return before->schema == SCHEMA_IN_SYNC && before->reference &&
	       !strcmp(before->reference, "baseline") &&
	       (b->version == before->held_against ||
		       text_same(before->fingerprint, b->snapshot->fingerprint));
}

bool
accepted_is_followed(const struct accepted *a,
	const struct published_environment *before, const struct facts *now,
	const struct migrations *graph)
{
	const struct store_baseline *b = &a->baseline;
	const struct strvec *was = &before->revision.recorded;

	if (!b->snapshot || !now->snapshot || now->migrating || !now->user_tables ||
		!instance_is_same_database(&b->instance, &now->instance) ||
		!was_in_sync(b, before) || !was->n || !now->recorded.n ||
		strvec_equal(was, &now->recorded) ||
		strvec_equal(&b->snapshot->revision, &now->recorded))
		return false;
	return !graph || verdict_relation(graph, was, &now->recorded) ==
				 RELATION_REFERENCE_BEHIND;
}

/* A catalog that a migration left as it was is not read again, and has the revision
 * from before. */
static struct snapshot *
at_revision(struct snapshot *s, const struct strvec *recorded, struct err *e)
{
	struct strbuf text = {0};
	struct snapshot *copy;

	if (strvec_equal(&s->revision, recorded))
		return snapshot_ref(s);
	snapfile_write(s, &text);
	copy = snapfile_read(text.s, text.len, "the present catalog", e);
	strbuf_free(&text);
	if (!copy)
		return NULL;
	strvec_free(&copy->revision);
	strvec_copy(&copy->revision, recorded);
	return copy;
}

static char *
migration_sentence(const struct store_baseline *before, const struct strvec *recorded)
{
	struct strbuf out = {0};

	strbuf_add(&out, "the catalog moved with its revision from ");
	phrase_ids(&out, &before->snapshot->revision);
	strbuf_add(&out, before->snapshot->revision.n ? " to " : "none to ");
	phrase_ids(&out, recorded);
	return strbuf_take(&out);
}

static void
add_row(const struct accepted *a, const struct accepted_place *place, const char *state)
{
	const struct store_baseline *b = &a->baseline;
	struct strbuf revision = {0};
	char *detail = accepted_sentence(b);
	struct store_change row = {.at_ms = b->at_ms,
		.event = happening_word(HAPPENING_ACCEPTED),
		.environment = place->name,
		.state = state,
		.fingerprint = b->snapshot->fingerprint,
		.detail = detail};

	strvec_join(&b->snapshot->revision, ",", &revision);
	row.revision = revision.len ? revision.s : NULL;
	store_add_change(place->store, &row);
	strbuf_free(&revision);
	free(detail);
}

bool
accepted_follow(struct accepted *a, const struct accepted_place *place,
	const struct facts *now, struct happenings *h, struct err *e)
{
	struct store_baseline b = {.at_ms = clock_wall_ms(),
		.version = a->version,
		.by = xstrdup("pgdriftd"),
		.reason = migration_sentence(&a->baseline, &now->recorded),
		.instance = now->instance};

	b.snapshot = at_revision(now->snapshot, &now->recorded, e);
	if (!b.snapshot) {
		store_baseline_fini(&b);
		return false;
	}
	b.snapshot = library_keep(a->kept_in, b.snapshot);
	store_baseline_fini(&a->baseline);
	a->baseline = b;
	a->unsaved = true;
	add_row(a, place, state_word(STATE_IN_SYNC));
	tell(a, h);
	if (!write(a, place, e))
		store_log(place->store, LEVEL_WARN, e,
			"the accepted baseline cannot be stored");
	return true;
}

void
accepted_fini(struct accepted *a)
{
	store_baseline_fini(&a->baseline);
	*a = (struct accepted){0};
}
