/* The result of a comparison, and its JSON; the work is done in compare.c. */
#include "diff/diff.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "catalog/roles.h"
#include "catalog/rule.h"
#include "catalog/schemas.h"
#include "diff/comparable.h"
#include "diff/compare.h"
#include "diff/kept.h"

/* ---- Comparing ---- */

static int
compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* Worst first, so that whatever shows but some of them shows those that count. */
static int
by_severity(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int d;

	if (x->severity != y->severity)
		return (int)x->severity - (int)y->severity;
	if (x->kind != y->kind)
		return (int)x->kind - (int)y->kind;
	if ((d = strcmp(x->name, y->name)))
		return d;
	if (x->on != y->on)
		return (int)x->on - (int)y->on;
	if ((d = compare_texts(x->property, y->property)))
		return d;
	return (int)x->change - (int)y->change;
}

/* `hidden`: how many each rule hides. */
static void
keep_ignored(struct diff *d, const struct comparison *c, const struct difference *x,
	size_t *hidden)
{
	size_t rule = ignore_by(
		c->options->ignore, x->object, x->finding.property, c->options->now_ms);

	d->n_ignored++;
	hidden[rule]++;
	if (d->n_ignored_kept == DIFF_IGNORED_KEPT)
		return;
	d->ignored[d->n_ignored_kept] = (struct ignored){x->finding, rule};
	d->ignored[d->n_ignored_kept].finding.expected = NULL;
	d->ignored[d->n_ignored_kept++].finding.found = NULL;
}

/* Of all rules those that hide anything. */
static void
keep_rules(struct diff *d, const struct ignore_rules *rules, const size_t *hidden)
{
	size_t n = ignore_count(rules), *place = xcalloc(n + 1, sizeof *place);

	for (size_t i = 0; i < n; i++)
		d->n_rules += hidden[i] > 0;
	d->rules = arena_alloc(d->arena, (d->n_rules + 1) * sizeof *d->rules);
	d->n_rules = 0;
	for (size_t i = 0; i < n; i++) {
		struct ignore_rule_info rule = ignore_info(rules, i);

		place[i] = d->n_rules;
		if (hidden[i])
			d->rules[d->n_rules++] = (struct diff_rule){
				arena_strdup(d->arena, rule.text),
				arena_strdup(d->arena, rule.reason), rule.until_ms};
	}
	for (size_t i = 0; i < d->n_ignored_kept; i++)
		d->ignored[i].rule = place[d->ignored[i].rule];
	free(place);
}

/* What is neither said by another finding nor hidden by a rule. */
static void
sort_out(struct diff *d, const struct comparison *c)
{
	const struct ignore_rules *rules = c->options->ignore;
	size_t *hidden = xcalloc(rules ? ignore_count(rules) + 1 : 1, sizeof *hidden);

	d->ignored =
		rules ? arena_alloc(d->arena, DIFF_IGNORED_KEPT * sizeof *d->ignored)
		      : NULL;
	for (size_t i = 0; i < c->n_differences; i++) {
		const struct difference *x = &c->differences[i];

		if (x->folded)
			continue;
		if (comparison_ignores(c, x))
			keep_ignored(d, c, x, hidden);
		else if (x->undecided)
			d->undecided[d->n_undecided++] = x->finding;
		else
			d->findings[d->n_findings++] = x->finding;
	}
	if (d->n_ignored)
		keep_rules(d, rules, hidden);
	free(hidden);
}

static void
take_findings(struct diff *d, const struct comparison *c)
{
	if (!c->n_differences)
		return;
	d->findings = arena_alloc(d->arena, c->n_differences * sizeof *d->findings);
	d->undecided = arena_alloc(d->arena, c->n_differences * sizeof *d->undecided);
	sort_out(d, c);
	qsort(d->findings, d->n_findings, sizeof *d->findings, by_severity);
	qsort(d->undecided, d->n_undecided, sizeof *d->undecided, by_severity);
	kept_take(d, c->options->max_texts);
	for (size_t i = 0; i < d->n_findings; i++) {
		d->n_change[d->findings[i].change]++;
		d->by_kind[d->findings[i].kind][d->findings[i].change]++;
	}
	d->status = d->n_findings    ? DIFF_DRIFTED
		    : d->n_undecided ? DIFF_NOT_COMPARABLE
				     : DIFF_IN_SYNC;
}

static void
see_expiry(struct diff *d, const struct ignore_rule_info *rule, int64_t now_ms)
{
	if (!d->next_expiry_ms || rule->until_ms < d->next_expiry_ms)
		d->next_expiry_ms = rule->until_ms;
	if (rule->until_ms - now_ms <= EXPIRING_MS)
		strvec_add(&d->expiring_rules, rule->text);
}

