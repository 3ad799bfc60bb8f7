/* See story.h.  Both are read newest first and merged.  What the history tells of
 * revisions and catalogs is left out: the changes say the same, and more. */
#include "report/story.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "report/changes.h"

/* Findings of a change that are told; and how many entries more than the limit are
 * looked at, so that a second is whole. */
enum { FINDINGS_TOLD = 5, AT_ONCE = 20 };

struct entry {
	const char *at;
	cJSON *state, *change; /* one of both */
	size_t place; /* in which it was read: of one second the newest first */
};

struct merged {
	struct entry *v;
	size_t n, cap;
	const char *cut; /* what is of that second may be not all; NULL: it is */
};

static void
add(struct merged *m, const char *at, cJSON *state, cJSON *change)
{
	if (!at)
		return;
	GROW(m->v, m->n, m->cap);
	m->v[m->n] = (struct entry){at, state, change, m->n};
	m->n++;
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

	if (!order)
		order = (x->change != NULL) - (y->change != NULL);
	return order ? order : (x->place > y->place) - (x->place < y->place);
}

static void
drop_most_findings(cJSON *change)
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(change, "findings");

	for (int n = cJSON_GetArraySize(list); n > FINDINGS_TOLD; n--)
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

/* The first that is not told: of a second, which `next` is, all are or none.  What is
 * of the last second that was read is told by the next part, unless there is nothing
 * else before `before_ms`. */
static size_t
told(const struct merged *m, size_t limit, bool with_cut)
{
	size_t i = 0;

	for (; i < m->n; i++) {
		int beside = m->cut ? strcmp(m->v[i].at, m->cut) : 1;

		if (beside < 0 || (!beside && !with_cut) ||
			(i >= limit && strcmp(m->v[i].at, m->v[i - 1].at) != 0))
			break;
	}
	return i;
}

static void
add_next(cJSON *o, const struct merged *m, size_t n, int64_t cut_ms)
{
	char buf[CLOCK_RFC3339_LEN];
	bool more = n < m->n && (!m->cut || strcmp(m->v[n].at, m->cut) > 0);

	if (more && n)
		json_add_str(o, "next", m->v[n - 1].at);
	else if (m->cut)
		json_add_str(o, "next", clock_rfc3339(cut_ms, buf));
	else
		json_add_str(o, "next", NULL);
}

static cJSON *
merge(struct merged *m, const struct story_wish *w)
{
	cJSON *o = json_object(), *entries = json_add_array(o, "entries");
	int64_t cut_ms = 0;
	bool with_cut;
	size_t n;

	if (m->cut && !clock_parse(m->cut, &cut_ms))
		m->cut = NULL;
	with_cut = w->before_ms && cut_ms + 1000 >= w->before_ms;
	if (m->n)
		qsort(m->v, m->n, sizeof *m->v, newest_first);
	n = told(m, w->limit, with_cut);
	for (size_t i = 0; i < n; i++) {
		if (m->v[i].change)
			drop_most_findings(m->v[i].change);
		tell(entries, &m->v[i]);
	}
	add_next(o, m, n, with_cut ? cut_ms : cut_ms + 1000);
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
		o = merge(&m, w);
	}
	free(m.v);
	cJSON_Delete(history);
	cJSON_Delete(life);
	cJSON_Delete(changes);
	return o;
}
