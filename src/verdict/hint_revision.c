/* Advice for what the version table says.  `alembic stamp` writes a claim that nobody
 * checks, so it is suggested only for the very revision whose expected catalog was
 * compared and found in sync. */
#include <string.h>

#include "base/mem.h"
#include "verdict/hint.h"
#include "verdict/phrase.h"

enum { MAX_ARGS = 8 };

static const struct strvec no_ids;

static const struct strvec *
expected_heads(const struct verdict_input *in)
{
	return in->judgement ? &in->judgement->expected : &no_ids;
}

static const struct strvec *
recorded_rows(const struct verdict_input *in)
{
	return in->judgement ? &in->judgement->recorded : &no_ids;
}

/* True if what is expected is simply all that the migrations have. */
static bool
expects_all(const struct verdict_input *in)
{
	return in->graph &&
	       strvec_equal(expected_heads(in), &in->graph->effective_heads);
}

void
hint_target(struct strbuf *out, const struct verdict_input *in)
{
	const struct strvec *heads = expected_heads(in);

	strbuf_add(out, expects_all(in) || !in->graph ? "head" : "expected revision");
	if (!heads->n)
		return;
	strbuf_add(out, heads->n > 1 ? "s " : " ");
	phrase_ids(out, heads);
}

/* ---- Problems of the migrations ---- */

static const struct problem *
find_problem(const struct migrations *h, bool several_heads, size_t *n)
{
	const struct problem *first = NULL;

	*n = 0;
	for (size_t i = 0; h && i < h->n_problems; i++) {
		if ((h->problems[i].code == PROBLEM_SEVERAL_HEADS) != several_heads)
			continue;
		first = first ? first : &h->problems[i];
		++*n;
	}
	return first;
}

void
hint_several_heads(struct strbuf *out, const struct verdict_input *in)
{
	size_t n;

	if (!find_problem(in->graph, true, &n))
		return;
	strbuf_add(out, "; the migrations have several heads (");
	phrase_ids(out, &in->graph->heads);
	strbuf_add(out, "), which `alembic merge heads` joins");
}

static void
add_problem(struct strbuf *out, const struct problem *p)
{
	strbuf_add(out, problem_word(p->code));
	if (p->file) {
		strbuf_add(out, " in ");
		phrase_text(out, p->file, PHRASE_TEXT);
	}
	if (p->detail) {
		strbuf_add(out, ", ");
		phrase_text(out, p->detail, PHRASE_TEXT);
	}
}

static void
add_problems(struct strbuf *out, const struct verdict_input *in)
{
	size_t n;
	const struct problem *first = find_problem(in->graph, false, &n);

	hint_several_heads(out, in);
	if (!first)
		return;
	strbuf_add(out, "; the migrations have ");
	phrase_count(out, n, "problem");
	strbuf_add(out, ", first: ");
	add_problem(out, first);
}

/* ---- Commands ---- */

/* True if the ids can stand in a command: few, short, and known to the migrations
 * where there are any. */
static bool
can_be_args(const struct verdict_input *in, const struct strvec *ids)
{
	if (!ids || !ids->n || ids->n > MAX_ARGS)
		return false;
	for (size_t i = 0; i < ids->n; i++)
		if (!*ids->v[i] || strlen(ids->v[i]) > PHRASE_NAME ||
			strchr(ids->v[i], '`') ||
			(in->graph && !migrations_find(in->graph, ids->v[i])))
			return false;
	return true;
}

static void
add_upgrade(struct strbuf *out, const struct verdict_input *in)
{
	const struct strvec *heads = expected_heads(in);

	if (expects_all(in) || !can_be_args(in, heads)) {
		bool several = heads->n > 1 || (in->graph && in->graph->heads.n > 1);

		strbuf_add(out,
			several ? "`alembic upgrade heads`" : "`alembic upgrade head`");
		return;
	}
	for (size_t i = 0; i < heads->n; i++) {
		struct strvec one = {&heads->v[i], 1, 1};

		strbuf_add(out, i ? ", `alembic upgrade" : "`alembic upgrade");
		phrase_args(out, &one);
		strbuf_addc(out, '`');
	}
}

static bool
may_stamp(const struct verdict_input *in)
{
	return in->schema == SCHEMA_IN_SYNC && can_be_args(in, in->expected_revision);
}

/* "matches head a: run `alembic stamp a`", and where that is not the head yet, the
 * upgrade from there. */
