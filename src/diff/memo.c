/* See memo.h.  A diff depends on the date only by the rules that have expired, or are
 * about to: it holds from one of those moments to the next. */
#include "diff/memo.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "catalog/ignore.h"
#include "diff/comparable.h"

/* What nobody refers to is looked for after so many new ones, or so many bytes of them.
 */
enum { SWEEP_AFTER = 64, SWEEP_BYTES = 1 << 20 };

struct entry {
	struct diff *diff;
	int64_t from_ms, to_ms; /* it holds from the one until before the other */
	unsigned asked;         /* in which time between two sweeps it was, last */
};

struct memo {
	struct library *kept_in;
	struct strmap *entries;
	unsigned sweeps;
	size_t n_kept;           /* by the last */
	size_t n_new, new_bytes; /* since then */
	size_t made;
};

struct memo *
memo_new(void)
{
	struct memo *m = xcalloc(1, sizeof *m);

	m->kept_in = library_new();
	m->entries = strmap_new();
	return m;
}

struct library *
memo_library(const struct memo *m)
{
	return m ? m->kept_in : NULL;
}

static void
entry_free(void *arg)
{
	struct entry *e = arg;

	diff_unref(e->diff);
	free(e);
}

void
memo_free(struct memo *m)
{
	if (!m)
		return;
	strmap_free_all(m->entries, entry_free);
	library_unref(m->kept_in);
	free(m);
}

/* ---- Keys ---- */

static void
add_text(struct strbuf *b, const char *s)
{
	if (s)
		strbuf_printf(b, "%zu:%s", strlen(s), s);
	else
		strbuf_addc(b, '-');
}

static void
add_list(struct strbuf *b, const struct strvec *list)
{
	size_t n = list ? list->n : 0;

	strbuf_printf(b, "%zu(", n);
	for (size_t i = 0; i < n; i++)
		add_text(b, list->v[i]);
}

/* What is new in compare_options has to be added here. */
void
memo_options(const struct compare_options *o, struct strbuf *b)
{
	const bool switches[] = {o->column_order, o->owners, o->grants, o->comments,
		o->generated_names, o->locale, o->all, o->loose_bodies,
		comparable_is_one(o)};

	for (size_t i = 0; i < COUNT_OF(switches); i++)
		strbuf_addc(b, switches[i] ? '1' : '0');
	strbuf_printf(b, " %d %d %zu ", (int)o->partitions, (int)comparable_relation(o),
		o->max_texts);
	add_list(b, o->schemas);
	add_list(b, o->expected_schemas);
	add_list(b, o->role_map);
	add_list(b, o->schema_map);
	add_text(b, o->ignore ? ignore_digest(o->ignore) : NULL);
	add_text(b, o->version_schema);
	add_text(b, o->version_table);
}

bool
memo_key(const struct snapshot *expected, const struct snapshot *found,
	const struct compare_options *o, char key[static HASH_HEX_LEN])
{
	const char *a = snapshot_key(expected), *b = snapshot_key(found);
	struct strbuf text = {0};

	if (!a || !b)
		return false;
	add_text(&text, a);
	add_text(&text, b);
	memo_options(o, &text);
	hash_of(text.s, text.len, key);
	strbuf_free(&text);
	return true;
}

/* ---- What is known ---- */

struct diff *
memo_find(struct memo *m, const char *key, const struct compare_options *o)
{
	struct entry *e = strmap_get(m->entries, key);

	if (!e || o->now_ms < e->from_ms || o->now_ms >= e->to_ms)
		return NULL;
	e->asked = m->sweeps;
	return diff_ref(e->diff);
}

static void
see_moment(struct entry *e, int64_t at_ms, int64_t now_ms)
{
	if (at_ms <= now_ms)
		e->from_ms = at_ms > e->from_ms ? at_ms : e->from_ms;
	else
		e->to_ms = at_ms < e->to_ms ? at_ms : e->to_ms;
}

static void
set_time(struct entry *e, const struct compare_options *o)
{
	size_t n = o->ignore ? ignore_count(o->ignore) : 0;

	e->from_ms = INT64_MIN;
	e->to_ms = INT64_MAX;
	for (size_t i = 0; i < n; i++) {
		int64_t until_ms = ignore_info(o->ignore, i).until_ms;

		if (!until_ms)
			continue;
		see_moment(e, until_ms - EXPIRING_MS, o->now_ms);
		see_moment(e, until_ms, o->now_ms);
	}
}

/* Who is referred to here alone, and was not asked for since the last sweep, goes. */
static void
sweep(struct memo *m)
{
	struct strmap *kept = strmap_new();
	size_t at = 0;
	const char *key;
	void *v;

	while (strmap_next(m->entries, &at, &key, &v)) {
		struct entry *e = v;

		if (e->asked == m->sweeps || atomic_load(&e->diff->refs) > 1)
			strmap_put(kept, key, e);
		else
			entry_free(e);
	}
	strmap_free(m->entries);
	m->entries = kept;
	m->sweeps++;
	m->n_kept = strmap_count(kept);
	m->n_new = m->new_bytes = 0;
}

void
memo_put(struct memo *m, const char *key, struct diff *d,
	const struct compare_options *o)
{
	struct entry *e = xcalloc(1, sizeof *e), *before;

	*e = (struct entry){.diff = diff_ref(d), .asked = m->sweeps};
	set_time(e, o);
	before = strmap_put(m->entries, key, e);
	if (before)
		entry_free(before);
	m->new_bytes += arena_used(d->arena);
	if (++m->n_new >= SWEEP_AFTER + m->n_kept / 2 || m->new_bytes >= SWEEP_BYTES)
		sweep(m);
}

struct diff *
memo_make(const struct snapshot *expected, const struct snapshot *found,
	const struct compare_options *o)
{
	struct diff *d = diff_compare(expected, found, o);

	for (size_t i = 0; i < d->n_findings; i++)
		d->findings[i].key = finding_key(&d->findings[i]);
	return d;
}

struct diff *
memo_compare(struct memo *m, const struct snapshot *expected,
	const struct snapshot *found, const struct compare_options *o)
{
	char key[HASH_HEX_LEN];
	struct diff *d;

	if (!m || !memo_key(expected, found, o, key))
		return diff_compare(expected, found, o);
	d = memo_find(m, key, o);
	if (d)
		return d;
	d = memo_make(expected, found, o);
	m->made++;
	memo_put(m, key, d, o);
	return d;
}

struct memo_size
memo_size(const struct memo *m)
{
	return (struct memo_size){m->made, strmap_count(m->entries)};
}
