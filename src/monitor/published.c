/* What is published, freed and asked about; see published.h. */
#include "monitor/published.h"

#include <stdlib.h>
#include <string.h>

void
published_environment_free(struct published_environment *p)
{
	if (!p)
		return;
	free(p->name);
	strvec_free(&p->labels);
	strvec_free(&p->metric_labels);
	free(p->hint);
	free(p->error);
	free(p->server_version);
	free(p->address);
	free(p->role_notice);
	free(p->tool);
	free(p->migrations);
	free(p->version_table);
	judgement_fini(&p->revision);
	strvec_free(&p->inserted);
	losses_free(&p->losses);
	free(p->schema_reason);
	free(p->reference);
	free(p->reference_note);
	free(p->measure);
	free(p->accepted_by);
	free(p->accepted_reason);
	strvec_free(&p->accepted_revision);
	free(p->fingerprint);
	diff_unref(p->diff);
	free(p->confirmed_findings);
	sightings_unref(p->sightings);
	free(p);
}

bool
published_is_whole(const struct published *p)
{
	for (size_t i = 0; i < p->n_discoveries; i++)
		if (!p->discoveries[i].ok)
			return false;
	return true;
}

enum state
published_state(const struct published *p)
{
	bool any = p->n_environments && published_is_whole(p);
	enum state worst = any ? STATE_IN_SYNC : STATE_UNKNOWN;

	for (size_t i = 0; i < p->n_environments; i++)
		worst = state_worst(worst, p->environments[i]->state);
	return worst;
}

const struct published_environment *
published_find(const struct published *p, const char *name)
{
	for (size_t i = 0; i < p->n_environments; i++)
		if (!strcmp(p->environments[i]->name, name))
			return p->environments[i];
	return NULL;
}

bool
published_behind(const struct published_environment *e, size_t *behind)
{
	switch (e->revision.status) {
	case REVISION_AT_HEAD:
	case REVISION_BEHIND:
	case REVISION_AHEAD:
	case REVISION_DIVERGED:
		*behind = e->revision.pending.n;
		return e->behind_known;
	default:
		return false;
	}
}

bool
published_confirmed(const struct published_environment *e, size_t i)
{
	return !e->confirmed_findings || e->confirmed_findings[i];
}

size_t
published_unconfirmed(const struct published_environment *e)
{
	size_t n = 0;

	for (size_t i = 0; e->diff && i < e->diff->n_findings; i++)
		n += !published_confirmed(e, i);
	return n;
}

int64_t
published_first_seen(const struct published_environment *e, size_t i)
{
	return e->sightings ? e->sightings->first_ms[i] : 0;
}

/* What a change of the other side brought is younger than the last check. */
int64_t
published_last_seen(const struct published_environment *e, size_t i)
{
	int64_t first_ms = published_first_seen(e, i);

	return first_ms > e->seen_ms ? first_ms : e->seen_ms;
}

void
published_drift(
	const struct published_environment *e, size_t n[KIND_COUNT][CHANGE_COUNT])
{
	const struct diff *d = e->diff;

	memset(n, 0, KIND_COUNT * sizeof *n);
	if (!d || e->schema != SCHEMA_DRIFTED || !e->confirmed)
		return;
	for (size_t i = 0; i < d->n_findings; i++)
		if (published_confirmed(e, i))
			n[d->findings[i].kind][d->findings[i].change]++;
}

bool
published_findings_differ(
	const struct published_environment *a, const struct published_environment *b)
{
	size_t n = (a->diff ? a->diff->n_findings : 0) +
		   (b->diff ? b->diff->n_findings : 0);

	if (!n)
		return false;
	return a->schema != b->schema || !a->diff || !b->diff ||
	       !diff_equal(a->diff, b->diff);
}

int64_t
published_standing_since(const struct published_environment *e)
{
	return e->state == STATE_UNKNOWN || !e->lasting_since_ms ? e->since_ms
								 : e->lasting_since_ms;
}

bool
published_has_gap(const struct published_environment *e)
{
	return e->unwatched_to_ms > published_standing_since(e);
}

bool
published_was_emptied(const struct published_environment *e)
{
	return e->revision.status == REVISION_EMPTY_DATABASE &&
	       (e->had_tables || e->revision.recorded.n);
}

bool
published_is_bare(const struct published_environment *e)
{
	return !e->tool && !e->reference;
}

bool
published_undecided(const struct published_environment *e)
{
	if (e->state == STATE_UNKNOWN || e->state == STATE_MIGRATING)
		return true;
	if (e->state != STATE_IN_SYNC || e->revision.status == REVISION_EMPTY_DATABASE)
		return false;
	return (e->tool && e->revision.status == REVISION_NOT_CHECKED) ||
	       (e->reference && (e->schema == SCHEMA_NOT_CHECKED ||
					e->schema == SCHEMA_NOT_COMPARABLE));
}
