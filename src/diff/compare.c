/* One merge for all kinds: both lists are sorted by kind and identity.  First it is
 * decided who takes part, then the merge says who is compared with whom and who is
 * alone, and only then, with all of that known, what is a finding of its own and what
 * goes with one. */
#include "diff/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "catalog/secret.h"
#include "catalog/severity.h"
#include "diff/across.h"
#include "diff/columns.h"
#include "diff/comparable.h"
#include "diff/concerned.h"
#include "diff/deviation.h"
#include "diff/grants.h"
#include "diff/inheritance.h"
#include "diff/leftovers.h"
#include "diff/moved.h"
#include "diff/names.h"
#include "diff/partitions.h"
#include "diff/published.h"
#include "diff/renames.h"
#include "diff/whitespace.h"
#include "diff/whole.h"

/* ---- What is compared ---- */

static bool
switched_on(const struct compare_options *o, enum comparison_switch w)
{
	switch (w) {
	case SWITCH_ALWAYS:
		return true;
	case SWITCH_COLUMN_ORDER:
		return o->column_order || o->all;
	case SWITCH_OWNERS:
		return o->owners || o->all;
	case SWITCH_GRANTS:
		return o->grants || o->all;
	case SWITCH_COMMENTS:
		return o->comments || o->all;
	case SWITCH_GENERATED_NAMES:
		return o->generated_names || o->all;
	case SWITCH_LOCALE:
		return o->locale || o->all;
	case SWITCH_ALL:
		return o->all;
	case SWITCH_NEVER:
		break;
	}
	return false;
}

/* The bits of a kind that the switches ask for. */
static uint64_t
asked_for(const struct compare_options *o, const struct kind_info *info)
{
	uint64_t bits = KIND_WAS_READ;

	if (!switched_on(o, info->only_with))
		return 0;
	for (size_t i = 0; i < info->n_properties; i++)
		if (switched_on(o, info->properties[i].only_with))
			bits |= UINT64_C(1) << i;
	return bits;
}

/* Of a catalog that was built by itself (snapshot_leave_database()) there is no
 * database, nor what is on it: that is as it should be, and nothing to be said. */
static bool
has_database(const struct comparison *c)
{
	return c->sides[EXPECTED]->read[KIND_DATABASE] &&
	       c->sides[FOUND]->read[KIND_DATABASE];
}

static void
choose_properties(struct comparison *c)
{
	for (size_t k = 0; k < KIND_COUNT; k++) {
		uint64_t asked = asked_for(c->options, kind_info((enum kind)k));
		uint64_t a = c->sides[EXPECTED]->read[k], b = c->sides[FOUND]->read[k];

		c->compared[k] = a & b & KIND_WAS_READ ? asked & a & b : 0;
		c->unread[k] = asked & (a ^ b);
	}
	if (!has_database(c))
		c->unread[KIND_DATABASE] = 0;
}

/* ---- Who takes part ---- */

/* The two sides may have their version tables in different places. */
static bool
is_version_table(const struct comparison *c, const struct object *o)
{
	const struct compare_options *opt = c->options;

	if (object_within(o, opt->version_schema, opt->version_table))
		return true;
	for (size_t side = 0; side < 2; side++)
		if (object_within(o, c->sides[side]->version_schema,
			    c->sides[side]->version_table))
			return true;
	return false;
}

static bool
takes_part(struct comparison *c, const struct object *o)
{
	const struct compare_options *opt = c->options;

	if (!concerned_is(c, o) || is_version_table(c, o) || partitions_hide(opt, o))
		return false;
	if (o->id.on == KIND_DATABASE && !has_database(c))
		return false;
	c->n_unread += (c->unread[o->kind] & KIND_WAS_READ) != 0;
	return c->compared[o->kind];
}

