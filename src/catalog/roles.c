/* Done with the texts of a snapshot and not by the statements that read it: a snapshot
 * file and one that two environments share know nothing of a map. */
#include "catalog/roles.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "catalog/assemble.h"
#include "catalog/privileges.h"

bool
roles_valid(const char *entry)
{
	const char *equals = strchr(entry, '=');

	return equals && equals != entry && equals[1] && !strchr(equals + 1, '=');
}

/* What stands for a role, itself if nothing does. */
static const char *
mapped(const struct strvec *map, const char *role)
{
	size_t n = role ? strlen(role) : 0;

	for (size_t i = 0; role && i < map->n; i++)
		if (!strncmp(map->v[i], role, n) && map->v[i][n] == '=')
			return map->v[i] + n + 1;
	return role;
}

/* ---- Lists of quoted names ---- */

/* Append the name that stands for the quoted one. */
static void
add_mapped(struct strbuf *out, const struct strvec *map, const char *s, size_t n)
{
	struct strbuf raw = {0};

	strbuf_add(&raw, "");
	if (*s != '"')
		strbuf_addn(&raw, s, n);
	for (size_t i = 1; *s == '"' && i + 1 < n; i++) {
		strbuf_addc(&raw, s[i]);
		i += s[i] == '"';
	}
	if (*s != '"' && (!strcmp(raw.s, "PUBLIC") || !strcmp(raw.s, "OWNER")))
		strbuf_addn(out, s, n);
	else
		text_ident(out, mapped(map, raw.s));
	strbuf_free(&raw);
}

/* Sorted as the server sorts them: by name, whether it is quoted or not. */
static int
by_name(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	size_t n = privileges_name_length(x), m = privileges_name_length(y);
	size_t quotes_x = *x == '"', quotes_y = *y == '"';
	int d;

	n -= 2 * quotes_x;
	m -= 2 * quotes_y;
	d = memcmp(x + quotes_x, y + quotes_y, n < m ? n : m);
	return d ? d : (n > m) - (n < m);
}

/* "NAME, NAME" or "NAME: …; NAME: …", with the names replaced and in order again. */
static void
map_list(const struct strvec *map, const char *text, const char *between,
	struct strbuf *out)
{
	struct strvec items = {0};

	while (*text) {
		struct strbuf item = {0};
		size_t n = privileges_name_length(text), rest;
		const char *end;

		add_mapped(&item, map, text, n);
		text += n;
		end = strstr(text, between);
		rest = end ? (size_t)(end - text) : strlen(text);
		strbuf_addn(&item, text, rest);
		strvec_take(&items, strbuf_take(&item));
		text += rest;
		if (*text)
			text += strlen(between);
	}
	if (items.n)
		qsort(items.v, items.n, sizeof *items.v, by_name);
	strvec_join(&items, between, out);
	strvec_free(&items);
}

/* ---- A snapshot ---- */

static bool
is_kind_of_role(const struct object *o, bool *by_part)
{
	*by_part = o->kind != KIND_DEFAULT_PRIVILEGE;
	return o->kind == KIND_DEFAULT_PRIVILEGE || o->kind == KIND_USER_MAPPING ||
	       o->kind == KIND_DATABASE_SETTING;
}

static void
copy_identity(struct intern *strings, const struct strvec *map,
	const struct object *from, struct object *to)
{
	bool by_part, of_role = is_kind_of_role(from, &by_part);
	const char *name = from->id.name, *part = from->id.part;

	if (of_role && by_part)
		part = mapped(map, part);
	else if (of_role)
		name = mapped(map, name);
	to->id.schema = intern_str(strings, from->id.schema);
	to->id.name = intern_str(strings, name);
	to->id.part = intern_str(strings, part);
	to->id.args = intern_str(strings, from->id.args);
	to->id.on = from->id.on;
	to->parent = intern_str(strings, from->parent);
	to->parent_part = intern_str(strings, from->parent_part);
}

static const char *
map_value(struct intern *strings, const struct strvec *map, const char *property,
	const char *value)
{
	struct strbuf b = {0};
	const char *result;

	if (!value)
		return NULL;
	if (!strcmp(property, "owner"))
		return intern_str(strings, mapped(map, value));
	if (!strcmp(property, "roles"))
		map_list(map, value, ", ", &b);
	else if ((!strcmp(property, "privileges") || !strcmp(property, "initial")) &&
		 strcmp(value, "none") != 0)
		map_list(map, value, "; ", &b);
	result = intern_str(strings, b.s ? b.s : value);
	strbuf_free(&b);
	return result;
}

struct snapshot *
roles_map(const struct snapshot *s, const struct strvec *map, struct err *e)
{
	struct assembly a;
	struct snapshot *result;

	assembly_begin(&a);
	assembly_copy_header(&a, s);
	assembly_reserve(&a, s->n_objects);
	for (size_t i = 0; i < s->n_objects; i++) {
		const struct object *from = &s->objects[i];
		const struct kind_info *info = kind_info(from->kind);
		const char **values;
		struct object *to = assembly_object(&a, from->kind, &values);

		copy_identity(a.strings, map, from, to);
		for (size_t p = 0; p < info->n_properties; p++)
			values[p] = map_value(a.strings, map, info->properties[p].name,
				from->values[p]);
	}
	result = assembly_end(&a, e);
	if (!result)
		err_set(e, ERR_CONFIG,
			"by the map of roles two objects of the catalog become one");
	return result;
}
