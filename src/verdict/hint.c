/* One sentence of advice for each state.  What the revision axis has to say is in
 * hint_revision.c. */
#include "verdict/hint.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "verdict/phrase.h"

const char *
hint_reference(const struct verdict_input *in)
{
	if (in->measure)
		return in->measure;
	return in->reference ? in->reference : "the expected catalog";
}

void
hint_differences(struct strbuf *out, const struct verdict_input *in)
{
	phrase_count(out, in->diff ? in->diff->n_findings : 0, "difference");
	if (in->nearest && in->expected_revision && in->expected_revision->n) {
		strbuf_add(out, " from the nearest revision, ");
		phrase_ids(out, in->expected_revision);
		strbuf_printf(out, " of %s", hint_reference(in));
		return;
	}
	strbuf_printf(out, " from %s", hint_reference(in));
}

void
hint_left_out(struct strbuf *out, const struct verdict_input *in)
{
	if (!in->diff || !in->diff->reason || in->diff->status == DIFF_NOT_COMPARABLE)
		return;
	strbuf_add(out, "; note that ");
	phrase_text(out, in->diff->reason, PHRASE_TEXT);
}

/* What the command line calls a reference: "environment:dev" is env:dev there, a
 * snapshot its file.  False for those that it cannot name. */
static bool
add_command_source(struct strbuf *out, const char *reference)
{
	static const struct {
		const char *prefix, *source;
	} forms[] = {{"environment:", "env:"}, {"snapshot:", ""}};

	for (size_t i = 0; reference && i < COUNT_OF(forms); i++) {
		size_t n = strlen(forms[i].prefix);

		if (strncmp(reference, forms[i].prefix, n) != 0)
			continue;
		strbuf_printf(out, "%s%s", forms[i].source, reference + n);
		return true;
	}
	return false;
}

static bool
has_unexpected(const struct diff *d)
{
	for (size_t i = 0; d && i < d->n_findings; i++)
		if (d->findings[i].change == CHANGE_UNEXPECTED)
			return true;
	return false;
}

/* One that comes and goes would change the sentence each time. */
static const struct finding *
first_confirmed(const struct verdict_input *in)
{
	for (size_t i = 0; in->confirmed_findings && i < in->diff->n_findings; i++)
		if (in->confirmed_findings[i])
			return &in->diff->findings[i];
	return &in->diff->findings[0];
}

void
hint_where_and_first(struct strbuf *out, const struct verdict_input *in)
{
	struct strbuf diff = {0}, source = {0}, target = {0};
	const char *name = in->environment ? in->environment : "NAME";

	if (in->diff)
		phrase_breaking(out, in->diff);
	strbuf_printf(&target, "env:%s", name);
	if (!in->measure && add_command_source(&source, in->reference)) {
		strbuf_add(&diff, "pgdriftd diff ");
		text_shell(&diff, source.s);
		strbuf_addc(&diff, ' ');
		text_shell(&diff, target.s);
		strbuf_printf(out, ": see `%s`", diff.s);
	} else {
		strbuf_printf(out, ": see /status/%s/diff", name);
	}
	if (in->diff && in->diff->n_findings) {
		phrase_first(out, first_confirmed(in));
	}
	if (has_unexpected(in->diff)) {
		strbuf_add(out, "; what is managed elsewhere goes into `ignore`");
		if (diff.s)
			strbuf_printf(out, ", with rules from `%s --generate-ignore`",
				diff.s);
	}
	strbuf_free(&diff);
	strbuf_free(&source);
	strbuf_free(&target);
}

/* ---- unknown ---- */

/* What is known of the revision, where the schema could not be compared. */
static void
add_revision_aside(struct strbuf *out, const struct verdict_input *in)
{
	if (in->revision == REVISION_NOT_CHECKED)
		return;
	strbuf_printf(out, "; the revision %s %s", in->revision_kept ? "was" : "is",
		revision_status_word(in->revision));
	if (!in->judgement || !in->judgement->recorded.n)
		return;
	strbuf_add(out, " (recorded ");
	phrase_ids(out, &in->judgement->recorded);
	strbuf_addc(out, ')');
}

