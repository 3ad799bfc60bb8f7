/* See privileges.h.  The servers wrote these lists, and they are taken apart only where
 * two differ. */
#include "catalog/privileges.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* ---- Classes ---- */

#define OF_RELATION "DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE"
#define EVERYBODY "PUBLIC: ALL"

/* By what a grant is on; acldefault() says what is implied. */
static const struct privileges_class by_kind[KIND_COUNT + 1] = {
	[KIND_SCHEMA] = {"CREATE, USAGE", "none", true},
	[KIND_TABLE] = {OF_RELATION, "none", true},
	[KIND_VIEW] = {OF_RELATION, "none", true},
	[KIND_MATERIALIZED_VIEW] = {OF_RELATION, "none", true},
	[KIND_FOREIGN_TABLE] = {OF_RELATION, "none", true},
	[KIND_SEQUENCE] = {"SELECT, UPDATE, USAGE", "none", true},
	[KIND_COLUMN] = {"INSERT, REFERENCES, SELECT, UPDATE", "none", false},
	[KIND_FUNCTION] = {"EXECUTE", EVERYBODY, true},
	[KIND_PROCEDURE] = {"EXECUTE", EVERYBODY, true},
	[KIND_AGGREGATE] = {"EXECUTE", EVERYBODY, true},
	[KIND_TYPE] = {"USAGE", EVERYBODY, true},
	[KIND_DOMAIN] = {"USAGE", EVERYBODY, true},
	[KIND_LANGUAGE] = {"USAGE", EVERYBODY, true},
	[KIND_FOREIGN_DATA_WRAPPER] = {"USAGE", "none", true},
	[KIND_FOREIGN_SERVER] = {"USAGE", "none", true},
	[KIND_DATABASE] = {"CONNECT, CREATE, TEMPORARY", "PUBLIC: CONNECT, TEMPORARY",
		true},
};

/* By what default privileges are for.  Those of a schema come on top of the global
 * ones: nothing is implied there. */
struct default_class {
	const char *part;
	struct privileges_class of_all, of_schema;
};

#define DEFAULTS(part, all, implied)        \
	{                                   \
		part, {all, implied, true}, \
		{                           \
			all, "none", false  \
		}                           \
	}

static const struct default_class by_part[] = {
	DEFAULTS("tables", OF_RELATION, "none"),
	DEFAULTS("sequences", "SELECT, UPDATE, USAGE", "none"),
	DEFAULTS("functions", "EXECUTE", EVERYBODY),
	DEFAULTS("types", "USAGE", EVERYBODY),
	DEFAULTS("schemas", "CREATE, USAGE", "none"),
	DEFAULTS("large_objects", "SELECT, UPDATE", "none"),
};

const struct privileges_class *
privileges_class(const struct object *o)
{
	static const struct privileges_class unknown = {"", "none", true};

	if (o->kind == KIND_DATABASE)
		return &by_kind[KIND_DATABASE];
	if (o->kind != KIND_DEFAULT_PRIVILEGE)
		return by_kind[o->id.on].all ? &by_kind[o->id.on] : &unknown;
	for (size_t i = 0; i < COUNT_OF(by_part); i++)
		if (text_same(by_part[i].part, o->id.part))
			return o->id.schema ? &by_part[i].of_schema
					    : &by_part[i].of_all;
	return &unknown;
}

const char *
privileges_list(const struct object *o)
{
	return object_value(o, "privileges");
}

const char *
privileges_implied(const struct object *o)
{
	const char *initial = object_value(o, "initial");

	return initial ? initial : privileges_class(o)->implied;
}

/* ---- Lists ---- */

size_t
privileges_name_length(const char *s)
{
	size_t i = 1;

	if (*s != '"')
		return strcspn(s, ":,;");
	while (s[i] && (s[i] != '"' || s[i + 1] == '"'))
		i += s[i] == '"' ? 2 : 1;
	return s[i] ? i + 1 : i;
}

/* One grantee, and what it has. */
struct entry {
	char *who;
	struct strvec what;
};

struct entries {
	struct entry *v;
	size_t n, cap;
};

static void
add_entry(struct entries *e, const char *who, size_t n, const char *what, size_t m)
{
	char *list = xstrndup(what, m);

	GROW(e->v, e->n, e->cap);
	e->v[e->n] = (struct entry){.who = xstrndup(who, n)};
	if (strcmp(list, "none") != 0)
		strvec_split(&e->v[e->n].what, list, ',');
	e->n++;
	free(list);
}

static void
parse(const char *text, struct entries *out)
{
	while (text && *text && strcmp(text, "none") != 0) {
		size_t n = privileges_name_length(text), m;
		const char *what = text + n + strspn(text + n, ": ");

		m = strcspn(what, ";");
		add_entry(out, text, n, what, m);
		text = what + m + strspn(what + m, "; ");
	}
}

static void
free_entries(struct entries *e)
{
	for (size_t i = 0; i < e->n; i++) {
		free(e->v[i].who);
		strvec_free(&e->v[i].what);
	}
	free(e->v);
}

