/* Which server a connection string leads to, as far as its text says. */
#include <libpq-fe.h>
#include <string.h>

#include "base/mem.h"
#include "pg/hosts.h"
#include "pg/session.h"

static const char *
value_of(const PQconninfoOption *list, const char *keyword)
{
	for (; list->keyword; list++)
		if (!strcmp(list->keyword, keyword))
			return list->val ? list->val : "";
	return "";
}

static void
add_hosts(struct strbuf *out, const PQconninfoOption *list)
{
	struct hosts h;

	hosts_parse(&h, value_of(list, "host"), value_of(list, "hostaddr"),
		value_of(list, "port"));
	for (size_t i = 0; i < h.n; i++)
		strbuf_printf(out, "%s%s:%s", i ? "," : "",
			*h.v[i].address ? h.v[i].address : h.v[i].name,
			*h.v[i].port ? h.v[i].port : "5432");
	hosts_free(&h);
}

char *
pg_dsn_address(const char *dsn)
{
	PQconninfoOption *list = PQconninfoParse(dsn, NULL);
	struct strbuf out = {0};

	if (!list)
		return xstrdup("");
	if (*value_of(list, "service"))
		strbuf_printf(&out, "service=%s ", value_of(list, "service"));
	add_hosts(&out, list);
	PQconninfoFree(list);
	return strbuf_take(&out);
}
