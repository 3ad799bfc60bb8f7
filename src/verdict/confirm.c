/* A list of what was found last, by key, and a new one of what is found now: what
 * stands in both goes on counting. */
#include "verdict/confirm.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "diff/diff.h"

/* ---- Keys ---- */

uint64_t
confirm_key_revision(enum revision_status status, const struct strvec *recorded)
{
	struct hash *h = hash_new();

	hash_add_text(h, "revision");
	hash_add_number(h, status);
	for (size_t i = 0; recorded && i < recorded->n; i++)
		hash_add_text(h, recorded->v[i]);
	return hash_finish64(h);
}

uint64_t
confirm_key_schema(enum schema_status status)
{
	struct hash *h = hash_new();

	hash_add_text(h, "schema");
	hash_add_number(h, status);
	return hash_finish64(h);
}

uint64_t
confirm_key_finding(const struct finding *f)
{
	return f->key ? f->key : finding_key(f);
}

/* ---- Lists of things ---- */

static int
by_key(const void *a, const void *b)
{
	uint64_t x = ((const struct thing *)a)->key, y = ((const struct thing *)b)->key;

	return x < y ? -1 : x > y;
}

struct thing *
confirmation_find(const struct confirmation *c, uint64_t key)
{
	const struct thing wanted = {.key = key};

	return c->n ? bsearch(&wanted, c->v, c->n, sizeof *c->v, by_key) : NULL;
}

void
confirmation_add(struct confirmation *c, const struct thing *t)
{
	c->v = xrealloc(c->v, c->n + 1, sizeof *c->v);
	c->v[c->n++] = *t;
}

void
confirmation_fini(struct confirmation *c)
{
	free(c->v);
	free(c->gone);
	free(c->said);
	diff_unref(c->asked.diff);
	*c = (struct confirmation){0};
}

/* What is found twice is left once. */
void
confirmation_sort(struct confirmation *c)
{
	size_t kept = 0;

	if (c->n)
		qsort(c->v, c->n, sizeof *c->v, by_key);
	for (size_t i = 0; i < c->n; i++)
		if (!kept || c->v[i].key != c->v[kept - 1].key)
			c->v[kept++] = c->v[i];
	c->n = kept;
}

static void
find_gone(struct confirmation *now, const struct confirmation *before)
{
	now->gone = xcalloc(before->n + 1, sizeof *now->gone);
	for (size_t i = 0; i < before->n; i++)
		if (!confirmation_find(now, before->v[i].key))
			now->gone[now->n_gone++] = before->v[i];
}

static bool
same_lists(const struct confirmation *a, const struct confirmation *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		const struct thing *x = &a->v[i], *y = &b->v[i];

		if (x->key != y->key || x->seen != y->seen ||
			x->confirmed != y->confirmed || x->settled != y->settled)
			return false;
	}
	return true;
}

/* ---- A step ---- */

struct step {
	const struct confirmation *before;
	struct confirmation now;
	const struct verdict_lag *lag;
	unsigned confirm;
};

static void
count(const struct step *s, struct thing *t, bool sighting)
{
	bool behind = s->lag && s->lag->behind;

	if (behind && !t->settled) {
		t->seen = 0;
		t->confirmed = false;
		return;
	}
	if (sighting && !behind && (t->seen < s->confirm || !t->seen))
		t->seen++;
	t->confirmed = t->confirmed || s->confirm <= 1 || t->seen >= s->confirm;
	if (t->confirmed && s->lag && s->lag->primary && !behind)
		t->settled = true;
}

static bool
see(struct step *s, enum thing_kind kind, uint64_t key, bool sighting)
{
	const struct thing *known = confirmation_find(s->before, key);
	struct thing *t = &s->now.v[s->now.n++];

	*t = known ? *known : (struct thing){.kind = kind, .key = key};
	t->is_new = !known;
	count(s, t, sighting);
	return t->confirmed;
}

static uint64_t
revision_key(const struct verdict_input *in)
{
	return confirm_key_revision(
		in->revision, in->judgement ? &in->judgement->recorded : NULL);
}

/* Drift stands where the axis says so for long enough, and something of it is there for
 * as long. */
