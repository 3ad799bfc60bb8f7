/* The summary word and the axes behind it.  The order of the tests is the order of
 * the rows in contract 1; tests/unit/verdict/test_verdict.c walks every combination. */
#include "verdict/verdict.h"

#include <assert.h>
#include <string.h>

static const char *const check_words[CHECK_STATUS_COUNT] = {
	[CHECK_OK] = "ok",
	[CHECK_UNREACHABLE] = "unreachable",
	[CHECK_ERROR] = "error",
	[CHECK_NOT_CHECKED] = "not_checked",
};

static const char *const schema_words[SCHEMA_STATUS_COUNT] = {
	[SCHEMA_IN_SYNC] = "in_sync",
	[SCHEMA_DRIFTED] = "drifted",
	[SCHEMA_OTHER_REVISION] = "other_revision",
	[SCHEMA_NOT_COMPARABLE] = "not_comparable",
	[SCHEMA_NOT_CHECKED] = "not_checked",
};

static const char *const state_words[STATE_COUNT] = {
	[STATE_UNKNOWN] = "unknown",
	[STATE_UNSTAMPED] = "unstamped",
	[STATE_DRIFTED] = "drifted",
	[STATE_REVISION_MISMATCH] = "revision_mismatch",
	[STATE_UNCONFIRMED] = "unconfirmed",
	[STATE_MIGRATING] = "migrating",
	[STATE_IN_SYNC] = "in_sync",
};

const char *
check_status_word(enum check_status s)
{
	assert((unsigned)s < CHECK_STATUS_COUNT);
	return check_words[s];
}

const char *
schema_status_word(enum schema_status s)
{
	assert((unsigned)s < SCHEMA_STATUS_COUNT);
	return schema_words[s];
}

const char *
schema_relation_word(enum schema_relation r)
{
	static const char *const words[RELATION_COUNT] = {
		[RELATION_REFERENCE_AHEAD] = "reference_ahead",
		[RELATION_REFERENCE_BEHIND] = "reference_behind",
		[RELATION_UNRELATED] = "unrelated",
	};

	assert((unsigned)r < RELATION_COUNT);
	return words[r];
}

const char *
state_word(enum state s)
{
	assert((unsigned)s < STATE_COUNT);
	return state_words[s];
}

bool
state_parse(const char *word, enum state *out)
{
	for (unsigned s = 0; s < STATE_COUNT; s++)
		if (!strcmp(state_words[s], word)) {
			*out = (enum state)s;
			return true;
		}
	return false;
}

enum state
state_worst(enum state a, enum state b)
{
	return a < b ? a : b;
}

enum check_status
verdict_check_status(enum err_code code)
{
	if (code == ERR_NONE)
		return CHECK_OK;
	return code == ERR_CONNECT ? CHECK_UNREACHABLE : CHECK_ERROR;
}

static bool
is_empty(const struct strvec *l)
{
	return !l || !l->n;
}

enum schema_relation
verdict_relation(const struct migrations *graph, const struct strvec *expected_revision,
	const struct strvec *recorded)
{
	static const enum schema_relation relations[REVISION_STATUS_COUNT] = {
		[REVISION_AT_HEAD] = RELATION_SAME,
		[REVISION_BEHIND] = RELATION_REFERENCE_AHEAD,
		[REVISION_AHEAD] = RELATION_REFERENCE_BEHIND,
		[REVISION_DIVERGED] = RELATION_UNRELATED,
		[REVISION_UNKNOWN_REVISION] = RELATION_UNRELATED,
		[REVISION_UNSTAMPED] = RELATION_UNRELATED,
		[REVISION_EMPTY_DATABASE] = RELATION_UNRELATED,
		[REVISION_UNKNOWN_HEAD] = RELATION_UNRELATED,
		[REVISION_NOT_CHECKED] = RELATION_UNRELATED,
	};
	struct judgement j = {0};
	enum schema_relation r;

	if (is_empty(expected_revision) || is_empty(recorded))
		return RELATION_NONE;
	if (strvec_equal(expected_revision, recorded))
		return RELATION_SAME;
	if (!graph || migrations_unknown_id(graph, expected_revision) ||
		migrations_unknown_id(graph, recorded))
		return RELATION_UNRELATED;
	migrations_judge(graph, recorded, expected_revision, &j);
	/* A row beside one of its descendants adds nothing. */
	r = j.pending.n || j.beyond.n || j.status != REVISION_DIVERGED
		    ? relations[j.status]
		    : RELATION_SAME;
	judgement_fini(&j);
	return r;
}

