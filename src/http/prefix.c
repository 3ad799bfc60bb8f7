/* Links of pages are relative, so that below "/drift" they would lead out of it, and
 * below "/drift/" they do not: hence the redirect. */
#include "http/prefix.h"

#include <string.h>

#include "base/mem.h"
#include "page/page.h"

static bool
begins(const struct strvec *path, const struct strvec *with)
{
	if (path->n < with->n)
		return false;
	for (size_t i = 0; i < with->n; i++)
		if (strcmp(path->v[i], with->v[i]) != 0)
			return false;
	return true;
}

enum prefix_found
prefix_take(const struct external *x, struct target *t)
{
	const struct strvec *prefix = &x->segments;

	if (!prefix->n || !begins(&t->path, prefix))
		return PREFIX_ABSENT;
	if (t->path.n == prefix->n)
		return PREFIX_BARE;
	target_drop(t, prefix->n);
	return PREFIX_TAKEN;
}

char *
prefix_root(const struct external *x, const char *raw_path, enum prefix_found found)
{
	if (found == PREFIX_APART)
		return xasprintf("%s/", x->path ? x->path : "");
	for (size_t i = 0; found == PREFIX_TAKEN && i < x->segments.n; i++)
		raw_path += 1 + strcspn(raw_path + 1, "/");
	return page_root(raw_path);
}

char *
prefix_slashed(const struct external *x, const char *raw)
{
	const char *query = strchr(raw, '?');

	return xasprintf("%s/%s", x->path, query ? query : "");
}