static void
choose_objects(struct comparison *c)
{
	for (size_t side = 0; side < 2; side++) {
		const struct snapshot *s = c->sides[side];

		c->presence[side] = xcalloc(s->n_objects + 1, 1);
		c->twins[side] =
			xcalloc(s->n_objects + 1, sizeof(const struct object *));
		for (size_t i = 0; i < s->n_objects; i++) {
			const struct object *o = &s->objects[i];

			if (!takes_part(c, o))
				continue;
			c->presence[side][i] = ALONE;
			if (side == FOUND)
				c->diff->objects[o->kind]++;
		}
	}
}

/* ---- Differences ---- */

/* Two texts that differ, at least in their secrets: which are not to be seen. */
static void
compare_secrets(struct comparison *c, const struct object *found, struct finding f)
{
	struct strbuf a = {0}, b = {0};
	bool bare = secret_mask(f.expected, &a);

	bare = secret_mask(f.found, &b) || bare;
	if (text_same(a.s, SECRET_DENIED) || text_same(b.s, SECRET_DENIED)) {
		c->n_denied++;
	} else if (bare && text_same(a.s, b.s)) {
		c->n_unread++;
	} else {
		f.expected = a.s;
		f.found = b.s;
		comparison_note(c, found, f);
	}
	strbuf_free(&a);
	strbuf_free(&b);
}

/* Whether a difference of that property follows from one that is told already. */
static bool
is_implied(const struct comparison *c, const struct object *expected,
	const struct object *found, const struct property *p)
{
	int by = p->implied_by ? kind_property(found->kind, p->implied_by) : -1;

	return by >= 0 && c->compared[found->kind] >> by & 1 &&
	       !text_same(expected->values[by], found->values[by]);
}

/* The value of a property that has another one in its place, or is simply not set. */
static const char *
shown_value(const struct object *o, size_t i)
{
	const struct property *p = &kind_info(o->kind)->properties[i];

	return o->values[i] || !p->otherwise ? o->values[i]
					     : object_value(o, p->otherwise);
}

/* A file of an earlier program has some values in other words. */
static bool
same_value(const struct property *p, const char *expected, const char *found)
{
	return (p->canon == CANON_OPTIONS || p->canon == CANON_ARGUMENTS) && expected &&
	       found && canon_equal(p->canon, expected, found);
}

/* Asked to look past white space, and there is nothing else. */
static bool
is_same_body(const struct comparison *c, const struct object *found,
	const struct property *p, const char *a, const char *b)
{
	const char *language = object_value(found, "language");

	return c->options->loose_bodies && !c->options->all && a && b && language &&
	       !strcmp(p->name, "body") && whitespace_same_body(language, a, b);
}

static void
compare_values(struct comparison *c, const struct object *expected,
	const struct object *found, size_t i)
{
	const struct property *p = &kind_info(found->kind)->properties[i];
	struct finding f = {.change = CHANGE_CHANGED,
		.property = p->name,
		.severity = severity_changed(p, expected, found),
		.expected = p->of_found_alone ? NULL : expected->values[i],
		.found = found->values[i]};
	enum across result;

	published_keep_to(c, found, &f);
	result = moved_compare(c, p, f.expected, f.found);
	if (result == ACROSS_SAME) {
		c->n_denied += p->secrets && text_same(f.found, SECRET_DENIED);
		return;
	}
	if (same_value(p, f.expected, f.found) ||
		is_same_body(c, found, p, f.expected, f.found) ||
		names_refer_alike(c, found, p, f.expected, f.found) ||
		is_implied(c, expected, found, p))
		return;
	if (p->otherwise) {
		f.expected = shown_value(expected, i);
		f.found = shown_value(found, i);
	}
	if (f.expected && f.found)
		f.note = whitespace_note(f.expected, f.found);
	if (!strcmp(p->name, "privileges"))
		grants_tell(c, found, &f);
	if (p->secrets)
		compare_secrets(c, found, f);
	else
		comparison_note_values(c, found, f)->undecided =
			result == ACROSS_UNKNOWN;
}

static void
compare_properties(
	struct comparison *c, const struct object *expected, const struct object *found)
{
	const struct kind_info *info = kind_info(found->kind);