static bool
difference_is_drift(enum schema_relation r, enum revision_status revision)
{
	if (revision == REVISION_EMPTY_DATABASE)
		return r == RELATION_SAME;
	return r == RELATION_SAME || r == RELATION_NONE ||
	       revision == REVISION_UNSTAMPED || revision == REVISION_UNKNOWN_REVISION;
}

enum schema_status
verdict_schema(
	const struct diff *d, enum schema_relation r, enum revision_status revision)
{
	if (!d)
		return SCHEMA_NOT_CHECKED;
	if (d->status == DIFF_NOT_COMPARABLE)
		return SCHEMA_NOT_COMPARABLE;
	if (d->status == DIFF_IN_SYNC)
		return SCHEMA_IN_SYNC;
	return difference_is_drift(r, revision) ? SCHEMA_DRIFTED
						: SCHEMA_OTHER_REVISION;
}

bool
verdict_revision_differs(const struct verdict_input *in)
{
	switch (in->revision) {
	case REVISION_UNSTAMPED:
	case REVISION_BEHIND:
	case REVISION_AHEAD:
	case REVISION_DIVERGED:
	case REVISION_UNKNOWN_REVISION:
	case REVISION_UNKNOWN_HEAD:
		return true;
	case REVISION_EMPTY_DATABASE:
		return !in->allow_empty;
	default:
		return false;
	}
}

bool
verdict_schema_differs(const struct verdict_input *in)
{
	return in->schema == SCHEMA_DRIFTED || in->schema == SCHEMA_OTHER_REVISION;
}

/* True if what is configured to be compared could not be: nothing is known then,
 * whatever else was found.  A new database that may be empty has nothing to compare. */
static bool
is_undecided(const struct verdict_input *in)
{
	bool new = in->revision == REVISION_EMPTY_DATABASE && in->allow_empty;

	if (in->reference && !new &&
		(in->kept || in->schema == SCHEMA_NOT_CHECKED ||
			in->schema == SCHEMA_NOT_COMPARABLE))
		return true;
	if (in->revision == REVISION_NOT_CHECKED || in->revision_kept)
		return in->revision_watched || !in->reference;
	return false;
}

bool
verdict_is_finding(const struct verdict_input *in)
{
	return verdict_revision_differs(in) || verdict_schema_differs(in);
}

static bool
revision_stands(const struct verdict_input *in)
{
	return verdict_revision_differs(in) && in->revision_confirmed;
}

static bool
schema_stands(const struct verdict_input *in)
{
	return verdict_schema_differs(in) && in->schema_confirmed;
}

bool
verdict_stands(const struct verdict_input *in)
{
	return !verdict_is_finding(in) || revision_stands(in) || schema_stands(in);
}

enum state
verdict_state(const struct verdict_input *in)
{
	if (in->check != CHECK_OK)
		return STATE_UNKNOWN;
	if (in->migrating)
		return STATE_MIGRATING;
	if (is_undecided(in))
		return STATE_UNKNOWN;
	if (!verdict_stands(in))
		return STATE_UNCONFIRMED;
	if (revision_stands(in))
		return in->revision == REVISION_UNSTAMPED ? STATE_UNSTAMPED
							  : STATE_REVISION_MISMATCH;
	if (schema_stands(in))
		return in->schema == SCHEMA_DRIFTED ? STATE_DRIFTED
						    : STATE_REVISION_MISMATCH;
	return STATE_IN_SYNC;
}
