/* One database may hold a schema for each of many, and what is in no schema but of one
 * of them all the same: it is of no matter to the others. */
#include "diff/concerned.h"

#include "base/mapping.h"
#include "catalog/schemas.h"
#include "diff/comparable.h"
#include "diff/published.h"

static bool
is_left_over(const struct comparison *c, const char *schema)
{
	const struct strvec *map = c->options->schema_map;

	return map && schemas_is_left_over(map, schema);
}

static bool
is_compared(const struct comparison *c, const char *schema)
{
	const struct compare_options *o = c->options;

	return comparable_wanted(o->schemas, schema) &&
	       (!c->is_one || mapping_there(o->schema_map, schema));
}

bool
concerned_is(const struct comparison *c, const struct object *o)
{
	const char *schema = comparable_schema(o);
	struct strvec named = {0};
	bool concerned = false, left_over = false;

	if (schema)
		return is_compared(c, schema) && !is_left_over(c, schema);
	schemas_named(o, &named);
	for (size_t i = 0; i < named.n; i++) {
		concerned |= is_compared(c, named.v[i]);
		left_over |= is_left_over(c, named.v[i]);
	}
	if (!named.n)
		concerned = !c->is_one && !published_elsewhere(c, o);
	strvec_free(&named);
	return concerned && !left_over;
}
