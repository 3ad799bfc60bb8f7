/* See story.h.  Both are read newest first and merged.  What the history tells of
 * revisions and catalogs is left out: the changes say the same, and more. */
#include "report/story.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "report/changes.h"

/* Findings of a change that are told; and how many entries may be of one second. */
enum { FINDINGS_TOLD = 5, AT_ONCE = 20 };

struct entry {
	const char *at;
	cJSON *state, *change; /* one of both */
};

struct merged {
	struct entry *v;
	size_t n, cap;
	const char *cut; /* what is older than that is not known; NULL: all is */
};

static void
add(struct merged *m, const char *at, cJSON *state, cJSON *change)
{
	if (!at)
		return;
	GROW(m->v, m->n, m->cap);
	m->v[m->n++] = (struct entry){at, state, change};
}

/* A list that is as long as it may be knows nothing of what is older than its last. */
static void
see_end(struct merged *m, const cJSON *list, const char *key, int most)
{
	int n = cJSON_GetArraySize(list);
	const char *last = n ? json_str(cJSON_GetArrayItem(list, n - 1), key) : NULL;

	if (n >= most && last && (!m->cut || strcmp(last, m->cut) > 0))
		m->cut = last;
}

/* What the changes say as well. */
static bool
is_told_elsewhere(const cJSON *o)
{
	static const char *const events[] = {"revision", "catalog", "schema"};
	const char *event = json_str(o, "event");

	for (size_t i = 0; event && i < COUNT_OF(events); i++)
		if (!strcmp(event, events[i]))
			return true;
	return false;
}

/* Of what the daemon tells of itself, that it was not there, or not on time, matters.
 */
static bool
is_no_gap(const cJSON *o)
{
	const char *event = json_str(o, "event");

	if (event && !strcmp(event, "started"))
		return !json_str(o, "detail");
	return !event || (strcmp(event, "gap") != 0 && strcmp(event, "clock") != 0);
}

static void
add_states(struct merged *m, const cJSON *history, int most,
	bool (*left_out)(const cJSON *o))
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(history, "changes"), *o;

	cJSON_ArrayForEach(o, list) if (!left_out(o))
		add(m, json_str(o, "at"), o, NULL);
	see_end(m, list, "at", most);
}

static void
add_changes(struct merged *m, const cJSON *document, int most)
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(document, "changes"), *o;

	cJSON_ArrayForEach(o, list) add(m, json_str(o, "to"), NULL, o);
	if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(document, "truncated")))
		most = 0;
	see_end(m, list, "to", most);
}

/* The newest first; what it was before what it became of that. */
static int
newest_first(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = strcmp(y->at, x->at);

	return order ? order : (x->change != NULL) - (y->change != NULL);
}

static void
drop_most_findings(cJSON *change)
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(change, "findings");

	while (cJSON_GetArraySize(list) > FINDINGS_TOLD)
		cJSON_DeleteItemFromArray(list, FINDINGS_TOLD);
}

static void
tell(cJSON *entries, const struct entry *e)
{
	cJSON *o = json_object();

	json_add_str(o, "at", e->at);
	json_add(o, "state",
		must(e->state ? cJSON_Duplicate(e->state, true) : cJSON_CreateNull()));
	json_add(o, "change",
		must(e->change ? cJSON_Duplicate(e->change, true)
			       : cJSON_CreateNull()));
	json_push(entries, o);
}

static cJSON *
merge(struct merged *m, size_t limit)
{
	cJSON *o = json_object(), *entries = json_add_array(o, "entries");
	const char *next = NULL;
	size_t i = 0;

	if (m->n)
		qsort(m->v, m->n, sizeof *m->v, newest_first);
	for (; i < m->n; i++) {
		const struct entry *e = &m->v[i];
		bool together = i && !strcmp(e->at, m->v[i - 1].at);

		/* `next` is a second: all that was in it belongs together. */
		if ((m->cut && strcmp(e->at, m->cut) < 0) ||
			(i >= limit && (!together || i >= limit + AT_ONCE)))
			break;
		if (e->change)
			drop_most_findings(e->change);
		tell(entries, e);
	}
	if (i < m->n || m->cut)
		next = i ? m->v[i - 1].at : m->cut;
	json_add_str(o, "next", next);
	return o;
}

cJSON *
story_document(struct store *s, const struct story_wish *w, struct err *e)
{
	size_t few = w->limit + AT_ONCE, many = 2 * few;
	int64_t until_ms = w->before_ms ? w->before_ms - 1 : INT64_MAX;
	const struct store_span own = {w->environment, INT64_MIN, until_ms, many};
	const struct store_span all = {"", INT64_MIN, until_ms, many};
	const struct changes_wish wish = {w->environment, 0, few, until_ms};
	cJSON *history = store_history_of(s, &own, e), *life = NULL, *changes = NULL;
	struct merged m = {0};
	cJSON *o = NULL;

	if (history)
		life = store_history_of(s, &all, e);
	if (life)
		changes = changes_document(s, &wish, e);
	if (changes) {
		add_states(&m, history, (int)many, is_told_elsewhere);
		add_states(&m, life, (int)many, is_no_gap);
		add_changes(&m, changes, (int)few);
		o = merge(&m, w->limit);
	}
	free(m.v);
	cJSON_Delete(history);
	cJSON_Delete(life);
	cJSON_Delete(changes);
	return o;
}