static void
take_rules(struct diff *d, const struct comparison *c)
{
	const struct ignore_rules *rules = c->options->ignore;
	int64_t now_ms = c->options->now_ms;

	for (size_t i = 0; rules && i < ignore_count(rules); i++) {
		struct ignore_rule_info rule = ignore_info(rules, i);

		if (rule.until_ms && now_ms >= rule.until_ms) {
			strvec_add(&d->expired_rules, rule.text);
			continue;
		}
		if (rule.until_ms)
			see_expiry(d, &rule, now_ms);
		if (!c->used[i] && !rule.preset)
			strvec_add(&d->unused_rules, rule.text);
	}
}

/* "view public.v definition" */
static void
add_name(const struct finding *f, struct strbuf *out)
{
	strbuf_printf(out, "%s %s %s", kind_info(f->kind)->word, f->name, f->property);
}

static void
add_undecided(const struct diff *d, struct strbuf *out)
{
	if (!d->n_undecided)
		return;
	strbuf_printf(out,
		"%zu %s printed by different server versions cannot be compared: ",
		d->n_undecided, d->n_undecided == 1 ? "text" : "texts");
	for (size_t i = 0; i < d->n_undecided; i++) {
		strbuf_add(out, i ? ", " : "");
		add_name(&d->undecided[i], out);
	}
}

static void
take_reason(struct diff *d, const struct comparison *c)
{
	struct strbuf b = {0};

	add_undecided(d, &b);
	if (c->n_unread)
		strbuf_printf(&b,
			"%s%zu %s that only one side was read with %s not compared",
			b.len ? "; " : "", c->n_unread,
			c->n_unread == 1 ? "value" : "values",
			c->n_unread == 1 ? "was" : "were");
	if (c->n_denied)
		strbuf_printf(&b,
			"%spermission: %zu %s that a role may not see %s not compared",
			b.len ? "; " : "", c->n_denied,
			c->n_denied == 1 ? "value" : "values",
			c->n_denied == 1 ? "was" : "were");
	comparable_say_unused(&d->unused_schemas, &b);
	d->reason = arena_strdup(d->arena, b.s);
	strbuf_free(&b);
}

static void
compare(struct diff *d, const struct snapshot *expected, const struct snapshot *found,
	const struct compare_options *o)
{
	struct comparison *c = xcalloc(1, sizeof *c);
	struct strbuf why = {0};

	c->options = o;
	c->sides[EXPECTED] = expected;
	c->sides[FOUND] = found;
	c->diff = d;
	c->used = xcalloc(o->ignore ? ignore_count(o->ignore) + 1 : 1, 1);
	if (!comparable_check(c, &why)) {
		d->status = DIFF_NOT_COMPARABLE;
		d->reason = arena_strdup(d->arena, why.s);
	} else {
		compare_snapshots(c);
		take_findings(d, c);
		take_rules(d, c);
		take_reason(d, c);
	}
	strbuf_free(&why);
	comparison_fini(c);
	free(c->used);
	free(c);
}

static bool
is_set(const struct strvec *map)
{
	return map && map->n;
}

/* Of two that have their objects. */
static void
compare_open(struct diff *d, struct snapshot *expected, struct snapshot *found,
	const struct compare_options *o)
{
	struct snapshot *a, *b = NULL;
	struct err e;

	a = is_set(o->schema_map) ? schemas_map(expected, o->schema_map, &e)
				  : snapshot_ref(expected);
	if (a)
		b = is_set(o->role_map) ? roles_map(found, o->role_map, &e)
					: snapshot_ref(found);
	if (b) {
		compare(d, a, b, o);
	} else {
		d->status = DIFF_NOT_COMPARABLE;
		d->reason = arena_strdup(d->arena, e.text);
	}
	snapshot_unref(a);
	snapshot_unref(b);
}

struct diff *
diff_compare(const struct snapshot *expected, const struct snapshot *found,
	const struct compare_options *o)
{
	struct diff *d = xcalloc(1, sizeof *d);
	struct snapshot *a = snapshot_open(expected), *b = snapshot_open(found);

	d->refs = 1;
	d->arena = arena_new();
	compare_open(d, a, b, o);
	snapshot_unref(b);
	snapshot_unref(a);
	return d;
}

struct diff *
diff_ref(struct diff *d)
{
	atomic_fetch_add(&d->refs, 1);
	return d;
}

