/* See route.h.  A path is matched segment by segment, after decoding, so that a name
 * may hold any character.  Proxies that put another path in place of a prefix send on
 * what they have decoded; then the slash in a name is one more between segments. */
#include "http/route.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "http/handlers.h"
#include "http/pages.h"

enum { ROUTE_DOCUMENT = ROUTE_PUBLISHED | ROUTE_CACHED | ROUTE_VALIDATED };

static const struct route routes[] = {
	{"/", "dashboard", handle_overview, ROUTE_DOCUMENT | ROUTE_BRIEFLY,
		{"environment", "state", "label", "migrations", "server", "q", "group",
			"limit", "page"}},
	{"/environments/NAME", "environment_page", handle_environment_page,
		ROUTE_PUBLISHED | ROUTE_VALIDATED,
		{"severity", "kind", "change", "after", "before", "from", "to"}},
	{"/status", "status", handle_status, ROUTE_DOCUMENT | ROUTE_BRIEFLY,
		{"environment", "state", "label", "migrations", "server", "q", "limit",
			"after", "group"}},
	{"/status/NAME", "environment", handle_environment, ROUTE_DOCUMENT,
		{"fail_on"}},
	{"/status/NAME/diff", "diff", handle_diff, ROUTE_DOCUMENT, {"format"}},
	{"/status/NAME/changes", "changes", handle_changes,
		ROUTE_PUBLISHED | ROUTE_VALIDATED, {"since", "limit", "format"}},
	{"/check/NAME", "check", handle_check, ROUTE_PUBLISHED | ROUTE_ACTION, {NULL}},
	{"/history", "history", handle_history, ROUTE_PUBLISHED | ROUTE_VALIDATED,
		{"environment", "since", "limit"}},
	{"/migrations", "migrations", handle_migrations, ROUTE_DOCUMENT, {"format"}},
	{"/migrations/NAME", "migration", handle_migration, ROUTE_DOCUMENT,
		{"format", "fold", "open", "revision", "page"}},
	{"/metrics", "metrics", handle_metrics, ROUTE_PUBLISHED | ROUTE_SHARED, {NULL}},
	{"/healthz", "healthz", handle_healthz, ROUTE_OPEN, {NULL}},
	{"/-/healthy", "healthz", handle_healthz, ROUTE_OPEN, {NULL}},
	{"/readyz", "readyz", handle_readyz, ROUTE_OPEN, {NULL}},
	{"/-/ready", "readyz", handle_readyz, ROUTE_OPEN, {NULL}},
	{"/web/NAME", "web", handle_web, ROUTE_CACHED | ROUTE_VALIDATED, {"v"}},
	{"/version", "version", handle_version, ROUTE_VALIDATED, {NULL}},
};

static bool
matches(const char *pattern, const struct strvec *path, const char **name)
{
	size_t i = 0;

	*name = NULL;
	for (const char *s = pattern + 1; *s; i++) {
		size_t n = strcspn(s, "/");

		if (i == path->n)
			return false;
		if (n == 4 && !strncmp(s, "NAME", n))
			*name = path->v[i];
		else if (strlen(path->v[i]) != n || strncmp(s, path->v[i], n))
			return false;
		s += n;
		s += *s == '/';
	}
	return i == path->n;
}

const struct route *
route_find(const struct strvec *path, const char **name)
{
	struct strvec whole = *path;

	if (whole.n > 1 && !*whole.v[whole.n - 1])
		whole.n--;
	for (size_t i = 0; i < COUNT_OF(routes); i++)
		if (matches(routes[i].path, &whole, name))
			return &routes[i];
	*name = NULL;
	return NULL;
}

/* `path` with the segments from the second on, but for the last `behind`, as one. */
static void
join(const struct strvec *path, size_t behind, struct strvec *out)
{
	struct strbuf name = {0};

	for (size_t i = 1; i + behind < path->n; i++)
		strbuf_printf(&name, "%s%s", i > 1 ? "/" : "", path->v[i]);
	strvec_add(out, path->v[0]);
	strvec_take(out, strbuf_take(&name));
	for (size_t i = path->n - behind; i < path->n; i++)
		strvec_add(out, path->v[i]);
}

static bool
is_known(const struct published *p, const char *name)
{
	for (size_t i = 0; i < p->n_migrations; i++)
		if (!strcmp(p->migrations[i].name, name))
			return true;
	return published_find(p, name) != NULL;
}

const struct route *
route_find_apart(struct strvec *path, const struct published *p, const char **name)
{
	if (path->n && !*path->v[path->n - 1])
		free(path->v[--path->n]);
	/* What stands behind a name, as in /status/NAME/diff, is none of it if it can
	 * be. */
	for (size_t behind = 2; behind-- > 0;) {
		struct strvec joined = {0};
		const struct route *r = NULL;

		if (path->n < behind + 3)
			continue;
		join(path, behind, &joined);
		r = route_find(&joined, name);
		if (r && *name &&
			(r->flags & ROUTE_ACTION || (p && is_known(p, *name)))) {
			strvec_free(path);
			*path = joined;
			return r;
		}
		strvec_free(&joined);
	}
	*name = NULL;
	return NULL;
}

const char *
route_path(size_t i)
{
	return i < COUNT_OF(routes) ? routes[i].path : NULL;
}

const char *
route_near(const char *path)
{
	const char *paths[COUNT_OF(routes)];

	for (size_t i = 0; i < COUNT_OF(routes); i++)
		paths[i] = routes[i].path;
	return text_near(path, paths, COUNT_OF(paths));
}

const char *
route_unknown_parameter(
	const struct route *r, const struct target *t, const char **near)
{
	size_t known = 0;

	while (known < COUNT_OF(r->parameters) && r->parameters[known])
		known++;
	for (size_t i = 0; known && i < t->keys.n; i++) {
		size_t k = 0;

		while (k < known && strcmp(t->keys.v[i], r->parameters[k]))
			k++;
		if (k < known)
			continue;
		*near = text_near(t->keys.v[i], r->parameters, known);
		return t->keys.v[i];
	}
	return NULL;
}
