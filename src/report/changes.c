/* See changes.h.  Each change was described when it was seen, so that nothing is
 * compared here. */
#include "report/changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/size.h"
#include "base/text.h"

/* They are read, parsed and printed while the daemon does nothing else. */
enum { CHANGES_BYTES = 4 * SIZE_MIB };

/* The one that comes after it in time, with texts of its own. */
struct later {
	int64_t from_ms;
	char *content, *revision, *database, *change;
};

struct listing {
	const struct changes_wish *wish;
	cJSON *changes;
	struct later later;
	size_t n;
	size_t bytes; /* of the texts of all that was read */
	bool full;    /* that is too much already for one more */
	bool truncated, enough;
};

static void
later_fini(struct later *l)
{
	free(l->content);
	free(l->revision);
	free(l->database);
	free(l->change);
	*l = (struct later){0};
}

static void
later_take(struct later *l, const struct store_interval *i)
{
	later_fini(l);
	*l = (struct later){.from_ms = i->from_ms,
		.content = xstrdup(i->content),
		.revision = xstrdup(i->revision),
		.database = xstrdup(i->database),
		.change = xstrdup_null(i->change)};
}

/* Without findings nothing that is compared has changed. */
static bool
has_findings(const cJSON *change)
{
	return cJSON_GetArraySize(
		       cJSON_GetObjectItemCaseSensitive(change, "findings")) > 0;
}

static void
add_revision(cJSON *o, const char *key, const char *revision)
{
	cJSON *list = cJSON_Parse(revision);

	json_add(o, key, list ? list : json_array());
}

static void
add_part(cJSON *o, cJSON *change, const char *key)
{
	cJSON *part = cJSON_DetachItemFromObjectCaseSensitive(change, key);

	if (part)
		json_add(o, key, part);
	else
		json_add_null(o, key);
}

static cJSON *
change_json(const struct store_interval *was, const struct later *is)
{
	cJSON *o, *change = is->change ? cJSON_Parse(is->change) : NULL;
	bool moved = strcmp(was->revision, is->revision) != 0;
	bool other = strcmp(was->database, is->database) != 0;
	bool catalog =
		change ? has_findings(change) : strcmp(was->content, is->content) != 0;

	if (!moved && !other && !catalog) {
		cJSON_Delete(change);
		return NULL;
	}
	o = json_object();
	json_add_time(o, "from", was->to_ms);
	json_add_time(o, "to", is->from_ms);
	add_revision(o, "revision_before", was->revision);
	add_revision(o, "revision_after", is->revision);
	json_add_bool(o, "catalog_changed", catalog);
	json_add_bool(o, "outside_migrations", catalog && !moved && !other);
	json_add_bool(o, "database_changed", other);
	add_part(o, change, "summary");
	add_part(o, change, "findings");
	cJSON_Delete(change);
	return o;
}

/* What counts for nothing is passed over, but it was read. */
static void
take(void *arg, const struct store_interval *i)
{
	struct listing *l = arg;
	cJSON *o = NULL;

	if (l->full) {
		l->truncated = l->enough = true;
		return;
	}
	if (l->later.from_ms && l->later.from_ms >= l->wish->since_ms)
		o = change_json(i, &l->later);
	if (o) {
		json_push(l->changes, o);
		l->n++;
	}
	later_take(&l->later, i);
	l->full = l->bytes > CHANGES_BYTES;
	l->bytes += i->change ? strlen(i->change) : 0;
	l->enough = l->n == l->wish->limit || i->from_ms < l->wish->since_ms;
}

cJSON *
changes_document(struct store *s, const struct changes_wish *w, struct err *e)
{
	struct listing l = {.wish = w};
	const struct store_span span = {w->environment, 0,
		w->until_ms ? w->until_ms : INT64_MAX, SIZE_MAX, false, &l.enough};
	cJSON *o = json_object();
	bool ok;

	json_add_num(o, "schema_version", 1);
	json_add_str(o, "environment", w->environment);
	l.changes = json_add_array(o, "changes");
	ok = store_intervals(s, &span, take, &l, e);
	later_fini(&l.later);
	json_add_bool(o, "truncated", l.truncated);
	if (ok)
		return o;
	cJSON_Delete(o);
	return NULL;
}

