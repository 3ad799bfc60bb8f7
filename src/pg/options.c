/* To know the names of hosts, libpq's own reading of a string with service files, PG*
 * variables and defaults is needed.  PQconndefaults() shows it only for PGSERVICE of
 * the process's environment, which must not be changed under a running program, and a
 * reader of our own would be a second opinion.  So libpq is started once with a value
 * it must refuse: it merges everything, refuses before it opens a socket, and
 * PQconninfo() tells the result. */
#include "pg/options.h"

#include <assert.h>
#include <libpq-fe.h>
#include <string.h>

#include "base/mem.h"
#include "pg/errors.h"
#include "pg/files.h"

/* A value that no keyword takes; libpq's message quotes it. */
#define REFUSED "pgdriftd-asks"

static const char *
option(const PQconninfoOption *list, const char *keyword)
{
	for (; list->keyword; list++)
		if (strcmp(list->keyword, keyword) == 0)
			return list->val;
	return NULL;
}

static bool
read_options(struct options *o, PGconn *probe, struct err *e)
{
	PQconninfoOption *list = must(PQconninfo(probe));
	bool ok = files_check_options(list, e);

	o->password = xstrdup_null(option(list, "password"));
	o->user_timeout = option(list, "tcp_user_timeout") != NULL;
	hosts_parse(&o->hosts, option(list, "host"), option(list, "hostaddr"),
		option(list, "port"));
	PQconninfoFree(list);
	return ok;
}

/* `passfile` names no file, so that this attempt does not read .pgpass. */
bool
options_ask(const char *dsn, struct options *o, struct err *e)
{
	static const char *const keys[] = {
		"dbname", "passfile", "channel_binding", NULL};
	const char *const values[] = {dsn, "/dev/null/none", REFUSED, NULL};
	PGconn *probe;
	bool ok;

	*o = (struct options){.password = NULL};
	if (!files_check_services(e))
		return false;
	probe = must(PQconnectStartParams(keys, values, 1));
	ok = strstr(PQerrorMessage(probe), REFUSED) != NULL;
	assert(PQstatus(probe) == CONNECTION_BAD);
	if (ok)
		ok = read_options(o, probe, e);
	else
		errors_connect(e, PQerrorMessage(probe));
	PQfinish(probe);
	return ok;
}
