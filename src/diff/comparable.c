/* Two readings in which nothing can differ would be in sync for ever, which says
 * nothing: they are told from two that are equal before anything is compared. */
#include "diff/comparable.h"

#include <stdlib.h>
#include <string.h>

#include "base/mapping.h"
#include "base/mem.h"
#include "base/text.h"

const char *
comparable_schema(const struct object *o)
{
	if (o->kind == KIND_SCHEMA || o->id.on == KIND_SCHEMA)
		return o->id.name;
	return o->id.schema;
}

bool
comparable_wanted(const struct strvec *globs, const char *schema)
{
	if (!globs || !globs->n)
		return true;
	for (size_t i = 0; i < globs->n; i++)
		if (text_glob(globs->v[i], schema))
			return true;
	return false;
}

/* Objects come by kind and then schema, so most are in the schema of the one before. */
static void
add_schemas(const struct snapshot *s, struct strvec *out)
{
	const char *last = NULL;

	for (size_t i = 0; i < s->n_objects; i++) {
		const char *schema = comparable_schema(&s->objects[i]);

		if (!schema || (last && !strcmp(schema, last)))
			continue;
		last = schema;
		if (!strvec_has(out, schema))
			strvec_add(out, schema);
	}
}

/* ---- One database ---- */

/* Two names of one database are a mistake; but who reads it as two roles means to see
 * what one of them may not, and who gives names of schemas, to compare one with
 * another.
 */
enum instance_relation
comparable_relation(const struct compare_options *o)
{
	const struct instance *expected = o->instance[EXPECTED];
	const struct instance *found = o->instance[FOUND];

	if (!expected || !found || strcmp(expected->role, found->role) != 0 ||
		(o->schema_map && o->schema_map->n))
		return INSTANCE_OTHER;
	return instance_compare(expected, found);
}

/* A standby has the rows of its primary.  Where a server was started between the two
 * readings it is no other one that was copied, but in what is rarer than that. */
bool
comparable_is_one(const struct compare_options *o)
{
	const struct instance *expected = o->instance[EXPECTED];
	const struct instance *found = o->instance[FOUND];

	return o->schema_map && o->schema_map->n && expected && found &&
	       (instance_compare(expected, found) != INSTANCE_OTHER ||
		       instance_is_standby_of(expected, found) ||
		       instance_is_standby_of(found, expected));
}

static void
check_instances(const struct comparison *c, struct strbuf *why)
{
	enum instance_relation r = comparable_relation(c->options);

	if (r == INSTANCE_SAME)
		strbuf_add(why, "what is expected is read from the same database");
	else if (r == INSTANCE_PERHAPS)
		strbuf_add(why, "what is expected may be read from the same database: "
				"the server was started after one of them was read");
}

/* ---- Schemas ---- */

static bool
matches_any(const char *glob, const struct strvec *schemas)
{
	for (size_t i = 0; i < schemas->n; i++)
		if (text_glob(glob, schemas->v[i]))
			return true;
	return false;
}

/* "a, b" is easily written for "a", "b". */
static void
add_advice(const char *name, struct strbuf *out)
{
	struct strvec words = {0};
	char *copy = xstrdup(name);

	text_replace(copy, ',', ' ');
	strvec_split(&words, copy, ' ');
	if (words.n > 1) {
		strbuf_addc(out, ' ');
		for (size_t i = 0; i < words.n; i++)
			strbuf_printf(
				out, "%s\"%s\"", i ? ", " : "(write ", words.v[i]);
		strbuf_printf(out, ", %s names)", words.n == 2 ? "two" : "separate");
	}
	free(copy);
	strvec_free(&words);
}

void
comparable_say_unused(const struct strvec *unused, struct strbuf *out)
{
	if (!unused->n)
		return;
	strbuf_printf(
		out, "%sno schema on either side is called ", out->len ? "; " : "");
	for (size_t i = 0; i < unused->n; i++) {
		strbuf_printf(out, "%s\"%s\"", i ? ", " : "", unused->v[i]);
		add_advice(unused->v[i], out);
	}
}

static void
add_globs(const char *who, const struct strvec *globs, struct strbuf *out)
{
	strbuf_printf(out, "%s", who);
	for (size_t i = 0; i < globs->n; i++)
		strbuf_printf(out, "%s\"%s\"", i ? ", " : "", globs->v[i]);
}

/* Each side may be of schemas of its own: what is of neither cannot be compared. */
static void
check_common(
	const struct comparison *c, const struct strvec *schemas, struct strbuf *why)
{
	const struct strvec *found = c->options->schemas;
	const struct strvec *expected = c->options->expected_schemas;
	const struct strvec *map = c->options->schema_map;

	if (!found || !found->n || !expected || !expected->n)
		return;
	for (size_t i = 0; i < schemas->n; i++) {
		const char *here = schemas->v[i];
		const char *there = map ? mapping_there(map, here) : NULL;

		if (comparable_wanted(found, here) &&
			comparable_wanted(expected, there ? there : here))
			return;
	}
	add_globs(why->len ? "; what is expected has only schemas "
			   : "what is expected has only schemas ",
		expected, why);
	add_globs(", and compared are only ", found, why);
}

/* Names that are those of no schema: then what is compared is something else than was
 * meant, perhaps a database with itself. */
static void
check_map(const struct comparison *c, const struct strvec *schemas, struct strbuf *why)
{
	const struct strvec *map = c->options->schema_map;

	for (size_t i = 0; i < map->n; i++) {
		char *here = xstrndup(map->v[i], strcspn(map->v[i], "="));
		bool there_is = strvec_has(schemas, here);

		free(here);
		if (there_is)
			return;
	}
	strbuf_printf(why, "%snone of the schemas that schema_names gives is there: ",
		why->len ? "; " : "");
	strvec_join(map, ", ", why);
}

bool
comparable_check(const struct comparison *c, struct strbuf *why)
{
	const struct strvec *wanted = c->options->schemas;
	const struct strvec *map = c->options->schema_map;
	struct strvec *unused = &c->diff->unused_schemas, schemas = {0};

	check_instances(c, why);
	if ((wanted && wanted->n) || (map && map->n)) {
		add_schemas(c->sides[EXPECTED], &schemas);
		add_schemas(c->sides[FOUND], &schemas);
	}
	for (size_t i = 0; wanted && i < wanted->n; i++)
		if (!matches_any(wanted->v[i], &schemas))
			strvec_add(unused, wanted->v[i]);
	if (wanted && wanted->n && unused->n == wanted->n)
		comparable_say_unused(unused, why);
	else
		check_common(c, &schemas, why);
	if (map && map->n)
		check_map(c, &schemas, why);
	strvec_free(&schemas);
	return !why->len;
}
