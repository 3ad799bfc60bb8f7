/* See pages.h. */
#include "http/pages.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "http/wanted.h"
#include "page/frame.h"
#include "page/overview.h"
#include "page/problem.h"
#include "web/web.h"

enum { MOST_PAGES = 1000000, QUERY_MAX = 2048 };

bool
pages_take_query(const struct request *r, struct answer *out)
{
	if (r->target->query_length <= QUERY_MAX)
		return true;
	answer_problem(out, 400, r->instance,
		"the query has %zu bytes, and one of a page may have %d: ask for less "
		"at once",
		r->target->query_length, QUERY_MAX);
	return false;
}

struct page
pages_begin(const struct request *r)
{
	return (struct page){r->published, r->now_ms, r->root};
}

/* What a page says hangs on what is published; of the time of day only how long ago
 * something was, which the page's script counts on itself. */
void
pages_end(const struct request *r, struct answer *out)
{
	struct strbuf b = {0};

	out->status = 200;
	out->type = "text/html; charset=utf-8";
	out->policy = page_content_security_policy;
	strbuf_printf(&b, "%llu %lld", (unsigned long long)r->published->generation,
		(long long)r->published->at_ms);
	for (size_t i = 0; i < web_n_files; i++)
		strbuf_printf(&b, " %s", web_files[i].hash);
	out->validator = strbuf_take(&b);
}

void
handle_overview(const struct request *r, struct answer *out)
{
	const struct page page = pages_begin(r);
	struct wanted wanted = {.form = true};
	const struct status_filter filter = wanted_filter(&wanted);
	struct groups groups = {0};
	struct choice choice = {.filter = &filter, .rows = CHOICE_ROWS, .number = 1};

	if (pages_take_query(r, out) && wanted_read(r, &wanted, out) &&
		wanted_number(r, "limit", CHOICE_MOST_ROWS, &choice.rows, out) &&
		wanted_number(r, "page", MOST_PAGES, &choice.number, out)) {
		if (wanted.grouped) {
			wanted_make_groups(r, &wanted, &groups);
			choice.groups = &groups;
		}
		page_overview(&page, &choice, &out->body);
		pages_end(r, out);
	}
	groups_free(&groups);
	wanted_free(&wanted);
}

/* Where what was meant is: the path that was asked for, by its name; or a path without
 * any.  `*path` is to be freed; NULL: it has no address. */
static void
near_place(const struct route *route, const char *near, struct page_problem *p,
	char **path)
{
	const char *pattern = route ? route->path : near;
	size_t n = strcspn(pattern + 1, "/");
	const char *rest = pattern + 1 + n;

	*path = NULL;
	if (!strncmp(rest, "/NAME", 5) != !route)
		*path = xstrndup(pattern + 1, route ? n : strlen(pattern + 1));
	p->near_path = *path;
	p->near_name = route ? near : NULL;
	p->near_rest = route ? rest + 5 : NULL;
}

void
pages_problem(const struct request *r, const struct route *route, struct answer *out)
{
	const struct page page = {.now_ms = r->now_ms, .root = r->root};
	struct page_problem p = {
		out->status, answer_phrase(out->status), out->detail, NULL, NULL, NULL};
	char *path = NULL;

	if (out->near && !(route && route->flags & ROUTE_ACTION))
		near_place(route, out->near, &p, &path);
	strbuf_clear(&out->body);
	page_problem(&page, &p, &out->body);
	out->type = "text/html; charset=utf-8";
	out->policy = page_content_security_policy;
	free(path);
}

/* Under its hash it is never another. */
void
handle_web(const struct request *r, struct answer *out)
{
	const struct web_file *f = web_find(r->name);
	const char *version = target_value(r->target, "v");

	if (!f) {
		answer_problem(out, 404, r->instance, "no file named \"%s\"", r->name);
		return;
	}
	out->status = 200;
	out->type = web_type(f);
	strbuf_addn(&out->body, f->data, f->size);
	if (version && !strcmp(version, f->hash))
		out->cache = "private, max-age=31536000, immutable";
}
