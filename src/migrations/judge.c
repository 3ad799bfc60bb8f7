/* Contract 1, "How a recorded revision is judged".  Sets of revisions are flags by
 * position; what is recorded and what is expected are never compared as plain sets,
 * since a recorded revision implies all its ancestors. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "migrations/gap.h"
#include "migrations/graph.h"
#include "migrations/migrations.h"
#include "migrations/order.h"

static const char *const words[REVISION_STATUS_COUNT] = {
	[REVISION_AT_HEAD] = "at_head",
	[REVISION_BEHIND] = "behind",
	[REVISION_AHEAD] = "ahead",
	[REVISION_DIVERGED] = "diverged",
	[REVISION_UNKNOWN_REVISION] = "unknown_revision",
	[REVISION_UNSTAMPED] = "unstamped",
	[REVISION_EMPTY_DATABASE] = "empty_database",
	[REVISION_UNKNOWN_HEAD] = "unknown_head",
	[REVISION_NOT_CHECKED] = "not_checked",
};

const char *
revision_status_word(enum revision_status s)
{
	return words[s];
}

struct judging {
	const struct migrations *h;
	struct judgement *out;
	bool *applied, *needed;
	bool lost;     /* an expected revision is not in the graph */
	bool by_heads; /* what is expected is what the files have as heads */
	/* There are revisions that are pending or beyond, or neither: see gap.h. */
	bool perhaps_pending, perhaps_beyond;
	struct strbuf note;
};

static void PRINTF_LIKE(2, 3) add_note(struct judging *j, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	if (j->note.len)
		strbuf_add(&j->note, "; ");
	/* Only a command stands between backticks, and no row is one. */
	text_replace(text, '`', '\'');
	strbuf_add(&j->note, text);
	free(text);
}

static size_t
position(const struct migrations *h, const struct revision *r)
{
	return (size_t)(r - h->revisions);
}

/* Alembic takes a text for the one id or label that is longer than 3 characters and
 * begins with it (RevisionMap._revision_for_ident).  *label is NULL for an id. */
static const struct revision *
find_abbreviated(const struct migrations *h, const char *text, const char **label)
{
	const struct revision *found = NULL;
	size_t n = strlen(text), at = 0, count = 0;
	const char *name;
	void *r;

	for (size_t i = 0; n && i < h->n_revisions; i++) {
		const char *id = h->revisions[i].id;

		if (strncmp(id, text, n) || strlen(id) <= 3)
			continue;
		found = &h->revisions[i];
		*label = NULL;
		count++;
	}
	while (n && strmap_next(h->index->labels, &at, &name, &r)) {
		if (strncmp(name, text, n) || strlen(name) <= 3)
			continue;
		found = r;
		*label = name;
		count++;
	}
	return count == 1 ? found : NULL;
}

/* ---- What is expected ---- */

/* The heads of a branch: what descends from its label and has no children. */
static void
expect_branch(struct judging *j, const struct revision *r)
{
	const struct migrations *h = j->h;
	bool *below = xcalloc(h->n_revisions + 1, sizeof *below);

	j->by_heads = true;
	graph_mark_descendants(h, position(h, r), below);
	for (size_t i = 0; i < h->n_revisions; i++)
		if (below[i] && graph_is_head(h, i))
			strvec_add(&j->out->expected, h->revisions[i].id);
	free(below);
}

static void
expect_heads(struct judging *j)
{
	j->by_heads = true;
	strvec_copy(&j->out->expected, &j->h->effective_heads);
}

static void
expect_one(struct judging *j, const char *text)
{
	const struct revision *r = graph_id(j->h, text);
	size_t n = strcspn(text, "@");
	const char *short_for = NULL;
	char *label = xstrndup(text, n);

	if (!r &&
		(!text[n] || !strcmp(text + n, "@head") || !strcmp(text + n, "@heads")))
		r = graph_label(j->h, label);
	if (r && !graph_id(j->h, text)) {
		expect_branch(j, r);
	} else if (!strcmp(text, "head") || !strcmp(text, "heads")) {
		expect_heads(j);
	} else {
		if (!r)
			r = find_abbreviated(j->h, text, &short_for);
		if (short_for)
			r = NULL;
		strvec_add(&j->out->expected, r ? r->id : text);
	}
	free(label);
}

