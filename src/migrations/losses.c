/* What is made and dropped within one upgrade was never anybody's; what is left is told
 * before anybody is sent to run it. */
#include "migrations/losses.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "base/text.h"
#include "catalog/library.h"

/* A name without a schema most likely means this one. */
static const char usual_schema[] = "public";

enum { NAME_SHOWN = 120, REVISIONS_SHOWN = 3 };

/* ---- Which there are ---- */

struct finder {
	const struct losses_scope *scope;
	const char *revision;
	struct strmap *made; /* → itself: what this upgrade made, and has not dropped */
	struct strmap *lost; /* → 1 + its place in `out` */
	struct losses *out;
};

/* Kinds that share their names share the word. */
static char *
key_of(const struct effect *e, bool part)
{
	return xasprintf("%d %s %s %s", (int)effect_info(e->kind)->kind,
		e->schema ? e->schema : usual_schema, e->name ? e->name : "",
		part && e->part ? e->part : "");
}

static char *
table_key(const struct effect *e)
{
	struct effect table = *e;

	table.kind = EFFECT_DROP_TABLE;
	return key_of(&table, false);
}

static bool
was_made_here(const struct finder *f, const struct effect *e)
{
	char *key = key_of(e, true), *table = table_key(e);
	bool made = strmap_get(f->made, key) ||
		    (e->part && e->name && strmap_get(f->made, table));

	free(table);
	free(key);
	return made;
}

/* Made again: what it said before can be read in the file that made it first. */
static void
take_back(struct finder *f, const char *key)
{
	size_t at = (size_t)(uintptr_t)strmap_get(f->lost, key);
	struct loss *l;

	if (!at)
		return;
	l = &f->out->v[at - 1];
	if (effect_info(l->effect.kind)->is_code)
		l->effect.creates = true;
}

static void
take_creation(struct finder *f, const struct effect *e)
{
	char *key = key_of(e, true);

	take_back(f, key);
	if (!e->computed)
		strmap_put(f->made, key, f);
	free(key);
}

static struct effect
copied(const struct effect *e)
{
	struct effect c = *e;

	c.schema = xstrdup_null(e->schema);
	c.name = xstrdup_null(e->name);
	c.part = xstrdup_null(e->part);
	return c;
}

static void
add_loss(struct finder *f, const struct effect *e, const char *key)
{
	struct losses *l = f->out;

	GROW(l->v, l->n, l->cap);
	l->v[l->n++] =
		(struct loss){.revision = xstrdup(f->revision), .effect = copied(e)};
	if (!e->computed)
		strmap_put(f->lost, key, (void *)(uintptr_t)l->n);
}

/* The same table twice is one loss; two operations on it are two. */
static void
take_effect(struct finder *f, const struct effect *e)
{
	char *key, *operation;

	if (e->creates) {
		take_creation(f, e);
		return;
	}
	if (!e->computed && was_made_here(f, e))
		return;
	operation = key_of(e, true);
	key = e->kind == EFFECT_TRUNCATE || e->kind == EFFECT_DELETE ||
			      e->kind == EFFECT_UPDATE
		      ? xasprintf("%d of %s", (int)e->kind, operation)
		      : xstrdup(operation);
	if (e->computed || !strmap_get(f->lost, key))
		add_loss(f, e, key);
	free(key);
	free(operation);
}

/* ---- Ignore rules ---- */

static const char *
rule_for(const struct losses_scope *s, const struct object *o)
{
	size_t n = ignore_count(s->ignore);
	unsigned char *used = xcalloc(n + 1, 1);
	const char *rule = NULL;

	if (ignore_match(s->ignore, o, NULL, s->now_ms, used))
		for (size_t i = 0; i < n; i++)
			if (used[i] && *ignore_info(s->ignore, i).text != '!')
				rule = ignore_info(s->ignore, i).text;
	free(used);
	return rule;
}

/* The object of that name in `schema`, as it was found, or as it would be. */
static const char *
rule_in_schema(const struct losses_scope *s, const struct effect *e, const char *schema)
{
	enum kind kind = effect_info(e->kind)->kind;
	struct object table = {
		.kind = KIND_TABLE, .id = {schema, e->name, NULL, NULL, KIND_NONE}};
	struct object o = {.kind = kind,
		.id = {schema, e->name, e->part, NULL, KIND_NONE},
		.belongs_to = e->part ? &table : NULL};
	const struct object *known;

	if (kind == KIND_SCHEMA || kind == KIND_EXTENSION)
		o.id.schema = NULL;
	known = s->found ? snapshot_find(s->found, kind, &o.id) : NULL;
	return rule_for(s, known ? known : &o);
}

