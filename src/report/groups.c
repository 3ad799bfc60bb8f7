/* See groups.h.  Many databases of one schema are a few variants of it: how they differ
 * from each other says more than what each differs by from what is expected. */
#include "report/groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "base/text.h"
#include "conf/labels.h"

enum { NAMES_SHOWN = 3, REVISIONS_SHOWN = 10 };

/* ---- Who is in which ---- */

static struct group *
group_of(struct groups *g, struct strmap *places, const char *key)
{
	const char *known = key ? key : "";
	size_t place = (size_t)(uintptr_t)strmap_get(places, known);

	if (place)
		return &g->v[place - 1];
	GROW(g->v, g->n, g->cap);
	g->v[g->n] = (struct group){.key = xstrdup_null(key)};
	strmap_put(places, known, (void *)(uintptr_t)++g->n);
	return &g->v[g->n - 1];
}

static void
add_member(struct group *g, const struct published_environment *e, size_t place)
{
	if (!g->n)
		g->first = place;
	GROW(g->members, g->n, g->cap);
	g->members[g->n++] = e;
	status_count(&g->count, e);
}

/* The order in which they are configured decides between two of one size: of each the
 * first member. */
static int
by_size(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	if (!x->key != !y->key)
		return x->key ? -1 : 1;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return (x->first > y->first) - (x->first < y->first);
}

static int
by_state(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	enum state s = group_state(x), t = group_state(y);

	if (s != t)
		return state_worst(s, t) == s ? -1 : 1;
	if (!x->key || !y->key)
		return !x->key - !y->key;
	return strcmp(x->key, y->key);
}

static void
compare(struct groups *g, const struct groups_wish *wish)
{
	const struct group *largest = &g->v[0];

	for (size_t i = 1; i < g->n && i <= GROUPS_COMPARED; i++) {
		struct group *other = &g->v[i];

		if (!wish->variant || !other->key)
			break;
		other->differs = wish->variant(wish->arg, largest->members[0],
			other->members[0], &other->pending);
		g->n_pending += other->pending;
	}
}

/* Whose schemas have names of their own is of the group of those that it is like. */
static struct group *
group_for(struct groups *g, struct strmap *places, const struct groups_wish *wish,
	const struct published_environment *e)
{
	char shape[HASH_HEX_LEN];
	bool pending = false;

	if (wish->label) {
		const char *value = label_value(&e->labels, wish->label);

		return group_of(g, places, *value ? value : NULL);
	}
	if (!e->fingerprint || !wish->shape)
		return group_of(g, places, e->fingerprint);
	wish->shape(wish->arg, e, shape, &pending);
	g->n_pending += pending;
	return group_of(g, places, shape);
}

void
groups_make(
	const struct published *p, const struct groups_wish *wish, struct groups *out)
{
	struct strmap *places = strmap_new();

	out->label = xstrdup_null(wish->label);
	out->count.some = status_is_filter(wish->filter);
	for (size_t i = 0; i < p->n_environments; i++) {
		const struct published_environment *e = p->environments[i];

		if (!status_wants(wish->filter, e))
			continue;
		status_count(&out->count, e);
		out->n_undecided += published_undecided(e);
		add_member(group_for(out, places, wish, e), e, i);
	}
	strmap_free(places);
	if (out->n)
		qsort(out->v, out->n, sizeof *out->v, wish->label ? by_state : by_size);
	if (!wish->label)
		compare(out, wish);
}

void
groups_free(struct groups *g)
{
	for (size_t i = 0; i < g->n; i++) {
		free(g->v[i].key);
		free(g->v[i].members);
		diff_unref(g->v[i].differs);
	}
	free(g->v);
	free(g->label);
	*g = (struct groups){0};
}

enum state
group_state(const struct group *g)
{
	enum state worst = STATE_IN_SYNC;

	for (int s = 0; s < STATE_COUNT; s++)
		if (g->count.of[s])
			worst = state_worst(worst, (enum state)s);
	return worst;
}