static void
add_stamp(struct strbuf *out, const struct verdict_input *in, const char *option)
{
	bool is_head = strvec_equal(in->expected_revision, expected_heads(in));

	strbuf_add(out, "the schema matches ");
	if (is_head) {
		hint_target(out, in);
	} else {
		strbuf_add(out, "revision ");
		phrase_ids(out, in->expected_revision);
	}
	strbuf_printf(out, ": run `alembic stamp%s", option);
	phrase_args(out, in->expected_revision);
	strbuf_addc(out, '`');
	if (is_head || !expected_heads(in)->n)
		return;
	strbuf_add(out, ", then ");
	add_upgrade(out, in);
}

/* What to do about a database whose recorded revision says nothing: find out by its
 * schema which one it is. */
static void
add_way_back(struct strbuf *out, const struct verdict_input *in, const char *option)
{
	if (may_stamp(in)) {
		strbuf_add(out, ", but ");
		add_stamp(out, in, option);
		hint_left_out(out, in);
		return;
	}
	switch (in->schema) {
	case SCHEMA_IN_SYNC:
		strbuf_printf(out,
			", and though the schema matches %s, no revision of the "
			"migrations is known for that: record one there first",
			hint_reference(in));
		break;
	case SCHEMA_DRIFTED:
	case SCHEMA_OTHER_REVISION:
		strbuf_add(out, ", and the schema has ");
		hint_differences(out, in);
		strbuf_add(out, " to be resolved first");
		hint_first_and_where(out, in);
		break;
	default:
		strbuf_add(out, ", and the schema was not compared");
		if (in->schema_reason) {
			strbuf_add(out, " (");
			phrase_text(out, in->schema_reason, PHRASE_TEXT);
			strbuf_addc(out, ')');
		}
		strbuf_add(out, in->reference
					? ": compare it first, with `pgdriftd diff`"
					: ": set `expect` to compare it first");
	}
}

void
hint_unstamped(struct strbuf *out, const struct verdict_input *in)
{
	strbuf_printf(out, "%s %s", hint_version_table(in),
		in->version_table_exists ? "has no row" : "is missing");
	add_way_back(out, in, "");
	add_problems(out, in);
}

/* ---- revision_mismatch ---- */

/* The schema axis, where the revision is what the sentence is about. */
static void
add_schema_aside(struct strbuf *out, const struct verdict_input *in)
{
	if (in->schema == SCHEMA_DRIFTED) {
		strbuf_add(out, "; besides, the schema has ");
		hint_differences(out, in);
		hint_first_and_where(out, in);
	} else if (in->schema == SCHEMA_OTHER_REVISION) {
		strbuf_add(out, "; ");
		hint_other_revision(out, in);
	}
}

static void
hint_behind(struct strbuf *out, const struct verdict_input *in)
{
	phrase_count(out, in->judgement->pending.n, "revision");
	strbuf_add(out, " behind ");
	hint_target(out, in);
	strbuf_add(out, ": ");
	if (hint_pending(out, in, NULL)) {
		strbuf_add(out, "run ");
		add_upgrade(out, in);
	}
	strbuf_add(out, " (pending: ");
	phrase_ids(out, &in->judgement->pending);
	strbuf_addc(out, ')');
	if (may_stamp(in) && strvec_equal(in->expected_revision, expected_heads(in))) {
		strbuf_printf(out,
			"; the schema already matches %s, so if all of that was "
			"applied by hand, run `alembic stamp",
			hint_reference(in));
		phrase_args(out, in->expected_revision);
		strbuf_add(out, "` instead");
	}
}

static void
hint_ahead(struct strbuf *out, const struct verdict_input *in)
{
	phrase_count(out, in->judgement->beyond.n, "revision");
	strbuf_add(out, " ahead of ");
	hint_target(out, in);
	strbuf_add(out, " (");
	phrase_ids(out, &in->judgement->beyond);
	strbuf_add(out, "): deploy the release that has them, or set `head` to what "
			"`alembic current` says");
}

static void
add_redundant(struct strbuf *out, const struct verdict_input *in)
{
	const struct strvec *rows = &in->judgement->redundant;

	strbuf_printf(out, "recorded %s ", rows->n > 1 ? "rows" : "row");
	phrase_ids(out, rows);
	strbuf_printf(out,
		" %s of another recorded row and `alembic upgrade` refuses to start "
		"from there: delete %s from %s",
		rows->n > 1 ? "are ancestors" : "is an ancestor",
		rows->n > 1 ? "them" : "it", hint_version_table(in));
}

