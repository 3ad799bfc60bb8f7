/* As with roles (roles.c), it is done with the texts of a snapshot.  Of the expected
 * side: so everything that is said of a difference, and every rule and filter, has the
 * names of the database that is looked at. */
#include "catalog/schemas.h"

#include <stdlib.h>
#include <string.h>

#include "base/mapping.h"
#include "base/mem.h"
#include "base/text.h"
#include "catalog/assemble.h"
#include "catalog/token.h"

/* ---- The names ---- */

bool
schemas_is_left_over(const struct strvec *map, const char *schema)
{
	return mapping_takes(map, schema) && !mapping_there(map, schema);
}

void
schemas_named(const struct object *o, struct strvec *out)
{
	struct tokens t = {0};

	if (!o->id.args)
		return;
	tokens_read(&t, o->id.args);
	for (size_t i = 0; i + 1 < t.n; i++) {
		struct strbuf name = {0};

		if (!tokens_is(&t, i + 1, "."))
			continue;
		token_name(&t.v[i], &name);
		strvec_take(out, strbuf_take(&name));
	}
	tokens_free(&t);
}

/* What a HERE that is no THERE is called: the other end of its chain. */
static char *
left_over(const struct strvec *map, const char *here)
{
	const char *end = here, *next;

	while ((next = mapping_there(map, end)))
		end = next;
	return xstrdup(end);
}

static void
names_of(const struct strvec *map, struct renaming *r)
{
	for (size_t i = 0; i < map->n; i++) {
		size_t n = strcspn(map->v[i], "=");
		char *here = xstrndup(map->v[i], n);

		strvec_add(&r->from, map->v[i] + n + 1);
		strvec_add(&r->to, here);
		free(here);
	}
	for (size_t i = 0; i < map->n; i++) {
		char *here = xstrndup(map->v[i], strcspn(map->v[i], "="));

		if (!mapping_takes(map, here)) {
			strvec_add(&r->from, here);
			strvec_take(&r->to, left_over(map, here));
		}
		free(here);
	}
}

/* ---- Lists that a server sorts by such names ---- */

/* One item, and what it is sorted by. */
struct item {
	char *text;
	struct strbuf key;
};

/* What a server sorts such an item by, of which the tokens are those from `from` to
 * before `to`. */
typedef void key_fn(const struct tokens *t, size_t from, size_t to, struct strbuf *key);

static void
add_text(const struct tokens *t, size_t from, size_t to, struct strbuf *out)
{
	const char *end = t->v[to - 1].s + t->v[to - 1].n;

	if (from < to)
		strbuf_addn(out, t->v[from].s, (size_t)(end - t->v[from].s));
}

/* First the name of the schema, then that of the relation. */
static void
key_of_names(const struct tokens *t, size_t from, size_t to, struct strbuf *key)
{
	token_name(&t->v[from], key);
	strbuf_addc(key, '\001');
	if (from + 2 < to && tokens_is(t, from + 1, "."))
		token_name(&t->v[from + 2], key);
}

/* A number, perhaps types in brackets, which are of no matter, and a name. */
static void
key_of_member(const struct tokens *t, size_t from, size_t to, struct strbuf *key)
{
	strbuf_printf(key, "%05lu ", strtoul(t->v[from].s, NULL, 10));
	from += 2;
	if (tokens_is(t, from, "("))
		from = t->v[from].match + 2;
	add_text(t, from, to, key);
}

static struct item
item_of(const struct tokens *t, size_t from, size_t to, key_fn *key_of)
{
	struct item item = {0};
	struct strbuf text = {0};

	add_text(t, from, to, &text);
	key_of(t, from, to, &item.key);
	item.text = strbuf_take(&text);
	return item;
}

static int
by_key(const void *a, const void *b)
{
	return strcmp(((const struct item *)a)->key.s, ((const struct item *)b)->key.s);
}