/* ---- For people ---- */

static const cJSON *
member(const cJSON *o, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(o, key);
}

static void
put_str(struct strbuf *out, const char *text)
{
	text_visible(out, text ? text : "-", 2000, "");
}

static void
put_ids(struct strbuf *out, const cJSON *list)
{
	const cJSON *v;
	bool any = false;

	cJSON_ArrayForEach(v, list)
	{
		strbuf_add(out, any ? ", " : "");
		put_str(out, cJSON_GetStringValue(v));
		any = true;
	}
	if (!any)
		strbuf_add(out, "none");
}

static void
put_counts(struct strbuf *out, const cJSON *summary)
{
	static const char *const keys[] = {"unexpected", "missing", "changed"};
	static const char *const words[] = {"added", "gone", "changed"};
	bool any = false;

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		int64_t n;

		if (!json_whole(summary, keys[i], &n) || !n)
			continue;
		strbuf_printf(
			out, "%s%lld %s", any ? ", " : "", (long long)n, words[i]);
		any = true;
	}
	if (!any)
		strbuf_add(out, "not known");
}

static void
put_finding(struct strbuf *out, const cJSON *f)
{
	const char *change = json_str(f, "change");
	const char *sign = !change                         ? "?"
			   : !strcmp(change, "unexpected") ? "+"
			   : !strcmp(change, "missing")    ? "-"
							   : "~";

	strbuf_printf(out, "    %s ", sign);
	put_str(out, json_str(f, "kind"));
	strbuf_addc(out, ' ');
	put_str(out, json_str(f, "name"));
	if (json_str(f, "property")) {
		strbuf_addc(out, ' ');
		put_str(out, json_str(f, "property"));
		strbuf_add(out, ": ");
		put_str(out, json_str(f, "expected"));
		strbuf_add(out, " -> ");
		put_str(out, json_str(f, "found"));
	}
	strbuf_addc(out, '\n');
}

static void
put_revision(struct strbuf *out, const cJSON *c)
{
	const cJSON *was = member(c, "revision_before"),
		    *is = member(c, "revision_after");

	strbuf_add(out, "  revision ");
	put_ids(out, was);
	if (!cJSON_Compare(was, is, true)) {
		strbuf_add(out, " -> ");
		put_ids(out, is);
	} else if (cJSON_IsTrue(member(c, "outside_migrations"))) {
		strbuf_add(out, " stays: outside migrations");
	}
	strbuf_addc(out, '\n');
}

static void
put_change(struct strbuf *out, const cJSON *c, bool summary)
{
	const cJSON *f;

	strbuf_add(out, "change between ");
	put_str(out, json_str(c, "from"));
	strbuf_add(out, " and ");
	put_str(out, json_str(c, "to"));
	strbuf_addc(out, '\n');
	put_revision(out, c);
	if (cJSON_IsTrue(member(c, "database_changed")))
		strbuf_add(out, "  it is another database\n");
	strbuf_add(out, "  catalog ");
	if (cJSON_IsTrue(member(c, "catalog_changed")))
		put_counts(out, member(c, "summary"));
	else
		strbuf_add(out, "unchanged");
	strbuf_addc(out, '\n');
	if (summary)
		return;
	cJSON_ArrayForEach(f, member(c, "findings")) put_finding(out, f);
}

void
changes_text(const cJSON *document, bool summary, struct strbuf *out)
{
	const cJSON *c, *all = member(document, "changes");
	bool any = false;

	cJSON_ArrayForEach(c, all)
	{
		strbuf_add(out, any ? "\n" : "");
		put_change(out, c, summary);
		any = true;
	}
	if (cJSON_IsTrue(member(document, "truncated")))
		strbuf_add(out, any ? "\nolder changes are left out: there is too much "
				      "of them\n"
				    : "all changes are left out: there is too much of "
				      "them\n");
	else if (!any)
		strbuf_add(out, "no change is known\n");
}