static bool
is_compared(const struct verdict_input *in)
{
	return in->reference && !in->kept && in->schema != SCHEMA_NOT_CHECKED &&
	       in->schema != SCHEMA_NOT_COMPARABLE;
}

/* What was found when it could be judged. */
static void
add_revision_kept(struct strbuf *out, const struct verdict_input *in)
{
	if (in->revision_kept)
		strbuf_printf(
			out, "; before, it was %s", revision_status_word(in->revision));
}

/* What is known of the schema, where the revision could not be judged. */
static void
add_not_judged(struct strbuf *out, const struct verdict_input *in)
{
	strbuf_add(out, "the revision could not be judged");
	if (in->judgement && in->judgement->note) {
		strbuf_add(out, ": ");
		phrase_text(out, in->judgement->note, PHRASE_TEXT);
	}
	add_revision_kept(out, in);
	strbuf_add(out, "; the schema ");
	if (in->schema == SCHEMA_IN_SYNC) {
		strbuf_printf(out, "matches %s", hint_reference(in));
		return;
	}
	strbuf_add(out, "has ");
	hint_differences(out, in);
	hint_where_and_first(out, in);
}

/* What was found when it could be compared. */
static void
add_kept(struct strbuf *out, const struct verdict_input *in)
{
	if (!in->kept || !in->diff || !in->diff->n_findings)
		return;
	strbuf_add(out, "; before, it had ");
	phrase_count(out, in->diff->n_findings, "difference");
	phrase_breaking(out, in->diff);
	phrase_first(out, first_confirmed(in));
}

static void
add_nothing_compared(struct strbuf *out, const struct verdict_input *in)
{
	const char *reason = in->schema_reason;

	if (!reason && in->judgement)
		reason = in->judgement->note;
	if (in->reference) {
		strbuf_printf(
			out, "the schema could not be compared with %s", in->reference);
		if (reason) {
			strbuf_add(out, ": ");
			phrase_text(out, reason, PHRASE_TEXT);
		}
		add_kept(out, in);
		add_revision_aside(out, in);
	} else if (reason || in->revision_watched) {
		strbuf_add(out, "nothing could be compared (");
		phrase_text(out, reason ? reason : "the expected head is not known yet",
			PHRASE_TEXT);
		strbuf_add(out, "): `pgdriftd config show` says what is expected");
		add_revision_kept(out, in);
	} else {
		strbuf_add(out,
			"nothing was compared: neither `migrations`, `head` nor "
			"`expect` is configured for this environment");
	}
}

static void
hint_unknown(struct strbuf *out, const struct verdict_input *in)
{
	if (in->check == CHECK_OK)
		is_compared(in) ? add_not_judged(out, in)
				: add_nothing_compared(out, in);
	else if (in->error && in->error->code != ERR_NONE)
		hint_failure(out, in);
	else if (in->check == CHECK_NOT_CHECKED)
		hint_not_checked(out, in);
	else
		hint_unexplained(out, in);
}

/* ---- drifted ---- */

static void
hint_drifted(struct strbuf *out, const struct verdict_input *in)
{
	hint_differences(out, in);
	if (in->relation == RELATION_SAME && in->reference &&
		!strcmp(in->reference, "baseline"))
		strbuf_add(out, ", changed outside migrations");
	hint_where_and_first(out, in);
	hint_several_heads(out, in);
}

/* ---- in_sync ---- */

static void
add_schema_in_sync(struct strbuf *out, const struct verdict_input *in)
{
	switch (in->schema) {
	case SCHEMA_IN_SYNC:
		strbuf_printf(out, "the schema matches %s", hint_reference(in));
		break;
	default:
		strbuf_add(out, in->schema == SCHEMA_NOT_COMPARABLE
					? "the schema cannot be compared"
					: "the schema is not compared");
		if (in->schema_reason) {
			strbuf_add(out, " (");
			phrase_text(out, in->schema_reason, PHRASE_TEXT);
			strbuf_addc(out, ')');
		} else if (!in->reference) {
			strbuf_add(out, " (`expect` is not set)");
		}
	}
}