void
group_revisions(const struct group *g, struct strvec *out)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct strvec *recorded = &g->members[i]->revision.recorded;
		struct strbuf b = {0};

		if (i && strvec_equal(recorded, &g->members[i - 1]->revision.recorded))
			continue;
		strvec_join(recorded, ", ", &b);
		if (b.len && !strvec_has(out, b.s))
			strvec_add(out, b.s);
		strbuf_free(&b);
	}
}

char *
group_names(const struct group *g)
{
	struct strbuf b = {0};

	if (g->n > NAMES_SHOWN)
		return xasprintf(
			"%s … %s", g->members[0]->name, g->members[g->n - 1]->name);
	for (size_t i = 0; i < g->n; i++)
		strbuf_printf(&b, "%s%s", i ? ", " : "", g->members[i]->name);
	return strbuf_take(&b);
}

/* ---- As a document ---- */

static void
add_states(cJSON *o, const struct status_count *c)
{
	cJSON *states = json_add_object(o, "states");

	for (int s = 0; s < STATE_COUNT; s++)
		if (c->of[s])
			json_add_num(
				states, state_word((enum state)s), (double)c->of[s]);
}

/* What a group has in common but for its key. */
static void
add_common(cJSON *o, const struct group *g)
{
	struct strvec revisions = {0};
	cJSON *names = json_add_array(o, "environments");

	for (size_t i = 0; i < g->n; i++)
		json_push_str(names, g->members[i]->name);
	add_states(o, &g->count);
	group_revisions(g, &revisions);
	json_add_list(o, "revisions", &revisions);
	strvec_free(&revisions);
}

/* What its catalog is like; null where nothing is known, and "pending" says that it
 * will be. */
static void
add_catalog(cJSON *o, const struct group *g)
{
	cJSON *differs;

	if (g->key)
		json_add_num(o, "objects", (double)g->members[0]->n_objects);
	else
		json_add_null(o, "objects");
	json_add_bool(o, "pending", g->pending);
	if (!g->differs) {
		json_add_null(o, "differs");
		return;
	}
	differs = json_add(o, "differs", diff_json(g->differs, GROUPS_FINDINGS));
	json_add_bool(differs, "truncated", g->differs->n_findings > GROUPS_FINDINGS);
}

cJSON *
groups_document(const struct published *p, const struct groups *g)
{
	cJSON *o = status_head(p, &g->count);
	cJSON *list;

	if (g->label)
		json_add_str(o, "label", g->label);
	list = json_add_array(o, "groups");
	for (size_t i = 0; i < g->n; i++) {
		cJSON *group = json_object();

		json_add_str(group, g->label ? "value" : "fingerprint", g->v[i].key);
		json_add_num(group, "count", (double)g->v[i].n);
		if (g->label)
			json_add_str(group, "state", state_word(group_state(&g->v[i])));
		add_common(group, &g->v[i]);
		if (!g->label)
			add_catalog(group, &g->v[i]);
		json_push(list, group);
	}
	json_add_num(o, "pending", (double)g->n_pending);
	json_add_num(o, "undecided", (double)g->n_undecided);
	return o;
}

/* ---- As a table ---- */

static const cJSON *
member(const cJSON *o, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(o, key);
}

static void
add_line(struct strbuf *out, const char *indent, char *text)
{
	char *line = text_line(text, 0);

	strbuf_printf(out, "%s%s\n", indent, line);
	free(line);
	free(text);
}

static const char *
name_at(const cJSON *names, int i)
{
	const cJSON *name = cJSON_GetArrayItem(names, i);

	return cJSON_IsString(name) ? name->valuestring : "-";
}