static void
sort_items(const char *list, key_fn *key_of, struct strbuf *out)
{
	struct tokens t = {0};
	struct item *items;
	size_t n = 0, from = 0;

	tokens_read(&t, list);
	items = xcalloc(t.n + 1, sizeof *items);
	for (size_t i = 0; i <= t.n; i++) {
		if (i < t.n && t.v[i].match > i)
			i = t.v[i].match;
		if (i < t.n && !tokens_is(&t, i, ","))
			continue;
		if (i > from)
			items[n++] = item_of(&t, from, i, key_of);
		from = i + 2;
	}
	qsort(items, n, sizeof *items, by_key);
	for (size_t i = 0; i < n; i++) {
		strbuf_printf(out, "%s%s", i ? ", " : "", items[i].text);
		free(items[i].text);
		strbuf_free(&items[i].key);
	}
	free(items);
	tokens_free(&t);
}

/* ---- Values ---- */

typedef void map_fn(const struct renaming *r, const struct object *o, const char *value,
	struct strbuf *out);

static void
map_name(const struct renaming *r, const struct object *o, const char *value,
	struct strbuf *out)
{
	(void)o;
	strbuf_add(out, renaming_of(r, value));
}

static void
map_config(const struct renaming *r, const struct object *o, const char *value,
	struct strbuf *out)
{
	(void)o;
	renaming_settings(r, value, out);
}

/* What the literal `'…'` says. */
static char *
unquoted(const char *literal)
{
	struct strbuf b = {0};

	strbuf_add(&b, "");
	for (literal++; *literal; literal++) {
		if (*literal == '\'' && *++literal != '\'')
			break;
		strbuf_addc(&b, *literal);
	}
	return strbuf_take(&b);
}

/* Of the setting that has the object's name. */
static void
map_setting(const struct renaming *r, const struct object *o, const char *value,
	struct strbuf *out)
{
	struct strbuf path = {0};
	char *before;

	if (*value != '\'' || !o->id.name || strcmp(o->id.name, "search_path") != 0) {
		strbuf_add(out, value);
		return;
	}
	before = unquoted(value);
	renaming_path(r, before, &path);
	text_literal(out, path.s);
	strbuf_free(&path);
	free(before);
}

static void
map_body(const struct renaming *r, const struct object *o, const char *value,
	struct strbuf *out)
{
	const char *language = object_value(o, "language");

	renaming_written(r, value,
		language &&
			(!strcmp(language, "sql") || !strncmp(language, "plpgsql", 7)),
		out);
}

static void
map_arguments(const struct renaming *r, const struct object *o, const char *value,
	struct strbuf *out)
{
	(void)o;
	renaming_literals(r, value, out);
}

static void
map_schemas(const struct renaming *r, const struct object *o, const char *value,
	struct strbuf *out)
{
	struct strbuf b = {0};

	(void)o;
	renaming_path(r, value, &b);
	sort_items(b.s, key_of_names, out);
	strbuf_free(&b);
}

static void
map_sorted(
	const struct renaming *r, const char *value, key_fn *key_of, struct strbuf *out)
{
	struct strbuf b = {0};

	renaming_printed(r, value, &b);
	sort_items(b.s, key_of, out);
	strbuf_free(&b);
}

static void
map_tables(const struct renaming *r, const struct object *o, const char *value,
	struct strbuf *out)
{
	(void)o;
	map_sorted(r, value, key_of_names, out);
}

static void
map_types(const struct renaming *r, const struct object *o, const char *value,
	struct strbuf *out)
{
	(void)o;
	map_sorted(r, value, add_text, out);
}

static void
map_members(const struct renaming *r, const struct object *o, const char *value,
	struct strbuf *out)
{
	(void)o;
	map_sorted(r, value, key_of_member, out);
}

/* No column is in there: whatever stands before a dot is a schema. */
static void
map_names(const struct renaming *r, const struct object *o, const char *value,
	struct strbuf *out)
{
	(void)o;
	renaming_names(r, value, out);
}

static void
map_printed(const struct renaming *r, const struct object *o, const char *value,
	struct strbuf *out)
{
	(void)o;
	renaming_printed(r, value, out);
}