static void
fill_expected(struct judging *j, const struct strvec *expected)
{
	struct strvec *to = &j->out->expected;

	if (expected && expected->n)
		for (size_t i = 0; i < expected->n; i++)
			expect_one(j, expected->v[i]);
	else
		expect_heads(j);
	strvec_sort(to);
	strvec_uniq(to);
	for (size_t i = 0; i < to->n; i++) {
		const struct revision *r = graph_id(j->h, to->v[i]);

		if (r) {
			graph_mark_ancestors(j->h, position(j->h, r), j->needed);
			continue;
		}
		j->lost = true;
		add_note(j, "the expected revision %s is not in the migrations",
			to->v[i]);
	}
}

/* ---- What is recorded ---- */

const struct revision *
migrations_archived(const struct migrations *h, const char *id)
{
	const struct revision *r = NULL;

	for (size_t i = 0; !r && i < h->n_archives; i++)
		r = graph_id(h->archives[i], id);
	return r;
}

/* What is known of a row that is no id of the graph. */
static void
note_unknown(struct judging *j, const char *row)
{
	const struct revision *labelled = graph_label(j->h, row);
	const struct revision *archived = migrations_archived(j->h, row);
	const char *label;
	const struct revision *whole = find_abbreviated(j->h, row, &label);

	if (!*row)
		add_note(j, "a row of the version table is an empty string");
	else if (archived)
		add_note(j, "%s is archived, in %s", row, archived->file);
	else if (labelled)
		add_note(j, "%s is a branch label of %s: the version table holds ids",
			row, labelled->id);
	else if (whole)
		add_note(j, "%s is an abbreviation of %s%s", row,
			label ? label : whole->id, label ? ", a branch label" : "");
	else if (j->h->hides_revisions)
		add_note(j, "%s may be in a file whose id cannot be read", row);
}

/* A row that is an ancestor of another row. */
static void
fill_redundant(struct judging *j)
{
	const struct strvec *rows = &j->out->recorded;
	bool *below = xcalloc(j->h->n_revisions + 1, sizeof *below);

	for (size_t i = 0; rows->n > 1 && i < rows->n; i++) {
		const struct revision *r = graph_id(j->h, rows->v[i]);

		if (!r)
			continue;
		memset(below, 0, j->h->n_revisions);
		graph_mark_ancestors(j->h, position(j->h, r), below);
		for (size_t k = 0; k < rows->n; k++) {
			const struct revision *other = graph_id(j->h, rows->v[k]);

			if (other && other != r && below[position(j->h, other)])
				strvec_add(&j->out->redundant, other->id);
		}
	}
	strvec_sort(&j->out->redundant);
	strvec_uniq(&j->out->redundant);
	free(below);
}

static void
fill_recorded(struct judging *j)
{
	const struct strvec *rows = &j->out->recorded;

	for (size_t i = 0; i < rows->n; i++) {
		const struct revision *r = graph_id(j->h, rows->v[i]);

		if (r) {
			graph_mark_ancestors(j->h, position(j->h, r), j->applied);
		} else {
			strvec_add(&j->out->unknown, rows->v[i]);
			note_unknown(j, rows->v[i]);
		}
	}
	fill_redundant(j);
}

/* ---- The verdict ---- */

static void
fill_differences(struct judging *j)
{
	const struct migrations *h = j->h;
	size_t n = h->n_revisions;
	bool *pending = xcalloc(n + 1, sizeof *pending);
	bool *maybe_applied = xcalloc(n + 1, sizeof *maybe_applied);
	bool *maybe_needed = xcalloc(n + 1, sizeof *maybe_needed);

	gap_mark_maybe(h, j->applied, maybe_applied);
	gap_mark_maybe(h, j->needed, maybe_needed);
	for (size_t i = 0; i < n; i++) {
		bool missing = j->needed[i] && !j->applied[i];
		bool surplus = j->applied[i] && !j->needed[i] && !j->lost;

		pending[i] = missing && !maybe_applied[i];
		if (surplus && !maybe_needed[i])
			strvec_add(&j->out->beyond, h->revisions[i].id);
		j->perhaps_pending |= missing && maybe_applied[i];
		j->perhaps_beyond |= surplus && maybe_needed[i];
	}
	order_upgrade(h, pending, &j->out->pending);
	free(maybe_needed);
	free(maybe_applied);
	free(pending);
}

/* True if what is expected may be in a file whose id cannot be read. */
static bool
hides_expected(const struct judging *j)
{
	return j->by_heads && j->h->hides_head;
}