/* "tenant_001 … tenant_140", all of a few. */
static void
add_names(struct strbuf *out, const cJSON *group)
{
	const cJSON *names = member(group, "environments");
	int n = cJSON_GetArraySize(names);

	if (n > NAMES_SHOWN) {
		strbuf_printf(out, "%s … %s", name_at(names, 0), name_at(names, n - 1));
		return;
	}
	for (int i = 0; i < n; i++)
		strbuf_printf(out, "%s%s", i ? ", " : "", name_at(names, i));
}

static void
add_words(struct strbuf *out, const cJSON *group)
{
	const cJSON *state, *revision;
	size_t n = 0;
	int64_t count;

	cJSON_ArrayForEach(state, member(group, "states")) if (state->string)
	{
		if (!json_whole(member(group, "states"), state->string, &count))
			continue;
		strbuf_printf(out, "%s%lld %s", n++ ? ", " : "; ", (long long)count,
			state->string);
	}
	n = 0;
	cJSON_ArrayForEach(revision, member(group, "revisions"))
	{
		if (!cJSON_IsString(revision) || n == REVISIONS_SHOWN)
			break;
		strbuf_printf(out, "%s%s", n++ ? "; " : "; at ", revision->valuestring);
	}
}

static void
add_findings(struct strbuf *out, const cJSON *differs)
{
	const cJSON *f, *truncated = member(differs, "truncated");

	cJSON_ArrayForEach(f, member(differs, "findings"))
	{
		const char *change = json_str(f, "change"), *kind = json_str(f, "kind");
		const char *name = json_str(f, "name");
		const char *property = json_str(f, "property");

		add_line(out, "    ",
			xasprintf("%s %s %s%s%s", change ? change : "-",
				kind ? kind : "-", name ? name : "-",
				property ? " " : "", property ? property : ""));
	}
	if (cJSON_IsTrue(truncated))
		strbuf_add(out, "    and more\n");
}

static void
add_apart(struct strbuf *out, const cJSON *group, bool largest)
{
	const cJSON *differs = member(group, "differs");
	const cJSON *summary = member(differs, "summary");
	int64_t missing = 0, unexpected = 0, changed = 0;

	if (largest || !json_str(group, "fingerprint"))
		return;
	if (cJSON_IsTrue(member(group, "pending"))) {
		strbuf_add(out, "  it is being compared with the largest\n");
	} else if (!cJSON_IsObject(differs)) {
		strbuf_add(out, "  not compared with the largest\n");
	} else {
		json_whole(summary, "missing", &missing);
		json_whole(summary, "unexpected", &unexpected);
		json_whole(summary, "changed", &changed);
		strbuf_printf(out,
			"  unlike the largest: %lld missing, %lld unexpected, %lld "
			"changed\n",
			(long long)missing, (long long)unexpected, (long long)changed);
		add_findings(out, differs);
	}
}

/* "7d4e1f0a2b3c", or "team=shop" of those that are grouped by that label. */
static void
add_key(struct strbuf *out, const cJSON *group, const char *label)
{
	const char *key = json_str(group, label ? "value" : "fingerprint");

	if (!label)
		strbuf_printf(out, "%-12.12s  ", key ? key : "not read");
	else if (key)
		strbuf_printf(out, "%s=%s  ", label, key);
	else
		strbuf_printf(out, "without %s  ", label);
}

static void
add_group(struct strbuf *out, const cJSON *group, const char *label, bool largest)
{
	struct strbuf head = {0};
	int64_t count = 0;

	json_whole(group, "count", &count);
	add_key(&head, group, label);
	add_names(&head, group);
	strbuf_printf(&head, " (%lld)", (long long)count);
	add_words(&head, group);
	add_line(out, "", strbuf_take(&head));
	if (!label)
		add_apart(out, group, largest);
}

void
groups_table(const cJSON *document, struct strbuf *out)
{
	const char *label = json_str(document, "label");
	const cJSON *group;
	bool largest = true;

	strbuf_add(out, "");
	cJSON_ArrayForEach(group, member(document, "groups"))
	{
		add_group(out, group, label, largest);
		largest = false;
	}
}