/* A schema goes with all that is in it. */
static const char *
rule_inside(const struct losses_scope *s, const char *schema)
{
	for (size_t i = 0; s->found && i < s->found->n_objects; i++) {
		const struct object *o = &s->found->objects[i];
		const char *rule;

		if (!o->id.schema || strcmp(o->id.schema, schema) || o->id.part)
			continue;
		rule = rule_for(s, o);
		if (rule)
			return rule;
	}
	return NULL;
}

/* A bare name may mean any schema that has such a thing. */
static const char *
rule_anywhere(const struct losses_scope *s, struct effect *e)
{
	const struct snapshot *found = s->found;
	const char *rule = rule_in_schema(s, e, usual_schema), *schema = usual_schema;

	for (size_t i = 0; !rule && found && i < found->n_objects; i++) {
		const struct object *o = &found->objects[i];

		if (!o->id.schema || o->id.part || strcmp(o->id.name, e->name))
			continue;
		schema = o->id.schema;
		rule = rule_in_schema(s, e, schema);
	}
	if (rule)
		e->schema = xstrdup(schema);
	return rule;
}

static void
find_rule(const struct losses_scope *s, struct loss *l)
{
	struct effect *e = &l->effect;
	const char *rule;

	if (e->computed || !e->name)
		return;
	if (e->kind == EFFECT_DROP_SCHEMA) {
		rule = rule_in_schema(s, e, NULL);
		rule = rule ? rule : rule_inside(s, e->name);
	} else if (e->schema || e->kind == EFFECT_DROP_EXTENSION) {
		rule = rule_in_schema(s, e, e->schema);
	} else {
		rule = rule_anywhere(s, e);
	}
	l->rule = xstrdup_null(rule);
}

static void
loss_free(struct loss *l)
{
	free(l->revision);
	free(l->rule);
	effect_free(&l->effect);
}

/* ---- What covers them, known ---- */

void
losses_known_fini(struct losses_known *k)
{
	for (size_t i = 0; i < k->n; i++) {
		free(k->v[i].schema);
		free(k->v[i].rule);
	}
	free(k->v);
	*k = (struct losses_known){0};
}

/* "" where that cannot be told: the catalog is kept nowhere. */
static void
find_key(const struct losses_scope *s, const struct losses *l, char *key)
{
	const char *catalog = s->found ? snapshot_key(s->found) : NULL;
	struct hash *h;

	*key = '\0';
	if (!catalog)
		return;
	h = hash_new();
	hash_add_text(h, catalog);
	hash_add_text(h, ignore_digest(s->ignore));
	for (size_t i = 0; i < ignore_count(s->ignore); i++) {
		int64_t until_ms = ignore_info(s->ignore, i).until_ms;

		hash_add_number(h, until_ms && s->now_ms >= until_ms);
	}
	for (size_t i = 0; i < l->n; i++) {
		const struct effect *e = &l->v[i].effect;

		hash_add_number(h, e->kind);
		hash_add_number(h, (e->creates ? 1 : 0) + (e->computed ? 2 : 0));
		hash_add_text(h, e->schema);
		hash_add_text(h, e->name);
		hash_add_text(h, e->part);
	}
	hash_finish(h, key);
}

static void
take_known(const struct losses_known *k, struct losses *l)
{
	for (size_t i = 0; i < l->n; i++) {
		l->v[i].rule = xstrdup_null(k->v[i].rule);
		if (k->v[i].schema)
			l->v[i].effect.schema = xstrdup(k->v[i].schema);
	}
}

/* The objects are wanted for that alone. */
static void
look_for_rules(
	const struct losses_scope *s, struct losses *l, struct losses_covered *covered)
{
	struct losses_scope open = *s;

	open.found = s->found ? snapshot_open(s->found) : NULL;
	for (size_t i = 0; i < l->n; i++) {
		struct loss *one = &l->v[i];
		bool bare = !one->effect.schema;

		if (one->effect.creates)
			continue;
		find_rule(&open, one);
		covered[i].rule = xstrdup_null(one->rule);
		covered[i].schema = bare ? xstrdup_null(one->effect.schema) : NULL;
	}
	snapshot_unref((struct snapshot *)(uintptr_t)open.found);
}

