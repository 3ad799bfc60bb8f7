/* See accepted.h.  `pgdriftd accept` is another process: what it stores is seen by its
 * version, and it is that process which adds it to the history. */
#include "monitor/accepted.h"

#include "base/clock.h"
#include "base/mem.h"
#include "verdict/phrase.h"

char *
accepted_sentence(const struct store_baseline *b)
{
	char at[CLOCK_RFC3339_LEN];
	struct strbuf out = {0};

	strbuf_printf(&out, "the catalog of %s", clock_rfc3339(b->at_ms, at));
	if (b->snapshot->revision.n) {
		strbuf_add(&out, " at ");
		phrase_ids(&out, &b->snapshot->revision);
	}
	if (b->by)
		strbuf_printf(&out, ", accepted by %s", b->by);
	if (b->reason)
		strbuf_printf(&out, ": %s", b->reason);
	return strbuf_take(&out);
}

static void
tell(const struct accepted *a, struct happenings *h)
{
	happenings_add(h, HAPPENING_ACCEPTED, accepted_sentence(&a->baseline));
	h->v[h->n - 1].stored = true;
}

/* True if there was something to read; false with ERR_NONE if there is none. */
static bool
renew(struct accepted *a, struct store *s, const char *name, struct happenings *h,
	struct err *e)
{
	int64_t version = store_baseline_version(s, name);
	bool is_news = a->looked && version > 0 && version != a->version, ok;

	if (a->baseline.snapshot && version == a->version)
		return true;
	store_baseline_fini(&a->baseline);
	ok = store_baseline(s, name, 0, &a->baseline, e);
	if (version >= 0) {
		a->version = version;
		a->looked = true;
	}
	if (ok && is_news)
		tell(a, h);
	return ok;
}

bool
accepted_look(struct accepted *a, struct store *s, const char *name,
	struct happenings *h, struct err *e)
{
	if (!s)
		return err_set(e, ERR_IO,
			"no state directory is configured, so there is no accepted "
			"baseline");
	if (renew(a, s, name, h, e))
		return true;
	if (e->code != ERR_NONE) {
		err_prefix(e, "the accepted baseline cannot be read");
		return false;
	}
	return err_set(e, ERR_IO,
		"no baseline is accepted yet: run `pgdriftd accept %s`", name);
}

char *
accepted_misfit(
	const struct accepted *a, const struct instance *found, const char *name)
{
	const struct store_baseline *b = &a->baseline;
	char at[CLOCK_RFC3339_LEN];

	if (!b->instance.system[0] || !found->system[0] ||
		instance_is_same_database(&b->instance, found))
		return NULL;
	return xasprintf("the baseline of %s is of another database than this one; if "
			 "this one is meant, look at `pgdriftd accept --dry-run %s`, "
			 "then run `pgdriftd accept %s`",
		clock_rfc3339(b->at_ms, at), name, name);
}

void
accepted_fini(struct accepted *a)
{
	store_baseline_fini(&a->baseline);
	*a = (struct accepted){0};
}