static const struct strvec *
what_of(const struct entries *e, const char *who)
{
	for (size_t i = 0; i < e->n; i++)
		if (!strcmp(e->v[i].who, who))
			return &e->v[i].what;
	return NULL;
}

/* The owner's entry is there, whether it is named or not. */
static void
name_owner(const struct privileges_class *k, struct entries *e)
{
	if (k->owned && !what_of(e, "OWNER"))
		add_entry(e, "OWNER", strlen("OWNER"), "ALL", strlen("ALL"));
}

/* ---- What is lost ---- */

/* Whether `have` holds that privilege, by its own name or by one that stands for more.
 */
static bool
covers(const struct strvec *have, const char *privilege)
{
	bool option = strchr(privilege, '*');
	struct strbuf with_option = {0};
	bool has;

	strbuf_printf(&with_option, "%s*", privilege);
	has = strvec_has(have, privilege) || strvec_has(have, with_option.s) ||
	      strvec_has(have, "ALL*") || (!option && strvec_has(have, "ALL")) ||
	      (!strcmp(privilege, "USAGE") && strvec_has(have, "DEFAULT"));
	strbuf_free(&with_option);
	return has;
}

/* What `privilege` stands for, as the other side's `have` has to be held against it. */
static void
expand(const struct privileges_class *k, const char *privilege,
	const struct strvec *have, struct strvec *out)
{
	bool all = !strncmp(privilege, "ALL", strlen("ALL"));
	bool option = strchr(privilege, '*');
	struct strvec names = {0};
	bool whole = (!have || !have->n) && strchr(k->all, ',');

	if (whole || !*k->all || (!all && strcmp(privilege, "DEFAULT") != 0)) {
		strvec_add(out, privilege);
		return;
	}
	strvec_split(&names, k->all, ',');
	for (size_t i = 0; i < names.n; i++) {
		struct strbuf b = {0};

		strbuf_printf(&b, "%s%s", names.v[i], option ? "*" : "");
		strvec_take(out, strbuf_take(&b));
	}
	strvec_free(&names);
}

/* Append those of `had` that `have` (NULL: nothing) lacks. */
static void
subtract(const struct privileges_class *k, const struct strvec *had,
	const struct strvec *have, struct strvec *out)
{
	for (size_t i = 0; i < had->n; i++) {
		struct strvec names = {0};
		size_t before = out->n;

		if (have && covers(have, had->v[i]))
			continue;
		expand(k, had->v[i], have, &names);
		for (size_t n = 0; n < names.n; n++)
			if (!have || !covers(have, names.v[n]))
				strvec_add(out, names.v[n]);
		/* All but what only newer servers have. */
		if (out->n == before)
			strvec_add(out, "MAINTAIN");
		strvec_free(&names);
	}
}

/* Two lists, taken apart. */
struct lists {
	const struct privileges_class *class;
	struct entries from, to;
};

static void
open_lists(struct lists *l, const struct privileges_class *k, const char *from,
	const char *to)
{
	*l = (struct lists){.class = k};
	parse(from, &l->from);
	parse(to, &l->to);
	name_owner(k, &l->from);
	name_owner(k, &l->to);
}

static void
close_lists(struct lists *l)
{
	free_entries(&l->from);
	free_entries(&l->to);
}

/* Append what the grantee of that entry lost. */
static void
add_lost(const struct lists *l, size_t i, struct strvec *out)
{
	const struct entry *e = &l->from.v[i];

	subtract(l->class, &e->what, what_of(&l->to, e->who), out);
}

void
privileges_lost(const struct privileges_class *k, const char *from, const char *to,
	struct strvec *out)
{
	struct lists l;

	open_lists(&l, k, from, to);
	for (size_t i = 0; i < l.from.n; i++) {
		struct strvec lost = {0};
		struct strbuf item = {0};

		add_lost(&l, i, &lost);
		if (lost.n) {
			strbuf_printf(&item, "%s: ", l.from.v[i].who);
			strvec_join(&lost, ", ", &item);
			strvec_take(out, strbuf_take(&item));
		}
		strvec_free(&lost);
	}
	close_lists(&l);
}

bool
privileges_differ_within(
	const struct privileges_class *k, const char *from, const char *to)
{
	struct lists l;
	bool differ = false;

	open_lists(&l, k, from, to);
	for (size_t i = 0; i < l.from.n; i++) {
		const struct strvec *had = &l.from.v[i].what;
		const struct strvec *have = what_of(&l.to, l.from.v[i].who);

		differ |= had->n && have && have->n && !strvec_equal(had, have);
	}
	close_lists(&l);
	return differ;
}

bool
privileges_reduced(const struct privileges_class *k, const char *from, const char *to)
{
	const struct strvec *everybody;
	struct lists l;
	bool reduced = false;

	open_lists(&l, k, from, to);
	everybody = what_of(&l.to, "PUBLIC");
	for (size_t i = 0; i < l.from.n; i++) {
		struct strvec lost = {0};

		add_lost(&l, i, &lost);
		for (size_t n = 0; n < lost.n; n++)
			reduced |= !everybody || !covers(everybody, lost.v[n]);
		strvec_free(&lost);
	}
	close_lists(&l);
	return reduced;
}