static void
find_rules(const struct losses_scope *s, struct losses *l)
{
	struct losses_known now = {.n = l->n};

	if (!l->n)
		return;
	find_key(s, l, now.key);
	if (*now.key && s->known && !strcmp(now.key, s->known->key)) {
		take_known(s->known, l);
		return;
	}
	now.v = xcalloc(l->n, sizeof *now.v);
	look_for_rules(s, l, now.v);
	if (s->known) {
		losses_known_fini(s->known);
		*s->known = now;
	} else {
		losses_known_fini(&now);
	}
}

/* ---- Those that are left ---- */

/* What was made again, and what no rule covers and does not count of itself, goes. */
static void
keep_losses(const struct losses_scope *s, struct losses *l)
{
	size_t kept = 0;

	if (s && s->ignore && ignore_count(s->ignore))
		find_rules(s, l);
	for (size_t i = 0; i < l->n; i++) {
		struct loss *one = &l->v[i];

		if (one->effect.creates ||
			(!one->rule && !effect_info(one->effect.kind)->counts)) {
			loss_free(one);
			continue;
		}
		l->n_ignored += one->rule != NULL;
		l->v[kept++] = *one;
	}
	l->n = kept;
}

void
losses_find(const struct migrations *h, const struct strvec *pending,
	const struct losses_scope *scope, struct losses *out)
{
	struct finder f = {
		.scope = scope, .made = strmap_new(), .lost = strmap_new(), .out = out};

	*out = (struct losses){0};
	for (size_t i = 0; i < pending->n; i++) {
		const struct revision *r = migrations_find(h, pending->v[i]);

		f.revision = pending->v[i];
		for (size_t k = 0; r && k < r->effects.n; k++)
			take_effect(&f, &r->effects.v[k]);
	}
	keep_losses(scope, out);
	strmap_free(f.made);
	strmap_free(f.lost);
}

void
losses_free(struct losses *l)
{
	for (size_t i = 0; i < l->n; i++)
		loss_free(&l->v[i]);
	free(l->v);
	*l = (struct losses){0};
}

/* ---- In words ---- */

/* On one line, without backticks: between those stands what is to be run. */
static void
add_shown(struct strbuf *out, const char *s)
{
	char *line = text_line(s, NAME_SHOWN);

	text_replace(line, '`', '\'');
	strbuf_add(out, line);
	free(line);
}

static void
add_effect(struct strbuf *out, const struct effect *e)
{
	struct strbuf name = {0};

	effect_name(&name, e);
	strbuf_add(out, effect_info(e->kind)->noun);
	strbuf_addc(out, ' ');
	add_shown(out, name.s ? name.s : "");
	strbuf_free(&name);
}

/* "r2", "r2 and r3", "r2, r3, r4 and 5 more"; returns how many. */
static size_t
add_revisions(struct strbuf *out, const struct losses *l, bool ignored)
{
	struct strvec ids = {0};
	size_t n;

	for (size_t i = 0; i < l->n; i++)
		if ((!ignored || l->v[i].rule) &&
			(!ids.n || strcmp(ids.v[ids.n - 1], l->v[i].revision)))
			strvec_add(&ids, l->v[i].revision);
	n = ids.n;
	for (size_t i = 0; i < n && i < REVISIONS_SHOWN; i++) {
		strbuf_add(out, !i ? "" : i + 1 == n ? " and " : ", ");
		add_shown(out, ids.v[i]);
	}
	if (n > REVISIONS_SHOWN)
		strbuf_printf(out, " and %zu more", n - REVISIONS_SHOWN);
	strvec_free(&ids);
	return n;
}

/* "2 indexes", "1 policy". */
static void
add_number(struct strbuf *out, size_t n, const char *noun)
{
	size_t len = strlen(noun);

	if (n != 1 && noun[len - 1] == 'x')
		strbuf_printf(out, "%zu %ses", n, noun);
	else if (n != 1 && noun[len - 1] == 'y')
		strbuf_printf(out, "%zu %.*sies", n, (int)len - 1, noun);
	else
		strbuf_printf(out, "%zu %s%s", n, noun, n == 1 ? "" : "s");
}

