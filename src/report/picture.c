/* What each format of the picture says, whatever it looks like. */
#include "report/picture.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "base/text.h"
#include "report/appearance.h"

enum { FACTS_SHOWN = 8, NAMES_SHOWN = 5, TEXT_MAX = 300 };

/* ---- Who stands where ---- */

typedef void
place_fn(struct picture_places *places, size_t node, const struct picture_marker *m);

/* Once for each node that the marker is at. */
static void
each_place(const struct picture *p, struct picture_places *places, place_fn *fn)
{
	size_t *seen = xcalloc(p->drawing->n_nodes + 1, sizeof *seen);

	for (size_t i = 0; i < p->n_markers; i++) {
		const struct strvec *ids = p->markers[i].revisions;

		for (size_t k = 0; k < ids->n; k++) {
			size_t node = drawing_find(p->drawing, ids->v[k]);

			if (node == p->drawing->n_nodes || seen[node] == i + 1)
				continue;
			seen[node] = i + 1;
			fn(places, node, &p->markers[i]);
		}
	}
	free(seen);
}

static void
count_place(struct picture_places *places, size_t node, const struct picture_marker *m)
{
	(void)m;
	places->at[node + 2]++;
}

static void
put_place(struct picture_places *places, size_t node, const struct picture_marker *m)
{
	places->markers[places->at[node + 1]++] = m;
}

void
picture_places(const struct picture *p, struct picture_places *out)
{
	size_t n = p->drawing->n_nodes;

	/* One further than where it will be read, so that filling moves it there. */
	out->at = xcalloc(n + 2, sizeof *out->at);
	each_place(p, out, count_place);
	for (size_t i = 0; i < n; i++)
		out->at[i + 2] += out->at[i + 1];
	out->markers = xcalloc(out->at[n + 1] + 1, sizeof(*out->markers));
	each_place(p, out, put_place);
}

void
picture_places_free(struct picture_places *places)
{
	free(places->at);
	free(places->markers);
	*places = (struct picture_places){0};
}

/* The same upgrades, of so many environments. */
struct upgrades {
	const struct strvec *pending;
	size_t n;
};

/* Most environments are one of few groups: those that wait for the same, as far as
 * `last`, of each first revision the group that was met last, knows it. */
static struct upgrades *
group_pending(const struct picture *p, size_t *n)
{
	struct upgrades *groups = xcalloc(p->n_markers + 1, sizeof *groups);
	struct strmap *last = strmap_new();

	*n = 0;
	for (size_t i = 0; i < p->n_markers; i++) {
		const struct strvec *pending = p->markers[i].pending;
		struct upgrades *group;

		if (!pending || !pending->n)
			continue;
		group = strmap_get(last, pending->v[0]);
		if (!group || !strvec_equal(group->pending, pending)) {
			group = &groups[(*n)++];
			group->pending = pending;
			strmap_put(last, pending->v[0], group);
		}
		group->n++;
	}
	strmap_free(last);
	return groups;
}

size_t *
picture_pending(const struct picture *p)
{
	size_t n, n_nodes = p->drawing->n_nodes;
	struct upgrades *groups = group_pending(p, &n);
	size_t *counts = xcalloc(n_nodes + 1, sizeof *counts);
	size_t *seen = xcalloc(n_nodes + 1, sizeof *seen);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < groups[i].pending->n; k++) {
			size_t node = drawing_find(p->drawing, groups[i].pending->v[k]);

			if (seen[node] != i + 1)
				counts[node] += groups[i].n;
			seen[node] = i + 1;
		}
	free(seen);
	free(groups);
	return counts;
}

/* ---- Of one node ---- */

size_t
picture_destructive(const struct drawing_node *node)
{
	size_t n = 0;

	for (size_t i = 0; i < node->n_revisions; i++) {
		const struct effects *e = &node->revisions[i]->effects;
		bool found = false;

		for (size_t k = 0; k < e->n && !found; k++)
			found = effects_destroys(e, k);
		n += found;
	}
	return n;
}

/* Append a line: `key` and what is fit to show of `value`. */
static void
fact(struct strbuf *out, const char *key, const char *value)
{
	if (!value || !*value)
		return;
	if (out->len)
		strbuf_addc(out, '\n');
	strbuf_add(out, key);
	text_visible(out, value, TEXT_MAX, "");
}

static void
fact_list(struct strbuf *out, const char *key, const struct strvec *list)
{
	struct strbuf joined = {0};

	strvec_join(list, ", ", &joined);
	fact(out, key, joined.s);
	strbuf_free(&joined);
}

static void
say_effect(struct strbuf *out, const struct effect *e)
{
	strbuf_clear(out);
	appearance_words(out, effect_info(e->kind)->word);
	strbuf_addc(out, ' ');
	if (e->computed)
		strbuf_add(out, "of a name that is computed");
	else
		effect_name(out, e);
	strbuf_printf(out, ", line %u", e->line);
}