static void
add_both_ways(struct strbuf *out, const struct verdict_input *in)
{
	const struct judgement *j = in->judgement;

	phrase_count(out, j->pending.n, "revision");
	strbuf_add(out, " of ");
	hint_target(out, in);
	strbuf_printf(out, " %s missing (", j->pending.n == 1 ? "is" : "are");
	phrase_ids(out, &j->pending);
	strbuf_add(out, ") and ");
	phrase_count(out, j->beyond.n, "other");
	strbuf_printf(out, " %s applied (", j->beyond.n == 1 ? "is" : "are");
	phrase_ids(out, &j->beyond);
	strbuf_add(out, "): join the two lines with `alembic merge`, or deploy the "
			"release that this database belongs to");
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
		strbuf_add(out, ": run ");
		add_upgrade(out, in);
		strbuf_add(out, in->graph ? ""
					  : ", or set `migrations` to see which of "
					    "the two is newer");
	}
}

static void
hint_unknown_revision(struct strbuf *out, const struct verdict_input *in)
{
	const struct judgement *j = in->judgement;
	const struct strvec *rows = j->unknown.n ? &j->unknown : &j->recorded;

	strbuf_add(out, "recorded ");
	phrase_ids(out, rows);
	strbuf_printf(out, " %s not in the migrations", rows->n > 1 ? "are" : "is");
	if (in->graph && in->graph->path) {
		strbuf_add(out, " of ");
		phrase_text(out, in->graph->path, PHRASE_TEXT);
	}
	if (j->note) {
		strbuf_add(out, " (");
		phrase_text(out, j->note, PHRASE_TEXT);
		strbuf_addc(out, ')');
	}
	if (!in->diff && !in->reference)
		strbuf_add(out, ": deploy the migrations that have it, as `alembic "
				"current` fails without them");
	else
		add_way_back(out, in, " --purge");
}

static void
hint_unknown_head(struct strbuf *out, const struct verdict_input *in)
{
	const struct migrations *h = in->graph;
	const struct problem *p = h ? migrations_obstacle(h) : NULL;

	strbuf_add(out, "no expected head can be computed");
	if (in->judgement && in->judgement->note) {
		strbuf_add(out, " (");
		phrase_text(out, in->judgement->note, PHRASE_TEXT);
		strbuf_addc(out, ')');
	}
	if (h && h->n_revisions && migrations_unknown_id(h, expected_heads(in))) {
		strbuf_add(out, ": correct `head`, or deploy the migrations that have "
				"it");
	} else if (p) {
		strbuf_add(out, ": ");
		add_problem(out, p);
		strbuf_printf(out, "; %s", problem_advice(p));
	} else if (h) {
		strbuf_add(out, ": there is no migration in ");
		phrase_text(out, h->path, PHRASE_TEXT);
	} else {
		strbuf_add(out, ": check `migrations` and `head` with `pgdriftd "
				"migrations PATH`");
	}
}

static void
hint_empty_database(struct strbuf *out, const struct verdict_input *in)
{
	const struct strvec *rows = recorded_rows(in);

	if (!rows->n) {
		strbuf_add(out, "no tables: run ");
		add_upgrade(out, in);
		return;
	}
	strbuf_printf(out, "no tables, though %s records ", hint_version_table(in));
	phrase_ids(out, rows);
	strbuf_add(out, ": restore what was lost, or empty that table and run ");
	add_upgrade(out, in);
}

typedef void mismatch_fn(struct strbuf *out, const struct verdict_input *in);

/* The problems are the sentence itself of unknown_head; an empty database has no
 * schema to speak of. */
static const struct {
	mismatch_fn *say;
	bool schema, problems;
} mismatches[REVISION_STATUS_COUNT] = {
	[REVISION_BEHIND] = {hint_behind, true, true},
	[REVISION_AHEAD] = {hint_ahead, true, true},
	[REVISION_DIVERGED] = {hint_diverged, true, true},
	[REVISION_UNKNOWN_REVISION] = {hint_unknown_revision, false, true},
	[REVISION_UNKNOWN_HEAD] = {hint_unknown_head, true, false},
	[REVISION_EMPTY_DATABASE] = {hint_empty_database, false, true},
};

void
hint_mismatch(struct strbuf *out, const struct verdict_input *in)
{
	static const struct judgement nothing;
	struct verdict_input full = *in;

	if (!full.judgement)
		full.judgement = &nothing;
	mismatches[in->revision].say(out, &full);
	if (mismatches[in->revision].schema)
		add_schema_aside(out, &full);
	if (mismatches[in->revision].problems)
		add_problems(out, &full);
}