static bool
see_schema(struct step *s, const struct verdict_input *in, bool sighting,
	uint64_t *keys, bool *confirmed)
{
	size_t n = in->diff ? in->diff->n_findings : 0;
	bool axis = see(s, THING_SCHEMA, confirm_key_schema(in->schema), sighting),
	     any = !n;

	for (size_t i = 0; i < n; i++) {
		keys[i] = confirm_key_finding(&in->diff->findings[i]);
		confirmed[i] = see(s, THING_FINDING, keys[i], sighting);
		any |= confirmed[i];
	}
	return axis && any;
}

/* ---- The same step again ---- */

/* Findings that have their keys are those of a comparison that is known, and do not
 * change. */
static bool
may_repeat(const struct verdict_input *in)
{
	return !in->lag && in->diff && in->diff->n_findings &&
	       in->diff->findings[0].key;
}

static struct confirmation
ask(const struct verdict_input *in, const struct confirm_rules *r)
{
	struct confirmation c = {0};

	if (!may_repeat(in))
		return c;
	/* Only the count of references changes. */
	c.asked.diff = (struct diff *)(uintptr_t)in->diff;
	if (verdict_revision_differs(in))
		c.asked.revision = revision_key(in);
	if (verdict_schema_differs(in))
		c.asked.schema = confirm_key_schema(in->schema);
	c.asked.confirm = r->confirm;
	c.asked.sighting = r->sighting;
	c.asked.kept = r->kept;
	c.asked.revision_kept = in->revision_kept;
	return c;
}

/* A step that changed nothing changes nothing when it is made again; and less than one
 * that was a sighting does one that is none. */
static bool
is_repeated(const struct confirmation *now, const struct confirmation *c)
{
	return now->asked.diff && c->same && now->asked.diff == c->asked.diff &&
	       now->asked.revision == c->asked.revision &&
	       now->asked.schema == c->asked.schema &&
	       now->asked.confirm == c->asked.confirm &&
	       (c->asked.sighting || !now->asked.sighting) &&
	       now->asked.kept == c->asked.kept &&
	       now->asked.revision_kept == c->asked.revision_kept;
}

static void
say_again(const struct confirmation *c, struct verdict_input *in, uint64_t *keys,
	bool *confirmed)
{
	size_t n = in->diff->n_findings;

	in->revision_confirmed = c->said_revision;
	in->schema_confirmed = c->said_schema;
	for (size_t i = 0; c->asked.schema && i < n; i++)
		keys[i] = in->diff->findings[i].key;
	memcpy(confirmed, c->said, n * sizeof *confirmed);
}

/* Keep what was said of what was asked. */
static void
note(struct confirmation *c, const struct verdict_input *in, const bool *confirmed)
{
	size_t n = in->diff ? in->diff->n_findings : 0;

	if (!c->asked.diff)
		return;
	diff_ref(c->asked.diff);
	c->said = xcalloc(n, sizeof *c->said);
	memcpy(c->said, confirmed, n * sizeof *confirmed);
	c->said_revision = in->revision_confirmed;
	c->said_schema = in->schema_confirmed;
}

void
confirmation_step(struct confirmation *c, struct verdict_input *in,
	const struct confirm_rules *r, uint64_t *keys, bool *confirmed)
{
	size_t n = in->diff ? in->diff->n_findings : 0;
	struct step s = {
		.before = c, .now = ask(in, r), .lag = in->lag, .confirm = r->confirm};

	if (is_repeated(&s.now, c)) {
		say_again(c, in, keys, confirmed);
		return;
	}
	s.now.v = xcalloc(n + 2, sizeof *s.now.v);
	in->revision_confirmed = in->schema_confirmed = true;
	if (verdict_revision_differs(in))
		in->revision_confirmed = see(&s, THING_REVISION, revision_key(in),
			r->sighting && !in->revision_kept);
	if (verdict_schema_differs(in))
		in->schema_confirmed =
			see_schema(&s, in, r->sighting && !r->kept, keys, confirmed);
	confirmation_sort(&s.now);
	find_gone(&s.now, c);
	s.now.same = same_lists(&s.now, c);
	note(&s.now, in, confirmed);
	confirmation_fini(c);
	*c = s.now;
}
