/* Advice for what the version table says. */
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "verdict/hint.h"
#include "verdict/phrase.h"

static const struct strvec no_ids;

const struct strvec *
hint_expected(const struct verdict_input *in)
{
	return in->judgement ? &in->judgement->expected : &no_ids;
}

const struct strvec *
hint_recorded(const struct verdict_input *in)
{
	return in->judgement ? &in->judgement->recorded : &no_ids;
}

bool
hint_expects_all(const struct verdict_input *in)
{
	return in->graph &&
	       strvec_equal(hint_expected(in), &in->graph->effective_heads);
}

void
hint_target(struct strbuf *out, const struct verdict_input *in)
{
	const struct strvec *heads = hint_expected(in);

	strbuf_add(
		out, hint_expects_all(in) || !in->graph ? "head" : "expected revision");
	if (!heads->n)
		return;
	strbuf_add(out, heads->n > 1 ? "s " : " ");
	phrase_ids(out, heads);
}

static void
add_list(struct strbuf *out, const char *before, const struct strvec *ids)
{
	if (!ids->n)
		return;
	strbuf_printf(out, " (%s", before);
	phrase_ids(out, ids);
	strbuf_addc(out, ')');
}

static void
add_note(struct strbuf *out, const struct verdict_input *in)
{
	if (!in->judgement || !in->judgement->note)
		return;
	strbuf_add(out, " (");
	phrase_text(out, in->judgement->note, PHRASE_TEXT);
	strbuf_addc(out, ')');
}

/* ---- unstamped ---- */

void
hint_unstamped(struct strbuf *out, const struct verdict_input *in)
{
	strbuf_printf(out, "%s %s", hint_version_table(in),
		in->version_table_exists ? "has no row" : "is missing");
	if (hint_elsewhere(out, in)) {
		hint_problems(out, in);
		return;
	}
	if (hint_may_stamp(in) && !hint_is_stopped(in)) {
		strbuf_add(out, ", but ");
		hint_run_stamp(out, in, "");
		hint_left_out(out, in);
	} else if (!hint_may_stamp(in)) {
		hint_no_stamp(out, in);
	}
	hint_problems(out, in);
}

/* ---- revision_mismatch ---- */

/* The schema axis, where the revision is what the sentence is about. */
static void
add_schema_aside(struct strbuf *out, const struct verdict_input *in)
{
	if (in->schema == SCHEMA_DRIFTED) {
		strbuf_add(out, "; besides, the schema has ");
		hint_differences(out, in);
		hint_where_and_first(out, in);
	} else if (in->schema == SCHEMA_OTHER_REVISION) {
		strbuf_add(out, "; ");
		hint_other_revision(out, in);
	}
}

/* What the pending revisions make is there already: an upgrade would make it again. */
static bool
is_there_already(const struct verdict_input *in)
{
	const struct strvec *to = in->expected_revision;

	if (!hint_may_stamp(in) || strvec_equal(to, hint_recorded(in)))
		return false;
	if (strvec_equal(to, hint_expected(in)))
		return true;
	for (size_t i = 0; i < to->n; i++)
		if (!strvec_has(&in->judgement->pending, to->v[i]))
			return false;
	return true;
}

static void
add_stamp_instead(struct strbuf *out, const struct verdict_input *in)
{
	strbuf_add(out, ", but ");
	hint_run_stamp(out, in, "");
	hint_left_out(out, in);
	if (!strvec_equal(in->expected_revision, hint_expected(in)) || hint_loses(in))
		return;
	strbuf_add(out, "; only if the pending revisions change no schema, ");
	hint_upgrade(out, in);
	strbuf_add(out, " instead");
}

static void
hint_behind(struct strbuf *out, const struct verdict_input *in)
{
	bool stopped = hint_is_stopped(in);

	phrase_count(out, in->judgement->pending.n, "revision");
	strbuf_add(out, " behind ");
	hint_target(out, in);
	if (hint_may_migrate(in)) {
		hint_may_go_on(out, in);
	} else if (!stopped && is_there_already(in)) {
		add_stamp_instead(out, in);
	} else if (in->schema == SCHEMA_DRIFTED) {
		strbuf_add(out, ", and before it is upgraded the schema has ");
		hint_differences(out, in);
		strbuf_add(out, " at its own revision to be resolved");
		hint_where_and_first(out, in);
	} else if (!stopped) {
		strbuf_add(out, ": ");
		hint_run_upgrade(out, in, NULL);
	}
	add_list(out, "pending: ", &in->judgement->pending);
	if (in->schema == SCHEMA_OTHER_REVISION || hint_may_migrate(in))
		add_schema_aside(out, in);
}

static void
hint_ahead(struct strbuf *out, const struct verdict_input *in)
{
	phrase_count(out, in->judgement->beyond.n, "revision");
	strbuf_add(out, " ahead of ");
	hint_target(out, in);
	strbuf_add(out, ": deploy the release that has them, or set `head` to what is "
			"recorded");
	add_list(out, "", &in->judgement->beyond);
	add_schema_aside(out, in);
}

static void
add_redundant(struct strbuf *out, const struct verdict_input *in)
{
	const struct strvec *rows = &in->judgement->redundant;

	strbuf_printf(out, "recorded %s ", rows->n > 1 ? "rows" : "row");
	phrase_ids(out, rows);
	strbuf_printf(out,
		" %s of another recorded row, from where Alembic refuses to upgrade: ",
		rows->n > 1 ? "are ancestors" : "is an ancestor");
	hint_delete_rows(out, in, rows);
}

