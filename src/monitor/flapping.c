/* That a thing comes and goes is known only once it has gone, or has come back.  So
 * what is new waits, while others do so, until it is older than those became. */
#include "monitor/flapping.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "catalog/rule.h"
#include "verdict/phrase.h"

enum { NAMES_SAID = 3 };

/* ---- Turns ---- */

static void
next_turn(struct flapping *f, const struct flapping_look *look)
{
	int64_t passed = look->now_ms - f->turn_ms;

	if (f->turn && passed >= 0 && passed < look->interval_ms / 2)
		return;
	f->turn++;
	f->turn_ms = look->now_ms;
	f->busy = (f->busy << 1) & FLAPPING_BITS;
}

/* For how many turns it has been there; what was there at the start, for longer than
 * matters. */
static uint64_t
age(const struct flapping *f, const struct thing *t)
{
	return t->since ? f->turn - t->since : FLAPPING_WINDOW;
}

bool
flapping_is_steady(const struct flapping *f, const struct thing *t)
{
	return !f->on || age(f, t) > f->longest;
}

/* ---- What it is called ---- */

static void
free_name(struct flapping_name *n)
{
	free(n->name);
	free(n->rule);
	*n = (struct flapping_name){0};
}

static struct flapping_name *
find_name(struct flapping *f, uint64_t key)
{
	for (size_t i = 0; i < FLAPPING_NAMES; i++)
		if (f->names[i].name && f->names[i].key == key)
			return &f->names[i];
	return NULL;
}

/* What was said to come and go stays; NULL if all are that. */
static struct flapping_name *
find_room(struct flapping *f)
{
	for (size_t i = 0; i < FLAPPING_NAMES; i++) {
		struct flapping_name *n = &f->names[f->n_names++ % FLAPPING_NAMES];

		if (!n->flaps)
			return n;
	}
	return NULL;
}

static void
remember_finding(struct flapping *f, const struct finding *finding, uint64_t key)
{
	struct flapping_name *n = find_name(f, key);
	struct strbuf name = {0}, rule = {0};

	if (n || !(n = find_room(f)))
		return;
	free_name(n);
	strbuf_printf(&name, "%s ", kind_info(finding->kind)->word);
	phrase_text(&name, finding->name, PHRASE_NAME);
	rule_write(finding->kind, finding->on, finding->name, finding->property, &rule);
	*n = (struct flapping_name){
		.key = key, .name = strbuf_take(&name), .rule = strbuf_take(&rule)};
}

/* How much of `rule` all rules have in common. */
static size_t
common_length(const struct flapping *f, const char *rule)
{
	size_t n = strlen(rule);

	for (size_t i = 0; i < FLAPPING_NAMES; i++) {
		const char *other = f->names[i].rule;

		if (!other || !f->names[i].flaps)
			continue;
		for (size_t k = 0; k < n; k++)
			if (other[k] != rule[k])
				n = k;
		if (other[n])
			n = rule[n] ? n : n - 1;
	}
	return n;
}

/* Where the name without its schema begins in "table:public.job_1", or the end. */
static size_t
name_at(const char *rule)
{
	const char *at = strchr(rule, '.');

	return at ? (size_t)(at - rule) + 1 : strlen(rule);
}

/* "table:public.job_*" for job_17 and job_18; false where they have too little in
 * common for a rule that hides nothing else. */
static bool
add_common_rule(const struct flapping *f, const char *rule, struct strbuf *out)
{
	size_t n = common_length(f, rule), least = name_at(rule) + 3;

	if (!rule[n]) {
		strbuf_add(out, rule);
		return true;
	}
	while (n && (isdigit((unsigned char)rule[n - 1]) || rule[n - 1] == '_'))
		n--;
	if (rule[n] == '_')
		n++;
	if (n < least || memchr(rule, '"', n) || memchr(rule, '@', n) ||
		memchr(rule, '?', n))
		return false;
	strbuf_addn(out, rule, n);
	strbuf_addc(out, '*');
	return true;
}

static void
add_advice(const struct flapping *f, const char *rule, struct strbuf *out)
{
	struct strbuf common = {0};

	if (rule && add_common_rule(f, rule, &common)) {
		strbuf_add(out, "; where that is meant, `");
		phrase_text(out, common.s, PHRASE_TEXT);
		strbuf_add(out, "` in `ignore` hides it");
	} else {
		strbuf_add(out, "; where that is meant, rules in `ignore` hide it");
	}
	strbuf_free(&common);
}