/* Where what a value is does not say how it names schemas. */
static const struct special {
	enum kind kind;
	const char *property;
	map_fn *map;
} specials[] = {
	{KIND_EXTENSION, "installed_in", map_name},
	{KIND_FUNCTION, "config", map_config},
	{KIND_FUNCTION, "body", map_body},
	{KIND_FUNCTION, "arguments", map_names},
	{KIND_FUNCTION, "transforms", map_types},
	{KIND_PROCEDURE, "config", map_config},
	{KIND_PROCEDURE, "body", map_body},
	{KIND_PROCEDURE, "arguments", map_names},
	{KIND_PROCEDURE, "transforms", map_types},
	{KIND_AGGREGATE, "arguments", map_names},
	{KIND_TRIGGER, "arguments", map_arguments},
	{KIND_PUBLICATION, "schemas", map_schemas},
	{KIND_PUBLICATION, "tables", map_tables},
	{KIND_SEQUENCE, "definition", map_names},
	{KIND_OPERATOR_CLASS, "operators", map_members},
	{KIND_OPERATOR_CLASS, "functions", map_members},
	{KIND_OPERATOR_FAMILY, "operators", map_members},
	{KIND_OPERATOR_FAMILY, "functions", map_members},
	{KIND_DATABASE_SETTING, "value", map_setting},
};

/* NULL: no name of a schema is in there. */
static map_fn *
map_of(enum kind kind, const struct property *p)
{
	for (size_t i = 0; i < COUNT_OF(specials); i++)
		if (specials[i].kind == kind && !strcmp(specials[i].property, p->name))
			return specials[i].map;
	if (p->canon == CANON_NAMES)
		return map_names;
	return p->canon == CANON_ITEMS || p->canon == CANON_EXPRESSION ? map_printed
								       : NULL;
}

/* ---- A snapshot ---- */

struct mapping {
	const struct renaming *names;
	struct assembly assembly;
	struct strbuf text;
};

static const char *
map_text(struct mapping *m, map_fn *map, const struct object *o, const char *value)
{
	struct intern *strings = m->assembly.strings;

	if (!value || !map)
		return intern_str(strings, value);
	strbuf_clear(&m->text);
	map(m->names, o, value, &m->text);
	return intern_str(strings, m->text.s);
}

static void
copy_identity(struct mapping *m, const struct object *from, struct object *to)
{
	struct intern *strings = m->assembly.strings;
	const struct identity *id = &from->id;
	bool is_schema = from->kind == KIND_SCHEMA || id->on == KIND_SCHEMA;

	to->id.schema = map_text(m, map_name, from, id->schema);
	to->id.name = map_text(m, is_schema ? map_name : NULL, from, id->name);
	to->id.part = intern_str(strings, id->part);
	to->id.args = map_text(m, map_names, from, id->args);
	to->id.on = id->on;
	to->parent = intern_str(strings, from->parent);
	to->parent_part = intern_str(strings, from->parent_part);
}

static void
copy_object(struct mapping *m, const struct object *from)
{
	const struct kind_info *info = kind_info(from->kind);
	const char **values;
	struct object *to = assembly_object(&m->assembly, from->kind, &values);

	copy_identity(m, from, to);
	for (size_t i = 0; i < info->n_properties; i++)
		values[i] = map_text(m, map_of(from->kind, &info->properties[i]), from,
			from->values[i]);
}

static void
copy_header(struct mapping *m, const struct snapshot *from)
{
	struct snapshot *to = m->assembly.snapshot;
	struct intern *strings = m->assembly.strings;

	assembly_copy_header(&m->assembly, from);
	if (from->version_schema)
		to->version_schema = intern_str(
			strings, renaming_of(m->names, from->version_schema));
}

struct snapshot *
schemas_map(const struct snapshot *s, const struct strvec *map, struct err *e)
{
	struct renaming names = {0};
	struct mapping m = {.names = &names};
	struct snapshot *result;

	names_of(map, &names);
	assembly_begin(&m.assembly);
	copy_header(&m, s);
	assembly_reserve(&m.assembly, s->n_objects);
	for (size_t i = 0; i < s->n_objects; i++)
		copy_object(&m, &s->objects[i]);
	result = assembly_end(&m.assembly, e);
	/* Names stay two, but a list of types may be one that cannot be told. */
	if (!result)
		err_set(e, ERR_CONFIG,
			"by schema_names two objects of the catalog become one");
	strbuf_free(&m.text);
	renaming_free(&names);
	return result;
}
