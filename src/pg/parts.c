/* See parts.h. */
#include "pg/parts.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
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