/* What one operation does to one kind, "9 tables, 1 table whose name is computed". */
static void
add_kind(struct strbuf *out, const struct losses *l, enum effect_kind kind,
	const char *before)
{
	const char *noun = effect_info(kind)->noun;
	size_t named = 0, computed = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].effect.kind != kind)
			continue;
		if (l->v[i].effect.computed)
			computed++;
		else
			named++;
	}
	if (named + computed)
		strbuf_add(out, before);
	if (named)
		add_number(out, named, noun);
	if (named && computed)
		strbuf_add(out, ", ");
	if (computed) {
		add_number(out, computed, noun);
		strbuf_add(out, computed == 1 ? " whose name is computed"
					      : " whose names are computed");
	}
}

static void
add_counts(struct strbuf *out, const struct losses *l, bool plural)
{
	static const struct {
		enum effect_kind first, last;
		const char *one, *many;
	} verbs[] = {
		{EFFECT_DROP_TABLE, EFFECT_DROP_POLICY, "drops ", "drop "},
		{EFFECT_TRUNCATE, EFFECT_TRUNCATE, "truncates ", "truncate "},
		{EFFECT_DELETE, EFFECT_DELETE, "deletes rows of ", "delete rows of "},
	};
	size_t begun = out->len;

	for (size_t v = 0; v < COUNT_OF(verbs); v++) {
		const char *verb = plural ? verbs[v].many : verbs[v].one;
		size_t start = out->len;
		struct strbuf before = {0};

		strbuf_printf(&before, "%s%s", start > begun ? ", " : "", verb);
		for (size_t k = verbs[v].first; k <= verbs[v].last; k++)
			add_kind(out, l, (enum effect_kind)k,
				out->len > start ? ", " : before.s);
		strbuf_free(&before);
	}
}

static void
add_first(struct strbuf *out, const struct losses *l)
{
	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].effect.computed)
			continue;
		strbuf_add(out, l->n > 1 ? " (first: " : " (");
		add_effect(out, &l->v[i].effect);
		strbuf_addc(out, ')');
		return;
	}
}

static const char *
verb_of(const struct effect *e, bool plural)
{
	if (e->kind == EFFECT_TRUNCATE)
		return plural ? "truncate" : "truncates";
	if (e->kind == EFFECT_DELETE)
		return plural ? "delete rows of" : "deletes rows of";
	if (e->kind == EFFECT_UPDATE)
		return plural ? "overwrite every row of" : "overwrites every row of";
	return plural ? "drop" : "drops";
}

static void
add_ignored(struct strbuf *out, const struct losses *l)
{
	const struct loss *first = l->v;
	bool plural;

	while (!first->rule)
		first++;
	plural = add_revisions(out, l, true) > 1;
	strbuf_printf(out, " %s ", verb_of(&first->effect, plural));
	add_effect(out, &first->effect);
	if (first->effect.kind == EFFECT_DROP_SCHEMA)
		strbuf_add(out, " with what");
	else
		strbuf_add(out, ", which");
	strbuf_add(out, " the rule `");
	add_shown(out, first->rule);
	strbuf_add(out, "` ignores as managed elsewhere");
	if (l->n_ignored > 1)
		strbuf_printf(
			out, " (and %zu more that rules ignore)", l->n_ignored - 1);
}

void
losses_list(struct strbuf *out, const struct losses *l)
{
	add_counts(out, l, false);
	add_first(out, l);
}

void
losses_say(struct strbuf *out, const struct losses *l)
{
	bool plural;

	if (!l->n)
		return;
	strbuf_add(out, "the pending ");
	if (l->n_ignored) {
		add_ignored(out, l);
		if (l->n == l->n_ignored)
			return;
		strbuf_add(out, "; in all ");
	}
	plural = add_revisions(out, l, false) > 1;
	strbuf_addc(out, ' ');
	add_counts(out, l, plural);
	add_first(out, l);
}

bool
losses_advise(struct strbuf *out, const struct losses *l)
{
	losses_say(out, l);
	if (l->n_ignored)
		strbuf_add(out, ": take that out of its upgrade(), or lift the rule, "
				"before anything runs it");
	else if (l->n)
		strbuf_add(out, ": save what is still needed of that, then ");
	return !l->n_ignored;
}
