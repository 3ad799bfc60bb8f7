/* See ownoptions.h. */
#include "diff/ownoptions.h"

#include <stdlib.h>

#include "base/mem.h"
#include "catalog/ignore.h"

static const struct strvec *
own_list(struct strvec *to, const struct strvec *from)
{
	if (!from)
		return NULL;
	strvec_copy(to, from);
	return to;
}

void
own_options_take(struct own_options *own, const struct compare_options *o)
{
	struct compare_options *mine = &own->options;

	*mine = *o;
	mine->schemas = own_list(&own->schemas, o->schemas);
	mine->expected_schemas = own_list(&own->expected_schemas, o->expected_schemas);
	mine->role_map = own_list(&own->role_map, o->role_map);
	mine->schema_map = own_list(&own->schema_map, o->schema_map);
	for (size_t i = 0; i < COUNT_OF(own->instance); i++)
		if (o->instance[i]) {
			own->instance[i] = *o->instance[i];
			mine->instance[i] = &own->instance[i];
		}
	mine->ignore = own->ignore = ignore_ref(o->ignore);
	mine->version_schema = own->version_schema = xstrdup_null(o->version_schema);
	mine->version_table = own->version_table = xstrdup_null(o->version_table);
}

void
own_options_fini(struct own_options *own)
{
	strvec_free(&own->schemas);
	strvec_free(&own->expected_schemas);
	strvec_free(&own->role_map);
	strvec_free(&own->schema_map);
	ignore_free(own->ignore);
	free(own->version_schema);
	free(own->version_table);
	*own = (struct own_options){.ignore = NULL};
}