static void
effect_facts(struct strbuf *out, const struct effects *l)
{
	struct strbuf one = {0};
	size_t shown = 0, left = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].creates)
			continue;
		if (++shown > FACTS_SHOWN) {
			left++;
			continue;
		}
		say_effect(&one, &l->v[i]);
		fact(out, effects_destroys(l, i) ? "destructive: " : "operation: ",
			one.s);
	}
	if (left)
		strbuf_printf(out, "\nand %zu more operations", left);
	strbuf_free(&one);
}

static void
problem_facts(struct strbuf *out, const struct drawing_node *node)
{
	struct strbuf one = {0};

	for (size_t i = 0; i < node->n_problems && i < FACTS_SHOWN; i++) {
		const struct problem *p = node->problems[i];

		strbuf_clear(&one);
		if (node->n_revisions > 1)
			strbuf_printf(&one, "%s: ", p->revision);
		appearance_words(&one, problem_word(p->code));
		strbuf_printf(&one, ": %s", p->detail);
		fact(out, problem_is_notice(p->code) ? "notice: " : "problem: ", one.s);
	}
	if (node->n_problems > FACTS_SHOWN)
		strbuf_printf(out, "\nand %zu more problems and notices",
			node->n_problems - FACTS_SHOWN);
	strbuf_free(&one);
}

static void
stretch_facts(struct strbuf *out, const struct drawing_node *node)
{
	const struct revision *first = node->revisions[0];
	const struct revision *last = node->revisions[node->n_revisions - 1];
	size_t destructive = picture_destructive(node);

	strbuf_printf(
		out, "%zu revisions, each after the one before", node->n_revisions);
	fact(out, "newest: ", first->id);
	fact(out, "created ", first->created);
	fact(out, "oldest: ", last->id);
	fact(out, "created ", last->created);
	if (destructive)
		strbuf_printf(
			out, "\n%zu of them with destructive operations", destructive);
}

void
picture_facts(struct strbuf *out, const struct drawing_node *node)
{
	struct strbuf b = {0};
	const struct revision *r = node->n_revisions ? node->revisions[0] : NULL;

	if (node->what == DRAWN_STRETCH) {
		stretch_facts(&b, node);
	} else {
		fact(&b, "revision ", *node->id ? node->id : "''");
		if (r)
			fact(&b, "", r->message);
		else
			fact(&b, "", "no file has it");
	}
	if (node->archived)
		fact(&b, "", "only an archive has it");
	if (node->in_cycle)
		fact(&b, "", "it is on a cycle");
	if (r && node->what == DRAWN_REVISION) {
		fact(&b, "created ", r->created);
		fact(&b, "file ", r->file);
		fact_list(&b, "branch label ", &r->labels);
		fact_list(&b, "after ", &r->down);
		fact_list(&b, "depends on ", &r->depends_on);
		effect_facts(&b, &r->effects);
	}
	problem_facts(&b, node);
	strbuf_addn(out, b.s, b.len);
	strbuf_free(&b);
}

/* ---- Of all ---- */

static void
say_count(struct strbuf *out, size_t n, const char *one, const char *many)
{
	if (out->len)
		strbuf_add(out, ", ");
	strbuf_printf(out, "%zu %s", n, n == 1 ? one : many);
}

static bool
is_a_head(const struct drawing_node *node)
{
	return node->is_head && !node->archived;
}

static void
say_heads(struct strbuf *out, const struct drawing *d)
{
	size_t n = 0, shown = 0;

	for (size_t i = 0; i < d->n_nodes; i++)
		n += is_a_head(&d->nodes[i]);
	say_count(out, n, "head", "heads");
	for (size_t i = 0; i < d->n_nodes && shown < NAMES_SHOWN; i++) {
		if (!is_a_head(&d->nodes[i]))
			continue;
		strbuf_add(out, shown++ ? ", " : " (");
		text_visible(out, d->nodes[i].id, TEXT_MAX, "");
	}
	if (n > shown)
		strbuf_printf(out, " and %zu more", n - shown);
	strbuf_add(out, n ? ")" : "");
}

void
picture_sentence(struct strbuf *out, const struct picture *p)
{
	const struct drawing *d = p->drawing;
	struct strbuf b = {0};
	size_t bases = 0, branches = 0, merges = 0, archived = 0;

	for (size_t i = 0; i < d->n_nodes; i++) {
		const struct drawing_node *node = &d->nodes[i];

		archived += node->archived ? node->n_revisions : 0;
		bases += node->is_base && !node->archived;
		branches += node->branches && !node->archived;
		merges += node->merges && !node->archived;
	}
	say_count(&b, d->n_revisions, "revision", "revisions");
	say_count(&b, bases, "base", "bases");
	say_heads(&b, d);
	say_count(&b, branches, "branch point", "branch points");
	say_count(&b, merges, "merge", "merges");
	if (archived)
		say_count(&b, archived, "archived revision", "archived revisions");
	say_count(&b, d->n_problems, "problem", "problems");
	say_count(&b, p->n_markers, "environment", "environments");
	strbuf_addn(out, b.s, b.len);
	strbuf_addc(out, '.');
	strbuf_free(&b);
}