static void
note_gaps(struct judging *j)
{
	if (hides_expected(j))
		add_note(j, "a newer revision may be in %s",
			migrations_obstacle(j->h)->file);
	else if (j->h->hides_revisions && !j->out->unknown.n)
		add_note(j, "a file whose id cannot be read takes no part");
	for (size_t i = 0; i < j->h->n_revisions; i++) {
		const struct revision *r = &j->h->revisions[i];

		if (!j->applied[i] && !j->needed[i])
			continue;
		if (gap_at(j->h, r)) {
			add_note(j, "what comes before %s is not known%s", r->id,
				j->out->pending.n && j->perhaps_pending
					? ", so more may be pending"
					: "");
			return;
		}
	}
}

/* By what is certain. */
static enum revision_status
verdict_of_differences(const struct judging *judging)
{
	const struct judgement *j = judging->out;
	bool pending = judging->perhaps_pending, beyond = judging->perhaps_beyond;

	if (j->redundant.n || (j->pending.n && j->beyond.n))
		return REVISION_DIVERGED;
	if (j->pending.n)
		return beyond ? REVISION_UNKNOWN_HEAD : REVISION_BEHIND;
	if (j->beyond.n)
		return pending ? REVISION_UNKNOWN_HEAD : REVISION_AHEAD;
	if (pending || beyond || hides_expected(judging))
		return REVISION_UNKNOWN_HEAD;
	return REVISION_AT_HEAD;
}

static enum revision_status
verdict(const struct judging *judging)
{
	const struct judgement *j = judging->out;

	if (!j->recorded.n)
		return REVISION_UNSTAMPED;
	if (!judging->h->n_revisions)
		return REVISION_UNKNOWN_HEAD;
	if (j->unknown.n)
		return hides_expected(judging) ? REVISION_UNKNOWN_HEAD
					       : REVISION_UNKNOWN_REVISION;
	if (!j->expected.n || judging->lost)
		return REVISION_UNKNOWN_HEAD;
	return verdict_of_differences(judging);
}

static void
judge_by_graph(const struct migrations *h, const struct strvec *expected,
	struct judgement *out)
{
	struct judging j = {
		.h = h,
		.out = out,
		.applied = xcalloc(h->n_revisions + 1, sizeof *j.applied),
		.needed = xcalloc(h->n_revisions + 1, sizeof *j.needed),
	};

	fill_recorded(&j);
	fill_expected(&j, expected);
	/* With an unknown row, what is applied is not known either. */
	if (!out->unknown.n && out->expected.n)
		fill_differences(&j);
	note_gaps(&j);
	out->status = verdict(&j);
	if (j.note.len)
		out->note = strbuf_take(&j.note);
	strbuf_free(&j.note);
	free(j.applied);
	free(j.needed);
}

/* Without a graph, ids can only be equal or not. */
static void
judge_by_ids(const struct migrations *h, const struct strvec *expected,
	struct judgement *out)
{
	if (expected)
		strvec_copy(&out->expected, expected);
	strvec_sort(&out->expected);
	strvec_uniq(&out->expected);
	/* Without migrations nobody can say that a revision is not theirs. */
	for (size_t i = 0; h && i < out->recorded.n; i++)
		if (!strvec_has(&out->expected, out->recorded.v[i]))
			strvec_add(&out->unknown, out->recorded.v[i]);
	if (!out->recorded.n)
		out->status = REVISION_UNSTAMPED;
	else if (!out->expected.n)
		out->status = REVISION_UNKNOWN_HEAD;
	else if (strvec_equal(&out->recorded, &out->expected))
		out->status = REVISION_AT_HEAD;
	else
		out->status =
			out->unknown.n ? REVISION_UNKNOWN_REVISION : REVISION_DIVERGED;
}

void
migrations_judge(const struct migrations *h, const struct strvec *recorded,
	const struct strvec *expected, struct judgement *out)
{
	*out = (struct judgement){0};
	strvec_copy(&out->recorded, recorded);
	strvec_sort(&out->recorded);
	strvec_uniq(&out->recorded);
	if (h && (h->n_revisions || !expected || !expected->n))
		judge_by_graph(h, expected, out);
	else
		judge_by_ids(h, expected, out);
}

void
judgement_fini(struct judgement *j)
{
	strvec_free(&j->recorded);
	strvec_free(&j->expected);
	strvec_free(&j->pending);
	strvec_free(&j->beyond);
	strvec_free(&j->unknown);
	strvec_free(&j->redundant);
	free(j->note);
	*j = (struct judgement){0};
}