static void
hint_in_sync(struct strbuf *out, const struct verdict_input *in)
{
	bool at_head = in->revision == REVISION_AT_HEAD;

	if (in->revision == REVISION_EMPTY_DATABASE) {
		strbuf_add(out, "the database is empty, which `allow_empty` permits");
		if (hint_is_stopped(in))
			return;
		strbuf_add(out, "; to fill it, ");
		hint_run_upgrade(out, in, NULL);
		return;
	}
	if (at_head && in->schema == SCHEMA_IN_SYNC)
		strbuf_add(out, "schema and revision match: ");
	if (at_head) {
		strbuf_add(out, "at ");
		hint_target(out, in);
		strbuf_add(out, ", and ");
	}
	add_schema_in_sync(out, in);
	if (!at_head)
		strbuf_add(out, "; no revision is watched");
	hint_left_out(out, in);
	hint_several_heads(out, in);
}

/* ---- all ---- */

static void hint_unconfirmed(struct strbuf *out, const struct verdict_input *in);

typedef void hint_fn(struct strbuf *out, const struct verdict_input *in);

static hint_fn *const hints[STATE_COUNT] = {
	[STATE_UNKNOWN] = hint_unknown,
	[STATE_UNSTAMPED] = hint_unstamped,
	[STATE_DRIFTED] = hint_drifted,
	[STATE_REVISION_MISMATCH] = hint_mismatch,
	[STATE_UNCONFIRMED] = hint_unconfirmed,
	[STATE_MIGRATING] = hint_migrating,
	[STATE_IN_SYNC] = hint_in_sync,
};

static void
hint_unconfirmed(struct strbuf *out, const struct verdict_input *in)
{
	struct verdict_input later = *in;

	if (in->lag && in->lag->behind) {
		hint_lag(out, in);
		if (in->diff && in->diff->n_findings) {
			strbuf_add(out, "; so far, there ");
			strbuf_add(out, in->diff->n_findings == 1 ? "is " : "are ");
			hint_differences(out, in);
		}
		return;
	}
	later.revision_confirmed = later.schema_confirmed = true;
	strbuf_add(out, "wait for the next check to confirm it: ");
	hints[verdict_state(&later)](out, &later);
}

/* What stops Alembic comes before any command, but after the reason why nothing else is
 * known. */
static void
add_hint(struct strbuf *out, const struct verdict_input *in)
{
	hint_fn *say = hints[verdict_state(in)];
	bool first = in->check == CHECK_OK;

	if (in->lock && !in->migrating && first)
		hint_hanging(out, in);
	if (!hint_is_stopped(in)) {
		say(out, in);
		return;
	}
	first ? hint_stop(out, in) : say(out, in);
	strbuf_add(out, "; besides, ");
	first ? say(out, in) : hint_stop(out, in);
}

char *
verdict_hint(const struct verdict_input *in)
{
	struct strbuf b = {0};

	if (hint_lags(in) && !in->lag->behind) {
		hint_lag(&b, in);
		strbuf_add(&b, "; if it stays: ");
	}
	add_hint(&b, in);
	hint_inserted(&b, in);
	if (in->gone_back && in->check == CHECK_OK && in->revision == REVISION_BEHIND)
		strbuf_printf(&b,
			"; it has gone back from %s, as by a restored backup or a "
			"downgrade",
			in->gone_back);
	if (in->flapping && in->check == CHECK_OK) {
		strbuf_add(&b, "; findings come and go: ");
		phrase_text(&b, in->flapping, PHRASE_TEXT);
	}
	if (in->reference_note && in->check == CHECK_OK)
		strbuf_printf(&b, "; %s", in->reference_note);
	return strbuf_take(&b);
}