	for (size_t i = 0; i < info->n_properties; i++) {
		if (info->properties[i].only_with == SWITCH_COLUMN_ORDER)
			continue;
		if (c->compared[found->kind] >> i & 1)
			compare_values(c, expected, found, i);
		else if (c->unread[found->kind] >> i & 1)
			c->n_unread += expected->values[i] || found->values[i];
	}
}

static void
compare_pairs(struct comparison *c)
{
	const struct snapshot *s = c->sides[FOUND];

	for (size_t i = 0; i < s->n_objects; i++) {
		const struct object *found = &s->objects[i], *expected;

		if (!(expected = c->twins[FOUND][i]))
			continue;
		/* Of a table that is missing, and now of one that is unexpected. */
		if (comparison_goes_with_another(c, EXPECTED, expected) &&
			comparison_goes_with_another(c, FOUND, found))
			continue;
		compare_properties(c, expected, found);
	}
}

/* ---- Who is compared with whom ---- */

static void
merge(struct comparison *c)
{
	const struct snapshot *a = c->sides[EXPECTED], *b = c->sides[FOUND];
	size_t i = 0, j = 0;

	while (i < a->n_objects && j < b->n_objects) {
		const struct object *x = &a->objects[i], *y = &b->objects[j];
		int order;

		if (c->presence[EXPECTED][i] == LEFT_OUT) {
			i++;
		} else if (c->presence[FOUND][j] == LEFT_OUT) {
			j++;
		} else if ((order = object_compare(x, y))) {
			i += order < 0;
			j += order > 0;
		} else {
			comparison_pair(c, x, y);
			i++;
			j++;
		}
	}
}

/* ---- What is on one side only ---- */

/* `deviation`: how a partition deviates, or NULL. */
static void
note_alone(struct comparison *c, enum side side, const struct object *o,
	const char *deviation)
{
	struct finding f = {
		.change = side == EXPECTED ? CHANGE_MISSING : CHANGE_UNEXPECTED,
		.severity = severity_alone(c->sides[side], o, side == EXPECTED)};
	struct strbuf text = {0};

	if (grants_are(o->kind)) {
		grants_note_alone(c, side, o);
		return;
	}
	if (deviation)
		strbuf_printf(&text, "%s\n", deviation);
	whole_show(c->sides[side], o, c->compared[o->kind], &text);
	if (side == EXPECTED)
		f.expected = text.s;
	else
		f.found = text.s;
	comparison_note(c, o, f);
	strbuf_free(&text);
}

static void
note_side(struct comparison *c, enum side side)
{
	const struct snapshot *s = c->sides[side];
	struct deviations *deviations =
		side == FOUND && partitions_by_parent(c->options) ? deviations_find(c)
								  : NULL;

	for (size_t i = 0; i < s->n_objects; i++) {
		const struct object *o = &s->objects[i];
		const char *deviation;

		if (c->presence[side][i] != ALONE ||
			comparison_goes_with_another(c, side, o))
			continue;
		deviation = deviations ? deviations_of(deviations, o) : NULL;
		if ((deviation || !partitions_may_differ(c->options, o)) &&
			!partitions_go_with_another(c, side, o, deviation))
			note_alone(c, side, o, deviation);
	}
	deviations_free(deviations);
}

void
compare_snapshots(struct comparison *c)
{
	for (size_t side = 0; side < 2; side++)
		c->version[side] = c->sides[side]->server_version_num;
	c->is_one = comparable_is_one(c->options);
	choose_properties(c);
	choose_objects(c);
	merge(c);
	moved_find(c);
	inheritance_leave_out(c);
	names_match(c);
	note_side(c, EXPECTED);
	note_side(c, FOUND);
	renames_mark(c);
	compare_pairs(c);
	columns_compare(c);
	partitions_compare(c);
	leftovers_note(c);
	inheritance_fold(c);
	moved_forget(c);
}
