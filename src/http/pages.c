/* See pages.h. */
#include "http/pages.h"

#include <string.h>

#include "http/wanted.h"
#include "page/frame.h"
#include "page/overview.h"
#include "web/web.h"

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
	answer_header(out, "Content-Security-Policy", page_content_security_policy);
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
	struct wanted wanted = {0};
	const struct status_filter filter = wanted_filter(&wanted);
	struct groups groups = {0};

	if (wanted_read(r, &wanted, out)) {
		if (wanted.grouped)
			wanted_make_groups(r, &wanted, &groups);
		page_overview(
			&page, &filter, wanted.grouped ? &groups : NULL, &out->body);
		pages_end(r, out);
	}
	groups_free(&groups);
	wanted_free(&wanted);
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