void
diff_unref(struct diff *d)
{
	unsigned before;

	if (!d)
		return;
	before = atomic_fetch_sub(&d->refs, 1);
	assert(before > 0);
	if (before > 1)
		return;
	strvec_free(&d->unused_rules);
	strvec_free(&d->expired_rules);
	strvec_free(&d->expiring_rules);
	strvec_free(&d->unused_schemas);
	arena_free(d->arena);
	free(d);
}

static bool
same_finding(const struct finding *a, const struct finding *b)
{
	return a->kind == b->kind && a->on == b->on && a->change == b->change &&
	       text_same(a->name, b->name) && text_same(a->property, b->property) &&
	       text_same(a->expected, b->expected) && text_same(a->found, b->found);
}

static bool
same_findings(const struct finding *a, size_t n_a, const struct finding *b, size_t n_b)
{
	if (n_a != n_b)
		return false;
	for (size_t i = 0; i < n_a; i++)
		if (!same_finding(&a[i], &b[i]))
			return false;
	return true;
}

bool
diff_equal(const struct diff *a, const struct diff *b)
{
	if (a == b)
		return true;
	return a->status == b->status &&
	       same_findings(a->findings, a->n_findings, b->findings, b->n_findings) &&
	       same_findings(
		       a->undecided, a->n_undecided, b->undecided, b->n_undecided);
}

/* A comment on each of two kinds takes one rule. */
static void
add_rules(const struct finding *list, size_t n, struct strbuf *out)
{
	struct strbuf before = {0}, rule = {0};

	for (size_t i = 0; i < n; i++) {
		const struct finding *f = &list[i];

		strbuf_clear(&rule);
		rule_write(f->kind, f->on, f->name, f->property, &rule);
		if (!before.len || strcmp(before.s, rule.s) != 0)
			strbuf_printf(out, "%s\n", rule.s);
		strbuf_clear(&before);
		strbuf_add(&before, rule.s);
	}
	strbuf_free(&before);
	strbuf_free(&rule);
}

void
diff_rules(const struct diff *d, struct strbuf *out)
{
	add_rules(d->findings, d->n_findings, out);
	add_rules(d->undecided, d->n_undecided, out);
}

/* ---- JSON ---- */

cJSON *
finding_json(const struct finding *f)
{
	cJSON *o = json_object();

	json_add_str(o, "kind", kind_info(f->kind)->word);
	if (f->on != KIND_NONE)
		json_add_str(o, "on", kind_info(f->on)->word);
	json_add_str(o, "name", f->name);
	json_add_str(o, "change", change_word(f->change));
	if (f->property)
		json_add_str(o, "property", f->property);
	json_add_str(o, "severity", severity_word(f->severity));
	json_add_str(o, "expected", f->expected);
	json_add_str(o, "found", f->found);
	if (f->missing)
		json_add_str(o, "missing", f->missing);
	if (f->unexpected)
		json_add_str(o, "unexpected", f->unexpected);
	if (f->renamed)
		json_add_str(o,
			f->change == CHANGE_MISSING ? "renamed_to" : "renamed_from",
			f->renamed);
	if (f->note)
		json_add_str(o, "note", f->note);
	return o;
}

void
diff_undecided(const struct diff *d, struct strvec *out)
{
	for (size_t i = 0; i < d->n_undecided; i++) {
		struct strbuf name = {0};

		add_name(&d->undecided[i], &name);
		strvec_take(out, strbuf_take(&name));
	}
}

static void
add_list(cJSON *o, const char *name, const struct strvec *list)
{
	if (list->n)
		json_add_list(o, name, list);
}

cJSON *
diff_json(const struct diff *d, size_t max)
{
	cJSON *o = json_object(), *summary, *findings;
	struct strvec undecided = {0};

	json_add_num(o, "schema_version", 1);
	json_add_str(o, "status", diff_status_word(d->status));
	if (d->reason)
		json_add_str(o, "reason", d->reason);
	summary = json_add_object(o, "summary");
	for (size_t c = 0; c < CHANGE_COUNT; c++)
		json_add_num(
			summary, change_word((enum change)c), (double)d->n_change[c]);
	json_add_num(summary, "ignored", (double)d->n_ignored);
	findings = json_add_array(o, "findings");
	for (size_t i = 0; i < d->n_findings && (!max || i < max); i++)
		json_push(findings, finding_json(&d->findings[i]));
	if (max && d->n_findings > max)
		json_add_bool(o, "truncated", true);
	diff_undecided(d, &undecided);
	add_list(o, "not_compared", &undecided);
	strvec_free(&undecided);
	add_list(o, "unused_rules", &d->unused_rules);
	add_list(o, "expired_rules", &d->expired_rules);
	add_list(o, "expiring_rules", &d->expiring_rules);
	add_list(o, "unused_schemas", &d->unused_schemas);
	return o;
}
