/* What a publication publishes are lists of tables and of schemas, as
 * kinds_replication.c has them. */
#include "diff/published.h"

#include <string.h>

#include "base/mem.h"
#include "catalog/token.h"
#include "diff/comparable.h"
#include "diff/items.h"

static const char *const lists[] = {"tables", "schemas"};

/* `"s".t (a, b) WHERE (c)`, or `s`. */
static bool
is_wanted(const struct strvec *globs, const char *item)
{
	struct tokens t = {0};
	struct strbuf schema = {0};
	bool wanted;

	tokens_read(&t, item);
	if (t.n)
		token_name(&t.v[0], &schema);
	wanted = schema.s && comparable_wanted(globs, schema.s);
	strbuf_free(&schema);
	tokens_free(&t);
	return wanted;
}

/* Appends the items that are wanted; none: nothing. */
static void
keep_wanted(const struct strvec *globs, const char *list, struct strbuf *out)
{
	struct strvec items = {0};

	items_split(list, &items);
	for (size_t i = 0; i < items.n; i++)
		if (is_wanted(globs, items.v[i]))
			strbuf_printf(out, "%s%s", out->len ? ", " : "", items.v[i]);
	strvec_free(&items);
}

static bool
has_wanted(const struct strvec *globs, const struct object *publication)
{
	struct strbuf kept = {0};
	bool has_any = false, has;

	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		const char *list = object_value(publication, lists[i]);

		has_any |= list != NULL;
		if (list)
			keep_wanted(globs, list, &kept);
	}
	has = !has_any || kept.len;
	strbuf_free(&kept);
	return has;
}

static bool
is_restricted(const struct comparison *c)
{
	return c->options->schemas && c->options->schemas->n;
}

bool
published_elsewhere(const struct comparison *c, const struct object *o)
{
	const struct identity id = {.name = o->id.name, .on = KIND_NONE};

	if (!is_restricted(c) ||
		(o->kind != KIND_PUBLICATION && o->id.on != KIND_PUBLICATION))
		return false;
	for (size_t side = 0; side < 2; side++) {
		const struct object *publication =
			snapshot_find(c->sides[side], KIND_PUBLICATION, &id);

		if (publication && has_wanted(c->options->schemas, publication))
			return false;
	}
	return true;
}

static const char *
kept(struct comparison *c, const char *list)
{
	struct strbuf b = {0};
	const char *text;

	if (!list)
		return NULL;
	keep_wanted(c->options->schemas, list, &b);
	text = arena_strdup(c->diff->arena, b.s);
	strbuf_free(&b);
	return text;
}

void
published_keep_to(struct comparison *c, const struct object *o, struct finding *f)
{
	if (o->kind != KIND_PUBLICATION || !is_restricted(c))
		return;
	for (size_t i = 0; i < COUNT_OF(lists); i++)
		if (!strcmp(f->property, lists[i])) {
			f->expected = kept(c, f->expected);
			f->found = kept(c, f->found);
		}
}
