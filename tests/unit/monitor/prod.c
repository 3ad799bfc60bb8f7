/* See prod.h. */
#include "tests/unit/monitor/prod.h"

#include <stdlib.h>

#include "base/mem.h"

void
prod_conf(struct conf_environment *c)
{
	*c = (struct conf_environment){
		.name = xstrdup("prod"),
		.dsn = xstrdup("host=/nowhere"),
		.version_schema = xstrdup("public"),
		.version_table = xstrdup("alembic_version"),
		.partitions = xstrdup("parent"),
		.confirm = 1,
		.comments = true,
		.enabled = true,
	};
}

void
prod_conf_fini(struct conf_environment *c)
{
	free(c->name);
	free(c->dsn);
	free(c->version_schema);
	free(c->version_table);
	free(c->partitions);
}
