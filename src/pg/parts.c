/* See parts.h. */
#include "pg/parts.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pg/files.h"
#include "pg/session.h"

static void
add(struct pg_parts *p, const PQconninfoOption *o)
{
	GROW(p->v, p->n, p->cap);
	p->v[p->n++] = (struct pg_part){.keyword = xstrdup(o->keyword),
		.variable = xstrdup_null(o->envvar),
		.value = xstrdup_null(o->val)};
}

/* All keywords that there are, so that any can be set. */
bool
pg_parts_of(const char *dsn, struct pg_parts *out, struct err *e)
{
	PQconninfoOption *list;

	*out = (struct pg_parts){0};
	if (!pg_dsn_check(dsn, e))
		return false;
	list = must(PQconninfoParse(dsn, NULL));
	for (const PQconninfoOption *o = list; o->keyword; o++)
		add(out, o);
	PQconninfoFree(list);
	return true;
}

/* scram_client_key and scram_server_key are keys themselves, sslkey a path. */
bool
pg_keyword_is_secret(const char *keyword)
{
	return strstr(keyword, "password") || strstr(keyword, "secret") ||
	       !strncmp(keyword, "scram_", 6);
}

static struct pg_part *
find(const struct pg_parts *p, const char *keyword)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->v[i].keyword, keyword) == 0)
			return &p->v[i];
	return NULL;
}

const char *
pg_parts_get(const struct pg_parts *p, const char *keyword)
{
	const struct pg_part *part = find(p, keyword);

	return part ? part->value : NULL;
}

static void
wipe(struct pg_part *part)
{
	if (part->value)
		explicit_bzero(part->value, strlen(part->value));
	free(part->value);
	part->value = NULL;
}

void
pg_parts_set(struct pg_parts *p, const char *keyword, const char *value)
{
	struct pg_part *part = find(p, keyword);

	wipe(part);
	part->value = xstrdup(value);
}

static bool
is_of_server(const char *keyword)
{
	static const char *const known[] = {"host", "hostaddr", "port", "sslmode",
		"sslrootcert", "sslcrl", "sslcrldir", "sslnegotiation",
		"ssl_min_protocol_version", "ssl_max_protocol_version",
		"channel_binding", "require_auth", "requirepeer", "gssencmode",
		"krbsrvname", "gsslib", "target_session_attrs"};

	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (!strcmp(keyword, known[i]))
			return true;
	return false;
}

static bool
is_usual(const PQconninfoOption *o)
{
	return !o->val || (o->compiled && !strcmp(o->val, o->compiled));
}

/* A file of services that would be waited for has failed a session before. */
void
pg_parts_complete(struct pg_parts *p)
{
	PQconninfoOption *list = files_check_services(NULL) ? PQconndefaults() : NULL;

	for (const PQconninfoOption *o = list; o && o->keyword; o++)
		if (is_of_server(o->keyword) && !is_usual(o) &&
			!pg_parts_get(p, o->keyword))
			pg_parts_set(p, o->keyword, o->val);
	PQconninfoFree(list);
}

void
pg_parts_print(const struct pg_parts *p, struct strbuf *out)
{
	for (size_t i = 0; i < p->n; i++) {
		if (!p->v[i].value)
			continue;
		strbuf_printf(out, "%s%s='", out->len ? " " : "", p->v[i].keyword);
		for (const char *s = p->v[i].value; *s; s++) {
			if (*s == '\'' || *s == '\\')
				strbuf_addc(out, '\\');
			strbuf_addc(out, *s);
		}
		strbuf_addc(out, '\'');
	}
}

void
pg_parts_free(struct pg_parts *p)
{
	for (size_t i = 0; i < p->n; i++) {
		wipe(&p->v[i]);
		free(p->v[i].keyword);
		free(p->v[i].variable);
	}
	free(p->v);
	*p = (struct pg_parts){0};
}