static char *
say(const struct flapping *f)
{
	struct strbuf b = {0};
	const char *rule = NULL;
	size_t n = 0;

	for (size_t i = 0; i < FLAPPING_NAMES; i++) {
		if (!f->names[i].flaps)
			continue;
		if (n < NAMES_SAID)
			strbuf_printf(&b, "%s%s", n ? ", " : "", f->names[i].name);
		rule = f->names[i].rule;
		n++;
	}
	if (n > NAMES_SAID)
		strbuf_add(&b, " and others");
	if (n)
		add_advice(f, rule, &b);
	else
		strbuf_add(&b, "the recorded revision");
	return strbuf_take(&b);
}

/* ---- What came, what went ---- */

static void
hit(struct flapping *f, uint64_t key)
{
	struct flapping_name *n = find_name(f, key);

	f->busy |= 1;
	if (n)
		n->flaps = true;
}

static bool
went_lately(const struct flapping *f, uint64_t key)
{
	for (size_t i = 0; i < FLAPPING_GONE; i++)
		if (f->gone[i].turn && f->gone[i].key == key &&
			f->turn - f->gone[i].turn < FLAPPING_WINDOW)
			return true;
	return false;
}

/* A pending migration explains what it leaves behind, and that goes with the next
 * upgrade: no reason to speak of flapping. */
static void
see_gone(struct flapping *f, const struct confirmation *c,
	const struct flapping_look *look)
{
	for (size_t i = 0; i < c->n_gone; i++) {
		const struct thing *t = &c->gone[i];
		size_t at = f->n_gone++ % FLAPPING_GONE;

		f->gone[at].key = t->key;
		f->gone[at].turn = f->turn;
		if (t->kind != THING_FINDING || !look->was_drift || !t->seen ||
			age(f, t) >= FLAPPING_WINDOW)
			continue;
		if (age(f, t) > f->longest)
			f->longest = age(f, t);
		hit(f, t->key);
	}
}

static void
see_new(struct flapping *f, struct confirmation *c, const struct flapping_look *look)
{
	size_t n = look->diff ? look->diff->n_findings : 0, named = 0;

	for (size_t i = 0; i < n && named < FLAPPING_NAMES; i++) {
		const struct thing *t = confirmation_find(c, look->keys[i]);

		if (t && t->is_new) {
			remember_finding(f, &look->diff->findings[i], t->key);
			named++;
		}
	}
	for (size_t i = 0; i < c->n; i++) {
		if (!c->v[i].is_new)
			continue;
		c->v[i].since = f->turn;
		if (c->v[i].kind != THING_SCHEMA && went_lately(f, c->v[i].key))
			hit(f, c->v[i].key);
	}
}

static unsigned
bits(uint32_t v)
{
	unsigned n = 0;

	for (; v; v &= v - 1)
		n++;
	return n;
}

/* It was too little to speak of, and is long ago. */
static void
forget_hits(struct flapping *f)
{
	f->longest = 0;
	for (size_t i = 0; i < FLAPPING_NAMES; i++)
		if (f->names[i].flaps)
			free_name(&f->names[i]);
}

static void
forget(struct flapping *f)
{
	free(f->text);
	f->text = NULL;
	f->longest = 0;
	for (size_t i = 0; i < FLAPPING_NAMES; i++)
		free_name(&f->names[i]);
}

enum flapping_change
flapping_step(
	struct flapping *f, struct confirmation *c, const struct flapping_look *look)
{
	if (look->sighting)
		next_turn(f, look);
	see_gone(f, c, look);
	if (!c->same)
		see_new(f, c, look);
	if (!f->on && bits(f->busy) >= FLAPPING_MOST) {
		f->on = true;
		f->text = say(f);
		return FLAPPING_BEGAN;
	}
	if (f->busy)
		return FLAPPING_SAME;
	if (!f->on) {
		forget_hits(f);
		return FLAPPING_SAME;
	}
	forget(f);
	f->on = false;
	return FLAPPING_ENDED;
}

void
flapping_fini(struct flapping *f)
{
	forget(f);
	*f = (struct flapping){0};
}