static void
add_both_ways(struct strbuf *out, const struct verdict_input *in)
{
	const struct judgement *j = in->judgement;
	bool joins =
		in->graph && migrations_can_merge(in->graph) && !hint_is_stopped(in);

	phrase_count(out, j->pending.n, "revision");
	strbuf_add(out, " of ");
	hint_target(out, in);
	strbuf_printf(out, " %s missing and ", j->pending.n == 1 ? "is" : "are");
	phrase_count(out, j->beyond.n, "other");
	strbuf_printf(out, " %s applied: ", j->beyond.n == 1 ? "is" : "are");
	if (joins) {
		strbuf_add(out, "join the lines with `");
		phrase_alembic(out, in->graph);
		strbuf_add(out, " merge heads`, or ");
	}
	strbuf_add(out, "deploy the release that this database belongs to, or correct "
			"`head`");
	add_list(out, "missing: ", &j->pending);
	add_list(out, "applied: ", &j->beyond);
}

static void
hint_diverged(struct strbuf *out, const struct verdict_input *in)
{
	const struct judgement *j = in->judgement;

	if (j->redundant.n) {
		add_redundant(out, in);
	} else if (j->pending.n || j->beyond.n) {
		add_both_ways(out, in);
	} else {
		strbuf_add(out, "recorded ");
		phrase_ids(out, &j->recorded);
		strbuf_add(out, " is not expected ");
		phrase_ids(out, &j->expected);
		strbuf_add(out, in->graph ? ": deploy the release that this database "
					    "belongs to, or correct `head`"
					  : ": set `migrations` to see which of the "
					    "two is newer");
	}
	add_schema_aside(out, in);
}

static void
hint_unknown_head(struct strbuf *out, const struct verdict_input *in)
{
	const struct migrations *h = in->graph;
	const struct problem *p = h ? migrations_obstacle(h) : NULL;

	strbuf_add(out, "no expected head can be computed");
	if (h && h->n_revisions && migrations_unknown_id(h, hint_expected(in))) {
		strbuf_add(out, ": correct `head`, or deploy the migrations that have "
				"it");
	} else if (p && p != migrations_stopper(h)) {
		strbuf_printf(out, ": %s (", problem_advice(p));
		hint_problem(out, p);
		strbuf_addc(out, ')');
	} else if (h && !p) {
		strbuf_add(out, ": there is no migration in ");
		phrase_text(out, h->path, PHRASE_TEXT);
	} else if (!h) {
		strbuf_add(out, ": check `migrations` and `head`");
	}
	add_note(out, in);
	add_schema_aside(out, in);
}

static bool
all_known(const struct verdict_input *in, const struct strvec *rows)
{
	return in->graph && !migrations_unknown_id(in->graph, rows);
}

static void
add_emptiness(struct strbuf *out, const struct verdict_input *in)
{
	char at[CLOCK_RFC3339_LEN];

	if (!in->had_tables) {
		strbuf_add(out, "no tables");
		return;
	}
	strbuf_add(out, "the database is empty; it had ");
	if (in->had_objects && in->had_ms) {
		phrase_count(out, in->had_objects, "object");
		strbuf_printf(out, " at %s", clock_rfc3339(in->had_ms, at));
	} else {
		strbuf_add(out, "tables before");
	}
}

static void
hint_empty_database(struct strbuf *out, const struct verdict_input *in)
{
	const struct strvec *rows = hint_recorded(in);
	bool stopped = hint_is_stopped(in), lost = rows->n || in->had_tables;

	add_emptiness(out, in);
	if (rows->n) {
		strbuf_printf(out, ", though %s records ", hint_version_table(in));
		phrase_ids(out, rows);
	}
	if (lost)
		strbuf_add(out, ": restore what was lost");
	else if (hint_may_migrate(in))
		hint_may_go_on(out, in);
	if (stopped || (!lost && hint_may_migrate(in)))
		return;
	if (!rows->n) {
		strbuf_add(out, lost ? ", or, if nothing was, " : ": ");
		hint_run_upgrade(out, in, NULL);
	} else if (all_known(in, rows)) {
		strbuf_printf(out,
			", or, if nothing was, run `DELETE FROM %s` and then ",
			hint_version_table(in));
		hint_run_upgrade(out, in, &no_ids);
	}
}

typedef void mismatch_fn(struct strbuf *out, const struct verdict_input *in);

/* The problems are the sentence itself of unknown_head. */
static const struct {
	mismatch_fn *say;
	bool problems;
} mismatches[REVISION_STATUS_COUNT] = {
	[REVISION_AT_HEAD] = {hint_relation, true},
	[REVISION_NOT_CHECKED] = {hint_relation, true},
	[REVISION_BEHIND] = {hint_behind, true},
	[REVISION_AHEAD] = {hint_ahead, true},
	[REVISION_DIVERGED] = {hint_diverged, true},
	[REVISION_UNKNOWN_REVISION] = {hint_unknown_revision, true},
	[REVISION_UNKNOWN_HEAD] = {hint_unknown_head, false},
	[REVISION_EMPTY_DATABASE] = {hint_empty_database, true},
};

void
hint_mismatch(struct strbuf *out, const struct verdict_input *in)
{
	static const struct judgement nothing;
	struct verdict_input full = *in;

	if (!full.judgement)
		full.judgement = &nothing;
	mismatches[in->revision].say(out, &full);
	if (mismatches[in->revision].problems)
		hint_problems(out, &full);
}
